//! `POST /introspect` and `POST /revoke`: of one's own grants only.

use phr_link::proof::Proof;
use phr_link::scope::{Detail, Purpose};
use phr_link::token::sign;
use serde_json::json;

use crate::support::{ASSERTION, Answer, App, BASE, Linked, World, claims, detail, random_id};

fn asked(purpose: Purpose) -> Vec<Detail> {
    vec![detail(&["allergy"], &[purpose])]
}

/// Asks about a token as its client does: with an assertion, or with a proof by the grant's key.
async fn ask(world: &World, app: &App, path: &str, token: &str) -> Answer {
    let proof = Proof {
        htm: "POST".into(),
        htu: format!("{BASE}{path}"),
        iat: world.now(),
        jti: random_id(),
        ath: None,
        nonce: None,
        phr_pur: None,
    };
    let proof = sign(&proof, &app.key).unwrap();
    let assertion = app.is_server.then(|| app.assertion(world));
    let mut fields = vec![("client_id", &*app.id), ("token", token)];
    if let Some(assertion) = &assertion {
        fields.push(("client_assertion_type", ASSERTION));
        fields.push(("client_assertion", assertion));
    }
    world.form(path, &fields, &[("dpop", &proof)]).await
}

#[tokio::test]
async fn a_client_learns_how_its_own_grant_stands() {
    let world = World::new().await;
    for (app, purpose) in [
        (world.device(), Purpose::SelfView),
        (world.clinic(), Purpose::Care),
    ] {
        let linked = world.link(&app, "taro", &asked(purpose)).await;
        let answer = ask(&world, &app, "/introspect", &linked.grant).await;
        assert_eq!(answer.header("cache-control"), "no-store");
        let told = answer.ok().json();
        let grant = claims(&linked.grant);
        assert_eq!(told["active"], true);
        for name in [
            "iss",
            "aud",
            "sub",
            "client_id",
            "exp",
            "iat",
            "cnf",
            "authorization_details",
        ] {
            assert_eq!(told[name], grant[name], "{name}");
        }
        world.pass(86_400);
        let over = ask(&world, &app, "/introspect", &linked.grant).await;
        assert_eq!(over.ok().json(), json!({"active": false}));
    }
}

/// A foreign grant, a forged one, another kind of token and no token at all: one answer.
#[tokio::test]
async fn what_is_not_the_callers_own_is_not_active_and_is_not_ended() {
    let world = World::new().await;
    let (app, other, clinic) = (world.device(), world.device(), world.clinic());
    let linked = world.link(&app, "taro", &asked(Purpose::SelfView)).await;
    let (head, _) = linked.grant.rsplit_once('.').unwrap();
    let forged = format!("{head}.{}", "A".repeat(86));
    for (client, token) in [
        (&other, &*linked.grant),
        (&clinic, &*linked.grant),
        (&app, &*forged),
        (&app, &*linked.consent),
        (&app, "no token"),
        (&app, ""),
    ] {
        let told = ask(&world, client, "/introspect", token).await;
        assert_eq!(
            (told.ok().text.as_str(), told.status.as_u16()),
            ("{\"active\":false}", 200)
        );
        let ended = ask(&world, client, "/revoke", token).await;
        assert_eq!((ended.ok().text.as_str(), ended.status.as_u16()), ("", 200));
    }
    // Nobody ended it.
    app.read(&world, "allergy", &linked.grant).await.ok();
}

#[tokio::test]
async fn a_client_ends_one_grant_and_no_other() {
    let world = World::new().await;
    let app = world.device();
    let linked = world.link(&app, "taro", &asked(Purpose::SelfView)).await;
    let next = Linked::of(&app.renew(&world, &linked.consent).await);
    let ended = ask(&world, &app, "/revoke", &linked.grant).await;
    assert_eq!(ended.ok().text, "");
    app.read(&world, "allergy", &linked.grant)
        .await
        .refused(401, "grant.revoked");
    let told = ask(&world, &app, "/introspect", &linked.grant).await;
    assert_eq!(told.json(), json!({"active": false}));
    app.read(&world, "allergy", &next.grant).await.ok();
    // A second time it is as if it had never been.
    assert_eq!(
        ask(&world, &app, "/revoke", &linked.grant).await.status,
        200
    );
    // After a withdrawal the other one is over, too.
    let mut taro = crate::support::Person::new("taro");
    taro.sign_in(&world, "").await;
    taro.withdraw(&world, &linked.consent_jti()).await.ok();
    let told = ask(&world, &app, "/introspect", &next.grant).await;
    assert_eq!(told.json(), json!({"active": false}));
}

#[tokio::test]
async fn nobody_asks_without_credentials() {
    let world = World::new().await;
    let (app, clinic) = (world.device(), world.clinic());
    let linked = world.link(&app, "taro", &asked(Purpose::SelfView)).await;
    for path in ["/introspect", "/revoke"] {
        // A device client without a proof, a server client without an assertion, and nobody at all.
        let fields = [("client_id", &*app.id), ("token", &*linked.grant)];
        world
            .form(path, &fields, &[])
            .await
            .oauth(400, "invalid_dpop_proof", "proof.missing");
        let fields = [("client_id", &*clinic.id), ("token", &*linked.grant)];
        let refused = world.form(path, &fields, &[]).await;
        refused.oauth(401, "invalid_client", "request.client-key");
        assert!(refused.header("www-authenticate").starts_with("DPoP"));
        let fields = [
            ("client_id", "https://nobody.example"),
            ("token", &*linked.grant),
        ];
        let refused = world.form(path, &fields, &[]).await;
        refused.oauth(401, "invalid_client", "issuer.untrusted");
        let refused = world.form(path, &[("token", &*linked.grant)], &[]).await;
        assert_eq!(refused.json()["error"], "invalid_request");
    }
}
