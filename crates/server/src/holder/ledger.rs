//! The last step before records go out, in the store: all of it or nothing.

use phr_link::Timestamp;
use sqlx::AnyConnection;

use super::Shared;
use super::taker::Take;
use crate::problem::Problem;
use crate::verify::{Ledger, Pending, Taken, Taking};

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

    fn take<'a>(&'a self, taking: &'a Taking<'a>) -> Pending<'a, Taken> {
        Box::pin(self.0.taker.take(Take::of(taking)))
    }
}
