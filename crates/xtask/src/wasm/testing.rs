//! The engine's tests, in Node and in headless Chromium.

use anyhow::{Result, bail};

use super::{TARGET, cargo, glue};
use crate::project::Project;
use crate::run::run as run_program;
use crate::setup::{chromium, wasm_std};

/// Runs the tests; `--node` or `--chromium` for one place only.
pub(crate) fn run(project: &Project, words: &[&str]) -> Result<()> {
    let (node, browser) = match words {
        [] => (true, true),
        ["--node"] => (true, false),
        ["--chromium"] => (false, true),
        _ => bail!("wasm-test [--node|--chromium]"),
    };
    let toolchain = wasm_std::find(project)?;
    // The runner is built first, by the host's compiler.
    run_program(
        glue::with_bindgen(project)
            .arg("help")
            .stdout(std::process::Stdio::null()),
    )?;
    let runner = project.target.join("debug/xtask");
    let mut base = cargo(project, &toolchain);
    base.args([
        "test",
        "--package",
        "phr-link-wasm",
        "--target",
        TARGET,
        "--locked",
    ]);
    base.env(
        "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER",
        format!("{} wasm-test-runner", runner.display()),
    );
    base.env("WASM_BINDGEN_TEST_TIMEOUT", "300");
    if node {
        println!("in Node");
        run_program(&mut base)?;
    }
    if browser {
        println!("in Chromium");
        let found = chromium::find()?;
        base.args(["--features", "browser"]);
        base.env("WASM_BINDGEN_USE_BROWSER", "1")
            .env("CHROMEDRIVER", found.driver);
        run_program(&mut base)?;
    }
    Ok(())
}

/// Runs one test program: this program is the runner that cargo calls.
#[cfg(feature = "bindgen")]
pub(crate) fn runner(words: &[&str]) -> Result<()> {
    let arguments = core::iter::once("wasm-bindgen-test-runner").chain(words.iter().copied());
    wasm_bindgen_cli::wasm_bindgen_test_runner::run_cli_with_args(arguments)
}

/// Says how to get the runner.
#[cfg(not(feature = "bindgen"))]
pub(crate) fn runner(_: &[&str]) -> Result<()> {
    bail!("this command needs the feature `bindgen`; `cargo xtask wasm-test` sets it")
}
