//! The routes, and what goes around them.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware;
use axum::routing::{get, post};
use phr_link::contract::Side;
use tower_http::cors::{AllowOrigin, CorsLayer};
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;

use crate::api;
use crate::html::refusals;
use crate::idempotency::{self, Calls};
use crate::listen::STRICT_TRANSPORT;
use crate::{health, observe, peer};

use super::{
    Shared, acting, agents, authorize, consents, dashboard, emergency, introspect, pages, par,
    provisions, public, retrievals, served, status, token, wish, withdraw,
};

/// The largest body, in bytes: a consent of 16 KiB fits, with room for what stands around it.
const MAX_BODY: usize = 64 * 1_024;

/// How long a request may take, its body included.
const PATIENCE: Duration = Duration::from_secs(20);

pub(super) fn of(holder: Shared) -> Result<Router> {
    let cors = cors(holder.clone());
    let sdk = holder.config.sdk.clone();
    let proxies: Arc<[IpAddr]> = holder.config.listen.proxies.clone().into();
    let repeated = Calls {
        side: Side::Holder,
        store: holder.db.clone(),
        clock: holder.clock.clone(),
        max_body: MAX_BODY,
    };
    let again = middleware::from_fn_with_state(repeated, idempotency::layer);
    let router = calls()
        .merge(api::routes(Side::Holder, holder.base())?)
        // Before the layers: what answers in the place of a method goes through them, too.
        .method_not_allowed_fallback(api::no_such_method)
        .layer(again.clone())
        .layer(cors)
        .merge(person().layer(again))
        .merge(assets().nest_service("/sdk", ServeDir::new(sdk)))
        .merge(health::routes(holder.db.clone(), {
            let holder = holder.clone();
            move || holder.lists().is_ok()
        }))
        .fallback(api::no_such_call)
        .layer(header_layer(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::REQUEST_TIMEOUT,
            PATIENCE,
        ))
        .layer(middleware::from_fn_with_state(proxies, peer::layer))
        .layer(middleware::from_fn(observe::layer));
    let router = match holder.base().starts_with("https:") {
        true => router.layer(header_layer(
            header::STRICT_TRANSPORT_SECURITY,
            STRICT_TRANSPORT,
        )),
        false => router,
    };
    Ok(router.with_state(holder))
}

/// What apps and verifiers call.
fn calls() -> Router<Shared> {
    Router::new()
        .route("/.well-known/phr-configuration", get(public::configuration))
        .route(
            "/.well-known/oauth-authorization-server",
            get(public::configuration),
        )
        .route("/jwks", get(public::jwks))
        .route("/trust-list", get(public::trust_list))
        .route("/marks", get(public::marks))
        .route("/catalogue", get(public::catalogue))
        .route("/par", post(par::push))
        .route("/token", post(token::token))
        .route("/emergency", post(emergency::emergency))
        .route("/introspect", post(introspect::introspect))
        .route("/revoke", post(introspect::revoke))
        .route("/records/{category}", get(served::records))
        .route("/status/{list}", get(status::list))
        .route("/retrievals", get(retrievals::list).post(retrievals::begin))
        .route("/retrievals/{id}", get(retrievals::look))
        .route("/retrievals/{id}/cancel", post(retrievals::cancel))
        .route("/retrievals/{id}/records", get(retrievals::records))
        .route("/retrievals/{id}/raw", get(retrievals::raw))
        .route("/consents/{jti}/withdraw", post(withdraw::withdraw))
}

/// What the person sees: framed by nobody, kept by no cache, and its address told to nobody.
fn person() -> Router<Shared> {
    Router::new()
        .route("/authorize", get(authorize::begin))
        .route("/login", post(authorize::login))
        .route("/login/again", get(authorize::again))
        .route("/login/callback", get(authorize::callback))
        .route("/logout", post(authorize::logout))
        .route("/acting", get(acting::page).post(acting::choose))
        .route("/agents", get(agents::list).post(agents::register))
        .route("/agents/end", post(agents::end_all))
        .route("/agents/{id}/end", post(agents::end))
        .route("/consent", get(authorize::page))
        .route("/keys", post(consents::register_key))
        .route(
            "/consents",
            post(consents::register).get(dashboard::dashboard),
        )
        .route("/receipts", get(provisions::receipts))
        .route("/receipts/file", get(provisions::file))
        .route("/retrieved", get(retrievals::back))
        .route("/refuse", post(consents::refuse))
        .route("/emergency-wish", post(wish::set))
        .method_not_allowed_fallback(api::no_such_method)
        .layer(middleware::from_fn_with_state(pages::BRAND, refusals))
        .layer(header_layer(header::CONTENT_SECURITY_POLICY, pages::POLICY))
        .layer(header_layer(header::X_FRAME_OPTIONS, "DENY"))
        // Not `no-referrer`: with it a browser hides the origin of our own forms, too.
        .layer(header_layer(header::REFERRER_POLICY, "same-origin"))
        .layer(header_layer(header::CACHE_CONTROL, "no-store"))
}

fn assets() -> Router<Shared> {
    Router::new()
        .route("/assets/{name}", get(pages::asset))
        .method_not_allowed_fallback(api::no_such_method)
        .layer(header_layer(header::CONTENT_SECURITY_POLICY, pages::POLICY))
}

fn header_layer(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value))
}

/// Apps of registered origins, without credentials: what a page of theirs may see is only what its
/// own key proves.
fn cors(holder: Shared) -> CorsLayer {
    let ours = HeaderName::from_static;
    CorsLayer::new()
        .allow_origin(AllowOrigin::predicate(move |origin, _| {
            origin.to_str().is_ok_and(|origin| holder.is_app(origin))
        }))
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            ours("dpop"),
            ours("phr-chain"),
            ours("idempotency-key"),
        ])
        .expose_headers([
            ours("dpop-nonce"),
            ours("phr-exchange"),
            header::WWW_AUTHENTICATE,
            header::RETRY_AFTER,
            header::DATE,
        ])
}
