//! The person's key, the registration of a consent, and its refusal.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use phr_link::claims::ActorRole;
use phr_link::consent::registration::{Transaction, verify_consent};
use phr_link::key::Jwk;
use phr_link::key_statement::{KeyBinding, KeyStatement};
use phr_link::receipt::ReceiptEvent;
use phr_link::token::sign;
use phr_link::wire::base64url;
use phr_link::{Code, Error, Timestamp, time::DAY_SECONDS};
use serde::Deserialize;
use serde_json::json;
use sqlx::{AnyConnection, Row as _};

use super::authorize::{request_claims, transaction};
use super::inbox::{self, Message};
use super::parties::ACQUIRED;
use super::{Shared, random_id, status};
use crate::input::Json;
use crate::problem::{Problem, no_store};
use crate::receipts::{About, Arrangement};
use crate::session::same_origin;

/// What goes before the transaction in what a new key signs: the signature is of use nowhere else.
const KEY_PROOF: &str = "phr-link key for transaction ";

#[derive(Deserialize)]
pub(super) struct NewKey {
    txn: String,
    jwk: Jwk,
    signature: String,
}

/// Registers the key that the person's browser made on this origin, for this recipient alone.
pub(super) async fn register_key(
    State(holder): State<Shared>,
    headers: HeaderMap,
    Json(new): Json<NewKey>,
) -> Result<Response, Problem> {
    same_origin(&headers, holder.base())?;
    let txn = transaction(&holder, &headers, &new.txn).await?;
    let key = new.jwk.admit()?;
    let signature = base64url::decode(&new.signature)?;
    key.verify(format!("{KEY_PROOF}{}", txn.id).as_bytes(), &signature)?;
    let request = request_claims(&holder, &txn)?;
    let thumbprint = key.thumbprint().as_str();
    if thumbprint == request.dpop_jkt {
        return Err(Code::ConsentKeyReused.into());
    }
    let at = holder.now();
    let statement = KeyStatement {
        iss: holder.base().to_owned(),
        sub: txn.sub.clone(),
        iat: at,
        exp: at.plus(365 * DAY_SECONDS),
        jti: random_id()?,
        ver: "1.0".into(),
        cnf: KeyBinding {
            jwk: Jwk::bare(&key),
        },
        rcp: txn.client_id.clone(),
        role: ActorRole::Person,
        acr: "sandbox".into(),
        amr: vec!["user".into()],
        auth_time: Timestamp::from_secs(txn.opened_at),
        for_person: None,
        basis: None,
    };
    let statement = sign(&statement, &holder.signer()?)?;
    let mut store = holder.db.begin().await?;
    let known = sqlx::query("SELECT sub, client_id FROM person_key WHERE thumbprint = $1")
        .bind(thumbprint)
        .fetch_optional(&mut *store)
        .await?;
    let is_foreign = known.is_some_and(|row| {
        row.get::<&str, _>("sub") != txn.sub || row.get::<&str, _>("client_id") != txn.client_id
    });
    if is_foreign {
        return Err(Code::ConsentKeyReused.into());
    }
    sqlx::query("INSERT INTO person_key (thumbprint, sub, client_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
        .bind(thumbprint)
        .bind(&txn.sub)
        .bind(&txn.client_id)
        .execute(&mut *store)
        .await?;
    sqlx::query("UPDATE txn SET key_statement = $1 WHERE id = $2")
        .bind(&statement)
        .bind(&txn.id)
        .execute(&mut *store)
        .await?;
    store.commit().await?;
    Ok((no_store(), axum::Json(json!({"key_statement": statement}))).into_response())
}

#[derive(Deserialize)]
pub(super) struct Signed {
    txn: String,
    consent: String,
}

/// Registers a consent: in one transaction it replaces what it supersedes, closes the transaction,
/// and makes the code that goes back with the person.
pub(super) async fn register(
    State(holder): State<Shared>,
    headers: HeaderMap,
    Json(signed): Json<Signed>,
) -> Result<Response, Problem> {
    same_origin(&headers, holder.base())?;
    let txn = transaction(&holder, &headers, &signed.txn).await?;
    let statement = txn
        .key_statement
        .as_deref()
        .ok_or(Code::KeyStatementMismatch)?;
    let at = holder.now();
    let mut store = holder.db.begin().await?;
    let mut arrangement = Arrangement::lock(&mut store, &txn.arrangement_id).await?;
    let live: Option<String> = sqlx::query_scalar(
        "SELECT s256 FROM consent WHERE arrangement_id = $1 AND state = 'active' AND exp > $2",
    )
    .bind(&txn.arrangement_id)
    .bind(at.as_secs())
    .fetch_optional(&mut *store)
    .await?;
    let known = Transaction {
        now: at,
        skew: 60,
        holder: holder.base(),
        txn: &txn.id,
        opened_at: Timestamp::from_secs(txn.opened_at),
        request: &txn.request,
        key_statement: statement,
        live: live.as_deref(),
        arrangement_id: Some(&txn.arrangement_id),
    };
    let registered = verify_consent(&signed.consent, &known, &holder.lists()?.trust)?;
    let consent = &registered.consent;
    // Where the person withdraws is the holder's to say.
    if consent.withdraw_uri != format!("{}/consents", holder.base()) {
        return Err(Error::at(Code::ClaimsInvalid, "/withdraw_uri").into());
    }
    let closed = sqlx::query("UPDATE txn SET closed = 1 WHERE id = $1 AND closed = 0")
        .bind(&txn.id)
        .execute(&mut *store)
        .await?;
    if closed.rows_affected() != 1 {
        return Err(Code::ConsentTransaction.into());
    }
    supersede(&mut store, &txn.arrangement_id, at).await?;
    let items = consent
        .authorization_details
        .iter()
        .flat_map(|detail| detail.datatypes.iter().copied());
    let mut items: Vec<_> = items.collect();
    items.sort();
    items.dedup();
    let about = About {
        event: ReceiptEvent::Registration,
        sub: &txn.sub,
        provider: holder.party(holder.base())?,
        recipient: holder.party(&txn.client_id)?,
        consent_jti: Some(consent.jti.clone()),
        consent_s256: Some(consent.s256().to_owned()),
        txn: Some(txn.id.clone()),
        items,
        acquired_how: ACQUIRED,
        exchange_id: None,
        at,
    };
    let receipt = arrangement
        .write(&holder.issuer()?, &mut store, about)
        .await?
        .token;
    arrangement.close(&mut store).await?;
    sqlx::query(
        "INSERT INTO consent (jti, s256, token, key_statement, receipt, person, sub, client_id, arrangement_id, proof_jkt, state, exp, registered_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'active', $11, $12)",
    )
    .bind(&consent.jti)
    .bind(consent.s256())
    .bind(&signed.consent)
    .bind(statement)
    .bind(&receipt)
    .bind(&txn.person)
    .bind(&txn.sub)
    .bind(&txn.client_id)
    .bind(&txn.arrangement_id)
    .bind(&consent.recipient.jkt)
    .bind(consent.exp.as_secs())
    .bind(at.as_secs())
    .execute(&mut *store)
    .await?;
    let message = Message {
        person: &txn.person,
        kind: inbox::Kind::Consent,
        about: &txn.arrangement_id,
        recipient: &txn.client_id,
        at,
        shown_from: at,
    };
    inbox::tell(&mut store, &message).await?;
    let code = random_id()?;
    let request = &registered.request;
    sqlx::query(
        "INSERT INTO code (code, consent_jti, challenge, redirect_uri, exp) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(&code)
    .bind(&consent.jti)
    .bind(&request.code_challenge)
    .bind(&request.redirect_uri)
    .bind(at.plus(60).as_secs())
    .execute(&mut *store)
    .await?;
    store.commit().await?;
    holder.forget_status();
    let redirect = redirect(
        &holder,
        &request.redirect_uri,
        &[("code", &code), ("state", &request.state)],
    )?;
    let body = json!({"redirect": redirect, "receipt": receipt});
    Ok((no_store(), axum::Json(body)).into_response())
}

/// Ends the arrangement's consent and every grant beneath it; one that is over already is marked so.
async fn supersede(
    store: &mut AnyConnection,
    arrangement_id: &str,
    at: Timestamp,
) -> Result<(), Problem> {
    let live: Option<String> = sqlx::query_scalar(
        "SELECT jti FROM consent WHERE arrangement_id = $1 AND state = 'active'",
    )
    .bind(arrangement_id)
    .fetch_optional(&mut *store)
    .await?;
    let Some(live) = live else { return Ok(()) };
    status::revoke(store, &live).await?;
    sqlx::query(
        "UPDATE consent SET state = CASE WHEN exp > $1 THEN 'superseded' ELSE 'expired' END
         WHERE jti = $2",
    )
    .bind(at.as_secs())
    .bind(live)
    .execute(&mut *store)
    .await?;
    Ok(())
}

fn redirect(holder: &Shared, uri: &str, query: &[(&str, &str)]) -> Result<String, Problem> {
    let mut url = reqwest::Url::parse(uri).map_err(|_| Code::RequestRedirectUri)?;
    url.query_pairs_mut()
        .extend_pairs(query)
        .append_pair("iss", holder.base());
    Ok(url.into())
}

#[derive(Deserialize)]
pub(super) struct Refused {
    txn: String,
}

/// The person refuses: no consent, no grant, and the app is told just that.
pub(super) async fn refuse(
    State(holder): State<Shared>,
    headers: HeaderMap,
    Json(refused): Json<Refused>,
) -> Result<Response, Problem> {
    same_origin(&headers, holder.base())?;
    let txn = transaction(&holder, &headers, &refused.txn).await?;
    let request = request_claims(&holder, &txn)?;
    let closed = sqlx::query("UPDATE txn SET closed = 1 WHERE id = $1 AND closed = 0")
        .bind(&txn.id)
        .execute(holder.db.pool())
        .await?;
    // Two answers at one time: the first one counts.
    if closed.rows_affected() != 1 {
        return Err(Code::ConsentTransaction.into());
    }
    let query = [
        ("error", "access_denied"),
        ("state", request.state.as_str()),
    ];
    let redirect = redirect(&holder, &request.redirect_uri, &query)?;
    Ok((no_store(), axum::Json(json!({"redirect": redirect}))).into_response())
}
