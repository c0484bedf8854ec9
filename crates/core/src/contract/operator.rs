//! `GET /.well-known/phr-operator`: who an operator is and what it answers for.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::{Compact, DateTime, Hash, Url};

/// What an operator says of itself.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct OperatorMetadata {
    /// Its entity id, as the trust list has it.
    pub id: Url,
    /// Its name.
    pub name: String,
    /// Its name in English.
    #[serde(rename = "name#en")]
    pub name_en: String,
    /// Its address.
    pub address: String,
    /// Its representative.
    pub representative: String,
    /// Its country.
    pub country: String,
    /// Where people turn to.
    pub contact: Contact,
    /// Its policies, each with the hash of the text that is in force.
    pub policies: Vec<Policy>,
    /// Its own answers to the guideline's check sheet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub self_check_sheet: Option<Document>,
    /// Certificates of others, such as of its management of security.
    #[serde(default)]
    pub certificates: Vec<Certificate>,
    /// Its trust marks.
    #[serde(default)]
    pub trust_marks: Vec<Compact>,
    /// Where the calls of the contract are.
    pub endpoints: OperatorEndpoints,
    /// In which countries records are stored.
    pub storage_countries: Vec<String>,
    /// How long records are kept.
    pub retention: RetentionPolicy,
    /// When the service ends and what happens then, once that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_end: Option<ServiceEnd>,
}

/// Where people turn to.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Contact {
    /// An e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// A telephone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub telephone: Option<String>,
    /// A page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<Url>,
}

/// A document of the operator, by its hash.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Document {
    /// Where it is.
    pub url: Url,
    /// The hash of its bytes.
    pub s256: Hash,
}

/// A policy of the operator.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Policy {
    /// About what.
    pub kind: PolicyKind,
    /// Its version.
    pub version: String,
    /// Since when it is in force.
    pub in_force_from: DateTime,
    /// The text.
    #[serde(flatten)]
    pub document: Document,
}

/// About what a policy is.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PolicyKind {
    /// Personal information プライバシーポリシー.
    Privacy,
    /// Security.
    Security,
    /// The terms of use 利用規約.
    Terms,
}

/// A certificate of somebody else.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Certificate {
    /// Of what, such as `ISO/IEC 27001`.
    pub name: String,
    /// By whom.
    pub issuer: String,
    /// Its number.
    pub number: String,
    /// Until when.
    pub until: DateTime,
}

/// Where the calls of the contract are.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct OperatorEndpoints {
    /// Its keys.
    pub jwks_uri: Url,
    /// Where a link begins.
    pub link: Url,
    /// Where events are sent.
    pub events: Url,
    /// Where a person's data is exported.
    pub export: Url,
    /// Where it is imported.
    pub import: Url,
    /// Where it is erased.
    pub erasure: Url,
    /// Where the records of provision and acquisition are.
    pub receipts: Url,
}

/// How long records are kept.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct RetentionPolicy {
    /// In words.
    pub text: String,
    /// Within how many days what has to be erased is erased.
    pub erasure_days: i64,
}

/// The end of the service.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct ServiceEnd {
    /// When.
    pub at: DateTime,
    /// Until when people can export.
    pub export_until: DateTime,
    /// In words.
    pub text: String,
}
