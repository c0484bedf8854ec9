//! `POST /par`: a signed request is pushed before the person is sent (RFC 9126).

use std::net::IpAddr;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use phr_link::Code;
use phr_link::consent::registration::verify_request;
use phr_link::token::s256;
use phr_link::trust::ClientType;
use serde::Deserialize;
use serde_json::json;
use sqlx::AnyConnection;

use super::client::{Credentials, is_unfit};
use super::{Shared, notice, random_id};
use crate::input::Form;
use crate::peer::Peer;
use crate::problem::{Problem, no_store};

/// How long a pushed request waits, in seconds.
pub(super) const WAIT_SECONDS: i64 = 90;

/// For how long a pushed request is remembered, so that its `jti` is not taken twice, in seconds: a
/// request lives ten minutes, and a transaction half an hour.
pub(super) const KEPT_SECONDS: i64 = 1_800;

/// The most requests that are kept at a time.
const MAX_KEPT: i64 = 10_000;

/// The most of them by one proof key: one person's app does not use up what all share.
const MAX_BY_KEY: i64 = 20;

#[derive(Deserialize)]
pub(super) struct Push {
    client_id: String,
    request: String,
    #[serde(flatten)]
    credentials: Credentials,
}

pub(super) async fn push(
    State(holder): State<Shared>,
    peer: Option<Extension<Peer>>,
    form: Result<Form<Push>, Problem>,
) -> Response {
    let accepted = match form {
        Ok(Form(push)) => {
            let peer = peer.map(|Extension(Peer(peer))| peer);
            accept(&holder, &push, peer).await
        }
        Err(problem) => Err(problem),
    };
    match accepted {
        Ok(uri) => {
            let body = json!({"request_uri": uri, "expires_in": WAIT_SECONDS});
            (StatusCode::CREATED, no_store(), Json(body)).into_response()
        }
        Err(problem) => {
            let error = word(problem.code);
            problem.oauth(error)
        }
    }
}

/// OAuth's word for a refusal (RFC 9126, 9101 and 9396).
fn word(code: Code) -> &'static str {
    match code {
        Code::RequestReplayed => "invalid_request",
        code if is_unfit(code) => "invalid_client",
        Code::CatalogueModeNotAllowed => "invalid_authorization_details",
        code if code.as_str().starts_with("scope.") => "invalid_authorization_details",
        _ => "invalid_request_object",
    }
}

async fn accept(holder: &Shared, push: &Push, peer: Option<IpAddr>) -> Result<String, Problem> {
    let at = holder.now();
    let lists = holder.lists()?;
    let (request, _) = verify_request(&push.request, holder.base(), &lists.trust, at, 60)?;
    if request.iss != push.client_id {
        return Err(Code::RequestClientKey.into());
    }
    let client = holder.client(&request.iss, &push.credentials).await?;
    let mut store = holder.db.begin().await?;
    if let (ClientType::Device, Some(peer)) = (client, peer) {
        let limit = holder.config.limits.address;
        limit
            .take(&mut store, &format!("address {peer}"), at)
            .await?;
    }
    check_room(&mut store, &request.dpop_jkt, at.as_secs()).await?;
    store.commit().await?;
    // Whoever gets here has signed, and is known or has few requests waiting: now it is worth a
    // connection to elsewhere.
    let notice = notice::fetch(&request.notice_uri).await?;
    if s256(&notice) != request.notice_s256 {
        return Err(Code::RequestNotice.into());
    }
    let uri = format!("urn:ietf:params:oauth:request_uri:{}", random_id()?);
    let mut store = holder.db.begin().await?;
    sqlx::query("INSERT INTO notice (s256, text) VALUES ($1, $2) ON CONFLICT DO NOTHING")
        .bind(&request.notice_s256)
        .bind(&notice)
        .execute(&mut *store)
        .await?;
    let stored = sqlx::query(
        "INSERT INTO pushed (uri, client_id, jkt, request, request_jti, notice_s256, pushed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
    )
    .bind(&uri)
    .bind(&request.iss)
    .bind(&request.dpop_jkt)
    .bind(&push.request)
    .bind(&request.jti)
    .bind(&request.notice_s256)
    .bind(at.as_secs())
    .execute(&mut *store)
    .await?;
    if stored.rows_affected() == 0 {
        return Err(Code::RequestReplayed.into());
    }
    store.commit().await?;
    Ok(uri)
}

/// Requests are kept in bounded space.
async fn check_room(store: &mut AnyConnection, jkt: &str, at: i64) -> Result<(), Problem> {
    let since = at - KEPT_SECONDS;
    let all: i64 = sqlx::query_scalar("SELECT count(*) FROM pushed WHERE pushed_at >= $1")
        .bind(since)
        .fetch_one(&mut *store)
        .await?;
    let by_key: i64 =
        sqlx::query_scalar("SELECT count(*) FROM pushed WHERE jkt = $1 AND pushed_at >= $2")
            .bind(jkt)
            .bind(since)
            .fetch_one(&mut *store)
            .await?;
    if all >= MAX_KEPT || by_key >= MAX_BY_KEY {
        return Err(Code::ServerRateLimited.into());
    }
    Ok(())
}
