//! The commands of this workspace; `cargo xtask` lists them.

use std::process::ExitCode;

use anyhow::Result;

mod bench;
mod check;
mod contract;
mod demo;
mod edges;
mod endurance;
mod r#gen;
mod mutants;
mod postgres;
mod project;
mod run;
mod setup;
mod test;
mod wasm;

const COMMANDS: &str = "\
cargo xtask bench               times as ratios: natively, in Node and Chromium beside jose
cargo xtask check               fmt, clippy, native tests, docs: before each commit
cargo xtask demo [--headless]   the main job: a consent signed in a browser opens a record
cargo xtask endurance           killed 200 times, 100,000 grants by two replicas; on both stores
cargo xtask gen [--check]       writes generated files; --check fails if one is stale
cargo xtask mutants             deliberate mistakes against every check; writes the matrix
cargo xtask setup               gets what is missing: wasm std, npm packages, Chromium, Python tools
cargo xtask site                the documentation as a site for reading offline, in target/site
cargo xtask test [STEP]         everything, or one step; `cargo xtask test list` names them
cargo xtask wasm [--fast]       builds the WebAssembly and its glue into js/src/wasm
cargo xtask wasm-test           the engine's tests in Node and in headless Chromium";

fn main() -> ExitCode {
    match dispatch() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let project = project::Project::find()?;
    match words.as_slice() {
        ["bench"] => bench::run_all(&project),
        ["check"] => check::everything(&project),
        ["demo", rest @ ..] => demo::run_demo(&project, rest),
        ["endurance"] => endurance::run_all(&project),
        ["gen"] => r#gen::run(&project.root, false),
        ["gen", "--check"] => r#gen::run(&project.root, true),
        ["mutants"] => mutants::run_all(&project, true),
        ["setup"] => setup::everything(&project),
        ["site"] => test::site(&project),
        ["test", rest @ ..] => test::run_steps(&project, rest),
        ["wasm"] => wasm::build(&project, false),
        ["wasm", "--fast"] => wasm::build(&project, true),
        ["wasm-glue", input, output] => wasm::glue::run(input, output),
        ["wasm-test"] => wasm::testing::run(&project, &[]),
        ["wasm-test", rest @ ..] => wasm::testing::run(&project, rest),
        ["wasm-test-runner", rest @ ..] => wasm::testing::runner(rest),
        _ => {
            println!("{COMMANDS}");
            Ok(())
        }
    }
}
