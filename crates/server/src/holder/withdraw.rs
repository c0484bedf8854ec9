//! `POST /consents/{jti}/withdraw`: by the person's key, or by the person signed in here.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use phr_link::claims::Party;
use phr_link::consent::Consent;
use phr_link::consent::registration::verify_key_statement;
use phr_link::receipt::ReceiptEvent;
use phr_link::token::{Kind, Unverified, s256};
use phr_link::withdrawal::Withdrawal;
use phr_link::{Code, Timestamp};
use serde::Deserialize;
use serde_json::json;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row as _};

use super::agency::Agency;
use super::inbox::{self, Message};
use super::outbox::{self, Ended, Wanted};
use super::parties::ACQUIRED;
use super::{Shared, retrieval, status};
use crate::input::{Json, Path};
use crate::problem::{Problem, no_store};
use crate::receipts::{About, Arrangement};
use crate::session::{self, same_origin};

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Body {
    withdrawal: Option<String>,
    key_statement: Option<String>,
    /// Whether what was received shall be erased, too; a signed withdrawal says it itself.
    erase: bool,
}

/// Who withdraws, before anything is looked up: an unknown consent and somebody else's get one answer.
enum By {
    Key {
        sub: String,
        /// The agent whose key it is, by the name towards this client.
        agent: Option<String>,
        arrangement_id: String,
        erase: bool,
    },
    Session {
        person: String,
        erase: bool,
    },
}

impl By {
    const fn erase(&self) -> bool {
        match self {
            Self::Key { erase, .. } | Self::Session { erase, .. } => *erase,
        }
    }
}

pub(super) async fn withdraw(
    State(holder): State<Shared>,
    Path(jti): Path<String>,
    headers: HeaderMap,
    Json(body): Json<Body>,
) -> Result<Response, Problem> {
    let by = match (&body.withdrawal, &body.key_statement) {
        (Some(withdrawal), Some(statement)) => signed(&holder, &jti, withdrawal, statement)?,
        (None, None) => {
            same_origin(&headers, holder.base())?;
            let session =
                session::find(session::HOLDER, &holder.db, &headers, holder.now()).await?;
            let session = session.ok_or(Code::SessionMissing)?;
            if body.erase {
                session.check_fresh(holder.now())?;
            }
            By::Session {
                person: session.person,
                erase: body.erase,
            }
        }
        _ => return Err(Code::CallerMalformed.into()),
    };
    let (state, receipt) = end(&holder, &jti, &by).await?;
    let body = json!({"state": state, "receipt": receipt});
    Ok((no_store(), axum::Json(body)).into_response())
}

/// Checks a withdrawal by itself: that a live key of the person signed it, for this consent.
fn signed(holder: &Shared, jti: &str, withdrawal: &str, statement: &str) -> Result<By, Problem> {
    let at = holder.now();
    let about = verify_key_statement(statement, holder.base(), &holder.lists()?.trust, at, 60)?;
    let key = about.key()?;
    let withdrawal = Unverified::read(withdrawal, Kind::Withdrawal)?.verify::<Withdrawal>(&key)?;
    withdrawal.check_time(at, 60)?;
    if withdrawal.aud != holder.base() {
        return Err(Code::AudienceMismatch.into());
    }
    let fits = withdrawal.sub == about.person()
        && withdrawal.iss == key.thumbprint().uri()
        && withdrawal.key_s256 == s256(statement)
        && withdrawal.consent_jti == jti;
    if !fits {
        return Err(Code::WithdrawalNotAllowed.into());
    }
    if about.for_person.is_some() && withdrawal.erase {
        return Err(Code::AgentAuthority.into());
    }
    Ok(By::Key {
        sub: withdrawal.sub.clone(),
        agent: about.for_person.is_some().then(|| about.sub.clone()),
        arrangement_id: withdrawal.arrangement_id.clone(),
        erase: withdrawal.erase,
    })
}

/// An agent ends only what that agent signed, and while they may act.
async fn check_agent(
    store: &mut AnyConnection,
    row: &AnyRow,
    agent: &str,
    at: Timestamp,
) -> Result<(), Problem> {
    let consent = Unverified::read(row.get("token"), Kind::Consent)?;
    let consent = consent.unverified_claims::<Consent>()?;
    if consent.act.is_none_or(|act| act.sub != agent) {
        return Err(Code::WithdrawalNotAllowed.into());
    }
    let agency: Option<&str> = row.get("agency");
    Agency::live(store, agency.unwrap_or_default(), at).await?;
    Ok(())
}

