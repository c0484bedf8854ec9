//! A folder of files that a program of the conformance crate writes.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

/// Where files come from and go to.
pub(crate) struct Folder<'a> {
    /// The program, which is told where to write.
    pub(crate) program: &'a str,
    /// The features that it needs.
    pub(crate) features: &'a str,
    /// Where the files are kept.
    pub(crate) kept: &'a str,
    /// A file there that is written by hand.
    pub(crate) by_hand: Option<&'a str>,
}

impl Folder<'_> {
    /// Gives the files with their text; one that is kept and written no more is an error.
    pub(crate) fn files(&self, root: &Path) -> Result<Vec<(PathBuf, String)>> {
        let made = root.join("target").join(self.program);
        if made.exists() {
            std::fs::remove_dir_all(&made)?;
        }
        let status = Command::new(env!("CARGO"))
            .args(["run", "--quiet", "--package", "phr-link-conformance"])
            .args(["--features", self.features, "--bin", self.program, "--"])
            .arg(&made)
            .current_dir(root)
            .status()?;
        if !status.success() {
            bail!("{} failed", self.program);
        }
        let kept = root.join(self.kept);
        let mut files = Vec::new();
        for path in walk(&made)? {
            let name = path.strip_prefix(&made)?;
            files.push((kept.join(name), std::fs::read_to_string(&path)?));
        }
        for path in walk(&kept).unwrap_or_default() {
            let name = path.strip_prefix(&kept)?;
            let is_by_hand = self.by_hand.is_some_and(|own| name == Path::new(own));
            if !is_by_hand && !made.join(name).exists() {
                bail!("{} is written by no generator: delete it", name.display());
            }
        }
        Ok(files)
    }
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
