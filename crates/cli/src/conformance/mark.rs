//! Issuing a trust mark for a run: the statement of a certification body that verifiers accept.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, ensure};
use clap::Args;
use phr_link::Timestamp;
use phr_link::claims::{Status, StatusPointer};
use phr_link::scope::Role;
use phr_link::trust::Mark;
use phr_link_conformance::outcome::Verdict;
use phr_link_conformance::report::Mode;
use phr_link_conformance::sign::{self, REPORT};

use crate::keys;
use crate::moment::random_id;

#[derive(Args, Debug)]
pub(crate) struct Wanted {
    /// The folder of the run
    folder: PathBuf,
    /// The keys of who ran it, a JWK Set
    #[arg(long)]
    keys: String,
    /// The certification body
    #[arg(long)]
    iss: String,
    /// Its key file
    #[arg(long)]
    key: PathBuf,
    /// The member that is certified
    #[arg(long)]
    sub: String,
    /// The type of mark
    #[arg(long = "type")]
    mark_type: String,
    /// The role that is certified, as the trust list has it: the body decides whether what was tested is enough for it
    #[arg(long)]
    role: String,
    /// For how many days, at most 366
    #[arg(long, default_value_t = 365)]
    days: u16,
    /// The status list that can end it
    #[arg(long)]
    status_uri: String,
    /// Its place in that list
    #[arg(long)]
    status_idx: i64,
    /// The file with the delegation of the type's owner
    #[arg(long)]
    delegation: Option<PathBuf>,
}

pub(super) fn issue(wanted: Wanted, at: Timestamp) -> Result<ExitCode> {
    let (statement, report) = match sign::verify(&wanted.folder, &keys::set(&wanted.keys)?) {
        Ok(verified) => verified,
        Err(error) => {
            eprintln!("error: {error:#}");
            return Ok(ExitCode::from(6));
        }
    };
    ensure!(
        report.run.mode == Mode::Certification,
        "a run for development leads to no mark: run it with --certification"
    );
    ensure!(
        report.verdict == Verdict::Conforming,
        "the run does not conform: nothing is issued"
    );
    let role: Role = serde_json::from_value(serde_json::Value::String(wanted.role.clone()))
        .with_context(|| format!("there is no role {}", wanted.role))?;
    let delegation = wanted.delegation.map(std::fs::read_to_string).transpose()?;
    let mark = Mark {
        iss: wanted.iss,
        sub: wanted.sub,
        trust_mark_type: wanted.mark_type,
        iat: at,
        exp: at.plus(i64::from(wanted.days) * 86_400),
        jti: Some(random_id()?),
        status: Status {
            status_list: StatusPointer {
                idx: wanted.status_idx,
                uri: wanted.status_uri,
            },
        },
        delegation: delegation.map(|token| token.trim().to_owned()),
        reference: None,
        logo_uri: None,
        // What was tested is said in the mark: a verifier that conforms is no operator that does.
        criteria: format!(
            "{} {} ({})",
            report.run.catalogue.id,
            report.run.catalogue.version,
            report.run.role.as_str()
        ),
        suite: report.run.tool,
        report_s256: statement.files.get(REPORT).cloned().unwrap_or_default(),
        roles: vec![role],
        product: format!("{} {}", report.target.name, report.target.version),
    };
    println!(
        "{}",
        phr_link::token::sign(&mark, &keys::load(&wanted.key)?)?
    );
    Ok(ExitCode::SUCCESS)
}
