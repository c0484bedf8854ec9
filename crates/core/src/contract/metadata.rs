//! What a holder says of itself (RFC 8414, and ours beside), and the lists it passes on.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::{Compact, Url};
use crate::catalogue::{Availability, Category};
use crate::key::Jwk;

/// What a holder says of itself: `GET /.well-known/phr-configuration`, and to stock OAuth clients
/// `GET /.well-known/oauth-authorization-server`.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct HolderMetadata {
    /// The holder's name, byte for byte the `iss` of what it signs.
    pub issuer: Url,
    /// Where the person is sent.
    pub authorization_endpoint: Url,
    /// Where a code or a live consent becomes a grant.
    pub token_endpoint: Url,
    /// Where a signed request is pushed.
    pub pushed_authorization_request_endpoint: Url,
    /// Where a client asks how a grant stands (RFC 7662).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub introspection_endpoint: Option<Url>,
    /// Where a client ends a grant (RFC 7009).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revocation_endpoint: Option<Url>,
    /// The holder's keys.
    pub jwks_uri: Url,
    /// The trust list.
    pub trust_list_uri: Url,
    /// The catalogue of categories.
    pub catalogue_uri: Url,
    /// Records of a category are below this address.
    pub records_endpoint: Url,
    /// Where a retrieval that takes time is begun.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retrievals_endpoint: Option<Url>,
    /// Where an institution asks in an emergency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emergency_endpoint: Option<Url>,
    /// Always true: a request is pushed before the person is sent (RFC 9126).
    pub require_pushed_authorization_requests: bool,
    /// Always true: the redirect back names the holder (RFC 9207).
    pub authorization_response_iss_parameter_supported: bool,
    /// `code`.
    pub response_types_supported: Vec<String>,
    /// `authorization_code` and token exchange (RFC 8693).
    pub grant_types_supported: Vec<String>,
    /// `S256`.
    pub code_challenge_methods_supported: Vec<String>,
    /// The algorithms of proofs.
    pub dpop_signing_alg_values_supported: Vec<String>,
    /// `none` for device clients, `private_key_jwt` for servers.
    pub token_endpoint_auth_methods_supported: Vec<String>,
    /// The algorithms of client assertions.
    pub token_endpoint_auth_signing_alg_values_supported: Vec<String>,
    /// The languages of the pages and texts.
    pub languages: Vec<String>,
    /// What the holder promises and demands.
    pub limits: HolderLimits,
    /// Every category, and whether it can be had here.
    pub categories: Vec<CategoryStatus>,
}

/// What a holder promises and demands, in seconds and days.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct HolderLimits {
    /// How far clocks may differ.
    pub skew_seconds: i64,
    /// How long after a withdrawal a grant may still be taken.
    pub revocation_seconds: i64,
    /// Within how many days records are erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erasure_days: Option<i64>,
}

/// A category and whether it can be had.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct CategoryStatus {
    /// The category.
    pub code: Category,
    /// Whether it can be had.
    pub status: Availability,
}

/// Public keys (RFC 7517): `GET /jwks`, on both sides.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct JwkSet {
    /// The keys.
    pub keys: Vec<Jwk>,
}

/// The trust marks and their status lists, as the certification body serves them: `GET /marks`.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct MarkList {
    /// The marks.
    pub marks: Vec<Compact>,
    /// The status lists of the marks.
    pub status: Vec<Compact>,
    /// In a sandbox alone: the anchor's keys, which elsewhere are configured by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sandbox_anchor: Option<JwkSet>,
}
