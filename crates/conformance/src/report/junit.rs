//! The report as JUnit XML, for build servers: a suite a check, a test a case.

use anyhow::Result;
use quick_junit::{NonSuccessKind, Property, TestCase, TestCaseStatus, TestSuite};

use super::{CaseResult, CheckResult, Report};
use crate::outcome::Outcome;

/// Writes it. What is not decided is skipped, with `strict` it fails: a build that has to be conforming is
/// then not green while anything is open.
///
/// # Errors
/// if a text cannot be written as XML
pub fn write(report: &Report, strict: bool) -> Result<String> {
    let name = format!("{} {}", report.target.name, report.target.version);
    let mut junit = quick_junit::Report::new(plain(&name));
    for check in &report.checks {
        let mut suite = TestSuite::new(plain(&check.id));
        let concerned = report
            .criteria
            .iter()
            .filter(|criterion| criterion.checks.contains(&check.id));
        let ids: Vec<_> = concerned.map(|criterion| criterion.id.as_str()).collect();
        suite.add_property(Property::new("criteria", plain(&ids.join(" "))));
        suite.add_property(Property::new("outcome", check.outcome.as_str()));
        suite.add_test_cases(check.cases.iter().map(|case| one(check, case, strict)));
        junit.add_test_suite(suite);
    }
    let mut open = TestSuite::new("criteria");
    for criterion in &report.criteria {
        let mut status = status(criterion.outcome, criterion.is_met, strict);
        status.set_message(plain(&criterion.because.en));
        let mut case = TestCase::new(plain(&criterion.id), status);
        let level = format!("{:?}", criterion.level).to_uppercase();
        case.add_property(Property::new("level", level));
        open.add_test_case(case);
    }
    junit.add_test_suite(open);
    Ok(junit.to_string()?)
}

fn one(check: &CheckResult, case: &CaseResult, strict: bool) -> TestCase {
    // A check whose controls failed shows nothing by its cases.
    let is_set_aside = check.outcome == Outcome::Inconclusive && case.outcome == Outcome::Pass;
    let outcome = if is_set_aside {
        Outcome::Inconclusive
    } else {
        case.outcome
    };
    let mut status = status(outcome, outcome == Outcome::Pass, strict);
    status.set_message(plain(&format!(
        "expected {}, observed {}",
        case.expected, case.observed
    )));
    let mut junit = TestCase::new(plain(&case.id), status);
    junit.set_classname(plain(&check.id));
    if outcome == Outcome::Warn {
        junit.add_property(Property::new("warning", plain(&case.observed)));
    }
    junit
}

fn status(outcome: Outcome, is_met: bool, strict: bool) -> TestCaseStatus {
    match outcome {
        Outcome::Pass | Outcome::Warn if is_met || outcome == Outcome::Warn => {
            TestCaseStatus::success()
        }
        Outcome::Fail => TestCaseStatus::non_success(NonSuccessKind::Failure),
        Outcome::Error => TestCaseStatus::non_success(NonSuccessKind::Error),
        Outcome::NotApplicable => TestCaseStatus::skipped(),
        _ if strict => TestCaseStatus::non_success(NonSuccessKind::Failure),
        _ => TestCaseStatus::skipped(),
    }
}

/// XML has no place for control characters.
fn plain(text: &str) -> String {
    text.chars()
        .map(|sign| if sign.is_control() { '\u{fffd}' } else { sign })
        .collect()
}
