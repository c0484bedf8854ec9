//! `phr-link conformance`: the vectors, put to any program.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use phr_link_conformance::runner::{Subject, run as put};
use phr_link_conformance::vectors::Vector;

pub(crate) fn run(program: &str, arguments: &[String], folder: &Path) -> Result<bool> {
    let mut vectors = Vec::new();
    for path in files(folder)? {
        let text = std::fs::read_to_string(&path)?;
        let vector: Vector =
            serde_json::from_str(&text).with_context(|| path.display().to_string())?;
        vectors.push(vector);
    }
    ensure!(
        !vectors.is_empty(),
        "there are no vectors in {}",
        folder.display()
    );
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let mut subject = Subject::start(program, &arguments)?;
    let mismatches = put(&mut subject, &vectors)?;
    for mismatch in &mismatches {
        println!(
            "{}: expected {}, got {}",
            mismatch.id, mismatch.expected, mismatch.actual
        );
    }
    println!(
        "{} passed, {} failed",
        vectors.len() - mismatches.len(),
        mismatches.len()
    );
    Ok(mismatches.is_empty())
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
