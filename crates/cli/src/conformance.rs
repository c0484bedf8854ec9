//! `phr-link conformance`: criteria, checks, and reports of what they showed.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Subcommand, ValueEnum};
use phr_link::Timestamp;

mod bundle;
mod criteria;
mod declaration;
mod dossier;
mod holder;
mod mark;
mod run;
mod vectors;

use crate::show::Output;

/// What can be done.
#[derive(Debug, Subcommand)]
pub(crate) enum Conformance {
    /// Test a target against the criteria of its role, and write a report
    Run(run::Wanted),
    /// Put the vectors to any program that speaks the adapter protocol, and name each wrong answer
    Vectors {
        /// The folder of vectors
        #[arg(long, default_value = "tests/vectors")]
        vectors: PathBuf,
        /// The program
        program: String,
        /// Its arguments
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Look at the criteria
    Criteria {
        /// A folder with a catalogue of one's own
        #[arg(long)]
        catalogue: Option<PathBuf>,
        #[command(subcommand)]
        command: criteria::Command,
    },
    /// Write a declaration to fill in: what the implementation does, on which depends what applies
    Declaration,
    /// Hand in a document, or decide about one
    Evidence {
        #[command(subcommand)]
        command: dossier::Command,
    },
    /// Answer the question of a criterion
    Attest(dossier::Answer),
    /// Write a report in another form
    Report {
        /// The folder of the run
        folder: PathBuf,
        /// The form
        #[arg(long, value_enum, default_value_t = Form::Html)]
        format: Form,
        /// In JUnit, what is not decided fails
        #[arg(long)]
        strict: bool,
    },
    /// Sign a run, as who ran it
    Sign {
        /// The folder of the run
        folder: PathBuf,
        /// Who ran it, as the trust list names them
        #[arg(long)]
        iss: String,
        /// Their key file
        #[arg(long)]
        key: PathBuf,
    },
    /// Check that a run is as it was signed, and that what it says follows from its cases
    Verify {
        /// The folder of the run
        folder: PathBuf,
        /// The keys of who ran it, a JWK Set; `-` reads it from standard input
        #[arg(long)]
        keys: String,
    },
    /// Issue a trust mark for a run that conforms, as a certification body
    IssueMark(Box<mark::Wanted>),
    /// Compare two runs, criterion by criterion; what got worse comes first
    Diff {
        /// The folder of the earlier run
        before: PathBuf,
        /// The folder of the later run
        after: PathBuf,
    },
}

/// A form of report.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Form {
    /// One line a criterion, for spreadsheets
    Csv,
    /// One page, for people
    Html,
    /// The report itself
    Json,
    /// For build servers
    Junit,
}

pub(crate) fn run(command: Conformance, output: &Output, at: Timestamp) -> Result<ExitCode> {
    match command {
        Conformance::Run(wanted) => run::run(&wanted, output, at),
        Conformance::Vectors {
            vectors,
            program,
            arguments,
        } => vectors::run(&program, &arguments, &vectors),
        Conformance::Criteria { catalogue, command } => {
            criteria::run(catalogue.as_deref(), &command, output)
        }
        Conformance::Declaration => declaration::print(),
        Conformance::Evidence { command } => dossier::run(command, at),
        Conformance::Attest(answer) => dossier::attest(answer, at),
        Conformance::Report {
            folder,
            format,
            strict,
        } => bundle::print(&folder, format, strict),
        Conformance::Sign { folder, iss, key } => bundle::sign(&folder, &iss, &key, at),
        Conformance::Verify { folder, keys } => bundle::verify(&folder, &keys, output),
        Conformance::IssueMark(wanted) => mark::issue(*wanted, at),
        Conformance::Diff { before, after } => bundle::diff(&before, &after, output),
    }
}
