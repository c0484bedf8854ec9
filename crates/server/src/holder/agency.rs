//! Who may act for whom. To an agent, an agency that ended, one that is suspended and one that never was
//! are the same; the person alone sees which it is.

use phr_link::claims::{ActorRole, AgentBasis, AgentBasisKind};
use phr_link::time::DAY_SECONDS;
use phr_link::{Code, Day, Timestamp};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row as _};

use super::people::Person;
use super::{Holder, age, random_id, word};
use crate::problem::Problem;
use crate::verify::{Pledge, Presented};

/// What an agent is told whatever the reason: as if the source did not answer.
pub(super) const AWAY: Code = Code::SourceUnavailable;

/// An agency as the store has it.
#[derive(Clone, Debug)]
pub(super) struct Agency {
    pub(super) id: String,
    /// For whom.
    pub(super) person: String,
    /// Who acts.
    pub(super) agent: String,
    pub(super) role: ActorRole,
    pub(super) kind: AgentBasisKind,
    pub(super) reference: String,
    pub(super) registered_at: Timestamp,
    /// Until when, by its registration and the person's majority.
    pub(super) until: Timestamp,
    pub(super) sees_dashboard: bool,
    is_ended: bool,
    is_suspended: bool,
}

/// How an agency stands; for the person's eyes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Standing {
    Active,
    Ended,
    Suspended,
}

/// A title that is registered.
#[derive(Debug)]
pub(crate) struct Title<'a> {
    pub(crate) person: &'a str,
    pub(crate) agent: &'a str,
    pub(crate) role: ActorRole,
    pub(crate) kind: AgentBasisKind,
    pub(crate) reference: &'a str,
    pub(crate) until: Timestamp,
    pub(crate) sees_dashboard: bool,
}

const SELECT: &str = "SELECT agency.*, (SELECT count(*) FROM protection WHERE protection.person = agency.person) AS protected FROM agency";

impl Agency {
    fn of(row: &AnyRow) -> Result<Self, Problem> {
        Ok(Self {
            id: row.get("id"),
            person: row.get("person"),
            agent: row.get("agent"),
            role: word::read(row.get("role"))?,
            kind: word::read(row.get("basis"))?,
            reference: row.get("reference"),
            registered_at: Timestamp::from_secs(row.get("registered_at")),
            until: Timestamp::from_secs(row.get("until")),
            sees_dashboard: row.get::<i64, _>("sees_dashboard") == 1,
            is_ended: row.get::<Option<i64>, _>("ended_at").is_some(),
            is_suspended: row.get::<i64, _>("protected") > 0,
        })
    }

    pub(super) fn standing(&self, at: Timestamp) -> Standing {
        if self.is_ended || self.until <= at {
            Standing::Ended
        } else if self.is_suspended {
            Standing::Suspended
        } else {
            Standing::Active
        }
    }

    /// The agency by its name.
    ///
    /// # Errors
    /// `internal` if the store fails
    pub(super) async fn find(store: &mut AnyConnection, id: &str) -> Result<Option<Self>, Problem> {
        let row = sqlx::query(sqlx::AssertSqlSafe(format!("{SELECT} WHERE id = $1")))
            .bind(id)
            .fetch_optional(&mut *store)
            .await?;
        row.as_ref().map(Self::of).transpose()
    }

    /// The agency by its name, if it may be used.
    ///
    /// # Errors
    /// `source.unavailable` whatever the reason
    pub(super) async fn live(
        store: &mut AnyConnection,
        id: &str,
        at: Timestamp,
    ) -> Result<Self, Problem> {
        let found = Self::find(store, id).await?;
        found
            .filter(|one| one.standing(at) == Standing::Active)
            .ok_or_else(|| AWAY.into())
    }

