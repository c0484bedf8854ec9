//! `POST /filter`: a Bundle goes in, and what may be shown of it comes out.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use phr_link::Code;
use phr_link::decide::RecordFilter;
use phr_link::wire::base64url;
use serde_json::{Map, Value};

use super::Sidecar;
use crate::input::Json;
use crate::peer::Peer;
use crate::problem::{Problem, no_store};
use crate::records::{Record, flags_of, release};

/// By what is filtered: the header that the verdict gave.
const FILTER: &str = "phr-filter";

/// Every entry has to be a record of the permit's category; which one is hidden is decided over all of them.
pub(super) async fn filter(
    State(sidecar): State<Arc<Sidecar>>,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
    Json(bundle): Json<Map<String, Value>>,
) -> Result<Response, Problem> {
    sidecar.check_peer(peer)?;
    let misused = |path: &str| Problem::at(Code::CallerMisuse, Some(path.to_owned()));
    let sent = headers.get(FILTER).and_then(|value| value.to_str().ok());
    let sent = sent.and_then(|text| base64url::decode(text).ok());
    let filter: RecordFilter = sent
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .ok_or_else(|| misused("/PHR-Filter"))?;
    let is_bundle = bundle
        .get("resourceType")
        .is_some_and(|kind| kind == "Bundle");
    if !is_bundle {
        return Err(misused("/resourceType"));
    }
    let entries = bundle
        .get("entry")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    let mut records = Vec::new();
    for (place, entry) in entries.iter().enumerate() {
        let resource = entry.get("resource").filter(|one| one.is_object());
        let resource = resource.ok_or_else(|| misused(&format!("/entry/{place}")))?;
        let category = filter.category.code();
        let mut record = Record::new(category, resource.clone(), flags_of(category, resource));
        let address = entry.get("fullUrl").and_then(Value::as_str);
        record.aliases.extend(address.map(str::to_owned));
        records.push(record);
    }
    let shown = release(&records, &filter);
    // Built anew: numbers, links and addresses of what stays back must not tell of it.
    let mut answer = Map::new();
    answer.insert("resourceType".to_owned(), "Bundle".into());
    let kind = bundle.get("type").cloned();
    answer.insert(
        "type".to_owned(),
        kind.unwrap_or_else(|| "searchset".into()),
    );
    answer.insert("total".to_owned(), shown.len().into());
    if !shown.is_empty() {
        let entries = shown
            .into_iter()
            .map(|resource| serde_json::json!({"resource": resource}));
        answer.insert("entry".to_owned(), entries.collect());
    }
    let kind = HeaderValue::from_static("application/fhir+json; charset=utf-8");
    let text = Value::Object(answer).to_string();
    Ok((no_store(), [(header::CONTENT_TYPE, kind)], text).into_response())
}
