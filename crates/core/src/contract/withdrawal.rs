//! `POST /consents/{jti}/withdraw`: by the person's key, or by the person signed in at the holder.

use serde::{Deserialize, Serialize};

use super::Compact;
use super::consents::ConsentState;

/// A signed withdrawal with the statement of its key; neither of them from the holder's own page.
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
    /// From the holder's own page: whether what was received shall be erased, too. That asks for a
    /// sign-in of just now. A signed withdrawal says it itself.
    #[serde(skip_serializing_if = "core::ops::Not::not")]
    pub erase: bool,
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
