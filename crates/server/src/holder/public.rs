//! What anybody may read.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use phr_link::catalogue::Category;
use phr_link::key::{ALGORITHMS, Signer as _};
use serde_json::json;

use super::Shared;
use crate::problem::Problem;

/// RFC 8414 metadata, and ours beside it.
pub(super) async fn configuration(State(holder): State<Shared>) -> Response {
    let base = holder.base();
    let categories: Vec<_> = Category::all()
        .map(|category| json!({"code": category.code(), "status": category.availability()}))
        .collect();
    Json(json!({
        "issuer": base,
        "authorization_endpoint": format!("{base}/authorize"),
        "token_endpoint": format!("{base}/token"),
        "pushed_authorization_request_endpoint": format!("{base}/par"),
        "introspection_endpoint": format!("{base}/introspect"),
        "revocation_endpoint": format!("{base}/revoke"),
        "emergency_endpoint": format!("{base}/emergency"),
        "jwks_uri": format!("{base}/jwks"),
        "trust_list_uri": format!("{base}/trust-list"),
        "catalogue_uri": format!("{base}/catalogue"),
        "records_endpoint": format!("{base}/records"),
        "require_pushed_authorization_requests": true,
        "authorization_response_iss_parameter_supported": true,
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code", "urn:ietf:params:oauth:grant-type:token-exchange"],
        "code_challenge_methods_supported": ["S256"],
        "dpop_signing_alg_values_supported": ALGORITHMS,
        "token_endpoint_auth_methods_supported": ["none", "private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ALGORITHMS,
        "languages": ["ja", "en"],
        "limits": {"skew_seconds": 60, "revocation_seconds": 0},
        "categories": categories,
    }))
    .into_response()
}

pub(super) async fn jwks(State(holder): State<Shared>) -> Response {
    let ring = holder.keys.ring();
    let keys = ring.entries().iter();
    let keys: Vec<_> = keys.map(|entry| entry.key.public_key().to_jwk()).collect();
    Json(json!({"keys": keys})).into_response()
}

pub(super) async fn trust_list(State(holder): State<Shared>) -> Result<Response, Problem> {
    let mut response = holder.lists()?.trust_list.clone().into_response();
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/phr-trust-list+jwt"),
    );
    Ok(response)
}

/// The marks with their status list, which the certification body serves elsewhere, and the keys of
/// this sandbox's anchor, which elsewhere are configured by hand.
pub(super) async fn marks(State(holder): State<Shared>) -> Result<Response, Problem> {
    let lists = holder.lists()?;
    let mut body = json!({
        "marks": lists.mark_tokens,
        "status": holder.trust.mark_status(holder.now())?,
    });
    if let (Some(anchor), Some(members)) = (holder.trust.sandbox_anchor(), body.as_object_mut()) {
        let keys: Vec<_> = anchor.keys().iter().map(|key| key.to_jwk()).collect();
        members.insert("sandbox_anchor".to_owned(), json!({"keys": keys}));
    }
    Ok(Json(body).into_response())
}

pub(super) async fn catalogue() -> Response {
    let answer = phr_link::adapter::answer(r#"{"op":"catalogue"}"#);
    let value: serde_json::Value = serde_json::from_str(&answer).unwrap_or_default();
    Json(value.get("value").cloned()).into_response()
}
