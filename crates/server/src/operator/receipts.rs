//! `GET /receipts`: the operator's own records of acquisition and erasure, disclosed to the person, with
//! the list by which they are verified.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Response};
use phr_link::contract::receipts::ReceiptEntry;
use phr_link::receipt::Receipt;
use phr_link::token::{Kind, Unverified};
use serde_json::json;

use super::Shared;
use crate::problem::{Problem, no_store};

pub(super) async fn receipts(
    State(operator): State<Shared>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let session = operator.session(&headers).await?;
    let lists = operator.trust().await?;
    let tokens: Vec<String> = sqlx::query_scalar(
        "SELECT receipt.token FROM receipt
         JOIN operator_arrangement ON operator_arrangement.id = receipt.arrangement_id
         WHERE operator_arrangement.person = $1
         ORDER BY receipt.at DESC, receipt.arrangement_id, receipt.seq DESC",
    )
    .bind(&session.person)
    .fetch_all(operator.db.pool())
    .await?;
    let entry = |token: &String| {
        let claims = Unverified::read(token, Kind::Receipt)?.unverified_claims::<Receipt>()?;
        Ok::<_, Problem>(ReceiptEntry {
            token: token.as_str().into(),
            claims,
        })
    };
    let entries: Vec<_> = tokens.iter().map(entry).collect::<Result<_, _>>()?;
    let body = json!({"receipts": entries, "trust_list": lists.trust_list});
    Ok((no_store(), Json(body)).into_response())
}
