//! `POST /consents/{jti}/withdraw`: by the person's key, or by the person signed in at the holder.

use serde::{Deserialize, Serialize};

use super::Compact;
use super::consents::ConsentState;

/// A signed withdrawal with the statement of its key; an empty object from the holder's own page.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct WithdrawalRequest {
    /// The withdrawal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withdrawal: Option<Compact>,
    /// The statement of the key that signed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_statement: Option<Compact>,
}

/// The consent has ended, and every grant beneath it.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct WithdrawnConsent {
    /// How it stands now.
    pub state: ConsentState,
    /// The receipt; `null` where it had been withdrawn before.
    pub receipt: Option<Compact>,
}
