//! FHIR files in a folder.

use phr_link::catalogue::{Category, Mode};
use phr_link::scope::Flag;
use phr_link_server::records::{folder, release};
use serde_json::{Value, json};

use super::hidden::filter;
use super::write;

#[test]
fn each_kind_of_resource_finds_its_category() {
    let folder = tempfile::tempdir().unwrap();
    let cases = [
        ("Condition", json!({}), "disclosed-diagnosis"),
        ("AllergyIntolerance", json!({}), "allergy"),
        ("Observation", json!({}), "lab-result"),
        (
            "Observation",
            json!({"category": [{"coding": [{"code": "infectionRelated"}]}]}),
            "infection-result",
        ),
        ("MedicationRequest", json!({}), "e-prescription"),
        ("CarePlan", json!({}), "treatment-plan"),
        (
            "Composition",
            json!({"type": {"coding": [{"code": "18842-5"}]}}),
            "discharge-summary",
        ),
        (
            "Bundle",
            json!({"type": "document", "entry": [{"resource": {"resourceType": "Composition", "type": {"coding": [{"code": "53576-5"}]}}}]}),
            "checkup-document",
        ),
        ("Bundle", json!({"type": "document"}), "referral-document"),
    ];
    for (at, (kind, more, _)) in cases.iter().enumerate() {
        let mut resource = json!({"resourceType": kind, "id": format!("r{at}")});
        crate::support::merge(&mut resource, more);
        write(folder.path(), &format!("{at}.json"), &resource);
    }
    write(
        folder.path(),
        "patient.json",
        &json!({"resourceType": "Patient", "id": "p"}),
    );
    std::fs::write(folder.path().join("notes.txt"), "no FHIR").unwrap();
    let loaded = folder::load(folder.path()).unwrap();
    assert_eq!((&loaded.refused[..], loaded.skipped), (&[][..], 1));
    let found: Vec<_> = loaded
        .records
        .iter()
        .map(|record| record.category)
        .collect();
    assert_eq!(found, cases.map(|(_, _, category)| category));
}

#[test]
fn a_bundle_is_taken_apart_and_a_date_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let entry = |kind: &str, id: &str, name: &str, date: &str| json!({"resource": {"resourceType": kind, "id": id, name: date}});
    write(
        folder.path(),
        "all.json",
        &json!({"resourceType": "Bundle", "type": "collection", "entry": [
            entry("Condition", "a", "onsetDateTime", "2020-04-10"),
            entry("AllergyIntolerance", "b", "recordedDate", "2024-07-10"),
            entry("Observation", "c", "effectiveDateTime", "2021-07-05T11:19:41+09:00"),
            entry("MedicationRequest", "d", "authoredOn", "2021"),
        ]}),
    );
    let loaded = folder::load(folder.path()).unwrap();
    let dates: Vec<_> = loaded
        .records
        .iter()
        .map(|record| record.meta.date.as_deref().unwrap())
        .collect();
    assert_eq!(
        dates,
        [
            "2020-04-10",
            "2024-07-10",
            "2021-07-05T11:19:41+09:00",
            "2021"
        ]
    );
}

#[test]
fn sensitivity_that_no_label_tells_is_assumed() {
    let folder = tempfile::tempdir().unwrap();
    let labelled = |code: &str| json!({"resourceType": "MedicationRequest", "id": code, "meta": {"security": [{"code": code}]}});
    write(folder.path(), "a.json", &labelled("PSY"));
    write(folder.path(), "b.json", &labelled("N"));
    write(
        folder.path(),
        "c.json",
        &json!({"resourceType": "MedicationRequest", "id": "plain"}),
    );
    let loaded = folder::load(folder.path()).unwrap();
    let flags: Vec<_> = loaded
        .records
        .iter()
        .map(|record| record.meta.flags.clone())
        .collect();
    assert_eq!(
        flags,
        [
            vec![Flag::Mental],
            vec![],
            vec![Flag::Mental, Flag::Infection]
        ]
    );
}

