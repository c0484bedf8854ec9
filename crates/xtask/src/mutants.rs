//! The matrix of deliberate mistakes and checks.

use anyhow::{Context as _, Result, ensure};

use crate::project::Project;
use crate::run::{program, run};

/// Where the reviewed matrix is kept.
const KEPT: &str = "crates/conformance/data/mutants.csv";

/// Makes the matrix anew; fails if a mistake is not found, and unless `write` if it is not the one
/// that was reviewed.
pub(crate) fn run_all(project: &Project, write: bool) -> Result<()> {
    let made = project.target.join("mutants.csv");
    let mut matrix = program(env!("CARGO"), &project.root);
    matrix.args([
        "run",
        "--quiet",
        "--locked",
        "--package",
        "phr-link-conformance",
    ]);
    matrix.args(["--features", "mutants", "--bin", "gen-matrix"]);
    run(matrix.arg(&made))?;
    let made = std::fs::read_to_string(&made).context("no matrix was made")?;
    let kept = project.path(KEPT);
    if write {
        std::fs::write(&kept, made)?;
        return Ok(());
    }
    ensure!(
        std::fs::read_to_string(&kept).unwrap_or_default() == made,
        "{KEPT} is not what the checks find today: run `cargo xtask mutants`, look at what changed, and commit it"
    );
    Ok(())
}
