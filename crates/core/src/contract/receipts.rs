//! `GET /receipts`: the records of provision and acquisition (APPI 29, 30), disclosed to the person.

use serde::{Deserialize, Serialize};

use super::Compact;
use crate::receipt::Receipt;

/// A receipt: what is signed, and the same in readable form.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct ReceiptEntry {
    /// The signed receipt, which can be verified without asking anybody.
    pub token: Compact,
    /// Its claims.
    pub claims: Receipt,
}
