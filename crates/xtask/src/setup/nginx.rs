//! The web server that protects others.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::debian;
use crate::run;

/// Finds nginx, or installs Debian's.
pub(crate) fn find() -> Result<PathBuf> {
    if let Some(found) = look() {
        return Ok(found);
    }
    println!("nginx is missing");
    debian::install(&["nginx-light", "python3"])?;
    look().context("nginx is still missing: set NGINX to the program")
}

fn look() -> Option<PathBuf> {
    let set = std::env::var_os("NGINX").map(PathBuf::from);
    // Debian keeps it where only administrators look.
    let usual = Path::new("/usr/sbin/nginx");
    set.filter(|path| path.is_file())
        .or_else(|| run::find(&["nginx"]))
        .or_else(|| usual.is_file().then(|| usual.to_owned()))
}
