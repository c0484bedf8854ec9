//! From the request to the grant: what must not be taken on the way.

use anyhow::Result;
use phr_link::catalogue::Category;
use phr_link::consent::Consent;
use phr_link::key::SecretKey;
use phr_link::request::ConsentRequest;
use phr_link::scope::Purpose;
use phr_link::token::{s256, sign};
use phr_link::{Lang, display};

use super::{Cases, OTHER, READ, Target, asked};
use crate::player::{Answer, Client, fresh_key, text};

type SpoilRequest = fn(&mut ConsentRequest);
type SpoilConsent = fn(&mut Consent);

async fn push(app: &Client<SecretKey>, notice: &str, spoil: SpoilRequest) -> Result<Answer> {
    let mut request = app.request(&asked()?, notice)?;
    spoil(&mut request);
    app.push_signed(&sign(&request, &app.key)?).await
}

pub(super) async fn request(target: &Target) -> Result<Cases> {
    let mut cases = Cases::default();
    let refused = [400, 401, 403];
    let spoilt: [(&str, &str, SpoilRequest); 6] = [
        ("audience", "a request to another holder", |request| {
            request.aud = "https://other.example".into()
        }),
        (
            "redirect",
            "an address of return that is not registered",
            |request| request.redirect_uri.push_str(".evil.example"),
        ),
        ("expired", "a request whose time is over", |request| {
            request.iat = request.iat.plus(-900);
            request.exp = request.exp.plus(-900);
        }),
        (
            "name",
            "a name that the trust list does not have",
            |request| request.client_name = "ほかのアプリ".into(),
        ),
        ("notice", "a notice of another origin", |request| {
            request.notice_uri = "https://other.example/notice.txt".into()
        }),
        ("client", "a client that is no member", |request| {
            request.iss = "https://nobody.example".into();
            request.client_id.clone_from(&request.iss);
        }),
    ];
    for (id, comment, spoil) in spoilt {
        let app = target.app()?;
        cases.status(
            id,
            "",
            comment,
            &refused,
            push(&app, &target.notice, spoil).await,
        );
    }
    let app = target.app()?;
    let request = sign(&app.request(&asked()?, &target.notice)?, &app.key)?;
    // Another request's signature, by the same key.
    let another = sign(&app.request(&asked()?, &target.notice)?, &app.key)?;
    let (head, _) = request.rsplit_once('.').unwrap_or_default();
    let (_, other) = another.rsplit_once('.').unwrap_or_default();
    cases.status(
        "signature",
        "",
        "a request with another signature",
        &refused,
        app.push_signed(&format!("{head}.{other}")).await,
    );
    cases.status(
        "garbage",
        "",
        "what is no request at all",
        &refused,
        app.push_signed("not-a-token").await,
    );
    cases.status(
        "fresh",
        "",
        "the honest request is taken",
        &[201],
        app.push_signed(&request).await,
    );
    cases.status(
        "again",
        "LINK-007",
        "and is not taken twice",
        &refused,
        app.push_signed(&request).await,
    );
    Ok(cases)
}

pub(super) async fn consent(target: &Target) -> Result<Cases> {
    let mut cases = Cases::default();
    let refused = [400, 401, 403, 409, 422];
    let spoilt: [(&str, &str, SpoilConsent); 6] = [
        (
            "wider-category",
            "a category that was not asked for",
            |consent| {
                for detail in &mut consent.authorization_details {
                    detail.datatypes.extend(Category::parse(OTHER));
                }
            },
        ),
        (
            "wider-purpose",
            "a purpose that was not asked for",
            |consent| {
                for detail in &mut consent.authorization_details {
                    detail.purposes.push(Purpose::Marketing);
                }
            },
        ),
        (
            "display",
            "another text than the one that was shown",
            |consent| consent.display.s256 = s256("another text"),
        ),
        ("transaction", "another transaction", |consent| {
            consent.txn = s256("another").chars().take(22).collect()
        }),
        (
            "recipient-key",
            "another proof key of the recipient",
            |consent| consent.recipient.jkt = s256("another"),
        ),
        (
            "recipient-name",
            "another name of the recipient",
            |consent| consent.recipient.name = "ほかの事業者".into(),
        ),
    ];
    for (id, comment, spoil) in spoilt {
        let app = target.app()?;
        let person = target.arrive(&app, 0).await?;
        let mut claims = person.consent.clone();
        spoil(&mut claims);
        if id != "display" {
            // One thing is wrong at a time: the text that was shown is that of the spoilt claims.
            let (template, version) = (display::TEMPLATE, display::TEMPLATE_VERSION);
            claims.display.s256 = s256(&display::render(&claims, Lang::Ja, template, version)?);
        }
        // What no honest library signs is signed all the same.
        let token = person.sign_anything(&claims)?;
        cases.status(
            id,
            if id.starts_with("wider") {
                "LINK-008"
            } else {
                ""
            },
            comment,
            &refused,
            person.register(&token).await,
        );
    }
    let app = target.app()?;
    let person = target.arrive(&app, 0).await?;
    let stranger = sign(&person.consent, &fresh_key()?)?;
    cases.status(
        "other-key",
        "",
        "signed by a key that is not the person's",
        &refused,
        person.register(&stranger).await,
    );
    let honest = sign(&person.consent, &person.key)?;
    cases.status(
        "honest",
        "",
        "the honest consent is registered",
        &[200, 201],
        person.register(&honest).await,
    );
    cases.status(
        "twice",
        "",
        "and is not registered twice",
        &refused,
        person.register(&honest).await,
    );
    Ok(cases)
}

pub(super) async fn code(target: &Target) -> Result<Cases> {
    let mut cases = Cases::default();
    let app = target.app()?;
    let code = target.arrive(&app, 0).await?.sign().await?;
    // It knows all that the app knows, but for the key.
    let thief = app.with_key(fresh_key()?)?;
    cases.status(
        "other-key",
        "",
        "redeemed by another key",
        &[400, 401],
        thief.try_redeem(&code).await,
    );
    let app = target.app()?;
    let code = target.arrive(&app, 0).await?.sign().await?;
    let given = app.try_redeem(&code).await?;
    let grant = text(&given.body, "access_token").unwrap_or_default();
    cases.status("honest", "", "redeemed by its own key", &[200], Ok(given));
    cases.status(
        "twice",
        "LINK-004",
        "redeemed a second time",
        &[400, 401],
        app.try_redeem(&code).await,
    );
    cases.status(
        "ended",
        "LINK-004",
        "which ends what the first time gave",
        &[401],
        app.read(READ, &grant, None, Purpose::SelfView).await,
    );
    cases.status(
        "guessed",
        "",
        "a code that nobody was given",
        &[400, 401],
        app.try_redeem("AAAAAAAAAAAAAAAAAAAAAA").await,
    );
    Ok(cases)
}
