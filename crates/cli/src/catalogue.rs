//! `phr-link catalogue`

use anyhow::{Context as _, Result};
use phr_link::catalogue::Category;

use crate::arguments::CatalogueCommand;
use crate::show::{Output, ask, member};

pub(crate) fn run(command: &CatalogueCommand, output: &Output) -> Result<bool> {
    let answer = ask(&serde_json::json!({"op": "catalogue"}))?;
    let value = member(&answer, "value");
    let categories = member(value, "categories")
        .as_array()
        .context("no catalogue")?;
    match command {
        CatalogueCommand::List if output.json => {
            println!("{}", serde_json::to_string_pretty(value)?);
        }
        CatalogueCommand::List => {
            for category in Category::all() {
                println!(
                    "{:<30} {} {:<8} {}",
                    category.code(),
                    category.sensitivity().as_str(),
                    category.availability().as_str(),
                    category.label(output.lang)
                );
            }
        }
        CatalogueCommand::Show { code } => {
            let found = categories
                .iter()
                .find(|category| member(category, "code") == code.as_str());
            let Some(found) = found else {
                eprintln!("there is no category `{code}`; `phr-link catalogue list` shows them");
                return Ok(false);
            };
            println!("{}", serde_json::to_string_pretty(found)?);
        }
    }
    Ok(true)
}
