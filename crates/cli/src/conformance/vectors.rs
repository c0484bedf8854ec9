//! The vectors, put to any program.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, ensure};
use phr_link_conformance::checks::verifier;
use phr_link_conformance::outcome::Outcome;
use phr_link_conformance::runner::Subject;
use phr_link_conformance::vectors::Vector;

pub(super) fn run(program: &str, arguments: &[String], folder: &Path) -> Result<ExitCode> {
    let vectors = read(folder)?;
    let mut subject = Subject::start(program, arguments)?;
    let results = verifier::run(&mut subject, &vectors, |_| {});
    let (mut passed, mut failed) = (0, 0);
    for case in results.iter().flat_map(|check| &check.cases) {
        if case.outcome == Outcome::Pass {
            passed += 1;
        } else {
            failed += 1;
            println!(
                "{}: expected {}, got {}",
                case.id, case.expected, case.observed
            );
        }
    }
    println!("{passed} passed, {failed} failed");
    Ok(ExitCode::from(u8::from(failed > 0)))
}

/// Reads every vector of a folder.
pub(super) fn read(folder: &Path) -> Result<Vec<Vector>> {
    let mut vectors = Vec::new();
    for path in files(folder)? {
        let text = std::fs::read_to_string(&path)?;
        let vector = serde_json::from_str(&text).with_context(|| path.display().to_string())?;
        vectors.push(vector);
    }
    ensure!(
        !vectors.is_empty(),
        "there are no vectors in {}",
        folder.display()
    );
    Ok(vectors)
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
