//! How answers are written.

use std::io::Read as _;

use anyhow::{Context as _, Result, ensure};
use phr_link::Lang;
use phr_link::token::{Claims, Kind, Unverified};
use serde_json::Value;

/// How answers are written.
pub(crate) struct Output {
    pub(crate) json: bool,
    pub(crate) lang: Lang,
}

impl Output {
    /// The text in the language that was asked for.
    pub(crate) const fn say<'t>(&self, en: &'t str, ja: &'t str) -> &'t str {
        match self.lang {
            Lang::En => en,
            Lang::Ja => ja,
        }
    }
}

/// The largest input that is read, in bytes.
const MAX_INPUT: u64 = 32 * 1_024 * 1_024;

/// Reads a file, standard input for `-`, or takes the text itself.
pub(crate) fn input(text: &str) -> Result<String> {
    let mut read = String::new();
    if text == "-" {
        std::io::stdin()
            .take(MAX_INPUT)
            .read_to_string(&mut read)
            .context("standard input")?;
    } else if text.len() < 4_096 && std::path::Path::new(text).is_file() {
        let file = std::fs::File::open(text).context("the file cannot be opened")?;
        file.take(MAX_INPUT)
            .read_to_string(&mut read)
            .context("the file is no UTF-8 text")?;
    } else {
        // A slip in a file's name is no token: saying so helps more than what is wrong with it.
        let is_text = text.len() > 255 || text.starts_with(['{', '[']) || text.contains(['.', ' ']);
        ensure!(
            is_text && !is_path(text),
            "there is no file `{}`, and it is neither JSON nor a token",
            text.escape_debug()
        );
        return Ok(text.trim().to_owned());
    }
    Ok(read.trim().to_owned())
}

/// Whether a text looks like the name of a file.
fn is_path(text: &str) -> bool {
    let is_short = text.len() <= 255 && !text.starts_with(['{', '[']);
    is_short && (text.contains(['/', '\\']) || text.matches('.').count() == 1)
}

/// A member, or null where there is none.
pub(crate) fn member<'v>(value: &'v Value, name: &str) -> &'v Value {
    value.get(name).unwrap_or(&Value::Null)
}

/// Asks the library.
pub(crate) fn ask(call: &Value) -> Result<Value> {
    Ok(serde_json::from_str(&phr_link::adapter::answer(
        &call.to_string(),
    ))?)
}

/// Writes what was decided, and why; says whether it was favourable.
pub(crate) fn answer(answer: &Value, output: &Output) -> Result<bool> {
    let is_good = ["accept", "permit"]
        .iter()
        .any(|word| member(answer, "decision") == *word);
    if output.json {
        println!("{}", serde_json::to_string_pretty(answer)?);
        return Ok(is_good);
    }
    println!("{}", member(answer, "decision").as_str().unwrap_or("?"));
    reasons(member(answer, "reasons"), output);
    let value = member(answer, "value");
    if is_good && !value.is_null() {
        println!("{}", serde_json::to_string_pretty(value)?);
    }
    Ok(is_good)
}

/// Writes reasons: what is wrong, what to do, who can mend it.
pub(crate) fn reasons(reasons: &Value, output: &Output) {
    let lang = output.lang.as_str();
    for reason in reasons.as_array().into_iter().flatten() {
        let text = |name: &str| member(reason, name).as_str().unwrap_or_default();
        let said = |name: &str| {
            member(member(reason, name), lang)
                .as_str()
                .unwrap_or_default()
        };
        println!("  {} {}", text("code"), said("text"));
        println!("    → {}", said("hint"));
        let mut about = vec![format!("blame {}", text("blame")), text("spec").to_owned()];
        about.extend(
            member(reason, "token")
                .as_u64()
                .map(|token| format!("token {token}")),
        );
        about.extend(
            member(reason, "path")
                .as_str()
                .map(|path| format!("path {path}")),
        );
        println!("    {}", about.join(", "));
    }
}

/// Reads the claims of a token that somebody else will verify: nothing in them is believed here.
pub(crate) fn peek<C: Claims>(token: &str, kind: Kind) -> Result<C> {
    Ok(Unverified::read(token, kind)?.unverified_claims::<C>()?)
}
