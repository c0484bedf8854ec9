//! What is over is deleted, once a minute.

use std::sync::{Arc, Weak};
use std::time::Duration;

use phr_link::Timestamp;

use super::par::KEPT_SECONDS;
use super::{Holder, Shared};
use crate::idempotency;
use crate::store::Store;

const PAUSE: Duration = Duration::from_secs(60);

/// A token may be judged with this much of skew: its index is not free before.
const SKEW_SECONDS: i64 = 300;

/// Sweeps for as long as the holder lives.
pub(super) fn start(holder: &Shared) {
    let holder: Weak<Holder> = Arc::downgrade(holder);
    tokio::spawn(async move {
        while let Some(holder) = holder.upgrade() {
            if sweep(&holder.db, holder.now()).await.is_err() {
                tracing::warn!("the store could not be swept");
            }
            drop(holder);
            tokio::time::sleep(PAUSE).await;
        }
    });
}

/// Deletes what is over. Every statement stands alone: replicas may sweep at one time.
async fn sweep(store: &Store, at: Timestamp) -> sqlx::Result<()> {
    let at = at.as_secs();
    for (statement, before) in [
        ("DELETE FROM proof WHERE until < $1", at),
        ("DELETE FROM session WHERE exp < $1", at),
        ("DELETE FROM sign_in WHERE begun_at < $1", at - 3_600),
        ("DELETE FROM issued WHERE exp < $1", at - SKEW_SECONDS),
        (
            "DELETE FROM idempotency WHERE at < $1",
            at - idempotency::KEPT_SECONDS,
        ),
        ("DELETE FROM rate WHERE until < $1", at * 1_000),
        // A chain then begins later than at 0, which is how it shows that older ones were due.
        ("DELETE FROM receipt WHERE retain_until < $1", at),
        ("DELETE FROM pushed WHERE pushed_at < $1", at - KEPT_SECONDS),
    ] {
        sqlx::query(statement)
            .bind(before)
            .execute(store.pool())
            .await?;
    }
    Ok(())
}
