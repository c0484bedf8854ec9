//! The core answers every vector with the exact code, and the committed files are the generated ones.

use std::collections::{BTreeMap, BTreeSet};

use phr_link_conformance::checks::verifier;
use phr_link_conformance::outcome::Outcome;
use phr_link_conformance::runner::Reference;
use phr_link_conformance::vectors::all;

/// Every check passes, so each vector's answer was the expected one to the letter.
#[test]
fn every_vector_gets_its_exact_code() {
    let vectors = all();
    let results = verifier::run(&mut Reference::default(), &vectors, |_| {});
    let cases: Vec<_> = results.iter().flat_map(|check| &check.cases).collect();
    assert_eq!(cases.len(), vectors.len(), "each vector belongs to a check");
    let odd: Vec<_> = cases
        .iter()
        .filter(|case| case.outcome != Outcome::Pass)
        .map(|case| {
            format!(
                "{}: expected {}, got {}",
                case.id, case.expected, case.observed
            )
        })
        .collect();
    assert!(
        odd.is_empty(),
        "{} mismatches\n{}",
        odd.len(),
        odd.join("\n")
    );
    assert!(results.iter().all(|check| check.outcome == Outcome::Pass));
}

#[test]
fn names_are_unique_and_a_third_comes_from_elsewhere() {
    let vectors = all();
    let ids: BTreeSet<_> = vectors.iter().map(|vector| &vector.id).collect();
    assert_eq!(ids.len(), vectors.len());
    assert!(vectors.len() >= 200);
    let outside = vectors
        .iter()
        .filter(|vector| vector.origin != "generated")
        .count();
    println!("{} vectors, {outside} of them from outside", vectors.len());
    assert!(3 * outside >= vectors.len());
}

#[test]
fn every_code_of_the_verdict_is_expected_somewhere() {
    let seen: BTreeSet<_> = all()
        .into_iter()
        .filter_map(|vector| vector.expect.code)
        .collect();
    for code in phr_link::Code::ALL {
        let text = code.as_str();
        let of_verdict = [
            "token.",
            "header.",
            "claims.",
            "binding.",
            "issuer.",
            "audience.",
            "grant.",
            "delegation.",
            "chain.",
            "proof.",
            "scope.",
            "catalogue.",
            "mark.",
            "trust.",
        ]
        .iter()
        .any(|noun| text.starts_with(noun));
        // What needs a service or a memory is tested there.
        let elsewhere = [
            "claims.jti-reused",
            // One version is known, so another is refused before two can be compared.
            "scope.datatypes-ver-wider",
        ]
        .contains(&text);
        assert!(
            !of_verdict || elsewhere || seen.contains(text),
            "no vector expects {text}"
        );
    }
}

#[test]
fn groups_have_the_size_they_are_known_to_have() {
    let mut groups: BTreeMap<String, usize> = BTreeMap::new();
    for vector in all() {
        let group = vector.id.split('/').next().unwrap().to_owned();
        *groups.entry(group).or_default() += 1;
    }
    let sizes: Vec<_> = groups
        .iter()
        .map(|(group, size)| format!("{group} {size}"))
        .collect();
    println!("{}", sizes.join(", "));
    assert_eq!(groups.len(), 13);
}