/// Ends the consent and every grant beneath it, in the transaction that acknowledges it.
async fn end(
    holder: &Shared,
    jti: &str,
    by: &By,
) -> Result<(&'static str, Option<String>), Problem> {
    let mut store = holder.db.begin().await?;
    let row = sqlx::query("SELECT * FROM consent WHERE jti = $1")
        .bind(jti)
        .fetch_optional(&mut *store)
        .await?
        .ok_or(Code::ConsentUnknown)?;
    let (own, arrangement): (String, String) = (row.get("sub"), row.get("arrangement_id"));
    let is_theirs = match by {
        By::Key {
            sub,
            arrangement_id,
            ..
        } => *sub == own && *arrangement_id == arrangement,
        By::Session { person, .. } => row.get::<&str, _>("person") == person,
    };
    if !is_theirs {
        return Err(Code::ConsentUnknown.into());
    }
    if let By::Key {
        agent: Some(agent), ..
    } = by
    {
        check_agent(&mut store, &row, agent, holder.now()).await?;
    }
    Arrangement::lock(&mut store, &arrangement).await?;
    let state: String = sqlx::query_scalar("SELECT state FROM consent WHERE jti = $1")
        .bind(jti)
        .fetch_one(&mut *store)
        .await?;
    match state.as_str() {
        "active" => {}
        "withdrawn" => {
            // It has ended; that it shall be erased, too, may be said afterwards.
            if by.erase() {
                let ended = Ended {
                    client_id: row.get("client_id"),
                    arrangement_id: &arrangement,
                    sub: &own,
                    consent_jti: jti,
                    wanted: Wanted::Erasure,
                };
                ended.announce(holder, &mut store).await?;
                store.commit().await?;
                outbox::send_soon(holder);
            }
            return Ok(("withdrawn", None));
        }
        // A newer one may be live: nobody shall believe that this ended it.
        "superseded" => return Err(Code::ConsentSuperseded.into()),
        _ => return Err(Code::ConsentExpired.into()),
    }
    let wanted = if by.erase() {
        Wanted::EndAndErasure
    } else {
        Wanted::End
    };
    let receipt = end_locked(holder, &mut store, &row, jti, wanted).await?;
    store.commit().await?;
    holder.forget_status();
    outbox::send_soon(holder);
    Ok(("withdrawn", Some(receipt)))
}

/// Ends an active consent with every grant beneath it: receipt, message and event are of the same
/// transaction.
pub(super) async fn end_locked(
    holder: &Shared,
    store: &mut AnyConnection,
    row: &AnyRow,
    jti: &str,
    wanted: Wanted,
) -> Result<String, Problem> {
    let (own, arrangement): (String, String) = (row.get("sub"), row.get("arrangement_id"));
    let mut locked = Arrangement::lock(store, &arrangement).await?;
    sqlx::query("UPDATE consent SET state = 'withdrawn' WHERE jti = $1")
        .bind(jti)
        .execute(&mut *store)
        .await?;
    status::revoke(store, jti).await?;
    retrieval::cancel_all(store, &arrangement, holder.now()).await?;
    let about = About {
        event: ReceiptEvent::Withdrawal,
        sub: &own,
        provider: holder.party(holder.base())?,
        recipient: recipient(row.get("token"))?,
        consent_jti: Some(jti.to_owned()),
        consent_s256: Some(row.get("s256")),
        txn: None,
        items: Vec::new(),
        acquired_how: ACQUIRED,
        exchange_id: None,
        at: holder.now(),
    };
    let receipt = locked.write(&holder.issuer()?, store, about).await?.token;
    locked.close(store).await?;
    let message = Message {
        person: row.get("person"),
        kind: inbox::Kind::Withdrawal,
        about: &arrangement,
        recipient: row.get("client_id"),
        at: holder.now(),
        shown_from: holder.now(),
    };
    inbox::tell(store, &message).await?;
    let ended = Ended {
        client_id: row.get("client_id"),
        arrangement_id: &arrangement,
        sub: &own,
        consent_jti: jti,
        wanted,
    };
    ended.announce(holder, store).await?;
    Ok(receipt)
}

/// The recipient as the consent names it: a withdrawal counts also when it has left the trust list.
fn recipient(consent: &str) -> Result<Party, Problem> {
    let unverified = Unverified::read(consent, Kind::Consent)?;
    let recipient = unverified.unverified_claims::<Consent>()?.recipient;
    Ok(Party {
        id: recipient.id,
        name: recipient.name,
        address: recipient.address,
        representative: recipient.representative,
    })
}
