//! `POST /events`: a holder tells an operator that something ended (RFC 8417, RFC 8935).
//!
//! The body is the signed event. It is acknowledged by 202 once it is stored and the use has stopped.

use alloc::string::String;

use serde::{Deserialize, Serialize};

use crate::codes::Code;

/// Why an event was not taken.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct EventError {
    /// The word of RFC 8935.
    pub err: EventErrorWord,
    /// One sentence for people.
    pub description: String,
    /// Our code.
    pub code: Code,
}

/// The words of RFC 8935.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EventErrorWord {
    /// The sender may not send this.
    AccessDenied,
    /// The sender could not be authenticated.
    AuthenticationFailed,
    /// It is for somebody else.
    InvalidAudience,
    /// It comes from somebody who is not trusted.
    InvalidIssuer,
    /// The key is not known.
    InvalidKey,
    /// It cannot be read.
    InvalidRequest,
}
