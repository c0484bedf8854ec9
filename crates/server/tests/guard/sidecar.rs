//! The verifier itself.

use phr_link::key::SecretKey;
use phr_link::proof::Proof;
use phr_link::scope::Purpose;
use phr_link::token::{s256, sign};
use serde_json::{Value, json};

use crate::support::{World, detail, random_id};
use crate::{serve, verifier};

/// Where the protected server is, as clients know it.
pub(crate) const RECORDS: &str = "https://records.example";

pub(crate) fn proof(world: &World, key: &SecretKey, grant: &str, base: &str, path: &str) -> String {
    let proof = Proof {
        htm: "GET".into(),
        htu: format!("{base}{path}"),
        iat: world.now(),
        jti: random_id(),
        ath: Some(s256(grant)),
        nonce: None,
        phr_pur: Some(Purpose::SelfView),
    };
    sign(&proof, key).unwrap()
}

struct Answer {
    status: u16,
    headers: reqwest::header::HeaderMap,
    body: Value,
}

async fn auth(address: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = reqwest::Client::new().get(format!("http://{address}/auth"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    answer(request).await
}

async fn post(address: &str, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
    let mut request = reqwest::Client::new()
        .post(format!("http://{address}{path}"))
        .header("content-type", "application/json")
        .body(body.to_string());
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    answer(request).await
}

async fn answer(request: reqwest::RequestBuilder) -> Answer {
    let answer = request.send().await.unwrap();
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    let text = answer.text().await.unwrap();
    let body = serde_json::from_str(&text).unwrap_or(Value::Null);
    Answer {
        status,
        headers,
        body,
    }
}

/// A request is described, judged and used up; what may be shown is taken out of a Bundle; a withdrawal
/// arrives with the next list; and what a server behind might read in another way is refused.
#[tokio::test]
async fn a_server_in_any_language_asks() {
    let world = World::new().await;
    serve(world.router.clone(), "127.0.0.1:8787").await;
    let app = world.device();
    let mut asked = detail(&["allergy"], &[Purpose::SelfView]);
    asked.period = serde_json::from_value(json!({"from": "2026-01-01", "to": null})).unwrap();
    let asked = [asked];
    let approved = app
        .ask(&world, "taro", &asked)
        .await
        .approve(&world, &asked)
        .await;
    let linked = approved.redeem(&world, &app).await;
    let (_, address) = verifier(&world, RECORDS).await;
    let path = "/records/allergy";
    let authorization = format!("DPoP {}", linked.grant);
    let fresh = || proof(&world, &app.key, &linked.grant, RECORDS, path);
    // By an object.
    let described = |proof: &str, target: &str| json!({"method": "GET", "target": target, "authorization": authorization, "dpop": proof});
    let used = fresh();
    let permitted = post(
        &address,
        "/decide",
        &[],
        &described(&used, "/records/allergy?from=2026-02-01"),
    )
    .await;
    assert_eq!(
        (permitted.status, &permitted.body["decision"]),
        (200, &json!("permit")),
        "{}",
        permitted.body
    );
    let denied = |answer: &Answer, code: &str, status: u64| {
        assert_eq!(
            (
                &answer.body["decision"],
                &answer.body["code"],
                answer.body["status"].as_u64()
            ),
            (&json!("deny"), &json!(code), Some(status)),
            "{}",
            answer.body
        );
    };
    let again = post(&address, "/decide", &[], &described(&used, path)).await;
    denied(&again, "proof.replayed", 401);
    assert!(
        again.body["www_authenticate"]
            .as_str()
            .unwrap()
            .starts_with("DPoP ")
    );
    denied(
        &post(
            &address,
            "/decide",
            &[],
            &json!({"method": "GET", "target": path}),
        )
        .await,
        "proof.missing",
        401,
    );
    // A path that somebody else might read in another way.
    for target in [
        "/records/allergy/../lab-result",
        "/records/%61llergy",
        "/records//allergy",
        "/records/allergy;x",
        "/records/allergy\\x",
        "/records/allergyx",
        "/",
        "records/allergy",
    ] {
        denied(
            &post(&address, "/decide", &[], &described(&fresh(), target)).await,
            "scope.not-granted",
            403,
        );
    }
    // Below it, with the proof for it.
    let below = proof(
        &world,
        &app.key,
        &linked.grant,
        RECORDS,
        "/records/allergy/7",
    );
    assert_eq!(
        post(
            &address,
            "/decide",
            &[],
            &described(&below, "/records/allergy/7")
        )
        .await
        .body["decision"],
        "permit"
    );
    denied(
        &post(
            &address,
            "/decide",
            &[],
            &described(&fresh(), "/records/allergy/8"),
        )
        .await,
        "proof.htu-mismatch",
        401,
    );
    // By the headers of a proxy.
    let used = fresh();
    let headers = |proof: &'static str| -> Vec<(&'static str, &'static str)> {
        let authorization: &'static str = authorization.clone().leak();
        vec![
            ("x-original-method", "GET"),
            ("x-original-uri", path),
            ("authorization", authorization),
            ("dpop", proof),
        ]
    };
    let permitted = auth(&address, &headers(used.clone().leak())).await;
    assert_eq!(
        (permitted.status, &permitted.headers["phr-category"]),
        (200, &"allergy".parse().unwrap())
    );
    let filter = permitted.headers["phr-filter"].to_str().unwrap().to_owned();
    let replayed = auth(&address, &headers(used.leak())).await;
    assert_eq!(
        (replayed.status, &replayed.headers["phr-code"]),
        (401, &"proof.replayed".parse().unwrap())
    );
    assert!(replayed.headers.contains_key("www-authenticate"));
    // A client's own header that the proxy let through makes two.
    let mut doubled = headers(fresh().leak());
    doubled.push(("x-original-uri", "/records/lab-result"));
    let refused = auth(&address, &doubled).await;
    assert_eq!(
        (refused.status, &refused.headers["phr-status"]),
        (403, &"400".parse().unwrap())
    );
    assert_eq!(
        auth(&address, &headers(fresh().leak())[1..]).await.status,
        403
    );
    // Of a Bundle the days that were not granted are taken out, and every trace of how many there are.
    let record = |id: &str, day: &str| json!({"resource": {"resourceType": "AllergyIntolerance", "id": id, "recordedDate": day}});
    let bundle = json!({"resourceType": "Bundle", "type": "searchset", "total": 2, "link": [{"relation": "next", "url": "x"}], "entry": [record("new", "2026-03-01"), record("old", "2019-01-01")]});
    let shown = post(&address, "/filter", &[("phr-filter", &filter)], &bundle).await;
    assert_eq!(
        shown.body,
        json!({"resourceType": "Bundle", "type": "searchset", "total": 1, "entry": [{"resource": record("new", "2026-03-01")["resource"]}]})
    );
    for (filter, bundle) in [
        ("", &bundle),
        ("eyJ4IjoxfQ", &bundle),
        (&*filter, &json!({})),
        (
            &*filter,
            &json!({"resourceType": "Bundle", "entry": [{"x": 1}]}),
        ),
    ] {
        assert_eq!(
            post(&address, "/filter", &[("phr-filter", filter)], bundle)
                .await
                .status,
            400
        );
    }
    // The withdrawal reaches it with the next status list.
    approved
        .person
        .withdraw(&world, &linked.consent_jti())
        .await
        .ok();
    world.pass(61);
    let mut last = Value::Null;
    for _ in 0..100 {
        last = post(&address, "/decide", &[], &described(&fresh(), path))
            .await
            .body;
        if last["code"] == "grant.revoked" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert_eq!(last["code"], "grant.revoked", "{last}");
}
