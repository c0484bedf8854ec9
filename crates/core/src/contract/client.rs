//! How a client says who it is.

use alloc::string::String;

use serde::{Deserialize, Serialize};

use super::Compact;

/// What a server client sends beside its `client_id`: `private_key_jwt` (RFC 7523).
///
/// A device client sends neither: it is known by its proof key.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default)]
pub struct Credentials {
    /// `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub client_assertion_type: String,
    /// The client assertion.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_assertion: Option<Compact>,
}

/// The one value of `client_assertion_type`.
pub const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
