//! `POST /token`: a code, or a live consent, becomes a grant.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::client::Credentials;
use super::{Compact, Url};
use crate::scope::Detail;

/// What is asked, as a form. The proof of the key stands in the field `DPoP` of the header.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct TokenRequest {
    /// `authorization_code`, or `urn:ietf:params:oauth:grant-type:token-exchange`.
    pub grant_type: String,
    /// The client.
    pub client_id: Url,
    /// The code that the person brought back.
    #[serde(default)]
    pub code: String,
    /// What the code challenge of the request was made of (RFC 7636).
    #[serde(default)]
    pub code_verifier: String,
    /// Where the person came back to.
    #[serde(default)]
    pub redirect_uri: String,
    /// The live consent that is exchanged for the next grant.
    #[serde(default)]
    pub subject_token: String,
    /// `urn:ietf:params:oauth:token-type:jwt`.
    #[serde(default)]
    pub subject_token_type: String,
    /// Who the client is.
    #[serde(flatten)]
    pub credentials: Credentials,
}

/// A grant with what stands behind it. `POST /emergency` answers with one, too.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct TokenResponse {
    /// The grant.
    pub access_token: Compact,
    /// `DPoP`: it is good with a proof of its key alone.
    pub token_type: TokenType,
    /// For how many seconds.
    pub expires_in: i64,
    /// What it gives.
    pub authorization_details: Vec<Detail>,
    /// The consent under which it was issued; an emergency has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phr_consent: Option<Compact>,
    /// The receipt of the consent's registration, or of the emergency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phr_receipt: Option<Compact>,
    /// After an exchange: `urn:ietf:params:oauth:token-type:access_token`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued_token_type: Option<String>,
}

/// How a grant is presented.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub enum TokenType {
    /// With a proof of possession (RFC 9449).
    #[default]
    #[serde(rename = "DPoP")]
    DPoP,
}
