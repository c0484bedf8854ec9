//! An arrangement with a holder about a person, as the operator keeps it.

use phr_link::Code;
use sqlx::{AnyConnection, Row as _, any::AnyRow};

use crate::problem::Problem;

/// How an arrangement stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum State {
    /// The consent lives: records are fetched and used.
    Active,
    /// The person had everything erased here.
    Erased,
    /// The consent is over: nothing is used any more.
    Ended,
}

impl State {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Erased => "erased",
            Self::Ended => "ended",
        }
    }
}

/// What is kept of an arrangement.
pub(super) struct Arrangement {
    pub(super) id: String,
    pub(super) person: String,
    pub(super) holder: String,
    pub(super) sub: String,
    pub(super) consent: String,
    pub(super) consent_jti: String,
    pub(super) grant: String,
    pub(super) grant_exp: i64,
    pub(super) is_active: bool,
}

impl Arrangement {
    fn of(row: &AnyRow) -> Self {
        Self {
            id: row.get("id"),
            person: row.get("person"),
            holder: row.get("holder"),
            sub: row.get("sub"),
            consent: row.get("consent"),
            consent_jti: row.get("consent_jti"),
            grant: row.get("grant_token"),
            grant_exp: row.get("grant_exp"),
            is_active: row.get::<&str, _>("state") == State::Active.as_str(),
        }
    }

    /// Locks an arrangement for the rest of a transaction: what ends it and what stores records
    /// beneath it follow one another, whichever replica does them.
    pub(super) async fn lock(store: &mut AnyConnection, id: &str) -> Result<Option<Self>, Problem> {
        let row =
            sqlx::query("UPDATE operator_arrangement SET state = state WHERE id = $1 RETURNING *")
                .bind(id)
                .fetch_optional(&mut *store)
                .await?;
        Ok(row.as_ref().map(Self::of))
    }

    /// Every arrangement of a person, in one order.
    pub(super) async fn of_person(
        store: &mut AnyConnection,
        person: &str,
    ) -> Result<Vec<Self>, Problem> {
        let rows = sqlx::query("SELECT * FROM operator_arrangement WHERE person = $1 ORDER BY id")
            .bind(person)
            .fetch_all(&mut *store)
            .await?;
        Ok(rows.iter().map(Self::of).collect())
    }

    /// Ends the use: the grant is forgotten, and nothing is fetched any more.
    pub(super) async fn end(&self, store: &mut AnyConnection, state: State) -> Result<(), Problem> {
        sqlx::query(
            "UPDATE operator_arrangement SET state = $1, grant_token = '', grant_exp = 0 WHERE id = $2",
        )
        .bind(state.as_str())
        .bind(&self.id)
        .execute(&mut *store)
        .await?;
        Ok(())
    }

    /// Erases what was fetched beneath it; gives how many records that were.
    pub(super) async fn erase(&self, store: &mut AnyConnection) -> Result<u64, Problem> {
        let erased = sqlx::query("DELETE FROM operator_record WHERE person = $1 AND source = $2")
            .bind(&self.person)
            .bind(&self.id)
            .execute(&mut *store)
            .await?;
        sqlx::query("DELETE FROM operator_fetch WHERE arrangement_id = $1")
            .bind(&self.id)
            .execute(&mut *store)
            .await?;
        Ok(erased.rows_affected())
    }

    /// Keeps a fresh grant, if the arrangement is still active.
    ///
    /// # Errors
    /// `consent.withdrawn` if it is over
    pub(super) async fn renew(
        &self,
        store: &mut AnyConnection,
        grant: &str,
        exp: i64,
    ) -> Result<(), Problem> {
        let kept = sqlx::query(
            "UPDATE operator_arrangement SET grant_token = $1, grant_exp = $2
             WHERE id = $3 AND state = 'active'",
        )
        .bind(grant)
        .bind(exp)
        .bind(&self.id)
        .execute(&mut *store)
        .await?;
        if kept.rows_affected() == 1 {
            Ok(())
        } else {
            Err(Code::ConsentWithdrawn.into())
        }
    }
}
