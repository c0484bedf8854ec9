//! The vectors.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::folder::Folder;

/// Gives the files of `tests/vectors`.
pub(crate) fn files(root: &Path) -> Result<Vec<(PathBuf, String)>> {
    let vectors = Folder {
        program: "gen-vectors",
        features: "",
        kept: "tests/vectors",
        // It says what may not be generated away.
        by_hand: Some("codes.lock"),
    };
    vectors.files(root)
}
