//! `GET /consents`: what the person shares with whom, and who read what.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::consents::ConsentState;
use super::{Compact, DateTime, Identifier, Url};
use crate::catalogue::Category;
use crate::receipt::ReceiptEvent;
use crate::scope::{Detail, Role};

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
    pub events: Vec<EventEntry>,
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

/// Something that happened under a consent.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct EventEntry {
    /// What.
    pub event: ReceiptEvent,
    /// When.
    pub at: DateTime,
    /// Who got something.
    pub recipient: String,
    /// Which categories.
    pub items: Vec<Category>,
}
