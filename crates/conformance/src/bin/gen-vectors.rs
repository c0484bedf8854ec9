//! Writes the vectors, one scenario a file: `gen-vectors FOLDER`.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

fn main() -> Result<()> {
    let folder = std::env::args().nth(1).context("name the folder")?;
    let folder = Path::new(&folder);
    for vector in phr_link_conformance::vectors::all() {
        let path = folder.join(format!("{}.json", vector.id));
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(
            path,
            format!("{}\n", serde_json::to_string_pretty(&vector)?),
        )?;
    }
    Ok(())
}
