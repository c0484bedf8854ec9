//! Signing a run, and finding out whether anything about it was changed since, or never followed.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};
use phr_link::claims::VERSION;
use phr_link::identifier::is_entity_id;
use phr_link::key::{KeySet, Signer};
use phr_link::time::Timestamp;
use phr_link::token::{Claims, Kind, Unverified, sign};
use phr_link::wire::base64url;
use phr_link::wire::schema::{Schema, Type, required};
use phr_link::{Code, Error};
use serde::{Deserialize, Serialize};

use crate::criteria::Catalogue;
use crate::dossier::Dossier;
use crate::outcome::{Outcome, Verdict};
use crate::report::{CheckResult, Report, SCHEMA};
use crate::run::Plan;

/// The report of a bundle.
pub const REPORT: &str = "report.json";

/// The documents and answers of a bundle.
pub const DOSSIER: &str = "dossier.json";

/// The signed statement of a bundle.
pub const STATEMENT: &str = "statement.jwt";

/// What whoever ran the suite signs: which files belong to the run, and what it came to.
///
/// # Spec
/// The kind `phr-conformance+jwt`, which has no end.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Statement {
    /// Who ran it: a member of the trust list in the role `runner`.
    pub iss: String,
    /// When it was signed.
    pub iat: Timestamp,
    /// A name for the statement.
    pub jti: String,
    /// The version of the profile.
    pub ver: String,
    /// SHA-256 of every file of the bundle but this one, by name.
    pub files: BTreeMap<String, String>,
    /// What it came to.
    pub verdict: Verdict,
}

impl Claims for Statement {
    const KIND: Kind = Kind::Conformance;

    const SCHEMA: &'static Schema = &Schema::open(&[
        required("iss", Type::String),
        required("iat", Type::Integer),
        required("jti", Type::String),
        required("ver", Type::String),
        required("files", Type::Map(&Type::String)),
        required("verdict", Type::String),
    ]);

    fn check(&self) -> Result<(), Error> {
        let holds = is_entity_id(&self.iss)
            && self.files.contains_key(REPORT)
            && self.files.values().all(|hash| base64url::is_sha256(hash));
        if holds {
            Ok(())
        } else {
            Err(Error::new(Code::ClaimsInvalid))
        }
    }

    fn issued_at(&self) -> Timestamp {
        self.iat
    }
}

/// Signs a bundle: writes its statement beside its files.
///
/// # Errors
/// if a file cannot be read, or the bundle does not follow from its own cases
pub fn attest(
    folder: &Path,
    iss: &str,
    jti: &str,
    at: Timestamp,
    signer: &impl Signer,
) -> Result<Statement> {
    let report = follows(folder)?;
    let statement = Statement {
        iss: iss.to_owned(),
        iat: at,
        jti: jti.to_owned(),
        ver: VERSION.to_owned(),
        files: hashes(folder)?,
        verdict: report.verdict,
    };
    let token = sign(&statement, signer)?;
    std::fs::write(folder.join(STATEMENT), token)?;
    Ok(statement)
}

/// Checks a bundle: the signature, then that no file was changed, added or removed, then that what is
/// reported follows from the cases.
///
/// # Errors
/// that says what is wrong
pub fn verify(folder: &Path, keys: &KeySet) -> Result<(Statement, Report)> {
    let path = folder.join(STATEMENT);
    let compact = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let unverified = Unverified::read(compact.trim(), Kind::Conformance)?;
    let key = keys.find(
        unverified.kid().unwrap_or_default(),
        unverified.algorithm().as_str(),
    )?;
    let statement = unverified.verify::<Statement>(key)?.claims().clone();
    let here = hashes(folder)?;
    for (name, hash) in &here {
        match statement.files.get(name) {
            None => bail!("{name} does not belong to the run"),
            Some(signed) => ensure!(signed == hash, "{name} was changed after it was signed"),
        }
    }
    for name in statement.files.keys() {
        ensure!(here.contains_key(name), "{name} is missing");
    }
    let report = follows(folder)?;
    ensure!(
        report.verdict == statement.verdict,
        "the statement says another verdict than the report"
    );
    Ok((statement, report))
}

/// SHA-256 of every file but the statement, by its path within the folder.
fn hashes(folder: &Path) -> Result<BTreeMap<String, String>> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(&next).with_context(|| next.display().to_string())? {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let name = path
                .strip_prefix(folder)?
                .to_string_lossy()
                .replace('\\', "/");
            if name != STATEMENT {
                let bytes = std::fs::read(&path)?;
                found.insert(name, base64url::sha256(&bytes));
            }
        }
    }
    Ok(found)
}

/// Reads a report and draws every conclusion again from its cases.
fn follows(folder: &Path) -> Result<Report> {
    let read = |name: &str| {
        let path = folder.join(name);
        std::fs::read_to_string(&path).with_context(|| path.display().to_string())
    };
    let report: Report = serde_json::from_str(&read(REPORT)?).context(REPORT)?;
    let dossier: Dossier = serde_json::from_str(&read(DOSSIER)?).context(DOSSIER)?;
    ensure!(
        report.schema == SCHEMA,
        "the report has another form: {}",
        report.schema
    );
    let catalogue = Catalogue::built_in()?;
    ensure!(
        report.run.catalogue.digest == catalogue.digest,
        "the report was made with other criteria ({} {}) than those of this program ({} {})",
        report.run.catalogue.id,
        report.run.catalogue.version,
        catalogue.id,
        catalogue.version
    );
    for check in &report.checks {
        if let Some(what) = fault(check) {
            bail!("{}: {what}", check.id);
        }
    }
    let (started, ended) = Timestamp::parse(&report.run.started)
        .zip(Timestamp::parse(&report.run.ended))
        .context("the report's times cannot be read")?;
    let plan = Plan {
        catalogue,
        role: report.run.role,
        mode: report.run.mode,
        target: report.target.clone(),
        facts: report.run.declaration.facts.clone(),
        dossier,
        command: report.run.command.clone(),
    };
    let again = plan.conclude(report.checks.clone(), started, ended);
    ensure!(
        again.verdict == report.verdict,
        "the verdict does not follow from the cases"
    );
    ensure!(
        again.criteria == report.criteria
            && again.counts == report.counts
            && again.findings == report.findings,
        "what is reported of the criteria does not follow from the cases"
    );
    Ok(report)
}

/// What is wrong with what a check is said to have come to.
fn fault(check: &CheckResult) -> Option<&'static str> {
    for case in &check.cases {
        let is_pass = case.outcome == Outcome::Pass;
        if is_pass != (case.expected == case.observed) {
            return Some("a case's outcome does not follow from what was expected and observed");
        }
    }
    let heaviest = Outcome::of_all(check.cases.iter().map(|case| case.outcome));
    // A control that failed makes refusals worthless; it never makes anything better.
    let is_set_aside = check.note.is_some() && check.outcome == Outcome::Inconclusive;
    (check.outcome != heaviest && !is_set_aside)
        .then_some("its outcome does not follow from its cases")
}
