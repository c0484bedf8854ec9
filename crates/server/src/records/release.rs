//! Leaving out what a reader may not see, so that no trace of it stays.

use phr_link::decide::{RecordFilter, UNDELIVERED, UNINFORMED};
use serde_json::{Map, Value};

use super::{Record, marks, name};

/// The marks that hide.
pub(super) const HIDING: [&str; 2] = [UNDELIVERED, UNINFORMED];

/// What stands or falls as a whole: a document's words may repeat what is hidden, and a bill counts
/// its diagnoses.
const WHOLE: [&str; 5] = [
    "Bundle",
    "Claim",
    "Composition",
    "DocumentReference",
    "ExplanationOfBenefit",
];

/// Members that number what stands beside them, or tell it in words: with a part of it gone they
/// would show the gap.
const TELLING: [&str; 3] = ["text", "rank", "diagnosisSequence"];

/// Gives the records of a category that may be shown, with every trace of the others removed.
///
/// It runs before anything is counted. A record left out takes along every reference to it, what
/// hangs on such a reference, and its name and codes wherever else they stand; a document that has
/// any of these is left out too.
#[must_use]
pub fn release(records: &[Record], filter: &RecordFilter) -> Vec<Value> {
    let hidden = Hidden::of(records, filter);
    records
        .iter()
        .filter(|record| record.category == filter.category.code() && filter.admits(&record.meta))
        .filter_map(|record| hidden.without(&record.resource))
        .collect()
}

/// What these readers may not learn of.
struct Hidden {
    /// `Condition/1`, or a whole address.
    names: Vec<String>,
    /// System and value.
    identifiers: Vec<(String, String)>,
    /// System and code, of what is hidden by a mark.
    codings: Vec<(String, String)>,
    /// Its names in words.
    words: Vec<String>,
    institution_side: bool,
}

impl Hidden {
    fn of(records: &[Record], filter: &RecordFilter) -> Self {
        let mut hidden = Self {
            names: Vec::new(),
            identifiers: Vec::new(),
            codings: Vec::new(),
            words: Vec::new(),
            institution_side: filter.institution_side,
        };
        let is_marked = |record: &Record| hides(&record.meta.tags, filter.institution_side);
        for record in records {
            let is_here = record.category == filter.category.code();
            let is_hidden = is_marked(record);
            if is_hidden || (is_here && !filter.admits(&record.meta)) {
                hidden.names.extend(record.meta.id.clone());
                hidden.names.extend(record.aliases.iter().cloned());
            }
            if is_hidden {
                hidden.identifiers.extend(identifiers(&record.resource));
            }
        }
        // What the person was told under the same name is no secret.
        let (mut told_codings, mut told_words) = (Vec::new(), Vec::new());
        for record in records {
            let is_condition = record
                .resource
                .get("resourceType")
                .is_some_and(|kind| kind == "Condition");
            if let (true, Some(concept)) = (is_condition, record.resource.get("code")) {
                let (codings, words) = if is_marked(record) {
                    (&mut hidden.codings, &mut hidden.words)
                } else if hidden.is_copy(&record.resource) {
                    // A copy that lost its mark tells nobody anything.
                    continue;
                } else {
                    (&mut told_codings, &mut told_words)
                };
                read_concept(concept, codings, words);
            }
        }
        hidden
            .codings
            .retain(|coding| !told_codings.contains(coding));
        hidden.words.retain(|word| !told_words.contains(word));
        hidden
    }

    /// The resource without a trace of what is hidden; `None` if it has to be left out itself.
    fn without(&self, resource: &Value) -> Option<Value> {
        if self.is_copy(resource) {
            return None;
        }
        let mut local = Vec::new();
        self.read_contained(resource, &mut local);
        let kind = resource.get("resourceType");
        let is_whole = kind.is_some_and(|kind| WHOLE.iter().any(|whole| kind == whole));
        let mut strip = Strip {
            hidden: self,
            local,
            is_changed: false,
        };
        let mut kept = strip.value(resource)?;
        if strip.is_changed && is_whole {
            return None;
        }
        if strip.is_changed {
            drop_telling(&mut kept);
        }
        Some(kept)
    }

    /// Whether it is something hidden again, perhaps without the mark.
    fn is_copy(&self, resource: &Value) -> bool {
        name(resource).is_some_and(|name| self.names.contains(&name))
            || identifiers(resource).any(|identifier| self.identifiers.contains(&identifier))
    }

    /// The names of hidden resources that are contained, as references inside write them.
    fn read_contained(&self, resource: &Value, local: &mut Vec<String>) {
        let contained = resource.get("contained").and_then(Value::as_array);
        for inner in contained.into_iter().flatten() {
            if hides(&marks(inner), self.institution_side)
                && let Some(id) = inner.get("id").and_then(Value::as_str)
            {
                local.push(format!("#{id}"));
            }
        }
    }

    fn is_named(&self, reference: &str) -> bool {
        // A reference may name a version, and a part inside.
        let plain = reference.split("/_history/").next().unwrap_or(reference);
        let plain = plain.split('#').next().unwrap_or(plain);
        self.names.iter().any(|name| {
            plain == name
                || plain
                    .strip_suffix(name.as_str())
                    .is_some_and(|before| before.ends_with('/'))
        })
    }

