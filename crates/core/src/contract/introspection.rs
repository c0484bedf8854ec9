//! `POST /introspect`: how a grant stands (RFC 7662).

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::client::Credentials;
use super::token::TokenType;
use super::{Identifier, Url};
use crate::claims::Binding;
use crate::scope::Detail;
use crate::time::Timestamp;

/// A client asks about a grant of its own, as a form.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct IntrospectionRequest {
    /// The grant.
    pub token: String,
    /// `access_token`; it changes nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_type_hint: Option<String>,
    /// The client.
    pub client_id: Url,
    /// Who the client is.
    #[serde(flatten)]
    pub credentials: Credentials,
}

/// How the grant stands. Of one that is not in force, unknown, or somebody else's, nothing is told.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Introspection {
    /// Whether it is in force.
    pub active: bool,
    /// The holder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iss: Option<Url>,
    /// The person, as this client knows them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub: Option<Identifier>,
    /// For whom it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aud: Option<Url>,
    /// The client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<Url>,
    /// How it is presented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_type: Option<TokenType>,
    /// When it was issued.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iat: Option<Timestamp>,
    /// When it ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exp: Option<Timestamp>,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jti: Option<Identifier>,
    /// The key it is bound to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cnf: Option<Binding>,
    /// The lasting relation between person, holder and client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phr_arrangement_id: Option<Identifier>,
    /// What it gives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorization_details: Option<Vec<Detail>>,
}
