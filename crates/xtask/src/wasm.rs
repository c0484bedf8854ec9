//! Building the engine for JavaScript: WebAssembly, glue, and the base64 form.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use sha2::{Digest as _, Sha256};

use crate::project::Project;
use crate::run::{npm, program, run};
use crate::setup::wasm_std::{self, Toolchain};
use crate::setup::{self, npm as packages};

pub(crate) mod glue;
mod portable;
pub(crate) mod testing;

const TARGET: &str = "wasm32-unknown-unknown";

/// What Node 20 and every browser of 2023 understand.
const FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// Builds into `js/src/wasm`; does nothing where nothing changed.
pub(crate) fn build(project: &Project, fast: bool) -> Result<()> {
    setup::node()?;
    packages::install(project, "js")?;
    let out = project.path("js/src/wasm");
    let stamp = out.join(".stamp");
    let wanted = format!("{} fast={fast}", sources(project)?);
    if fs::read_to_string(&stamp).is_ok_and(|old| old == wanted) {
        return Ok(());
    }
    let toolchain = wasm_std::find(project)?;
    println!("building the WebAssembly");
    let built = compile(project, &toolchain)?;
    let folder = glue::write(project, &built, "wasm-glue")?;
    let wasm = folder.join("phr-link_bg.wasm");
    if !fast {
        optimise(project, &wasm)?;
    }
    let bytes = fs::read(&wasm).with_context(|| wasm.display().to_string())?;
    refuse_paths(project, &bytes)?;
    fs::create_dir_all(&out)?;
    fs::write(out.join("phr-link.wasm"), &bytes)?;
    glue::copy(&folder, &out, "glue")?;
    fs::write(
        out.join("inline.js"),
        format!(
            "// The engine as text, made by `cargo xtask wasm`.\nexport const base64 = \"{}\";\n",
            base64(&bytes)
        ),
    )?;
    fs::write(
        out.join("inline.d.ts"),
        "export declare const base64: string;\n",
    )?;
    portable::build(project, &built, &out)?;
    let hash: String = Sha256::digest(&bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    println!("  phr-link.wasm: {} bytes, SHA-256 {hash}", bytes.len());
    fs::write(stamp, wanted)?;
    Ok(())
}

/// A cargo command for wasm32 with paths of this machine mapped away.
pub(crate) fn cargo(project: &Project, toolchain: &Toolchain) -> Command {
    let mut flags: Vec<String> = Vec::new();
    let mut command = match toolchain {
        Toolchain::Installed => {
            let mut command = program(env!("CARGO"), &project.root);
            wasm_std::clean(&mut command);
            command.env("CARGO_TARGET_DIR", project.target.join("wasm"));
            command
        }
        Toolchain::Debian { sysroot } => {
            let mut command = wasm_std::debian_cargo(&project.root);
            flags.push(format!("--sysroot={}", sysroot.display()));
            // Two compilers must not share a folder.
            command.env("CARGO_TARGET_DIR", project.target.join("wasm-debian"));
            command
        }
    };
    flags.extend(remap_flags(project));
    command.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"));
    command
}

fn compile(project: &Project, toolchain: &Toolchain) -> Result<PathBuf> {
    let mut command = cargo(project, toolchain);
    command.args([
        "build",
        "--quiet",
        "--package",
        "phr-link-wasm",
        "--lib",
        "--target",
        TARGET,
        "--profile",
        "wasm",
        "--locked",
    ]);
    run(&mut command)?;
    let folder = match toolchain {
        Toolchain::Installed => "wasm",
        Toolchain::Debian { .. } => "wasm-debian",
    };
    Ok(project
        .target
        .join(folder)
        .join(TARGET)
        .join("wasm/phr_link_wasm.wasm"))
}

/// The flags by which no path of this machine gets into the product.
pub(crate) fn remap_flags(project: &Project) -> Vec<String> {
    remaps(project)
        .iter()
        .map(|(from, to)| format!("--remap-path-prefix={}={to}", from.display()))
        .collect()
}

/// The longest first: the last prefix that matches wins.
fn remaps(project: &Project) -> Vec<(PathBuf, &'static str)> {
    let home = std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cargo")));
    let mut remaps = vec![
        (PathBuf::from("/usr/lib/rustlib/src/rust"), "std"),
        (PathBuf::from("/usr/src"), "std"),
        (project.root.clone(), "phr-link"),
    ];
    if let Some(home) = home {
        remaps.push((home.clone(), "cargo"));
        for entry in fs::read_dir(home.join("registry/src"))
            .into_iter()
            .flatten()
            .flatten()
        {
            remaps.push((entry.path(), "crates"));
        }
    }
    remaps
}

/// A path in the product would tell where it was built, and change from machine to machine.
fn refuse_paths(project: &Project, bytes: &[u8]) -> Result<()> {
    for (path, _) in remaps(project) {
        let needle = path.to_string_lossy().into_owned();
        if bytes
            .windows(needle.len())
            .any(|window| window == needle.as_bytes())
        {
            bail!("the WebAssembly still holds a path of this machine");
        }
    }
    Ok(())
}

fn optimise(project: &Project, wasm: &Path) -> Result<()> {
    let tool = project.path("js/node_modules/binaryen/bin/wasm-opt");
    let mut command = program("node", &project.root);
    command
        .arg(tool)
        .arg(wasm)
        .args(FEATURES)
        .args(["-Oz", "-o"])
        .arg(wasm);
    run(&mut command).context("wasm-opt, of the npm package binaryen")
}

/// The hash of everything the engine is made of.
fn sources(project: &Project) -> Result<String> {
    let mut hash = Sha256::new();
    let mut folders = vec![
        project.path("crates/core/src"),
        project.path("crates/wasm/src"),
        project.path("crates/xtask/src/wasm"),
    ];
    let mut files = vec![
        project.path("Cargo.lock"),
        project.path("Cargo.toml"),
        project.path("crates/core/Cargo.toml"),
        project.path("crates/wasm/Cargo.toml"),
        project.path("js/package-lock.json"),
    ];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)?.flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path)
            } else {
                files.push(path)
            }
        }
    }
    files.sort();
    for file in files {
        hash.update(fs::read(&file).with_context(|| file.display().to_string())?);
    }
    Ok(hash
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect())
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

/// Builds the npm package after the engine.
pub(crate) fn package(project: &Project) -> Result<()> {
    build(project, false)?;
    run(npm(&project.path("js")).args(["run", "--silent", "build"]))
}
