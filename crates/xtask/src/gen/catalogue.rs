//! `data/catalogue.toml` → the table that the core compiles in, and a table for the manual.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Catalogue {
    version: String,
    status_date: String,
    status_source: String,
    category: Vec<Category>,
    system: Vec<System>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Category {
    code: String,
    ja: String,
    en: String,
    source: String,
    roadmap: String,
    roadmap_from: String,
    status: String,
    sensitivity: String,
    flags: Vec<String>,
    modes: Vec<String>,
    by_statute: Vec<String>,
    gate: String,
    look_back_days: Option<u32>,
    formats: Vec<String>,
    fhir: Vec<Fhir>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fhir {
    resource: String,
    profile: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct System {
    code: String,
    ja: String,
    en: String,
    role: String,
    roadmap: String,
}

const FLAGS: [&str; 5] = [
    "genetic",
    "mental",
    "infection",
    "reproductive",
    "disclosed-diagnosis",
];

/// Gives the files made of the catalogue, with their text.
pub(crate) fn files(root: &Path) -> Result<Vec<(PathBuf, String)>> {
    let source = root.join("crates/core/data/catalogue.toml");
    let text = std::fs::read_to_string(&source).with_context(|| source.display().to_string())?;
    let mut catalogue: Catalogue =
        toml::from_str(&text).context("crates/core/data/catalogue.toml")?;
    catalogue
        .category
        .sort_by(|left, right| left.code.cmp(&right.code));
    Ok(vec![
        (
            root.join("crates/core/src/catalogue/table.rs"),
            rust(&catalogue)?,
        ),
        (
            root.join("crates/core/src/manual/catalogue.md"),
            markdown(&catalogue)?,
        ),
    ])
}

fn rust(catalogue: &Catalogue) -> Result<String> {
    let mut out = String::from(
        "//! Generated from data/catalogue.toml by `cargo xtask gen`.\n\nuse super::{Availability, Entry, FhirType, Flag, Gate, Mode, Sensitivity, Statute, System};\n\n",
    );
    writeln!(
        out,
        "/// The version of the catalogue, which a detail names in `datatypes_ver`."
    )?;
    writeln!(out, "pub const VERSION: &str = {:?};\n", catalogue.version)?;
    writeln!(
        out,
        "#[rustfmt::skip]\npub(super) static ENTRIES: &[Entry] = &["
    )?;
    for category in &catalogue.category {
        let (flags, notes): (Vec<_>, Vec<_>) = category
            .flags
            .iter()
            .partition(|flag| FLAGS.contains(&flag.as_str()));
        writeln!(out, "    Entry {{")?;
        writeln!(out, "        code: {:?},", category.code)?;
        writeln!(out, "        ja: {:?},", category.ja)?;
        writeln!(out, "        en: {:?},", category.en)?;
        writeln!(out, "        source: {:?},", category.source)?;
        writeln!(out, "        roadmap: {:?},", category.roadmap)?;
        writeln!(out, "        roadmap_from: {:?},", category.roadmap_from)?;
        writeln!(
            out,
            "        status: Availability::{},",
            variant(&category.status)
        )?;
        writeln!(
            out,
            "        sensitivity: Sensitivity::{},",
            category.sensitivity
        )?;
        writeln!(out, "        flags: &[{}],", variants("Flag", &flags))?;
        writeln!(out, "        notes: &{notes:?},")?;
        writeln!(
            out,
            "        modes: &[{}],",
            variants("Mode", &category.modes)
        )?;
        writeln!(
            out,
            "        by_statute: &[{}],",
            variants("Statute", &category.by_statute)
        )?;
        writeln!(out, "        gate: Gate::{},", variant(&category.gate))?;
        writeln!(
            out,
            "        look_back_days: {:?},",
            category.look_back_days
        )?;
        writeln!(out, "        formats: &{:?},", category.formats)?;
        let fhir: Vec<_> = category
            .fhir
            .iter()
            .map(|fhir| {
                format!(
                    "FhirType {{ resource: {:?}, profile: {:?} }}",
                    fhir.resource, fhir.profile
                )
            })
            .collect();
        writeln!(out, "        fhir: &[{}],", fhir.join(", "))?;
        writeln!(out, "    }},")?;
    }
    writeln!(
        out,
        "];\n\n#[rustfmt::skip]\npub(super) static SYSTEMS: &[System] = &["
    )?;
    for system in &catalogue.system {
        writeln!(
            out,
            "    System {{ code: {:?}, ja: {:?}, en: {:?}, role: {:?}, roadmap: {:?} }},",
            system.code, system.ja, system.en, system.role, system.roadmap
        )?;
    }
    writeln!(out, "];")?;
    Ok(out)
}

fn markdown(catalogue: &Catalogue) -> Result<String> {
    let mut out = format!(
        "<!-- Generated from data/catalogue.toml by `cargo xtask gen`. -->\n\nCatalogue version {}. Status as of {} ({}).\n\n",
        catalogue.version, catalogue.status_date, catalogue.status_source
    );
    writeln!(
        out,
        "| code | 日本語 | English | sensitivity | flags | modes | by statute, no grant | gate | look-back (days) | roadmap from | status | FHIR R4 |"
    )?;
    writeln!(out, "|---|---|---|---|---|---|---|---|---|---|---|---|")?;
    for category in &catalogue.category {
        let fhir: Vec<_> = category
            .fhir
            .iter()
            .map(|fhir| fhir.resource.as_str())
            .collect();
        writeln!(
            out,
            "| `{}` | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} |",
            category.code,
            category.ja,
            category.en,
            category.sensitivity,
            category.flags.join(" "),
            category.modes.join(" "),
            category.by_statute.join(" "),
            category.gate,
            category
                .look_back_days
                .map(|days| days.to_string())
                .unwrap_or_default(),
            category.roadmap_from,
            category.status,
            fhir.join(", "),
        )?;
    }
    writeln!(
        out,
        "\n| system | 日本語 | English | here |\n|---|---|---|---|"
    )?;
    for system in &catalogue.system {
        writeln!(
            out,
            "| `{}` | {} | {} | {} |",
            system.code, system.ja, system.en, system.role
        )?;
    }
    Ok(out)
}

/// `explicit-only` → `ExplicitOnly`; `self` is named for what it is.
fn variant(word: &str) -> String {
    if word == "self" {
        return "SelfView".to_owned();
    }
    word.split('-')
        .map(|part| {
            let mut letters = part.chars();
            letters
                .next()
                .map(|first| first.to_ascii_uppercase())
                .into_iter()
                .chain(letters)
                .collect::<String>()
        })
        .collect()
}

fn variants<T: AsRef<str>>(name: &str, words: &[T]) -> String {
    words
        .iter()
        .map(|word| format!("{name}::{}", variant(word.as_ref())))
        .collect::<Vec<_>>()
        .join(", ")
}
