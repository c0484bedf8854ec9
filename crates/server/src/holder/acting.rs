//! `/acting`: an agent who signed in says for whom they are here, before the transaction opens.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Redirect;
use axum::response::{Html, IntoResponse as _, Response};
use phr_link::Code;
use serde::Deserialize;

use super::agency::Agency;
use super::people::Person;
use super::{Shared, authorize, pages};
use crate::input::{Form, Query};
use crate::problem::{Problem, no_store};
use crate::session::{self, same_origin};

#[derive(Deserialize)]
pub(super) struct Asked {
    request_uri: String,
}

/// The choice: oneself, or one of those for whom the person may act now.
pub(super) async fn page(
    State(holder): State<Shared>,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let session = session::find(session::HOLDER, &holder.db, &headers, holder.now()).await?;
    let session = session.ok_or(Code::SessionMissing)?;
    let mut store = holder.db.begin().await?;
    let mut choices = Vec::new();
    for agency in Agency::of_agent(&mut store, &session.person, holder.now()).await? {
        let person = Person::find(&mut store, &agency.person).await?;
        choices.push((
            agency.id,
            person.map(|person| person.name).unwrap_or_default(),
        ));
    }
    store.commit().await?;
    Ok((
        no_store(),
        Html(pages::acting(&choices, &asked.request_uri)),
    )
        .into_response())
}

#[derive(Deserialize)]
pub(super) struct Chosen {
    request_uri: String,
    #[serde(default)]
    agency: String,
}

pub(super) async fn choose(
    State(holder): State<Shared>,
    headers: HeaderMap,
    Form(chosen): Form<Chosen>,
) -> Result<Response, Problem> {
    same_origin(&headers, holder.base())?;
    let at = holder.now();
    let session = session::find(session::HOLDER, &holder.db, &headers, at).await?;
    let session = session.ok_or(Code::SessionMissing)?;
    let mut store = holder.db.begin().await?;
    let agency = if chosen.agency.is_empty() {
        None
    } else {
        let live = Agency::live(&mut store, &chosen.agency, at).await?;
        // Somebody else's is as one that never was.
        if live.agent != session.person {
            return Err(super::agency::AWAY.into());
        }
        Some(live)
    };
    let opening = authorize::Opening {
        session: &session.id,
        person: &session.person,
        agency: agency.as_ref(),
        request_uri: &chosen.request_uri,
    };
    let txn = opening.open(&holder, &mut store).await?;
    store.commit().await?;
    let target = format!("/consent?txn={txn}");
    Ok((no_store(), Redirect::to(&target)).into_response())
}
