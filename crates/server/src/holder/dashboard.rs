//! The dashboard: what the person shares, with whom, and who read what.

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{Html, IntoResponse, Response};
use phr_link::consent::Consent;
use phr_link::contract::DateTime;
use phr_link::contract::consents::ConsentState;
use phr_link::contract::dashboard::{
    ConsentEntry, Dashboard, MessageEntry, PrincipalEntry, RecipientEntry,
};
use phr_link::contract::receipts::ReceiptEntry;
use phr_link::receipt::Receipt;
use phr_link::token::{Kind, Unverified};
use phr_link::trust::Member;
use phr_link::{Code, Timestamp};
use serde::Deserialize;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row as _};

use super::agency::Agency;
use super::people::Person;
use super::wish::Wish;
use super::{Shared, agents, pages, word};
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
        return holder.send_to_sign_in(&Visit::HOME).await;
    };
    let person = whose(&holder, &session.person, asked.agency.as_deref()).await?;
    let rows = sqlx::query("SELECT * FROM consent WHERE person = $1 ORDER BY registered_at DESC")
        .bind(&person)
        .fetch_all(holder.db.pool())
        .await?;
    let lists = holder.lists()?;
    let mut consents = Vec::new();
    for row in rows {
        let client: &str = row.get("client_id");
        let receipts: Vec<String> = sqlx::query_scalar(
            "SELECT token FROM receipt WHERE arrangement_id = $1 ORDER BY seq DESC LIMIT 50",
        )
        .bind(row.get::<&str, _>("arrangement_id"))
        .fetch_all(holder.db.pool())
        .await?;
        let member = lists.trust.member(client);
        consents.push(entry(&row, member, &receipts, holder.now())?);
    }
    let mut store = holder.db.begin().await?;
    let shown = Dashboard {
        consents,
        next: None,
        messages: messages(&holder, &mut store, &person).await?,
        emergency_wish: word::read(Wish::of(&mut store, &person).await?.as_str())?,
        agents: agents::entries(&mut store, &person, holder.now()).await?,
        acts_for: match asked.agency {
            None => acts_for(&holder, &mut store, &person).await?,
            Some(_) => Vec::new(),
        },
        is_own: asked.agency.is_none(),
    };
    store.commit().await?;
    if is_for_a_program(&headers) {
        return Ok((no_store(), axum::Json(shown)).into_response());
    }
    // The page has what a program gets.
    let shown = serde_json::to_value(shown).map_err(|_| Code::Internal)?;
    Ok(Html(pages::dashboard(&shown)).into_response())
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
    receipts: &[String],
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
    let receipt = |token: &String| {
        let claims = Unverified::read(token, Kind::Receipt)?.unverified_claims::<Receipt>()?;
        Ok::<_, Problem>(ReceiptEntry {
            token: token.as_str().into(),
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
) -> Result<Vec<PrincipalEntry>, Problem> {
    let mut all = Vec::new();
    for agency in Agency::of_agent(store, person, holder.now()).await? {
        let principal = Person::find(store, &agency.person).await?;
        all.push(PrincipalEntry {
            id: agency.id.into(),
            name: principal.map(|one| one.name),
            sees_dashboard: agency.sees_dashboard,
        });
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
) -> Result<Vec<MessageEntry>, Problem> {
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
        let member = lists.trust.member(recipient);
        Ok(MessageEntry {
            kind: word::read(row.get("kind"))?,
            at: DateTime(Timestamp::from_secs(row.get("at"))),
            // What is about an agent is about no recipient.
            recipient: (!recipient.is_empty()).then(|| recipient.into()),
            name: member.map(|member| member.name.clone()),
        })
    };
    rows.iter().map(of).collect()
}
