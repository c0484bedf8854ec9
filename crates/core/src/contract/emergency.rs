//! `POST /emergency`, and the person's wish about it.

use serde::{Deserialize, Serialize};

use super::client::Credentials;
use super::{Compact, Url};
use crate::scope::words::words;

/// An institution asks on identity alone, as a form; the answer is that of `/token`. The
/// proof of the key stands in the field `DPoP` of the header.
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

/// What the person wishes from now on: `POST /emergency-wish`.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct EmergencySetting {
    /// The wish.
    pub wish: EmergencyWish,
}

words! {
    /// What happens when an institution asks in an emergency.
    EmergencyWish {
        /// It may look; the person is told afterwards.
        Allow = "allow",
        /// It may not.
        Deny = "deny",
        /// It may look; the person is told at once.
        Notify = "notify",
    }
}
