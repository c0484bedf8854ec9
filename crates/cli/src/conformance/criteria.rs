//! Looking at the criteria.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::Subcommand;
use phr_link::Lang;
use phr_link_conformance::checks;
use phr_link_conformance::criteria::{Catalogue, Criterion};

use crate::show::Output;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Find what is wrong with the catalogue
    Lint,
    /// What each criterion rests on, as CSV
    Coverage,
    /// Every criterion, one line each
    List,
    /// One criterion, with everything about it
    Show {
        /// Its name
        id: String,
    },
}

pub(super) fn open(folder: Option<&Path>) -> Result<Catalogue> {
    folder.map_or_else(Catalogue::built_in, Catalogue::folder)
}

pub(super) fn run(folder: Option<&Path>, command: &Command, output: &Output) -> Result<ExitCode> {
    let catalogue = open(folder)?;
    match command {
        Command::Lint => {
            let faults = catalogue.lint(&checks::names());
            for fault in &faults {
                println!("{fault}");
            }
            eprintln!(
                "{} criteria, {} faults",
                catalogue.criteria.len(),
                faults.len()
            );
            return Ok(ExitCode::from(if faults.is_empty() { 0 } else { 3 }));
        }
        Command::Coverage => print!("{}", catalogue.coverage()),
        Command::List => {
            for criterion in &catalogue.criteria {
                let title = &criterion.title;
                println!(
                    "{:<14} {:<6} {}",
                    criterion.id,
                    level(criterion),
                    output.say(&title.en, &title.ja)
                );
            }
        }
        Command::Show { id } => {
            let criterion = catalogue.get(id).with_context(|| unknown(&catalogue, id))?;
            if output.json {
                println!("{}", serde_json::to_string_pretty(criterion)?);
            } else {
                show(criterion, output);
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn level(criterion: &Criterion) -> String {
    format!("{:?}", criterion.level).to_uppercase()
}

/// Names those that begin alike, so that a slip is soon found.
fn unknown(catalogue: &Catalogue, id: &str) -> String {
    let start: String = id.chars().take(4).collect();
    let like: Vec<_> = catalogue
        .criteria
        .iter()
        .map(|criterion| criterion.id.as_str())
        .filter(|known| known.starts_with(&start))
        .collect();
    if like.is_empty() {
        format!("there is no criterion {id}; `criteria list` shows all")
    } else {
        format!("there is no criterion {id}; there are {}", like.join(", "))
    }
}

fn show(criterion: &Criterion, output: &Output) {
    let say =
        |text: &phr_link_conformance::criteria::Text| output.say(&text.en, &text.ja).to_owned();
    println!(
        "{}  {}  {}",
        criterion.id,
        level(criterion),
        say(&criterion.title)
    );
    println!("\n{}\n", say(&criterion.statement));
    let is_ja = output.lang == Lang::Ja;
    let word = |en: &str, ja: &str| if is_ja { ja.to_owned() } else { en.to_owned() };
    let roles: Vec<_> = criterion.roles.iter().map(|role| role.as_str()).collect();
    println!("{}: {}", word("for", "対象"), roles.join(", "));
    if let Some(when) = &criterion.when {
        println!("{}: {when}", word("when", "条件"));
    }
    for source in &criterion.source {
        let status = format!("{:?}", source.status).to_lowercase();
        println!(
            "{}: {} {} {} ({status})",
            word("source", "出典"),
            source.doc,
            source.version,
            source.clause
        );
    }
    for check in &criterion.checks {
        println!("{}: {check}", word("check", "検査"));
    }
    for evidence in &criterion.evidence {
        println!(
            "{}: {} – {}",
            word("document", "資料"),
            evidence.key,
            say(&evidence.prompt)
        );
    }
    if let Some(question) = &criterion.attest {
        println!("{}: {}", word("question", "質問"), say(question));
    }
    println!(
        "{}: {}",
        word("if it is not met", "満たさないとき"),
        say(&criterion.remediation)
    );
}
