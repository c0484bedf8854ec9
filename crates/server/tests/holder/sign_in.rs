//! Signing in by OpenID Connect: what a provider says counts as far as it is proven, in the browser that asked.

use axum::body::Body;
use axum::http::Request;
use phr_link::key::{SecretKey, Signer as _};
use phr_link::scope::Purpose;
use phr_link::wire::base64url;
use phr_link_server::holder::desk::{Desk, NewPerson};
use phr_link_server::sign_in::{People, Settings};
use serde_json::{Value, json};

use crate::support::{Answer, Person, Screen, World, claims, data, detail, fresh, merge};
use crate::upstream::Upstream;

const CLIENT: &str = "holder-1";

struct Provider {
    upstream: Upstream,
    key: SecretKey,
}

impl Provider {
    async fn start() -> Self {
        let provider = Self {
            upstream: Upstream::start().await,
            key: fresh(),
        };
        let issuer = provider.issuer().to_owned();
        let metadata = json!({
            "issuer": issuer, "authorization_endpoint": format!("{issuer}/authorize"),
            "token_endpoint": format!("{issuer}/token"), "jwks_uri": format!("{issuer}/jwks"),
            "response_types_supported": ["code"], "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["EdDSA"],
        });
        provider.upstream.say(
            "/.well-known/openid-configuration",
            &[(200, None, metadata)],
        );
        provider.publish(&provider.key);
        provider
    }

    fn issuer(&self) -> &str {
        &self.upstream.address
    }

    fn publish(&self, key: &SecretKey) {
        let jwk = json!({"kty": "OKP", "crv": "Ed25519", "x": key.public_key().x(), "kid": "k", "use": "sig", "alg": "EdDSA"});
        self.upstream
            .say("/jwks", &[(200, None, json!({"keys": [jwk]}))]);
    }

    fn settings(&self, people: People) -> Settings {
        Settings {
            issuer: self.issuer().to_owned(),
            client_id: CLIENT.into(),
            client_secret_file: None,
            scopes: vec!["name".into()],
            acr_values: vec!["aal3".into()],
            people,
        }
    }

    fn sign(&self, header: &Value, payload: &Value) -> String {
        let part = |value: &Value| base64url::encode(value.to_string().as_bytes());
        let input = format!("{}.{}", part(header), part(payload));
        let signature = self.key.sign(input.as_bytes()).unwrap();
        format!("{input}.{}", base64url::encode(&signature))
    }

    fn answer(&self, token: &str) {
        let body = json!({"access_token": "a", "token_type": "Bearer", "id_token": token});
        self.upstream.say("/token", &[(200, None, body)]);
    }
}

/// A browser on its way to the provider.
struct Away {
    cookie: String,
    state: String,
    nonce: String,
    query: Vec<(String, String)>,
}

async fn go(world: &World, path: &str) -> Away {
    let answer = world.get(path).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    let url: reqwest::Url = answer.header("location").parse().unwrap();
    let query: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let value = |name: &str| query.iter().find(|(key, _)| key == name).unwrap().1.clone();
    Away {
        cookie: answer
            .header("set-cookie")
            .split(';')
            .next()
            .unwrap()
            .to_owned(),
        state: value("state"),
        nonce: value("nonce"),
        query,
    }
}

impl Away {
    fn token(&self, world: &World, provider: &Provider, subject: &str) -> Value {
        let now = world.now().as_secs();
        json!({
            "iss": provider.issuer(), "aud": CLIENT, "sub": subject, "nonce": self.nonce, "iat": now, "exp": now + 300,
            "auth_time": now - 10, "acr": "aal3", "amr": ["card"],
        })
    }

    async fn back(&self, world: &World, more: &str) -> Answer {
        let path = format!("/login/callback?code=c&state={}{more}", self.state);
        let request = Request::get(path).header("cookie", &self.cookie);
        world.send(request.body(Body::empty()).unwrap()).await
    }
}

const HEADER: &str = r#"{"alg":"EdDSA","kid":"k","typ":"JWT"}"#;

