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

use super::agency::Agency;
use super::authorize::{request_claims, transaction};
use super::inbox::{self, Message};
use super::parties::ACQUIRED;
use super::people::Person;
use super::{Shared, age, random_id, status};
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
    let mut store = holder.db.begin().await?;
    let agency = match &txn.agency {
        Some(id) => Some(Agency::live(&mut store, id, at).await?),
        None => None,
    };
    // The owner of the key: the person, or who acts for them.
    let owner = match &agency {
        Some(agency) => {
            holder
                .pairwise(&mut store, &agency.agent, &txn.client_id)
                .await?
                .sub
        }
        None => {
            check_decides_alone(&mut store, &txn.person, at).await?;
            txn.sub.clone()
        }
    };
    let longest = at.plus(365 * DAY_SECONDS);
    let statement = KeyStatement {
        iss: holder.base().to_owned(),
        sub: owner.clone(),
        iat: at,
        exp: agency
            .as_ref()
            .map_or(longest, |agency| agency.until.min(longest)),
        jti: random_id()?,
        ver: "1.0".into(),
        cnf: KeyBinding {
            jwk: Jwk::bare(&key),
        },
        rcp: txn.client_id.clone(),
        role: agency
            .as_ref()
            .map_or(ActorRole::Person, |agency| agency.role),
        acr: txn.session.acr.clone(),
        amr: txn.session.amr.clone(),
        auth_time: txn.session.signed_in_at,
        for_person: agency.as_ref().map(|_| txn.sub.clone()),
        basis: agency.as_ref().map(Agency::basis),
    };
    let statement = sign(&statement, &holder.signer()?)?;
    let known = sqlx::query("SELECT sub, client_id FROM person_key WHERE thumbprint = $1")
        .bind(thumbprint)
        .fetch_optional(&mut *store)
        .await?;
    let is_foreign = known.is_some_and(|row| {
        row.get::<&str, _>("sub") != owner || row.get::<&str, _>("client_id") != txn.client_id
    });
    if is_foreign {
        return Err(Code::ConsentKeyReused.into());
    }
    sqlx::query("INSERT INTO person_key (thumbprint, sub, client_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
        .bind(thumbprint)
        .bind(&owner)
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

/// A child who does not decide alone has a guardian who does.
async fn check_decides_alone(
    store: &mut AnyConnection,
    person: &str,
    at: Timestamp,
) -> Result<(), Problem> {
    let person = Person::find(store, person).await?.ok_or(Code::Internal)?;
    if age::decides_alone(person.born()?, at) {
        Ok(())
    } else {
        Err(Code::AgentMinor.into())
    }
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
    if let Some(agency) = &txn.agency {
        Agency::live(&mut store, agency, at).await?;
    }
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
        "INSERT INTO consent (jti, s256, token, key_statement, receipt, person, sub, client_id, arrangement_id, proof_jkt, state, exp, registered_at, agency)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'active', $11, $12, $13)",
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
    .bind(&txn.agency)
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
