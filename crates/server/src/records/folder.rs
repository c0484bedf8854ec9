//! Records from a folder of FHIR R4 JSON files.

use std::fs;
use std::path::Path;

use phr_link::identifier::looks_like_my_number;
use phr_link::wire::json::Doc;
use serde_json::Value;

use super::Record;

/// The largest file that is read, in bytes.
const MAX_BYTES: u64 = 16 * 1_024 * 1_024;

/// What became of the files of a folder.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The records.
    pub records: Vec<Record>,
    /// How many resources have no category here.
    pub skipped: usize,
    /// Which files were refused, and why; no health data.
    pub refused: Vec<(String, &'static str)>,
}

/// Loads every `.json` file of a folder, not of folders inside it.
///
/// # Errors
/// if the folder cannot be listed; a file that cannot be used is told in [`Loaded::refused`]
pub fn load(folder: &Path) -> std::io::Result<Loaded> {
    let mut loaded = Loaded::default();
    let mut paths: Vec<_> = fs::read_dir(folder)?
        .flatten()
        .map(|entry| entry.path())
        .collect();
    paths.sort();
    for path in paths {
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        match read(&path) {
            Ok(resource) => add(&mut loaded, resource),
            Err(why) => loaded.refused.push((name, why)),
        }
    }
    Ok(loaded)
}

fn read(path: &Path) -> Result<Value, &'static str> {
    let about = fs::metadata(path).map_err(|_| "it cannot be read")?;
    if !about.is_file() || about.len() > MAX_BYTES {
        return Err("it is no file, or larger than 16 MiB");
    }
    let bytes = fs::read(path).map_err(|_| "it cannot be read")?;
    // FHIR has decimals, which our strict reader refuses: duplicates and depth are what it is for.
    match Doc::parse_to_depth(&bytes, 64) {
        Ok(_) => {}
        Err(error) if error.code() == phr_link::Code::ClaimsNumberRange => {}
        Err(error) if error.code() == phr_link::Code::TokenDuplicateMember => {
            return Err("an object names a member twice");
        }
        Err(_) => return Err("it is no strict JSON in UTF-8"),
    }
    let resource: Value = serde_json::from_slice(&bytes).map_err(|_| "it is no JSON")?;
    if resource
        .get("resourceType")
        .and_then(Value::as_str)
        .is_none()
    {
        return Err("it is no FHIR resource");
    }
    if has_my_number(&resource) {
        return Err("an identifier looks like a My Number");
    }
    Ok(resource)
}

fn has_my_number(value: &Value) -> bool {
    match value {
        Value::Object(members) => members.iter().any(|(name, member)| {
            let identifiers = match member {
                Value::Array(items) if name == "identifier" => items.as_slice(),
                Value::Object(_) if name == "identifier" => std::slice::from_ref(member),
                _ => &[],
            };
            identifiers.iter().any(|identifier| {
                let value = identifier.get("value").and_then(Value::as_str);
                value.is_some_and(looks_like_my_number)
            }) || has_my_number(member)
        }),
        Value::Array(items) => items.iter().any(has_my_number),
        _ => false,
    }
}

fn add(loaded: &mut Loaded, resource: Value) {
    let is = |name: &str, text: &str| resource.get(name).is_some_and(|value| value == text);
    if is("resourceType", "Bundle") && !is("type", "document") {
        for entry in resource
            .get("entry")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            if let Some(inner) = entry.get("resource") {
                add(loaded, inner.clone());
            }
        }
        return;
    }
    match category(&resource) {
        Some(category) => loaded
            .records
            .push(Record::new(category, resource, Vec::new())),
        None => loaded.skipped += 1,
    }
}

fn category(resource: &Value) -> Option<&'static str> {
    Some(match resource["resourceType"].as_str()? {
        "Condition" => "disclosed-diagnosis",
        "AllergyIntolerance" => "allergy",
        "Observation" if resource.to_string().contains("infectionRelated") => "infection-result",
        "Observation" => "lab-result",
        "MedicationRequest" => "e-prescription",
        "MedicationStatement" => "medication-claims",
        "Immunization" => "routine-vaccination-a",
        "Procedure" => "surgery-dialysis",
        "Encounter" => "encounter-institution",
        "CarePlan" => "treatment-plan",
        "Coverage" => "health-insurance-eligibility",
        "ImagingStudy" => "key-image",
        "DocumentReference" | "Composition" | "Bundle" => "referral-document",
        _ => return None,
    })
}
