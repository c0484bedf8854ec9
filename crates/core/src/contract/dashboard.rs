//! `GET /consents`: what the person shares with whom, and who read what.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::agents::AgentEntry;
use super::consents::ConsentState;
use super::emergency::EmergencyWish;
use super::receipts::ReceiptEntry;
use super::{Compact, Cursor, DateTime, Identifier, Url};
use crate::scope::{Detail, Role};

/// All that the person is shown.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Dashboard {
    /// The consents, the newest first.
    pub consents: Vec<ConsentEntry>,
    /// Where the consents go on, if they do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Cursor>,
    /// What the person was told lately, the newest first.
    pub messages: Vec<MessageEntry>,
    /// What the person wishes for an emergency.
    pub emergency_wish: EmergencyWish,
    /// Who may act for the person, and who might once.
    pub agents: Vec<AgentEntry>,
    /// For whom the person may act now.
    pub acts_for: Vec<PrincipalEntry>,
    /// Whether it is the page of who signed in; else it is that of a person who lets their agent see it.
    pub is_own: bool,
}

/// Somebody for whom the person may act.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct PrincipalEntry {
    /// The registration's name.
    pub id: Identifier,
    /// Their name.
    pub name: Option<String>,
    /// Whether `GET /consents?for=` shows their dashboard.
    pub sees_dashboard: bool,
}

/// A consent as the dashboard shows it.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct ConsentEntry {
    /// The consent's name.
    pub jti: Identifier,
    /// The lasting relation between person, holder and recipient.
    pub arrangement_id: Identifier,
    /// How it stands.
    pub state: ConsentState,
    /// With whom, as the trust list names them now.
    pub recipient: RecipientEntry,
    /// What is shared.
    pub details: Vec<Detail>,
    /// When it was registered.
    pub registered_at: DateTime,
    /// When it ends.
    pub expires_at: DateTime,
    /// The signed consent.
    pub consent: Compact,
    /// What happened lately, the newest first; all of it is at `GET /receipts`.
    pub receipts: Vec<ReceiptEntry>,
}

/// A recipient as the dashboard shows it.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct RecipientEntry {
    /// Its entity id.
    pub id: Url,
    /// Its name.
    pub name: String,
    /// Its name in English.
    #[serde(rename = "name#en")]
    pub name_en: String,
    /// Its role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
}

/// Something that the person was told.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct MessageEntry {
    /// What happened.
    pub kind: MessageKind,
    /// When.
    pub at: DateTime,
    /// The recipient that it is about, where it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipient: Option<Url>,
    /// The recipient's name, where the trust list has one.
    pub name: Option<String>,
}

/// What a person is told of.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum MessageKind {
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
