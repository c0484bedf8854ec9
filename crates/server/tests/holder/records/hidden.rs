//! What the person was not told: on the patient side it leaves no trace, in care it keeps its mark.

use phr_link::catalogue::{Category, Mode};
use phr_link::decide::RecordFilter;
use phr_link::scope::{Period, Purpose};
use phr_link_server::records::{MARKS, Record, folder, release, synthetic};
use serde_json::{Value, json};

use super::{path, write};
use crate::support::{Read, World, detail};

pub(super) fn filter(category: &str, mode: Mode) -> RecordFilter {
    RecordFilter {
        category: Category::parse(category).unwrap(),
        mode,
        institution_side: mode == Mode::Med,
        period: Period {
            from: None,
            to: None,
        },
        look_back_from: None,
        exclude: Vec::new(),
        released: None,
    }
}

fn marked(id: &str, code: &str, name: &str, mark: Option<&str>) -> Value {
    let mut condition = json!({
        "resourceType": "Condition", "id": id, "recordedDate": "2026-10-01",
        "identifier": [{"system": "urn:example:instance", "value": format!("instance-{id}")}],
        "subject": {"reference": "Patient/p"},
        "code": {"text": name, "coding": [{"system": "urn:example:icd", "code": code, "display": name}]},
    });
    if let Some(mark) = mark {
        condition["meta"] = json!({"tag": [{"system": MARKS, "code": mark, "display": "印"}]});
    }
    condition
}

/// A folder in which much refers to a diagnosis that the person was not told.
fn sample() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let untold = |id| marked(id, "X99", "架空性腫瘍", Some("UNINFORMED"));
    let file = |name: &str, value: Value| write(folder.path(), name, &value);
    file("told.json", marked("told", "Y11", "架空性感冒", None));
    file(
        "never.json",
        marked("never", "Z22", "架空性頭痛", Some("UNDELIVERED")),
    );
    // It comes in a bundle, under an address of its own.
    file(
        "bundle.json",
        json!({"resourceType": "Bundle", "type": "collection", "entry": [
            {"fullUrl": "urn:uuid:0a48a4bf-0000-4efb-aafd-d45e0842a4dd", "resource": untold("untold")},
        ]}),
    );
    // A copy that lost its mark.
    file("copy.json", marked("untold", "X99", "架空性腫瘍", None));
    let encounter = |id: &str, reference: Value| {
        json!({
            "resourceType": "Encounter", "id": id, "status": "finished", "class": {"code": "AMB"},
            "period": {"start": "2026-10-01"}, "subject": {"reference": "Patient/p"},
            "text": {"status": "generated", "div": "<div>診察</div>"},
            "diagnosis": [
                {"condition": reference, "use": {"text": "主"}, "rank": 1},
                {"condition": {"reference": "Condition/told"}, "rank": 2},
            ],
        })
    };
    for (id, reference) in [
        (
            "plain",
            json!({"reference": "Condition/untold", "display": "架空性腫瘍"}),
        ),
        (
            "whole",
            json!({"reference": "https://hospital.example/fhir/Condition/untold"}),
        ),
        (
            "version",
            json!({"reference": "Condition/untold/_history/3"}),
        ),
        (
            "urn",
            json!({"reference": "urn:uuid:0a48a4bf-0000-4efb-aafd-d45e0842a4dd"}),
        ),
        (
            "identifier",
            json!({"identifier": {"system": "urn:example:instance", "value": "instance-untold"}}),
        ),
    ] {
        file(&format!("encounter-{id}.json"), encounter(id, reference));
    }
    file(
        "allergy.json",
        json!({
            "resourceType": "AllergyIntolerance", "id": "allergy", "recordedDate": "2026-10-01",
            "patient": {"reference": "Patient/p"}, "code": {"text": "合成の花粉"},
            "contained": [untold("inside"), {"resourceType": "Practitioner", "id": "doctor"}],
            "extension": [{"url": "urn:example:reason", "valueReference": {"reference": "#inside"}}],
            "note": [{"text": "架空性腫瘍の治療中"}, {"text": "春に強い"}],
        }),
    );
    file(
        "observation.json",
        json!({
            "resourceType": "Observation", "id": "observation", "effectiveDateTime": "2026-10-01",
            "status": "final", "code": {"text": "合成の検査"}, "valueQuantity": {"value": 4.25},
            "focus": [{"reference": "Condition/untold"}],
        }),
    );
    file(
        "medication.json",
        json!({
            "resourceType": "MedicationRequest", "id": "medication", "authoredOn": "2026-10-01",
            "status": "active", "intent": "order", "subject": {"reference": "Patient/p"},
            "medicationCodeableConcept": {"text": "合成の薬"},
            "reasonReference": [{"reference": "Condition/untold"}],
            "reasonCode": [{"coding": [{"system": "urn:example:icd", "code": "X99"}]}],
        }),
    );
    file(
        "list.json",
        json!({"resourceType": "List", "id": "list", "status": "current", "mode": "working",
        "entry": [{"item": {"reference": "Condition/untold"}}]}),
    );
    file(
        "provenance.json",
        json!({"resourceType": "Provenance", "id": "provenance",
        "target": [{"reference": "Condition/untold"}], "recorded": "2026-10-01T00:00:00Z"}),
    );
    let document = |id: &str, inner: Value| {
        json!({
            "resourceType": "Bundle", "id": id, "type": "document", "timestamp": "2026-10-01T00:00:00Z",
            "entry": [{"resource": {"resourceType": "Composition", "id": format!("{id}-head"), "title": "紹介状"}}, {"resource": inner}],
        })
    };
    file("document.json", document("with", untold("inline")));
    file(
        "other.json",
        document("without", marked("fine", "Y11", "架空性感冒", None)),
    );
    folder
}

