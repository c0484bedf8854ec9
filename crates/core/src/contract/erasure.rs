//! `POST /erasure`, `GET /erasure/{id}`: what an operator has of the person is erased.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::{Compact, DateTime, Identifier, Url};
use crate::catalogue::Category;

/// What shall be erased; asked after the person has authenticated afresh.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct ErasureRequest {
    /// What came by this link; everything where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arrangement_id: Option<Identifier>,
    /// These categories; all of them where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub categories: Option<Vec<Category>>,
}

/// How an erasure stands.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Erasure {
    /// Its name.
    pub id: Identifier,
    /// How it stands.
    pub state: ErasureState,
    /// When it was asked for.
    pub requested_at: DateTime,
    /// By when it will have been done.
    pub due_at: DateTime,
    /// When it was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done_at: Option<DateTime>,
    /// How many records were erased.
    pub erased: usize,
    /// What was kept, and why.
    #[serde(default)]
    pub kept: Vec<Kept>,
    /// The recipients to whom records had been passed on.
    #[serde(default)]
    pub onward: Vec<OnwardErasure>,
    /// The signed receipt, once it has been done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<Compact>,
}

/// The states of an erasure.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ErasureState {
    /// All of it was erased.
    Done,
    /// Some of it has to be kept.
    Partial,
    /// It is being done.
    Pending,
    /// None of it may be erased.
    Refused,
}

/// What is kept in spite of the person's wish.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Kept {
    /// What.
    pub what: KeptKind,
    /// How many of them.
    pub count: usize,
    /// Why.
    pub reason: KeptReason,
    /// Until when.
    pub until: DateTime,
}

/// What is kept.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeptKind {
    /// Receipts: the records of provision and acquisition.
    Receipts,
    /// Records of the person.
    Records,
}

/// Why something is kept.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeptReason {
    /// The law demands it, and the consent said so.
    RequiredByLaw,
}

/// A recipient that was told to erase what it had got.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct OnwardErasure {
    /// The recipient.
    pub recipient: Url,
    /// Whether it has acknowledged.
    pub is_acknowledged: bool,
    /// When it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged_at: Option<DateTime>,
}
