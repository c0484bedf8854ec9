//! The table of codes in the specification, written by the conformance crate from the core's own.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

/// Gives the table with its text.
pub(crate) fn files(root: &Path) -> Result<Vec<(PathBuf, String)>> {
    let output = Command::new(env!("CARGO"))
        .args([
            "run",
            "--quiet",
            "--package",
            "phr-link-conformance",
            "--bin",
            "gen-codes",
        ])
        .current_dir(root)
        .output()?;
    if !output.status.success() {
        bail!(
            "the table of codes could not be made: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok(vec![(
        root.join("crates/core/src/manual/codes.md"),
        String::from_utf8(output.stdout)?,
    )])
}