fn loaded(folder: &tempfile::TempDir) -> Vec<Record> {
    let loaded = folder::load(folder.path()).unwrap();
    assert_eq!(loaded.refused, []);
    loaded.records
}

fn ids(resources: &[Value]) -> Vec<&str> {
    resources
        .iter()
        .map(|resource| resource["id"].as_str().unwrap())
        .collect()
}

#[test]
fn no_category_shows_a_trace_on_the_patient_side() {
    let folder = sample();
    let records = loaded(&folder);
    for category in Category::all() {
        for mode in [Mode::SelfView, Mode::Phr, Mode::Care] {
            let shown = Value::Array(release(&records, &filter(category.code(), mode))).to_string();
            for trace in [
                "untold",
                "UNINFORMED",
                "UNDELIVERED",
                "X99",
                "架空性腫瘍",
                "架空性頭痛",
                "Z22",
                "0a48a4bf",
                "inside",
                "rank",
            ] {
                assert!(!shown.contains(trace), "{}: {trace}", category.code());
            }
        }
    }
    let shown = release(&records, &filter("disclosed-diagnosis", Mode::Phr));
    assert_eq!(ids(&shown), ["told"]);
    // What remains is whole: a diagnosis without its condition would tell that one was there.
    for encounter in release(&records, &filter("encounter-institution", Mode::Phr)) {
        assert_eq!(
            encounter["diagnosis"],
            json!([{"condition": {"reference": "Condition/told"}}])
        );
        assert!(encounter["text"].is_null());
    }
    let medication = &release(&records, &filter("e-prescription", Mode::Phr))[0];
    assert!(medication["reasonReference"].is_null() && medication["reasonCode"].is_null());
    assert_eq!(medication["medicationCodeableConcept"]["text"], "合成の薬");
    let allergy = &release(&records, &filter("allergy", Mode::Phr))[0];
    assert_eq!(allergy["note"], json!([{"text": "春に強い"}]));
    assert_eq!(allergy["contained"].as_array().unwrap().len(), 1);
    let observation = &release(&records, &filter("lab-result", Mode::Phr))[0];
    assert!(observation["focus"].is_null());
    assert_eq!(observation["valueQuantity"]["value"], 4.25);
    let documents = release(&records, &filter("referral-document", Mode::SelfView));
    assert_eq!(ids(&documents), ["without"]);
}

#[test]
fn in_care_it_keeps_its_mark_and_what_is_not_to_be_delivered_stays_hidden() {
    let folder = sample();
    let records = loaded(&folder);
    let shown = release(&records, &filter("disclosed-diagnosis", Mode::Med));
    assert!(ids(&shown).contains(&"untold") && ids(&shown).contains(&"told"));
    assert!(!ids(&shown).contains(&"never"));
    let untold = shown
        .iter()
        .find(|resource| !resource["meta"].is_null())
        .unwrap();
    assert_eq!(untold["meta"]["tag"][0]["code"], "UNINFORMED");
    let encounters = release(&records, &filter("encounter-institution", Mode::Med));
    assert!(
        encounters
            .iter()
            .all(|resource| resource["diagnosis"][0]["rank"] == 1)
    );
    let documents = release(&records, &filter("referral-document", Mode::Med));
    assert_eq!(ids(&documents), ["with", "without"]);
    assert!(!Value::Array(shown).to_string().contains("架空性頭痛"));
}

#[test]
fn a_mark_counts_whatever_system_it_names() {
    for system in [
        json!(null),
        json!("http://jpfhir.jp/fhir/clins/CodeSystem/other"),
    ] {
        let mut condition = marked("a", "X99", "架空性腫瘍", Some("UNINFORMED"));
        condition["meta"]["tag"][0]["system"] = system;
        let record = Record::new("disclosed-diagnosis", condition, Vec::new());
        assert_eq!(
            release(&[record], &filter("disclosed-diagnosis", Mode::Phr)),
            Vec::<Value>::new()
        );
    }
}

