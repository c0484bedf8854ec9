//! `POST /events`: a holder says that something ended. The use stops in the transaction that
//! acknowledges it, and an event acts once.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use phr_link::contract::events::{EventError, EventErrorWord};
use phr_link::event::{self, SecurityEvent};
use phr_link::token::{Kind, Unverified};
use phr_link::{Code, Lang};
use sqlx::AnyConnection;

use super::Shared;
use super::arrangement::{Arrangement, State as Standing};
use super::erasure;
use crate::problem::{Problem, no_store};

/// The largest event, in bytes: that of any token.
const MAX_EVENT: usize = 16 * 1_024;

pub(super) async fn receive(
    State(operator): State<Shared>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    match take(&operator, &headers, &body).await {
        Ok(()) => (StatusCode::ACCEPTED, no_store()).into_response(),
        Err(problem) if problem.code == Code::Internal => problem.into_response(),
        Err(problem) => {
            let error = EventError {
                err: word(problem.code),
                description: problem.code.text(Lang::En).to_owned(),
                code: problem.code,
            };
            (StatusCode::BAD_REQUEST, no_store(), Json(error)).into_response()
        }
    }
}

/// RFC 8935's word for a refusal.
fn word(code: Code) -> EventErrorWord {
    match code {
        Code::AudienceMismatch => EventErrorWord::InvalidAudience,
        Code::IssuerUntrusted | Code::TrustSuspended => EventErrorWord::InvalidIssuer,
        Code::KeyUnknown => EventErrorWord::InvalidKey,
        Code::SignatureInvalid => EventErrorWord::AuthenticationFailed,
        Code::IssuerKindNotAllowed | Code::ConsentUnknown => EventErrorWord::AccessDenied,
        _ => EventErrorWord::InvalidRequest,
    }
}

async fn take(operator: &Shared, headers: &HeaderMap, body: &Bytes) -> Result<(), Problem> {
    let kind = headers.get(header::CONTENT_TYPE);
    if kind.is_none_or(|kind| kind.as_bytes() != b"application/secevent+jwt") {
        return Err(Code::CallerMalformed.into());
    }
    let compact = std::str::from_utf8(body).map_err(|_| Code::CallerMalformed)?;
    if compact.len() > MAX_EVENT {
        return Err(Code::TokenTooLarge.into());
    }
    let unverified = Unverified::read(compact, Kind::Event)?;
    let lists = operator.trust().await?;
    let (event, holder) = lists
        .trust
        .verify_token::<SecurityEvent>(&unverified, |event| &event.iss)?;
    event.check_time(operator.now(), 60)?;
    holder.check_not_suspended(operator.now())?;
    if event.aud != operator.base() {
        return Err(Code::AudienceMismatch.into());
    }
    let party = (holder.as_party(), operator.party(&lists.trust)?);
    let mut store = operator.db.begin().await?;
    let is_new = sqlx::query(
        "INSERT INTO operator_event (holder, jti, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
    )
    .bind(&event.iss)
    .bind(&event.jti)
    .bind(operator.now().as_secs())
    .execute(&mut *store)
    .await?
    .rows_affected()
        == 1;
    // Told again, it is acknowledged again, and nothing else happens.
    if !is_new {
        return Ok(());
    }
    let events = &event.events;
    for about in [&events.consent_withdrawn, &events.grant_revoked]
        .into_iter()
        .flatten()
    {
        let is_withdrawn = events.consent_withdrawn.as_ref() == Some(about);
        end(&mut store, &event, about, is_withdrawn).await?;
    }
    if let Some(about) = &events.erase_requested
        && let Some(arrangement) = find(&mut store, &event, about).await?
        && !arrangement.is_erased
    {
        erasure::of_arrangement(operator, &mut store, &arrangement, party).await?;
    }
    store.commit().await?;
    if events.mark_revoked.is_some() {
        operator.feed.forget();
    }
    Ok(())
}

/// The arrangement that an event is about: of its own issuer, of that person, and under that consent.
async fn find(
    store: &mut AnyConnection,
    event: &SecurityEvent,
    about: &event::Arrangement,
) -> Result<Option<Arrangement>, Problem> {
    let found = Arrangement::lock(store, &about.arrangement_id).await?;
    Ok(found.filter(|found| {
        // One about a consent that another one has replaced changes nothing.
        let is_current = about.consent_jti.as_ref();
        found.holder == event.iss
            && found.sub == about.sub
            && is_current.is_none_or(|jti| *jti == found.consent_jti)
    }))
}

/// Ends what an event says. One about an arrangement that is not known here changes nothing.
async fn end(
    store: &mut AnyConnection,
    event: &SecurityEvent,
    about: &event::Arrangement,
    is_withdrawn: bool,
) -> Result<(), Problem> {
    let Some(arrangement) = find(store, event, about).await? else {
        return Ok(());
    };
    if !arrangement.is_active {
        return Ok(());
    }
    if is_withdrawn {
        arrangement.end(store, Standing::Ended).await?;
        arrangement.erase(store).await?;
    } else {
        // The consent lives: the next fetch asks for a fresh grant.
        arrangement.renew(store, "", 0).await?;
    }
    Ok(())
}
