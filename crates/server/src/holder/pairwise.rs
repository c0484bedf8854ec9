//! The names under which a person is known: another one to each client, and always the same to it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use phr_link::Code;
use sqlx::{AnyConnection, Row as _};

use super::{Holder, random_id};
use crate::problem::Problem;

/// What a person is to one client.
pub(super) struct Pairwise {
    pub(super) sub: String,
    pub(super) arrangement_id: String,
}

/// Who is who, as far as this replica has asked the store: it never changes.
#[derive(Default)]
pub(super) struct Known(Mutex<HashMap<String, Arc<str>>>);

/// The most that are remembered; then it begins anew.
const REMEMBERED: usize = 10_000;

impl Holder {
    /// The person that a client knows under a name.
    ///
    /// # Errors
    /// `subject.mismatch` if there is none
    pub(super) async fn person(&self, sub: &str) -> Result<Arc<str>, Problem> {
        if let Ok(known) = self.people.0.lock()
            && let Some(person) = known.get(sub)
        {
            return Ok(person.clone());
        }
        let found: Option<String> =
            sqlx::query_scalar("SELECT person FROM pairwise WHERE sub = $1")
                .bind(sub)
                .fetch_optional(self.db.pool())
                .await?;
        let person: Arc<str> = found.ok_or(Code::SubjectMismatch)?.into();
        if let Ok(mut known) = self.people.0.lock() {
            if known.len() >= REMEMBERED {
                known.clear();
            }
            known.insert(sub.to_owned(), person.clone());
        }
        Ok(person)
    }

    /// What a person is to a client, made at the first time.
    ///
    /// # Errors
    /// `internal` if the store fails
    pub(super) async fn pairwise(
        &self,
        store: &mut AnyConnection,
        person: &str,
        client_id: &str,
    ) -> Result<Pairwise, Problem> {
        sqlx::query(
            "INSERT INTO pairwise (person, client_id, sub, arrangement_id) VALUES ($1, $2, $3, $4)
             ON CONFLICT DO NOTHING",
        )
        .bind(person)
        .bind(client_id)
        .bind(random_id()?)
        .bind(random_id()?)
        .execute(&mut *store)
        .await?;
        let row = sqlx::query(
            "SELECT sub, arrangement_id FROM pairwise WHERE person = $1 AND client_id = $2",
        )
        .bind(person)
        .bind(client_id)
        .fetch_one(&mut *store)
        .await?;
        Ok(Pairwise {
            sub: row.get("sub"),
            arrangement_id: row.get("arrangement_id"),
        })
    }
}
