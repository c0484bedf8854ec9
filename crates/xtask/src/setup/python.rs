//! Python environments, one for each folder of tests that needs one.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result};

use super::debian;
use crate::project::Project;
use crate::run;

/// Makes the environment of `tests/{name}` and gives its interpreter.
pub(crate) fn install(project: &Project, name: &str) -> Result<PathBuf> {
    let requirements = project.path(&format!("tests/{name}/requirements.txt"));
    let wanted = fs::read_to_string(&requirements)
        .with_context(|| format!("tests/{name}/requirements.txt"))?;
    let folder = project.target.join("venv").join(name);
    let python = if cfg!(windows) {
        folder.join("Scripts/python.exe")
    } else {
        folder.join("bin/python")
    };
    let stamp = folder.join("xtask-stamp");
    if fs::read_to_string(&stamp).is_ok_and(|old| old == wanted) {
        return Ok(python);
    }
    println!("installing the Python packages of tests/{name}");
    let system = run::find(&["python3", "python", "python.exe"]).context("Python 3 is missing")?;
    let make = || run::run(Command::new(&system).args(["-m", "venv"]).arg(&folder));
    if make().is_err() {
        debian::install(&["python3-venv"])?;
        make()?;
    }
    let mut pip = Command::new(&python);
    pip.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "-r",
    ]);
    run::run(pip.arg(requirements))?;
    fs::write(stamp, wanted)?;
    Ok(python)
}
