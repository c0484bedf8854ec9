//! What a person wishes for an emergency: one setting, theirs alone.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use phr_link::Code;
use serde::Deserialize;
use sqlx::AnyConnection;

use super::Shared;
use crate::input::Json;
use crate::problem::{Problem, no_store};
use crate::session::{self, same_origin};

/// A wish for emergencies.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Wish {
    /// Allowed, and told afterwards.
    Allow,
    /// Refused.
    Deny,
    /// Allowed, and told at once: what holds where nothing was said.
    Notify,
}

impl Wish {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let all = [Self::Allow, Self::Deny, Self::Notify];
        all.into_iter().find(|wish| wish.as_str() == text)
    }

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Deny => "deny",
            Self::Notify => "notify",
        }
    }

    /// The wish of a person.
    ///
    /// # Errors
    /// `internal` if the store fails
    pub(crate) async fn of(store: &mut AnyConnection, person: &str) -> Result<Self, Problem> {
        let kept: Option<String> =
            sqlx::query_scalar("SELECT wish FROM emergency_wish WHERE person = $1")
                .bind(person)
                .fetch_optional(&mut *store)
                .await?;
        // What cannot be read is taken as a refusal.
        Ok(kept.map_or(Self::Notify, |wish| {
            Self::parse(&wish).unwrap_or(Self::Deny)
        }))
    }

    /// Keeps the wish of a person.
    ///
    /// # Errors
    /// `internal` if the store fails
    pub(crate) async fn keep(self, store: &mut AnyConnection, person: &str) -> Result<(), Problem> {
        sqlx::query(
            "INSERT INTO emergency_wish (person, wish) VALUES ($1, $2)
             ON CONFLICT (person) DO UPDATE SET wish = excluded.wish",
        )
        .bind(person)
        .bind(self.as_str())
        .execute(&mut *store)
        .await?;
        Ok(())
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Setting {
    wish: String,
}

/// `POST /emergency-wish`: the person sets it, signed in here.
pub(super) async fn set(
    State(holder): State<Shared>,
    headers: HeaderMap,
    Json(setting): Json<Setting>,
) -> Result<Response, Problem> {
    same_origin(&headers, holder.base())?;
    let session = session::find(session::HOLDER, &holder.db, &headers, holder.now()).await?;
    let session = session.ok_or(Code::SessionMissing)?;
    let wish = Wish::parse(&setting.wish)
        .ok_or_else(|| Problem::at(Code::CallerMisuse, Some("/wish".to_owned())))?;
    let mut store = holder.db.begin().await?;
    wish.keep(&mut store, &session.person).await?;
    store.commit().await?;
    Ok((StatusCode::NO_CONTENT, no_store()).into_response())
}
