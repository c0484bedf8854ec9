//! `POST /emergency`, and the person's wish about it.

use serde::{Deserialize, Serialize};

use super::client::Credentials;
use super::{Compact, Url};

/// An institution asks on identity alone, as a form; the answer is a
/// [`TokenResponse`](super::token::TokenResponse). The proof of the key stands in `DPoP`.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct EmergencyRequest {
    /// The institution.
    pub client_id: Url,
    /// The emergency statement.
    pub statement: Compact,
    /// Who the client is: always a server.
    #[serde(flatten)]
    pub credentials: Credentials,
}

/// What the person wishes: `GET` and `PUT /emergency-setting`.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct EmergencySetting {
    /// The wish.
    pub wish: EmergencyWish,
}

/// What happens when an institution asks in an emergency. The person is told in each case.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum EmergencyWish {
    /// It may look; the person is told afterwards.
    Allow,
    /// It may not.
    Deny,
    /// It may look; the person is told at once.
    #[default]
    Notify,
}
