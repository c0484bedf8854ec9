//! The OpenAPI documents and the schemas of the messages, written from the core's table of calls.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::folder::Folder;

/// Gives the files of `crates/server/openapi`.
pub(crate) fn files(root: &Path) -> Result<Vec<(PathBuf, String)>> {
    let documents = Folder {
        program: "gen-contract",
        features: "schema",
        kept: "crates/server/openapi",
        by_hand: None,
    };
    documents.files(root)
}
