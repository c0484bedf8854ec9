//! Agents of the person: guardians and proxies, and how the person ends them.

use alloc::string::String;

use serde::{Deserialize, Serialize};

use super::{DateTime, Identifier};
use crate::claims::{ActorRole, AgentBasisKind};

/// An agent, as the person sees it.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct AgentEntry {
    /// The registration's name.
    pub id: Identifier,
    /// The agent's name.
    pub name: String,
    /// In which role it acts.
    pub role: ActorRole,
    /// What entitles it.
    pub basis: AgentBasisKind,
    /// Whether it may act now.
    pub state: AgentState,
    /// Since when.
    pub registered_at: DateTime,
    /// Until when.
    pub until: DateTime,
    /// Whether it sees the person's dashboard, receipts and notices.
    pub sees_dashboard: bool,
}

/// Whether an agent may act. Why one may not is told to nobody but the person.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum AgentState {
    /// It may.
    Active,
    /// The person, or its time, ended it.
    Ended,
    /// It may not for now.
    Suspended,
}

/// An agent that the person registers.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct AgentRegistration {
    /// Who it is, as the holder knows people.
    pub agent: Identifier,
    /// In which role it shall act.
    pub role: ActorRole,
    /// What entitles it.
    pub basis: AgentBasisKind,
    /// The document or registration that says so.
    pub reference: Identifier,
    /// Until when.
    pub until: DateTime,
    /// Whether it sees the person's dashboard, receipts and notices.
    #[serde(default)]
    pub sees_dashboard: bool,
}

/// All agents of the person have ended; they are told nothing.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct EndedAgents {
    /// How many ended by this call.
    pub ended: usize,
}
