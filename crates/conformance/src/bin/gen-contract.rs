//! Writes the OpenAPI documents of both sides, and the schema of each message: `gen-contract FOLDER`.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use phr_link::contract::{Side, openapi};
use serde_json::Value;

fn main() -> Result<()> {
    let folder = std::env::args().nth(1).context("name the folder")?;
    let folder = Path::new(&folder);
    fs::create_dir_all(folder.join("schema"))?;
    for side in [Side::Holder, Side::Operator] {
        write(folder, side.as_str(), &openapi::document(side))?;
    }
    for (name, schema) in openapi::schemas() {
        write(&folder.join("schema"), &name, &schema)?;
    }
    Ok(())
}

fn write(folder: &Path, name: &str, value: &Value) -> Result<()> {
    let text = format!("{}\n", serde_json::to_string_pretty(value)?);
    fs::write(folder.join(format!("{name}.json")), text).with_context(|| name.to_owned())
}
