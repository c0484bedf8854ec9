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

const READ: &str = "lab-result";

fn asked() -> Vec<Detail> {
    vec![detail(&[READ], &[Purpose::SelfView])]
}

async fn world(settings: Value) -> (World, App, Linked) {
    let mut world = World::new().await;
    world.source = vec![serde_json::from_value(settings).unwrap()];
    world.restart().await;
    let app = world.device();
    let linked = world.link(&app, "taro", &asked()).await;
    (world, app, linked)
}

fn observation(id: &str) -> Value {
    json!({"resource": {"resourceType": "Observation", "id": id, "status": "final", "code": {"text": "HbA1c"}, "effectiveDateTime": "2026-10-01"}})
}

fn bundle(entries: &[Value], next: Option<&str>) -> Value {
    let link: Vec<_> = next
        .iter()
        .map(|url| json!({"relation": "next", "url": url}))
        .collect();
    json!({"resourceType": "Bundle", "type": "searchset", "entry": entries, "link": link})
}

/// A FHIR server is searched page by page, asked again where it asks for a moment, and what is no record, or
/// says what is hidden, stays out.
#[tokio::test]
async fn a_fhir_server_is_searched_with_patience() {
    let upstream = Upstream::start().await;
    let folder = tempfile::tempdir().unwrap();
    let token = folder.path().join("token");
    std::fs::write(&token, "upstream-secret\n").unwrap();
    let (world, app, linked) = world(json!({
        "kind": "fhir-rest", "name": "hospital", "base": format!("{}/fhir", upstream.address),
        "token_file": token,
        "searches": {
            READ: ["Observation?patient={person}&category=laboratory"],
            "disclosed-diagnosis": ["Condition?patient={person}"],
        },
    }))
    .await;
    let first = "/fhir/Observation?patient=taro&category=laboratory";
    let hidden = json!({"resource": {"resourceType": "Condition", "id": "c", "code": {"coding": [{"system": "urn:icd", "code": "C50"}], "text": "秘密の病"},
        "meta": {"tag": [{"code": "UNINFORMED"}]}}});
    let mut telling = observation("telling");
    telling["resource"]["note"] = json!([{"text": "秘密の病の検査"}]);
    let my_number = json!({"resource": {"resourceType": "Observation", "id": "n", "identifier": [{"value": "123456789018"}]}});
    upstream.say(
        first,
        &[
            (503, Some(1), Value::Null),
            (
                200,
                None,
                bundle(
                    &[observation("a"), json!({"resource": 7}), my_number],
                    Some("Observation?page=2"),
                ),
            ),
        ],
    );
    upstream.say(
        "/fhir/Observation?page=2",
        &[(200, None, bundle(&[observation("b"), telling], None))],
    );
    upstream.say(
        "/fhir/Condition?patient=taro",
        &[(200, None, bundle(&[hidden], None))],
    );
    let answer = app.read(&world, READ, &linked.grant).await;
    let page = answer.ok().json();
    let mut ids: Vec<_> = page["entry"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["resource"]["id"].clone())
        .collect();
    ids.sort_by_key(ToString::to_string);
    assert!(
        ids.contains(&json!("a")) && ids.contains(&json!("b")),
        "{page}"
    );
    assert!(
        !ids.contains(&json!("n")) && !answer.text.contains("秘密"),
        "{page}"
    );
    assert_eq!(page["meta"]["tag"][0]["code"], "ok");
    assert_eq!(upstream.asked(first), 2);
    let sent = upstream.asked.lock().unwrap()[0].1["authorization"].clone();
    assert_eq!(sent, "Bearer upstream-secret");
    // Nothing is said to be nothing.
    upstream.say(first, &[(200, None, bundle(&[], None))]);
    let empty = app.read(&world, READ, &linked.grant).await;
    assert_eq!(empty.ok().json()["meta"]["tag"][0]["code"], "empty");
    // A list that goes on elsewhere, one that never ends well, and one that asks for an hour are none.
    for said in [
        (
            200,
            None,
            bundle(
                &[observation("a")],
                Some("https://evil.example/fhir/Observation"),
            ),
        ),
        (
            200,
            None,
            bundle(&[observation("a")], Some("/other/Observation")),
        ),
        (500, None, Value::Null),
        (403, None, Value::Null),
        (503, Some(3_600), Value::Null),
        (200, None, json!("no bundle at all")),
    ] {
        upstream.say(first, std::slice::from_ref(&said));
        let away = app.read(&world, READ, &linked.grant).await;
        if said.2 != json!("no bundle at all") {
            away.refused(503, "source.unavailable");
            assert_eq!(away.header("retry-after"), "30");
        }
    }
    assert_eq!(upstream.asked("evil"), 0);
}

