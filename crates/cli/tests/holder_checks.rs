//! The checks of a holder: the reference passes all of them, and behind a proxy that spoils one thing the
//! check that should find it does.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use phr_link_conformance::checks::holder::{CHECKS, Target, run};
use phr_link_conformance::outcome::Outcome;
use phr_link_conformance::report::CheckResult;
use phr_link_server::holder::{Config, serve};
use phr_link_server::store::Address;
use serde_json::{Value, json};

/// What went through: the method, the path, and what came back.
struct Passed<'a> {
    method: &'a Method,
    path: &'a str,
    /// The last records that were given, to anybody.
    records: &'a mut Bytes,
    status: StatusCode,
    headers: axum::http::HeaderMap,
    body: Bytes,
}

impl Passed<'_> {
    fn is(&self, method: &Method, start: &str) -> bool {
        self.method == method && self.path.starts_with(start)
    }

    fn code(&self) -> String {
        let body: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        body.get("code")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    }

    /// What was refused is allowed all the same.
    fn allow(&mut self, body: Bytes) {
        self.status = StatusCode::OK;
        self.body = body;
    }

    fn json(&mut self, change: impl FnOnce(&mut Value)) {
        if let Ok(mut body) = serde_json::from_slice(&self.body) {
            change(&mut body);
            self.body = body.to_string().into();
        }
    }
}

