//! `POST /import`: a person brings what another operator exported. The body is what
//! `GET /export` gave.

use serde::{Deserialize, Serialize};

/// What was taken in. What was there already is counted, and not kept twice.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct ImportResult {
    /// Records.
    pub records: usize,
    /// Consents.
    pub consents: usize,
    /// Receipts.
    pub receipts: usize,
}