fn header() -> Value {
    serde_json::from_str(HEADER).unwrap()
}

async fn world(people: People) -> (World, Provider) {
    let provider = Provider::start().await;
    let mut world = World::new().await;
    world.sign_in = Some(provider.settings(people));
    world.restart().await;
    (world, provider)
}

async fn linked() -> (World, Provider) {
    let (world, provider) = world(People::Linked).await;
    let desk = Desk::open(&world.store, "desk-7").await.unwrap();
    let account = (provider.issuer(), "account-1");
    desk.identify(account, "taro", "card-1", world.now())
        .await
        .unwrap();
    assert!(
        desk.identify(account, "nobody", "x", world.now())
            .await
            .is_err()
    );
    (world, provider)
}

fn cookie(answer: &Answer) -> String {
    answer
        .header("set-cookie")
        .split(';')
        .next()
        .unwrap()
        .to_owned()
}

/// From the app to the provider and back to the consent screen: the key statement says how surely it is known
/// who it is, and when.
#[tokio::test]
async fn a_person_comes_by_the_provider_and_consents() {
    let (world, provider) = linked().await;
    let app = world.device();
    let asked = [detail(&["allergy"], &[Purpose::SelfView])];
    let request = app.sign(&app.request(&world, &asked));
    let uri = app.push(&world, &request).await.json()["request_uri"]
        .as_str()
        .unwrap()
        .to_owned();
    let away = go(
        &world,
        &format!("/authorize?client_id={}&request_uri={uri}", app.id),
    )
    .await;
    let has = |name: &str, value: &str| {
        away.query
            .iter()
            .any(|(key, is)| key == name && is == value)
    };
    assert!(
        has("response_type", "code")
            && has("code_challenge_method", "S256")
            && has("acr_values", "aal3")
    );
    assert!(has("scope", "openid name") && has("client_id", CLIENT));
    let token = away.token(&world, &provider, "account-1");
    provider.answer(&provider.sign(&header(), &token));
    let back = away
        .back(&world, &format!("&iss={}", provider.issuer()))
        .await;
    assert_eq!(back.status, 303, "{}", back.text);
    // The code went with its verifier.
    let (.., form) = provider
        .upstream
        .asked
        .lock()
        .unwrap()
        .iter()
        .find(|(path, ..)| path == "/token")
        .unwrap()
        .clone();
    assert!(form.contains("code_verifier=") && form.contains("grant_type=authorization_code"));
    let mut person = Person::new("taro");
    person.cookie = cookie(&back);
    let page = person.get(&world, back.header("location")).await;
    let screen = Screen {
        data: data(&page.ok().text),
        person,
        key: fresh(),
    };
    assert_eq!(screen.data["personName"], "見本 太郎");
    let statement = claims(&screen.make_key(&world).await);
    assert_eq!(
        (&statement["acr"], &statement["amr"]),
        (&json!("aal3"), &json!(["card"]))
    );
    assert_eq!(statement["auth_time"], token["auth_time"]);
    let approved = screen.approve(&world, &asked).await;
    let linked = approved.redeem(&world, &app).await;
    app.read(&world, "allergy", &linked.grant).await.ok();
    // The sandbox's own form is nobody's door any more.
    let form = [("person", "taro")];
    let tried = world
        .form("/login", &form, &[("origin", crate::support::BASE)])
        .await;
    tried.refused(401, "session.sign-in-failed");
    // Signing out ends the session here.
    let page = approved.person.get(&world, "/consents").await;
    assert_eq!(page.status, 200);
    let headers = [
        ("origin", crate::support::BASE),
        ("cookie", &*approved.person.cookie),
    ];
    assert_eq!(
        world.post("/logout", &json!({}), &headers).await.status,
        303
    );
    assert_eq!(approved.person.get(&world, "/consents").await.status, 303);
}

