//! The dashboard: what the person shares, with whom, and who read what.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{Html, IntoResponse, Response};
use phr_link::wire::base64url;
use serde_json::json;
use sqlx::Row as _;

use super::{Shared, pages, session};
use crate::problem::Problem;

/// What the person shares, with whom, and who read what.
pub(super) async fn dashboard(
    State(holder): State<Shared>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let Some(session) = session::find(&holder, &headers).await? else {
        let people: Vec<_> = crate::records::synthetic::PEOPLE
            .iter()
            .map(|person| (person.id, person.name))
            .collect();
        return Ok(Html(pages::login(&people, None)).into_response());
    };
    let rows = sqlx::query("SELECT * FROM consent WHERE person = $1 ORDER BY registered_at DESC")
        .bind(&session.person)
        .fetch_all(holder.db.pool())
        .await?;
    let lists = holder.lists()?;
    let mut cards = Vec::new();
    for row in rows {
        let client: String = row.get("client_id");
        let member = lists.trust.member(&client);
        let reads = sqlx::query(
            "SELECT token FROM receipt WHERE arrangement_id = $1 ORDER BY seq DESC LIMIT 50",
        )
        .bind(row.get::<&str, _>("arrangement_id"))
        .fetch_all(holder.db.pool())
        .await?;
        let receipts: Vec<_> = reads.iter().map(|row| claims(row.get("token"))).collect();
        let is_over = row.get::<i64, _>("exp") <= holder.now().as_secs();
        let state: String = row.get("state");
        cards.push(json!({
            "jti": row.get::<&str, _>("jti"), "state": if is_over && state == "active" { "expired" } else { &state },
            "name": member.map(|member| member.name.clone()), "exp": row.get::<i64, _>("exp"),
            "consent": claims(row.get("token")), "receipts": receipts,
        }));
    }
    Ok(Html(pages::dashboard(&cards)).into_response())
}

/// The claims of a token of our own store.
fn claims(token: &str) -> serde_json::Value {
    let payload = token
        .split('.')
        .nth(1)
        .and_then(|part| base64url::decode(part).ok());
    payload
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .unwrap_or_default()
}
