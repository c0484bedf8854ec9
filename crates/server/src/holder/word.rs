//! Words of the contract, as the store has them.

use phr_link::Code;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::problem::Problem;

/// Reads a word.
///
/// # Errors
/// `internal` if the store has another one
pub(super) fn read<T: DeserializeOwned>(text: &str) -> Result<T, Problem> {
    serde_json::from_value(Value::String(text.to_owned())).map_err(|_| Code::Internal.into())
}

/// Writes a word.
///
/// # Errors
/// `internal` if it is none
pub(super) fn write<T: Serialize>(word: &T) -> Result<String, Problem> {
    let value = serde_json::to_value(word).map_err(|_| Code::Internal)?;
    Ok(value.as_str().ok_or(Code::Internal)?.to_owned())
}
