//! Making FHIR of what a source calls its own way: by pointers, without code.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// How one kind of entry becomes a FHIR resource.
///
/// # Example
/// ```
/// use phr_link_server::source::Mapping;
/// use serde_json::json;
/// let mapping: Mapping = serde_json::from_value(json!({
///     "when": {"/kind": "vaccination"}, "resource_type": "Immunization",
///     "fields": {"/vaccineCode/text": "/vaccine", "/occurrenceDateTime": "/given_on"},
///     "fixed": {"/status": "completed"},
/// }))
/// .unwrap();
/// let made = mapping.apply(&json!({"kind": "vaccination", "vaccine": "MR", "given_on": "2020-06-01"}));
/// assert_eq!(made.unwrap()["vaccineCode"]["text"], "MR");
/// assert!(mapping.apply(&json!({"kind": "other"})).is_none());
/// ```
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// What has to stand where, by JSON pointer, for this mapping to be the one.
    pub when: BTreeMap<String, String>,
    /// The type of the resource.
    pub resource_type: String,
    /// Where in the resource a value goes, and where it comes from; what is not there is left out.
    pub fields: BTreeMap<String, String>,
    /// What stands in the resource in any case.
    #[serde(default)]
    pub fixed: BTreeMap<String, String>,
}

impl Mapping {
    /// Makes the resource, if the mapping is the one for this entry.
    #[must_use]
    pub fn apply(&self, entry: &Value) -> Option<Value> {
        let mut wanted = self.when.iter();
        let is_the_one = wanted.all(|(place, text)| {
            entry.pointer(place).and_then(Value::as_str) == Some(text.as_str())
        });
        if !is_the_one {
            return None;
        }
        let mut resource = Value::Object(Map::new());
        put(
            &mut resource,
            "/resourceType",
            Value::from(self.resource_type.as_str()),
        );
        for (to, text) in &self.fixed {
            put(&mut resource, to, Value::from(text.as_str()));
        }
        for (to, from) in &self.fields {
            if let Some(value) = entry.pointer(from).filter(|value| !value.is_null()) {
                put(&mut resource, to, value.clone());
            }
        }
        Some(resource)
    }
}

/// Puts a value where a pointer says, and makes what is missing on the way; a number is a place in a list.
fn put(into: &mut Value, pointer: &str, value: Value) {
    let mut place = into;
    for part in pointer.split('/').skip(1) {
        let part = part.replace("~1", "/").replace("~0", "~");
        match part.parse::<usize>() {
            Ok(number) if number < 64 => {
                if !place.is_array() {
                    *place = Value::Array(Vec::new());
                }
                let Some(items) = place.as_array_mut() else {
                    return;
                };
                while items.len() <= number {
                    items.push(Value::Null);
                }
                let Some(item) = items.get_mut(number) else {
                    return;
                };
                place = item;
            }
            _ => {
                if !place.is_object() {
                    *place = Value::Object(Map::new());
                }
                let Some(members) = place.as_object_mut() else {
                    return;
                };
                place = members.entry(part).or_insert(Value::Null);
            }
        }
    }
    *place = value;
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn places_are_made_on_the_way() {
        let mut made = json!({});
        put(&mut made, "/code/coding/0/code", json!("1"));
        put(&mut made, "/code/coding/0/system", json!("urn:x"));
        put(&mut made, "/a~1b", json!(2));
        assert_eq!(
            made,
            json!({"code": {"coding": [{"code": "1", "system": "urn:x"}]}, "a/b": 2})
        );
    }
}
