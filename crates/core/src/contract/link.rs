//! `POST /link`: an operator's app begins a link with a holder for the person signed in.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::Url;
use crate::scope::Detail;

/// With whom to link, and for what.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct LinkRequest {
    /// The holder, one of the trust list.
    pub holder: Url,
    /// What is asked for; what the operator always asks for where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<Vec<Detail>>,
}

/// Where the person goes now, in a browser.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct StartedLink {
    /// The holder's page.
    pub url: Url,
    /// For how many seconds it waits.
    pub expires_in: i64,
}
