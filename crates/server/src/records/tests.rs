use phr_link::Day;
use phr_link::catalogue::{Category, Mode};
use phr_link::scope::Period;

use super::*;

fn filter(category: &str, mode: Mode) -> RecordFilter {
    RecordFilter {
        category: Category::parse(category).unwrap(),
        mode,
        institution_side: mode == Mode::Med,
        period: Period {
            from: Day::parse("2000-01-01"),
            to: Day::parse("2030-01-01"),
        },
        look_back_from: None,
        exclude: Vec::new(),
        released: None,
    }
}

#[test]
fn every_person_has_dated_records_in_every_category() {
    for person in &synthetic::PEOPLE {
        let records = synthetic::records(person);
        for category in Category::all() {
            let shown = release(&records, &filter(category.code(), Mode::Med));
            assert!(shown.len() >= 3, "{}", category.code());
        }
    }
}

#[test]
fn what_the_person_was_not_told_leaves_no_trace_on_the_patient_side() {
    let records = synthetic::records(&synthetic::PEOPLE[0]);
    for category in Category::all() {
        let shown = release(&records, &filter(category.code(), Mode::Phr));
        let text = searchset("https://h.example", &shown).to_string();
        assert!(
            !text.contains("disclosed-diagnosis-0"),
            "{}",
            category.code()
        );
        assert!(!text.contains("disclosed-diagnosis-1") && !text.contains("UNINFORMED"));
    }
    let patient = release(&records, &filter("disclosed-diagnosis", Mode::Phr));
    let institution = release(&records, &filter("disclosed-diagnosis", Mode::Med));
    assert_eq!((patient.len(), institution.len()), (3, 4));
    assert!(
        institution
            .iter()
            .any(|resource| resource.to_string().contains("UNINFORMED"))
    );
    // The prescription that was given for it stays, without the reference.
    let prescriptions = release(&records, &filter("e-prescription", Mode::Phr));
    assert_eq!(prescriptions.len(), 5);
    assert!(prescriptions[0].get("reasonReference").is_none());
    assert!(prescriptions[2].get("reasonReference").is_some());
}

#[test]
fn published_samples_load_and_the_untold_diagnosis_vanishes() {
    let samples =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/samples/jp-clins");
    let Ok(loaded) = folder::load(&samples) else {
        println!("the published samples are not here");
        return;
    };
    assert!(loaded.refused.is_empty(), "{:?}", loaded.refused);
    assert!(loaded.records.len() >= 30, "{}", loaded.records.len());
    let untold = loaded
        .records
        .iter()
        .find(|record| record.meta.tags.iter().any(|tag| tag == "UNINFORMED"));
    let untold = untold.expect("a sample with the mark");
    let id = untold.resource["id"].as_str().unwrap();
    for category in Category::all() {
        let shown = release(&loaded.records, &filter(category.code(), Mode::Phr));
        let text = searchset("https://h.example", &shown).to_string();
        assert!(
            !text.contains(id) && !text.contains("UNINFORMED") && !text.contains("C169"),
            "{}",
            category.code()
        );
    }
    let institution = release(&loaded.records, &filter("disclosed-diagnosis", Mode::Med));
    assert!(Value::Array(institution).to_string().contains("UNINFORMED"));
}

#[test]
fn odd_files_are_refused_with_a_reason() {
    let folder = std::env::temp_dir().join(format!("phr-link-folder-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    for (name, bytes) in [
        ("empty.json", b"".to_vec()),
        ("truncated.json", b"{\"resourceType\":\"Cond".to_vec()),
        ("binary.json", vec![0xff, 0xfe, 0, 1]),
        ("deep.json", "[".repeat(100_000).into_bytes()),
        (
            "twice.json",
            br#"{"resourceType":"Condition","id":"a","id":"b"}"#.to_vec(),
        ),
        (
            "number.json",
            br#"{"resourceType":"Patient","identifier":[{"value":"1234-5678-9018"}]}"#.to_vec(),
        ),
        ("other.json", b"{}".to_vec()),
    ] {
        std::fs::write(folder.join(name), bytes).unwrap();
    }
    let loaded = folder::load(&folder).unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(loaded.refused.len(), 7, "{:?}", loaded.refused);
    assert!(loaded.records.is_empty());
}
