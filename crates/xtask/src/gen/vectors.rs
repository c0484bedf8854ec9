//! The vectors, written by the conformance crate into a folder and read back.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

/// Gives the files of `tests/vectors`, and removes those that no generator writes any more.
pub(crate) fn files(root: &Path) -> Result<Vec<(PathBuf, String)>> {
    let made = root.join("target/vectors");
    if made.exists() {
        std::fs::remove_dir_all(&made)?;
    }
    let status = Command::new(env!("CARGO"))
        .args([
            "run",
            "--quiet",
            "--package",
            "phr-link-conformance",
            "--bin",
            "gen-vectors",
            "--",
        ])
        .arg(&made)
        .current_dir(root)
        .status()?;
    if !status.success() {
        bail!("the generator of the vectors failed");
    }
    let kept = root.join("tests/vectors");
    let mut files = Vec::new();
    for path in walk(&made)? {
        let name = path.strip_prefix(&made)?;
        files.push((kept.join(name), std::fs::read_to_string(&path)?));
    }
    for path in walk(&kept).unwrap_or_default() {
        let name = path.strip_prefix(&kept)?;
        // The lock of the codes is kept by hand: it says what may not be generated away.
        if name != Path::new("codes.lock") && !made.join(name).exists() {
            bail!("{} is written by no generator: delete it", name.display());
        }
    }
    Ok(files)
}

fn walk(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(walk(&path)?);
        } else {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
