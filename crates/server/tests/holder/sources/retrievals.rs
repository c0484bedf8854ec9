//! Retrievals, whatever the source.

use super::*;

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
