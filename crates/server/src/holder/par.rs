//! `POST /par`: a signed request is pushed before the person is sent (RFC 9126).

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Form, Json};
use phr_link::Code;
use phr_link::consent::registration::verify_request;
use serde::Deserialize;
use serde_json::json;

use super::{Shared, now, random_id};
use crate::problem::{Problem, no_store};

/// How long a pushed request waits, in seconds.
pub(super) const WAIT_SECONDS: i64 = 90;

/// The largest notice, in bytes.
const MAX_NOTICE: usize = 256 * 1_024;

/// The most requests that wait at a time.
const MAX_WAITING: i64 = 10_000;

#[derive(Deserialize)]
pub(super) struct Push {
    client_id: String,
    request: String,
}

pub(super) async fn push(State(holder): State<Shared>, Form(push): Form<Push>) -> Response {
    match accept(&holder, &push).await {
        Ok(uri) => {
            let body = json!({"request_uri": uri, "expires_in": WAIT_SECONDS});
            (StatusCode::CREATED, no_store(), Json(body)).into_response()
        }
        Err(problem) => problem.oauth("invalid_request_object"),
    }
}

async fn accept(holder: &Shared, push: &Push) -> Result<String, Problem> {
    let at = now();
    let (request, member) =
        verify_request(&push.request, holder.base(), &holder.world.trust, at, 60)?;
    if request.iss != push.client_id {
        return Err(Code::RequestClientKey.into());
    }
    let notice = fetch_notice(&request.notice_uri).await?;
    if phr_link::token::s256(&notice) != request.notice_s256 {
        return Err(Code::RequestNotice.into());
    }
    let uri = format!("urn:ietf:params:oauth:request_uri:{}", random_id()?);
    let mut store = holder.db.begin().await?;
    // Old ones are dropped, but a request's `jti` is remembered for as long as it could be replayed.
    sqlx::query("DELETE FROM pushed WHERE pushed_at < ?")
        .bind(at.as_secs() - 1_800)
        .execute(&mut *store)
        .await?;
    let waiting: i64 = sqlx::query_scalar("SELECT count(*) FROM pushed")
        .fetch_one(&mut *store)
        .await?;
    if waiting >= MAX_WAITING {
        return Err(Code::ServerRateLimited.into());
    }
    let stored = sqlx::query(
        "INSERT INTO pushed (uri, client_id, request, request_jti, notice, pushed_at)
         VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
    )
    .bind(&uri)
    .bind(&member.id)
    .bind(&push.request)
    .bind(&request.jti)
    .bind(&notice)
    .bind(at.as_secs())
    .execute(&mut *store)
    .await?;
    if stored.rows_affected() == 0 {
        return Err(Code::RequestReplayed.into());
    }
    store.commit().await?;
    Ok(uri)
}

/// Fetches a notice once: no redirect, plain text, bounded. Its origin was checked by the core; the
/// only private addresses among registered origins are loopback ones, for development.
async fn fetch_notice(uri: &str) -> Result<String, Problem> {
    let refuse = |_| Problem::from(Code::RequestNotice);
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_secs(5))
        .build()
        .map_err(refuse)?;
    let mut answer = client.get(uri).send().await.map_err(refuse)?;
    let content = answer
        .headers()
        .get("content-type")
        .and_then(|value| value.to_str().ok());
    let is_plain = content.is_some_and(|kind| {
        let kind = kind.to_ascii_lowercase().replace(' ', "");
        kind == "text/plain" || kind == "text/plain;charset=utf-8"
    });
    if answer.status() != reqwest::StatusCode::OK || !is_plain {
        return Err(Code::RequestNotice.into());
    }
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(refuse)? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > MAX_NOTICE {
            return Err(Code::RequestNotice.into());
        }
    }
    String::from_utf8(bytes).map_err(|_| Code::RequestNotice.into())
}
