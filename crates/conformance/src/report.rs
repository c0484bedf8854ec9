//! The report of a run: what was tested, what was shown, and what follows from it.
//!
//! The JSON form is the report; every other form is made of it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::criteria::{Level, Role, Source, Text};
use crate::outcome::{Assurance, Outcome, Verdict};

pub mod csv;
pub mod html;
pub mod junit;

/// The version of the form of reports.
pub const SCHEMA: &str = "urn:phr-link:conformance-report:1";

/// A report.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// The form: [`SCHEMA`].
    pub schema: String,
    /// The run.
    pub run: Run,
    /// What was tested.
    pub target: Target,
    /// What follows.
    pub verdict: Verdict,
    /// How many criteria came to what.
    pub counts: Counts,
    /// One entry a criterion of the catalogue that the role has, in the catalogue's order.
    pub criteria: Vec<CriterionResult>,
    /// One entry a check that ran, by name.
    pub checks: Vec<CheckResult>,
    /// Failures with one cause, folded.
    pub findings: Vec<Finding>,
}

/// How it was run.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// A name for the run.
    pub id: String,
    /// Whether it may lead to a certificate.
    pub mode: Mode,
    /// As what the target was tested.
    pub role: Role,
    /// The name and version of the suite.
    pub tool: String,
    /// The catalogue of criteria.
    pub catalogue: CatalogueRef,
    /// The declaration, as it was given.
    pub declaration: Declaration,
    /// When it began, RFC 3339.
    pub started: String,
    /// When it ended, RFC 3339.
    pub ended: String,
    /// The command that does it again.
    pub command: String,
}

/// Whether a run may lead to a certificate.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// For whoever builds: it leads to no mark.
    #[default]
    Development,
    /// For a certificate.
    Certification,
}

/// Which criteria.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct CatalogueRef {
    /// Its name.
    pub id: String,
    /// Its version.
    pub version: String,
    /// SHA-256 over its files, base64url.
    pub digest: String,
}

/// What the applicant declares about the implementation.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Declaration {
    /// Facts by name, as in `when` of the criteria.
    pub facts: BTreeMap<String, bool>,
    /// SHA-256 over the facts, base64url.
    pub digest: String,
}

/// What was tested.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// The product.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Where it was reached: an address, or a command.
    pub place: String,
}

/// How many criteria came to what.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    /// By outcome.
    pub outcomes: BTreeMap<Outcome, usize>,
    /// Those that are met, by assurance.
    pub met: BTreeMap<Assurance, usize>,
    /// Checks that ran.
    pub checks: usize,
    /// Cases that ran.
    pub cases: usize,
}

/// A criterion and what it came to.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct CriterionResult {
    /// Its permanent name.
    pub id: String,
    /// The revision of its text.
    pub revision: u32,
    /// The file of the catalogue it stands in: its chapter.
    pub chapter: String,
    /// Its title.
    pub title: Text,
    /// What has to be.
    pub statement: Text,
    /// How binding it is.
    pub level: Level,
    /// Where it comes from.
    pub source: Vec<Source>,
    /// What it came to.
    pub outcome: Outcome,
    /// How sure that is; none where nothing was shown.
    pub assurance: Option<Assurance>,
    /// Whether it counts as met.
    pub is_met: bool,
    /// Why, in a sentence.
    pub because: Text,
    /// The checks that it rests on.
    pub checks: Vec<String>,
    /// The documents that it wants, and how they stand.
    pub evidence: Vec<EvidenceResult>,
    /// What the applicant was asked, and the answer.
    pub attestation: Option<AttestationResult>,
    /// What to do where it is not met.
    pub remediation: Text,
}

/// A document that a criterion wants.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceResult {
    /// Its name.
    pub key: String,
    /// What is wanted.
    pub prompt: Text,
    /// How it stands.
    pub state: EvidenceState,
    /// The file's name, where one was given.
    pub file: Option<String>,
    /// Its SHA-256, base64url.
    pub s256: Option<String>,
}

/// How a document stands.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum EvidenceState {
    /// None was given.
    Missing,
    /// It was given and waits for an assessor.
    Submitted,
    /// An assessor accepted it.
    Accepted,
    /// An assessor refused it.
    Rejected,
    /// It is older than the criterion allows.
    Expired,
}

/// A question to the applicant.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct AttestationResult {
    /// The question.
    pub question: Text,
    /// The answer; none is no.
    pub answer: Option<bool>,
    /// Who answered.
    pub by: Option<String>,
}

/// A check and what it came to.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct CheckResult {
    /// Its name.
    pub id: String,
    /// What it looks at.
    pub title: Text,
    /// What it came to.
    pub outcome: Outcome,
    /// Why, where it is neither a pass nor a fail.
    pub note: Option<Text>,
    /// Its cases.
    pub cases: Vec<CaseResult>,
}

/// A case and what it came to.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct CaseResult {
    /// Its name, unique within the check.
    pub id: String,
    /// What it shows.
    pub comment: String,
    /// The entries of the list of hostile cases that it covers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub covers: Vec<String>,
    /// What it came to.
    pub outcome: Outcome,
    /// What was expected.
    pub expected: String,
    /// What was observed.
    pub observed: String,
    /// What was sent, where it is of use: redacted and cut.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent: Option<String>,
}

/// Failures with one cause.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// Its number, from 1.
    pub number: usize,
    /// The check.
    pub check: String,
    /// What was expected in all of them.
    pub expected: String,
    /// What was observed in all of them.
    pub observed: String,
    /// The cases.
    pub cases: Vec<String>,
    /// The criteria that rest on the check.
    pub criteria: Vec<String>,
}

impl Report {
    /// The report without what differs from run to run: name, times, command.
    #[must_use]
    pub fn normalised(mut self) -> Self {
        let run = &mut self.run;
        for text in [
            &mut run.id,
            &mut run.started,
            &mut run.ended,
            &mut run.command,
        ] {
            text.clear();
        }
        self
    }
}
