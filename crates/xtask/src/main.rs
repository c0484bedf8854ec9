//! The commands of this workspace: `cargo xtask` lists them.

use std::path::Path;

use anyhow::{Result, bail};

mod r#gen;

fn main() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize()?;
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["gen"] => r#gen::run(&root, false),
        ["gen", "--check"] => r#gen::run(&root, true),
        _ => bail!("commands: gen [--check]"),
    }
}
