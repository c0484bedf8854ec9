//! Ending a consent: by whom, and that nothing outlives it.

use std::sync::Arc;

use phr_link::scope::{Detail, Purpose};
use serde_json::json;

use crate::support::{BASE, Linked, Person, World, claims, detail, random_id};

fn allergy() -> [Detail; 1] {
    [detail(&["allergy"], &[Purpose::SelfView])]
}

fn path(jti: &str) -> String {
    format!("/consents/{jti}/withdraw")
}

#[tokio::test]
async fn a_consent_is_withdrawn_by_the_persons_key_without_the_app() {
    let world = World::new().await;
    let app = world.device();
    let approved = app
        .ask(&world, "taro", &allergy())
        .await
        .approve(&world, &allergy())
        .await;
    let linked = approved.redeem(&world, &app).await;
    let jti = linked.consent_jti();
    let now = world.now();
    let aud = approved.withdrawal(&linked.consent, now, |claims| {
        claims.aud = "https://x.example".into()
    });
    world
        .post(&path(&jti), &aud, &[])
        .await
        .refused(401, "audience.mismatch");
    let key = approved.withdrawal(&linked.consent, now, |claims| {
        claims.key_s256 = phr_link::token::s256("x")
    });
    world
        .post(&path(&jti), &key, &[])
        .await
        .refused(403, "withdrawal.not-allowed");
    let other = approved.withdrawal(&linked.consent, now, |claims| {
        claims.consent_jti = random_id()
    });
    world
        .post(&path(&jti), &other, &[])
        .await
        .refused(403, "withdrawal.not-allowed");
    let early = approved.withdrawal(&linked.consent, now.plus(61), |_| {});
    world
        .post(&path(&jti), &early, &[])
        .await
        .refused(400, "withdrawal.issued-in-future");
    let half = json!({"withdrawal": "a.b.c"});
    world
        .post(&path(&jti), &half, &[])
        .await
        .refused(400, "caller.malformed");
    app.read(&world, "allergy", &linked.grant).await.ok();

    let good = approved.withdrawal(&linked.consent, now, |_| {});
    let answer = world.post(&path(&jti), &good, &[]).await;
    assert_eq!(answer.ok().json()["state"], "withdrawn");
    app.read(&world, "allergy", &linked.grant)
        .await
        .refused(401, "grant.revoked");
    // Once more is once.
    let again = world.post(&path(&jti), &good, &[]).await;
    assert_eq!(
        (
            again.ok().json()["state"].as_str(),
            &again.json()["receipt"]
        ),
        (Some("withdrawn"), &json!(null))
    );
}

/// STAT-022, STAT-023
#[tokio::test]
async fn stat_022_023_an_unknown_consent_and_anothers_get_one_answer() {
    let world = World::new().await;
    let app = world.device();
    let taro = app
        .ask(&world, "taro", &allergy())
        .await
        .approve(&world, &allergy())
        .await;
    let his = taro.redeem(&world, &app).await;
    let hanako = app
        .ask(&world, "hanako", &allergy())
        .await
        .approve(&world, &allergy())
        .await;
    let hers = hanako.redeem(&world, &app).await;
    let (known, unknown) = (his.consent_jti(), random_id());
    // Signed in as somebody else.
    let others = hanako.person.withdraw(&world, &known).await;
    others.refused(404, "consent.unknown");
    let nobodys = hanako.person.withdraw(&world, &unknown).await;
    assert_eq!(
        (others.text, others.headers.len()),
        (nobodys.text, nobodys.headers.len())
    );
    // By somebody else's key.
    let mut answers = Vec::new();
    for jti in [&known, &unknown] {
        let body = hanako.withdrawal(&hers.consent, world.now(), |claims| {
            claims.consent_jti = jti.clone()
        });
        let answer = world.post(&path(jti), &body, &[]).await;
        answer.refused(404, "consent.unknown");
        answers.push(answer.text);
    }
    assert_eq!(answers[0], answers[1]);
    // By nobody, and from another origin.
    for jti in [&known, &unknown] {
        let origin = [("origin", BASE)];
        world
            .post(&path(jti), &json!({}), &origin)
            .await
            .refused(401, "session.missing");
        let cookie = [("cookie", &*taro.person.cookie), ("origin", &world.app)];
        world
            .post(&path(jti), &json!({}), &cookie)
            .await
            .refused(403, "session.cross-origin");
        let forged = [("cookie", "phr-holder=taro"), ("origin", BASE)];
        world
            .post(&path(jti), &json!({}), &forged)
            .await
            .refused(401, "session.missing");
    }
    app.read(&world, "allergy", &his.grant).await.ok();
    app.read(&world, "allergy", &hers.grant).await.ok();
}

