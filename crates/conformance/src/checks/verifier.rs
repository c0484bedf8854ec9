//! Checks of a verifier: one a family of vectors. Each is bracketed by a request that has to be
//! permitted, so that a verifier that refuses everything is not taken for a strict one.

use serde_json::{Value, json};

use super::Check;
use crate::criteria::Text;
use crate::outcome::Outcome;
use crate::report::{CaseResult, CheckResult};
use crate::runner::{Answer, Verifier};
use crate::scene::Scene;
use crate::vectors::Vector;

/// After how many cases the control is asked again.
const BRACKET: usize = 25;

/// The checks.
pub const CHECKS: &[Check] = &[
    Check::new(
        "verifier.encoding",
        "base64urlとJSONの読み方",
        "How base64url and JSON are read",
    ),
    Check::new(
        "verifier.header",
        "ヘッダーの扱い",
        "What is believed of a header",
    ),
    Check::new(
        "verifier.signature",
        "Ed25519署名の検証",
        "Ed25519 signatures",
    ),
    Check::new("verifier.time", "期限と時刻", "Times and expiry"),
    Check::new(
        "verifier.kinds",
        "種類・発行者・宛先",
        "Kinds, issuers and audiences",
    ),
    Check::new("verifier.claims", "クレームの形", "The form of claims"),
    Check::new(
        "verifier.proof",
        "要求ごとの証明",
        "The proof of each request",
    ),
    Check::new("verifier.chain", "委任の鎖", "Chains of delegation"),
    Check::new("verifier.scope", "許可の範囲", "The scope of a grant"),
    Check::new(
        "verifier.catalogue",
        "区分ごとの規則",
        "The rules of each category",
    ),
    Check::new("verifier.status", "取消の状態", "Revocation status"),
    Check::new(
        "verifier.trust",
        "信頼リストと認証マーク",
        "Trust lists and marks",
    ),
    Check::new("verifier.consent", "同意の検証", "Consents"),
];

/// The check that a vector belongs to.
#[must_use]
pub fn check_of(vector: &Vector) -> String {
    format!(
        "verifier.{}",
        vector.id.split('/').next().unwrap_or_default()
    )
}

/// Puts the vectors to a verifier, check after check; `progress` hears of each check's end.
pub fn run(
    verifier: &mut dyn Verifier,
    vectors: &[Vector],
    mut progress: impl FnMut(&CheckResult),
) -> Vec<CheckResult> {
    let control = Scene::permitted().decide();
    CHECKS
        .iter()
        .filter_map(|check| {
            let own: Vec<_> = vectors
                .iter()
                .filter(|vector| check_of(vector) == check.id)
                .collect();
            (!own.is_empty()).then(|| {
                let result = one(verifier, check, &own, &control);
                progress(&result);
                result
            })
        })
        .collect()
}

fn one(
    verifier: &mut dyn Verifier,
    check: &Check,
    vectors: &[&Vector],
    control: &Value,
) -> CheckResult {
    let mut cases = Vec::with_capacity(vectors.len());
    let mut is_sound = is_permitted(verifier, control);
    for batch in vectors.chunks(BRACKET) {
        cases.extend(batch.iter().map(|vector| case(verifier, vector)));
        is_sound &= is_permitted(verifier, control);
    }
    let mut outcome = Outcome::of_all(cases.iter().map(|case: &CaseResult| case.outcome));
    let mut note = None;
    if !is_sound && outcome != Outcome::Error {
        // What refuses an honest request says nothing by refusing a hostile one; what it lets pass
        // is wrong all the same.
        let lets_pass = |case: &CaseResult| {
            let decision = case.observed.split(' ').next().unwrap_or_default();
            case.outcome == Outcome::Fail && ["permit", "accept"].contains(&decision)
        };
        if !cases.iter().any(lets_pass) {
            outcome = Outcome::Inconclusive;
        }
        note = Some(Text::new(
            "正しい要求が認められなかったため、拒否からは何も言えません。",
            "An honest request was not permitted, so nothing can be said from refusals.",
        ));
    }
    CheckResult {
        id: check.id.to_owned(),
        title: check.title(),
        outcome,
        note,
        cases,
    }
}

fn is_permitted(verifier: &mut dyn Verifier, control: &Value) -> bool {
    matches!(verifier.ask(control), Answer::Said { decision, .. } if decision == "permit")
}

fn case(verifier: &mut dyn Verifier, vector: &Vector) -> CaseResult {
    let expected = words(&vector.expect.decision, vector.expect.code.as_deref());
    let (outcome, observed) = match verifier.ask(&vector.input) {
        Answer::Said { decision, code } => {
            let observed = words(&decision, code.as_deref());
            let outcome = if observed == expected {
                Outcome::Pass
            } else if decision == vector.expect.decision
                && ["deny", "reject"].contains(&decision.as_str())
            {
                // Refused, and for another reason: safe, and of little help to whoever asks why.
                Outcome::Warn
            } else {
                Outcome::Fail
            };
            (outcome, observed)
        }
        Answer::Crashed => (Outcome::Fail, "crash".to_owned()),
        Answer::Silent => (Outcome::Error, "no answer in time".to_owned()),
        Answer::Garbled => (Outcome::Error, "no answer that can be read".to_owned()),
    };
    CaseResult {
        id: vector.id.clone(),
        comment: vector.comment.clone(),
        covers: vector.covers.clone(),
        outcome,
        expected,
        observed,
        sent: (outcome != Outcome::Pass).then(|| cut(&vector.input)),
    }
}

fn words(decision: &str, code: Option<&str>) -> String {
    code.map_or_else(|| decision.to_owned(), |code| format!("{decision} {code}"))
}

/// The call without the lists around it, which every vector has.
fn cut(input: &Value) -> String {
    let mut input = input.clone();
    if let Some(call) = input.as_object_mut() {
        for name in ["trust", "status"] {
            if call.contains_key(name) {
                call.insert(name.to_owned(), json!("…"));
            }
        }
    }
    let text = input.to_string();
    let is_long = text.chars().count() > 4_000;
    let mut short: String = text.chars().take(4_000).collect();
    if is_long {
        short.push('…');
    }
    short
}
