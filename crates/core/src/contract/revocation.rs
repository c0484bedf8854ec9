//! `POST /revoke`: a client ends a grant of its own (RFC 7009).

use alloc::string::String;

use serde::{Deserialize, Serialize};

use super::Url;
use super::client::Credentials;

/// A client ends a grant, as a form. An unknown one and somebody else's are answered alike, by 200
/// and nothing.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct RevocationRequest {
    /// The grant.
    pub token: String,
    /// `access_token`; it changes nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_type_hint: Option<String>,
    /// The client.
    pub client_id: Url,
    /// Who the client is.
    #[serde(flatten)]
    pub credentials: Credentials,
}