    fn is_said(&self, text: &str) -> bool {
        self.words.iter().any(|word| text.contains(word.as_str()))
    }
}

/// Whether marks hide a record from these readers.
fn hides(marks: &[String], institution_side: bool) -> bool {
    let has = |mark: &str| marks.iter().any(|other| other == mark);
    has(UNDELIVERED) || (has(UNINFORMED) && !institution_side)
}

fn pair(value: &Value, second: &str) -> Option<(String, String)> {
    let text = |member: &str| value.get(member).and_then(Value::as_str);
    Some((
        text("system").unwrap_or_default().to_owned(),
        text(second)?.to_owned(),
    ))
}

fn identifiers(resource: &Value) -> impl Iterator<Item = (String, String)> {
    let own = resource.get("identifier").and_then(Value::as_array);
    own.into_iter()
        .flatten()
        .filter_map(|identifier| pair(identifier, "value"))
}

/// Collects the codes of a concept and its names; a single letter names nothing.
fn read_concept(concept: &Value, codings: &mut Vec<(String, String)>, words: &mut Vec<String>) {
    let mut word = |value: Option<&Value>| {
        let text = value.and_then(Value::as_str).map(str::trim);
        words.extend(
            text.filter(|text| text.chars().count() > 1)
                .map(str::to_owned),
        );
    };
    word(concept.get("text"));
    for coding in concept
        .get("coding")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        word(coding.get("display"));
        codings.extend(pair(coding, "code"));
    }
}

fn drop_telling(value: &mut Value) {
    match value {
        Value::Object(members) => {
            // `text` of a resource is its narrative; of anything else it is a word of its own.
            let is_resource = members.contains_key("resourceType");
            members.retain(|name, _| {
                !(TELLING.contains(&name.as_str()) && (is_resource || name != "text"))
            });
            members.values_mut().for_each(drop_telling);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_telling),
        _ => {}
    }
}

/// One pass over one resource.
struct Strip<'h> {
    hidden: &'h Hidden,
    local: Vec<String>,
    is_changed: bool,
}

impl Strip<'_> {
    /// The value without what is hidden; `None` if it hangs on it.
    fn value(&mut self, value: &Value) -> Option<Value> {
        let kept = match value {
            Value::Object(members) if self.is_hidden(members) => None,
            Value::Object(members) => self.object(members),
            Value::Array(items) => {
                let kept: Vec<_> = items.iter().filter_map(|item| self.value(item)).collect();
                return Some(Value::Array(kept));
            }
            Value::String(text) if self.hidden.is_said(text) => None,
            other => return Some(other.clone()),
        };
        if kept.is_none() {
            self.is_changed = true;
        }
        kept
    }

    /// What hangs on something hidden goes with it, up to the item of a list or to the resource.
    fn object(&mut self, members: &Map<String, Value>) -> Option<Value> {
        let is_resource = members.contains_key("resourceType");
        let mut kept = Map::new();
        for (name, member) in members {
            match self.value(member) {
                // What became empty only now would tell that something was there.
                Some(Value::Array(items)) if items.is_empty() && !is_empty(member) => {}
                Some(member) => {
                    kept.insert(name.clone(), member);
                }
                None if is_resource && !ESSENTIAL.contains(&name.as_str()) => {}
                None => return None,
            }
        }
        (!kept.is_empty() || members.is_empty()).then_some(Value::Object(kept))
    }

    fn is_hidden(&self, members: &Map<String, Value>) -> bool {
        let text = |member: &str| members.get(member).and_then(Value::as_str);
        if let Some(reference) = text("reference")
            && (self.hidden.is_named(reference) || self.local.iter().any(|id| id == reference))
        {
            return true;
        }
        // A reference may name its target by identifier, an entry by address, a link by its text.
        let by_identifier = members
            .get("identifier")
            .and_then(|identifier| pair(identifier, "value"));
        if by_identifier.is_some_and(|identifier| self.hidden.identifiers.contains(&identifier))
            || ["fullUrl", "url", "valueUri", "valueUrl", "valueCanonical"]
                .iter()
                .any(|name| text(name).is_some_and(|address| self.hidden.is_named(address)))
        {
            return true;
        }
        if members.contains_key("resourceType") {
            let inner = Value::Object(members.clone());
            return hides(&marks(&inner), self.hidden.institution_side)
                || name(&inner).is_some_and(|name| self.hidden.names.contains(&name))
                || identifiers(&inner).any(|own| self.hidden.identifiers.contains(&own));
        }
        let codings = members.get("coding").and_then(Value::as_array);
        codings.into_iter().flatten().any(|coding| {
            pair(coding, "code").is_some_and(|coding| self.hidden.codings.contains(&coding))
        })
    }
}

/// Without these a resource says nothing.
const ESSENTIAL: [&str; 3] = ["code", "medicationCodeableConcept", "vaccineCode"];

fn is_empty(value: &Value) -> bool {
    value.as_array().is_some_and(Vec::is_empty)
}
