//! `cargo xtask gen`: files that are made from others; `--check` fails if one is stale.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

mod catalogue;
mod contract;
mod folder;
mod printed;
mod vectors;

type Generator = fn(&Path) -> Result<Vec<(PathBuf, String)>>;

const GENERATORS: &[(&str, Generator)] = &[
    ("catalogue", catalogue::files),
    ("codes", printed::codes),
    ("contract", contract::files),
    ("coverage", printed::coverage),
    ("vectors", vectors::files),
];

/// Writes every generated file, or with `check` names the first stale one.
pub(crate) fn run(root: &Path, check: bool) -> Result<()> {
    for (name, files) in GENERATORS {
        for (path, text) in files(root).with_context(|| format!("generator {name}"))? {
            let current = std::fs::read_to_string(&path).unwrap_or_default();
            if current == text {
                continue;
            }
            let shown = path.strip_prefix(root).unwrap_or(&path).display();
            if check {
                bail!("{shown} is stale: run `cargo xtask gen` and commit the result");
            }
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder)?;
            }
            std::fs::write(&path, text).with_context(|| shown.to_string())?;
            println!("wrote {shown}");
        }
    }
    Ok(())
}
