//! Times, as ratios of one run; they pass and fail nothing.

use anyhow::Result;

use crate::project::Project;
use crate::run::{program, run};
use crate::setup::npm as packages;
use crate::wasm;

pub(crate) fn run_all(project: &Project) -> Result<()> {
    let package = "phr-link-conformance";
    let mut native = program(env!("CARGO"), &project.root);
    run(native.args([
        "bench",
        "--quiet",
        "--package",
        package,
        "--bench",
        "decide",
        "--locked",
    ]))?;
    wasm::package(project)?;
    packages::install(project, "tests/interop")?;
    run(program("node", &project.root).arg("tests/bench/node.mjs"))
}
