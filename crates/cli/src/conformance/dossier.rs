//! Documents and answers of an engagement, kept in `dossier.json` with copies of the documents.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, ensure};
use clap::{Args, Subcommand};
use phr_link::Timestamp;
use phr_link::wire::base64url;
use phr_link_conformance::criteria::Catalogue;
use phr_link_conformance::dossier::{Attestation, Decision, Document, Dossier};

const FILE: &str = "dossier.json";
const DOCUMENTS: &str = "documents";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Hand in a document for a criterion
    Add {
        /// The folder of the engagement
        #[arg(long)]
        folder: PathBuf,
        /// The criterion
        criterion: String,
        /// Which of its documents
        key: String,
        /// The file
        file: PathBuf,
        /// Who hands it in
        #[arg(long)]
        by: String,
    },
    /// Accept or refuse a document; two different people accept, neither of them who handed it in
    Decide {
        /// The folder of the engagement
        #[arg(long)]
        folder: PathBuf,
        /// The criterion
        criterion: String,
        /// Which of its documents
        key: String,
        /// Whether it is accepted
        #[arg(long, action = clap::ArgAction::Set)]
        accept: bool,
        /// Who decides
        #[arg(long)]
        by: String,
        /// Why
        #[arg(long)]
        reason: String,
    },
    /// List the documents
    List {
        /// The folder of the engagement
        #[arg(long)]
        folder: PathBuf,
    },
}

#[derive(Args, Debug)]
pub(crate) struct Answer {
    /// The folder of the engagement
    #[arg(long)]
    folder: PathBuf,
    /// The criterion
    criterion: String,
    /// The answer
    #[arg(long, action = clap::ArgAction::Set)]
    answer: bool,
    /// Who answers
    #[arg(long)]
    by: String,
    /// What there is to add
    #[arg(long, default_value = "")]
    note: String,
}

pub(super) fn read(folder: Option<&Path>) -> Result<Dossier> {
    let Some(path) = folder.map(|folder| folder.join(FILE)) else {
        return Ok(Dossier::default());
    };
    if !path.exists() {
        return Ok(Dossier::default());
    }
    let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let dossier: Dossier =
        serde_json::from_str(&text).with_context(|| path.display().to_string())?;
    // A document that was changed after it was handed in is not the one that was decided about.
    for document in &dossier.documents {
        let path = folder
            .unwrap_or(Path::new(""))
            .join(DOCUMENTS)
            .join(&document.file);
        let bytes = std::fs::read(&path).with_context(|| path.display().to_string())?;
        ensure!(
            base64url::sha256(&bytes) == document.s256,
            "{} was changed after it was handed in",
            path.display()
        );
    }
    Ok(dossier)
}

fn write(folder: &Path, dossier: &Dossier) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    let text = serde_json::to_string_pretty(dossier)?;
    std::fs::write(folder.join(FILE), format!("{text}\n"))?;
    Ok(())
}

pub(super) fn run(command: Command, at: Timestamp) -> Result<ExitCode> {
    match command {
        Command::Add {
            folder,
            criterion,
            key,
            file,
            by,
        } => {
            let catalogue = Catalogue::built_in()?;
            let wanted = catalogue
                .get(&criterion)
                .with_context(|| format!("there is no criterion {criterion}"))?;
            let keys: Vec<_> = wanted.evidence.iter().map(|one| one.key.as_str()).collect();
            let wanted = wanted.evidence.iter().find(|one| one.key == key);
            let wanted =
                wanted.with_context(|| format!("{criterion} wants {}", keys.join(", ")))?;
            let kind = file
                .extension()
                .and_then(|kind| kind.to_str())
                .unwrap_or_default()
                .to_lowercase();
            ensure!(
                wanted.accepts.contains(&kind),
                "{criterion} {key} takes {}",
                wanted.accepts.join(", ")
            );
            let bytes = std::fs::read(&file).with_context(|| file.display().to_string())?;
            let mut dossier = read(Some(&folder))?;
            let s256 = base64url::sha256(&bytes);
            let start: String = s256.chars().take(8).collect();
            let name = format!("{criterion}-{key}-{start}.{kind}");
            std::fs::create_dir_all(folder.join(DOCUMENTS))?;
            std::fs::write(folder.join(DOCUMENTS).join(&name), bytes)?;
            println!("{name} {s256}");
            dossier.documents.push(Document {
                criterion,
                key,
                file: name,
                s256,
                collected: at,
                by,
                decisions: Vec::new(),
            });
            write(&folder, &dossier)?;
        }
        Command::Decide {
            folder,
            criterion,
            key,
            accept,
            by,
            reason,
        } => {
            let mut dossier = read(Some(&folder))?;
            let is_it = |one: &&mut Document| one.criterion == criterion && one.key == key;
            let document = dossier.documents.iter_mut().rev().find(is_it);
            let document =
                document.with_context(|| format!("{criterion} has no document {key}"))?;
            ensure!(
                document.by != by,
                "who handed it in does not decide about it"
            );
            document.decisions.push(Decision {
                by,
                accepts: accept,
                reason,
                at,
            });
            write(&folder, &dossier)?;
        }
        Command::List { folder } => {
            for document in read(Some(&folder))?.documents {
                let decided = document
                    .decisions
                    .iter()
                    .map(|one| if one.accepts { "+" } else { "-" });
                println!(
                    "{} {} {} {}",
                    document.criterion,
                    document.key,
                    document.file,
                    decided.collect::<String>()
                );
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

pub(super) fn attest(answer: Answer, at: Timestamp) -> Result<ExitCode> {
    let catalogue = Catalogue::built_in()?;
    let criterion = catalogue
        .get(&answer.criterion)
        .with_context(|| format!("there is no criterion {}", answer.criterion))?;
    ensure!(criterion.attest.is_some(), "{} asks nothing", criterion.id);
    let mut dossier = read(Some(&answer.folder))?;
    dossier.attestations.push(Attestation {
        criterion: answer.criterion,
        answer: answer.answer,
        by: answer.by,
        note: answer.note,
        at,
    });
    write(&answer.folder, &dossier)?;
    Ok(ExitCode::SUCCESS)
}