/// Whatever does not hold is refused, whoever sent it.
#[tokio::test]
async fn what_does_not_hold_signs_nobody_in() {
    let (world, provider) = linked().await;
    let now = world.now().as_secs();
    let hs = json!({"alg": "HS256", "typ": "JWT"});
    let none = json!({"alg": "none"});
    for (header, change, why) in [
        (header(), json!({"nonce": "another"}), "nonce"),
        (header(), json!({"aud": "somebody-else"}), "aud"),
        (
            header(),
            json!({"aud": [CLIENT, "somebody-else"]}),
            "second aud",
        ),
        (header(), json!({"iss": "https://evil.example"}), "iss"),
        (header(), json!({"exp": now - 61}), "exp"),
        (header(), json!({"iat": now + 3_600}), "iat"),
        (header(), json!({"iat": now - 3_600}), "old iat"),
        (header(), json!({"acr": "aal1"}), "acr"),
        (header(), json!({"acr": null}), "no acr"),
        (hs, json!({}), "HS256"),
        (none, json!({}), "none"),
        (json!({"alg": "EdDSA", "kid": "other"}), json!({}), "kid"),
    ] {
        let away = go(&world, "/consents").await;
        let mut token = away.token(&world, &provider, "account-1");
        merge(&mut token, &change);
        provider.answer(&provider.sign(&header, &token));
        let back = away.back(&world, "").await;
        assert_eq!(
            (back.status.as_u16(), &*back.code()),
            (401, "session.sign-in-failed"),
            "{why}"
        );
        assert_eq!(back.header("set-cookie"), "", "{why}");
    }
    // A forged signature, and no token at all.
    let away = go(&world, "/consents").await;
    let good = provider.sign(&header(), &away.token(&world, &provider, "account-1"));
    let (input, _) = good.rsplit_once('.').unwrap();
    provider.answer(&format!("{input}.{}", base64url::encode(&[7; 64])));
    away.back(&world, "")
        .await
        .refused(401, "session.sign-in-failed");
    let away = go(&world, "/consents").await;
    provider
        .upstream
        .say("/token", &[(400, None, json!({"error": "invalid_grant"}))]);
    away.back(&world, "")
        .await
        .refused(401, "session.sign-in-failed");
}

/// An answer is good once, soon, and in the browser that asked; of another provider it is none.
#[tokio::test]
async fn an_answer_is_of_the_browser_that_asked() {
    let (world, provider) = linked().await;
    let ready = async || {
        let away = go(&world, "/consents").await;
        let token = away.token(&world, &provider, "account-1");
        provider.answer(&provider.sign(&header(), &token));
        away
    };
    let refused = async |answer: Answer| answer.refused(401, "session.sign-in-failed");
    let away = ready().await;
    let other = ready().await;
    let stolen = Away {
        cookie: other.cookie.clone(),
        ..ready().await
    };
    refused(stolen.back(&world, "").await).await;
    let bare = Away {
        cookie: String::new(),
        ..ready().await
    };
    refused(bare.back(&world, "").await).await;
    refused(
        ready()
            .await
            .back(&world, "&iss=https://evil.example")
            .await,
    )
    .await;
    refused(ready().await.back(&world, "&error=access_denied").await).await;
    refused(ready().await.back(&world, "&state=twice").await).await;
    let once = ready().await;
    assert_eq!(once.back(&world, "").await.status, 303);
    refused(once.back(&world, "").await).await;
    world.pass(901);
    refused(away.back(&world, "").await).await;
}

