//! `POST /retrievals`, `GET /retrievals/{id}`: records from a source that takes its time.

use alloc::string::String;

use serde::{Deserialize, Serialize};

use super::records::Outcome;
use super::{DateTime, Hash, Identifier, Url};
use crate::catalogue::Category;
use crate::scope::{Period, Purpose};

/// What shall be fetched; within the grant that it is asked with.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RetrievalRequest {
    /// The category.
    pub category: Category,
    /// Of which days; all that is granted where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<Period>,
    /// For what.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<Purpose>,
}

/// How a retrieval stands.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Retrieval {
    /// Its name.
    pub id: Identifier,
    /// How it stands.
    pub state: RetrievalState,
    /// The category.
    pub category: Category,
    /// Of which days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<Period>,
    /// When it was begun.
    pub created_at: DateTime,
    /// When it last changed.
    pub updated_at: DateTime,
    /// When it, or its result, ends.
    pub expires_at: DateTime,
    /// Where the person has to go, while it waits for the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_url: Option<Url>,
    /// What came of it, once it has ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// What was fetched, once it has succeeded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<RetrievalResult>,
}

/// The states of a retrieval: created → awaiting-user → pending → one of the last four.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RetrievalState {
    /// It was accepted.
    Created,
    /// The person has to identify at the source.
    AwaitingUser,
    /// The source is at work.
    Pending,
    /// The result is there.
    Succeeded,
    /// The source refused, or had nothing that it could give.
    Failed,
    /// Nobody came, or nobody fetched the result, in time.
    Expired,
    /// Whoever began it ended it.
    Cancelled,
}

/// What was fetched: the source's own bytes, and the records made of them.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct RetrievalResult {
    /// Where the records are.
    pub records_url: Url,
    /// How many records there are.
    pub count: usize,
    /// Where the source's own bytes are.
    pub raw_url: Url,
    /// Where they come from: how they were acquired (APPI 30).
    pub provenance: Provenance,
}

/// Where bytes come from.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Provenance {
    /// The source.
    pub source: Identifier,
    /// The interface of the source and its version.
    pub interface: String,
    /// The media type of the bytes.
    pub media_type: String,
    /// How many there are.
    pub bytes: usize,
    /// Their hash.
    pub s256: Hash,
    /// When they were obtained.
    pub obtained_at: DateTime,
}
