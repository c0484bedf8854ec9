//! What has to hold of a catalogue, beside what its types say.

use std::collections::BTreeSet;
use std::fmt;

use super::{Catalogue, Criterion, Kind, Level, Text};
use crate::outcome::Assurance;

/// A fault of a catalogue.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Fault {
    /// The criterion.
    pub id: String,
    /// What is wrong.
    pub what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.id, self.what)
    }
}

impl Catalogue {
    /// Finds what is wrong with a catalogue, given the names of the checks that there are.
    #[must_use]
    pub fn lint(&self, checks: &[&str]) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut seen = BTreeSet::new();
        for criterion in &self.criteria {
            let mut fault = |what: String| {
                faults.push(Fault {
                    id: criterion.id.clone(),
                    what,
                });
            };
            if !seen.insert(&criterion.id) {
                fault("another criterion has this name".to_owned());
            }
            for what in own_faults(criterion) {
                fault(what);
            }
            for check in &criterion.checks {
                if !checks.contains(&check.as_str()) {
                    fault(format!("there is no check {check}"));
                }
            }
        }
        for check in checks {
            let is_used = |criterion: &Criterion| criterion.checks.iter().any(|one| one == check);
            if !self.criteria.iter().any(is_used) {
                faults.push(Fault {
                    id: (*check).to_owned(),
                    what: "no criterion rests on this check".to_owned(),
                });
            }
        }
        faults
    }

    /// Lists what each criterion rests on, as CSV.
    #[must_use]
    pub fn coverage(&self) -> String {
        let mut text =
            String::from("id,level,chapter,roles,kinds,checks,evidence,attest,source\r\n");
        for criterion in &self.criteria {
            let roles: Vec<_> = criterion.roles.iter().map(|role| role.as_str()).collect();
            let kinds: Vec<_> = criterion
                .kinds
                .iter()
                .map(|kind| format!("{kind:?}").to_lowercase())
                .collect();
            let evidence: Vec<_> = criterion
                .evidence
                .iter()
                .map(|one| one.key.as_str())
                .collect();
            let sources: Vec<_> = criterion
                .source
                .iter()
                .map(|source| {
                    format!(
                        "{} ({})",
                        source.doc,
                        format!("{:?}", source.status).to_lowercase()
                    )
                })
                .collect();
            let fields = [
                criterion.id.clone(),
                format!("{:?}", criterion.level).to_uppercase(),
                criterion.chapter.clone(),
                roles.join(" "),
                kinds.join(" "),
                criterion.checks.join(" "),
                evidence.join(" "),
                if criterion.attest.is_some() {
                    "yes"
                } else {
                    ""
                }
                .to_owned(),
                sources.join("; "),
            ];
            text.push_str(
                &fields
                    .map(|field| crate::report::csv::field(&field))
                    .join(","),
            );
            text.push_str("\r\n");
        }
        text
    }
}

fn own_faults(criterion: &Criterion) -> Vec<String> {
    let mut faults = Vec::new();
    let mut texts = vec![
        &criterion.title,
        &criterion.statement,
        &criterion.remediation,
    ];
    texts.extend(criterion.evidence.iter().map(|one| &one.prompt));
    texts.extend(&criterion.attest);
    if texts
        .iter()
        .any(|text| text.ja.trim().is_empty() || text.en.trim().is_empty())
    {
        faults.push("a text is empty in one language".to_owned());
    }
    if texts.iter().any(|text| !is_japanese(text)) {
        faults.push("a Japanese text has nothing Japanese in it".to_owned());
    }
    if criterion.source.is_empty()
        || criterion
            .source
            .iter()
            .any(|source| source.clause.is_empty())
    {
        faults.push("a source names no place".to_owned());
    }
    if criterion.roles.is_empty() || criterion.kinds.is_empty() {
        faults.push("it has no role or no kind".to_owned());
    }
    let has = |kind| criterion.kinds.contains(&kind);
    let pairs = [
        (Kind::Auto, !criterion.checks.is_empty(), "checks"),
        (Kind::Evidence, !criterion.evidence.is_empty(), "evidence"),
        (Kind::Attest, criterion.attest.is_some(), "attest"),
    ];
    for (kind, is_there, name) in pairs {
        if has(kind) != is_there {
            faults.push(format!("`kinds` and `{name}` do not fit"));
        }
    }
    if !criterion.kinds.is_sorted() {
        faults.push("`kinds` are not in order, the strongest first".to_owned());
    }
    // What counts at least has to be reachable.
    let strongest = match criterion.kinds.first() {
        Some(Kind::Auto) => Assurance::Tested,
        Some(Kind::Evidence) => Assurance::Examined,
        _ => Assurance::Declared,
    };
    if criterion.min_assurance > strongest {
        faults.push("no kind reaches `min_assurance`".to_owned());
    }
    if criterion.level == Level::Must && criterion.kinds.is_empty() {
        faults.push("a duty that nothing shows".to_owned());
    }
    if !["low", "medium", "high"].contains(&criterion.effort.as_str()) {
        faults.push("`effort` is none of low, medium, high".to_owned());
    }
    faults
}

fn is_japanese(text: &Text) -> bool {
    text.ja
        .chars()
        .any(|sign| ('\u{3040}'..='\u{9fff}').contains(&sign))
}
