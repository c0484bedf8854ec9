//! `POST /consents/{jti}/withdraw`: by the person's key, or by the person signed in here.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use phr_link::Code;
use phr_link::claims::Party;
use phr_link::consent::Consent;
use phr_link::consent::registration::verify_key_statement;
use phr_link::receipt::ReceiptEvent;
use phr_link::token::{Kind, Unverified, s256};
use phr_link::withdrawal::Withdrawal;
use serde::Deserialize;
use serde_json::json;
use sqlx::Row as _;

use super::inbox::{self, Message};
use super::outbox::{self, Ended, Wanted};
use super::parties::ACQUIRED;
use super::{Shared, status};
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
    // An agent's key is not the person's: a statement with `for` ends nothing here.
    let fits = about.for_person.is_none()
        && withdrawal.sub == about.sub
        && withdrawal.iss == key.thumbprint().uri()
        && withdrawal.key_s256 == s256(statement)
        && withdrawal.consent_jti == jti;
    if !fits {
        return Err(Code::WithdrawalNotAllowed.into());
    }
    Ok(By::Key {
        sub: withdrawal.sub.clone(),
        arrangement_id: withdrawal.arrangement_id.clone(),
        erase: withdrawal.erase,
    })
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
    let mut locked = Arrangement::lock(&mut store, &arrangement).await?;
    let state: String = sqlx::query_scalar("SELECT state FROM consent WHERE jti = $1")
        .bind(jti)
        .fetch_one(&mut *store)
        .await?;
    match state.as_str() {
        "active" => {}
        "withdrawn" => {
            // It has ended; that it shall be erased, too, may be said afterwards.
            if by.erase() {
                let client_id = row.get("client_id");
                Ended {
                    client_id,
                    arrangement_id: &arrangement,
                    sub: &own,
                    consent_jti: jti,
                    wanted: Wanted::Erasure,
                }
                .announce(holder, &mut store)
                .await?;
                store.commit().await?;
                outbox::send_soon(holder);
            }
            return Ok(("withdrawn", None));
        }
        // A newer one may be live: nobody shall believe that this ended it.
        "superseded" => return Err(Code::ConsentSuperseded.into()),
        _ => return Err(Code::ConsentExpired.into()),
    }
    sqlx::query("UPDATE consent SET state = 'withdrawn' WHERE jti = $1")
        .bind(jti)
        .execute(&mut *store)
        .await?;
    status::revoke(&mut store, jti).await?;
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
    let receipt = locked
        .write(&holder.issuer()?, &mut store, about)
        .await?
        .token;
    locked.close(&mut store).await?;
    let message = Message {
        person: row.get("person"),
        kind: inbox::Kind::Withdrawal,
        about: &arrangement,
        recipient: row.get("client_id"),
        at: holder.now(),
        shown_from: holder.now(),
    };
    inbox::tell(&mut store, &message).await?;
    let ended = Ended {
        client_id: row.get("client_id"),
        arrangement_id: &arrangement,
        sub: &own,
        consent_jti: jti,
        wanted: if by.erase() {
            Wanted::EndAndErasure
        } else {
            Wanted::End
        },
    };
    ended.announce(holder, &mut store).await?;
    store.commit().await?;
    holder.forget_status();
    outbox::send_soon(holder);
    Ok(("withdrawn", Some(receipt)))
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
