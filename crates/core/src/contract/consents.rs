//! `POST /consents`, `POST /refuse`: what the person decided.

use serde::{Deserialize, Serialize};

use super::{Compact, Identifier, Url};

/// A consent that the person signed.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SignedConsent {
    /// The open transaction.
    pub txn: Identifier,
    /// The consent.
    pub consent: Compact,
}

/// The consent is registered, and what it supersedes has ended.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct RegisteredConsent {
    /// Where the person is sent back, with a code.
    pub redirect: Url,
    /// The receipt of the registration.
    pub receipt: Compact,
}

/// The person refuses.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ConsentRefusal {
    /// The open transaction.
    pub txn: Identifier,
}

/// The transaction is closed, and nothing was given.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct RefusedConsent {
    /// Where the person is sent back, with `error=access_denied`.
    pub redirect: Url,
}

/// How a consent stands.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConsentState {
    /// It gives grants.
    Active,
    /// Its time is over.
    Expired,
    /// Another one took its place.
    Superseded,
    /// The person ended it.
    Withdrawn,
}
