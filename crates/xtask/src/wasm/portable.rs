//! The engine once more as plain JavaScript, for hosts without WebAssembly such as Hermes.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};

use super::{FEATURES, glue};
use crate::project::Project;
use crate::run::{program, run};

/// What is lowered to what WebAssembly was at first, which is what can be written as JavaScript.
const LOWERINGS: [&str; 4] = [
    "--llvm-memory-copy-fill-lowering",
    "--signext-lowering",
    "--llvm-nontrapping-fptoint-lowering",
    "--strip-target-features",
];

const FIRST_FEATURES: [&str; 2] = ["--mvp-features", "--enable-mutable-globals"];

/// Writes `portable.js`, `portable-glue.js` and their types.
pub(super) fn build(project: &Project, built: &Path, out: &Path) -> Result<()> {
    let folder = project.target.join("wasm-portable");
    fs::create_dir_all(&folder)?;
    let lowered = folder.join("lowered.wasm");
    let first = folder.join("first.wasm");
    tool(
        project,
        "wasm-opt",
        built,
        &lowered,
        &[&FEATURES, &LOWERINGS],
    )?;
    // Said in the file, so that the glue uses no tables of references.
    tool(
        project,
        "wasm-opt",
        &lowered,
        &first,
        &[&FIRST_FEATURES, &["--emit-target-features"]],
    )?;
    let glued = glue::write(project, &first, "wasm-portable-glue")?;
    let small = folder.join("small.wasm");
    let whole = glued.join("phr-link_bg.wasm");
    tool(
        project,
        "wasm-opt",
        &whole,
        &small,
        &[&FIRST_FEATURES, &["-Oz"]],
    )?;
    let script = folder.join("engine.js");
    tool(project, "wasm2js", &small, &script, &[&["-O"]])?;
    let text = as_function(&fs::read_to_string(&script)?)?;
    super::refuse_paths(project, text.as_bytes())?;
    fs::write(out.join("portable.js"), text)?;
    fs::write(
        out.join("portable.d.ts"),
        "export declare function instantiate(imports: unknown): unknown;\n",
    )?;
    glue::copy(&glued, out, "portable-glue")?;
    let path = out.join("portable-glue.js");
    let mut text = fs::read_to_string(&path)?;
    for (from, to) in PATCHES {
        ensure!(
            text.contains(from),
            "the glue is not of the shape that is expected: {from}"
        );
        text = text.replace(from, to);
    }
    fs::write(path, text)?;
    Ok(())
}

/// What the glue believes of WebAssembly and what is not so here.
const PATCHES: [(&str, &str); 3] = [
    // Where the fixed values end is asked before one is dropped; the glue itself spares them.
    (
        "import * as import1 from \"__wbindgen_externref_xform__\"",
        "const import1 = { __wbindgen_externref_statics_end: () => 0 };",
    ),
    // A memory that grows leaves an old buffer that is whole, and that nobody reads any more.
    (
        "cachedUint8ArrayMemory0.byteLength === 0",
        "cachedUint8ArrayMemory0.buffer !== wasm.memory.buffer",
    ),
    (
        "cachedDataViewMemory0.buffer.detached === true",
        "cachedDataViewMemory0.buffer !== wasm.memory.buffer",
    ),
];

fn tool(project: &Project, name: &str, from: &Path, to: &Path, words: &[&[&str]]) -> Result<()> {
    let mut command = program("node", &project.root);
    command.arg(project.path("js/node_modules/binaryen/bin").join(name));
    command.arg(from).args(words.concat()).arg("-o").arg(to);
    run(&mut command).with_context(|| format!("{name}, of the npm package binaryen"))
}

/// The tool writes a module that instantiates itself on import; ours is instantiated when it is asked.
fn as_function(text: &str) -> Result<String> {
    let (before, _) = text
        .split_once("var retasmFunc = ")
        .context("the script is not of the shape that is expected")?;
    let body: String = before
        .lines()
        .filter(|line| !line.starts_with("import "))
        .flat_map(|line| [line, "\n"])
        .collect();
    ensure!(
        body.contains("function asmFunc(imports)"),
        "the script has another function than is expected"
    );
    Ok(format!(
        "// The engine as plain JavaScript, made by `cargo xtask wasm`.\n{body}\nexport {{ asmFunc as instantiate }};\n"
    ))
}
