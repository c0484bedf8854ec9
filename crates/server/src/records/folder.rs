//! Records from a folder of FHIR R4 JSON files.

use std::fs;
use std::path::Path;

use phr_link::catalogue::Category;
use phr_link::identifier::looks_like_my_number;
use phr_link::scope::Flag;
use serde_json::Value;

use super::Record;
use super::strict::Strict;

/// The largest file that is read, in bytes.
const MAX_BYTES: u64 = 16 * 1_024 * 1_024;

/// What became of the files of a folder.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The records.
    pub records: Vec<Record>,
    /// How many resources are of a kind that stands beside records: people, places, specimens.
    pub skipped: usize,
    /// The files of which nothing was taken, and why.
    pub refused: Vec<Refused>,
}

/// A file of which nothing was taken.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Refused {
    /// The file's name.
    pub file: String,
    /// What is wrong with it; nothing of what it holds.
    pub why: &'static str,
}

/// Loads every `.json` file of a folder, not of folders inside it.
///
/// A file is taken as a whole or not at all. Of records whose sensitivity no label tells, every
/// sensitivity of their category is assumed.
///
/// # Errors
/// if the folder cannot be listed; a file that cannot be used is told in [`Loaded::refused`]
pub fn load(folder: &Path) -> std::io::Result<Loaded> {
    let mut loaded = Loaded::default();
    let entries = fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    let mut paths: Vec<_> = entries.iter().map(fs::DirEntry::path).collect();
    paths.sort();
    for path in paths {
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let mut file = Loaded::default();
        let taken = read(&path).and_then(|resource| add(&mut file, resource, None));
        match taken {
            Ok(()) => {
                loaded.records.append(&mut file.records);
                loaded.skipped += file.skipped;
            }
            Err(why) => loaded.refused.push(Refused {
                file: path
                    .file_name()
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into_owned(),
                why,
            }),
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
    let Strict(resource) = serde_json::from_slice(&bytes)
        .map_err(|_| "it is no JSON in UTF-8, or an object names a member twice")?;
    if has_my_number(&resource) {
        return Err("an identifier looks like a My Number");
    }
    Ok(resource)
}

pub(crate) fn has_my_number(value: &Value) -> bool {
    match value {
        Value::Object(members) => members.iter().any(|(name, member)| {
            let identifiers = match member {
                Value::Array(items) if name == "identifier" => items.as_slice(),
                Value::Object(_) if name == "identifier" || name == "valueIdentifier" => {
                    std::slice::from_ref(member)
                }
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

/// Adds a resource; a bundle that is no document is only a wrapping.
fn add(loaded: &mut Loaded, resource: Value, address: Option<&str>) -> Result<(), &'static str> {
    let kind = resource.get("resourceType").and_then(Value::as_str);
    let kind = kind.ok_or("it is no FHIR resource")?;
    let is_document = resource
        .get("type")
        .is_some_and(|value| value == "document");
    if kind == "Bundle" && !is_document {
        let entries = resource.get("entry").and_then(Value::as_array);
        for entry in entries.into_iter().flatten() {
            let inner = entry
                .get("resource")
                .ok_or("an entry of the bundle has no resource")?;
            let address = entry.get("fullUrl").and_then(Value::as_str);
            add(loaded, inner.clone(), address)?;
        }
        return Ok(());
    }
    let named = named_category(kind, &resource)?;
    match named.or_else(|| category(kind, &resource)) {
        Some(category) => {
            let flags = flags_of(category, &resource);
            let mut record = Record::new(category, resource, flags);
            record.aliases.extend(address.map(str::to_owned));
            loaded.records.push(record);
        }
        None if BESIDE.contains(&kind) => loaded.skipped += 1,
        None => return Err("a resource is of a kind that is not known here"),
    }
    Ok(())
}

/// The system of a tag by which a resource names its category itself.
pub const CATEGORY_SYSTEM: &str = "urn:phr-link:category";

/// The category that a resource names. It goes before what its kind tells: a laboratory's value and one
/// measured at home look the same.
fn named_category(kind: &str, resource: &Value) -> Result<Option<&'static str>, &'static str> {
    let tags = resource.pointer("/meta/tag").and_then(Value::as_array);
    let named = tags
        .into_iter()
        .flatten()
        .find(|tag| tag.get("system").is_some_and(|it| it == CATEGORY_SYSTEM));
    let Some(tag) = named else { return Ok(None) };
    let code = tag.get("code").and_then(Value::as_str).unwrap_or_default();
    let category = Category::parse(code).ok_or("a resource names a category that there is not")?;
    // A diagnosis that calls itself a laboratory's value would get around what is asked of diagnoses.
    let fits = category.fhir().iter().any(|fhir| fhir.resource == kind);
    fits.then_some(Some(category.code()))
        .ok_or("a resource names a category that has none of its kind")
}

/// What stands beside records and is never given by itself.
const BESIDE: [&str; 17] = [
    "Binary",
    "CareTeam",
    "Device",
    "DiagnosticReport",
    "FamilyMemberHistory",
    "List",
    "Location",
    "Media",
    "Medication",
    "Organization",
    "Patient",
    "Practitioner",
    "PractitionerRole",
    "Provenance",
    "RelatedPerson",
    "ServiceRequest",
    "Specimen",
];

fn category(kind: &str, resource: &Value) -> Option<&'static str> {
    Some(match kind {
        "Condition" => "disclosed-diagnosis",
        "AllergyIntolerance" => "allergy",
        "Observation" => observation(resource),
        "MedicationRequest" | "MedicationDispense" => "e-prescription",
        "MedicationStatement" => "medication-claims",
        "Immunization" => "routine-vaccination-a",
        "Procedure" => "surgery-dialysis",
        "Encounter" => "encounter-institution",
        "CarePlan" => "treatment-plan",
        "Coverage" => "health-insurance-eligibility",
        "ImagingStudy" => "key-image",
        "ExplanationOfBenefit" => "medical-expense",
        "DocumentReference" | "Composition" => document(resource),
        "Bundle" => resource
            .pointer("/entry/0/resource")
            .map_or("referral-document", document),
        _ => return None,
    })
}

fn observation(resource: &Value) -> &'static str {
    let has = |text: &str| resource.to_string().contains(text);
    if has("infectionRelated") {
        "infection-result"
    } else if has("/eCheckup/") {
        "specific-checkup"
    } else {
        "lab-result"
    }
}

/// Which document it is, by its LOINC code.
fn document(resource: &Value) -> &'static str {
    let codings = resource.pointer("/type/coding").and_then(Value::as_array);
    let is = |code: &str| {
        let mut codings = codings.into_iter().flatten();
        codings.any(|coding| coding.get("code").is_some_and(|value| value == code))
    };
    if is("18842-5") {
        "discharge-summary"
    } else if is("53576-5") {
        "checkup-document"
    } else if is("56447-6") {
        "treatment-plan"
    } else {
        "referral-document"
    }
}

/// The sensitivities that a label tells (HL7 ActCode); without one, all that the category may have.
pub(crate) fn flags_of(category: &str, resource: &Value) -> Vec<Flag> {
    let labels = resource.pointer("/meta/security").and_then(Value::as_array);
    let Some(labels) = labels.filter(|labels| !labels.is_empty()) else {
        let category = Category::parse(category);
        return category.map_or_else(Vec::new, |category| category.flags().to_vec());
    };
    let codes = labels
        .iter()
        .filter_map(|label| label.get("code")?.as_str());
    let mut flags: Vec<_> = codes
        .filter_map(|code| match code {
            "GDIS" => Some(Flag::Genetic),
            "PSY" | "MH" => Some(Flag::Mental),
            "HIV" | "STD" => Some(Flag::Infection),
            "SEX" | "PREGNANT" => Some(Flag::Reproductive),
            _ => None,
        })
        .collect();
    flags.dedup();
    flags
}
