//! How a consent comes to be, and everything that may not become one.

use phr_link::scope::{Detail, Handling, Purpose};
use phr_link::token::{s256, sign};
use serde_json::json;

use crate::support::{BASE, Person, World, claims, detail, fresh};

fn allergy() -> [Detail; 1] {
    [detail(&["allergy"], &[Purpose::SelfView])]
}

/// LINK-007
#[tokio::test]
async fn link_007_a_request_is_taken_once() {
    let world = World::new().await;
    let (app, clinic) = (world.device(), world.clinic());
    let request = app.sign(&app.request(&world, &allergy()));
    assert_eq!(app.push(&world, &request).await.status, 201);
    app.push(&world, &request)
        .await
        .oauth(400, "invalid_request", "request.replayed");
    // By another client it is another's request.
    clinic
        .push(&world, &request)
        .await
        .oauth(401, "invalid_client", "request.client-key");
    // It stays known for as long as it could be sent again.
    world.pass(299);
    app.push(&world, &request)
        .await
        .oauth(400, "invalid_request", "request.replayed");
    world.pass(100);
    app.push(&world, &request)
        .await
        .oauth(400, "invalid_request_object", "request.expired");
}

/// LINK-022
#[tokio::test]
async fn link_022_a_notice_is_plain_text_from_a_registered_origin() {
    let world = World::new().await;
    let app = world.device();
    let larger = "a".repeat(256 * 1_024 + 1);
    let latin = "a\u{e9}a";
    let notice = crate::support::NOTICE;
    let other = format!("{}.evil.example/notice.txt", world.app);
    let port = world.app.rsplit(':').next().unwrap();
    for (uri, text, code) in [
        (format!("{}/moved.txt", world.app), notice, "request.notice"),
        (
            format!("{}/notice.html", world.app),
            notice,
            "request.notice",
        ),
        (
            format!("{}/larger.txt", world.app),
            &larger,
            "request.notice",
        ),
        (format!("{}/latin.txt", world.app), latin, "request.notice"),
        (
            format!("{}/absent.txt", world.app),
            notice,
            "request.notice",
        ),
        (
            format!("{}/notice.txt", world.app),
            "another",
            "request.notice",
        ),
        (
            "https://evil.example/notice.txt".into(),
            notice,
            "request.notice-origin",
        ),
        (
            format!("http://localhost:{port}/notice.txt"),
            notice,
            "request.notice-origin",
        ),
        (
            "http://127.0.0.1:1/notice.txt".into(),
            notice,
            "request.notice-origin",
        ),
        (
            other.replace("http:", "https:"),
            notice,
            "request.notice-origin",
        ),
    ] {
        let mut request = app.request(&world, &allergy());
        request.notice_uri = uri.clone();
        request.notice_s256 = s256(text);
        let answer = app.push(&world, &app.sign(&request)).await;
        assert_eq!(answer.code(), code, "{uri}");
        answer.oauth(400, "invalid_request_object", code);
    }
    // One that is just as large as it may be is taken.
    let mut request = app.request(&world, &allergy());
    request.notice_uri = format!("{}/most.txt", world.app);
    request.notice_s256 = s256(&"a".repeat(256 * 1_024));
    assert_eq!(app.push(&world, &app.sign(&request)).await.status, 201);
    // Only the one with the wrong hash reached the notice; the redirect was not followed.
    assert_eq!(world.fetches.load(std::sync::atomic::Ordering::SeqCst), 1);
}