#[tokio::test]
async fn who_withdraws_an_old_consent_is_told_that_a_newer_one_lives() {
    let world = World::new().await;
    let app = world.device();
    let old = world.link(&app, "taro", &allergy()).await;
    let new = world.link(&app, "taro", &allergy()).await;
    let mut taro = Person::new("taro");
    taro.sign_in(&world, "").await;
    taro.withdraw(&world, &old.consent_jti())
        .await
        .refused(401, "consent.superseded");
    app.read(&world, "allergy", &new.grant).await.ok();
    taro.withdraw(&world, &new.consent_jti()).await.ok();
    app.read(&world, "allergy", &new.grant)
        .await
        .refused(401, "grant.revoked");
}

#[tokio::test]
async fn a_withdrawal_before_the_code_is_redeemed_leaves_nothing_to_redeem() {
    let world = World::new().await;
    let app = world.device();
    let approved = app
        .ask(&world, "taro", &allergy())
        .await
        .approve(&world, &allergy())
        .await;
    let cards =
        crate::support::data(&approved.person.get(&world, "/consents").await.text)["consents"]
            .clone();
    approved
        .person
        .withdraw(&world, cards[0]["jti"].as_str().unwrap())
        .await
        .ok();
    app.redeem(&world, &approved.code())
        .await
        .oauth(400, "invalid_grant", "consent.withdrawn");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn link_023_a_hundred_races_of_issue_and_withdrawal_leave_no_live_grant() {
    let world = Arc::new(World::new().await);
    let (mut issued, mut refused) = (0, 0);
    for race in 0..100_u64 {
        let app = Arc::new(world.device());
        let approved = app
            .ask(&world, "taro", &allergy())
            .await
            .approve(&world, &allergy())
            .await;
        let linked = approved.redeem(&world, &app).await;
        let jti = linked.consent_jti();
        let renewal = tokio::spawn({
            let (world, app, consent) = (world.clone(), app.clone(), linked.consent.clone());
            async move { app.renew(&world, &consent).await }
        });
        // The renewal takes two requests: the withdrawal falls before, between or after.
        tokio::time::sleep(std::time::Duration::from_micros(race * 97)).await;
        approved.person.withdraw(&world, &jti).await.ok();
        let renewal = renewal.await.unwrap();
        if renewal.status.is_success() {
            issued += 1;
            let late = Linked::of(&renewal);
            app.read(&world, "allergy", &late.grant)
                .await
                .refused(401, "grant.revoked");
        } else {
            refused += 1;
            renewal.oauth(400, "invalid_grant", "consent.withdrawn");
        }
        app.read(&world, "allergy", &linked.grant)
            .await
            .refused(401, "grant.revoked");
        app.renew(&world, &linked.consent)
            .await
            .oauth(400, "invalid_grant", "consent.withdrawn");
    }
    assert_eq!(issued + refused, 100);
    println!("{issued} grants were issued before their withdrawal, {refused} refused after it");
}

#[tokio::test]
async fn the_dashboard_shows_ones_own_consents_alone() {
    let world = World::new().await;
    let app = world.device();
    let linked = world.link(&app, "taro", &allergy()).await;
    let mut hanako = Person::new("hanako");
    hanako.sign_in(&world, "").await;
    let cards =
        crate::support::data(&hanako.get(&world, "/consents").await.text)["consents"].clone();
    assert_eq!(cards, json!([]));
    // A session that nobody opened is none: the sign-in page comes.
    let forged = Person {
        cookie: "phr-holder=x.taro".into(),
        ..Person::new("taro")
    };
    let page = forged.get(&world, "/consents").await;
    assert!(page.text.contains("どなたですか") && !page.text.contains(&linked.consent_jti()));
    assert!(
        !page
            .text
            .contains(claims(&linked.consent)["sub"].as_str().unwrap())
    );
    // Nor is one whose time is over.
    let mut taro = Person::new("taro");
    taro.sign_in(&world, "").await;
    world.pass(1_800);
    assert!(
        taro.get(&world, "/consents")
            .await
            .text
            .contains("どなたですか")
    );
}
