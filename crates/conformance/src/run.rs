//! From what the checks showed to what follows for each criterion, and for all.

use std::collections::{BTreeMap, BTreeSet};

use phr_link::contract::DateTime;
use phr_link::time::Timestamp;

use crate::checks::role_of;
use crate::criteria::{Catalogue, Combine, Criterion, Evidence, Kind, Level, Role, Text};
use crate::dossier::Dossier;
use crate::outcome::{Assurance, Outcome, Verdict};
use crate::report::{
    AttestationResult, CatalogueRef, CheckResult, Counts, CriterionResult, Declaration,
    EvidenceResult, EvidenceState, Finding, Mode, Report, Run, SCHEMA, Target,
};

/// What is run, and for whom.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The criteria.
    pub catalogue: Catalogue,
    /// As what the target is tested.
    pub role: Role,
    /// Whether it may lead to a certificate.
    pub mode: Mode,
    /// What is tested.
    pub target: Target,
    /// What the applicant declares.
    pub facts: BTreeMap<String, bool>,
    /// Documents and answers.
    pub dossier: Dossier,
    /// The command that does it again.
    pub command: String,
}

/// One way in which a criterion can be shown, and what it came to.
struct Shown {
    outcome: Outcome,
    assurance: Assurance,
    because: Text,
}

impl Plan {
    /// The criteria that concern the role.
    pub fn criteria(&self) -> impl Iterator<Item = &Criterion> {
        self.catalogue
            .criteria
            .iter()
            .filter(|criterion| criterion.roles.contains(&self.role))
    }

    /// Says what follows from what the checks showed.
    #[must_use]
    pub fn conclude(
        &self,
        mut checks: Vec<CheckResult>,
        started: Timestamp,
        ended: Timestamp,
    ) -> Report {
        checks.sort_by(|left, right| left.id.cmp(&right.id));
        let criteria: Vec<_> = self
            .criteria()
            .map(|criterion| self.judge(criterion, &checks, ended))
            .collect();
        let duties = criteria.iter().filter(|one| one.level == Level::Must);
        let mut verdict = Verdict::of(duties.map(|one| (one.outcome, one.is_met)));
        // What answered nothing that could be read was not tested, whatever else was shown.
        let silent = |check: &CheckResult| check.outcome == Outcome::Error;
        if !checks.is_empty() && checks.iter().all(silent) {
            verdict = Verdict::Invalid;
        }
        let findings = findings(&checks, &criteria);
        Report {
            schema: SCHEMA.to_owned(),
            run: Run {
                id: format!("run-{}", started.as_secs()),
                mode: self.mode,
                role: self.role,
                tool: concat!("phr-link-conformance ", env!("CARGO_PKG_VERSION")).to_owned(),
                catalogue: CatalogueRef {
                    id: self.catalogue.id.clone(),
                    version: self.catalogue.version.clone(),
                    digest: self.catalogue.digest.clone(),
                },
                declaration: Declaration {
                    digest: crate::hostile::s256(&format!("{:?}", self.facts)),
                    facts: self.facts.clone(),
                },
                started: DateTime(started).to_string(),
                ended: DateTime(ended).to_string(),
                command: self.command.clone(),
            },
            target: self.target.clone(),
            verdict,
            counts: counts(&criteria, &checks),
            criteria,
            checks,
            findings,
        }
    }

