//! A portal that takes its time.

use super::*;

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
