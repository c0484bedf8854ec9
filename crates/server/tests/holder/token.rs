//! `/token`: proofs, codes, renewals.

use phr_link::scope::{Detail, Purpose};
use phr_link::token::sign;

use crate::support::{App, CODE, EXCHANGE, JWT, Linked, VERIFIER, World, detail, fresh, random_id};

fn allergy() -> [Detail; 1] {
    [detail(&["allergy"], &[Purpose::SelfView])]
}

async fn approved(world: &World, app: &App) -> String {
    let screen = app.ask(world, "taro", &allergy()).await;
    screen.approve(world, &allergy()).await.code()
}

/// LINK-004
#[tokio::test]
async fn link_004_a_code_redeemed_twice_ends_what_it_gave() {
    let world = World::new().await;
    let app = world.device();
    let code = approved(&world, &app).await;
    let linked = Linked::of(&app.redeem(&world, &code).await);
    app.read(&world, "allergy", &linked.grant).await.ok();
    app.redeem(&world, &code)
        .await
        .oauth(400, "invalid_grant", "consent.transaction");
    app.read(&world, "allergy", &linked.grant)
        .await
        .refused(401, "grant.revoked");
    // The consent is the person's, and stays: the next grant is had by the key that it names.
    let next = Linked::of(&app.renew(&world, &linked.consent).await);
    app.read(&world, "allergy", &next.grant).await.ok();
}

#[tokio::test]
async fn a_code_is_redeemed_with_its_verifier_key_address_and_client() {
    let world = World::new().await;
    let app = world.device();
    let good = [
        ("code_verifier", VERIFIER),
        ("redirect_uri", &*app.redirect_uri),
    ];
    let wrong = [
        (
            "code_verifier",
            "another-verifier-of-forty-three-characters-000",
        ),
        ("redirect_uri", "https://elsewhere.example/callback"),
    ];
    for at in 0..2 {
        let code = approved(&world, &app).await;
        let mut fields = good;
        fields[at] = wrong[at];
        let more = [("code", &*code), fields[0], fields[1]];
        app.token(&world, CODE, &more)
            .await
            .oauth(400, "invalid_grant", "consent.transaction");
        // There is no second attempt.
        app.redeem(&world, &code)
            .await
            .oauth(400, "invalid_grant", "consent.transaction");
    }
    let code = approved(&world, &app).await;
    let thief = world.device();
    thief
        .redeem(&world, &code)
        .await
        .oauth(400, "invalid_grant", "consent.proof-key");
    let code = approved(&world, &app).await;
    world
        .clinic()
        .redeem(&world, &code)
        .await
        .oauth(400, "invalid_grant", "consent.proof-key");
    let code = approved(&world, &app).await;
    world.pass(60);
    app.redeem(&world, &code)
        .await
        .oauth(400, "invalid_grant", "consent.transaction");
    app.redeem(&world, &random_id())
        .await
        .oauth(400, "invalid_grant", "consent.unknown");
}

#[tokio::test]
async fn a_proof_carries_a_fresh_nonce_and_is_good_once() {
    let world = World::new().await;
    let app = world.device();
    let linked = world.link(&app, "taro", &allergy()).await;
    let fields = [
        ("grant_type", EXCHANGE),
        ("client_id", &*app.id),
        ("subject_token", &*linked.consent),
        ("subject_token_type", JWT),
    ];
    let send = async |proof: &str| world.form("/token", &fields, &[("dpop", proof)]).await;
    world
        .form("/token", &fields, &[])
        .await
        .oauth(400, "invalid_dpop_proof", "proof.missing");
    let nonce = app.nonce(&world).await;
    let proof = sign(&app.token_proof(&world, Some(nonce.clone())), &app.key).unwrap();
    send(&proof).await.ok();
    send(&proof)
        .await
        .oauth(400, "invalid_dpop_proof", "proof.replayed");
    let twice = [("dpop", &*proof), ("dpop", &proof)];
    world
        .form("/token", &fields, &twice)
        .await
        .oauth(400, "invalid_dpop_proof", "proof.missing");
    // Of another method, for another address, of yesterday, with an old nonce.
    for (change, error, code) in [
        ("htm", "invalid_dpop_proof", "proof.htm-mismatch"),
        ("htu", "invalid_dpop_proof", "proof.htu-mismatch"),
        ("iat", "invalid_dpop_proof", "proof.stale"),
        ("nonce", "use_dpop_nonce", "proof.nonce-required"),
    ] {
        let mut proof = app.token_proof(&world, Some(app.nonce(&world).await));
        match change {
            "htm" => proof.htm = "GET".into(),
            "htu" => proof.htu = "http://evil.example/token".into(),
            "iat" => proof.iat = proof.iat.plus(-301),
            _ => proof.nonce = Some(random_id()),
        }
        send(&sign(&proof, &app.key).unwrap())
            .await
            .oauth(400, error, code);
    }
    // A nonce is good for a while, and no longer.
    let nonce = app.nonce(&world).await;
    world.pass(120);
    let proof = app.token_proof(&world, Some(nonce.clone()));
    send(&sign(&proof, &app.key).unwrap()).await.ok();
    world.pass(240);
    let proof = app.token_proof(&world, Some(nonce));
    send(&sign(&proof, &app.key).unwrap()).await.oauth(
        400,
        "use_dpop_nonce",
        "proof.nonce-required",
    );
}

