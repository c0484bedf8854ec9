//! `GET /records/{category}`: a page of records, and what came of the question.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Url;

/// What came of asking a source. Nothing is never silent: `empty` says that there is nothing, the
/// others say why it cannot be told.
///
/// `ok` and `empty` are told with a page, as a tag of its `meta`; the others with a problem.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The consent behind the source's own linking has ended.
    ConsentExpired,
    /// The source answered that there is nothing.
    Empty,
    /// The source knows the person under other attributes.
    IdentityMismatch,
    /// The source is closed for a while, and says until when.
    Maintenance,
    /// The source will have it, but has it not yet.
    NotYetAvailable,
    /// There are records.
    Ok,
    /// The source does not answer.
    SourceUnavailable,
}

/// The system of the tag that tells the outcome.
pub const OUTCOME_SYSTEM: &str = "urn:phr-link:outcome";

/// A FHIR R4 Bundle of the type `searchset`: one page of records.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Bundle {
    /// `Bundle`.
    #[serde(rename = "resourceType")]
    pub resource_type: BundleResource,
    /// What came of the question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meta: Option<BundleMeta>,
    /// `searchset`.
    #[serde(rename = "type")]
    pub bundle_type: BundleType,
    /// How many records there are on all pages.
    pub total: usize,
    /// This page, and the next one where there is one.
    pub link: Vec<BundleLink>,
    /// The records of this page.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entry: Vec<BundleEntry>,
}

/// The one type of resource that a page is.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub enum BundleResource {
    /// A Bundle.
    #[default]
    Bundle,
}

/// The one type of Bundle that a page is.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum BundleType {
    /// The answer to a question.
    #[default]
    Searchset,
}

/// What is said of a page.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct BundleMeta {
    /// The outcome.
    pub tag: Vec<OutcomeTag>,
}

/// The outcome as FHIR tags it.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct OutcomeTag {
    /// `urn:phr-link:outcome`.
    pub system: String,
    /// The outcome.
    pub code: Outcome,
}

/// A link of a page.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct BundleLink {
    /// `self` or `next`.
    pub relation: String,
    /// Where.
    pub url: Url,
}

/// A record of a page.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct BundleEntry {
    /// The record, a FHIR R4 resource.
    pub resource: Map<String, Value>,
}
