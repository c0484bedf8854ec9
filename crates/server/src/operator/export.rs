//! `GET /export`: all that is kept of the person, in one document that another operator can import.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use phr_link::contract::DateTime;
use phr_link::contract::export::{Export, ExportFile, ExportKind, ExportManifest};
use phr_link::token::s256;
use sqlx::{AnyConnection, Row as _};

use super::{Operator, Shared};
use crate::problem::{Problem, no_store};

/// The version of the format.
pub(super) const VERSION: &str = "1.0";

pub(super) const CONSENTS: &str = "consents.txt";
pub(super) const RECEIPTS: &str = "receipts.txt";
pub(super) const RECORDS: &str = "records/";
pub(super) const NDJSON: &str = ".ndjson";

pub(super) async fn export(
    State(operator): State<Shared>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let session = operator.session(&headers).await?;
    session.check_fresh(operator.now())?;
    let mut store = operator.db.begin().await?;
    let export = of(&operator, &mut store, &session.person).await?;
    store.commit().await?;
    let mut response = (no_store(), Json(export)).into_response();
    response.headers_mut().insert(
        header::CONTENT_DISPOSITION,
        HeaderValue::from_static("attachment; filename=\"phr-export.json\""),
    );
    Ok(response)
}

/// The person's data, each record and token once and in one order, whatever brought them here.
async fn of(
    operator: &Operator,
    store: &mut AnyConnection,
    person: &str,
) -> Result<Export, Problem> {
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    // An arrangement that is over leaves nothing behind; this holds if it ended a moment ago, too.
    let rows = sqlx::query(
        "SELECT DISTINCT category, s256, resource FROM operator_record
         WHERE person = $1 AND keep_until > $2",
    )
    .bind(person)
    .bind(operator.now().as_secs())
    .fetch_all(&mut *store)
    .await?;
    // In an order of our own: how a database sorts depends on how it was set up.
    let records: BTreeMap<(&str, &str), &str> = rows
        .iter()
        .map(|row| {
            let key = (row.get("category"), row.get("s256"));
            (key, row.get("resource"))
        })
        .collect();
    for ((category, _), resource) in records {
        let name = format!("{RECORDS}{category}{NDJSON}");
        line(files.entry(name).or_default(), resource);
    }
    let rows = sqlx::query("SELECT kind, s256, token FROM operator_document WHERE person = $1")
        .bind(person)
        .fetch_all(&mut *store)
        .await?;
    let (mut consents, mut receipts) = (BTreeMap::new(), BTreeMap::new());
    for row in rows {
        let kind = match row.get("kind") {
            "consent" => &mut consents,
            _ => &mut receipts,
        };
        kind.insert(row.get::<String, _>("s256"), row.get::<String, _>("token"));
    }
    let own = sqlx::query(
        "SELECT receipt.token FROM receipt
         JOIN operator_arrangement ON operator_arrangement.id = receipt.arrangement_id
         WHERE operator_arrangement.person = $1",
    )
    .bind(person)
    .fetch_all(&mut *store)
    .await?;
    for row in own {
        let token: String = row.get("token");
        receipts.insert(s256(&token), token);
    }
    for (name, tokens) in [(CONSENTS, &consents), (RECEIPTS, &receipts)] {
        for token in tokens.values() {
            line(files.entry(name.to_owned()).or_default(), token);
        }
    }
    let manifest = ExportManifest {
        version: VERSION.to_owned(),
        operator: operator.base().into(),
        sub: person.into(),
        made_at: DateTime(operator.now()),
        files: files
            .iter()
            .map(|(name, text)| describe(name, text))
            .collect(),
    };
    Ok(Export { manifest, files })
}

fn line(file: &mut String, text: &str) {
    file.push_str(text);
    file.push('\n');
}

/// What the manifest says of a file.
pub(super) fn describe(name: &str, text: &str) -> ExportFile {
    ExportFile {
        name: name.to_owned(),
        kind: match name {
            CONSENTS => ExportKind::Consents,
            RECEIPTS => ExportKind::Receipts,
            _ => ExportKind::Records,
        },
        lines: text.matches('\n').count(),
        bytes: text.len(),
        s256: s256(text).into(),
    }
}
