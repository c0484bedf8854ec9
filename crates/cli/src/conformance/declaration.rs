//! The declaration of an implementation: its name, and the facts on which it depends what applies.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, Result, ensure};
use phr_link_conformance::criteria::FACTS;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Declaration {
    pub(super) name: String,
    pub(super) version: String,
    pub(super) facts: BTreeMap<String, bool>,
}

impl Declaration {
    pub(super) fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
        let declaration: Self =
            toml::from_str(&text).with_context(|| path.display().to_string())?;
        for name in declaration.facts.keys() {
            ensure!(
                FACTS.contains(&name.as_str()),
                "{}: there is no fact {name}; there are {}",
                path.display(),
                FACTS.join(", ")
            );
        }
        ensure!(
            !declaration.facts.is_empty(),
            "{}: nothing is declared",
            path.display()
        );
        Ok(declaration)
    }
}

pub(super) fn print() -> Result<ExitCode> {
    println!(
        "# What the implementation does. On each fact depends which criteria apply: answer all of them."
    );
    println!(
        "# 実装宣言書。どの基準が対象になるかを決めます。すべてに true か false で答えてください。"
    );
    println!("name = \"\"\nversion = \"\"\n\n[facts]");
    for name in FACTS {
        println!("# {name} = ");
    }
    Ok(ExitCode::SUCCESS)
}
