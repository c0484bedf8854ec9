//! The routes of an operator, and what goes around them.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware;
use axum::routing::{get, post};
use phr_link::contract::Side;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;

use super::{Shared, erasure, events, export, facts, home, import, link, pages, receipts};
use crate::api;
use crate::html::refusals;
use crate::idempotency::{self, Calls};
use crate::listen::STRICT_TRANSPORT;
use crate::{health, observe, peer};

/// The largest body, in bytes: a lifetime's export is taken in at once.
const MAX_BODY: usize = 64 * 1_024 * 1_024;

/// How long a request may take, its body included.
const PATIENCE: Duration = Duration::from_secs(30);

pub(super) fn of(operator: Shared) -> Result<Router> {
    let calls = Calls {
        side: Side::Operator,
        store: operator.db.clone(),
        clock: operator.clock.clone(),
        max_body: MAX_BODY,
    };
    let again = middleware::from_fn_with_state(calls, idempotency::layer);
    let proxies: Arc<[IpAddr]> = operator.config.listen.proxies.clone().into();
    let layer = |name: HeaderName, value: &'static str| {
        SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value))
    };
    let person = Router::new()
        .route("/", get(home::page))
        .route("/login", post(home::login))
        .route("/login/again", get(home::again))
        .route("/login/callback", get(home::callback))
        .route("/links", get(home::links))
        .route("/link", post(link::begin))
        .route("/link/callback", get(link::end))
        .route("/erasure", post(erasure::ask))
        .route("/erasure/{id}", get(erasure::look))
        .route("/receipts", get(receipts::receipts))
        .route("/import", post(import::import))
        .layer(again)
        .route("/export", get(export::export))
        .route("/assets/{name}", get(pages::asset))
        .layer(middleware::from_fn_with_state(pages::BRAND, refusals))
        .layer(layer(header::CONTENT_SECURITY_POLICY, pages::POLICY))
        .layer(layer(header::X_FRAME_OPTIONS, "DENY"))
        .layer(layer(header::REFERRER_POLICY, "same-origin"));
    let router = Router::new()
        .route("/.well-known/phr-operator", get(facts::metadata))
        .route("/jwks", get(facts::jwks))
        .route("/notice.txt", get(facts::notice))
        .route("/events", post(events::receive))
        .merge(person)
        .merge(api::routes(Side::Operator, operator.base())?)
        .method_not_allowed_fallback(api::no_such_method)
        // It answers its people also while the holder is away.
        .merge(health::routes(operator.db.clone(), || true))
        .fallback(api::no_such_call)
        .layer(layer(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::REQUEST_TIMEOUT,
            PATIENCE,
        ))
        .layer(middleware::from_fn_with_state(proxies, peer::layer))
        .layer(middleware::from_fn(observe::layer));
    let router = match operator.base().starts_with("https:") {
        true => router.layer(layer(header::STRICT_TRANSPORT_SECURITY, STRICT_TRANSPORT)),
        false => router,
    };
    Ok(router.with_state(operator))
}
