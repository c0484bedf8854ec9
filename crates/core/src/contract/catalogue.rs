//! `GET /catalogue`: every category with the rules that the verdict applies.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::catalogue::{Availability, Category, Gate, Mode, Sensitivity, Statute};

/// The catalogue of one version.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Catalogue {
    /// The version, which a detail names in `datatypes_ver`.
    pub version: String,
    /// The categories, ordered by code.
    pub categories: Vec<CatalogueEntry>,
}

/// A category with its rules.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct CatalogueEntry {
    /// The category.
    pub code: Category,
    /// Its name in Japanese.
    pub ja: String,
    /// Its name in English.
    pub en: String,
    /// Where records come from.
    pub source: String,
    /// What the roadmap says.
    pub roadmap: String,
    /// Since when, by the roadmap.
    pub roadmap_from: String,
    /// Whether it can be had today.
    pub status: Availability,
    /// How sensitive it is.
    pub sensitivity: Sensitivity,
    /// The sensitivities that its records can have, and notes.
    pub flags: Vec<String>,
    /// Who may see it.
    pub modes: Vec<Mode>,
    /// Who has it by statute, and so gets no grant.
    pub by_statute: Vec<Statute>,
    /// What stands between a grant and the release of records.
    pub gate: Gate,
    /// Whether "all categories" includes it.
    pub in_all: bool,
    /// For how many days the source keeps it.
    pub look_back_days: Option<i32>,
    /// The formats in which sources have it.
    pub formats: Vec<String>,
    /// The FHIR R4 resource types, each with its profile where there is one.
    pub fhir: Vec<(String, Option<String>)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_engine_answers_is_the_catalogue() {
        let answer = crate::adapter::answer(r#"{"op":"catalogue"}"#);
        let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
        let read: Catalogue = serde_json::from_value(answer["value"].clone()).unwrap();
        assert_eq!(read.categories.len(), Category::all().count());
        // Nothing was lost on the way.
        assert_eq!(serde_json::to_value(&read).unwrap(), answer["value"]);
    }
}
