//! Embeds the vectors for the tests: a test in a browser cannot read files.

use std::fs;
use std::path::{Path, PathBuf};

fn main() {
    println!("cargo::rerun-if-changed=../../tests/vectors");
    let Some(out) = std::env::var_os("OUT_DIR") else {
        return;
    };
    let mut files = Vec::new();
    collect(Path::new("../../tests/vectors"), &mut files);
    files.sort();
    let texts: Vec<String> = files
        .iter()
        .filter_map(|path| fs::read_to_string(path).ok())
        .collect();
    let joined = format!("[{}]", texts.join(","));
    // A failure here shows up as a missing file in the test that includes it.
    let _ = fs::write(PathBuf::from(out).join("vectors.json"), joined);
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            files.push(path);
        }
    }
}
