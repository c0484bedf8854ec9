//! Records: where they come from, and which of them a permitted request is shown.

use phr_link::decide::{RecordFilter, RecordMeta};
use serde_json::{Value, json};

pub mod folder;
pub mod synthetic;

/// A record: a FHIR R4 resource with what the verdict needs to know of it.
#[derive(Clone, Debug)]
pub struct Record {
    /// The code of its category.
    pub category: &'static str,
    /// What the verdict needs to know.
    pub meta: RecordMeta,
    /// The resource.
    pub resource: Value,
}

/// The system of the marks by which hospitals say whether a diagnosis was told to the person.
pub const MARKS: &str = "http://jpfhir.jp/fhir/clins/CodeSystem/JP_ehrshrs_indication";

impl Record {
    /// Reads date and marks out of a resource.
    #[must_use]
    pub fn new(category: &'static str, resource: Value, flags: Vec<phr_link::scope::Flag>) -> Self {
        let date = DATES
            .iter()
            .find_map(|pointer| resource.pointer(pointer)?.as_str());
        let tags = resource
            .pointer("/meta/tag")
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        let tags = tags
            .filter(|tag| tag.get("system").is_some_and(|system| system == MARKS))
            .filter_map(|tag| tag.get("code")?.as_str().map(str::to_owned))
            .collect();
        let meta = RecordMeta {
            id: Some(reference(&resource)),
            date: date.map(str::to_owned),
            flags,
            tags,
        };
        Self {
            category,
            meta,
            resource,
        }
    }
}

/// Where resources say when they are from, in the order in which we look.
const DATES: [&str; 14] = [
    "/effectiveDateTime",
    "/effectivePeriod/start",
    "/occurrenceDateTime",
    "/authoredOn",
    "/recordedDate",
    "/performedDateTime",
    "/whenHandedOver",
    "/dateAsserted",
    "/date",
    "/started",
    "/created",
    "/authored",
    "/period/start",
    "/timestamp",
];

fn reference(resource: &Value) -> String {
    let text = |name: &str| resource[name].as_str().unwrap_or_default();
    format!("{}/{}", text("resourceType"), text("id"))
}

/// Gives the records of a category that may be shown, with every trace of the others removed.
///
/// It runs before anything is counted. A document that refers to a record left out is left out too:
/// its narrative may repeat the name.
#[must_use]
pub fn release(records: &[Record], filter: &RecordFilter) -> Vec<Value> {
    let hidden: Vec<String> = records
        .iter()
        .filter(|record| {
            record.category == filter.category.code() && !filter.admits(&record.meta)
                || is_hidden(record, filter)
        })
        .filter_map(|record| record.meta.id.clone())
        .collect();
    records
        .iter()
        .filter(|record| record.category == filter.category.code() && filter.admits(&record.meta))
        .filter(|record| !is_document(&record.resource) || !mentions(&record.resource, &hidden))
        .map(|record| without(&record.resource, &hidden).unwrap_or(Value::Null))
        .collect()
}

/// Whether a record of any category has a mark that hides it from these readers.
fn is_hidden(record: &Record, filter: &RecordFilter) -> bool {
    let has = |mark: &str| record.meta.tags.iter().any(|tag| tag == mark);
    has(phr_link::decide::UNDELIVERED)
        || (has(phr_link::decide::UNINFORMED) && !filter.institution_side)
}

fn is_document(resource: &Value) -> bool {
    ["Composition", "Bundle", "DocumentReference"]
        .iter()
        .any(|kind| resource["resourceType"] == *kind)
}

fn mentions(value: &Value, hidden: &[String]) -> bool {
    match value {
        Value::String(text) => hidden
            .iter()
            .any(|id| text == id || text.ends_with(&format!("/{id}"))),
        Value::Array(items) => items.iter().any(|item| mentions(item, hidden)),
        Value::Object(members) => members.values().any(|member| mentions(member, hidden)),
        _ => false,
    }
}

/// The value without references to what is hidden; what becomes empty by that goes too.
fn without(value: &Value, hidden: &[String]) -> Option<Value> {
    match value {
        Value::Object(members) => {
            let refers = members
                .get("reference")
                .is_some_and(|reference| mentions(reference, hidden));
            if refers {
                return None;
            }
            let kept: serde_json::Map<_, _> = members
                .iter()
                .filter_map(|(name, member)| Some((name.clone(), without(member, hidden)?)))
                .collect();
            (!kept.is_empty() || members.is_empty()).then_some(Value::Object(kept))
        }
        Value::Array(items) => {
            let kept: Vec<_> = items
                .iter()
                .filter_map(|item| without(item, hidden))
                .collect();
            (!kept.is_empty() || items.is_empty()).then_some(Value::Array(kept))
        }
        other => Some(other.clone()),
    }
}

/// A FHIR searchset of what may be shown, with the outcome in words.
#[must_use]
pub fn searchset(url: &str, resources: &[Value]) -> Value {
    let entries: Vec<_> = resources
        .iter()
        .map(|resource| json!({"resource": resource, "search": {"mode": "match"}}))
        .collect();
    let outcome = if entries.is_empty() { "empty" } else { "ok" };
    let mut bundle = json!({
        "resourceType": "Bundle", "type": "searchset", "total": entries.len(),
        "meta": {"tag": [{"system": "urn:phr-link:outcome", "code": outcome}]},
        "link": [{"relation": "self", "url": url}],
    });
    // FHIR has no empty arrays.
    if let (false, Some(members)) = (entries.is_empty(), bundle.as_object_mut()) {
        members.insert("entry".to_owned(), Value::Array(entries));
    }
    bundle
}

#[cfg(test)]
mod tests;
