//! Two holders on one store.

use std::collections::HashSet;
use std::sync::Arc;

use phr_link::scope::{Detail, Purpose};
use serde_json::json;

use crate::number;
use crate::support::{BASE, Linked, Read, World, claims, detail, is_shared};

fn asked() -> Vec<Detail> {
    vec![detail(&["allergy"], &[Purpose::SelfView])]
}

/// A proof that one replica took is refused by the other, also when both get it at one time.
#[tokio::test]
async fn a_proof_is_good_at_one_replica_only() {
    if !is_shared() {
        return;
    }
    let here = World::new().await;
    let there = here.replica().await;
    let app = here.device();
    let linked = here.link(&app, "taro", &asked()).await;
    let read = Read::of("allergy", &linked.grant, &app.key);
    let proof = read.proof(&here);
    here.send(read.request(&proof)).await.ok();
    let again = there.send(read.request(&proof)).await;
    again.refused(401, "proof.replayed");
    for _ in 0..50 {
        let proof = read.proof(&here);
        let (one, two) = tokio::join!(
            here.send(read.request(&proof)),
            there.send(read.request(&proof)),
        );
        let mut both = [one.status.as_u16(), two.status.as_u16()];
        both.sort_unstable();
        assert_eq!(both, [200, 401]);
    }
}

/// A withdrawal that one replica acknowledged is in force at the other with the next request, and in
/// the list that the other serves within a second.
#[tokio::test]
async fn a_withdrawal_at_one_replica_holds_at_the_other() {
    if !is_shared() {
        return;
    }
    let here = World::new().await;
    let there = here.replica().await;
    for _ in 0..20 {
        let app = here.device();
        let screen = app.ask(&here, "taro", &asked()).await;
        let approved = screen.approve(&here, &asked()).await;
        let linked = approved.redeem(&here, &app).await;
        app.read(&there, "allergy", &linked.grant).await.ok();
        assert!(
            status_at(&there, &linked.grant)
                .await
                .contains("status.valid")
        );
        let jti = linked.consent_jti();
        approved.person.withdraw(&here, &jti).await.ok();
        let after = app.read(&there, "allergy", &linked.grant).await;
        after.refused(401, "grant.revoked");
        let renewed = app.renew(&there, &linked.consent).await;
        renewed.oauth(400, "invalid_grant", "consent.withdrawn");
        here.pass(1);
        assert!(
            status_at(&there, &linked.grant)
                .await
                .contains("status.revoked")
        );
    }
}

/// What the list that a holder serves says of a grant.
async fn status_at(world: &World, grant: &str) -> String {
    let pointer = claims(grant)["status"]["status_list"].clone();
    let path = pointer["uri"].as_str().unwrap().replace(BASE, "");
    let list = world.get(&path).await.ok().text.clone();
    let call = json!({
        "op": "status", "list": list, "jwks": world.get("/jwks").await.json(),
        "uri": pointer["uri"], "index": pointer["idx"], "now": world.now().as_secs(),
    });
    phr_link::adapter::answer(&call.to_string())
}

/// Grants issued by all replicas at one time never share a status index.
#[tokio::test]
async fn no_status_index_is_given_twice() {
    let wanted = number("PHR_LINK_GRANTS", 400);
    let here = World::new().await;
    let mut doors = vec![here.clone()];
    if is_shared() {
        doors.push(here.replica().await);
    }
    let mut seen = HashSet::new();
    while seen.len() < wanted {
        let app = Arc::new(here.device());
        // A new consent ends the grants of the last one; their indices stay taken.
        let linked = here.link(&app, "taro", &asked()).await;
        assert!(seen.insert(pointer(&linked.grant)));
        let tasks = (0..190).map(|number| {
            let door = doors[number % doors.len()].clone();
            let (app, consent) = (app.clone(), linked.consent.clone());
            tokio::spawn(async move { app.renew(&door, &consent).await })
        });
        for task in tasks.collect::<Vec<_>>() {
            let grant = Linked::of(&task.await.unwrap()).grant;
            assert!(seen.insert(pointer(&grant)), "an index was given twice");
        }
        // A proof key may ask for twenty links within half an hour.
        here.pass(100);
    }
    println!("{} grants, no index twice", seen.len());
}

fn pointer(grant: &str) -> String {
    claims(grant)["status"].to_string()
}
