//! Packages of npm, installed again when the lock file changes.

use std::fs;

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};

use crate::project::Project;
use crate::run;

/// Installs the packages of a folder by its lock file.
pub(crate) fn install(project: &Project, folder: &str) -> Result<()> {
    let folder = project.path(folder);
    let lock = fs::read(folder.join("package-lock.json"))
        .with_context(|| format!("{} has no package-lock.json", folder.display()))?;
    let hash = format!("{:x?}", Sha256::digest(&lock).as_slice());
    let stamp = folder.join("node_modules/.xtask-stamp");
    if fs::read_to_string(&stamp).is_ok_and(|old| old == hash) {
        return Ok(());
    }
    println!("installing the npm packages of {}", folder.display());
    run::run(run::npm(&folder).args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]))?;
    fs::write(stamp, hash)?;
    Ok(())
}
