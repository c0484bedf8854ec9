//! The holder's people, by what is known of them.

use phr_link::emergency::Subject;
use phr_link::{Code, Day};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row as _};

use crate::problem::Problem;
use crate::records::synthetic;

/// A person.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    /// The name under which the holder knows them.
    pub(crate) id: String,
    pub(crate) name: String,
    kana: String,
    pub(crate) birth_date: String,
    address: String,
}

impl Person {
    fn of(row: &AnyRow) -> Self {
        Self {
            id: row.get("id"),
            name: row.get("name"),
            kana: row.get("kana"),
            birth_date: row.get("birth_date"),
            address: row.get("address"),
        }
    }

    /// The person's birthday.
    ///
    /// # Errors
    /// `internal` if it is no day
    pub(crate) fn born(&self) -> Result<Day, Problem> {
        Day::parse(&self.birth_date).ok_or_else(|| Code::Internal.into())
    }

    /// Finds a person by name of the holder's.
    ///
    /// # Errors
    /// `internal` if the store fails
    pub(crate) async fn find(store: &mut AnyConnection, id: &str) -> Result<Option<Self>, Problem> {
        let row = sqlx::query("SELECT * FROM person WHERE id = $1")
            .bind(id)
            .fetch_optional(&mut *store)
            .await?;
        Ok(row.as_ref().map(Self::of))
    }

    /// The one person who is all that is stated; two that are make none.
    ///
    /// # Errors
    /// `internal` if the store fails
    pub(crate) async fn identify(
        store: &mut AnyConnection,
        subject: &Subject,
    ) -> Result<Option<Self>, Problem> {
        let rows = sqlx::query("SELECT * FROM person WHERE birth_date = $1 AND gender = $2")
            .bind(subject.birth_date.to_string())
            .bind(&subject.gender)
            .fetch_all(&mut *store)
            .await?;
        let mut found = rows
            .iter()
            .map(Self::of)
            .filter(|person| person.is(subject));
        Ok(match (found.next(), found.next()) {
            (Some(person), None) => Some(person),
            _ => None,
        })
    }

    fn is(&self, subject: &Subject) -> bool {
        let fits =
            |stated: &Option<String>, own: &str| stated.as_deref().is_none_or(|is| is == own);
        subject.name == self.name
            && fits(&subject.name_kana, &self.kana)
            && fits(&subject.address, &self.address)
    }

    /// Keeps those of the sandbox.
    ///
    /// # Errors
    /// `internal` if the store fails
    pub(crate) async fn keep_invented(store: &mut AnyConnection) -> Result<(), Problem> {
        for person in &synthetic::PEOPLE {
            sqlx::query(
                "INSERT INTO person (id, name, kana, birth_date, gender, address)
                 VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
            )
            .bind(person.id)
            .bind(person.name)
            .bind(person.kana)
            .bind(person.birth_date)
            .bind(person.gender)
            .bind(person.address)
            .execute(&mut *store)
            .await?;
        }
        Ok(())
    }
}