fn portal(upstream: &Upstream) -> Value {
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

fn status(word: &str) -> Said {
    (200, None, json!({"status": word}))
}

/// One call to the retrievals, signed for it.
async fn call(
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

fn proof(world: &World, key: &SecretKey, grant: &str, method: &str, path: &str) -> String {
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

async fn begin(world: &World, app: &App, linked: &Linked) -> String {
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
async fn until(world: &World, app: &App, linked: &Linked, id: &str, state: &str) -> Value {
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

fn identity(name: &str) -> Said {
    (200, None, json!({"name": name, "birth_date": "19610401"}))
}

fn result() -> Said {
    (
        200,
        None,
        json!({"parsed": [{"kind": "kensa", "no": "k1", "item": "LDL", "day": "2026-09-09"}], "linkage_id": "link-1"}),
    )
}

/// From the beginning to the bytes: the person identifies, is compared, the result comes, and the link goes
/// on without the person until its days are over.
#[tokio::test]
async fn a_portal_answers_in_its_time() {
    let upstream = Upstream::start().await;
    let (world, app, linked) = world(portal(&upstream)).await;
    // Not fetched yet is not nothing.
    let early = app.read(&world, READ, &linked.grant).await;
    early.refused(503, "source.not-yet-available");
    let begun = (
        200,
        None,
        json!({"session_id": "s1", "redirect_uri": "https://portal.example/go"}),
    );
    upstream.say("/session/create", &[begun]);
    upstream.say("/session/status", &[status("PENDING")]);
    let id = begin(&world, &app, &linked).await;
    let waiting = until(&world, &app, &linked, &id, "awaiting-user").await;
    assert_eq!(waiting["user_url"], "https://portal.example/go");
    let path = format!("/retrievals/{id}");
    let early = call(
        &world,
        &app,
        &linked.grant,
        "GET",
        &format!("{path}/records"),
        None,
        None,
    )
    .await;
    early.refused(409, "retrieval.state");
    upstream.say(
        "/session/status",
        &[status("NEED_TO_VERIFY_USER"), status("SUCCESS")],
    );
    upstream.say("/session/identity", &[identity("見本　太郎")]);
    upstream.say("/session/verify", &[(200, None, json!({}))]);
    upstream.say("/session/result", &[result()]);
    let done = until(&world, &app, &linked, &id, "succeeded").await;
    assert_eq!(
        (&done["outcome"], &done["result"]["count"]),
        (&json!("ok"), &json!(1))
    );
    let begin_body: Value = {
        let asked = upstream.asked.lock().unwrap();
        let (.., body) = asked
            .iter()
            .find(|(path, ..)| path == "/session/create")
            .unwrap();
        serde_json::from_str(body).unwrap()
    };
    assert_eq!(begin_body["inquiry_cond"]["kind"], "kensa");
    assert_eq!(
        (
            begin_body["redirect_uri"].as_str(),
            begin_body.get("linkage_id")
        ),
        (Some(&*format!("{BASE}/retrieved")), None)
    );
    let records = call(
        &world,
        &app,
        &linked.grant,
        "GET",
        &format!("{path}/records"),
        None,
        None,
    )
    .await;
    let entry = records.ok().json()["entry"][0]["resource"].clone();
    assert_eq!(
        (&entry["resourceType"], &entry["code"]["text"]),
        (&json!("Observation"), &json!("LDL"))
    );
    assert!(
        !records.header("phr-exchange").is_empty(),
        "a delivery has a receipt"
    );
    let raw = call(
        &world,
        &app,
        &linked.grant,
        "GET",
        &format!("{path}/raw"),
        None,
        None,
    )
    .await;
    assert_eq!(raw.ok().json(), result().2);
    let hash = phr_link::wire::base64url::sha256(raw.text.as_bytes());
    assert_eq!(done["result"]["provenance"]["s256"], hash);
    // What was fetched is what the records are now.
    let read = app.read(&world, READ, &linked.grant).await;
    assert_eq!(read.ok().json()["total"], 1);
    // The next one needs no person.
    upstream.say(
        "/session/create",
        &[(
            200,
            None,
            json!({"session_id": "s2", "redirect_uri": "https://portal.example/go"}),
        )],
    );
    upstream.say("/session/status", &[status("SUCCESS")]);
    let second = begin(&world, &app, &linked).await;
    until(&world, &app, &linked, &second, "succeeded").await;
    let (.., body) = upstream
        .asked
        .lock()
        .unwrap()
        .iter()
        .rfind(|(path, ..)| path == "/session/create")
        .unwrap()
        .clone();
    assert_eq!(
        serde_json::from_str::<Value>(&body).unwrap()["linkage_id"],
        "link-1"
    );
    // Every retrieval of the arrangement, the newest first.
    let list = call(
        &world,
        &app,
        &linked.grant,
        "GET",
        "/retrievals",
        None,
        None,
    )
    .await;
    let ids: Vec<_> = list.ok().json()["retrievals"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["id"].clone())
        .collect();
    assert_eq!(ids, [json!(second), json!(id)]);
    // A day later the result is gone, and after its days the link.
    world.pass(86_401);
    let linked = Linked::of(&app.renew(&world, &linked.consent).await);
    let stale = until(&world, &app, &linked, &second, "expired").await;
    assert_eq!(stale.get("result"), None);
    app.read(&world, READ, &linked.grant)
        .await
        .refused(503, "source.not-yet-available");
    world.pass(59 * 86_400 - 600);
    let linked = Linked::of(&app.renew(&world, &linked.consent).await);
    app.read(&world, READ, &linked.grant)
        .await
        .refused(503, "source.not-yet-available");
    world.pass(700);
    app.read(&world, READ, &linked.grant)
        .await
        .refused(409, "source.consent-expired");
}

/// A portal that is closed is waited for, and what it is closed is taken from nobody's days.
#[tokio::test]
async fn a_closed_portal_is_no_empty_one() {
    let upstream = Upstream::start().await;
    let (world, app, linked) = world(portal(&upstream)).await;
    upstream.say("/session/create", &[(503, Some(7_200), Value::Null)]);
    let id = begin(&world, &app, &linked).await;
    for _ in 0..100 {
        if upstream.asked("/session/create") > 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    let closed = app.read(&world, READ, &linked.grant).await;
    closed.refused(503, "source.maintenance");
    let wait: i64 = closed.header("retry-after").parse().unwrap();
    assert!((7_000..=7_200).contains(&wait), "{wait}");
    // The hour that the person has does not run meanwhile.
    world.pass(7_150);
    upstream.say(
        "/session/create",
        &[(
            200,
            None,
            json!({"session_id": "s", "redirect_uri": "https://portal.example/go"}),
        )],
    );
    upstream.say("/session/status", &[status("PENDING")]);
    until(&world, &app, &linked, &id, "awaiting-user").await;
    upstream.say("/session/status", &[status("EXPIRED")]);
    until(&world, &app, &linked, &id, "expired").await;
}

/// Each way in which a portal has nothing is told as itself.
#[tokio::test]
async fn every_outcome_is_told() {
    let upstream = Upstream::start().await;
    let (world, app, linked) = world(portal(&upstream)).await;
    upstream.say(
        "/session/create",
        &[(
            200,
            None,
            json!({"session_id": "s", "redirect_uri": "https://portal.example/go"}),
        )],
    );
    for (reason, state, outcome, code) in [
        (
            "NOT_YET",
            "failed",
            "not-yet-available",
            "source.not-yet-available",
        ),
        (
            "LINK_OVER",
            "failed",
            "consent-expired",
            "source.consent-expired",
        ),
        (
            "SOMETHING_ELSE",
            "failed",
            "source-unavailable",
            "source.unavailable",
        ),
    ] {
        upstream.say(
            "/session/status",
            &[(
                200,
                None,
                json!({"status": "ERROR", "error_reason": reason}),
            )],
        );
        let id = begin(&world, &app, &linked).await;
        let told = until(&world, &app, &linked, &id, state).await;
        assert_eq!(told["outcome"], outcome);
        assert_eq!(app.read(&world, READ, &linked.grant).await.code(), code);
    }
    upstream.say("/session/status", &[status("NEED_TO_VERIFY_USER")]);
    upstream.say("/session/identity", &[identity("見本 別人")]);
    upstream.say("/session/verify", &[(200, None, json!({}))]);
    let id = begin(&world, &app, &linked).await;
    let told = until(&world, &app, &linked, &id, "failed").await;
    assert_eq!(told["outcome"], "identity-mismatch");
    app.read(&world, READ, &linked.grant)
        .await
        .refused(409, "source.identity-mismatch");
    let (.., verdict) = upstream
        .asked
        .lock()
        .unwrap()
        .iter()
        .rfind(|(path, ..)| path == "/session/verify")
        .unwrap()
        .clone();
    assert_eq!(
        serde_json::from_str::<Value>(&verdict).unwrap()["ok"],
        false
    );
    upstream.say(
        "/session/status",
        &[(
            200,
            None,
            json!({"status": "ERROR", "error_reason": "NONE"}),
        )],
    );
    let id = begin(&world, &app, &linked).await;
    let told = until(&world, &app, &linked, &id, "succeeded").await;
    assert_eq!(
        (&told["outcome"], &told["result"]["count"]),
        (&json!("empty"), &json!(0))
    );
    let empty = app.read(&world, READ, &linked.grant).await;
    assert_eq!(empty.ok().json()["meta"]["tag"][0]["code"], "empty");
}

/// API-005, API-007: a retrieval is of its arrangement, each call is proven anew, one key begins one, and a
/// withdrawal ends all of it at once.
#[tokio::test]
async fn api_005_api_007_a_retrieval_is_its_arrangements_own() {
    let upstream = Upstream::start().await;
    let (mut world, app, linked) = world(portal(&upstream)).await;
    upstream.say(
        "/session/create",
        &[(
            200,
            None,
            json!({"session_id": "s", "redirect_uri": "https://portal.example/go"}),
        )],
    );
    upstream.say("/session/status", &[status("PENDING"), status("SUCCESS")]);
    upstream.say("/session/result", &[result()]);
    let body = json!({"category": READ});
    let key = random_id();
    let first = call(
        &world,
        &app,
        &linked.grant,
        "POST",
        "/retrievals",
        Some(&body),
        Some(&key),
    )
    .await;
    let again = call(
        &world,
        &app,
        &linked.grant,
        "POST",
        "/retrievals",
        Some(&body),
        Some(&key),
    )
    .await;
    let id = first.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(
        (again.status.as_u16(), &again.json()["id"]),
        (202, &first.json()["id"])
    );
    let other = json!({"category": READ, "period": {"from": "2026-01-01", "to": null}});
    let reused = call(
        &world,
        &app,
        &linked.grant,
        "POST",
        "/retrievals",
        Some(&other),
        Some(&key),
    )
    .await;
    reused.refused(422, "caller.key-reused");
    // The same key gives nothing to whoever proves nothing.
    let bare = Request::post("/retrievals")
        .header("content-type", "application/json")
        .header("idempotency-key", &key);
    let bare = world
        .send(bare.body(Body::from(body.to_string())).unwrap())
        .await;
    bare.refused(401, "proof.missing");
    until(&world, &app, &linked, &id, "succeeded").await;
    let wrong = json!({"category": "allergy"});
    let refused = call(
        &world,
        &app,
        &linked.grant,
        "POST",
        "/retrievals",
        Some(&wrong),
        None,
    )
    .await;
    refused.refused(403, "scope.not-granted");
    // Of somebody else it is as one that never was, in every call, to the byte.
    let hers = world.link(&app, "jiro", &asked()).await;
    for what in ["", "/records", "/raw"] {
        let path = format!("/retrievals/{id}{what}");
        let foreign = call(&world, &app, &hers.grant, "GET", &path, None, None).await;
        foreign.refused(404, "scope.not-disclosed");
        let unknown = format!("/retrievals/{}{what}", random_id());
        let unknown = call(&world, &app, &hers.grant, "GET", &unknown, None, None).await;
        assert_eq!(
            (unknown.status, &unknown.text),
            (foreign.status, &foreign.text)
        );
        let request = Request::get(&path).body(Body::empty()).unwrap();
        world.send(request).await.refused(401, "proof.missing");
    }
    let cancel = format!("/retrievals/{id}/cancel");
    call(&world, &app, &hers.grant, "POST", &cancel, None, None)
        .await
        .refused(404, "scope.not-disclosed");
    call(&world, &app, &linked.grant, "POST", &cancel, None, None)
        .await
        .refused(409, "retrieval.state");
    // A proof is good once here as well.
    let path = format!("/retrievals/{id}");
    let proof = proof(&world, &app.key, &linked.grant, "GET", &path);
    let request = || {
        let request = Request::get(&path).header("dpop", &proof);
        request
            .header("authorization", format!("DPoP {}", linked.grant))
            .body(Body::empty())
            .unwrap()
    };
    world.send(request()).await.ok();
    world.send(request()).await.refused(401, "proof.replayed");
    // One that is under way is cancelled by whoever began it, and another one ends with the consent.
    upstream.say("/session/status", &[status("PENDING")]);
    let under_way = begin(&world, &app, &linked).await;
    until(&world, &app, &linked, &under_way, "pending").await;
    let cancel = format!("/retrievals/{under_way}/cancel");
    let cancelled = call(&world, &app, &linked.grant, "POST", &cancel, None, None).await;
    assert_eq!(cancelled.ok().json()["state"], "cancelled");
    world.restart().await;
    let mut taro = crate::support::Person::new("taro");
    taro.sign_in(&world, "").await;
    taro.withdraw(&world, &linked.consent_jti()).await.ok();
    let ended = call(
        &world,
        &app,
        &linked.grant,
        "GET",
        &format!("{path}/raw"),
        None,
        None,
    )
    .await;
    assert!(
        [401, 409].contains(&ended.status.as_u16()),
        "{}",
        ended.text
    );
    let fresh = world.link(&app, "taro", &asked()).await;
    let gone = call(&world, &app, &fresh.grant, "GET", &path, None, None).await;
    assert_eq!(gone.ok().json()["state"], "expired");
    assert_eq!(gone.json().get("result"), None);
}

/// A source that answers at once has retrievals, too, and settings that cannot be used are named.
#[tokio::test]
async fn a_quick_source_is_retrieved_from_as_well() {
    let mut world = World::new().await;
    world.restart().await;
    let app = world.device();
    let linked = world.link(&app, "taro", &asked()).await;
    let id = begin(&world, &app, &linked).await;
    let done = until(&world, &app, &linked, &id, "succeeded").await;
    assert!(done["result"]["count"].as_u64().unwrap() > 0);
    for settings in [
        json!({"kind": "fhir-rest", "name": "x", "base": "http://hospital.example", "searches": {}}),
        json!({"kind": "fhir-rest", "name": "x", "base": "https://h.example", "searches": {}, "token_file": "/nowhere"}),
        json!({"kind": "portal", "name": "x", "base": "https://p.example", "service_id": "s", "kinds": {}, "begin": "no json"}),
    ] {
        let settings: Settings = serde_json::from_value(settings).unwrap();
        let config = phr_link_server::holder::Config {
            source: vec![settings],
            ..phr_link_server::holder::Config::default()
        };
        let clock = phr_link_server::clock::Clock::system();
        assert!(
            phr_link_server::holder::router(config, clock)
                .await
                .is_err()
        );
    }
    assert!(
        serde_json::from_value::<Settings>(
            json!({"kind": "folder", "person": "taro", "path": "x", "more": 1})
        )
        .is_err()
    );
}