#[tokio::test]
async fn nothing_is_fetched_for_a_request_that_does_not_hold() {
    let world = World::new().await;
    let app = world.device();
    let mut wrong = app.request(&world, &allergy());
    wrong.dpop_jkt = crate::support::jkt(&fresh());
    app.push(&world, &app.sign(&wrong))
        .await
        .oauth(401, "invalid_client", "request.client-key");
    let mut named = app.request(&world, &allergy());
    named.client_name = "厚生労働省".into();
    app.push(&world, &app.sign(&named)).await.oauth(
        400,
        "invalid_request_object",
        "request.name-mismatch",
    );
    let mut elsewhere = app.request(&world, &allergy());
    elsewhere.redirect_uri.push_str("/other");
    app.push(&world, &app.sign(&elsewhere)).await.oauth(
        400,
        "invalid_request_object",
        "request.redirect-uri",
    );
    let genome = [detail(&["whole-genome"], &[Purpose::SelfView])];
    app.push(&world, &app.sign(&app.request(&world, &genome)))
        .await
        .oauth(
            400,
            "invalid_authorization_details",
            "catalogue.mode-not-allowed",
        );
    let broken = app.sign(&app.request(&world, &allergy())) + "A";
    app.push(&world, &broken)
        .await
        .oauth(400, "invalid_request_object", "signature.malformed");
    assert_eq!(world.fetches.load(std::sync::atomic::Ordering::SeqCst), 0);
}

/// LINK-024
#[tokio::test]
async fn link_024_a_server_client_says_who_it_is() {
    let world = World::new().await;
    let clinic = world.clinic();
    // Its id with a key of one's own making.
    let mut borrowed = world.clinic();
    borrowed.key = fresh();
    let request = sign(&borrowed.request(&world, &allergy()), &borrowed.key).unwrap();
    let fields = [("client_id", &*clinic.id), ("request", &request)];
    world
        .form("/par", &fields, &[])
        .await
        .oauth(401, "invalid_client", "request.client-key");
    // Its own request without an assertion, with one of no type, with one for elsewhere.
    let request = clinic.sign(&clinic.request(&world, &allergy()));
    let assertion = clinic.assertion(&world);
    for extra in [
        vec![],
        vec![("client_assertion", &*assertion)],
        vec![
            ("client_assertion", &*assertion),
            ("client_assertion_type", "jwt"),
        ],
    ] {
        let mut fields = vec![("client_id", &*clinic.id), ("request", &*request)];
        fields.extend(extra);
        world
            .form("/par", &fields, &[])
            .await
            .oauth(401, "invalid_client", "request.client-key");
    }
    // An assertion is good once.
    let push = async |request: &str| {
        let fields = [
            ("client_id", &*clinic.id),
            ("request", request),
            ("client_assertion", &assertion),
            ("client_assertion_type", crate::support::ASSERTION),
        ];
        world.form("/par", &fields, &[]).await
    };
    assert_eq!(push(&request).await.status, 201);
    let next = clinic.sign(&clinic.request(&world, &allergy()));
    push(&next)
        .await
        .oauth(401, "invalid_client", "claims.jti-reused");
    // A device has no key that the list could name: an assertion of one is not taken.
    let app = world.device();
    let request = app.sign(&app.request(&world, &allergy()));
    let assertion = app.assertion(&world);
    let fields = [
        ("client_id", &*app.id),
        ("request", &request),
        ("client_assertion", &assertion),
        ("client_assertion_type", crate::support::ASSERTION),
    ];
    world
        .form("/par", &fields, &[])
        .await
        .oauth(401, "invalid_client", "request.client-key");
}

#[tokio::test]
async fn one_key_does_not_use_up_the_room_of_all() {
    let world = World::new().await;
    let app = world.device();
    for _ in 0..20 {
        let request = app.sign(&app.request(&world, &allergy()));
        assert_eq!(app.push(&world, &request).await.status, 201);
    }
    let request = app.sign(&app.request(&world, &allergy()));
    let refused = app.push(&world, &request).await;
    refused.oauth(429, "temporarily_unavailable", "server.rate-limited");
    assert_eq!(refused.header("retry-after"), "60");
    let other = world.device();
    let request = other.sign(&other.request(&world, &allergy()));
    assert_eq!(other.push(&world, &request).await.status, 201);
}

