//! `GET /receipts`: what the person is shown of the records of provision (APPI 33(5)), page by page,
//! and all of it as one file that anybody can verify without us.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use phr_link::Code;
use phr_link::contract::lists::ReceiptList;
use phr_link::contract::receipts::ReceiptEntry;
use phr_link::receipt::Receipt;
use phr_link::token::{Kind, Unverified};
use serde::Deserialize;
use serde_json::json;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row as _};

use super::Shared;
use crate::input::Query;
use crate::problem::{Problem, no_store};
use crate::session;

/// The most receipts on a page.
const PAGE: i64 = 100;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    #[serde(default)]
    cursor: Option<String>,
}

/// Where a page begins: after the receipt at this time, of this arrangement, with this number.
struct Place {
    at: i64,
    arrangement: String,
    seq: i64,
}

impl Place {
    /// Before the newest.
    const fn start() -> Self {
        Self {
            at: i64::MAX,
            arrangement: String::new(),
            seq: i64::MAX,
        }
    }

    fn of(row: &AnyRow) -> Self {
        Self {
            at: row.get("at"),
            arrangement: row.get("arrangement_id"),
            seq: row.get("seq"),
        }
    }

    fn read(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '~');
        Some(Self {
            at: parts.next()?.parse().ok()?,
            seq: parts.next()?.parse().ok()?,
            arrangement: parts.next()?.to_owned(),
        })
    }

    fn text(&self) -> String {
        format!("{}~{}~{}", self.at, self.seq, self.arrangement)
    }
}

pub(super) async fn receipts(
    State(holder): State<Shared>,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let session = session::find(session::HOLDER, &holder.db, &headers, holder.now()).await?;
    let session = session.ok_or(Code::SessionMissing)?;
    let bound = ["receipts", session.person.as_str()];
    let misused = || Problem::at(Code::CallerMisuse, Some("/cursor".to_owned()));
    let from = match &asked.cursor {
        None => Place::start(),
        Some(cursor) => {
            let place = holder.secret.place(cursor, &bound).ok_or_else(misused)?;
            Place::read(place).ok_or_else(misused)?
        }
    };
    let mut store = holder.db.begin().await?;
    let rows = page(&mut store, &session.person, &from).await?;
    store.commit().await?;
    let is_full = i64::try_from(rows.len()).is_ok_and(|count| count == PAGE);
    let next = rows.last().filter(|_| is_full);
    let next = next.map(|row| holder.secret.cursor(&Place::of(row).text(), &bound));
    let entry = |row: &AnyRow| {
        let token: &str = row.get("token");
        let claims = Unverified::read(token, Kind::Receipt)?.unverified_claims::<Receipt>()?;
        Ok::<_, Problem>(ReceiptEntry {
            token: token.into(),
            claims,
        })
    };
    let list = ReceiptList {
        receipts: rows.iter().map(entry).collect::<Result<_, _>>()?,
        next: next.map(Into::into),
    };
    Ok((no_store(), Json(list)).into_response())
}

/// `GET /receipts/file`: everything, with the trust list by which it is verified.
pub(super) async fn file(
    State(holder): State<Shared>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let session = session::find(session::HOLDER, &holder.db, &headers, holder.now()).await?;
    let session = session.ok_or(Code::SessionMissing)?;
    let mut store = holder.db.begin().await?;
    let mut tokens: Vec<String> = Vec::new();
    let mut from = Place::start();
    loop {
        let rows = page(&mut store, &session.person, &from).await?;
        let Some(last) = rows.last() else { break };
        from = Place::of(last);
        tokens.extend(rows.iter().map(|row| row.get::<String, _>("token")));
    }
    store.commit().await?;
    let body = json!({
        "holder": holder.base(), "at": holder.now(), "receipts": tokens,
        "trust_list": holder.lists()?.trust_list,
    });
    let mut response = (no_store(), Json(body)).into_response();
    response.headers_mut().insert(
        header::CONTENT_DISPOSITION,
        HeaderValue::from_static("attachment; filename=\"phr-receipts.json\""),
    );
    Ok(response)
}

/// The receipts of all arrangements of a person, the newest first.
async fn page(
    store: &mut AnyConnection,
    person: &str,
    from: &Place,
) -> Result<Vec<AnyRow>, Problem> {
    let rows = sqlx::query(
        "SELECT receipt.token, receipt.at, receipt.arrangement_id, receipt.seq
         FROM receipt JOIN pairwise ON pairwise.sub = receipt.sub
         WHERE pairwise.person = $1 AND (receipt.at < $2 OR (receipt.at = $2
         AND (receipt.arrangement_id > $3 OR (receipt.arrangement_id = $3 AND receipt.seq < $4))))
         ORDER BY receipt.at DESC, receipt.arrangement_id, receipt.seq DESC LIMIT $5",
    )
    .bind(person)
    .bind(from.at)
    .bind(&from.arrangement)
    .bind(from.seq)
    .bind(PAGE)
    .fetch_all(&mut *store)
    .await?;
    Ok(rows)
}
