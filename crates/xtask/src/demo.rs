//! The main job on this machine.

use anyhow::{Result, bail};

use crate::project::Project;
use crate::run::{npm, program, run};
use crate::setup::{self, chromium, npm as packages};
use crate::wasm;

/// Sets up what is missing, builds, and runs the demo.
pub(crate) fn run_demo(project: &Project, words: &[&str]) -> Result<()> {
    let headless = match words {
        [] => false,
        ["--headless"] => true,
        _ => bail!("demo [--headless]"),
    };
    setup::node()?;
    wasm::package(project)?;
    println!("building the app");
    packages::install(project, "examples/phr-app")?;
    let app = project.path("examples/phr-app");
    run(npm(&app).args(["run", "--silent", "build", "--", "--logLevel", "warn"]))?;
    println!("building the holder");
    let mut build = program(env!("CARGO"), &project.root);
    run(build.args(["build", "--quiet", "--package", "phr-link-cli", "--locked"]))?;
    let mut demo = program("node", &project.root);
    demo.arg("tests/e2e/demo.mjs").args(words);
    demo.env("PHR_LINK_BIN", project.target.join("debug/phr-link"));
    if headless {
        demo.env("CHROMIUM", chromium::find()?.browser);
    }
    run(&mut demo)
}
