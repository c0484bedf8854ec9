//! `/agents`: the person sees who may act for them, registers an agent of their own choice, and ends one
//! or all. No agent is told anything.

use axum::Json as Answer;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use phr_link::claims::{ActorRole, AgentBasisKind};
use phr_link::contract::DateTime;
use phr_link::contract::agents::{AgentEntry, AgentRegistration, AgentState, EndedAgents};
use phr_link::contract::lists::AgentList;
use phr_link::{Code, Timestamp};
use sqlx::{AnyConnection, Row as _};

use super::agency::{Agency, Standing, Title};
use super::inbox::{self, Message};
use super::outbox::{self, Wanted};
use super::people::Person;
use super::{Shared, withdraw};
use crate::input::{Json, Path};
use crate::problem::{Problem, no_store};
use crate::session::{self, Session, same_origin};

async fn session(holder: &Shared, headers: &HeaderMap) -> Result<Session, Problem> {
    let session = session::find(session::HOLDER, &holder.db, headers, holder.now()).await?;
    session.ok_or_else(|| Code::SessionMissing.into())
}

impl Agency {
    /// What the person is shown of it.
    pub(super) async fn entry(
        &self,
        store: &mut AnyConnection,
        at: Timestamp,
    ) -> Result<AgentEntry, Problem> {
        let agent = Person::find(store, &self.agent).await?;
        Ok(AgentEntry {
            id: self.id.as_str().into(),
            name: agent.map(|agent| agent.name).unwrap_or_default(),
            role: self.role,
            basis: self.kind,
            state: match self.standing(at) {
                Standing::Active => AgentState::Active,
                Standing::Ended => AgentState::Ended,
                Standing::Suspended => AgentState::Suspended,
            },
            registered_at: DateTime(self.registered_at),
            until: DateTime(self.until),
            sees_dashboard: self.sees_dashboard,
        })
    }
}

/// Every agent of a person, for their eyes.
pub(super) async fn entries(
    store: &mut AnyConnection,
    person: &str,
    at: Timestamp,
) -> Result<Vec<AgentEntry>, Problem> {
    let mut entries = Vec::new();
    for agency in Agency::of_person(store, person).await? {
        entries.push(agency.entry(store, at).await?);
    }
    Ok(entries)
}

pub(super) async fn list(
    State(holder): State<Shared>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let session = session(&holder, &headers).await?;
    let mut store = holder.db.begin().await?;
    let agents = entries(&mut store, &session.person, holder.now()).await?;
    store.commit().await?;
    let list = AgentList { agents, next: None };
    Ok((no_store(), Answer(list)).into_response())
}

/// Registers a proxy. A guardian's title is not the person's to give: the holder's desk registers it.
pub(super) async fn register(
    State(holder): State<Shared>,
    headers: HeaderMap,
    Json(asked): Json<AgentRegistration>,
) -> Result<Response, Problem> {
    same_origin(&headers, holder.base())?;
    let session = session(&holder, &headers).await?;
    let at = holder.now();
    session.check_fresh(at)?;
    let is_own_choice = asked.role == ActorRole::Proxy
        && matches!(
            asked.basis,
            AgentBasisKind::PowerOfAttorney | AgentBasisKind::RegisteredAgent
        );
    if !is_own_choice {
        return Err(Problem::at(Code::AgentAuthority, Some("/basis".to_owned())));
    }
    let title = Title {
        person: &session.person,
        agent: &asked.agent,
        role: asked.role,
        kind: asked.basis,
        reference: &asked.reference,
        until: asked.until.0,
        sees_dashboard: asked.sees_dashboard,
    };
    let mut store = holder.db.begin().await?;
    // A child who does not decide alone entrusts nobody.
    let person = Person::find(&mut store, &session.person).await?;
    let born = person.ok_or(Code::Internal)?.born()?;
    if !super::age::decides_alone(born, at) {
        return Err(Code::AgentAuthority.into());
    }
    let agency = Agency::register(&mut store, &title, at).await?;
    let entry = agency.entry(&mut store, at).await?;
    tell(
        &mut store,
        &session.person,
        inbox::Kind::AgentRegistered,
        at,
    )
    .await?;
    store.commit().await?;
    Ok((StatusCode::CREATED, no_store(), Answer(entry)).into_response())
}

pub(super) async fn end(
    State(holder): State<Shared>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    same_origin(&headers, holder.base())?;
    let session = session(&holder, &headers).await?;
    let at = holder.now();
    let mut store = holder.db.begin().await?;
    let agency = Agency::find(&mut store, &id).await?;
    let agency = agency
        .filter(|agency| agency.person == session.person)
        .ok_or(Code::ScopeNotDisclosed)?;
    // Whom the law or a court gave is not the person's to send away.
    if agency.role == ActorRole::Guardian {
        return Err(Code::AgentAuthority.into());
    }
    if end_one(&holder, &mut store, &agency).await? {
        tell(&mut store, &session.person, inbox::Kind::AgentEnded, at).await?;
    }
    let ended = Agency::find(&mut store, &id).await?;
    let entry = ended.ok_or(Code::Internal)?.entry(&mut store, at).await?;
    store.commit().await?;
    holder.forget_status();
    outbox::send_soon(&holder);
    Ok((no_store(), Answer(entry)).into_response())
}

/// All agents of the person's own choice, now: in one transaction, which is on the disk before the answer.
pub(super) async fn end_all(
    State(holder): State<Shared>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    same_origin(&headers, holder.base())?;
    let session = session(&holder, &headers).await?;
    let mut store = holder.db.begin().await?;
    let mut ended = 0;
    let all = Agency::of_person(&mut store, &session.person).await?;
    for agency in all.iter().filter(|one| one.role == ActorRole::Proxy) {
        ended += usize::from(end_one(&holder, &mut store, agency).await?);
    }
    if ended > 0 {
        let kind = inbox::Kind::AgentEnded;
        tell(&mut store, &session.person, kind, holder.now()).await?;
    }
    store.commit().await?;
    holder.forget_status();
    outbox::send_soon(&holder);
    Ok((no_store(), Answer(EndedAgents { ended })).into_response())
}

/// Ends an agency with every consent that rests on it.
async fn end_one(
    holder: &Shared,
    store: &mut AnyConnection,
    agency: &Agency,
) -> Result<bool, Problem> {
    let is_ended = agency.end(store, holder.now()).await?;
    let rows = sqlx::query(
        "SELECT * FROM consent WHERE agency = $1 AND state = 'active' ORDER BY arrangement_id",
    )
    .bind(&agency.id)
    .fetch_all(&mut *store)
    .await?;
    for row in &rows {
        withdraw::end_locked(holder, store, row, row.get("jti"), Wanted::End).await?;
    }
    Ok(is_ended)
}

async fn tell(
    store: &mut AnyConnection,
    person: &str,
    kind: inbox::Kind,
    at: Timestamp,
) -> Result<(), Problem> {
    let message = Message {
        person,
        kind,
        about: "",
        recipient: "",
        at,
        shown_from: at,
    };
    inbox::tell(store, &message).await
}
