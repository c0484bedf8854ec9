//! `POST /introspect` (RFC 7662) and `POST /revoke` (RFC 7009): a client asks about its own grant, or
//! ends it. Somebody else's grant answers as one that never was.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use phr_link::Code;
use phr_link::grant::Grant;
use phr_link::token::{Kind, Unverified};
use phr_link::trust::ClientType;
use serde::Deserialize;
use serde_json::{Value, json};

use super::client::{Credentials, is_unfit};
use super::proving::Nonce;
use super::{Shared, status};
use crate::input::Form;
use crate::problem::{Problem, no_store};
use crate::receipts::Arrangement;

#[derive(Deserialize)]
pub(super) struct About {
    client_id: String,
    token: String,
    #[serde(flatten)]
    credentials: Credentials,
}

/// A grant that is the caller's own and not over by itself.
async fn own(
    holder: &Shared,
    headers: &HeaderMap,
    path: &str,
    about: &About,
) -> Result<Option<Grant>, Problem> {
    let client = holder.client(&about.client_id, &about.credentials).await?;
    // A device client has no key but that of the grant.
    let key = match client {
        ClientType::Device => Some(holder.prove(headers, path, Nonce::Spared).await?),
        ClientType::Server => None,
    };
    Ok(read(holder, &about.token)
        .ok()
        .filter(|grant| grant.client_id == about.client_id)
        .filter(|grant| key.is_none_or(|key| key == grant.cnf.jkt)))
}

fn read(holder: &Shared, token: &str) -> Result<Grant, Problem> {
    let unverified = Unverified::read(token, Kind::Grant)?;
    let lists = holder.lists()?;
    let (grant, _) = lists
        .trust
        .verify_token::<Grant>(&unverified, |grant| &grant.iss)?;
    grant.check_time(holder.now(), 60)?;
    if grant.iss == holder.base() {
        Ok(grant.claims().clone())
    } else {
        Err(Code::IssuerNotAuthoritative.into())
    }
}

pub(super) async fn introspect(
    State(holder): State<Shared>,
    headers: HeaderMap,
    form: Result<Form<About>, Problem>,
) -> Response {
    let answer = match form {
        Ok(Form(about)) => tell(&holder, &headers, &about).await,
        Err(problem) => Err(problem),
    };
    match answer {
        Ok(body) => (StatusCode::OK, no_store(), Json(body)).into_response(),
        Err(problem) => refuse(&problem),
    }
}

async fn tell(holder: &Shared, headers: &HeaderMap, about: &About) -> Result<Value, Problem> {
    let inactive = json!({"active": false});
    let Some(grant) = own(holder, headers, "/introspect", about).await? else {
        return Ok(inactive);
    };
    let revoked: Option<i64> =
        sqlx::query_scalar("SELECT revoked FROM issued WHERE grant_jti = $1")
            .bind(&grant.jti)
            .fetch_optional(holder.db.pool())
            .await?;
    if grant.act.is_some() {
        holder.check_agent(grant.consent_jti.as_deref()).await?;
    }
    if revoked != Some(0) {
        return Ok(inactive);
    }
    Ok(json!({
        "active": true, "token_type": "DPoP", "iss": grant.iss, "aud": grant.aud, "sub": grant.sub,
        "client_id": grant.client_id, "iat": grant.iat, "exp": grant.exp, "jti": grant.jti,
        "cnf": grant.cnf, "authorization_details": grant.authorization_details,
        "phr_arrangement_id": grant.arrangement_id,
    }))
}

pub(super) async fn revoke(
    State(holder): State<Shared>,
    headers: HeaderMap,
    form: Result<Form<About>, Problem>,
) -> Response {
    let answer = match form {
        Ok(Form(about)) => end(&holder, &headers, &about).await,
        Err(problem) => Err(problem),
    };
    match answer {
        // Also for a token that is unknown: there is nothing left to do (RFC 7009 §2.2).
        Ok(()) => (StatusCode::OK, no_store()).into_response(),
        Err(problem) => refuse(&problem),
    }
}

async fn end(holder: &Shared, headers: &HeaderMap, about: &About) -> Result<(), Problem> {
    let Some(grant) = own(holder, headers, "/revoke", about).await? else {
        return Ok(());
    };
    let mut store = holder.db.begin().await?;
    Arrangement::lock(&mut store, &grant.arrangement_id).await?;
    status::revoke_grant(&mut store, &grant.jti).await?;
    store.commit().await?;
    holder.forget_status();
    Ok(())
}

fn refuse(problem: &Problem) -> Response {
    let error = match problem.code {
        code if is_unfit(code) => "invalid_client",
        code if code.as_str().starts_with("proof.") => "invalid_dpop_proof",
        _ => "invalid_request",
    };
    problem.oauth(error)
}
