//! What was used up, in a store that several verifiers share.

use phr_link::Code;
use sqlx::Row as _;

use crate::store::Store;
use crate::verify::{Ledger, Pending, RETRY_SECONDS, Taken, Taking};

/// The ledger of verifiers of one server.
pub(super) struct Shared(pub(super) Store);

impl Ledger for Shared {
    fn knows<'a>(&'a self, replay_key: &'a str) -> Pending<'a, bool> {
        Box::pin(async move {
            let found: Option<i64> =
                sqlx::query_scalar("SELECT 1 FROM proof WHERE replay_key = $1")
                    .bind(replay_key)
                    .fetch_optional(self.0.pool())
                    .await?;
            Ok(found.is_some())
        })
    }

    fn take<'a>(&'a self, taking: &'a Taking<'a>) -> Pending<'a, Taken> {
        Box::pin(async move {
            let permit = taking.permit;
            let mut store = self.0.begin().await?;
            let stored = sqlx::query(
                "INSERT INTO proof (replay_key, until) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            )
            .bind(&permit.replay_key)
            .bind(permit.replay_until.as_secs())
            .execute(&mut *store)
            .await?;
            if stored.rows_affected() != 1 {
                return Err(Code::ProofReplayed.into());
            }
            if let (true, Some(consent)) = (permit.once, &permit.consent_jti) {
                let at = taking.now.as_secs();
                // Whoever comes first spends it, or finds it spent.
                sqlx::query(
                    "INSERT INTO spent (consent_jti, category, jkt, query, at)
                     VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
                )
                .bind(consent)
                .bind(taking.category.code())
                .bind(taking.reader_key)
                .bind(taking.query)
                .bind(at)
                .execute(&mut *store)
                .await?;
                let first = sqlx::query(
                    "SELECT jkt, query, at FROM spent WHERE consent_jti = $1 AND category = $2",
                )
                .bind(consent)
                .bind(taking.category.code())
                .fetch_one(&mut *store)
                .await?;
                let is_same = first.get::<&str, _>("jkt") == taking.reader_key
                    && first.get::<&str, _>("query") == taking.query
                    && at - first.get::<i64, _>("at") <= RETRY_SECONDS;
                if !is_same {
                    return Err(Code::GrantUseLimit.into());
                }
            }
            sqlx::query("DELETE FROM proof WHERE until < $1")
                .bind(taking.now.as_secs())
                .execute(&mut *store)
                .await?;
            store.commit().await?;
            Ok(Taken::default())
        })
    }
}