#[test]
fn what_the_person_was_told_under_the_same_name_stays() {
    let records: Vec<_> = [
        marked("a", "X99", "架空性腫瘍", Some("UNINFORMED")),
        marked("b", "X99", "架空性腫瘍", None),
    ]
    .into_iter()
    .map(|resource| Record::new("disclosed-diagnosis", resource, Vec::new()))
    .collect();
    let shown = release(&records, &filter("disclosed-diagnosis", Mode::Phr));
    assert_eq!(ids(&shown), ["b"]);
    assert_eq!(shown[0]["code"]["text"], "架空性腫瘍");
}

#[test]
fn synthetic_diagnoses_vanish_from_prescriptions_visits_and_documents() {
    for person in &synthetic::PEOPLE {
        let records = synthetic::records(person, phr_link::Day::parse("2026-11-24").unwrap());
        let names: Vec<String> = records
            .iter()
            .filter(|record| record.meta.tags.iter().any(|tag| tag.starts_with("UN")))
            .flat_map(|record| {
                ["/id", "/code/text"].map(|at| {
                    record
                        .resource
                        .pointer(at)
                        .unwrap()
                        .as_str()
                        .unwrap()
                        .to_owned()
                })
            })
            .collect();
        assert_eq!(names.len(), 4);
        for category in Category::all() {
            let shown =
                Value::Array(release(&records, &filter(category.code(), Mode::Phr))).to_string();
            assert!(
                names.iter().all(|name| !shown.contains(name)),
                "{}",
                category.code()
            );
        }
        assert_eq!(
            release(&records, &filter("disclosed-diagnosis", Mode::Phr)).len(),
            3
        );
        assert_eq!(
            release(&records, &filter("disclosed-diagnosis", Mode::Med)).len(),
            4
        );
        assert_eq!(
            release(&records, &filter("e-prescription", Mode::Phr)).len(),
            5
        );
        assert_eq!(
            release(&records, &filter("discharge-summary", Mode::SelfView)).len(),
            3
        );
    }
}

/// Over HTTP: an answer for a person with hidden diagnoses is, byte for byte, the answer for one who
/// never had them.
#[tokio::test]
async fn a_hidden_diagnosis_changes_no_byte_and_no_field_of_the_answer() {
    let folder = sample();
    let mut answers = Vec::new();
    for is_removed in [false, true] {
        if is_removed {
            for name in ["bundle.json", "copy.json", "never.json"] {
                std::fs::remove_file(folder.path().join(name)).unwrap();
            }
        }
        let mut world = World::with(path(&folder)).await;
        // The app's address is part of nothing that is compared.
        let app = world.device();
        let asked = [detail(&["disclosed-diagnosis"], &[Purpose::SelfView])];
        let linked = world.link(&app, "taro", &asked).await;
        world.restart().await;
        let answer = app.read(&world, "disclosed-diagnosis", &linked.grant).await;
        assert_eq!(answer.ok().json()["total"], 1);
        assert!(answer.headers.get("etag").is_none());
        let mut headers = answer.headers;
        headers.remove("access-control-allow-origin");
        // Drawn anew for each answer.
        assert!(headers.remove("phr-exchange").is_some());
        answers.push((answer.text, headers));
    }
    assert_eq!(answers[0], answers[1]);
}

#[tokio::test]
async fn the_clinic_sees_it_and_what_it_hands_on_to_nobody_else_does() {
    let folder = sample();
    let world = World::with(path(&folder)).await;
    let (app, clinic) = (world.device(), world.clinic());
    let asked = [detail(&["disclosed-diagnosis"], &[Purpose::Care])];
    let linked = world.link(&clinic, "taro", &asked).await;
    let read = |token, key| Read {
        purpose: Some(Purpose::Care),
        ..Read::of("disclosed-diagnosis", token, key)
    };
    let by_clinic = read(&linked.grant, &clinic.key)
        .send(&world)
        .await
        .ok()
        .json();
    assert!(by_clinic.to_string().contains("UNINFORMED"));
    // Delegated by the app, the clinic reads on the patient's side: a delegation never raises the mode.
    let mut asked = detail(&["disclosed-diagnosis"], &[Purpose::Care]);
    asked.onward.to = vec![clinic.id.clone()];
    let linked = world.link(&app, "taro", &[asked]).await;
    let handed = [detail(&["disclosed-diagnosis"], &[Purpose::Care])];
    let delegation = app.delegate(&world, &linked.grant, &clinic, &handed);
    let by_app = Read {
        chain: Some(&linked.grant),
        ..read(&delegation, &clinic.key)
    };
    let shown = by_app.send(&world).await.ok().json();
    assert_eq!(shown["total"], 1);
    assert!(!shown.to_string().contains("UNINFORMED"));
}