/// Who is none of ours is told so; who is vouched for by all four attributes is found, and nobody by fewer.
#[tokio::test]
async fn a_name_alone_makes_nobody_somebody() {
    let (world, provider) = world(People::Matched).await;
    let come = async |subject: &str, change: Value| {
        let away = go(&world, "/consents").await;
        let mut token = away.token(&world, &provider, subject);
        merge(&mut token, &change);
        provider.answer(&provider.sign(&header(), &token));
        away.back(&world, "").await
    };
    let unknown = |answer: &Answer| answer.refused(403, "session.person-unknown");
    unknown(&come("a", json!({})).await);
    unknown(&come("a", json!({"name": "見本 太郎"})).await);
    let whole = json!({"name": "見本 太郎", "birthdate": "1961-04-01", "gender": "male", "address": {"formatted": "東京都千代田区見本町一丁目1番1号"}});
    let mut wrong = whole.clone();
    wrong["birthdate"] = json!("1961-04-02");
    unknown(&come("a", wrong).await);
    let mut fewer = whole.clone();
    fewer.as_object_mut().unwrap().remove("address");
    unknown(&come("a", fewer).await);
    let first = come("a", whole.clone()).await;
    assert_eq!(first.status, 303, "{}", first.text);
    // A second account with the same attributes is not the same person; the first one is from now on.
    unknown(&come("b", whole).await);
    assert_eq!(come("a", json!({})).await.status, 303);
    let desk = Desk::open(&world.store, "desk-7").await.unwrap();
    let new = NewPerson {
        id: "shinki".into(),
        name: "見本 新規".into(),
        kana: "ミホン シンキ".into(),
        birth_date: "1990-01-01".into(),
        gender: "female".into(),
        address: "東京都".into(),
    };
    desk.add(&new, "card-2", world.now()).await.unwrap();
    assert!(desk.add(&new, "card-2", world.now()).await.is_err());
}

/// What cannot be undone asks for a sign-in of just now, and an old one of the provider's does not do.
#[tokio::test]
async fn a_fresh_sign_in_is_fresh() {
    let (world, provider) = linked().await;
    let come = async |path: &str, ago: i64| {
        let away = go(&world, path).await;
        let mut token = away.token(&world, &provider, "account-1");
        token["auth_time"] = json!(world.now().as_secs() - ago);
        provider.answer(&provider.sign(&header(), &token));
        (away.back(&world, "").await, away)
    };
    let (old, _) = come("/consents", 3_000).await;
    assert_eq!(old.status, 303);
    let mut person = Person::new("taro");
    person.cookie = cookie(&old);
    let asked = json!({"agent": "jiro", "role": "proxy", "basis": "power-of-attorney", "reference": "r", "until": "2027-01-01T00:00:00+09:00"});
    person
        .post(&world, "/agents", &asked)
        .await
        .refused(401, "session.step-up-required");
    let (stale, away) = come("/login/again", 3_000).await;
    stale.refused(401, "session.sign-in-failed");
    assert!(
        away.query
            .iter()
            .any(|(key, value)| key == "prompt" && value == "login")
    );
    assert!(
        away.query
            .iter()
            .any(|(key, value)| key == "max_age" && value == "0")
    );
    let (fresh, _) = come("/login/again", 5).await;
    person.cookie = cookie(&fresh);
    assert_eq!(person.post(&world, "/agents", &asked).await.status, 201);
}

/// The provider changes its key, and goes away.
#[tokio::test]
async fn keys_change_and_providers_go_away() {
    let (world, mut provider) = linked().await;
    let come = async |provider: &Provider| {
        let away = go(&world, "/consents").await;
        provider.answer(&provider.sign(&header(), &away.token(&world, provider, "account-1")));
        away.back(&world, "").await.status.as_u16()
    };
    assert_eq!(come(&provider).await, 303);
    provider.key = fresh();
    provider.publish(&provider.key);
    // Asked again because of a key that is not known, but not for each.
    assert_eq!(come(&provider).await, 401);
    world.pass(61);
    assert_eq!(come(&provider).await, 303);
    world.pass(3_601);
    provider.upstream.say(
        "/.well-known/openid-configuration",
        &[(500, None, Value::Null)],
    );
    world
        .get("/consents")
        .await
        .refused(503, "source.unavailable");
    let mut settings = provider.settings(People::Linked);
    settings.issuer = "http://provider.example".into();
    let config = phr_link_server::holder::Config {
        sign_in: Some(settings),
        ..phr_link_server::holder::Config::default()
    };
    let clock = phr_link_server::clock::Clock::system();
    assert!(
        phr_link_server::holder::router(config, clock)
            .await
            .is_err()
    );
}