type Spoil = fn(&mut Passed<'_>);

struct Proxy {
    upstream: String,
    base: String,
    http: reqwest::Client,
    spoil: Spoil,
    records: Mutex<Bytes>,
}

async fn pass(State(proxy): State<Arc<Proxy>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path_and_query().unwrap().to_string();
    let body = to_bytes(body, 1 << 20).await.unwrap();
    let mut headers = parts.headers.clone();
    headers.insert(
        header::HOST,
        proxy.base.trim_start_matches("http://").parse().unwrap(),
    );
    headers.remove(header::CONTENT_LENGTH);
    let upstream = proxy
        .http
        .request(parts.method.clone(), format!("{}{path}", proxy.upstream));
    let answer = upstream.headers(headers).body(body).send().await.unwrap();
    let (status, headers) = (answer.status(), answer.headers().clone());
    let body = answer.bytes().await.unwrap();
    let mut records = proxy.records.lock().unwrap();
    let is_read = parts.method == Method::GET && path.starts_with("/records/") && status == 200;
    let mut passed = Passed {
        method: &parts.method,
        path: &path,
        records: &mut records,
        status,
        headers,
        body,
    };
    (proxy.spoil)(&mut passed);
    let (status, mut headers, body) = (passed.status, passed.headers, passed.body);
    if is_read && records.is_empty() {
        *records = body.clone();
    }
    headers.remove(header::CONTENT_LENGTH);
    headers.remove(header::TRANSFER_ENCODING);
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

/// Tests the reference behind a proxy.
async fn test(spoil: Spoil) -> anyhow::Result<Vec<CheckResult>> {
    let folder = tempfile::tempdir().unwrap();
    let (port, front, app) = (free_port(), free_port(), free_port());
    let base = format!("http://localhost:{front}");
    let app = (format!("http://localhost:{app}"), app);
    let config = Config {
        listen: std::net::SocketAddr::from(([127, 0, 0, 1], port)).into(),
        base: base.clone(),
        store: Address::File(folder.path().join("holder.db")),
        sdk: folder.path().to_owned(),
        app: app.0.clone(),
        ..Config::default()
    };
    let (ready, is_ready) = tokio::sync::oneshot::channel();
    let holder = tokio::spawn(serve(config, move |_| ready.send(()).unwrap()));
    is_ready.await.unwrap();
    let proxy = Arc::new(Proxy {
        upstream: format!("http://127.0.0.1:{port}"),
        base: base.clone(),
        http: reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap(),
        spoil,
        records: Mutex::default(),
    });
    let notice = "お知らせ";
    let routers = [
        (front, Router::new().fallback(pass).with_state(proxy)),
        (
            app.1,
            Router::new().route(
                "/notice.txt",
                axum::routing::get(move || async move { notice }),
            ),
        ),
    ];
    let mut servers = Vec::new();
    for (port, router) in routers {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", port))
            .await
            .unwrap();
        servers.push(tokio::spawn(
            async move { axum::serve(listener, router).await },
        ));
    }
    let target = Target {
        base,
        app: app.0,
        app_name: "見本ヘルス".into(),
        notice: notice.into(),
        people: ["taro".into(), "hanako".into()],
    };
    let results = run(&target, |_| {}).await;
    holder.abort();
    servers.iter().for_each(tokio::task::JoinHandle::abort);
    results
}

fn odd(results: &[CheckResult]) -> Vec<String> {
    let odd = results
        .iter()
        .filter(|check| check.outcome != Outcome::Pass);
    odd.map(|check| {
        let cases = check
            .cases
            .iter()
            .filter(|case| case.outcome != Outcome::Pass);
        let cases: Vec<_> = cases
            .map(|case| format!("{} ({})", case.id, case.observed))
            .collect();
        format!("{} {:?} {}", check.id, check.outcome, cases.join(", "))
    })
    .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_reference_passes_every_check_without_a_warning() {
    let results = test(|_| {}).await.unwrap();
    assert_eq!(results.len(), CHECKS.len());
    assert_eq!(odd(&results), [] as [String; 0]);
}

/// Each mistake is found by the check that should find it.
#[tokio::test(flavor = "multi_thread")]
async fn every_check_finds_a_mistake() {
    let mistakes: [(&str, &str, Spoil); 16] = [
        ("another issuer", "holder.metadata", |passed| {
            if passed.is(&Method::GET, "/.well-known/phr-configuration") {
                passed.json(|body| body["issuer"] = "https://other.example".into());
            }
        }),
        ("m-cacheable", "holder.headers", |passed| {
            passed.headers.remove(header::CACHE_CONTROL);
        }),
        ("m-verbose-error", "holder.headers", |passed| {
            if passed.status.is_client_error() {
                passed
                    .headers
                    .insert(header::SERVER, HeaderValue::from_static("holder/1.0"));
                passed
                    .headers
                    .insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html"));
            }
        }),
        ("m-request-replayed", "holder.request", |passed| {
            if passed.is(&Method::POST, "/par") && passed.status.is_client_error() {
                passed.status = StatusCode::CREATED;
            }
        }),
        ("m-details-wider-than-request", "holder.consent", |passed| {
            if passed.is(&Method::POST, "/consents") && passed.status.is_client_error() {
                passed.status = StatusCode::OK;
            }
        }),
        ("m-code-twice", "holder.code", |passed| {
            if passed.is(&Method::POST, "/token") && passed.code() == "consent.transaction" {
                passed.status = StatusCode::OK;
            }
        }),
        ("m-proof-no-replay", "holder.proof", |passed| {
            if passed.code() == "proof.replayed" {
                let records = passed.records.clone();
                passed.allow(records);
            }
        }),
        ("m-proof-optional", "holder.proof", |passed| {
            if passed.code() == "proof.missing" && passed.is(&Method::GET, "/records/allergy") {
                let records = passed.records.clone();
                passed.allow(records);
            }
        }),
        ("m-chain-no-subset-purpose", "holder.narrowed", |passed| {
            if passed.code() == "scope.purpose-not-granted" {
                let records = passed.records.clone();
                passed.allow(records);
            }
        }),
        ("m-idor-read", "holder.isolation", |passed| {
            if passed.is(&Method::GET, "/records/allergy")
                && passed.status == 200
                && !passed.records.is_empty()
            {
                let records = passed.records.clone();
                passed.allow(records);
            }
        }),
        ("m-revoke-oracle", "holder.isolation", |passed| {
            if passed.is(&Method::POST, "/consents/") && passed.code() == "consent.unknown" {
                let path = passed.path.to_owned();
                passed.json(|body| body["detail"] = path.into());
            }
        }),
        (
            "m-withdraw-next-login",
            "holder.withdrawal.effective",
            |passed| {
                if passed.code() == "grant.revoked" {
                    let records = passed.records.clone();
                    passed.allow(records);
                }
            },
        ),
        (
            "m-refresh-survives",
            "holder.withdrawal.effective",
            |passed| {
                if passed.is(&Method::POST, "/token") && passed.code() == "consent.withdrawn" {
                    passed.status = StatusCode::OK;
                }
            },
        ),
        ("m-superseded-live", "holder.withdrawal.final", |passed| {
            if passed.code() == "grant.revoked" {
                let records = passed.records.clone();
                passed.allow(records);
            }
        }),
        ("m-receipt-chain-gap", "holder.receipts", |passed| {
            if passed.is(&Method::GET, "/receipts/file") {
                passed.json(|body| {
                    if let Some(receipts) = body["receipts"].as_array_mut() {
                        let at = receipts.len().saturating_sub(2);
                        receipts.remove(at);
                    }
                });
            }
        }),
        ("m-audit-allow-only", "holder.dashboard", |passed| {
            if passed.is(&Method::GET, "/consents") {
                passed.json(|body| body["consents"] = json!([]));
            }
        }),
    ];
    let mut found = std::collections::BTreeSet::new();
    for (mistake, check, spoil) in mistakes {
        let results = test(spoil).await.unwrap();
        let result = results.iter().find(|result| result.id == check).unwrap();
        assert_eq!(
            result.outcome,
            Outcome::Fail,
            "{mistake}: {:?}",
            odd(&results)
        );
        found.insert(check);
    }
    for check in CHECKS {
        assert!(found.contains(check.id), "{} finds nothing", check.id);
    }
}

/// What answers everything alike is not tested at all, and nothing is said of it.
#[tokio::test(flavor = "multi_thread")]
async fn a_target_that_is_none_yields_no_verdict() {
    let all: [(&str, Spoil); 3] = [
        ("m-all-200", |passed| {
            passed.allow(Bytes::from_static(b"{}"))
        }),
        ("m-all-401", |passed| {
            passed.status = StatusCode::UNAUTHORIZED
        }),
        ("m-html-inject", |passed| {
            passed.body = Bytes::from_static(b"<script>alert(1)</script>")
        }),
    ];
    for (name, spoil) in all {
        let error = test(spoil).await.unwrap_err();
        assert!(error.to_string().contains("cannot"), "{name}: {error:#}");
    }
}