#[tokio::test]
async fn a_pushed_request_is_used_once_and_soon() {
    let world = World::new().await;
    let app = world.device();
    let push = async || {
        let request = app.sign(&app.request(&world, &allergy()));
        let answer = app.push(&world, &request).await;
        assert_eq!(answer.json()["expires_in"], 90);
        answer.json()["request_uri"].as_str().unwrap().to_owned()
    };
    let authorize = async |client: &str, uri: &str| {
        world
            .get(&format!("/authorize?client_id={client}&request_uri={uri}"))
            .await
    };
    let uri = push().await;
    authorize(&world.clinic().id, &uri)
        .await
        .refused(400, "request.unknown");
    authorize(&app.id, "urn:ietf:params:oauth:request_uri:other")
        .await
        .refused(400, "request.unknown");
    assert_eq!(Person::new("taro").sign_in(&world, &uri).await.status, 303);
    authorize(&app.id, &uri)
        .await
        .refused(400, "request.unknown");
    Person::new("jiro")
        .sign_in(&world, &uri)
        .await
        .refused(400, "request.unknown");
    let late = push().await;
    world.pass(90);
    authorize(&app.id, &late)
        .await
        .refused(400, "request.unknown");
    world.pass(510);
    Person::new("taro")
        .sign_in(&world, &late)
        .await
        .refused(400, "request.unknown");
}

/// LINK-017
#[tokio::test]
async fn link_017_only_the_holders_own_pages_may_ask_for_a_change() {
    let world = World::new().await;
    let app = world.device();
    let screen = app.ask(&world, "taro", &allergy()).await;
    let statement = screen.make_key(&world).await;
    let consent = screen.consent(&statement, &allergy(), |_| {});
    let cookie = screen.person.cookie.clone();
    let bodies = [
        ("/keys", screen.key_body()),
        (
            "/consents",
            json!({"txn": screen.txn(), "consent": consent}),
        ),
        ("/refuse", json!({"txn": screen.txn()})),
    ];
    for (path, body) in &bodies {
        for origin in [
            &*world.app,
            "null",
            "http://localhost:8788",
            "http://localhost:8787.evil.example",
        ] {
            let headers = [("cookie", &*cookie), ("origin", origin)];
            world
                .post(path, body, &headers)
                .await
                .refused(403, "session.cross-origin");
        }
        world
            .post(path, body, &[("cookie", &cookie)])
            .await
            .refused(403, "session.cross-origin");
        let twice = [
            ("cookie", &*cookie),
            ("origin", BASE),
            ("origin", &world.app),
        ];
        world
            .post(path, body, &twice)
            .await
            .refused(403, "session.cross-origin");
        // Another session, and none.
        let mut other = Person::new("taro");
        other.sign_in(&world, "").await;
        other
            .post(&world, path, body)
            .await
            .refused(400, "consent.transaction");
        world
            .post(path, body, &[("origin", BASE)])
            .await
            .refused(401, "session.missing");
    }
    let fields = [("person", "taro")];
    world
        .form("/login", &fields, &[("origin", &world.app)])
        .await
        .refused(403, "session.cross-origin");
    // Pages are framed by nobody, kept by no cache, and tell nobody where they were.
    for page in ["/consents", &format!("/consent?txn={}", screen.txn())] {
        let page = screen.person.get(&world, page).await;
        let policy = page.ok().header("content-security-policy");
        assert!(policy.contains("frame-ancestors 'none'") && policy.contains("default-src 'none'"));
        assert_eq!(page.header("x-frame-options"), "DENY");
        assert_eq!(page.header("cache-control"), "no-store");
        assert_eq!(page.header("referrer-policy"), "same-origin");
        // No other origin may read them.
        assert_eq!(page.header("access-control-allow-origin"), "");
    }
    // After all this the person's own answer still counts.
    screen.register(&world, &consent).await.ok();
}

