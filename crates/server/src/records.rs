//! Records: where they come from, and which of them a permitted request is shown.

use phr_link::decide::RecordMeta;
use phr_link::scope::Flag;
use serde_json::{Value, json};

pub mod folder;
mod release;
mod strict;
pub mod synthetic;

pub(crate) use folder::{flags_of, has_my_number};
pub use release::release;
pub(crate) use strict::Strict;

/// A record: a FHIR R4 resource with what the verdict needs to know of it.
#[derive(Clone, Debug)]
pub struct Record {
    /// The code of its category.
    pub category: &'static str,
    /// What the verdict needs to know.
    pub meta: RecordMeta,
    /// The names by which other resources may refer to it, beside its own.
    pub aliases: Vec<String>,
    /// The resource.
    pub resource: Value,
}

/// The system of the marks by which hospitals say whether a diagnosis was told to the person.
pub const MARKS: &str = "http://jpfhir.jp/fhir/clins/CodeSystem/JP_ehrshrs_indication";

impl Record {
    /// Reads date and marks out of a resource.
    #[must_use]
    pub fn new(category: &'static str, resource: Value, flags: Vec<Flag>) -> Self {
        let date = DATES
            .iter()
            .find_map(|pointer| resource.pointer(pointer)?.as_str());
        let meta = RecordMeta {
            id: name(&resource),
            date: date.map(str::to_owned),
            flags,
            tags: marks(&resource),
        };
        Self {
            category,
            meta,
            aliases: Vec::new(),
            resource,
        }
    }
}

/// Where resources say when they are from, in the order in which we look. That of the entry goes
/// before that of the onset: a source keeps records by when they were registered.
const DATES: [&str; 16] = [
    "/effectiveDateTime",
    "/effectivePeriod/start",
    "/occurrenceDateTime",
    "/authoredOn",
    "/recordedDate",
    "/performedDateTime",
    "/whenHandedOver",
    "/dateAsserted",
    "/date",
    "/dateTime",
    "/started",
    "/created",
    "/authored",
    "/period/start",
    "/timestamp",
    "/onsetDateTime",
];

/// `Condition/1`, if the resource has a name.
fn name(resource: &Value) -> Option<String> {
    let text = |member: &str| resource.get(member).and_then(Value::as_str);
    Some(format!("{}/{}", text("resourceType")?, text("id")?))
}

/// The marks in `meta.tag`. Those that hide count whatever system they name: a slip in a web address
/// must not show what is to stay hidden.
fn marks(resource: &Value) -> Vec<String> {
    let tags = resource.pointer("/meta/tag").and_then(Value::as_array);
    let mut marks = Vec::new();
    for tag in tags.into_iter().flatten() {
        let code = tag.get("code").and_then(Value::as_str).unwrap_or_default();
        let is_ours = tag.get("system").is_some_and(|system| system == MARKS);
        if is_ours || release::HIDING.contains(&code) {
            marks.push(code.to_owned());
        }
    }
    marks
}

/// A page of what may be shown.
#[derive(Clone, Copy, Debug)]
pub struct Page<'a> {
    /// The address of this page.
    pub url: &'a str,
    /// How many records may be shown in all.
    pub total: usize,
    /// Those on this page.
    pub resources: &'a [Value],
    /// The address of the next page.
    pub next: Option<&'a str>,
}

/// A FHIR searchset of what may be shown, with the outcome in words.
#[must_use]
pub fn searchset(page: &Page<'_>) -> Value {
    let entries: Vec<_> = page
        .resources
        .iter()
        .map(|resource| json!({"resource": resource, "search": {"mode": "match"}}))
        .collect();
    let outcome = if page.total == 0 { "empty" } else { "ok" };
    let mut links = vec![json!({"relation": "self", "url": page.url})];
    links.extend(page.next.map(|url| json!({"relation": "next", "url": url})));
    let mut bundle = json!({
        "resourceType": "Bundle", "type": "searchset", "total": page.total,
        "meta": {"tag": [{"system": "urn:phr-link:outcome", "code": outcome}]},
        "link": links,
    });
    // FHIR has no empty arrays.
    if let (false, Some(members)) = (entries.is_empty(), bundle.as_object_mut()) {
        members.insert("entry".to_owned(), Value::Array(entries));
    }
    bundle
}

#[cfg(test)]
mod tests;
