//! An arrangement with a holder about a person, as the operator keeps it.

use phr_link::Code;
use phr_link::consent::Consent;
use phr_link::token::{Kind, Unverified, s256};
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
    /// Whether everything was erased already.
    pub(super) is_erased: bool,
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
            is_erased: row.get::<&str, _>("state") == State::Erased.as_str(),
        }
    }

    /// The consent, which was checked when it came.
    ///
    /// # Errors
    /// those of reading it
    pub(super) fn consent(&self) -> Result<Consent, Problem> {
        Ok(Unverified::read(&self.consent, Kind::Consent)?.unverified_claims::<Consent>()?)
    }

    /// The thumbprint of the key to which the consent binds.
    ///
    /// # Errors
    /// those of reading it
    pub(super) fn jkt(&self) -> Result<String, Problem> {
        Ok(self.consent()?.recipient.jkt)
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

    /// Locks an arrangement again, to do what was found out about a consent meanwhile: it is none where
    /// that consent has ended or another one has taken its place.
    pub(super) async fn lock_again(
        &self,
        store: &mut AnyConnection,
    ) -> Result<Option<Self>, Problem> {
        let locked = Self::lock(store, &self.id).await?;
        Ok(locked.filter(|one| one.is_active && one.consent_jti == self.consent_jti))
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
            "UPDATE operator_arrangement SET state = $1, grant_token = '', grant_exp = 0, due_at = 0
             WHERE id = $2",
        )
        .bind(state.as_str())
        .bind(&self.id)
        .execute(&mut *store)
        .await?;
        Ok(())
    }

    /// Erases the words of the consent, too: what the person was asked and chose is about their health.
    /// The receipts have its hash.
    pub(super) async fn erase_consent(&self, store: &mut AnyConnection) -> Result<(), Problem> {
        sqlx::query("UPDATE operator_arrangement SET consent = '' WHERE id = $1")
            .bind(&self.id)
            .execute(&mut *store)
            .await?;
        sqlx::query(
            "DELETE FROM operator_document WHERE person = $1 AND kind = 'consent' AND s256 = $2",
        )
        .bind(&self.person)
        .bind(s256(&self.consent))
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

    /// Keeps a fresh grant, if the consent for which it was given still is the one.
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
             WHERE id = $3 AND state = 'active' AND consent_jti = $4",
        )
        .bind(grant)
        .bind(exp)
        .bind(&self.id)
        .bind(&self.consent_jti)
        .execute(&mut *store)
        .await?;
        if kept.rows_affected() == 1 {
            Ok(())
        } else {
            Err(Code::ConsentWithdrawn.into())
        }
    }
}
