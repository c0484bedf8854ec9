//! What one runs before each commit.

use anyhow::Result;

use crate::project::Project;
use crate::run::{find, program, run};

pub(crate) fn run_format(project: &Project) -> Result<()> {
    run(program(env!("CARGO"), &project.root).args(["fmt", "--all", "--check"]))
}

pub(crate) fn run_clippy(project: &Project) -> Result<()> {
    let mut clippy = program(env!("CARGO"), &project.root);
    clippy.args([
        "clippy",
        "--quiet",
        "--workspace",
        "--all-targets",
        "--locked",
        "--",
        "-D",
        "warnings",
    ]);
    run(&mut clippy)
}

pub(crate) fn run_tests(project: &Project) -> Result<()> {
    let cargo = || program(env!("CARGO"), &project.root);
    if find(&["cargo-nextest"]).is_some() {
        run(cargo().args([
            "nextest",
            "run",
            "--workspace",
            "--locked",
            "--status-level",
            "fail",
        ]))?;
    } else {
        run(cargo().args([
            "test",
            "--workspace",
            "--locked",
            "--lib",
            "--bins",
            "--tests",
        ]))?;
    }
    run(cargo().args(["test", "--quiet", "--workspace", "--locked", "--doc"]))
}

pub(crate) fn run_docs(project: &Project) -> Result<()> {
    let mut docs = program(env!("CARGO"), &project.root);
    docs.args(["doc", "--quiet", "--workspace", "--no-deps", "--locked"]);
    run(docs.env("RUSTDOCFLAGS", "-D warnings"))
}

pub(crate) fn everything(project: &Project) -> Result<()> {
    run_format(project)?;
    run_clippy(project)?;
    run_tests(project)?;
    run_docs(project)
}
