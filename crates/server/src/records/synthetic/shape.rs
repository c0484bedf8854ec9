//! What a resource of each kind has in FHIR R4: at least all that is required.

use serde_json::{Value, json};

use super::Plan;

pub(super) fn members(kind: &str, plan: &Plan<'_>) -> Value {
    let title = plan.title();
    let text = json!({"text": title});
    let patient = plan.patient();
    let date = &plan.date;
    match kind {
        "Observation" => json!({
            "status": "final", "code": text, "subject": patient, "effectiveDateTime": date,
            "valueQuantity": {"value": 90 + plan.number, "unit": "1"},
        }),
        "DiagnosticReport" => json!({
            "status": "final", "code": text, "subject": patient, "effectiveDateTime": date,
        }),
        "Immunization" => json!({
            "status": "completed", "vaccineCode": text, "patient": patient,
            "occurrenceDateTime": date,
        }),
        "MedicationStatement" => json!({
            "status": "completed", "medicationCodeableConcept": text, "subject": patient,
            "effectiveDateTime": date, "dateAsserted": date,
        }),
        "MedicationRequest" => json!({
            "status": "completed", "intent": "order", "medicationCodeableConcept": text,
            "subject": patient, "authoredOn": date, "reasonReference": [plan.diagnosis()],
        }),
        "Encounter" => json!({
            "status": "finished", "subject": patient, "period": {"start": date},
            "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
            "serviceProvider": {"display": "見本クリニック"},
            "diagnosis": [{"condition": plan.diagnosis(), "rank": 1}],
        }),
        "Procedure" => json!({
            "status": "completed", "code": text, "subject": patient, "performedDateTime": date,
        }),
        "AllergyIntolerance" => json!({
            "clinicalStatus": status("allergyintolerance-clinical"),
            "code": text, "patient": patient, "recordedDate": date,
        }),
        "Condition" => json!({
            "clinicalStatus": status("condition-clinical"),
            "code": text, "subject": patient, "recordedDate": date,
        }),
        "ImagingStudy" => json!({
            "status": "available", "subject": patient, "started": date, "description": title,
        }),
        "CarePlan" => json!({
            "status": "active", "intent": "plan", "subject": patient, "created": date,
            "title": title,
        }),
        "QuestionnaireResponse" => json!({
            "status": "completed", "subject": patient, "authored": date,
        }),
        "Consent" => json!({
            "status": "active", "scope": text, "category": [text], "patient": patient,
            "dateTime": date, "policyRule": text,
        }),
        "Coverage" => json!({
            "status": "active", "beneficiary": patient, "payor": [{"display": "見本保険者"}],
            "period": {"start": date},
        }),
        "ExplanationOfBenefit" => json!({
            "status": "active", "type": text, "use": "claim", "patient": patient, "created": date,
            "insurer": {"display": "見本保険者"}, "provider": {"display": "見本クリニック"},
            "outcome": "complete",
            "insurance": [{"focal": true, "coverage": {"display": "見本保険"}}],
        }),
        "Composition" => json!({
            "status": "final", "type": text, "subject": patient, "date": date, "title": title,
            "author": [{"display": "見本クリニック"}],
            "section": [{"title": "診断", "entry": [plan.diagnosis()]}],
        }),
        _ => json!({"code": text, "subject": patient, "created": date}),
    }
}

fn status(system: &str) -> Value {
    json!({"coding": [{
        "system": format!("http://terminology.hl7.org/CodeSystem/{system}"), "code": "active",
    }]})
}
