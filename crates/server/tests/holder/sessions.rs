//! In the middle of things: what changes between two calls counts for the second one.

use axum::body::Body;
use axum::http::Request;
use phr_link::scope::{Detail, Purpose};

use crate::support::{Linked, Read, World, detail};

fn asked(categories: &[&str]) -> Vec<Detail> {
    vec![detail(categories, &[Purpose::SelfView])]
}

async fn withdraw(world: &World, linked: &Linked) {
    let mut taro = crate::support::Person::new("taro");
    taro.sign_in(world, "").await;
    taro.withdraw(world, &linked.consent_jti()).await.ok();
}

/// API-003: a token counts in its field of the header alone, wherever else somebody puts it.
#[tokio::test]
async fn api_003_a_token_elsewhere_is_none() {
    let world = World::new().await;
    let app = world.device();
    let linked = world.link(&app, "taro", &asked(&["allergy"])).await;
    let read = Read::of("allergy", &linked.grant, &app.key);
    let proof = read.proof(&world);
    let query = format!("/records/allergy?access_token={}", linked.grant);
    let request = Request::get(&query).header("dpop", &proof);
    let answer = world.send(request.body(Body::empty()).unwrap()).await;
    answer.refused(400, "caller.misuse");
    let request = Request::get("/records/allergy")
        .header("dpop", &proof)
        .header("content-type", "application/x-www-form-urlencoded");
    let body = Body::from(format!("access_token={}", linked.grant));
    let answer = world.send(request.body(body).unwrap()).await;
    answer.refused(401, "proof.missing");
    // A bearer's word is none either.
    let request = Request::get("/records/allergy")
        .header("dpop", &proof)
        .header("authorization", format!("Bearer {}", linked.grant));
    let answer = world.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, 401, "{}", answer.text);
    // Nothing of it used the proof up.
    world.send(read.request(&proof)).await.ok();
}

/// API-013: a consent that is withdrawn between two pages has no second page. API-016: nor is there another
/// grant for it. LIFE-008: and a new consent does not wake the old grant.
#[tokio::test]
async fn api_013_api_016_life_008_what_ended_between_two_calls_stays_ended() {
    let folder = tempfile::tempdir().unwrap();
    for number in 0..60 {
        let record = format!(
            r#"{{"resourceType":"AllergyIntolerance","id":"a{number}","recordedDate":"2026-10-01","code":{{"text":"x"}},"patient":{{"reference":"Patient/p"}}}}"#
        );
        std::fs::write(folder.path().join(format!("a{number}.json")), record).unwrap();
    }
    let world = World::with(Some(folder.path().to_owned())).await;
    let app = world.device();
    let linked = world.link(&app, "taro", &asked(&["allergy"])).await;
    let page = app.read(&world, "allergy", &linked.grant).await.ok().json();
    let links = page["link"].as_array().unwrap();
    let next = links.iter().find(|link| link["relation"] == "next");
    let next = next.unwrap()["url"].as_str().unwrap();
    let (_, query) = next.split_once('?').unwrap();
    withdraw(&world, &linked).await;
    let second = Read {
        query,
        ..Read::of("allergy", &linked.grant, &app.key)
    };
    second.send(&world).await.refused(401, "grant.revoked");
    app.renew(&world, &linked.consent)
        .await
        .oauth(400, "invalid_grant", "consent.withdrawn");
    let fresh = world.link(&app, "taro", &asked(&["allergy"])).await;
    app.read(&world, "allergy", &fresh.grant).await.ok();
    second.send(&world).await.refused(401, "grant.revoked");
    app.renew(&world, &linked.consent)
        .await
        .oauth(400, "invalid_grant", "consent.withdrawn");
}

/// API-015: a category that a new consent leaves out is gone with it.
#[tokio::test]
async fn api_015_a_narrower_consent_narrows_at_once() {
    let world = World::new().await;
    let app = world.device();
    let both = world
        .link(&app, "taro", &asked(&["allergy", "lab-result"]))
        .await;
    app.read(&world, "lab-result", &both.grant).await.ok();
    let one = world.link(&app, "taro", &asked(&["allergy"])).await;
    app.read(&world, "allergy", &one.grant).await.ok();
    app.read(&world, "lab-result", &one.grant)
        .await
        .refused(403, "scope.not-granted");
    app.read(&world, "lab-result", &both.grant)
        .await
        .refused(401, "grant.revoked");
}

/// API-011, API-021: a parameter that is not known, or stands twice, is refused and never guessed at.
#[tokio::test]
async fn api_011_api_021_a_parameter_is_known_and_stands_once() {
    let world = World::new().await;
    let app = world.device();
    let linked = world.link(&app, "taro", &asked(&["allergy"])).await;
    for query in [
        "limit=0",
        "limit=-1",
        "limit=1000000000",
        "limit=ten",
        "limit=9223372036854775808",
        "from=2026-01-01&from=2020-01-01",
        "cursor=a&cursor=b",
        "from",
        "from=2026-13-01",
    ] {
        let read = Read {
            query,
            ..Read::of("allergy", &linked.grant, &app.key)
        };
        read.send(&world).await.refused(400, "caller.misuse");
    }
}
