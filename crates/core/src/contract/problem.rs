//! Refusals as problem details (RFC 9457).

use alloc::string::String;

use serde::{Deserialize, Serialize};

use crate::codes::Code;
use crate::scope::Axis;

/// A refusal. It holds a code and a place, never what was sent.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Problem {
    /// `urn:phr-link:code:` and the code.
    #[serde(rename = "type")]
    pub problem_type: String,
    /// What is wrong, in English.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// The stable code.
    pub code: Code,
    /// What to do about it, in English.
    pub hint: String,
    /// The same in Japanese.
    pub ja: Words,
    /// The axis of a detail on which more was asked than was granted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub axis: Option<Axis>,
    /// A JSON pointer to what is wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
}

/// A title and a hint in another language.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Words {
    /// What is wrong.
    pub title: String,
    /// What to do about it.
    pub hint: String,
}
