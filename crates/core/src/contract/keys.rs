//! `POST /keys`: the person's key, made on the holder's origin for one recipient.

use serde::{Deserialize, Serialize};

use super::{Compact, Identifier, Signature};
use crate::key::Jwk;

/// A new key, proven by a signature over the transaction.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct NewKey {
    /// The open transaction.
    pub txn: Identifier,
    /// The public key.
    pub jwk: Jwk,
    /// The signature over `phr-link key for transaction ` and the transaction.
    pub signature: Signature,
}

/// The holder says whose key it is.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct RegisteredKey {
    /// The key statement.
    pub key_statement: Compact,
}
