//! Refusals as OAuth writes them (RFC 6749), with our code beside.

use alloc::string::String;

use serde::{Deserialize, Serialize};

use super::problem::Words;
use crate::codes::Code;

/// A refusal of `/par`, `/token`, `/emergency`, `/introspect` and `/revoke`.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct OAuthError {
    /// OAuth's word.
    pub error: OAuthWord,
    /// What is wrong, in English.
    pub error_description: String,
    /// The stable code.
    pub code: Code,
    /// A JSON pointer to what is wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// What to do about it, in English.
    pub hint: String,
    /// The same in Japanese.
    pub ja: Words,
}

/// The words of OAuth (RFC 6749, 7009, 8693, 9101, 9126, 9396, 9449).
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OAuthWord {
    /// The person, or the holder, refused.
    AccessDenied,
    /// What is asked for cannot be asked by this client.
    InvalidAuthorizationDetails,
    /// The client is not known, or did not prove who it is.
    InvalidClient,
    /// The proof of the key is not good.
    InvalidDpopProof,
    /// The code or the consent is not good.
    InvalidGrant,
    /// The request cannot be read.
    InvalidRequest,
    /// The signed request is not good.
    InvalidRequestObject,
    /// Something is wrong here.
    ServerError,
    /// It may go better later.
    TemporarilyUnavailable,
    /// The client may not do this.
    UnauthorizedClient,
    /// There is no such grant type.
    UnsupportedGrantType,
    /// The proof has to carry our nonce.
    UseDpopNonce,
}
