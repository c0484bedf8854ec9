//! The matrix of deliberate mistakes and checks: every mistake is found, by a check that should find it,
//! and every check finds one.
//!
//! A mistake is chosen for the whole process, so this runs one after another.

use std::collections::BTreeSet;

use phr_link::mutant;

use expected::EXPECTED;

use crate::checks::verifier;
use crate::outcome::Outcome;
use crate::report::CheckResult;
use crate::runner::Reference;
use crate::vectors::Vector;

mod expected;

/// A mistake and what found it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Row {
    /// The mistake.
    pub mutant: &'static str,
    /// What is wrong.
    pub what: &'static str,
    /// The check that should find it.
    pub expected: Option<&'static str>,
    /// Those that did, each with the number of its cases that did.
    pub killers: Vec<(String, usize)>,
}

impl Row {
    /// Whether it was found as expected.
    #[must_use]
    pub fn is_killed(&self) -> bool {
        self.killers
            .iter()
            .any(|(check, _)| self.expected == Some(check.as_str()))
    }
}

/// Makes each mistake in turn and puts the vectors to it; `progress` hears of each.
#[must_use]
pub fn matrix(vectors: &[Vector], mut progress: impl FnMut(&Row)) -> Vec<Row> {
    let mut rows = Vec::new();
    for (id, what) in mutant::ALL {
        mutant::choose(Some(id));
        let results = verifier::run(&mut Reference::default(), vectors, |_| {});
        mutant::choose(None);
        let expected = EXPECTED.iter().find(|(_, ids)| ids.contains(id));
        let expected = expected.map(|(check, _)| *check);
        let row = Row {
            mutant: id,
            what,
            expected,
            killers: results.iter().filter_map(killer).collect(),
        };
        progress(&row);
        rows.push(row);
    }
    rows
}

fn killer(check: &CheckResult) -> Option<(String, usize)> {
    let found = check
        .cases
        .iter()
        .filter(|case| case.outcome != Outcome::Pass)
        .count();
    (check.outcome != Outcome::Pass).then(|| (check.id.clone(), found))
}

/// What is wrong with a matrix.
#[must_use]
pub fn faults(rows: &[Row]) -> Vec<String> {
    let mut faults = Vec::new();
    let mut killers = BTreeSet::new();
    for row in rows {
        killers.extend(row.killers.iter().map(|(check, _)| check.as_str()));
        match row.expected {
            None => faults.push(format!("{}: no check is expected to find it", row.mutant)),
            Some(check) if !row.is_killed() => {
                faults.push(format!("{}: {check} does not find it", row.mutant));
            }
            Some(_) => {}
        }
    }
    for check in verifier::CHECKS {
        if !killers.contains(check.id) {
            faults.push(format!("{}: finds no mistake at all", check.id));
        }
    }
    faults
}

/// The matrix as CSV: one line a mistake, one column a check, the number of its cases that found it.
#[must_use]
pub fn csv(rows: &[Row]) -> String {
    let mut text = String::from("mutant,what,expected");
    for check in verifier::CHECKS {
        text.push(',');
        text.push_str(check.id);
    }
    text.push('\n');
    for row in rows {
        let head =
            [row.mutant, row.what, row.expected.unwrap_or_default()].map(crate::report::csv::field);
        text.push_str(&head.join(","));
        for check in verifier::CHECKS {
            let found = row.killers.iter().find(|(id, _)| id == check.id);
            text.push(',');
            text.push_str(
                &found
                    .map(|(_, count)| count.to_string())
                    .unwrap_or_default(),
            );
        }
        text.push('\n');
    }
    text
}
