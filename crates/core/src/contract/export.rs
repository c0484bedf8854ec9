//! `GET /export`: all that an operator has of the person, in one document.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::{DateTime, Hash, Identifier, Url};

/// A person's data: the files, and a manifest with the hash of each. Importing it gives the same.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Export {
    /// What there is.
    pub manifest: ExportManifest,
    /// The files by name: lines of JSON or of tokens.
    pub files: BTreeMap<String, String>,
}

/// What an export holds.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ExportManifest {
    /// The version of this format, `1.0`.
    pub version: String,
    /// Who made it.
    pub operator: Url,
    /// The person, as the operator knows them.
    pub sub: Identifier,
    /// When it was made.
    pub made_at: DateTime,
    /// The files, in the order of their names.
    pub files: Vec<ExportFile>,
}

/// A file of an export.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ExportFile {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub kind: ExportKind,
    /// How many lines it has, each with its line feed.
    pub lines: usize,
    /// How many bytes it has.
    pub bytes: usize,
    /// The hash of its bytes.
    pub s256: Hash,
}

/// What a file of an export holds.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExportKind {
    /// Consents, one token a line.
    Consents,
    /// Receipts, one token a line.
    Receipts,
    /// FHIR R4 resources of one type, one a line (NDJSON).
    Records,
}
