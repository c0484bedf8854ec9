//! What an operator of the service sees of it: numbers for Prometheus, a line of the audit log for each
//! call, a span for each call. None has anything of a person in it: no subject, no token, no key, no
//! category of a read, no query.

use std::net::SocketAddr;
use std::sync::OnceLock;
use std::time::Instant;

use anyhow::{Context as _, Result};
use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use metrics::{counter, gauge, histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing::Instrument as _;

use crate::problem::Problem;
use crate::random_id;
use crate::store::Store;

/// The upper bounds of the durations, in seconds.
const SECONDS: &[f64] = &[
    0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0,
];

/// Counts, times and writes down a call.
pub(crate) async fn layer(request: Request, next: Next) -> Response {
    let started = Instant::now();
    // The route and not the path: what stands in a path may be a name of somebody.
    let matched = request.extensions().get::<MatchedPath>();
    let route = matched.map_or("none", MatchedPath::as_str).to_owned();
    let method = known(request.method());
    // Ours, not the caller's: what others choose may be the name of somebody.
    let id = random_id().unwrap_or_default();
    let span = tracing::info_span!(
        "call",
        otel.name = format!("{method} {route}"),
        otel.kind = "server",
        http.request.method = method,
        http.route = route,
        http.response.status_code = tracing::field::Empty,
        request = id,
        code = tracing::field::Empty,
    );
    let mut response = next.run(request).instrument(span.clone()).await;
    let status = response.status().as_u16();
    let code = response.extensions().get::<Problem>();
    let code = code.map_or("", |problem| problem.code.as_str());
    span.record("http.response.status_code", status);
    span.record("code", code);
    let seconds = started.elapsed().as_secs_f64();
    counter!("phr_link_requests_total", "method" => method, "route" => route.clone(), "status" => status.to_string())
        .increment(1);
    histogram!("phr_link_request_seconds", "method" => method, "route" => route.clone())
        .record(seconds);
    if !code.is_empty() {
        counter!("phr_link_refusals_total", "route" => route.clone(), "code" => code).increment(1);
    }
    let milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    tracing::info!(
        target: "phr_link::audit",
        request = id, method, route, status, code, milliseconds,
    );
    if let Ok(id) = HeaderValue::from_str(&id) {
        let name = HeaderName::from_static("x-request-id");
        response.headers_mut().insert(name, id);
    }
    response
}

/// The methods that exist: anybody may make up others.
const fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::OPTIONS => "OPTIONS",
        _ => "OTHER",
    }
}

/// Serves `/metrics` on an address of its own, which only those who run the service can reach.
///
/// # Errors
/// if the address is taken
pub(crate) async fn serve(address: SocketAddr, store: Store) -> Result<()> {
    let handle = recorder()?;
    let router = Router::new()
        .route("/metrics", get(numbers))
        .with_state((handle, store));
    let listener = tokio::net::TcpListener::bind(address)
        .await
        .with_context(|| format!("cannot listen on {address} for /metrics"))?;
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(())
}

/// The recorder of this process: of a holder and an operator in one process both are counted there.
fn recorder() -> Result<&'static PrometheusHandle> {
    static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    let handle = RECORDER.get_or_init(|| {
        PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), SECONDS)
            .and_then(PrometheusBuilder::install_recorder)
            .ok()
    });
    handle
        .as_ref()
        .context("another recorder of metrics is installed")
}

async fn numbers(
    State((handle, store)): State<(&'static PrometheusHandle, Store)>,
) -> Result<Response, Problem> {
    let waiting: i64 =
        sqlx::query_scalar("SELECT count(*) FROM event_outbox WHERE acknowledged_at IS NULL")
            .fetch_one(store.pool())
            .await?;
    // A count of events that fits no 32 bits is not told exactly.
    gauge!("phr_link_outbox_waiting").set(f64::from(u32::try_from(waiting).unwrap_or(u32::MAX)));
    handle.run_upkeep();
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    Ok(([(header::CONTENT_TYPE, kind)], handle.render()).into_response())
}