    fn judge(
        &self,
        criterion: &Criterion,
        checks: &[CheckResult],
        now: Timestamp,
    ) -> CriterionResult {
        let applies = criterion
            .when
            .as_ref()
            .map_or(Some(true), |when| when.holds(&self.facts));
        let own: Vec<_> = criterion
            .checks
            .iter()
            .filter(|id| role_of(id) == self.role)
            .cloned()
            .collect();
        let evidence: Vec<_> = criterion
            .evidence
            .iter()
            .map(|one| self.evidence(criterion, one, now))
            .collect();
        let attestation = criterion.attest.clone().map(|question| {
            let given = self.dossier.attestation(&criterion.id);
            AttestationResult {
                question,
                answer: given.map(|given| given.answer),
                by: given.map(|given| given.by.clone()),
            }
        });
        let shown: Vec<_> = criterion
            .kinds
            .iter()
            .filter_map(|kind| match kind {
                // Another role's checks say nothing about this one.
                Kind::Auto if own.is_empty() => None,
                Kind::Auto => Some(by_checks(&own, checks)),
                Kind::Evidence => Some(by_evidence(&evidence)),
                Kind::Attest => attestation.as_ref().map(by_word),
            })
            .collect();
        let (outcome, assurance, because) = conclude(applies, criterion.combine, &shown);
        let is_met = matches!(outcome, Outcome::Pass | Outcome::Warn)
            && assurance.is_some_and(|assurance| assurance >= criterion.min_assurance);
        let because = if matches!(outcome, Outcome::Pass | Outcome::Warn) && !is_met {
            Text::new(
                "示されたものは、この基準が求める確かさに足りません。",
                "What was shown is weaker than this criterion asks for.",
            )
        } else {
            because
        };
        CriterionResult {
            id: criterion.id.clone(),
            revision: criterion.revision,
            chapter: criterion.chapter.clone(),
            title: criterion.title.clone(),
            statement: criterion.statement.clone(),
            level: criterion.level,
            source: criterion.source.clone(),
            outcome,
            assurance,
            is_met,
            because,
            checks: own,
            evidence,
            attestation,
            remediation: criterion.remediation.clone(),
        }
    }

    fn evidence(&self, criterion: &Criterion, wanted: &Evidence, now: Timestamp) -> EvidenceResult {
        let given = self.dossier.evidence(&criterion.id, &wanted.key);
        let state = given.map_or(EvidenceState::Missing, |given| {
            given.state(wanted.max_age_days, now)
        });
        EvidenceResult {
            key: wanted.key.clone(),
            prompt: wanted.prompt.clone(),
            state,
            file: given.map(|given| given.file.clone()),
            s256: given.map(|given| given.s256.clone()),
        }
    }
}

/// Adds up the ways in which a criterion was shown.
fn conclude(
    applies: Option<bool>,
    combine: Combine,
    shown: &[Shown],
) -> (Outcome, Option<Assurance>, Text) {
    match applies {
        Some(false) => {
            let because = Text::new(
                "実装宣言により対象外です。",
                "The declaration says that it does not apply.",
            );
            return (Outcome::NotApplicable, None, because);
        }
        None => {
            let because = Text::new(
                "対象かどうかが実装宣言で答えられていません。",
                "The declaration does not say whether it applies.",
            );
            return (Outcome::Inconclusive, None, because);
        }
        Some(true) => {}
    }
    let outcomes = shown.iter().map(|one| one.outcome);
    let outcome = match combine {
        Combine::All => Outcome::of_all(outcomes),
        Combine::Any => Outcome::of_any(outcomes),
    };
    let because = shown.iter().find(|one| one.outcome == outcome).map_or_else(
        || {
            Text::new(
                "この役割での確認方法が、まだこの道具にありません。",
                "This suite has no way yet to show it for this role.",
            )
        },
        |one| one.because.clone(),
    );
    let held = shown
        .iter()
        .filter(|one| matches!(one.outcome, Outcome::Pass | Outcome::Warn));
    (outcome, held.map(|one| one.assurance).max(), because)
}

fn by_checks(own: &[String], checks: &[CheckResult]) -> Shown {
    let ran: Vec<_> = own
        .iter()
        .filter_map(|id| checks.iter().find(|check| check.id == *id))
        .collect();
    let missing = own.len() - ran.len();
    let outcome = if missing > 0 {
        Outcome::of_all(
            ran.iter()
                .map(|check| check.outcome)
                .chain([Outcome::Inconclusive]),
        )
    } else {
        Outcome::of_all(ran.iter().map(|check| check.outcome))
    };
    let cases: usize = ran.iter().map(|check| check.cases.len()).sum();
    let failed: usize = ran
        .iter()
        .flat_map(|check| &check.cases)
        .filter(|case| case.outcome == Outcome::Fail)
        .count();
    let because = match outcome {
        Outcome::Pass => Text::new(
            &format!("{cases}件の事例がすべて期待どおりでした。"),
            &format!("All of {cases} cases were as expected."),
        ),
        Outcome::Warn => Text::new(
            "守られていますが、期待と異なるやり方の事例があります。",
            "It is kept, though some cases were answered in another manner.",
        ),
        Outcome::Fail => Text::new(
            &format!("{cases}件の事例のうち{failed}件が期待と違いました。"),
            &format!("{failed} of {cases} cases were not as expected."),
        ),
        Outcome::Error => Text::new(
            "対象から答えが得られませんでした。",
            "The target did not answer.",
        ),
        _ if missing > 0 => Text::new(
            "まだ実行されていない検査があります。",
            "Some of its checks did not run.",
        ),
        _ => Text::new(
            "正しい要求が通らなかったため、何も言えません。",
            "Nothing can be said, since an honest request was refused.",
        ),
    };
    Shown {
        outcome,
        assurance: Assurance::Tested,
        because,
    }
}

