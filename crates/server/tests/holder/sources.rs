//! Sources: a FHIR server, and a portal that takes its time. The upstreams are real servers on this machine.

use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use phr_link::key::SecretKey;
use phr_link::proof::Proof;
use phr_link::scope::{Detail, Purpose};
use phr_link::token::{s256, sign};
use phr_link_server::source::Settings;
use serde_json::{Value, json};

use crate::support::{Answer, App, BASE, Linked, World, detail, random_id};
use crate::upstream::{Said, Upstream};

mod fhir;
mod portal;
mod retrievals;

pub(super) const READ: &str = "lab-result";

pub(super) fn asked() -> Vec<Detail> {
    vec![detail(&[READ], &[Purpose::SelfView])]
}

pub(super) async fn world(settings: Value) -> (World, App, Linked) {
    let mut world = World::new().await;
    world.source = vec![serde_json::from_value(settings).unwrap()];
    world.restart().await;
    let app = world.device();
    let linked = world.link(&app, "taro", &asked()).await;
    (world, app, linked)
}

pub(super) fn observation(id: &str) -> Value {
    json!({"resource": {"resourceType": "Observation", "id": id, "status": "final", "code": {"text": "HbA1c"}, "effectiveDateTime": "2026-10-01"}})
}

pub(super) fn bundle(entries: &[Value], next: Option<&str>) -> Value {
    let link: Vec<_> = next
        .iter()
        .map(|url| json!({"relation": "next", "url": url}))
        .collect();
    json!({"resourceType": "Bundle", "type": "searchset", "entry": entries, "link": link})
}

pub(super) fn portal(upstream: &Upstream) -> Value {
    json!({
        "kind": "portal", "name": "portal", "base": upstream.address, "service_id": "svc-1",
        "kinds": {READ: "kensa"}, "linkage_days": 60,
        "reasons": {"NOT_YET": "not-yet-available", "NONE": "empty", "LINK_OVER": "consent-expired"},
        "mappings": [{
            "when": {"/kind": "kensa"}, "resource_type": "Observation",
            "fields": {"/id": "/no", "/code/text": "/item", "/effectiveDateTime": "/day"}, "fixed": {"/status": "final"},
        }],
    })
}

pub(super) fn status(word: &str) -> Said {
    (200, None, json!({"status": word}))
}

/// One call to the retrievals, signed for it.
pub(super) async fn call(
    world: &World,
    app: &App,
    grant: &str,
    method: &str,
    path: &str,
    body: Option<&Value>,
    key: Option<&str>,
) -> Answer {
    let proof = proof(world, &app.key, grant, method, path);
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header("authorization", format!("DPoP {grant}"))
        .header("dpop", proof)
        .header("content-type", "application/json");
    if let Some(key) = key {
        request = request.header("idempotency-key", key);
    }
    let body = body.map_or(Body::empty(), |body| Body::from(body.to_string()));
    world.send(request.body(body).unwrap()).await
}

pub(super) fn proof(
    world: &World,
    key: &SecretKey,
    grant: &str,
    method: &str,
    path: &str,
) -> String {
    let proof = Proof {
        htm: method.into(),
        htu: format!("{BASE}{path}"),
        iat: world.now(),
        jti: random_id(),
        ath: Some(s256(grant)),
        nonce: None,
        phr_pur: Some(Purpose::SelfView),
    };
    sign(&proof, key).unwrap()
}

pub(super) async fn begin(world: &World, app: &App, linked: &Linked) -> String {
    let body = json!({"category": READ});
    let begun = call(
        world,
        app,
        &linked.grant,
        "POST",
        "/retrievals",
        Some(&body),
        None,
    )
    .await;
    assert_eq!(begun.status, 202, "{}", begun.text);
    let told = begun.json();
    let id = told["id"].as_str().unwrap().to_owned();
    assert_eq!(begun.header("location"), format!("{BASE}/retrievals/{id}"));
    assert_eq!(
        (&told["state"], begun.header("retry-after")),
        (&json!("created"), "2")
    );
    id
}

/// Looks until it stands so.
pub(super) async fn until(
    world: &World,
    app: &App,
    linked: &Linked,
    id: &str,
    state: &str,
) -> Value {
    let path = format!("/retrievals/{id}");
    let mut last = String::new();
    for _ in 0..150 {
        world.pass(2);
        let told = call(world, app, &linked.grant, "GET", &path, None, None).await;
        last.clone_from(&told.text);
        if told.ok().json()["state"] == state {
            return told.json();
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("it is not {state}: {last}");
}

pub(super) fn identity(name: &str) -> Said {
    (200, None, json!({"name": name, "birth_date": "19610401"}))
}

pub(super) fn result() -> Said {
    (
        200,
        None,
        json!({"parsed": [{"kind": "kensa", "no": "k1", "item": "LDL", "day": "2026-09-09"}], "linkage_id": "link-1"}),
    )
}