#[tokio::test]
async fn what_the_recipient_says_is_inert_on_the_page() {
    let world = World::new().await;
    let screen = world.device().ask(&world, "taro", &allergy()).await;
    let page = screen
        .person
        .get(&world, &format!("/consent?txn={}", screen.txn()))
        .await;
    assert_eq!(screen.data["noticeText"], crate::support::NOTICE);
    assert_eq!(
        page.text.matches("</script>").count(),
        2,
        "the notice closed a script"
    );
    assert!(!page.text.contains("<b>"));
}

#[tokio::test]
async fn a_key_is_made_for_one_person_and_one_recipient() {
    let world = World::new().await;
    let (app, clinic) = (world.device(), world.clinic());
    let first = app.ask(&world, "taro", &allergy()).await;
    first.make_key(&world).await;
    let statement = claims(&first.make_key(&world).await);
    assert_eq!(
        (&statement["rcp"], &statement["sub"]),
        (&json!(app.id), &first.data["person"])
    );
    let care = [detail(&["allergy"], &[Purpose::Care])];
    for (client, person) in [(&app, "hanako"), (&clinic, "taro")] {
        let mut screen = client.ask(&world, person, &care).await;
        screen.key = phr_link::key::SecretKey::from_seed(&[7; 32]);
        let mut taken = app.ask(&world, "jiro", &care).await;
        taken.key = phr_link::key::SecretKey::from_seed(&[7; 32]);
        taken.person.post(&world, "/keys", &taken.key_body()).await;
        let answer = screen
            .person
            .post(&world, "/keys", &screen.key_body())
            .await;
        answer.refused(400, "consent.key-reused");
    }
    // Possession is proven over this transaction.
    let mut body = first.key_body();
    body["signature"] = json!("A".repeat(86));
    first
        .person
        .post(&world, "/keys", &body)
        .await
        .refused(401, "signature.invalid");
    let other = app.ask(&world, "taro", &allergy()).await;
    let mut body = first.key_body();
    body["txn"] = json!(other.txn());
    other
        .person
        .post(&world, "/keys", &body)
        .await
        .refused(401, "signature.invalid");
    // The app's own proof key would let the app consent for the person.
    let mut by_app = app.ask(&world, "taro", &allergy()).await;
    let seed = [9; 32];
    let mut same = world.device();
    same.key = phr_link::key::SecretKey::from_seed(&seed);
    let mut screen = same.ask(&world, "hanako", &allergy()).await;
    screen.key = phr_link::key::SecretKey::from_seed(&seed);
    screen
        .person
        .post(&world, "/keys", &screen.key_body())
        .await
        .refused(400, "consent.key-reused");
    by_app.key = fresh();
}

