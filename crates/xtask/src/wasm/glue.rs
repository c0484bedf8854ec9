//! The glue between JavaScript and the engine, written by wasm-bindgen as a library: nothing to
//! install, and always the version that the engine was built with.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::project::Project;
use crate::run::run as run_program;

/// Runs this program once more with the heavy dependencies built in.
pub(crate) fn in_own_process(project: &Project, input: &Path, output: &Path) -> Result<()> {
    let mut command = with_bindgen(project);
    command.arg("wasm-glue").arg(input).arg(output);
    run_program(&mut command)
}

/// `cargo run -p xtask --features bindgen --`
pub(crate) fn with_bindgen(project: &Project) -> Command {
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(&project.root);
    command.args([
        "run",
        "--quiet",
        "--package",
        "xtask",
        "--features",
        "bindgen",
        "--",
    ]);
    command
}

/// Writes the glue.
#[cfg(feature = "bindgen")]
pub(crate) fn run(input: &str, output: &str) -> Result<()> {
    wasm_bindgen_cli_support::Bindgen::new()
        .input_path(input)
        .out_name("phr-link")
        .web(true)?
        .omit_default_module_path(true)
        .typescript(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(output)
}

/// Says how to get the glue.
#[cfg(not(feature = "bindgen"))]
pub(crate) fn run(_: &str, _: &str) -> Result<()> {
    anyhow::bail!("this command needs the feature `bindgen`; `cargo xtask wasm` sets it")
}
