//! The glue between JavaScript and the engine, written by wasm-bindgen as a library: nothing to
//! install, and always the version that the engine was built with.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::project::Project;
use crate::run::run as run_program;

/// What is added to the glue. Its own way in keeps the first instance for ever; after a trap we need
/// another one, and an engine that is no WebAssembly brings its exports itself.
const FRESH: &str = "
export function fresh(module) {
    wasm = undefined;
    return initSync({ module });
}
export function freshOf(instantiate) {
    return __wbg_finalize_init({ exports: instantiate(__wbg_get_imports()) }, undefined);
}
";

const FRESH_TYPES: &str = "
export function fresh(module: SyncInitInput): InitOutput;
export function freshOf(instantiate: (imports: unknown) => unknown): InitOutput;
";

/// Writes the glue of a WebAssembly into a folder of the target, and gives the folder.
///
/// It runs this program once more with the heavy dependencies built in.
pub(crate) fn write(project: &Project, input: &Path, name: &str) -> Result<PathBuf> {
    let folder = project.target.join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    let mut command = with_bindgen(project);
    command.arg("wasm-glue").arg(input).arg(&folder);
    run_program(&mut command)?;
    Ok(folder)
}

/// Puts the glue beside the sources of the package.
pub(crate) fn copy(folder: &Path, out: &Path, name: &str) -> Result<()> {
    let script = fs::read_to_string(folder.join("phr-link.js"))?;
    let types = fs::read_to_string(folder.join("phr-link.d.ts"))?;
    fs::write(out.join(format!("{name}.js")), script + FRESH)?;
    fs::write(out.join(format!("{name}.d.ts")), types + FRESH_TYPES)?;
    Ok(())
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
