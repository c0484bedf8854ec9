//! Settings of a server: a TOML file, then the environment, then the arguments; the last one counts.

use std::path::Path;

use anyhow::{Context as _, Result, bail};
use serde::Serialize;
use serde::de::DeserializeOwned;
use toml::{Table, Value};

/// How the variables begin: `PHR_LINK__LISTEN__ADDRESS` is `address` in `[listen]`.
const PREFIX: &str = "PHR_LINK__";

/// Reads settings; what nobody says has its default.
///
/// # Errors
/// if the file cannot be read, or a member is unknown or of the wrong kind
pub(crate) fn read<T: DeserializeOwned>(
    file: Option<&Path>,
    environment: impl Iterator<Item = (String, String)>,
    arguments: Table,
) -> Result<T> {
    let mut table = match file {
        None => Table::new(),
        Some(file) => {
            let text = std::fs::read_to_string(file)
                .with_context(|| format!("cannot read {}", file.display()))?;
            let table = text.parse::<Table>();
            // Its text would repeat the line, which may hold a password.
            table.map_err(|error| {
                let place = error.span().map_or(0, |span| {
                    text.bytes()
                        .take(span.start)
                        .filter(|byte| *byte == b'\n')
                        .count()
                        + 1
                });
                anyhow::anyhow!("{}, line {place}: {}", file.display(), error.message())
            })?
        }
    };
    for (name, value) in environment {
        let Some(path) = name.strip_prefix(PREFIX) else {
            continue;
        };
        let path = path.to_ascii_lowercase();
        let parts: Vec<_> = path.split("__").collect();
        set(&mut table, &parts, of_text(&value)).with_context(|| format!("the variable {name}"))?;
    }
    merge(&mut table, arguments);
    Value::Table(table)
        .try_into()
        .map_err(|error: toml::de::Error| anyhow::anyhow!("the settings: {}", error.message()))
}

/// Writes settings as a file would have them; what is secret is not shown.
///
/// # Errors
/// if they cannot be written as TOML
pub(crate) fn show<T: Serialize>(settings: &T) -> Result<String> {
    toml::to_string_pretty(settings).context("the settings cannot be shown")
}

/// A number, a truth value or a list is one; whatever else is a text.
fn of_text(text: &str) -> Value {
    let document = format!("value = {text}").parse::<Table>();
    let value = document.ok().and_then(|mut table| table.remove("value"));
    match value {
        Some(value @ (Value::Integer(_) | Value::Boolean(_) | Value::Array(_))) => value,
        _ => Value::String(text.to_owned()),
    }
}

fn set(table: &mut Table, path: &[&str], value: Value) -> Result<()> {
    match path {
        [] | [""] => bail!("names no setting"),
        [name] => {
            table.insert((*name).to_owned(), value);
            Ok(())
        }
        [section, rest @ ..] => {
            let inner = table
                .entry(*section)
                .or_insert_with(|| Value::Table(Table::new()));
            match inner {
                Value::Table(inner) => set(inner, rest, value),
                _ => bail!("{section} is no section"),
            }
        }
    }
}

fn merge(into: &mut Table, from: Table) {
    for (name, value) in from {
        match (into.get_mut(&name), value) {
            (Some(Value::Table(old)), Value::Table(new)) => merge(old, new),
            (_, value) => {
                into.insert(name, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use phr_link_server::holder::Config;

    fn holder(file: &str, environment: &[(&str, &str)], arguments: &str) -> Result<Config> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("holder.toml");
        std::fs::write(&path, file).unwrap();
        let environment = environment.iter();
        let environment =
            environment.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        read(Some(&path), environment, arguments.parse().unwrap())
    }

    #[test]
    fn arguments_go_before_the_environment_and_that_before_the_file() {
        let file = "base = \"https://file.example\"\nsdk = \"file\"\nadmin = \"127.0.0.1:1\"\n[limits.client]\nper_minute = 1\nburst = 1\n";
        let environment = [
            ("PHR_LINK__BASE", "https://variable.example"),
            ("PHR_LINK__LIMITS__CLIENT__BURST", "7"),
            ("PHR_LINK__SDK", "variable"),
            ("PHR_LINK_LOG", "not ours"),
        ];
        let config = holder(file, &environment, "sdk = \"argument\"").unwrap();
        assert_eq!(config.base, "https://variable.example");
        assert_eq!(config.sdk.to_str(), Some("argument"));
        assert_eq!(config.admin, Some("127.0.0.1:1".parse().unwrap()));
        assert_eq!(
            (config.limits.client.per_minute, config.limits.client.burst),
            (1, 7)
        );
        assert_eq!(config.app, Config::default().app);
    }

    #[test]
    fn what_is_unknown_is_refused_and_named() {
        for (file, variable, named) in [
            ("bse = \"x\"", None, "bse"),
            ("[listen]\naddress = \"127.0.0.1:1\"\ntsl = 1", None, "tsl"),
            ("", Some(("PHR_LINK__NOTHING", "1")), "nothing"),
            ("base = 3", None, "string"),
            (
                "base = \"x\"",
                Some(("PHR_LINK__BASE__X", "1")),
                "PHR_LINK__BASE__X",
            ),
            ("\n\nbase = secret", None, "line 3"),
        ] {
            let variable: Vec<_> = variable.into_iter().collect();
            let told = format!("{:#}", holder(file, &variable, "").unwrap_err());
            assert!(told.contains(named), "{told}");
            assert!(!told.contains("secret"), "{told}");
        }
    }

    #[test]
    fn what_is_shown_can_be_read_again_and_has_no_password() {
        let file = "store = \"postgres://holder:hunter2@db.example/phr?password=hunter3\"";
        let shown = show(&holder(file, &[], "").unwrap()).unwrap();
        assert!(
            !shown.contains("hunter") && shown.contains("holder:…@db.example"),
            "{shown}"
        );
        let again = show(&holder(&shown, &[], "").unwrap()).unwrap();
        assert_eq!(again, shown);
    }
}
