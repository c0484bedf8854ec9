//! The tests that take long, at full length: killed 200 times, and 100,000 grants by two replicas.

use anyhow::Result;

use crate::postgres::Cluster;
use crate::project::Project;
use crate::run::{program, run};

/// Runs them on both stores.
pub(crate) fn run_all(project: &Project) -> Result<()> {
    println!("== on SQLite");
    run(&mut tests(project))?;
    println!("== on PostgreSQL, two replicas");
    let cluster = Cluster::start()?;
    run(tests(project).env("PHR_LINK_TEST_POSTGRES", cluster.url()))
}

fn tests(project: &Project) -> std::process::Command {
    let mut tests = program(env!("CARGO"), &project.root);
    tests
        .args([
            "test",
            "--release",
            "--locked",
            "--package",
            "phr-link-server",
        ])
        .args(["--test", "endurance", "--", "--nocapture"])
        .env("PHR_LINK_ROUNDS", "200")
        .env("PHR_LINK_GRANTS", "100000");
    tests
}
