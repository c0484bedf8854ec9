//! The status list, and time.

use phr_link::scope::{Detail, Purpose};
use serde_json::{Value, json};

use crate::support::{BASE, Linked, World, claims, detail};

fn allergy() -> [Detail; 1] {
    [detail(&["allergy"], &[Purpose::SelfView])]
}

fn index(grant: &str) -> i64 {
    claims(grant)["status"]["status_list"]["idx"]
        .as_i64()
        .unwrap()
}

/// What the core's `status` operation says of a grant by the list that the holder serves.
async fn status_of(world: &World, grant: &str) -> Value {
    let uri = claims(grant)["status"]["status_list"]["uri"].clone();
    let path = uri.as_str().unwrap().strip_prefix(BASE).unwrap();
    let list = world.get(path).await.ok().text.clone();
    let keys = world.get("/jwks").await.ok().json();
    let call = json!({
        "op": "status", "list": list, "jwks": keys, "uri": uri,
        "index": index(grant), "now": world.now().as_secs(),
    });
    serde_json::from_str(&phr_link::adapter::answer(&call.to_string())).unwrap()
}

/// STAT-019
#[tokio::test]
async fn stat_019_a_withdrawal_shows_at_the_next_read_and_in_the_next_list() {
    let world = World::new().await;
    let app = world.device();
    let approved = app
        .ask(&world, "taro", &allergy())
        .await
        .approve(&world, &allergy())
        .await;
    let linked = approved.redeem(&world, &app).await;
    let valid = status_of(&world, &linked.grant).await;
    assert!(valid.to_string().contains("status.valid"), "{valid}");
    app.read(&world, "allergy", &linked.grant).await.ok();
    approved
        .person
        .withdraw(&world, &linked.consent_jti())
        .await
        .ok();
    // The clock did not move.
    app.read(&world, "allergy", &linked.grant)
        .await
        .refused(401, "grant.revoked");
    let revoked = status_of(&world, &linked.grant).await;
    assert!(revoked.to_string().contains("status.revoked"), "{revoked}");
}

/// TIME-016
#[tokio::test]
async fn time_016_an_ended_grant_stays_ended_though_its_status_is_valid() {
    let world = World::new().await;
    let app = world.device();
    let linked = world.link(&app, "taro", &allergy()).await;
    world.pass(86_399);
    app.read(&world, "allergy", &linked.grant).await.ok();
    world.pass(1);
    let valid = status_of(&world, &linked.grant).await;
    assert!(valid.to_string().contains("status.valid"), "{valid}");
    app.read(&world, "allergy", &linked.grant)
        .await
        .refused(401, "grant.expired");
    // The next one is had while the person sleeps, also after days: lists are signed anew.
    world.pass(5 * 86_400);
    let next = Linked::of(&app.renew(&world, &linked.consent).await);
    app.read(&world, "allergy", &next.grant).await.ok();
}

/// STAT-021
#[tokio::test]
async fn stat_021_indices_are_random_and_nobody_elses() {
    let world = World::new().await;
    let app = world.device();
    let linked = world.link(&app, "taro", &allergy()).await;
    let mut grants = vec![linked.grant.clone()];
    for _ in 0..19 {
        grants.push(Linked::of(&app.renew(&world, &linked.consent).await).grant);
    }
    let mut pointers: Vec<_> = grants
        .iter()
        .map(|grant| claims(grant)["status"].to_string())
        .collect();
    pointers.sort_unstable();
    pointers.dedup();
    assert_eq!(pointers.len(), 20, "an index was given twice");
    let indices: Vec<_> = grants.iter().map(|grant| index(grant)).collect();
    let mut sorted = indices.clone();
    sorted.sort_unstable();
    assert_ne!(sorted, indices, "they only grow");
    // Of 20 random ones among a million, none should be the neighbour of the one before.
    let neighbours = indices
        .windows(2)
        .filter(|pair| (pair[0] - pair[1]).abs() < 16);
    assert!(neighbours.count() <= 1, "{indices:?}");
    assert!(
        sorted[19] - sorted[0] > 1 << 16,
        "they are close together: {indices:?}"
    );
}

#[tokio::test]
async fn the_list_is_signed_anew_within_half_its_time() {
    let world = World::new().await;
    let first = world.get("/status/1").await;
    assert_eq!(
        first.ok().header("content-type"),
        "application/statuslist+jwt"
    );
    assert_eq!(first.header("cache-control"), "max-age=30");
    let told = claims(&first.text);
    assert_eq!(
        (&told["iss"], &told["sub"]),
        (&json!(BASE), &json!(format!("{BASE}/status/1")))
    );
    let ttl = told["ttl"].as_i64().unwrap();
    world.pass(ttl / 2 - 1);
    assert_eq!(world.get("/status/1").await.text, first.text);
    world.pass(1);
    let second = claims(&world.get("/status/1").await.text);
    assert_eq!(second["iat"], world.now().as_secs());
    // Who has the newest is told so.
    let tag = world.get("/status/1").await.header("etag").to_owned();
    let request = axum::http::Request::get("/status/1").header("if-none-match", &tag);
    let same = world
        .send(request.body(axum::body::Body::empty()).unwrap())
        .await;
    assert_eq!((same.status.as_u16(), same.text.as_str()), (304, ""));
}
