//! HTTP itself: what cannot be read, what is told, who may ask from where.

use axum::body::Body;
use axum::http::Request;
use phr_link_server::holder::{Config, serve};
use serde_json::json;

use crate::support::{BASE, Person, World};

/// API-020, API-027: what is of another kind is not read, and nothing of what was sent is repeated.
#[tokio::test]
async fn what_cannot_be_read_is_refused_and_not_repeated() {
    let world = World::new().await;
    let secret = "himitsu-4711";
    let mut taro = Person::new("taro");
    taro.sign_in(&world, "").await;
    for (path, body) in [
        ("/keys", format!("{{\"txn\": \"{secret}\"")),
        ("/keys", format!("{{\"{secret}\": 1}}")),
        (
            "/consents",
            format!("{{\"txn\": {{\"{secret}\": 1}}, \"consent\": 2}}"),
        ),
        ("/consents/x/withdraw", format!("[\"{secret}\"]")),
    ] {
        let request = Request::post(path)
            .header("content-type", "application/json")
            .header("origin", BASE)
            .header("cookie", &taro.cookie);
        let answer = world.send(request.body(Body::from(body)).unwrap()).await;
        answer.refused(400, "caller.malformed");
        assert!(!answer.text.contains(secret));
    }
    let untyped = world
        .send(Request::post("/keys").body(Body::from("{}")).unwrap())
        .await;
    untyped.refused(415, "caller.malformed");
    for path in ["/par", "/token"] {
        let answer = world.form(path, &[(secret, secret)], &[]).await;
        assert_eq!(
            (answer.json()["error"].as_str(), &*answer.code()),
            (Some("invalid_request"), "caller.malformed")
        );
        assert!(!answer.text.contains(secret));
    }
    let query = world.get(&format!("/authorize?{secret}=1")).await;
    query.refused(400, "caller.malformed");
    assert!(!query.text.contains(secret));
}

#[tokio::test]
async fn a_body_has_a_limit() {
    let world = World::new().await;
    let large = "a".repeat(64 * 1_024);
    let answer = world
        .form("/par", &[("client_id", "x"), ("request", &large)], &[])
        .await;
    answer.oauth(413, "invalid_request", "caller.malformed");
    let origin = [("origin", BASE)];
    let answer = world.post("/keys", &json!({"txn": large}), &origin).await;
    answer.refused(413, "caller.malformed");
}

#[tokio::test]
async fn the_metadata_says_what_the_holder_does() {
    let world = World::new().await;
    let ours = world
        .get("/.well-known/phr-configuration")
        .await
        .ok()
        .json();
    let oauth = world
        .get("/.well-known/oauth-authorization-server")
        .await
        .ok()
        .json();
    assert_eq!(ours, oauth);
    assert_eq!(ours["issuer"], BASE);
    for name in [
        "authorization_endpoint",
        "token_endpoint",
        "pushed_authorization_request_endpoint",
        "jwks_uri",
    ] {
        assert!(ours[name].as_str().unwrap().starts_with(BASE), "{name}");
    }
    for name in [
        "require_pushed_authorization_requests",
        "authorization_response_iss_parameter_supported",
    ] {
        assert_eq!(ours[name], true);
    }
    assert_eq!(
        ours["token_endpoint_auth_methods_supported"],
        json!(["none", "private_key_jwt"])
    );
    assert_eq!(ours["categories"].as_array().unwrap().len(), 39);
    let keys = world.get("/jwks").await.ok().json();
    assert_eq!(keys["keys"].as_array().unwrap().len(), 1);
    assert!(keys["keys"][0]["d"].is_null() && keys["keys"][0]["kid"].is_string());
    let catalogue = world.get("/catalogue").await.ok().json();
    assert_eq!(catalogue["categories"].as_array().unwrap().len(), 39);
    // The trust list verifies with the sandbox's anchor.
    let list = world.get("/trust-list").await;
    assert_eq!(
        list.ok().header("content-type"),
        "application/phr-trust-list+jwt"
    );
    let anchor = world.get("/marks").await.json()["sandbox_anchor"].to_string();
    let anchor = phr_link::key::KeySet::parse(anchor.as_bytes()).unwrap();
    let limits = phr_link::trust::ListLimits::default();
    phr_link::trust::TrustList::verify(&list.text, &anchor, world.now(), &limits).unwrap();
}

