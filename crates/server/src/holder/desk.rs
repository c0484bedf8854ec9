//! The holder's desk: what its staff registers on a paper that the holder has seen. Each act is kept with
//! who did it, in the transaction of what it does.

use anyhow::{Result, bail, ensure};
use phr_link::Timestamp;
use phr_link::claims::{ActorRole, AgentBasisKind};
use phr_link::contract::agents::AgentEntry;
use sqlx::AnyConnection;

use super::agency::{self, Agency, Title};
use super::people::Person;
use super::status;
use crate::random_id;
use crate::store::{Address, Store};

/// The desk of a holder, at its store.
#[derive(Debug)]
pub struct Desk {
    db: Store,
    staff: String,
}

/// A guardian's title.
#[derive(Clone, Debug)]
pub struct Guardianship {
    /// The person.
    pub person: String,
    /// The guardian.
    pub guardian: String,
    /// Whether a court appointed the guardian; else it is parental authority, which ends with majority.
    pub by_court: bool,
    /// The paper.
    pub reference: String,
    /// Until when.
    pub until: Timestamp,
}

/// A person who is added.
#[derive(Clone, Debug)]
pub struct NewPerson {
    /// The name under which sources and the desk know them.
    pub id: String,
    /// The name.
    pub name: String,
    /// The name in kana.
    pub kana: String,
    /// The birthday, as `YYYY-MM-DD`.
    pub birth_date: String,
    /// The gender, by the FHIR code.
    pub gender: String,
    /// The address.
    pub address: String,
}

impl Desk {
    /// Opens the desk for a member of the staff.
    ///
    /// # Errors
    /// if the store cannot be opened, or nobody is named
    pub async fn open(store: &Address, staff: &str) -> Result<Self> {
        if staff.trim().is_empty() {
            bail!("who acts has to be named");
        }
        Ok(Self {
            db: Store::open(store).await?,
            staff: staff.to_owned(),
        })
    }

    /// Registers a guardian.
    ///
    /// # Errors
    /// if the title gives no such right, or somebody is unknown
    pub async fn register(&self, title: &Guardianship, at: Timestamp) -> Result<AgentEntry> {
        let kind = if title.by_court {
            AgentBasisKind::CourtOrder
        } else {
            AgentBasisKind::ParentalAuthority
        };
        let of = Title {
            person: &title.person,
            agent: &title.guardian,
            role: ActorRole::Guardian,
            kind,
            reference: &title.reference,
            until: title.until,
            sees_dashboard: true,
        };
        let mut store = self.db.begin().await?;
        let made = Agency::register(&mut store, &of, at).await?;
        let entry = made.entry(&mut store, at).await?;
        self.note(&mut store, "guardian", &title.person, &title.reference, at)
            .await?;
        store.commit().await?;
        Ok(entry)
    }

    /// Ends an agency, also that of a guardian, whom the person cannot end; tells whether it was live.
    ///
    /// # Errors
    /// if there is no such agency, or the store fails
    pub async fn end(&self, agency: &str, reference: &str, at: Timestamp) -> Result<bool> {
        let mut store = self.db.begin().await?;
        let Some(agency) = Agency::find(&mut store, agency).await? else {
            bail!("the holder has no such agency");
        };
        let was = agency.end(&mut store, at).await?;
        let consents: Vec<String> =
            sqlx::query_scalar("SELECT jti FROM consent WHERE agency = $1 ORDER BY jti")
                .bind(&agency.id)
                .fetch_all(&mut *store)
                .await?;
        for consent in consents {
            status::revoke(&mut store, &consent).await?;
        }
        self.note(&mut store, "end", &agency.person, reference, at)
            .await?;
        store.commit().await?;
        Ok(was)
    }

    /// Links an account at a provider with a person, whose papers the desk has seen; one that was linked
    /// before takes its place.
    ///
    /// # Errors
    /// if the person is unknown, or the store fails
    pub async fn identify(
        &self,
        (issuer, subject): (&str, &str),
        person: &str,
        reference: &str,
        at: Timestamp,
    ) -> Result<()> {
        let mut store = self.db.begin().await?;
        if Person::find(&mut store, person).await?.is_none() {
            bail!("the holder has no such person");
        }
        sqlx::query("DELETE FROM identity WHERE issuer = $1 AND (person = $2 OR subject = $3)")
            .bind(issuer)
            .bind(person)
            .bind(subject)
            .execute(&mut *store)
            .await?;
        sqlx::query(
            "INSERT INTO identity (issuer, subject, person, linked_at) VALUES ($1, $2, $3, $4)",
        )
        .bind(issuer)
        .bind(subject)
        .bind(person)
        .bind(at.as_secs())
        .execute(&mut *store)
        .await?;
        self.note(&mut store, "identify", person, reference, at)
            .await?;
        store.commit().await?;
        Ok(())
    }

    /// Adds a person, by what the papers say.
    ///
    /// # Errors
    /// if the name is taken, the birthday is no day, or the store fails
    pub async fn add(&self, new: &NewPerson, reference: &str, at: Timestamp) -> Result<()> {
        ensure!(
            phr_link::Day::parse(&new.birth_date).is_some(),
            "the birthday is no day"
        );
        let mut store = self.db.begin().await?;
        let added = sqlx::query(
            "INSERT INTO person (id, name, kana, birth_date, gender, address)
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
        )
        .bind(&new.id)
        .bind(&new.name)
        .bind(&new.kana)
        .bind(&new.birth_date)
        .bind(&new.gender)
        .bind(&new.address)
        .execute(&mut *store)
        .await?;
        ensure!(
            added.rows_affected() == 1,
            "the holder has this person already"
        );
        self.note(&mut store, "add", &new.id, reference, at).await?;
        store.commit().await?;
        Ok(())
    }

    /// Protects a person: nobody acts for them from now on, and nobody is told.
    ///
    /// # Errors
    /// if the person is unknown, or the store fails
    pub async fn protect(&self, person: &str, reference: &str, at: Timestamp) -> Result<()> {
        let mut store = self.db.begin().await?;
        if Person::find(&mut store, person).await?.is_none() {
            bail!("the holder has no such person");
        }
        agency::protect(&mut store, person, reference, at).await?;
        self.note(&mut store, "protect", person, reference, at)
            .await?;
        store.commit().await?;
        Ok(())
    }

    /// Lifts the protection of a person; tells whether there was one.
    ///
    /// # Errors
    /// if the store fails
    pub async fn lift(&self, person: &str, reference: &str, at: Timestamp) -> Result<bool> {
        let mut store = self.db.begin().await?;
        let was = agency::lift(&mut store, person).await?;
        self.note(&mut store, "lift", person, reference, at).await?;
        store.commit().await?;
        Ok(was)
    }

    async fn note(
        &self,
        store: &mut AnyConnection,
        act: &'static str,
        person: &str,
        reference: &str,
        at: Timestamp,
    ) -> Result<()> {
        let id = random_id()?;
        sqlx::query(
            "INSERT INTO desk_act (id, act, person, reference, staff, at)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(id)
        .bind(act)
        .bind(person)
        .bind(reference)
        .bind(&self.staff)
        .bind(at.as_secs())
        .execute(&mut *store)
        .await?;
        Ok(())
    }
}
