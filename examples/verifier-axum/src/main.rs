//! A server of records that is protected by the layer. See the README beside it.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use axum::routing::get;
use axum::{Extension, Json, Router};
use phr_link::catalogue::Category;
use phr_link::decide::{Permit, Policy, RecordMeta};
use phr_link_server::clock::Clock;
use phr_link_server::feed::{Feed, Settings};
use phr_link_server::store::{Address, Store};
use phr_link_server::verify::{Protect, Rules, Verifier};
use serde_json::{Value, json};

/// The holder whose grants are good here.
const HOLDER: &str = "http://localhost:8787";

/// Where clients find this server: their proofs name it.
const BASE: &str = "http://localhost:8791";

#[tokio::main]
async fn main() -> Result<()> {
    // A sandbox on this machine says its own anchor; of any other the keys are given by hand.
    let anchor = std::env::args().nth(1);
    let store = Store::open(&Address::Memory).await?;
    let settings = Settings {
        list: format!("{HOLDER}/trust-list"),
        marks: format!("{HOLDER}/marks"),
        anchor: anchor.map(PathBuf::from),
        every: 30,
    };
    let feed = Feed::open(&settings, &store)?;
    let verifier = Arc::new(verifier());
    tokio::spawn(learn(verifier.clone(), feed));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8791").await?;
    println!("the server listens as {BASE}");
    axum::serve(listener, router(verifier)).await?;
    Ok(())
}

fn verifier() -> Verifier {
    let rules = Rules {
        audience: HOLDER.into(),
        issuers: vec![HOLDER.into()],
        policy: Policy::default(),
    };
    Verifier::new(BASE, rules)
}

/// Learns of the world for as long as the server lives.
async fn learn(verifier: Arc<Verifier>, feed: Feed) {
    loop {
        let known = feed
            .known(&[HOLDER.to_owned()], Clock::system().now())
            .await;
        if let Err(problem) = known.and_then(|known| verifier.learn(known)) {
            eprintln!("nothing new was learnt: {problem}");
        }
        tokio::time::sleep(Duration::from_secs(feed.every())).await;
    }
}

fn router(verifier: Arc<Verifier>) -> Router {
    let by_path = |path: &str| Category::parse(path.strip_prefix("/records/")?);
    Router::new()
        .route("/records/{category}", get(records))
        .layer(Protect::by_path(verifier, by_path))
}

/// Runs only where a grant permits it; of the records those are shown that its filter admits.
async fn records(Extension(permit): Extension<Permit>) -> Json<Value> {
    let days = ["2026-10-01", "2019-01-01"];
    let shown: Vec<_> = days
        .iter()
        .filter(|day| {
            let meta = RecordMeta {
                date: Some((**day).to_owned()),
                ..RecordMeta::default()
            };
            permit.filter.admits(&meta)
        })
        .map(|day| json!({"resource": {"resourceType": "Basic", "created": day}}))
        .collect();
    Json(
        json!({"resourceType": "Bundle", "type": "searchset", "total": shown.len(), "entry": shown}),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use axum::http::{Request, StatusCode};
    use tower::ServiceExt as _;

    /// Without lists nothing is permitted, and no handler runs.
    #[tokio::test]
    async fn it_fails_closed() {
        let router = router(Arc::new(verifier()));
        let request = Request::get("/records/allergy")
            .body(Body::empty())
            .unwrap();
        let answer = router.clone().oneshot(request).await.unwrap();
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
        let request = Request::get("/records/nothing")
            .body(Body::empty())
            .unwrap();
        let answer = router.oneshot(request).await.unwrap();
        assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    }
}
