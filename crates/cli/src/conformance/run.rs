//! Testing a target, and saying what follows.

use std::collections::BTreeMap;
use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail, ensure};
use clap::{Args, ValueEnum};
use phr_link::Timestamp;
use phr_link_conformance::checks::{holder, verifier};
use phr_link_conformance::criteria;
use phr_link_conformance::outcome::{Outcome, Verdict};
use phr_link_conformance::report::{CheckResult, Mode, Report, Target};
use phr_link_conformance::run::Plan;
use phr_link_conformance::runner::Subject;
use phr_link_conformance::vectors;

use super::declaration::Declaration;
use super::{bundle, dossier};
use crate::show::Output;

#[derive(Args, Debug)]
pub(crate) struct Wanted {
    /// As what it is tested
    #[arg(long, value_enum)]
    role: Role,
    /// Where the report goes
    #[arg(long, default_value = "conformance-report")]
    out: PathBuf,
    /// The declaration of the implementation; `declaration` writes one to fill in
    #[arg(long)]
    declaration: Option<PathBuf>,
    /// The folder of the engagement, with documents and answers
    #[arg(long)]
    dossier: Option<PathBuf>,
    /// A folder with a catalogue of one's own
    #[arg(long)]
    catalogue: Option<PathBuf>,
    /// For a certificate: only such a run leads to a mark
    #[arg(long)]
    certification: bool,
    #[command(flatten)]
    holder: super::holder::HolderTarget,
    /// The verifier and its arguments: a program that speaks the adapter protocol
    #[arg(last = true)]
    program: Vec<String>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
enum Role {
    /// A library or program that judges tokens
    VerifierLibrary,
    /// Whoever has the records, over HTTP
    DataHolder,
}

impl From<Role> for criteria::Role {
    fn from(role: Role) -> Self {
        match role {
            Role::VerifierLibrary => Self::VerifierLibrary,
            Role::DataHolder => Self::DataHolder,
        }
    }
}

pub(super) fn run(wanted: &Wanted, output: &Output, at: Timestamp) -> Result<ExitCode> {
    let catalogue = super::criteria::open(wanted.catalogue.as_deref())?;
    let faults = catalogue.lint(&phr_link_conformance::checks::names());
    if !faults.is_empty() {
        for fault in &faults {
            eprintln!("{fault}");
        }
        return Ok(ExitCode::from(3));
    }
    let declaration = wanted
        .declaration
        .as_deref()
        .map(Declaration::read)
        .transpose()?;
    let role = criteria::Role::from(wanted.role);
    let tested = match wanted.role {
        Role::VerifierLibrary => verifier(wanted)?,
        Role::DataHolder => {
            ensure!(
                declaration.is_some(),
                "a holder needs a declaration: `phr-link conformance declaration` writes one to fill in"
            );
            let mut number = 0;
            let results = wanted.holder.run(|check| {
                number += 1;
                progress(check, number, holder::CHECKS.len());
            });
            results.map(|results| Tested {
                name: String::new(),
                version: String::new(),
                place: wanted.holder.place(),
                results,
            })
        }
    };
    let tested = match tested {
        Ok(tested) => tested,
        // Nothing was tested, so nothing is violated: the cause has to be mended first.
        Err(error) => {
            eprintln!("error: {error:#}");
            return Ok(ExitCode::from(Verdict::Invalid.exit()));
        }
    };
    let (name, version, facts) = match declaration {
        Some(one) => (one.name, one.version, one.facts),
        None => (tested.name, tested.version, BTreeMap::new()),
    };
    let plan = Plan {
        catalogue,
        role,
        mode: if wanted.certification {
            Mode::Certification
        } else {
            Mode::Development
        },
        target: Target {
            name,
            version,
            place: tested.place,
        },
        facts,
        dossier: dossier::read(wanted.dossier.as_deref())?,
        command: command(),
    };
    let report = plan.conclude(tested.results, at, crate::moment::at(None)?);
    bundle::write(&wanted.out, &report, &plan.dossier)
        .with_context(|| wanted.out.display().to_string())?;
    conclude(&report, wanted, output);
    Ok(ExitCode::from(report.verdict.exit()))
}

/// The command that does it again: this one.
fn command() -> String {
    let quoted = |word: String| {
        let is_plain = word
            .chars()
            .all(|sign| sign.is_alphanumeric() || "-_./:=,@".contains(sign));
        if is_plain && !word.is_empty() {
            word
        } else {
            format!("'{}'", word.replace('\'', r"'\''"))
        }
    };
    let words: Vec<_> = std::env::args().skip(1).map(quoted).collect();
    format!("phr-link {}", words.join(" "))
}

/// What was tested, and what it showed.
struct Tested {
    name: String,
    version: String,
    place: String,
    results: Vec<CheckResult>,
}

/// The inner error says that nothing could be tested.
fn verifier(wanted: &Wanted) -> Result<Result<Tested>> {
    let Some((program, arguments)) = wanted.program.split_first() else {
        bail!("name the verifier after `--`, for example `-- phr-link adapter`");
    };
    let mut subject = match Subject::start(program, arguments) {
        Ok(subject) => subject,
        Err(error) => return Ok(Err(error)),
    };
    let says = |name: &str| {
        let hello = subject.hello.get("result")?;
        hello.get(name)?.as_str().map(str::to_owned)
    };
    let (name, version) = (says("name"), says("version"));
    let mut number = 0;
    let results = verifier::run(&mut subject, &vectors::all(), |check| {
        number += 1;
        progress(check, number, verifier::CHECKS.len());
    });
    Ok(Ok(Tested {
        name: name.unwrap_or_else(|| program.clone()),
        version: version.unwrap_or_default(),
        place: program.rsplit('/').next().unwrap_or_default().to_owned(),
        results,
    }))
}

/// One line a check for a person, one JSON event for a program.
fn progress(check: &CheckResult, number: usize, of: usize) {
    if std::io::stderr().is_terminal() {
        eprintln!(
            "[{number:>2}/{of}] {:<20} {:>4}  {}",
            check.id,
            check.cases.len(),
            check.outcome.as_str()
        );
    } else {
        let event = serde_json::json!({"check": check.id, "number": number, "of": of, "cases": check.cases.len(), "outcome": check.outcome});
        eprintln!("{event}");
    }
}

fn conclude(report: &Report, wanted: &Wanted, output: &Output) {
    if output.json {
        println!(
            "{}",
            serde_json::json!({"verdict": report.verdict, "counts": report.counts, "findings": report.findings.len()})
        );
        return;
    }
    for finding in &report.findings {
        println!(
            "{:>3}  {}  {} → {} ({})",
            finding.number,
            finding.check,
            finding.expected,
            finding.observed,
            finding.cases.join(", ")
        );
    }
    let verdict = report.verdict.sentence();
    println!("{}", output.say(&verdict.en, &verdict.ja));
    let counted: Vec<_> = Outcome::ALL
        .iter()
        .filter_map(|outcome| {
            Some(format!(
                "{} {}",
                report.counts.outcomes.get(outcome)?,
                outcome.as_str()
            ))
        })
        .collect();
    println!("{}", counted.join(", "));
    println!("{}", wanted.out.display());
}