#[tokio::test]
async fn apps_of_registered_origins_call_without_credentials() {
    let world = World::new().await;
    let ask = async |origin: &str| {
        let request = Request::options("/records/allergy")
            .header("origin", origin)
            .header("access-control-request-method", "GET")
            .header(
                "access-control-request-headers",
                "authorization,dpop,phr-chain",
            );
        world.send(request.body(Body::empty()).unwrap()).await
    };
    let ours = ask(&world.app).await;
    assert_eq!(ours.header("access-control-allow-origin"), world.app);
    for name in [
        "authorization",
        "dpop",
        "phr-chain",
        "content-type",
        "idempotency-key",
    ] {
        assert!(
            ours.header("access-control-allow-headers").contains(name),
            "{name}"
        );
    }
    assert_eq!(ours.header("access-control-allow-credentials"), "");
    // Never reflected.
    assert_ne!(
        ask("https://evil.example")
            .await
            .header("access-control-allow-origin"),
        "https://evil.example"
    );
}

#[tokio::test]
async fn the_sandbox_listens_on_loopback_alone() {
    let folder = tempfile::tempdir().unwrap();
    let config = |listen: &str| Config {
        listen: listen.parse().unwrap(),
        base: BASE.into(),
        sdk: folder.path().to_owned(),
        ..Config::default()
    };
    for listen in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"] {
        let refused = serve(config(listen), |_| panic!("it listens"))
            .await
            .unwrap_err();
        assert!(refused.to_string().contains("loopback"));
    }
    // Nor with a part of what it takes: a sandbox's anchor is nobody's to believe.
    let part = Config {
        sign_in: Some(phr_link_server::sign_in::Settings {
            issuer: "https://id.example".into(),
            client_id: "holder".into(),
            client_secret_file: None,
            scopes: Vec::new(),
            acr_values: Vec::new(),
            people: phr_link_server::sign_in::People::Linked,
        }),
        ..config("0.0.0.0:0")
    };
    let refused = serve(part, |_| panic!("it listens")).await.unwrap_err();
    let told = refused.to_string();
    assert!(told.contains("trust, keys, source"), "{told}");
    assert!(!told.contains("sign_in"), "{told}");
    // On loopback it serves over TCP, with a store in memory.
    let (tell, told) = tokio::sync::oneshot::channel();
    let served = tokio::spawn(serve(config("127.0.0.1:0"), |address| {
        tell.send(address).unwrap();
    }));
    let address = told.await.unwrap();
    let answer = reqwest::get(format!("http://{address}/records/allergy"))
        .await
        .unwrap();
    assert_eq!(answer.status(), 401);
    assert_eq!(
        answer.headers()["www-authenticate"],
        "DPoP error=\"invalid_dpop_proof\", algs=\"EdDSA Ed25519\""
    );
    assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
    served.abort();
}

#[tokio::test]
async fn a_person_reads_a_refusal_as_a_page_and_a_script_as_problem_details() {
    let world = World::new().await;
    let ask = |accept: &str| {
        let request = axum::http::Request::get("/consent?txn=none").header("accept", accept);
        request.body(axum::body::Body::empty()).unwrap()
    };
    let page = world
        .send(ask("text/html,application/xhtml+xml,*/*;q=0.8"))
        .await;
    assert_eq!(page.status, 401);
    assert!(page.header("content-type").starts_with("text/html"));
    assert!(page.text.contains("続けられません") && page.text.contains("session.missing"));
    assert!(!page.header("content-security-policy").is_empty());
    // It says what the other says, and nobody keeps it.
    assert_eq!(page.header("cache-control"), "no-store");
    assert!(page.header("www-authenticate").starts_with("DPoP "));
    assert_eq!(page.header("content-length"), page.text.len().to_string());
    world
        .send(ask("application/json"))
        .await
        .refused(401, "session.missing");
}
