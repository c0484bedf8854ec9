//! `POST /import`: what another operator exported, all of it or nothing.

use axum::Json as Answer;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Response};
use phr_link::Code;
use phr_link::catalogue::Category;
use phr_link::contract::export::{Export, ExportKind};
use phr_link::contract::import::ImportResult;
use phr_link::time::DAY_SECONDS;
use phr_link::token::{Kind, Unverified, s256};
use sqlx::AnyConnection;

use super::Shared;
use super::export::{NDJSON, RECORDS, VERSION, describe};
use super::link::keep_document;
use crate::input::Json;
use crate::problem::{Problem, no_store};
use crate::records::{Strict, has_my_number};
use crate::session::same_origin;

/// For how long what the person brought is kept, in seconds: until they erase it, in effect.
const KEPT_SECONDS: i64 = 100 * 366 * DAY_SECONDS;

pub(super) async fn import(
    State(operator): State<Shared>,
    headers: HeaderMap,
    Json(export): Json<Export>,
) -> Result<Response, Problem> {
    same_origin(&headers, operator.base())?;
    let session = operator.session(&headers).await?;
    check(&export)?;
    let mut store = operator.db.begin().await?;
    let mut result = ImportResult {
        records: 0,
        consents: 0,
        receipts: 0,
    };
    let at = operator.now().as_secs();
    for (name, text) in &export.files {
        for line in text.lines() {
            let count = match describe(name, "").kind {
                ExportKind::Consents => {
                    keep_document(&mut store, &session.person, "consent", line).await?;
                    &mut result.consents
                }
                ExportKind::Receipts => {
                    keep_document(&mut store, &session.person, "receipt", line).await?;
                    &mut result.receipts
                }
                ExportKind::Records => {
                    let category = category(name)?;
                    keep_record(&mut store, &session.person, category, line, at).await?;
                    &mut result.records
                }
            };
            *count += 1;
        }
    }
    store.commit().await?;
    Ok((no_store(), Answer(result)).into_response())
}

fn bad(path: String) -> Problem {
    Problem::at(Code::ImportMalformed, Some(path))
}

/// Checks everything before anything is kept.
fn check(export: &Export) -> Result<(), Problem> {
    if export.manifest.version != VERSION {
        return Err(bad("/manifest/version".to_owned()));
    }
    let described: Vec<_> = export
        .files
        .iter()
        .map(|(name, text)| describe(name, text))
        .collect();
    // Names, kinds, numbers and hashes: what was cut off or changed on its way is noticed.
    if described != export.manifest.files {
        return Err(bad("/manifest/files".to_owned()));
    }
    for (place, (name, text)) in export.files.iter().enumerate() {
        let refuse = || bad(format!("/files/{place}"));
        if !text.is_empty() && !text.ends_with('\n') {
            return Err(refuse());
        }
        let kind = describe(name, "").kind;
        for line in text.lines() {
            let is_good = match kind {
                ExportKind::Consents => Unverified::read(line, Kind::Consent).is_ok(),
                ExportKind::Receipts => Unverified::read(line, Kind::Receipt).is_ok(),
                ExportKind::Records => category(name).is_ok() && is_record(line),
            };
            if !is_good {
                return Err(refuse());
            }
        }
    }
    Ok(())
}

/// The category that a file's name says.
fn category(name: &str) -> Result<Category, Problem> {
    let code = name
        .strip_prefix(RECORDS)
        .and_then(|rest| rest.strip_suffix(NDJSON));
    let category = code.and_then(Category::parse);
    category.ok_or_else(|| bad("/files".to_owned()))
}

/// A FHIR resource without a member twice and without a My Number.
fn is_record(line: &str) -> bool {
    let Ok(Strict(resource)) = serde_json::from_str(line) else {
        return false;
    };
    resource
        .get("resourceType")
        .is_some_and(|kind| kind.is_string())
        && !has_my_number(&resource)
}

async fn keep_record(
    store: &mut AnyConnection,
    person: &str,
    category: Category,
    line: &str,
    at: i64,
) -> Result<(), Problem> {
    sqlx::query(
        "INSERT INTO operator_record (person, source, category, s256, resource, acquired_at, keep_until)
         VALUES ($1, 'import', $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
    )
    .bind(person)
    .bind(category.code())
    .bind(s256(line))
    .bind(line)
    .bind(at)
    .bind(at + KEPT_SECONDS)
    .execute(&mut *store)
    .await?;
    Ok(())
}