#[test]
fn a_file_that_cannot_be_used_is_named_with_the_reason_and_nothing_of_what_it_holds() {
    let folder = tempfile::tempdir().unwrap();
    let secret = "himitsu";
    let my_number = "1234-5678-9018";
    let files: [(&str, Vec<u8>, &str); 11] = [
        ("a-empty.json", Vec::new(), "JSON"),
        ("b-broken.json", format!("{{\"resourceType\":\"Condition\",\"id\":\"{secret}").into(), "JSON"),
        ("c-binary.json", vec![0xff, 0xfe, 0, 1], "JSON"),
        ("d-deep.json", "[".repeat(100_000).into(), "JSON"),
        ("e-twice.json", format!(r#"{{"resourceType":"Condition","v":1.5,"id":"{secret}","id":"b"}}"#).into(), "twice"),
        ("f-bom.json", "\u{feff}{\"resourceType\":\"Patient\"}".into(), "JSON"),
        ("g-none.json", format!("{{\"id\":\"{secret}\"}}").into(), "FHIR"),
        ("h-unknown.json", format!("{{\"resourceType\":\"Dragon\",\"id\":\"{secret}\"}}").into(), "kind"),
        ("i-number.json", json!({"resourceType": "Patient", "identifier": [{"value": my_number}]}).to_string().into(), "My Number"),
        ("j-inside.json", json!({"resourceType": "Bundle", "type": "collection", "entry": [
            {"resource": {"resourceType": "Condition", "id": secret}},
            {"resource": {"resourceType": "Condition", "id": "b", "subject": {"identifier": {"value": my_number}}}},
        ]}).to_string().into(), "My Number"),
        ("k-entry.json", json!({"resourceType": "Bundle", "type": "collection", "entry": [
            {"resource": {"resourceType": "Condition", "id": secret}}, {"resource": {"resourceType": "Dragon"}},
        ]}).to_string().into(), "kind"),
    ];
    for (name, bytes, _) in &files {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    std::fs::create_dir(folder.path().join("l-folder.json")).unwrap();
    let loaded = folder::load(folder.path()).unwrap();
    // A file is taken as a whole or not at all.
    assert!(loaded.records.is_empty());
    assert_eq!(loaded.refused.len(), files.len() + 1);
    for (refused, (name, _, why)) in loaded.refused.iter().zip(&files) {
        assert_eq!(refused.file, *name);
        assert!(refused.why.contains(why), "{name}: {}", refused.why);
        assert!(!refused.why.contains(secret) && !refused.why.contains("1234"));
    }
    assert!(folder::load(&folder.path().join("nowhere")).is_err());
}

/// The resources that the Japanese FHIR working group publishes as examples of JP-CLINS.
#[test]
fn published_samples_load_and_the_untold_diagnosis_vanishes() {
    let samples =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/samples/jp-clins");
    let Ok(loaded) = folder::load(&samples) else {
        println!("skipped: the published samples are not at ../shared/samples/jp-clins");
        return;
    };
    assert_eq!(loaded.refused, []);
    let count = |category: &str| {
        loaded
            .records
            .iter()
            .filter(|record| record.category == category)
            .count()
    };
    let found = [
        "disclosed-diagnosis",
        "allergy",
        "lab-result",
        "e-prescription",
        "referral-document",
    ]
    .map(count);
    println!(
        "{} records, {} beside them; {found:?}",
        loaded.records.len(),
        loaded.skipped
    );
    assert!(found.iter().all(|count| *count > 0), "{found:?}");
    let untold = loaded
        .records
        .iter()
        .find(|record| record.meta.tags.iter().any(|tag| tag == "UNINFORMED"));
    let untold = untold.expect("a sample with the mark");
    let name = untold.resource["id"].as_str().unwrap();
    for category in Category::all() {
        let shown = Value::Array(release(
            &loaded.records,
            &filter(category.code(), Mode::Phr),
        ))
        .to_string();
        for trace in [name, "UNINFORMED", "C169", "20054178", "胃癌", "202934702"] {
            assert!(!shown.contains(trace), "{}: {trace}", category.code());
        }
        // And no more than that: everything else that has a date is there.
        let before = loaded
            .records
            .iter()
            .filter(|record| record.category == category.code() && record.meta.date.is_some());
        let hidden = usize::from(category.code() == "disclosed-diagnosis");
        let after = release(&loaded.records, &filter(category.code(), Mode::Phr)).len();
        assert_eq!(after, before.count() - hidden, "{}", category.code());
    }
    let institution = release(&loaded.records, &filter("disclosed-diagnosis", Mode::Med));
    let shown = institution
        .iter()
        .find(|resource| resource["id"] == name)
        .unwrap();
    assert_eq!(*shown, untold.resource);
}

#[test]
fn a_resource_may_name_its_category_but_none_that_its_kind_does_not_belong_to() {
    let folder = tempfile::tempdir().unwrap();
    let tagged = |kind: &str, category: &str| {
        json!({
            "resourceType": kind, "id": "a",
            "meta": {"tag": [{"system": folder::CATEGORY_SYSTEM, "code": category}]},
        })
    };
    let load = |resource: &Value| {
        std::fs::write(folder.path().join("a.json"), resource.to_string()).unwrap();
        folder::load(folder.path()).unwrap()
    };
    let loaded = load(&tagged("Observation", "lifelog"));
    assert_eq!(loaded.records[0].category, "lifelog");
    let loaded = load(&tagged("Immunization", "routine-vaccination-b"));
    assert_eq!(loaded.records[0].category, "routine-vaccination-b");
    for wrong in [
        tagged("Condition", "lab-result"),
        tagged("Observation", "no-such-category"),
        tagged("Observation", ""),
    ] {
        let loaded = load(&wrong);
        assert!(loaded.records.is_empty());
        assert_eq!(loaded.refused.len(), 1);
    }
}