#[tokio::test]
async fn a_consent_is_what_was_asked_shown_and_signed() {
    let world = World::new().await;
    let app = world.device();
    let screen = app.ask(&world, "taro", &allergy()).await;
    let body = json!({"txn": screen.txn(), "consent": "a.b.c"});
    let early = screen.person.post(&world, "/consents", &body).await;
    early.refused(400, "key-statement.mismatch");
    let statement = screen.make_key(&world).await;
    let same = allergy();
    // LINK-008: wider than the request.
    let mut wider = allergy();
    wider[0].handling = Handling::Store;
    let consent = screen.consent(&statement, &wider, |_| {});
    screen
        .register(&world, &consent)
        .await
        .refused(401, "scope.handling-wider");
    let more = [detail(&["allergy", "lab-result"], &[Purpose::SelfView])];
    let consent = screen.consent(&statement, &more, |_| {});
    screen
        .register(&world, &consent)
        .await
        .refused(401, "scope.datatypes-wider");
    let day = 86_400;
    let opened = screen.data["openedAt"].as_i64().unwrap();
    let changes: [(&str, serde_json::Value, u16, &str); 9] = [
        // LINK-018: a 91st day.
        (
            "/exp",
            json!(opened + 91 * day),
            401,
            "token.lifetime-exceeded",
        ),
        ("/iat", json!(opened - 1), 400, "consent.transaction"),
        (
            "/txn",
            json!("AAAAAAAAAAAAAAAAAAAAAA"),
            400,
            "consent.transaction",
        ),
        (
            "/req_s256",
            json!(s256("x")),
            400,
            "consent.request-mismatch",
        ),
        (
            "/recipient/name",
            json!("別の名前"),
            400,
            "consent.recipient-mismatch",
        ),
        (
            "/sub",
            json!("somebody-else"),
            400,
            "key-statement.mismatch",
        ),
        (
            "/aud",
            json!("https://other.example"),
            401,
            "audience.mismatch",
        ),
        (
            "/notice/s256",
            json!(s256("x")),
            400,
            "consent.notice-mismatch",
        ),
        (
            "/withdraw_uri",
            json!("https://evil.example/x"),
            401,
            "claims.invalid",
        ),
    ];
    for (path, value, status, code) in changes {
        let consent = screen.consent(&statement, &same, |claims| {
            *claims.pointer_mut(path).unwrap() = value;
        });
        let answer = screen.register(&world, &consent).await;
        assert_eq!(answer.code(), code, "{path}");
        answer.refused(status, code);
    }
    let consent = screen.consent(&statement, &same, |_| {});
    screen.register(&world, &consent).await.ok();
    // The transaction is over.
    screen
        .register(&world, &consent)
        .await
        .refused(400, "consent.transaction");
}

#[tokio::test]
async fn a_transaction_ends_after_half_an_hour_and_a_reload_resumes_it() {
    let world = World::new().await;
    let screen = world.device().ask(&world, "taro", &allergy()).await;
    let path = format!("/consent?txn={}", screen.txn());
    world.pass(1_799);
    screen.person.get(&world, &path).await.ok();
    world.pass(1);
    screen
        .person
        .get(&world, &path)
        .await
        .refused(401, "session.missing");
}

/// LIFE-003
#[tokio::test]
async fn a_refusal_gives_nothing_and_is_final() {
    let world = World::new().await;
    let screen = world.device().ask(&world, "taro", &allergy()).await;
    let statement = screen.make_key(&world).await;
    let refuse = json!({"txn": screen.txn()});
    let answer = screen.person.post(&world, "/refuse", &refuse).await;
    let redirect = answer.ok().json()["redirect"].as_str().unwrap().to_owned();
    assert!(redirect.contains("error=access_denied") && !redirect.contains("code="));
    let consent = screen.consent(&statement, &allergy(), |_| {});
    screen
        .register(&world, &consent)
        .await
        .refused(400, "consent.transaction");
    screen
        .person
        .post(&world, "/refuse", &refuse)
        .await
        .refused(400, "consent.transaction");
}

/// LINK-012
#[tokio::test]
async fn link_012_a_new_consent_takes_the_place_of_the_old() {
    let world = World::new().await;
    let app = world.device();
    let old = world.link(&app, "taro", &allergy()).await;
    let screen = app.ask(&world, "taro", &allergy()).await;
    assert!(screen.data["live"].is_string());
    let statement = screen.make_key(&world).await;
    // It has to name the one that it replaces.
    let silent = screen.consent(&statement, &allergy(), |claims| {
        claims.as_object_mut().unwrap().remove("supersedes");
    });
    screen
        .register(&world, &silent)
        .await
        .refused(400, "consent.supersedes");
    let new = screen
        .approve(&world, &allergy())
        .await
        .redeem(&world, &app)
        .await;
    app.read(&world, "allergy", &old.grant)
        .await
        .refused(401, "grant.revoked");
    app.renew(&world, &old.consent)
        .await
        .oauth(400, "invalid_grant", "consent.superseded");
    app.read(&world, "allergy", &new.grant).await.ok();
    app.renew(&world, &new.consent).await.ok();
}