#[tokio::test]
async fn a_consent_is_exchanged_by_its_own_client_and_key_alone() {
    let world = World::new().await;
    let (app, clinic) = (world.device(), world.clinic());
    let linked = world.link(&app, "taro", &allergy()).await;
    // A second device of the same app did not get this consent.
    world.device().renew(&world, &linked.consent).await.oauth(
        400,
        "invalid_grant",
        "consent.proof-key",
    );
    clinic
        .renew(&world, &linked.consent)
        .await
        .oauth(400, "invalid_grant", "consent.proof-key");
    let unknown = format!("{}A", linked.consent);
    app.renew(&world, &unknown)
        .await
        .oauth(400, "invalid_grant", "consent.unknown");
    let untyped = [("subject_token", &*linked.consent)];
    app.token(&world, EXCHANGE, &untyped)
        .await
        .oauth(400, "invalid_request", "caller.misuse");
    app.token(&world, "password", &[]).await.oauth(
        400,
        "unsupported_grant_type",
        "caller.unknown-op",
    );
    // Nobody learns how another's consent stands.
    let screen = app.ask(&world, "taro", &allergy()).await;
    screen.approve(&world, &allergy()).await;
    world.device().renew(&world, &linked.consent).await.oauth(
        400,
        "invalid_grant",
        "consent.proof-key",
    );
}

#[tokio::test]
async fn a_server_client_proves_itself_at_the_token_endpoint() {
    let world = World::new().await;
    let clinic = world.clinic();
    let care = [detail(&["allergy"], &[Purpose::Care])];
    let linked = world.link(&clinic, "taro", &care).await;
    Linked::of(&clinic.renew(&world, &linked.consent).await);
    let send = async |assertion: Option<&str>| {
        let nonce = clinic.nonce(&world).await;
        let proof = sign(&clinic.token_proof(&world, Some(nonce)), &clinic.key).unwrap();
        let mut fields = vec![
            ("grant_type", EXCHANGE),
            ("client_id", &*clinic.id),
            ("subject_token", &*linked.consent),
            ("subject_token_type", JWT),
        ];
        if let Some(assertion) = assertion {
            fields.push(("client_assertion", assertion));
            fields.push(("client_assertion_type", crate::support::ASSERTION));
        }
        world.form("/token", &fields, &[("dpop", &proof)]).await
    };
    send(None)
        .await
        .oauth(401, "invalid_client", "request.client-key");
    let used = clinic.assertion(&world);
    send(Some(&used)).await.ok();
    send(Some(&used))
        .await
        .oauth(401, "invalid_client", "claims.jti-reused");
    let old = clinic.assertion(&world);
    world.pass(60);
    let late = send(Some(&old)).await;
    late.oauth(401, "invalid_client", &late.code());
    let mut forger = world.clinic();
    forger.key = fresh();
    send(Some(&forger.assertion(&world)))
        .await
        .oauth(401, "invalid_client", "key.unknown");
}

#[tokio::test]
async fn a_grant_ends_with_its_consent_and_a_consent_after_ninety_days() {
    let world = World::new().await;
    let app = world.device();
    let linked = world.link(&app, "taro", &allergy()).await;
    world.pass(90 * 86_400 - 3_600);
    let last = app.renew(&world, &linked.consent).await;
    assert_eq!(last.ok().json()["expires_in"], 3_600);
    let last = Linked::of(&last);
    app.read(&world, "allergy", &last.grant).await.ok();
    world.pass(3_600);
    app.read(&world, "allergy", &last.grant)
        .await
        .refused(401, "grant.expired");
    app.renew(&world, &linked.consent)
        .await
        .oauth(400, "invalid_grant", "consent.expired");
    // The person may link again: what is over is not superseded.
    let screen = app.ask(&world, "taro", &allergy()).await;
    assert!(screen.data["live"].is_null());
    screen
        .approve(&world, &allergy())
        .await
        .redeem(&world, &app)
        .await;
}
