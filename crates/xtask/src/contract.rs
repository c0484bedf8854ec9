//! The contract, judged by tools that others made.

use anyhow::Result;

use crate::project::Project;
use crate::run::{program, run};
use crate::setup::python;

/// Checks that the OpenAPI documents are OpenAPI, and that both servers answer as they say.
pub(crate) fn run_all(project: &Project) -> Result<()> {
    let python = python::install(project, "contract")?;
    for side in ["holder", "operator"] {
        let mut validator = program(&python, &project.root);
        validator.args(["-m", "openapi_spec_validator", "--schema", "3.1"]);
        run(validator.arg(format!("crates/server/openapi/{side}.json")))?;
    }
    let mut fuzz = program(env!("CARGO"), &project.root);
    fuzz.args([
        "test",
        "--quiet",
        "--locked",
        "--package",
        "phr-link-server",
    ]);
    fuzz.args(["--test", "operator", "--", "--ignored", "fuzz"]);
    run(fuzz.env(
        "PHR_LINK_SCHEMATHESIS",
        python.with_file_name("schemathesis"),
    ))
}
