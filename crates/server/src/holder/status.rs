//! The holder's status list: random indices, and a list signed anew before it grows old.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use phr_link::status::{StatusBits, StatusListClaims, StatusLists, StatusValue};
use phr_link::token::{s256, sign};
use phr_link::{Code, Timestamp, time::DAY_SECONDS};
use sqlx::SqliteConnection;

use super::{Holder, Shared};
use crate::problem::Problem;
use crate::verify::Known;

/// How long a list may be used without asking again, in seconds.
const TTL_SECONDS: i64 = 60;

/// The entries of the list; a million grants at a time fit, and an index tells nothing.
const ENTRIES: u32 = 1 << 20;

/// Takes an index that no unexpired grant has.
pub(super) async fn allocate(
    store: &mut SqliteConnection,
    consent_jti: &str,
    exp: Timestamp,
    at: Timestamp,
) -> Result<i64, Problem> {
    // Free again only when no token that names it can still be unexpired.
    sqlx::query("DELETE FROM issued WHERE exp < ?")
        .bind(at.as_secs() - 300)
        .execute(&mut *store)
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
        .execute(&mut *store)
        .await?;
        if taken.rows_affected() == 1 {
            return Ok(idx);
        }
    }
    Err(Code::ServerRateLimited.into())
}

/// The signed list, what is known beside it, and how often something changed.
#[derive(Default)]
pub(crate) struct Kept {
    changes: u64,
    signed: Option<Signed>,
}

#[derive(Clone)]
pub(super) struct Signed {
    at: Timestamp,
    pub(super) token: String,
    /// What the verdict takes, made once for all requests that come while the list is fresh.
    pub(super) known: Arc<Known>,
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
    pub(super) async fn signed_status(&self) -> Result<Signed, Problem> {
        let at = self.now();
        let mut changes = 0;
        if let Ok(kept) = self.status.lock() {
            changes = kept.changes;
            if let Some(signed) = &kept.signed
                && (0..TTL_SECONDS / 2).contains(&at.since(signed.at))
            {
                return Ok(signed.clone());
            }
        }
        let revoked: Vec<i64> = sqlx::query_scalar("SELECT idx FROM issued WHERE revoked = 1")
            .fetch_all(&self.db)
            .await?;
        let signed = self.sign_status(&revoked, at)?;
        // A list read before a withdrawal committed must not be kept after it.
        if let Ok(mut kept) = self.status.lock()
            && kept.changes == changes
        {
            kept.signed = Some(signed.clone());
        }
        Ok(signed)
    }

    fn sign_status(&self, revoked: &[i64], at: Timestamp) -> phr_link::Result<Signed> {
        let mut bits = StatusBits::new(1, usize::try_from(ENTRIES).unwrap_or(0))?;
        for idx in revoked {
            bits.set(*idx, StatusValue::INVALID)?;
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
        let lists = self.lists()?;
        let marks = self.world.mark_status(at)?;
        let known = Known {
            trust: lists.trust.clone(),
            seq_floor: Some(lists.trust.seq()),
            marks: lists.marks.clone(),
            status: Arc::new(StatusLists::new([token.as_str(), &marks], &lists.trust)),
            iat_floors: Vec::new(),
            released: Vec::new(),
        };
        Ok(Signed {
            at,
            token,
            known: Arc::new(known),
        })
    }
}

/// `GET /status/1`
pub(super) async fn list(
    State(holder): State<Shared>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let token = holder.signed_status().await?.token;
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
