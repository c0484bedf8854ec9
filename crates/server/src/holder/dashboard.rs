//! The dashboard: what the person shares, with whom, and who read what.

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{Html, IntoResponse, Response};
use phr_link::wire::base64url;
use serde::Deserialize;
use serde_json::{Value, json};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row as _};

use super::agency::{self, Agency};
use super::people::Person;
use super::wish::Wish;
use super::{Shared, agents, pages};
use crate::input::Query;
use crate::problem::{Problem, no_store};
use crate::session;
use crate::sign_in::Visit;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    /// The agency of an agent whom the person lets see this.
    #[serde(default, rename = "for")]
    agency: Option<String>,
}

/// What the person shares, with whom, and who read what.
pub(super) async fn dashboard(
    State(holder): State<Shared>,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let Some(session) = session::find(session::HOLDER, &holder.db, &headers, holder.now()).await?
    else {
        let visit = Visit {
            target: "",
            fresh: false,
        };
        return holder.send_to_sign_in(&visit).await;
    };
    let person = whose(&holder, &session.person, asked.agency.as_deref()).await?;
    let rows = sqlx::query("SELECT * FROM consent WHERE person = $1 ORDER BY registered_at DESC")
        .bind(&person)
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
    let mut store = holder.db.begin().await?;
    let wish = Wish::of(&mut store, &person).await?;
    let messages = messages(&holder, &mut store, &person).await?;
    let agents = agents::entries(&mut store, &person, holder.now()).await?;
    let acts_for = match asked.agency {
        None => acts_for(&holder, &mut store, &person).await?,
        Some(_) => Vec::new(),
    };
    store.commit().await?;
    let all = json!({
        "consents": cards, "messages": messages, "emergency_wish": wish.as_str(), "agents": agents,
        "acts_for": acts_for, "is_own": asked.agency.is_none(),
    });
    if is_for_a_program(&headers) {
        return Ok((no_store(), axum::Json(all)).into_response());
    }
    Ok(Html(pages::dashboard(&all)).into_response())
}

/// Whose page it is: one's own, or that of a person who lets this agent see it.
async fn whose(holder: &Shared, own: &str, agency: Option<&str>) -> Result<String, Problem> {
    let Some(agency) = agency else {
        return Ok(own.to_owned());
    };
    let mut store = holder.db.begin().await?;
    let agency = Agency::live(&mut store, agency, holder.now()).await?;
    store.commit().await?;
    if agency.agent == own && agency.sees_dashboard {
        Ok(agency.person)
    } else {
        Err(agency::AWAY.into())
    }
}

/// For whom the person may act now, and whose page they see.
async fn acts_for(
    holder: &Shared,
    store: &mut AnyConnection,
    person: &str,
) -> Result<Vec<Value>, Problem> {
    let mut all = Vec::new();
    for agency in Agency::of_agent(store, person, holder.now()).await? {
        let principal = Person::find(store, &agency.person).await?;
        all.push(json!({
            "id": agency.id, "name": principal.map(|one| one.name),
            "sees_dashboard": agency.sees_dashboard,
        }));
    }
    Ok(all)
}

/// Whether a program asks, and not a browser for a page.
fn is_for_a_program(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT);
    accept.is_some_and(|value| value.as_bytes().starts_with(b"application/json"))
}

/// What the person was told, the newest first.
async fn messages(
    holder: &Shared,
    store: &mut AnyConnection,
    person: &str,
) -> Result<Vec<Value>, Problem> {
    let rows = sqlx::query(
        "SELECT kind, recipient, at FROM notice_to_person
         WHERE person = $1 AND shown_from <= $2 ORDER BY at DESC, id LIMIT 50",
    )
    .bind(person)
    .bind(holder.now().as_secs())
    .fetch_all(&mut *store)
    .await?;
    let lists = holder.lists()?;
    let of = |row: &AnyRow| {
        let recipient: &str = row.get("recipient");
        let name = lists
            .trust
            .member(recipient)
            .map(|member| member.name.clone());
        json!({"kind": row.get::<&str, _>("kind"), "at": row.get::<i64, _>("at"), "recipient": recipient, "name": name})
    };
    Ok(rows.iter().map(of).collect())
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
