//! The holder's status list: random indices, and a list signed anew before it grows old.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use phr_link::status::{StatusBits, StatusListClaims, StatusValue};
use phr_link::token::{s256, sign};
use phr_link::{Code, Timestamp, time::DAY_SECONDS};
use sqlx::{Sqlite, Transaction};

use super::{Holder, Shared, now};
use crate::problem::Problem;

/// How long a list may be used without asking again, in seconds.
const TTL_SECONDS: i64 = 60;

/// The entries of the list; a million grants at a time fit, and an index tells nothing.
const ENTRIES: u32 = 1 << 20;

/// Takes an index that no unexpired grant has.
pub(super) async fn allocate(
    store: &mut Transaction<'_, Sqlite>,
    consent_jti: &str,
    exp: Timestamp,
    at: Timestamp,
) -> Result<i64, Problem> {
    // Free again only when no token that names it can still be unexpired.
    sqlx::query("DELETE FROM issued WHERE exp < ?")
        .bind(at.as_secs() - 300)
        .execute(&mut **store)
        .await?;
    for _ in 0..64 {
        let mut bytes = [0; 4];
        getrandom::fill(&mut bytes).map_err(|_| Code::Internal)?;
        let idx = i64::from(u32::from_le_bytes(bytes) % ENTRIES);
        let taken = sqlx::query(
            "INSERT INTO issued (idx, grant_jti, consent_jti, exp) VALUES (?, '', ?, ?) ON CONFLICT DO NOTHING",
        )
        .bind(idx)
        .bind(consent_jti)
        .bind(exp.as_secs())
        .execute(&mut **store)
        .await?;
        if taken.rows_affected() == 1 {
            return Ok(idx);
        }
    }
    Err(Code::ServerRateLimited.into())
}

/// The signed list, and how often something changed.
#[derive(Default)]
pub(crate) struct Kept {
    changes: u64,
    signed: Option<(Timestamp, String)>,
}

impl Holder {
    /// Drops the signed list: something changed.
    pub(crate) fn forget_status(&self) {
        if let Ok(mut kept) = self.status.lock() {
            kept.changes += 1;
            kept.signed = None;
        }
    }

    /// Gives the signed list, at most half its time old.
    pub(crate) async fn status_list(&self) -> Result<String, Problem> {
        let at = now();
        let mut changes = 0;
        if let Ok(kept) = self.status.lock() {
            changes = kept.changes;
            if let Some((signed_at, token)) = &kept.signed
                && at.since(*signed_at) < TTL_SECONDS / 2
            {
                return Ok(token.clone());
            }
        }
        let revoked: Vec<i64> = sqlx::query_scalar("SELECT idx FROM issued WHERE revoked = 1")
            .fetch_all(&self.db)
            .await?;
        let mut bits = StatusBits::new(1, usize::try_from(ENTRIES).unwrap_or(0))?;
        for idx in revoked {
            bits.set(idx, StatusValue::INVALID)?;
        }
        let claims = StatusListClaims {
            iss: self.base().to_owned(),
            sub: format!("{}/status/1", self.base()),
            iat: at,
            exp: at.plus(DAY_SECONDS),
            ttl: TTL_SECONDS,
            jti: None,
            status_list: bits.deflate(),
        };
        let token = sign(&claims, &self.world.holder)?;
        // A list read before a withdrawal committed must not be kept after it.
        if let Ok(mut kept) = self.status.lock()
            && kept.changes == changes
        {
            kept.signed = Some((at, token.clone()));
        }
        Ok(token)
    }
}

/// `GET /status/1`
pub(super) async fn list(
    State(holder): State<Shared>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let token = holder.status_list().await?;
    let tag = format!("\"{}\"", s256(&token));
    let is_known = headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|value| value.as_bytes() == tag.as_bytes());
    let mut response = if is_known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        token.into_response()
    };
    let fields = response.headers_mut();
    fields.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/statuslist+jwt"),
    );
    fields.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("max-age=30"),
    );
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        fields.insert(header::ETAG, tag);
    }
    Ok(response)
}
