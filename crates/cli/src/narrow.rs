//! Flags that take away from `authorization_details`; nothing here can add.

use anyhow::{Context as _, Result, ensure};
use clap::Args;
use phr_link::catalogue::Category;
use phr_link::scope::{Detail, Purpose};

use crate::show::input;

#[derive(Args, Debug)]
pub(crate) struct Narrow {
    /// Keep only this category (repeat for more)
    #[arg(long = "category", value_parser = category)]
    categories: Vec<Category>,
    /// Keep only this purpose (repeat for more)
    #[arg(long = "purpose", value_parser = purpose)]
    purposes: Vec<Purpose>,
    /// Give the whole of `authorization_details` instead, as JSON; it has to fit
    #[arg(long, conflicts_with_all = ["categories", "purposes"])]
    details: Option<String>,
}

fn category(code: &str) -> Result<Category, String> {
    Category::parse(code)
        .ok_or_else(|| "no such category; `phr-link catalogue list` shows them".to_owned())
}

fn purpose(word: &str) -> Result<Purpose, String> {
    Purpose::parse(word).ok_or_else(|| {
        let words: Vec<_> = Purpose::ALL
            .iter()
            .map(|purpose| purpose.as_str())
            .collect();
        format!("no such purpose; there are {}", words.join(", "))
    })
}

impl Narrow {
    /// Gives what is left of `details`.
    pub(crate) fn apply(&self, details: &[Detail]) -> Result<Vec<Detail>> {
        if let Some(text) = &self.details {
            return serde_json::from_str(&input(text)?)
                .context("`--details` is not an array of authorization details");
        }
        let mut left = details.to_vec();
        for detail in &mut left {
            if !self.categories.is_empty() {
                detail
                    .datatypes
                    .retain(|code| self.categories.contains(code));
            }
            if !self.purposes.is_empty() {
                detail.purposes.retain(|word| self.purposes.contains(word));
            }
        }
        left.retain(|detail| !detail.datatypes.is_empty() && !detail.purposes.is_empty());
        ensure!(
            !left.is_empty(),
            "nothing is left of what there is to share"
        );
        Ok(left)
    }
}
