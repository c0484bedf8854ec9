//! Files that a program of the conformance crate prints.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

/// Gives the table of codes in the specification.
pub(crate) fn codes(root: &Path) -> Result<Vec<(PathBuf, String)>> {
    file(root, "gen-codes", "crates/core/src/manual/codes.md")
}

/// Gives what each criterion rests on.
pub(crate) fn coverage(root: &Path) -> Result<Vec<(PathBuf, String)>> {
    file(root, "gen-coverage", "crates/conformance/data/coverage.csv")
}

fn file(root: &Path, program: &str, kept: &str) -> Result<Vec<(PathBuf, String)>> {
    let output = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--package", "phr-link-conformance"])
        .args(["--bin", program])
        .current_dir(root)
        .output()?;
    if !output.status.success() {
        bail!(
            "{program} failed: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok(vec![(root.join(kept), String::from_utf8(output.stdout)?)])
}
