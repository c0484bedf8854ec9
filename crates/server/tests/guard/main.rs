//! A verifier beside a server that knows nothing of grants: asked by objects, asked by headers, and behind the
//! real nginx where there is one.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[expect(dead_code, unused_imports, reason = "what the other tests use")]
#[path = "../support/world.rs"]
mod support;

mod nginx;
mod sidecar;

use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::Router;
use phr_link::Timestamp;
use phr_link_server::clock::Clock;
use phr_link_server::sidecar::{Config, router};
use support::{BASE, World};

/// Serves at an address, once whoever had it has gone.
async fn serve(router: Router, address: &str) {
    for _ in 0..1_200 {
        if let Ok(listener) = tokio::net::TcpListener::bind(address).await {
            let service = router.into_make_service_with_connect_info::<std::net::SocketAddr>();
            tokio::spawn(async move { axum::serve(listener, service).await });
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("nobody can listen on {address}");
}

/// A verifier that learns of the world from a holder over HTTP; gives its address.
async fn verifier(world: &World, base: &str) -> (Router, String) {
    let anchor = world.folder.path().join("anchor.jwks");
    let marks = world.get("/marks").await.json();
    std::fs::write(&anchor, marks["sandbox_anchor"].to_string()).unwrap();
    let config: Config = serde_json::from_value(serde_json::json!({
        "base": base, "audience": BASE, "issuers": [BASE],
        "store": world.folder.path().join("verifier.db"),
        "trust": {"list": format!("{BASE}/trust-list"), "marks": format!("{BASE}/marks"), "anchor": anchor, "every": 1},
        "route": [{"path": "/records/allergy", "category": "allergy"}, {"path": "/records/lab-result", "category": "lab-result"}],
    }))
    .unwrap();
    let time = world.time.clone();
    let clock = Clock::of(move || Timestamp::from_secs(time.load(Ordering::SeqCst)));
    let router = router(config, clock).await.unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    drop(listener);
    serve(router.clone(), &address).await;
    (router, address)
}
