//! Records as a retrieval keeps them.

use phr_link::Code;
use phr_link::catalogue::Category;
use serde_json::Value;

use crate::problem::Problem;
use crate::records::{Record, flags_of};

/// The records as text: each with its category, since one may hide what another tells.
pub(crate) fn write_records(records: &[Record]) -> String {
    let all = records.iter().map(|record| {
        serde_json::json!({"category": record.category, "aliases": record.aliases, "resource": record.resource})
    });
    all.collect::<Value>().to_string()
}

/// Reads what [`write_records`] wrote; before there is a result there is nothing.
///
/// # Errors
/// `internal` for a text that is damaged: it is never taken for an empty one
pub(crate) fn read_records(text: &str) -> Result<Vec<Record>, Problem> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let all: Vec<Value> = serde_json::from_str(text).map_err(|_| Code::Internal)?;
    let read = |mut kept: Value| {
        let category = Category::parse(kept.get("category")?.as_str()?)?.code();
        let aliases = kept.get("aliases").and_then(Value::as_array).cloned();
        let resource = kept.get_mut("resource")?.take();
        let flags = flags_of(category, &resource);
        let mut record = Record::new(category, resource, flags);
        let aliases = aliases.unwrap_or_default();
        let aliases = aliases.iter().filter_map(Value::as_str);
        record.aliases.extend(aliases.map(str::to_owned));
        Some(record)
    };
    let all = all.into_iter().map(read);
    all.map(|record| record.ok_or_else(|| Code::Internal.into()))
        .collect()
}
