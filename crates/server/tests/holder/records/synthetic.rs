//! The people who do not exist, and their records.

use std::collections::BTreeSet;

use phr_link::Day;
use phr_link::catalogue::Category;
use phr_link_server::records::Record;
use phr_link_server::records::synthetic::{EACH, PEOPLE, records};
use serde_json::Value;

/// What FHIR R4 requires of each kind of resource, `a|b` where one of a choice has to be there.
const REQUIRED: [(&str, &[&str]); 17] = [
    ("AllergyIntolerance", &["patient", "clinicalStatus"]),
    ("Basic", &["code"]),
    ("CarePlan", &["status", "intent", "subject"]),
    (
        "Composition",
        &["status", "type", "date", "author", "title"],
    ),
    ("Condition", &["subject"]),
    (
        "Consent",
        &["status", "scope", "category", "policy|policyRule"],
    ),
    ("Coverage", &["status", "beneficiary", "payor"]),
    ("DiagnosticReport", &["status", "code"]),
    ("Encounter", &["status", "class"]),
    (
        "ExplanationOfBenefit",
        &[
            "status",
            "type",
            "use",
            "patient",
            "created",
            "insurer",
            "provider",
            "outcome",
            "insurance",
        ],
    ),
    ("ImagingStudy", &["status", "subject"]),
    (
        "Immunization",
        &[
            "status",
            "vaccineCode",
            "patient",
            "occurrenceDateTime|occurrenceString",
        ],
    ),
    (
        "MedicationRequest",
        &[
            "status",
            "intent",
            "subject",
            "medicationCodeableConcept|medicationReference",
        ],
    ),
    (
        "MedicationStatement",
        &[
            "status",
            "subject",
            "medicationCodeableConcept|medicationReference",
        ],
    ),
    ("Observation", &["status", "code"]),
    ("Procedure", &["status", "subject"]),
    ("QuestionnaireResponse", &["status"]),
];

fn today() -> Day {
    Day::parse("2026-11-24").unwrap()
}

fn all() -> Vec<Record> {
    PEOPLE
        .iter()
        .flat_map(|person| records(person, today()))
        .collect()
}

#[test]
fn every_person_has_records_in_every_category() {
    assert_eq!(Category::all().count(), 39);
    for person in &PEOPLE {
        let records = records(person, today());
        assert_eq!(records.len(), 39 * EACH);
        for category in Category::all() {
            let own: Vec<_> = records
                .iter()
                .filter(|record| record.category == category.code())
                .collect();
            assert_eq!(own.len(), EACH, "{}", category.code());
            // Every one can be placed in time, and one is recent enough for every source.
            let days: Vec<_> = own
                .iter()
                .map(|record| phr_link::covered_days(record.meta.date.as_deref().unwrap()).unwrap())
                .collect();
            assert!(days.iter().any(|(first, _)| *first >= today().plus(-30)));
            assert!(days.iter().any(|(_, last)| *last < today().plus(-3 * 365)));
        }
    }
}

#[test]
fn every_record_is_fhir_says_that_it_is_made_up_and_is_the_same_everywhere() {
    let made = all();
    let text = |records: &[Record]| {
        records
            .iter()
            .map(|record| record.resource.to_string())
            .collect::<Vec<_>>()
            .join("\n")
    };
    assert_eq!(text(&made), text(&all()));
    // The hash of what is made: whoever changes it changes what every demonstration shows.
    assert_eq!(phr_link::token::s256(&text(&made)), HASH);
    let mut names = BTreeSet::new();
    for Record { resource, .. } in &made {
        let kind = resource["resourceType"].as_str().unwrap();
        let (_, required) = REQUIRED.iter().find(|(name, _)| *name == kind).unwrap();
        for name in *required {
            let mut choice = name.split('|');
            assert!(
                choice.any(|name| !resource[name].is_null()),
                "{kind} has no {name}"
            );
        }
        let tags = resource["meta"]["tag"].as_array().unwrap();
        assert!(tags.iter().any(|tag| tag["code"] == "HTEST"), "{kind}");
        let id = resource["id"].as_str().unwrap();
        assert!(names.insert(format!("{kind}/{id}")), "two have one name");
        assert_has_no_empty(resource);
    }
}

const HASH: &str = "z0-Ws1Ka5zDBYfKafmr3US7LqsE1uoM4vF3QKlrRvtE";

/// FHIR has no empty strings, arrays or objects, and no nulls outside arrays.
fn assert_has_no_empty(value: &Value) {
    match value {
        Value::Null => panic!("null"),
        Value::String(text) => assert!(!text.is_empty()),
        Value::Array(items) => {
            assert!(!items.is_empty());
            items.iter().for_each(assert_has_no_empty);
        }
        Value::Object(members) => {
            assert!(!members.is_empty());
            members.values().for_each(assert_has_no_empty);
        }
        _ => {}
    }
}

#[test]
fn nothing_in_them_looks_like_a_my_number() {
    for record in all() {
        let text = record.resource.to_string();
        let mut run = 0;
        for letter in text.chars() {
            run = if letter.is_ascii_digit() { run + 1 } else { 0 };
            assert!(run < 9, "a long number");
        }
        strings(&record.resource, &mut |text| {
            assert!(!phr_link::identifier::looks_like_my_number(text), "{text}");
        });
    }
}

fn strings(value: &Value, look: &mut impl FnMut(&str)) {
    match value {
        Value::String(text) => look(text),
        Value::Array(items) => items.iter().for_each(|item| strings(item, look)),
        Value::Object(members) => members.values().for_each(|member| strings(member, look)),
        _ => {}
    }
}

#[test]
fn names_do_not_tell_how_many_there_are() {
    // A number that is missing in a row of numbers would tell of a hidden diagnosis.
    for record in all() {
        let id = record.resource["id"].as_str().unwrap();
        assert!(
            id.len() == 24 && id.bytes().all(|byte| byte.is_ascii_lowercase()),
            "{id}"
        );
    }
}
