//! The records of provision, as the person gets them.

use axum::body::Body;
use axum::http::Request;
use phr_link::scope::{Detail, Purpose};
use serde_json::Value;

use crate::support::{Answer, Person, World, claims, detail};

fn asked() -> Vec<Detail> {
    vec![detail(&["allergy"], &[Purpose::SelfView])]
}

async fn signed_in(world: &World, person: &str) -> Person {
    let mut person = Person::new(person);
    person.sign_in(world, "").await;
    person
}

fn tokens(answer: &Answer) -> Vec<String> {
    let told = answer.ok().json();
    let receipts = told["receipts"].as_array().unwrap().iter();
    let tokens = receipts.map(|one| match one.as_str() {
        // The file has them bare; a page says what they mean as well.
        Some(token) => token.to_owned(),
        None => {
            let token = one["token"].as_str().unwrap();
            assert_eq!(claims(token), one["claims"]);
            token.to_owned()
        }
    });
    tokens.collect()
}

/// LIFE-028: who read what and when, page by page and each once.
#[tokio::test]
async fn the_person_sees_every_provision_once() {
    let world = World::new().await;
    let app = world.device();
    let linked = world.link(&app, "taro", &asked()).await;
    let mut exchanges = Vec::new();
    for _ in 0..230 {
        let read = app.read(&world, "allergy", &linked.grant).await;
        exchanges.push(read.ok().header("phr-exchange").to_owned());
        world.pass(1);
    }
    let taro = signed_in(&world, "taro").await;
    let (mut all, mut pages) = (Vec::new(), 0);
    let mut next = Some("/receipts".to_owned());
    while let Some(path) = next {
        let answer = taro.get(&world, &path).await;
        assert_eq!(answer.header("cache-control"), "no-store");
        all.extend(tokens(&answer));
        let cursor = answer.json()["next"].as_str().map(str::to_owned);
        next = cursor.map(|cursor| format!("/receipts?cursor={cursor}"));
        pages += 1;
        // One that comes meanwhile is newer than all pages.
        app.read(&world, "allergy", &linked.grant).await.ok();
    }
    assert_eq!((all.len(), pages), (231, 3));
    let told: Vec<Value> = all.iter().map(|token| claims(token)).collect();
    let mut seqs: Vec<_> = told
        .iter()
        .map(|receipt| receipt["seq"].as_i64().unwrap())
        .collect();
    assert!(
        seqs.windows(2).all(|pair| pair[0] == pair[1] + 1),
        "{seqs:?}"
    );
    assert_eq!(seqs.pop(), Some(0));
    let newest = &told[0];
    assert_eq!(newest["recipient"]["name"], "見本ヘルス");
    assert_eq!(newest["items"], serde_json::json!(["allergy"]));
    // The recipient was told which exchange it was, for a receipt of its own.
    let recorded: Vec<_> = told
        .iter()
        .rev()
        .skip(1)
        .map(|receipt| &receipt["exchange_id"])
        .collect();
    assert!(
        recorded
            .iter()
            .zip(&exchanges)
            .all(|(one, other)| *one == other)
    );
}

/// API-009, API-005: a cursor is of no use to anybody else, and nobody sees another's.
#[tokio::test]
async fn nobody_sees_anothers_receipts_or_uses_anothers_cursor() {
    let world = World::new().await;
    let app = world.device();
    let linked = world.link(&app, "taro", &asked()).await;
    for _ in 0..110 {
        app.read(&world, "allergy", &linked.grant).await.ok();
    }
    let (taro, hanako) = (
        signed_in(&world, "taro").await,
        signed_in(&world, "hanako").await,
    );
    let first = taro.get(&world, "/receipts").await;
    let cursor = first.json()["next"].as_str().unwrap().to_owned();
    let next = format!("/receipts?cursor={cursor}");
    assert_eq!(tokens(&hanako.get(&world, "/receipts").await).len(), 0);
    hanako
        .get(&world, &next)
        .await
        .refused(400, "caller.misuse");
    taro.get(&world, &format!("{next}x"))
        .await
        .refused(400, "caller.misuse");
    taro.get(&world, "/receipts?cursor=1~1~a")
        .await
        .refused(400, "caller.misuse");
    taro.get(&world, "/receipts?limit=-1")
        .await
        .refused(400, "caller.malformed");
    assert_eq!(tokens(&taro.get(&world, &next).await).len(), 11);
    for path in ["/receipts", "/receipts/file"] {
        world.get(path).await.refused(401, "session.missing");
    }
}

/// LIFE-026: no call changes or deletes a receipt.
#[tokio::test]
async fn receipts_are_only_read() {
    let world = World::new().await;
    for path in ["/receipts", "/receipts/file"] {
        for method in ["POST", "PUT", "PATCH", "DELETE"] {
            let request = Request::builder().method(method).uri(path);
            let answer = world.send(request.body(Body::empty()).unwrap()).await;
            assert_eq!(answer.status, 405, "{method} {path}");
            assert!(answer.header("allow").contains("GET"));
        }
    }
}

/// LIFE-006: the file is verified without asking the holder.
#[tokio::test]
async fn the_file_holds_all_and_the_list_to_verify_it_by() {
    let world = World::new().await;
    let (app, clinic) = (world.device(), world.clinic());
    let linked = world.link(&app, "taro", &asked()).await;
    app.read(&world, "allergy", &linked.grant).await.ok();
    let care = [detail(&["allergy"], &[Purpose::Care])];
    world.link(&clinic, "taro", &care).await;
    let taro = signed_in(&world, "taro").await;
    let file = taro.get(&world, "/receipts/file").await;
    assert!(file.header("content-disposition").starts_with("attachment"));
    assert_eq!(tokens(&file).len(), 3);
    let list = file.json()["trust_list"].as_str().unwrap().to_owned();
    assert_eq!(claims(&list)["ver"], "1.0");
}

/// A withdrawal counts also when the recipient has left the trust list meanwhile.
#[tokio::test]
async fn what_is_over_for_the_recipient_is_still_the_persons_to_end() {
    let mut world = World::new().await;
    let app = world.device();
    let linked = world.link(&app, "taro", &asked()).await;
    let stranger = "https://left.example".to_owned();
    let own = std::mem::replace(&mut world.app, stranger);
    world.restart().await;
    let refused = app.read(&world, "allergy", &linked.grant).await;
    assert_eq!(refused.status, 403, "{}", refused.text);
    let taro = signed_in(&world, "taro").await;
    let ended = taro.withdraw(&world, &linked.consent_jti()).await;
    let receipt = claims(ended.ok().json()["receipt"].as_str().unwrap());
    assert_eq!(receipt["recipient"]["id"], own);
}
