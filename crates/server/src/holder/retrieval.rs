//! A retrieval as the store has it.

use phr_link::catalogue::Category;
use phr_link::contract::DateTime;
use phr_link::contract::records::Outcome;
use phr_link::contract::retrieval::{Provenance, Retrieval, RetrievalResult, RetrievalState};
use phr_link::scope::Period;
use phr_link::time::DAY_SECONDS;
use phr_link::wire::base64url;
use phr_link::{Code, Timestamp};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row as _};

use super::{Shared, word};
use crate::problem::Problem;
use crate::source::read_records;

/// How long the person may take at the source, in seconds.
pub(super) const PERSON_SECONDS: i64 = 3_600;

/// How long the source may take, in seconds.
pub(super) const SOURCE_SECONDS: i64 = 7 * DAY_SECONDS;

/// How long a result is kept, in seconds.
pub(super) const RESULT_SECONDS: i64 = DAY_SECONDS;

/// The most that are under way for one arrangement.
pub(super) const MAX_LIVE: i64 = 20;

/// The states that are no ends.
pub(super) const LIVE: &str = "('created', 'awaiting-user', 'pending')";

/// A retrieval.
pub(super) struct Kept {
    pub(super) id: String,
    pub(super) person: String,
    pub(super) category: Category,
    pub(super) period: Option<Period>,
    pub(super) source: String,
    pub(super) state: RetrievalState,
    pub(super) outcome: Option<Outcome>,
    pub(super) session: String,
    pub(super) user_url: Option<String>,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
    pub(super) expires_at: Timestamp,
    pub(super) tries: i64,
    media_type: String,
    raw: String,
    pub(super) raw_is_whole: bool,
    raw_s256: String,
    raw_bytes: i64,
    pub(super) records: String,
    obtained_at: Option<Timestamp>,
}

impl Kept {
    pub(super) fn of(row: &AnyRow) -> Result<Self, Problem> {
        let time = |name: &str| Timestamp::from_secs(row.get(name));
        let category: &str = row.get("category");
        let period: &str = row.get("period");
        Ok(Self {
            id: row.get("id"),
            person: row.get("person"),
            category: Category::parse(category).ok_or(Code::Internal)?,
            period: serde_json::from_str(period).map_err(|_| Code::Internal)?,
            source: row.get("source"),
            state: word::read(row.get("state"))?,
            outcome: row
                .get::<Option<&str>, _>("outcome")
                .map(word::read)
                .transpose()?,
            session: row.get("session"),
            user_url: row.get("user_url"),
            created_at: time("created_at"),
            updated_at: time("updated_at"),
            expires_at: time("expires_at"),
            tries: row.get("tries"),
            media_type: row.get("media_type"),
            raw: row.get("raw"),
            raw_is_whole: row.get::<i64, _>("raw_is_whole") == 1,
            raw_s256: row.get("raw_s256"),
            raw_bytes: row.get("raw_bytes"),
            records: row.get("records"),
            obtained_at: row
                .get::<Option<i64>, _>("obtained_at")
                .map(Timestamp::from_secs),
        })
    }

    pub(super) const fn is_live(&self) -> bool {
        matches!(
            self.state,
            RetrievalState::Created | RetrievalState::AwaitingUser | RetrievalState::Pending
        )
    }

    /// The source's own bytes.
    ///
    /// # Errors
    /// `internal` if they are damaged
    pub(super) fn bytes(&self) -> Result<Vec<u8>, Problem> {
        Ok(base64url::decode(&self.raw)?)
    }

    /// What is told of it.
    ///
    /// # Errors
    /// `internal` if what was fetched is damaged
    pub(super) fn told(&self, holder: &Shared) -> Result<Retrieval, Problem> {
        let url = |what: &str| format!("{}/retrievals/{}/{what}", holder.base(), self.id);
        let result = self
            .obtained_at
            .filter(|_| self.state == RetrievalState::Succeeded);
        let all = read_records(&self.records)?;
        let own = all
            .iter()
            .filter(|one| one.category == self.category.code());
        let count = own.count();
        let interface = holder.sources.iter().find(|one| one.name() == self.source);
        Ok(Retrieval {
            id: self.id.as_str().into(),
            state: self.state,
            category: self.category,
            period: self.period,
            created_at: DateTime(self.created_at),
            updated_at: DateTime(self.updated_at),
            expires_at: DateTime(self.expires_at),
            user_url: self
                .user_url
                .as_deref()
                .filter(|_| self.state == RetrievalState::AwaitingUser)
                .map(Into::into),
            outcome: self.outcome,
            result: result.map(|obtained_at| RetrievalResult {
                records_url: url("records").into(),
                count,
                raw_url: url("raw").into(),
                provenance: Provenance {
                    source: self.source.as_str().into(),
                    interface: interface.map_or("", |one| one.interface()).to_owned(),
                    media_type: self.media_type.clone(),
                    bytes: usize::try_from(self.raw_bytes).unwrap_or(0),
                    s256: self.raw_s256.as_str().into(),
                    obtained_at: DateTime(obtained_at),
                },
            }),
        })
    }

    /// Moves it on, unless it has ended meanwhile; tells whether it was moved.
    ///
    /// # Errors
    /// `internal` if the store fails
    pub(super) async fn moves(
        &self,
        store: &mut AnyConnection,
        to: &Move<'_>,
        at: Timestamp,
    ) -> Result<bool, Problem> {
        let moved = sqlx::query(sqlx::AssertSqlSafe(format!(
            "UPDATE retrieval SET state = $1, outcome = $2, session = $3, user_url = $4,
             updated_at = $5, expires_at = $6, due_at = $7, tries = $8
             WHERE id = $9 AND state IN {LIVE}"
        )))
        .bind(word::write(&to.state)?)
        .bind(
            to.outcome
                .map(|outcome| word::write(&outcome))
                .transpose()?,
        )
        .bind(to.session.unwrap_or(&self.session))
        .bind(to.user_url)
        .bind(at.as_secs())
        .bind(to.expires_at.as_secs())
        .bind(to.due_at.map_or(0, Timestamp::as_secs))
        .bind(to.tries)
        .bind(&self.id)
        .execute(&mut *store)
        .await?;
        Ok(moved.rows_affected() == 1)
    }
}

/// Where a retrieval goes.
pub(super) struct Move<'a> {
    pub(super) state: RetrievalState,
    pub(super) outcome: Option<Outcome>,
    pub(super) session: Option<&'a str>,
    pub(super) user_url: Option<&'a str>,
    pub(super) expires_at: Timestamp,
    /// When it is looked at next; never, where it has ended.
    pub(super) due_at: Option<Timestamp>,
    pub(super) tries: i64,
}

/// Ends every retrieval of an arrangement, with what was fetched: its consent is over.
///
/// # Errors
/// `internal` if the store fails
pub(super) async fn cancel_all(
    store: &mut AnyConnection,
    arrangement_id: &str,
    at: Timestamp,
) -> Result<(), Problem> {
    sqlx::query(
        "UPDATE retrieval SET state = CASE WHEN state IN ('created', 'awaiting-user', 'pending')
         THEN 'cancelled' ELSE 'expired' END, user_url = NULL, raw = '', records = '',
         updated_at = $1, due_at = 0 WHERE arrangement_id = $2 AND state NOT IN ('cancelled', 'expired', 'failed')",
    )
    .bind(at.as_secs())
    .bind(arrangement_id)
    .execute(&mut *store)
    .await?;
    Ok(())
}
