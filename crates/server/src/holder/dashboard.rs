//! The dashboard: what the person shares, with whom, and who read what.

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{Html, IntoResponse, Response};
use phr_link::consent::Consent;
use phr_link::contract::DateTime;
use phr_link::contract::consents::ConsentState;
use phr_link::contract::dashboard::{ConsentEntry, RecipientEntry};
use phr_link::contract::receipts::ReceiptEntry;
use phr_link::receipt::Receipt;
use phr_link::token::{Kind, Unverified};
use phr_link::trust::Member;
use phr_link::wire::base64url;
use phr_link::{Code, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row as _};

use super::agency::Agency;
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
    let for_a_program = is_for_a_program(&headers);
    let (mut cards, mut entries) = (Vec::new(), Vec::new());
    for row in rows {
        let client: String = row.get("client_id");
        let member = lists.trust.member(&client);
        let reads = sqlx::query(
            "SELECT token FROM receipt WHERE arrangement_id = $1 ORDER BY seq DESC LIMIT 50",
        )
        .bind(row.get::<&str, _>("arrangement_id"))
        .fetch_all(holder.db.pool())
        .await?;
        let tokens: Vec<&str> = reads.iter().map(|row| row.get("token")).collect();
        if for_a_program {
            entries.push(entry(&row, member, &tokens, holder.now())?);
            continue;
        }
        let receipts: Vec<_> = tokens.iter().map(|token| claims(token)).collect();
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
    if for_a_program {
        let Value::Object(mut all) = all else {
            return Err(Code::Internal.into());
        };
        all.insert("consents".to_owned(), json!(entries));
        for message in all
            .get_mut("messages")
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten()
        {
            let at = message
                .get("at")
                .and_then(Value::as_i64)
                .unwrap_or_default();
            message["at"] = json!(DateTime(Timestamp::from_secs(at)));
        }
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
    // Why one is not there is told to nobody: unknown, ended and suspended are one answer.
    let live = Agency::live(&mut store, agency, holder.now()).await;
    store.commit().await?;
    let agency = live.map_err(|_| Code::ScopeNotDisclosed)?;
    if agency.agent == own && agency.sees_dashboard {
        Ok(agency.person)
    } else {
        Err(Code::ScopeNotDisclosed.into())
    }
}

/// A consent as the contract describes it.
fn entry(
    row: &AnyRow,
    member: Option<&Member>,
    receipts: &[&str],
    at: Timestamp,
) -> Result<ConsentEntry, Problem> {
    let token: &str = row.get("token");
    let consent = Unverified::read(token, Kind::Consent)?.unverified_claims::<Consent>()?;
    let recipient = member.map_or_else(
        || {
            (
                consent.recipient.name.clone(),
                consent.recipient.name_en.clone(),
            )
        },
        |member| (member.name.clone(), member.name_en.clone()),
    );
    let expires_at = Timestamp::from_secs(row.get("exp"));
    let receipt = |token: &&str| {
        let claims = Unverified::read(token, Kind::Receipt)?.unverified_claims::<Receipt>()?;
        Ok::<_, Problem>(ReceiptEntry {
            token: (*token).into(),
            claims,
        })
    };
    Ok(ConsentEntry {
        jti: row.get::<&str, _>("jti").into(),
        arrangement_id: row.get::<&str, _>("arrangement_id").into(),
        state: match row.get::<&str, _>("state") {
            "active" if expires_at > at => ConsentState::Active,
            "withdrawn" => ConsentState::Withdrawn,
            "superseded" => ConsentState::Superseded,
            _ => ConsentState::Expired,
        },
        recipient: RecipientEntry {
            id: row.get::<&str, _>("client_id").into(),
            name: recipient.0,
            name_en: recipient.1,
            role: Some(consent.recipient.role),
        },
        details: consent.authorization_details,
        registered_at: DateTime(Timestamp::from_secs(row.get("registered_at"))),
        expires_at: DateTime(expires_at),
        consent: token.into(),
        receipts: receipts.iter().map(receipt).collect::<Result<_, _>>()?,
    })
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
