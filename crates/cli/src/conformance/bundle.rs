//! The folder of a run: the report in its forms, and everything it rests on.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, Result, ensure};
use phr_link::Timestamp;
use phr_link_conformance::dossier::Dossier;
use phr_link_conformance::report::{Report, SCHEMA, csv, html, junit};
use phr_link_conformance::sign::{self, DOSSIER, REPORT, STATEMENT};

use super::Form;
use crate::keys;
use crate::moment::random_id;
use crate::show::Output;

pub(super) fn write(folder: &Path, report: &Report, dossier: &Dossier) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    // A statement about an earlier run would not fit any more.
    match std::fs::remove_file(folder.join(STATEMENT)) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    let json = serde_json::to_string_pretty(dossier)?;
    std::fs::write(folder.join(DOSSIER), format!("{json}\n"))?;
    let json = serde_json::to_string_pretty(report)?;
    std::fs::write(folder.join(REPORT), format!("{json}\n"))?;
    std::fs::write(folder.join("report.csv"), csv::write(report))?;
    std::fs::write(folder.join("report.html"), html::write(report))?;
    Ok(())
}

pub(super) fn read(folder: &Path) -> Result<Report> {
    let path = folder.join(REPORT);
    let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let report: Report = serde_json::from_str(&text).with_context(|| path.display().to_string())?;
    ensure!(
        report.schema == SCHEMA,
        "{} is a report of another form",
        path.display()
    );
    Ok(report)
}

pub(super) fn print(folder: &Path, format: Form, strict: bool) -> Result<ExitCode> {
    let report = read(folder)?;
    match format {
        Form::Csv => print!("{}", csv::write(&report)),
        Form::Html => print!("{}", html::write(&report)),
        Form::Junit => print!("{}", junit::write(&report, strict)?),
        Form::Json => println!("{}", serde_json::to_string_pretty(&report)?),
    }
    Ok(ExitCode::SUCCESS)
}

pub(super) fn diff(before: &Path, after: &Path, output: &Output) -> Result<ExitCode> {
    let (before, after) = (read(before)?, read(after)?);
    let mut changes = Vec::new();
    for now in &after.criteria {
        let Some(then) = before.criteria.iter().find(|then| then.id == now.id) else {
            changes.push((0, format!("{}: – → {}", now.id, now.outcome.as_str())));
            continue;
        };
        if (then.outcome, then.is_met) != (now.outcome, now.is_met) {
            let is_worse = now.outcome > then.outcome || (then.is_met && !now.is_met);
            let line = format!(
                "{}: {} → {}",
                now.id,
                then.outcome.as_str(),
                now.outcome.as_str()
            );
            changes.push((if is_worse { -1 } else { 1 }, line));
        }
    }
    changes.sort();
    for (way, line) in &changes {
        let word = match way {
            -1 => output.say("worse", "悪化"),
            0 => output.say("new", "新規"),
            _ => output.say("better", "改善"),
        };
        println!("{word}  {line}");
    }
    eprintln!("{} → {} ({})", word(&before), word(&after), changes.len());
    let is_worse = changes.iter().any(|(way, _)| *way < 0);
    Ok(ExitCode::from(u8::from(is_worse)))
}

fn word(report: &Report) -> String {
    format!("{:?}", report.verdict)
}

/// Signs a run.
pub(super) fn sign(folder: &Path, iss: &str, key: &Path, at: Timestamp) -> Result<ExitCode> {
    let key = keys::load(key)?;
    let statement = sign::attest(folder, iss, &random_id()?, at, &key)?;
    println!(
        "{} ({} files)",
        folder.join(STATEMENT).display(),
        statement.files.len()
    );
    Ok(ExitCode::SUCCESS)
}

/// Says whether a run is as it was signed, and follows from its cases.
pub(super) fn verify(folder: &Path, keys: &str, output: &Output) -> Result<ExitCode> {
    let keys = keys::set(keys)?;
    match sign::verify(folder, &keys) {
        Ok((statement, report)) => {
            println!(
                "{} {} {}",
                statement.iss,
                word(&report),
                output.say(
                    "– signed, unchanged, and follows from its cases",
                    "– 署名どおりで、事例から導かれる結果と一致します"
                )
            );
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => {
            eprintln!("error: {error:#}");
            Ok(ExitCode::from(6))
        }
    }
}
