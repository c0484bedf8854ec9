//! Times, as ratios of one run; they pass and fail nothing.

use anyhow::Result;

use crate::project::Project;
use crate::run::{program, run};
use crate::setup::{chromium, npm as packages};
use crate::wasm;

pub(crate) fn run_all(project: &Project) -> Result<()> {
    for (package, bench) in [
        ("phr-link-conformance", "decide"),
        ("phr-link-server", "load"),
    ] {
        let mut native = program(env!("CARGO"), &project.root);
        let package = ["--package", package, "--bench", bench];
        run(native.args(["bench", "--quiet", "--locked"]).args(package))?;
    }
    wasm::package(project)?;
    packages::install(project, "tests/interop")?;
    run(program("node", &project.root).arg("tests/bench/node.mjs"))?;
    run(program("node", &project.root).arg("tests/bench/portable.mjs"))?;
    let mut page = program("node", &project.root);
    page.arg("tests/bench/chromium.mjs");
    run(page.env("CHROMIUM", chromium::find()?.browser))
}
