//! A FHIR server upstream.

use super::*;

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

/// The source's own bytes stay back where anything of what they say is to stay hidden, and then nothing is
/// counted and no receipt says that something went out.
#[tokio::test]
async fn bytes_that_say_what_is_hidden_stay_back() {
    let upstream = Upstream::start().await;
    let (world, app, linked) = world(json!({
        "kind": "fhir-rest", "name": "hospital", "base": upstream.address,
        "searches": {READ: ["Observation?patient={person}"], "disclosed-diagnosis": ["Condition?patient={person}"]},
    }))
    .await;
    let mut telling = observation("telling");
    telling["resource"]["note"] = json!([{"text": "秘密の病の検査"}]);
    let hidden = json!({"resource": {"resourceType": "Condition", "id": "c", "code": {"text": "秘密の病"}, "meta": {"tag": [{"code": "UNINFORMED"}]}}});
    let labs = bundle(&[observation("a"), telling], None);
    upstream.say("/Observation?patient=taro", &[(200, None, labs)]);
    let conditions = |entries: &[Value]| [(200, None, bundle(entries, None))];
    upstream.say("/Condition?patient=taro", &conditions(&[hidden]));
    let delivered = async |linked: &Linked| {
        let id = begin(&world, &app, linked).await;
        until(&world, &app, linked, &id, "succeeded").await;
        let path = format!("/retrievals/{id}/raw");
        call(&world, &app, &linked.grant, "GET", &path, None, None).await
    };
    delivered(&linked).await.refused(404, "scope.not-disclosed");
    let mut taro = crate::support::Person::new("taro");
    taro.sign_in(&world, "").await;
    let provisions = async || {
        let told = taro.get(&world, "/receipts").await.ok().json();
        let all = told["receipts"].as_array().unwrap().clone();
        all.iter()
            .filter(|one| one["claims"]["event"] == "provision")
            .count()
    };
    assert_eq!(provisions().await, 0);
    // Without anything hidden the same bytes go out.
    upstream.say("/Condition?patient=taro", &conditions(&[]));
    let raw = delivered(&linked).await;
    assert!(raw.ok().text.contains("秘密の病の検査"), "{}", raw.text);
    assert_eq!(provisions().await, 1);
}
