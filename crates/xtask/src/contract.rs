//! The contract, judged by tools that others made.

use anyhow::Result;

use crate::project::Project;
use crate::run::{program, run};
use crate::setup::python;

/// Checks that the OpenAPI documents are OpenAPI.
pub(crate) fn run_all(project: &Project) -> Result<()> {
    let python = python::install(project, "contract")?;
    for side in ["holder", "operator"] {
        let mut validator = program(&python, &project.root);
        validator.args(["-m", "openapi_spec_validator", "--schema", "3.1"]);
        run(validator.arg(format!("crates/server/openapi/{side}.json")))?;
    }
    Ok(())
}
