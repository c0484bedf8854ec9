//! Everything, step by step.

use std::time::Instant;

use anyhow::{Result, bail};

use crate::postgres::Cluster;
use crate::project::Project;
use crate::run::{npm, program, run};
use crate::setup::{self, chromium, npm as packages, python};
use crate::{check, contract, r#gen, mutants, wasm};

type Step = (&'static str, &'static str, fn(&Project) -> Result<()>);

const STEPS: &[Step] = &[
    ("setup", "what is missing is fetched", setup::everything),
    ("format", "the Rust is formatted", check::run_format),
    ("clippy", "the lints hold", check::run_clippy),
    ("native", "the Rust tests", check::run_tests),
    (
        "postgres",
        "the server's tests again, on PostgreSQL",
        on_postgres,
    ),
    (
        "nginx",
        "nginx before a server that knows nothing of grants",
        nginx,
    ),
    ("oidc", "a real provider signs people in", oidc),
    (
        "docs",
        "the documentation builds without a warning",
        check::run_docs,
    ),
    ("gen", "generated files are current", |project| {
        r#gen::run(&project.root, true)
    }),
    (
        "mutants",
        "deliberate mistakes: each is found by the check that should find it",
        |project| mutants::run_all(project, false),
    ),
    (
        "wasm",
        "the engine and the npm package build",
        wasm::package,
    ),
    (
        "wasm-test",
        "the engine's tests, in Node and in Chromium",
        |project| wasm::testing::run(project, &[]),
    ),
    (
        "differential",
        "10,000 calls: native = Node = Chromium",
        differential,
    ),
    ("js", "the npm package's tests, with every vector", js),
    (
        "site",
        "guides, codes and the API as a site, without a warning",
        site,
    ),
    ("views", "views of a consent in other formats", views),
    ("packaging", "the packed package in real hosts", packaging),
    (
        "interop",
        "stock libraries and the Python verifier",
        interop,
    ),
    (
        "contract",
        "the OpenAPI documents, judged by outside tools",
        contract::run_all,
    ),
    (
        "deploy",
        "the manifests against Kubernetes' schemas",
        deploy,
    ),
    ("e2e", "the story in a real browser", end_to_end),
];

/// Runs every step, or one, and sums up.
pub(crate) fn run_steps(project: &Project, words: &[&str]) -> Result<()> {
    let wanted = match words {
        [] => None,
        ["list"] => {
            for (name, about, _) in STEPS {
                println!("{name:<10} {about}");
            }
            return Ok(());
        }
        [name] if STEPS.iter().any(|(step, ..)| step == name) => Some(*name),
        _ => bail!("no such step; `cargo xtask test list` names them"),
    };
    let mut summary = Vec::new();
    for (name, about, step) in STEPS {
        if wanted.is_some_and(|wanted| wanted != *name) {
            continue;
        }
        println!("\n== {name}: {about}");
        let started = Instant::now();
        let outcome = step(project);
        if let Err(error) = &outcome {
            eprintln!("{name} failed: {error:#}");
        }
        summary.push((*name, outcome.is_ok(), started.elapsed().as_secs()));
    }
    println!("\n== summary");
    for (name, passed, seconds) in &summary {
        println!(
            "{name:<10} {} {seconds:>5} s",
            if *passed { "passed" } else { "FAILED" }
        );
    }
    let failed = summary.iter().filter(|(_, passed, _)| !passed).count();
    println!("{} passed, {failed} failed", summary.len() - failed);
    if failed > 0 {
        bail!("{failed} steps failed")
    } else {
        Ok(())
    }
}

/// The same tests on the other store.
fn on_postgres(project: &Project) -> Result<()> {
    let cluster = Cluster::start()?;
    let mut tests = program(env!("CARGO"), &project.root);
    run(tests
        .args([
            "test",
            "--quiet",
            "--locked",
            "--package",
            "phr-link-server",
        ])
        .args(["--test", "*"])
        .env("PHR_LINK_TEST_POSTGRES", cluster.url()))
}

/// The example with the real nginx.
fn nginx(project: &Project) -> Result<()> {
    let program_of_nginx = setup::nginx::find()?;
    let mut tests = program(env!("CARGO"), &project.root);
    let package = "phr-link-server";
    run(tests
        .args(["test", "--quiet", "--locked", "--package", package])
        .args(["--test", "guard", "--", "--include-ignored"])
        .env("PHR_LINK_NGINX", program_of_nginx))
}

/// The holder with a provider from a package.
fn oidc(project: &Project) -> Result<()> {
    packages::install(project, "tests/oidc")?;
    let build = ["build", "--quiet", "--package", "phr-link-cli", "--locked"];
    run(program(env!("CARGO"), &project.root).args(build))?;
    let mut test = program("node", &project.root);
    test.arg("tests/oidc/run.mjs");
    run(test.env("PHR_LINK_BIN", project.target.join("debug/phr-link")))
}

/// The manifests, as Kubernetes would read them.
fn deploy(project: &Project) -> Result<()> {
    let python = python::install(project, "deploy")?;
    let mut validate = program(python.with_file_name("kubernetes-validate"), &project.root);
    run(validate.args(["--strict", "examples/kubernetes/holder.yaml"]))
}

fn js(project: &Project) -> Result<()> {
    run(npm(&project.path("js")).args(["test", "--silent"]))?;
    packages::install(project, "examples/phr-app")?;
    let app = project.path("examples/phr-app");
    run(npm(&app).args(["run", "--silent", "check"]))
}

/// Writes the site: guides, codes in both languages out of the engine, the API of the package.
pub(crate) fn site(project: &Project) -> Result<()> {
    wasm::package(project)?;
    run(npm(&project.path("js")).args(["run", "--silent", "site"]))
}

fn differential(project: &Project) -> Result<()> {
    let package = "phr-link-conformance";
    run(program(env!("CARGO"), &project.root).args([
        "build",
        "--quiet",
        "--package",
        package,
        "--locked",
    ]))?;
    let mut command = program("node", &project.root);
    command
        .arg("tests/differential/run.mjs")
        .env("CHROMIUM", chromium::find()?.browser);
    run(command.env("PHR_LINK_CALLS", project.target.join("debug/gen-calls")))
}

fn packaging(project: &Project) -> Result<()> {
    packages::install(project, "tests/packaging")?;
    let mut command = npm(&project.path("js"));
    command
        .args(["run", "--silent", "pack-test"])
        .env("CHROMIUM", chromium::find()?.browser);
    run(&mut command)
}

fn interop(project: &Project) -> Result<()> {
    let python = python::install(project, "interop")?;
    run(program(env!("CARGO"), &project.root).args([
        "build",
        "--quiet",
        "--package",
        "phr-link-cli",
        "--package",
        "phr-link-conformance",
        "--locked",
    ]))?;
    let binary = project.target.join("debug/phr-link");
    packages::install(project, "tests/interop")?;
    let mut pytest = program(python, &project.root);
    run(pytest
        .args(["-m", "pytest", "-q", "-p", "no:cacheprovider"])
        .args(["-W", "ignore", "tests/interop"])
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("PHR_LINK_BIN", &binary)
        .env("PHR_LINK_CALLS", project.target.join("debug/gen-calls")))?;
    let mut node = program("node", &project.path("tests/interop"));
    run(node.args(["--test"]).env("PHR_LINK_BIN", &binary))
}

/// The views against the published shapes of their formats, and the golden files.
fn views(project: &Project) -> Result<()> {
    packages::install(project, "tests/views")?;
    run(program("node", &project.root).arg("tests/views/run.mjs"))
}

fn end_to_end(project: &Project) -> Result<()> {
    wasm::package(project)?;
    packages::install(project, "examples/operator-node")?;
    packages::install(project, "examples/components")?;
    let components = project.path("examples/components");
    run(npm(&components).args(["run", "--silent", "build", "--", "--logLevel", "warn"]))?;
    crate::demo::run_demo(project, &["--headless"])
}
