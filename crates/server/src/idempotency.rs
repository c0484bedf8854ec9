//! `Idempotency-Key`: a call that creates something may be sent again when no answer came, and then
//! gets the answer of the first one, from whichever replica.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use phr_link::contract::{Caller, Refusal, Side, calls_of};
use phr_link::wire::base64url;
use phr_link::{Code, Timestamp};
use sha2::{Digest as _, Sha256};
use sqlx::Row as _;

use crate::clock::Clock;
use crate::problem::{Problem, no_store};
use crate::store::Store;

/// For how long answers are kept, in seconds.
pub(crate) const KEPT_SECONDS: i64 = 86_400;

/// After how many seconds a call that never answered may be tried again.
const PATIENCE_SECONDS: i64 = 60;

/// The largest answer that is kept, in bytes.
const MAX_ANSWER: usize = 1_024 * 1_024;

/// What the layer needs.
#[derive(Clone)]
pub(crate) struct Calls {
    pub(crate) side: Side,
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    /// The largest body of a call, in bytes.
    pub(crate) max_body: usize,
}

/// The call, if it is answered again as it was before: one that creates, by the contract. No other
/// answer is kept. A read, a grant or how a grant stands is judged anew each time, or a withdrawal
/// would not reach it; so is whatever is called with a grant.
fn repeatable(side: Side, request: &Request) -> Option<&'static phr_link::contract::Call> {
    if request.method() != Method::POST {
        return None;
    }
    let path = request.uri().path();
    calls_of(side)
        .find(|call| call.takes_key && call.path == path && !call.callers.contains(&Caller::Grant))
}

/// Answers a repeated call as the first was answered; a call without a key passes.
pub(crate) async fn layer(State(calls): State<Calls>, request: Request, next: Next) -> Response {
    let Some(call) = repeatable(calls.side, &request) else {
        return next.run(request).await;
    };
    match once(&calls, request, next).await {
        Ok(response) => response,
        Err(problem) if call.refusal == Refusal::OAuth => problem.oauth("invalid_request"),
        Err(problem) => problem.into_response(),
    }
}

async fn once(calls: &Calls, request: Request, next: Next) -> Result<Response, Problem> {
    let Some(name) = name(request.headers())? else {
        return Ok(next.run(request).await);
    };
    let (head, body) = request.into_parts();
    let unreadable = |_| Problem::unreadable(StatusCode::PAYLOAD_TOO_LARGE);
    let body = to_bytes(body, calls.max_body).await.map_err(unreadable)?;
    let path = head.uri.path();
    let call = Call {
        caller: digest(&[path.as_bytes(), &who(&head.headers, &body)]),
        name,
        fingerprint: digest(&[path.as_bytes(), &body]),
        at: calls.clock.now(),
    };
    if let Some(answer) = call.begin(&calls.store).await? {
        return Ok(answer);
    }
    let answer = next.run(Request::from_parts(head, Body::from(body))).await;
    call.end(&calls.store, answer).await
}

/// The key, if one was sent: once, and of a sensible length.
pub(crate) fn name(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let misused = || Problem::at(Code::CallerMisuse, Some("/Idempotency-Key".to_owned()));
    let mut values = headers.get_all("idempotency-key").iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return match headers.contains_key("idempotency-key") {
            true => Err(misused()),
            false => Ok(None),
        };
    };
    let text = value.to_str().map_err(|_| misused())?;
    if (16..=128).contains(&text.len()) {
        Ok(Some(text.to_owned()))
    } else {
        Err(misused())
    }
}

/// By what a caller is known: the session, or the client that the form names.
fn who(headers: &HeaderMap, body: &Bytes) -> Vec<u8> {
    let mut who = Vec::new();
    for cookie in headers.get_all(header::COOKIE) {
        who.extend_from_slice(cookie.as_bytes());
        who.push(b'\n');
    }
    let text = std::str::from_utf8(body).unwrap_or_default();
    let client = text
        .split('&')
        .find_map(|pair| pair.strip_prefix("client_id="));
    who.extend_from_slice(client.unwrap_or_default().as_bytes());
    who
}

fn digest(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_be_bytes());
        hash.update(part);
    }
    base64url::encode(&hash.finalize())
}

struct Call {
    caller: String,
    name: String,
    fingerprint: String,
    at: Timestamp,
}

impl Call {
    /// Claims the key; gives the answer if there is one already.
    async fn begin(&self, store: &Store) -> Result<Option<Response>, Problem> {
        let at = self.at.as_secs();
        // One that never answered is taken over, and so is what is no longer kept.
        let claimed = sqlx::query(
            "INSERT INTO idempotency (caller, name, fingerprint, at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (caller, name) DO UPDATE
             SET fingerprint = $3, status = 0, content_type = '', body = '', at = $4
             WHERE idempotency.at < $5 OR (idempotency.status = 0 AND idempotency.at < $6
             AND idempotency.fingerprint = $3)",
        )
        .bind(&self.caller)
        .bind(&self.name)
        .bind(&self.fingerprint)
        .bind(at)
        .bind(at - KEPT_SECONDS)
        .bind(at - PATIENCE_SECONDS)
        .execute(store.pool())
        .await?;
        if claimed.rows_affected() == 1 {
            return Ok(None);
        }
        let row = sqlx::query(
            "SELECT fingerprint, status, content_type, body FROM idempotency
             WHERE caller = $1 AND name = $2",
        )
        .bind(&self.caller)
        .bind(&self.name)
        .fetch_optional(store.pool())
        .await?
        .ok_or(Code::CallerKeyInFlight)?;
        if row.get::<&str, _>("fingerprint") != self.fingerprint {
            return Err(Code::CallerKeyReused.into());
        }
        let status = u16::try_from(row.get::<i64, _>("status")).unwrap_or(0);
        if status == 0 {
            return Err(Code::CallerKeyInFlight.into());
        }
        let status = StatusCode::from_u16(status).map_err(|_| Code::Internal)?;
        let body: String = row.get("body");
        let mut answer = (status, no_store(), body).into_response();
        let kind = HeaderValue::from_str(row.get("content_type")).map_err(|_| Code::Internal)?;
        answer.headers_mut().insert(header::CONTENT_TYPE, kind);
        Ok(Some(answer))
    }

    /// Keeps the answer of a call that did something; one that was refused may be mended and sent
    /// again under the same key.
    async fn end(&self, store: &Store, answer: Response) -> Result<Response, Problem> {
        if !answer.status().is_success() {
            sqlx::query("DELETE FROM idempotency WHERE caller = $1 AND name = $2")
                .bind(&self.caller)
                .bind(&self.name)
                .execute(store.pool())
                .await?;
            return Ok(answer);
        }
        let (head, body) = answer.into_parts();
        let bytes = to_bytes(body, MAX_ANSWER)
            .await
            .map_err(|_| Code::Internal)?;
        let kind = head.headers.get(header::CONTENT_TYPE);
        sqlx::query(
            "UPDATE idempotency SET status = $1, content_type = $2, body = $3
             WHERE caller = $4 AND name = $5",
        )
        .bind(i64::from(head.status.as_u16()))
        .bind(kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default())
        .bind(std::str::from_utf8(&bytes).map_err(|_| Code::Internal)?)
        .bind(&self.caller)
        .bind(&self.name)
        .execute(store.pool())
        .await?;
        Ok(Response::from_parts(head, Body::from(bytes)))
    }
}
