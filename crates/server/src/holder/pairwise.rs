//! The names under which a person is known: another one to each client, and always the same to it.

use sqlx::{AnyConnection, Row as _};

use super::{Holder, random_id};
use crate::problem::Problem;

/// What a person is to one client.
pub(super) struct Pairwise {
    pub(super) sub: String,
    pub(super) arrangement_id: String,
}

impl Holder {
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
