//! The last step before records go out, in the store: all of it or nothing.

use phr_link::receipt::ReceiptEvent;
use phr_link::{Code, Timestamp};
use sqlx::{AnyConnection, Row as _};

use super::Shared;
use super::receipts::{About, Arrangement};
use crate::problem::Problem;
use crate::verify::{Ledger, Pending, RETRY_SECONDS, Taking};

/// Remembers something that is good once; tells whether it was new.
pub(super) async fn remember(
    store: &mut AnyConnection,
    key: &str,
    until: Timestamp,
) -> Result<bool, Problem> {
    let stored =
        sqlx::query("INSERT INTO proof (replay_key, until) VALUES ($1, $2) ON CONFLICT DO NOTHING")
            .bind(key)
            .bind(until.as_secs())
            .execute(&mut *store)
            .await?;
    Ok(stored.rows_affected() == 1)
}

/// The holder's ledger.
pub(super) struct Kept<'h>(pub(super) &'h Shared);

impl Ledger for Kept<'_> {
    fn knows<'a>(&'a self, replay_key: &'a str) -> Pending<'a, bool> {
        Box::pin(async move {
            let found: Option<i64> =
                sqlx::query_scalar("SELECT 1 FROM proof WHERE replay_key = $1")
                    .bind(replay_key)
                    .fetch_optional(self.0.db.pool())
                    .await?;
            Ok(found.is_some())
        })
    }

    fn take<'a>(&'a self, taking: &'a Taking<'a>) -> Pending<'a, ()> {
        Box::pin(take(self.0, taking))
    }
}

async fn take(holder: &Shared, taking: &Taking<'_>) -> Result<(), Problem> {
    let Taking { permit, now, .. } = *taking;
    let mut store = holder.db.begin().await?;
    let mut arrangement = Arrangement::lock(&mut store, &permit.arrangement_id).await?;
    // The list that was judged by may be older than a withdrawal that was acknowledged since.
    let ended: Option<i64> = sqlx::query_scalar("SELECT revoked FROM issued WHERE grant_jti = $1")
        .bind(&permit.grant_jti)
        .fetch_optional(&mut *store)
        .await?;
    if ended != Some(0) {
        return Err(Code::GrantRevoked.into());
    }
    if !remember(&mut store, &permit.replay_key, permit.replay_until).await? {
        return Err(Code::ProofReplayed.into());
    }
    count(&mut store, taking).await?;
    let about = About {
        event: ReceiptEvent::Provision,
        sub: &permit.sub,
        recipient: &permit.client_id,
        consent_jti: permit.consent_jti.clone(),
        consent_s256: None,
        txn: None,
        items: vec![taking.category],
        at: now,
    };
    arrangement.write(holder, &mut store, about).await?;
    store.commit().await?;
    Ok(())
}

/// What may be used once is spent before anything is shown; the same query by the same key a moment
/// later is the same use.
async fn count(store: &mut AnyConnection, taking: &Taking<'_>) -> Result<(), Problem> {
    let (true, Some(consent)) = (taking.permit.once, &taking.permit.consent_jti) else {
        return Ok(());
    };
    sqlx::query(
        "INSERT INTO spent (consent_jti, category, jkt, query, at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT DO NOTHING",
    )
    .bind(consent)
    .bind(taking.category.code())
    .bind(taking.reader_key)
    .bind(taking.query)
    .bind(taking.now.as_secs())
    .execute(&mut *store)
    .await?;
    let first =
        sqlx::query("SELECT jkt, query, at FROM spent WHERE consent_jti = $1 AND category = $2")
            .bind(consent)
            .bind(taking.category.code())
            .fetch_one(&mut *store)
            .await?;
    let is_same = first.get::<&str, _>("jkt") == taking.reader_key
        && first.get::<&str, _>("query") == taking.query
        && taking.now.as_secs() - first.get::<i64, _>("at") <= RETRY_SECONDS;
    if is_same {
        Ok(())
    } else {
        Err(Code::GrantUseLimit.into())
    }
}