fn by_evidence(evidence: &[EvidenceResult]) -> Shown {
    let of = |state| match state {
        EvidenceState::Accepted => Outcome::Pass,
        EvidenceState::Submitted => Outcome::Review,
        EvidenceState::Missing | EvidenceState::Expired => Outcome::Inconclusive,
        EvidenceState::Rejected => Outcome::Fail,
    };
    let outcome = Outcome::of_all(evidence.iter().map(|one| of(one.state)));
    let because = match outcome {
        Outcome::Pass => Text::new(
            "審査員が資料を認めました。",
            "An assessor accepted the documents.",
        ),
        Outcome::Review => Text::new(
            "資料が審査員の判断を待っています。",
            "The documents wait for an assessor.",
        ),
        Outcome::Fail => Text::new(
            "審査員が資料を認めませんでした。",
            "An assessor did not accept the documents.",
        ),
        _ => Text::new(
            "必要な資料がないか、期限を過ぎています。",
            "A document is missing or too old.",
        ),
    };
    Shown {
        outcome,
        assurance: Assurance::Examined,
        because,
    }
}

fn by_word(attestation: &AttestationResult) -> Shown {
    let (outcome, because) = match attestation.answer {
        Some(true) => (
            Outcome::Pass,
            Text::new(
                "事業者が「はい」と答えました。本ツールでは検証していません。",
                "The applicant says yes. This suite did not verify it.",
            ),
        ),
        Some(false) => (
            Outcome::Fail,
            Text::new("事業者が「いいえ」と答えました。", "The applicant says no."),
        ),
        None => (
            Outcome::Inconclusive,
            Text::new(
                "事業者の回答がありません。",
                "The applicant has not answered.",
            ),
        ),
    };
    Shown {
        outcome,
        assurance: Assurance::Declared,
        because,
    }
}

fn counts(criteria: &[CriterionResult], checks: &[CheckResult]) -> Counts {
    let mut counts = Counts {
        checks: checks.len(),
        cases: checks.iter().map(|check| check.cases.len()).sum(),
        ..Counts::default()
    };
    for criterion in criteria {
        *counts.outcomes.entry(criterion.outcome).or_default() += 1;
        if let Some(assurance) = criterion.assurance.filter(|_| criterion.is_met) {
            *counts.met.entry(assurance).or_default() += 1;
        }
    }
    counts
}

/// Folds failures that show the same in the same check.
fn findings(checks: &[CheckResult], criteria: &[CriterionResult]) -> Vec<Finding> {
    let mut causes: BTreeMap<(&str, &str, &str), Vec<String>> = BTreeMap::new();
    for check in checks {
        for case in check
            .cases
            .iter()
            .filter(|case| case.outcome == Outcome::Fail)
        {
            let cause = (
                check.id.as_str(),
                case.expected.as_str(),
                case.observed.as_str(),
            );
            causes.entry(cause).or_default().push(case.id.clone());
        }
    }
    causes
        .into_iter()
        .enumerate()
        .map(|(at, ((check, expected, observed), cases))| {
            let concerned: BTreeSet<_> = criteria
                .iter()
                .filter(|criterion| criterion.checks.iter().any(|id| id == check))
                .map(|criterion| criterion.id.clone())
                .collect();
            Finding {
                number: at + 1,
                check: check.to_owned(),
                expected: expected.to_owned(),
                observed: observed.to_owned(),
                cases,
                criteria: concerned.into_iter().collect(),
            }
        })
        .collect()
}