    /// The agencies of a person, the newest first; all of them, for their eyes.
    ///
    /// # Errors
    /// `internal` if the store fails
    pub(super) async fn of_person(
        store: &mut AnyConnection,
        person: &str,
    ) -> Result<Vec<Self>, Problem> {
        let order = "WHERE person = $1 ORDER BY registered_at DESC, id";
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!("{SELECT} {order}")))
            .bind(person)
            .fetch_all(&mut *store)
            .await?;
        rows.iter().map(Self::of).collect()
    }

    /// The agencies that an agent may use now.
    ///
    /// # Errors
    /// `internal` if the store fails
    pub(super) async fn of_agent(
        store: &mut AnyConnection,
        agent: &str,
        at: Timestamp,
    ) -> Result<Vec<Self>, Problem> {
        let order = "WHERE agent = $1 AND ended_at IS NULL ORDER BY registered_at DESC, id";
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!("{SELECT} {order}")))
            .bind(agent)
            .fetch_all(&mut *store)
            .await?;
        let all: Vec<_> = rows.iter().map(Self::of).collect::<Result<_, _>>()?;
        Ok(all
            .into_iter()
            .filter(|one| one.standing(at) == Standing::Active)
            .collect())
    }

    /// Registers a title. That of a guardian ends with the person's majority.
    ///
    /// # Errors
    /// `agent.authority` where the title gives no such right; `caller.misuse` where somebody is unknown,
    /// or acts for this person already
    pub(crate) async fn register(
        store: &mut AnyConnection,
        title: &Title<'_>,
        at: Timestamp,
    ) -> Result<Self, Problem> {
        let at_fault = |path: &str| Problem::at(Code::CallerMisuse, Some(path.to_owned()));
        let person = Person::find(store, title.person).await?;
        let person = person.ok_or_else(|| at_fault("/person"))?;
        let agent = Person::find(store, title.agent).await?;
        let agent = agent
            .filter(|agent| agent.id != person.id)
            .ok_or_else(|| at_fault("/agent"))?;
        let majority = age::majority(person.born()?, Day::of(at));
        let fits = match title.kind {
            AgentBasisKind::ParentalAuthority => title.role == ActorRole::Guardian && at < majority,
            AgentBasisKind::CourtOrder => title.role == ActorRole::Guardian,
            AgentBasisKind::PowerOfAttorney | AgentBasisKind::RegisteredAgent => {
                title.role == ActorRole::Proxy
            }
        };
        if !fits || !age::decides_alone(agent.born()?, at) {
            return Err(Problem::at(Code::AgentAuthority, Some("/basis".to_owned())));
        }
        let until = match title.kind {
            AgentBasisKind::ParentalAuthority => title.until.min(majority),
            _ => title.until,
        };
        if until <= at {
            return Err(at_fault("/until"));
        }
        // One whose time is over makes room for the next.
        sqlx::query(
            "UPDATE agency SET ended_at = until
             WHERE person = $1 AND agent = $2 AND ended_at IS NULL AND until <= $3",
        )
        .bind(title.person)
        .bind(title.agent)
        .bind(at.as_secs())
        .execute(&mut *store)
        .await?;
        let id = random_id()?;
        let kept = sqlx::query(
            "INSERT INTO agency
             (id, person, agent, role, basis, reference, registered_at, until, sees_dashboard)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING",
        )
        .bind(&id)
        .bind(title.person)
        .bind(title.agent)
        .bind(word::write(&title.role)?)
        .bind(word::write(&title.kind)?)
        .bind(title.reference)
        .bind(at.as_secs())
        .bind(until.as_secs())
        .bind(i64::from(title.sees_dashboard))
        .execute(&mut *store)
        .await?;
        if kept.rows_affected() != 1 {
            return Err(at_fault("/agent"));
        }
        let made = Self::find(store, &id).await?;
        made.ok_or_else(|| Code::Internal.into())
    }

    /// Ends it; tells whether it was not over yet.
    ///
    /// # Errors
    /// `internal` if the store fails
    pub(super) async fn end(
        &self,
        store: &mut AnyConnection,
        at: Timestamp,
    ) -> Result<bool, Problem> {
        let ended = sqlx::query(
            "UPDATE agency SET ended_at = $1 WHERE id = $2 AND ended_at IS NULL AND until > $1",
        )
        .bind(at.as_secs())
        .bind(&self.id)
        .execute(&mut *store)
        .await?;
        Ok(ended.rows_affected() == 1)
    }

    /// The arrangement of this agency with a client, made at the first time.
    ///
    /// # Errors
    /// `internal` if the store fails
    pub(super) async fn arrangement(
        &self,
        store: &mut AnyConnection,
        client_id: &str,
    ) -> Result<String, Problem> {
        sqlx::query(
            "INSERT INTO agency_arrangement (agency, client_id, arrangement_id) VALUES ($1, $2, $3)
             ON CONFLICT DO NOTHING",
        )
        .bind(&self.id)
        .bind(client_id)
        .bind(random_id()?)
        .execute(&mut *store)
        .await?;
        let id = sqlx::query_scalar(
            "SELECT arrangement_id FROM agency_arrangement WHERE agency = $1 AND client_id = $2",
        )
        .bind(&self.id)
        .bind(client_id)
        .fetch_one(&mut *store)
        .await?;
        Ok(id)
    }

    /// What a key statement and a consent say of it.
    pub(super) fn basis(&self) -> AgentBasis {
        AgentBasis {
            kind: self.kind,
            reference: self.reference.clone(),
            until: self.until,
        }
    }
}

