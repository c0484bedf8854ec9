//! What the holder says of its calls, and what it answers where there is none.

use axum::body::Body;
use axum::http::Request;
use phr_link::contract::{Side, calls_of};
use serde_json::Value;

use crate::support::{BASE, World};

#[tokio::test]
async fn the_description_is_openapi_and_names_every_call() {
    let world = World::new().await;
    let answer = world.get("/openapi.json").await;
    let document = answer.ok().json();
    assert_eq!(answer.header("content-type"), "application/json");
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1."));
    assert_eq!(document["servers"][0]["url"], BASE);
    for call in calls_of(Side::Holder) {
        let method = call.method.as_str().to_lowercase();
        assert_eq!(
            document["paths"][call.path][&method]["operationId"],
            call.id
        );
    }
    assert_eq!(document["paths"]["/events"], Value::Null);
}

#[tokio::test]
async fn the_page_of_the_calls_is_in_both_languages_and_loads_nothing() {
    let world = World::new().await;
    let ja = world.get("/docs").await;
    let en = world.get("/docs?lang=en").await;
    assert!(ja.ok().text.contains("<html lang=\"ja\">") && ja.text.contains("本人"));
    assert!(en.ok().text.contains("<html lang=\"en\">") && en.text.contains("The person"));
    for page in [&ja, &en] {
        for call in calls_of(Side::Holder) {
            assert!(
                page.text.contains(&format!("id=\"{}\"", call.id)),
                "{}",
                call.id
            );
        }
        for code in phr_link::Code::ALL {
            assert!(page.text.contains(&format!("<code>{code}</code>")));
        }
        for elsewhere in ["<script", "src=", "url(", "<link", "<img"] {
            assert!(!page.text.contains(elsewhere), "{elsewhere}");
        }
        // Every link within the page leads somewhere.
        for (at, _) in page.text.match_indices("href=\"#") {
            let (_, rest) = page.text.split_at(at + "href=\"#".len());
            let (target, _) = rest.split_once('"').unwrap();
            assert!(page.text.contains(&format!("id=\"{target}\"")), "{target}");
        }
        let policy = page.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'; style-src 'sha256-"),
            "{policy}"
        );
        assert!(!policy.contains("unsafe") && policy.contains("frame-ancestors 'none'"));
        assert_eq!(page.header("x-content-type-options"), "nosniff");
    }
    let asked = |accept: &str| {
        let request = Request::get("/docs").header("accept-language", accept);
        world.send(request.body(Body::empty()).unwrap())
    };
    assert_eq!(asked("en-GB,ja;q=0.8").await.text, en.text);
    assert_eq!(asked("fr, ja").await.text, ja.text);
    world
        .get("/docs?lang=en&lang=ja")
        .await
        .refused(400, "caller.malformed");
}

/// API-019: an address answers to its own methods alone, and names them.
#[tokio::test]
async fn a_call_that_is_none_is_refused_and_allow_names_those_that_are() {
    let world = World::new().await;
    for (method, path, allowed) in [
        ("DELETE", "/records/allergy", "GET,HEAD"),
        ("PUT", "/par", "POST"),
        ("GET", "/token", "POST"),
        ("PATCH", "/consents", "GET,HEAD,POST"),
        ("POST", "/jwks", "GET,HEAD"),
        ("TRACE", "/docs", "GET,HEAD"),
        ("POST", "/assets/page.css", "GET,HEAD"),
    ] {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("x-http-method-override", "GET");
        let answer = world.send(request.body(Body::empty()).unwrap()).await;
        answer.refused(405, "server.no-such-call");
        let mut named: Vec<_> = answer.header("allow").split(',').map(str::trim).collect();
        named.sort_unstable();
        assert_eq!(named.join(","), allowed, "{path}");
    }
    for path in [
        "/",
        "/nothing",
        "/records",
        "/records/allergy/x",
        "/status/99",
        "/docs/",
    ] {
        world.get(path).await.refused(404, "server.no-such-call");
    }
}

/// API-022: whatever stands in a path is a name, and an unknown one.
#[tokio::test]
async fn names_in_paths_lead_nowhere_else() {
    let world = World::new().await;
    for name in [
        "..%2f..%2fjwks",
        "%2e%2e",
        "allergy;jsessionid=1",
        "%252e",
        "a%00b",
        "%F0%9F%92%8A",
    ] {
        for path in [
            format!("/records/{name}"),
            format!("/assets/{name}"),
            format!("/status/{name}"),
        ] {
            let status = world.get(&path).await.status.as_u16();
            assert!([400, 403, 404].contains(&status), "{path} {status}");
        }
    }
    // No UTF-8, and not repeated.
    world
        .get("/records/%ff")
        .await
        .refused(400, "caller.malformed");
    world
        .get("/status/first")
        .await
        .refused(400, "caller.malformed");
}
