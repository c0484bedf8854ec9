//! Getting what is missing on a fresh machine, saying what is done.

use anyhow::{Result, bail};

use crate::project::Project;
use crate::run::output;

pub(crate) mod chromium;
pub(crate) mod debian;
pub(crate) mod nginx;
pub(crate) mod npm;
pub(crate) mod python;
pub(crate) mod wasm_std;

/// Everything that the tests need.
pub(crate) fn everything(project: &Project) -> Result<()> {
    node()?;
    wasm_std::find(project)?;
    npm::install(project, "js")?;
    chromium::find()?;
    nginx::find()?;
    for tests in ["contract", "interop"] {
        python::install(project, tests)?;
    }
    Ok(())
}

/// Node has to be there; it is the one thing beside Rust that is not fetched.
pub(crate) fn node() -> Result<()> {
    let Some(version) = output("node", &["--version"]) else {
        bail!(
            "Node is missing: install Node 20.19 or newer (on Debian 13: `apt install nodejs npm`)"
        );
    };
    let mut numbers = version
        .trim_start_matches('v')
        .split('.')
        .map(|part| part.parse::<u32>());
    let (major, minor) = (numbers.next(), numbers.next());
    match (major, minor) {
        (Some(Ok(20)), Some(Ok(minor))) if minor >= 19 => Ok(()),
        (Some(Ok(major)), _) if major > 20 => Ok(()),
        _ => bail!("Node {version} is too old: install 20.19 or newer"),
    }
}