/// Keeps the one of the sandbox: a mother acts for her child.
///
/// # Errors
/// `internal` if the store fails
pub(super) async fn keep_invented(store: &mut AnyConnection, at: Timestamp) -> Result<(), Problem> {
    let title = Title {
        person: "mirai",
        agent: "hanako",
        role: ActorRole::Guardian,
        kind: AgentBasisKind::ParentalAuthority,
        reference: "sandbox-family",
        until: at.plus(40 * 366 * DAY_SECONDS),
        sees_dashboard: true,
    };
    let known: i64 = sqlx::query_scalar("SELECT count(*) FROM agency WHERE reference = $1")
        .bind(title.reference)
        .fetch_one(&mut *store)
        .await?;
    if known == 0 {
        Agency::register(store, &title, at).await?;
    }
    Ok(())
}

/// Protects a person: nobody acts for them until it is lifted, and no public bit tells it.
///
/// # Errors
/// `internal` if the store fails
pub(crate) async fn protect(
    store: &mut AnyConnection,
    person: &str,
    reference: &str,
    at: Timestamp,
) -> Result<(), Problem> {
    sqlx::query(
        "INSERT INTO protection (person, reference, set_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
    )
    .bind(person)
    .bind(reference)
    .bind(at.as_secs())
    .execute(&mut *store)
    .await?;
    Ok(())
}

/// Lifts the protection of a person; tells whether there was one.
///
/// # Errors
/// `internal` if the store fails
pub(crate) async fn lift(store: &mut AnyConnection, person: &str) -> Result<bool, Problem> {
    let lifted = sqlx::query("DELETE FROM protection WHERE person = $1")
        .bind(person)
        .execute(&mut *store)
        .await?;
    Ok(lifted.rows_affected() == 1)
}

impl Holder {
    /// What an agent is told of a verdict: before anything is said of why not, that the agent may act now
    /// and that the consent lives. Of a verdict on anybody else nothing is changed.
    ///
    /// # Errors
    /// the verdict's own, or `source.unavailable` whatever the reason
    pub(super) async fn for_agents(
        &self,
        presented: &Presented,
        verdict: Result<Pledge, Problem>,
    ) -> Result<Pledge, Problem> {
        let consent = match &verdict {
            Ok(pledge) if !pledge.permit().by_agent => return verdict,
            Ok(pledge) => pledge.permit().consent_jti.clone(),
            // Nothing is believed of it: it is asked about a consent that nobody can guess.
            Err(_) => match presented.grant().filter(|grant| grant.act.is_some()) {
                None => return verdict,
                Some(grant) => grant.consent_jti,
            },
        };
        self.check_agent(consent.as_deref()).await?;
        verdict
    }

    /// Checks that the agent who gave a consent may act now, and that it lives.
    ///
    /// # Errors
    /// `source.unavailable` whatever the reason
    pub(super) async fn check_agent(&self, consent_jti: Option<&str>) -> Result<(), Problem> {
        let mut store = self.db.begin().await?;
        let agency: Option<Option<String>> =
            sqlx::query_scalar("SELECT agency FROM consent WHERE jti = $1 AND state = 'active'")
                .bind(consent_jti.unwrap_or_default())
                .fetch_optional(&mut *store)
                .await?;
        let agency = agency.flatten().ok_or(AWAY)?;
        Agency::live(&mut store, &agency, self.now()).await?;
        store.commit().await?;
        Ok(())
    }
}
