//! What the holder tells a person over its own channel: in the transaction of what it tells, so that
//! nothing happens untold.

use phr_link::Timestamp;
use sqlx::AnyConnection;

use super::random_id;
use crate::problem::Problem;

/// What a person is told.
pub(crate) struct Message<'a> {
    pub(crate) person: &'a str,
    pub(crate) kind: Kind,
    /// The arrangement that it is about.
    pub(crate) about: &'a str,
    /// With whom.
    pub(crate) recipient: &'a str,
    pub(crate) at: Timestamp,
    /// From when the person is shown it.
    pub(crate) shown_from: Timestamp,
}

/// What happened.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    /// Agents ended.
    AgentEnded,
    /// An agent was registered.
    AgentRegistered,
    /// A consent was registered.
    Consent,
    /// An institution got emergency access.
    Emergency,
    /// A consent was withdrawn.
    Withdrawal,
}

impl Kind {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::AgentEnded => "agent-ended",
            Self::AgentRegistered => "agent-registered",
            Self::Consent => "consent",
            Self::Emergency => "emergency",
            Self::Withdrawal => "withdrawal",
        }
    }
}

/// Tells a person something.
///
/// # Errors
/// `internal` if the store fails
pub(crate) async fn tell(store: &mut AnyConnection, message: &Message<'_>) -> Result<(), Problem> {
    sqlx::query(
        "INSERT INTO notice_to_person (id, person, kind, about, recipient, at, shown_from)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(random_id()?)
    .bind(message.person)
    .bind(message.kind.as_str())
    .bind(message.about)
    .bind(message.recipient)
    .bind(message.at.as_secs())
    .bind(message.shown_from.as_secs())
    .execute(&mut *store)
    .await?;
    Ok(())
}
