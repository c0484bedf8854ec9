//! Records of people who do not exist, the same on every machine, in every category.

use phr_link::Lang;
use phr_link::catalogue::Category;
use phr_link::scope::Flag;
use serde_json::{Value, json};

use super::{MARKS, Record};

/// A person who does not exist.
#[derive(Clone, Copy, Debug)]
pub struct Person {
    /// The name under which the holder knows them.
    pub id: &'static str,
    /// The name shown.
    pub name: &'static str,
    /// Date of birth.
    pub birth_date: &'static str,
    /// Gender.
    pub gender: &'static str,
}

/// The people.
pub const PEOPLE: [Person; 3] = [
    Person {
        id: "taro",
        name: "見本 太郎",
        birth_date: "1961-04-01",
        gender: "male",
    },
    Person {
        id: "hanako",
        name: "見本 花子",
        birth_date: "1988-11-30",
        gender: "female",
    },
    Person {
        id: "mirai",
        name: "見本 みらい",
        birth_date: "2019-07-07",
        gender: "female",
    },
];

/// Dates of the records: this year, last year, longer ago, a partial one, and one that falls on
/// another day in Japan than in UTC.
const DATES: [&str; 5] = [
    "2026-10-15",
    "2025-06-20",
    "2021-12",
    "2026-09-30T15:30:00Z",
    "2024-03-31",
];

/// Gives every record of a person.
#[must_use]
pub fn records(person: &Person) -> Vec<Record> {
    let mut records = Vec::new();
    for category in Category::all() {
        for (at, date) in DATES.iter().enumerate() {
            let kind = category
                .fhir()
                .first()
                .map_or("Basic", |fhir| fhir.resource);
            let id = format!("{}-{}-{at}", person.id, category.code());
            let mut resource = resource(kind, &id, person, category, date, at);
            let mut flags: Vec<Flag> = Vec::new();
            // One record in five reveals what the category may reveal.
            if at == 1 {
                flags.extend_from_slice(category.flags());
            }
            if category.code() == "disclosed-diagnosis" {
                mark(&mut resource, at);
            }
            if category.code() == "e-prescription" {
                let reason = format!("Condition/{}-disclosed-diagnosis-{at}", person.id);
                set(
                    &mut resource,
                    "reasonReference",
                    json!([{"reference": reason}]),
                );
            }
            records.push(Record::new(category.code(), resource, flags));
        }
    }
    records
}

fn set(resource: &mut Value, name: &str, value: Value) {
    if let Some(members) = resource.as_object_mut() {
        members.insert(name.to_owned(), value);
    }
}

/// The first diagnosis was not told to the person yet, the second is not to be delivered.
fn mark(resource: &mut Value, at: usize) {
    let code = match at {
        0 => "UNINFORMED",
        1 => "UNDELIVERED",
        2 => "LTS",
        _ => return,
    };
    if let Some(tags) = resource
        .pointer_mut("/meta/tag")
        .and_then(Value::as_array_mut)
    {
        tags.push(json!({"system": MARKS, "code": code}));
    }
}

fn resource(
    kind: &str,
    id: &str,
    person: &Person,
    category: Category,
    date: &str,
    at: usize,
) -> Value {
    let mut resource = json!({
        "resourceType": kind, "id": id,
        "meta": {"tag": [{
            "system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "HTEST",
            "display": "test health data: this person does not exist",
        }]},
    });
    let label = category.label(Lang::Ja);
    let title = format!("{label}（合成データ {}）", at + 1);
    let text = json!({"text": title});
    let patient = json!({"reference": format!("Patient/{}", person.id), "display": person.name});
    let members = match kind {
        "Observation" => {
            json!({"status": "final", "code": text, "subject": patient, "effectiveDateTime": date, "valueQuantity": {"value": 90 + at, "unit": "1"}})
        }
        "DiagnosticReport" => {
            json!({"status": "final", "code": text, "subject": patient, "effectiveDateTime": date})
        }
        "Immunization" => {
            json!({"status": "completed", "vaccineCode": text, "patient": patient, "occurrenceDateTime": date})
        }
        "MedicationStatement" => {
            json!({"status": "completed", "medicationCodeableConcept": text, "subject": patient, "effectiveDateTime": date, "dateAsserted": date})
        }
        "MedicationRequest" => {
            json!({"status": "completed", "intent": "order", "medicationCodeableConcept": text, "subject": patient, "authoredOn": date})
        }
        "Encounter" => {
            json!({"status": "finished", "class": {"code": "AMB"}, "subject": patient, "period": {"start": date}})
        }
        "Procedure" => {
            json!({"status": "completed", "code": text, "subject": patient, "performedDateTime": date})
        }
        "AllergyIntolerance" => json!({"code": text, "patient": patient, "recordedDate": date}),
        "Condition" => json!({"code": text, "subject": patient, "recordedDate": date}),
        "ImagingStudy" => {
            json!({"status": "available", "subject": patient, "started": date, "description": title})
        }
        "CarePlan" => {
            json!({"status": "active", "intent": "plan", "subject": patient, "created": date, "title": title})
        }
        "QuestionnaireResponse" => {
            json!({"status": "completed", "subject": patient, "authored": date})
        }
        "Consent" => {
            json!({"status": "active", "scope": text, "category": [text], "patient": patient, "dateTime": date, "date": date})
        }
        "Coverage" => {
            json!({"status": "active", "beneficiary": patient, "payor": [{"display": "見本保険者"}], "period": {"start": date}})
        }
        "ExplanationOfBenefit" => {
            json!({"status": "active", "use": "claim", "patient": patient, "created": date, "outcome": "complete"})
        }
        "Composition" => {
            json!({"status": "final", "type": text, "subject": patient, "date": date, "title": title,
            "section": [{"title": "診断", "entry": [{"reference": format!("Condition/{}-disclosed-diagnosis-{at}", person.id)}]}]})
        }
        _ => json!({"code": text, "subject": patient, "created": date}),
    };
    if let (Some(into), Value::Object(members)) = (resource.as_object_mut(), members) {
        into.extend(members);
    }
    resource
}
