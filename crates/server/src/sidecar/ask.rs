//! The two ways to ask: by the headers that a proxy sets (`/auth`), and by an object (`POST /decide`).

use std::sync::Arc;

use axum::Extension;
use axum::Json as Answer;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use phr_link::decide::Permit;
use phr_link::wire::base64url;
use phr_link::{Code, Lang};
use serde::Deserialize;
use serde_json::json;

use super::Sidecar;
use crate::input::Json;
use crate::peer::Peer;
use crate::problem::{Problem, no_store};

impl Sidecar {
    /// Only what stands before the protected server may ask: its word on method and path is believed.
    pub(super) fn check_peer(&self, peer: Option<Extension<Peer>>) -> Result<(), Problem> {
        let is_ours = match peer {
            Some(Extension(Peer(peer))) => peer.is_loopback() || self.proxies.contains(&peer),
            None => self.is_loopback,
        };
        if is_ours {
            Ok(())
        } else {
            Err(Problem::with_status(
                Code::ServerNoSuchCall,
                StatusCode::FORBIDDEN,
            ))
        }
    }

    async fn judge(
        &self,
        method: &str,
        target: &str,
        headers: &HeaderMap,
    ) -> Result<Permit, Problem> {
        let method = Method::from_bytes(method.as_bytes())
            .map_err(|_| Problem::at(Code::CallerMisuse, Some("/method".to_owned())))?;
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let category = self.category(path).ok_or(Code::ScopeNotGranted)?;
        self.verifier
            .permit(&method, path, query, headers, category)
            .await
    }
}

/// One value of a header that the proxy sets itself; two mean that it let one of the client's through.
fn one<'a>(headers: &'a HeaderMap, name: &str) -> Result<&'a str, Problem> {
    let misused = || Problem::at(Code::CallerMisuse, Some(format!("/{name}")));
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().map_err(|_| misused()),
        _ => Err(misused()),
    }
}

/// For nginx's `auth_request` and its kin, which know 2xx, 401 and 403 alone: the true status stands in
/// `PHR-Status`.
pub(super) async fn forward(
    State(sidecar): State<Arc<Sidecar>>,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
) -> Response {
    match asked(&sidecar, peer, &headers).await {
        Ok(response) => response,
        Err(problem) => {
            let code = problem.code;
            let mut response = problem.into_response();
            let status = response.status();
            if status != StatusCode::UNAUTHORIZED {
                *response.status_mut() = StatusCode::FORBIDDEN;
            }
            let fields = response.headers_mut();
            fields.insert("phr-code", HeaderValue::from_static(code.as_str()));
            fields.insert("phr-status", HeaderValue::from(status.as_u16()));
            response
        }
    }
}

async fn asked(
    sidecar: &Sidecar,
    peer: Option<Extension<Peer>>,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    sidecar.check_peer(peer)?;
    let method = one(headers, "x-original-method")?;
    let target = one(headers, "x-original-uri")?;
    let permit = sidecar.judge(method, target, headers).await?;
    let mut response = (StatusCode::OK, no_store()).into_response();
    let filter = serde_json::to_vec(&permit.filter).map_err(|_| Code::Internal)?;
    for (name, value) in [
        ("phr-subject", permit.sub.as_str()),
        ("phr-client", permit.client_id.as_str()),
        ("phr-category", permit.filter.category.code()),
        ("phr-purpose", permit.purpose.as_str()),
        ("phr-mode", permit.mode.as_str()),
        ("phr-filter", &base64url::encode(&filter)),
    ] {
        let value = HeaderValue::from_str(value).map_err(|_| Code::Internal)?;
        response
            .headers_mut()
            .insert(HeaderName::from_static(name), value);
    }
    Ok(response)
}

/// A request as an object.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Described {
    method: String,
    /// Path and query, as the client sent them.
    target: String,
    #[serde(default)]
    authorization: Option<String>,
    #[serde(default)]
    dpop: Option<String>,
    #[serde(default)]
    phr_chain: Option<String>,
}

/// For whoever can send an object: the verdict, as one.
pub(super) async fn decide(
    State(sidecar): State<Arc<Sidecar>>,
    peer: Option<Extension<Peer>>,
    Json(described): Json<Described>,
) -> Result<Response, Problem> {
    sidecar.check_peer(peer)?;
    let mut headers = HeaderMap::new();
    for (name, value) in [
        (header::AUTHORIZATION, &described.authorization),
        (HeaderName::from_static("dpop"), &described.dpop),
        (HeaderName::from_static("phr-chain"), &described.phr_chain),
    ] {
        if let Some(value) = value {
            let value = HeaderValue::from_str(value).map_err(|_| Code::ProofMissing)?;
            headers.insert(name, value);
        }
    }
    let verdict = sidecar
        .judge(&described.method, &described.target, &headers)
        .await;
    let body = match verdict {
        Ok(permit) => {
            let filter = serde_json::to_vec(&permit.filter).map_err(|_| Code::Internal)?;
            json!({"decision": "permit", "permit": permit, "filter": base64url::encode(&filter)})
        }
        Err(problem) if problem.code == Code::Internal => return Err(problem),
        Err(problem) => {
            let code = problem.code;
            let answer = problem.into_response();
            let challenge = answer.headers().get(header::WWW_AUTHENTICATE);
            json!({
                "decision": "deny", "code": code, "status": answer.status().as_u16(),
                "www_authenticate": challenge.and_then(|value| value.to_str().ok()),
                "title": code.text(Lang::En), "hint": code.hint(Lang::En),
            })
        }
    };
    Ok((no_store(), Answer(body)).into_response())
}
