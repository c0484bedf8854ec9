//! `POST /token`: a code, or a live consent, becomes a grant.

use axum::Form;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use phr_link::claims::{Binding, Status, StatusPointer};
use phr_link::consent::Consent;
use phr_link::grant::{DelegationLimit, Grant};
use phr_link::proof::{Expected, Proof, replay_key};
use phr_link::token::{Kind, Unverified, s256, sign};
use phr_link::wire::json::Doc;
use phr_link::{Code, Timestamp, time::DAY_SECONDS};
use serde::Deserialize;
use serde_json::json;
use sqlx::{Row as _, Sqlite, Transaction};

use super::{Shared, now, random_id, status};
use crate::problem::{Problem, no_store};

#[derive(Deserialize)]
pub(super) struct Ask {
    grant_type: String,
    client_id: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    code_verifier: String,
    #[serde(default)]
    redirect_uri: String,
    #[serde(default)]
    subject_token: String,
}

pub(super) async fn token(
    State(holder): State<Shared>,
    headers: HeaderMap,
    Form(ask): Form<Ask>,
) -> Response {
    let at = now();
    let mut response = match answer(&holder, &headers, &ask, at).await {
        Ok(body) => (StatusCode::OK, no_store(), Json(body)).into_response(),
        Err(problem) => {
            let error = match problem.code {
                Code::ProofNonceRequired => "use_dpop_nonce",
                code if code.as_str().starts_with("proof.") => "invalid_dpop_proof",
                _ => "invalid_grant",
            };
            problem.oauth(error)
        }
    };
    if let Ok(nonce) = HeaderValue::from_str(&holder.nonces.current(at)) {
        response.headers_mut().insert("dpop-nonce", nonce);
    }
    response
}

async fn answer(
    holder: &Shared,
    headers: &HeaderMap,
    ask: &Ask,
    at: Timestamp,
) -> Result<serde_json::Value, Problem> {
    let jkt = prove(holder, headers, at).await?;
    // Everything below is one transaction: a withdrawal commits before it or after it.
    let mut store = holder.db.begin().await?;
    let consent_jti = match ask.grant_type.as_str() {
        "authorization_code" => redeem(&mut store, ask, at).await,
        "urn:ietf:params:oauth:grant-type:token-exchange" => exchange(&mut store, ask).await,
        _ => Err(Code::CallerMisuse.into()),
    };
    let consent_jti = match consent_jti {
        Ok(jti) => jti,
        Err(problem) => {
            // What a second redemption revokes has to last although it is refused.
            store.commit().await?;
            holder.forget_status();
            return Err(problem);
        }
    };
    let row = sqlx::query("SELECT * FROM consent WHERE jti = ?")
        .bind(&consent_jti)
        .fetch_optional(&mut *store)
        .await?
        .ok_or(Code::ConsentUnknown)?;
    match row.get::<&str, _>("state") {
        "active" => {}
        "withdrawn" => return Err(Code::ConsentWithdrawn.into()),
        _ => return Err(Code::ConsentSuperseded.into()),
    }
    if at.as_secs() >= row.get::<i64, _>("exp") {
        return Err(Code::ConsentExpired.into());
    }
    if row.get::<&str, _>("client_id") != ask.client_id || row.get::<&str, _>("proof_jkt") != jkt {
        return Err(Code::ConsentProofKey.into());
    }
    let token: String = row.get("token");
    let grant = issue(holder, &mut store, &token, jkt, at).await?;
    store.commit().await?;
    holder.forget_status();
    Ok(json!({
        "access_token": grant.0, "token_type": "DPoP", "expires_in": grant.1.exp.since(at),
        "authorization_details": grant.1.authorization_details,
        "phr_consent": token, "phr_receipt": row.get::<&str, _>("receipt"),
    }))
}

/// Checks the proof, which has to carry our nonce, and gives the thumbprint of its key.
async fn prove(holder: &Shared, headers: &HeaderMap, at: Timestamp) -> Result<String, Problem> {
    let mut values = headers.get_all("dpop").iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return Err(Code::ProofMissing.into());
    };
    let compact = value.to_str().map_err(|_| Code::ProofMissing)?;
    let unverified = Unverified::read(compact, Kind::Proof)?;
    let key = unverified.header_key()?;
    let proof = unverified.verify::<Proof>(&key)?;
    let nonce = holder.nonces.expected(proof.nonce.as_deref(), at);
    let url = format!("{}/token", holder.base());
    let expected = Expected {
        method: "POST",
        url: &url,
        now: at,
        skew: 60,
        token: None,
        nonce: Some(&nonce),
    };
    proof.check_request(&expected)?;
    let jkt = key.thumbprint().as_str().to_owned();
    remember(holder, &replay_key(&jkt, &proof.jti), proof.iat.plus(600)).await?;
    Ok(jkt)
}

/// Remembers a proof, or refuses it if it is remembered already.
pub(super) async fn remember(holder: &Shared, key: &str, until: Timestamp) -> Result<(), Problem> {
    let mut store = holder.db.begin().await?;
    sqlx::query("DELETE FROM proof WHERE until < ?")
        .bind(now().as_secs())
        .execute(&mut *store)
        .await?;
    let stored =
        sqlx::query("INSERT INTO proof (replay_key, until) VALUES (?, ?) ON CONFLICT DO NOTHING")
            .bind(key)
            .bind(until.as_secs())
            .execute(&mut *store)
            .await?;
    store.commit().await?;
    if stored.rows_affected() == 1 {
        Ok(())
    } else {
        Err(Code::ProofReplayed.into())
    }
}

/// A code is redeemed once; a second time ends what the first gave.
async fn redeem(
    store: &mut Transaction<'_, Sqlite>,
    ask: &Ask,
    at: Timestamp,
) -> Result<String, Problem> {
    let row = sqlx::query("SELECT * FROM code WHERE code = ?")
        .bind(&ask.code)
        .fetch_optional(&mut **store)
        .await?
        .ok_or(Code::ConsentUnknown)?;
    let consent: String = row.get("consent_jti");
    if row.get::<i64, _>("used") != 0 {
        sqlx::query("UPDATE issued SET revoked = 1 WHERE consent_jti = ?")
            .bind(&consent)
            .execute(&mut **store)
            .await?;
        tracing::warn!("a code was redeemed twice");
        return Err(Code::ConsentTransaction.into());
    }
    sqlx::query("UPDATE code SET used = 1 WHERE code = ?")
        .bind(&ask.code)
        .execute(&mut **store)
        .await?;
    let fits = row.get::<&str, _>("challenge") == s256(&ask.code_verifier)
        && row.get::<&str, _>("redirect_uri") == ask.redirect_uri
        && row.get::<i64, _>("exp") > at.as_secs();
    if fits {
        Ok(consent)
    } else {
        Err(Code::ConsentTransaction.into())
    }
}

async fn exchange(store: &mut Transaction<'_, Sqlite>, ask: &Ask) -> Result<String, Problem> {
    let found: Option<String> = sqlx::query_scalar("SELECT jti FROM consent WHERE s256 = ?")
        .bind(s256(&ask.subject_token))
        .fetch_optional(&mut **store)
        .await?;
    found.ok_or_else(|| Code::ConsentUnknown.into())
}

/// Issues a grant beneath a consent, with a status index of its own.
async fn issue(
    holder: &Shared,
    store: &mut Transaction<'_, Sqlite>,
    consent_token: &str,
    jkt: String,
    at: Timestamp,
) -> Result<(String, Grant), Problem> {
    let payload = consent_token.split('.').nth(1).unwrap_or_default();
    let payload = phr_link::wire::base64url::decode(payload)?;
    let doc = Doc::parse(&payload)?;
    let consent = <Consent as serde::Deserialize>::deserialize(doc.root())?;
    let life = if consent.act.is_some() {
        phr_link::grant::AGENT_GRANT_SECONDS
    } else {
        DAY_SECONDS
    };
    let exp = at.plus(life).min(consent.exp);
    let idx = status::allocate(store, &consent.jti, exp, at).await?;
    let grant = Grant {
        iss: holder.base().to_owned(),
        sub: consent.sub.clone(),
        aud: holder.base().to_owned(),
        client_id: consent.recipient.id.clone(),
        iat: at,
        exp,
        nbf: None,
        jti: random_id()?,
        ver: "1.0".into(),
        cnf: Binding { jkt },
        arrangement_id: consent.arrangement_id.clone(),
        consent_s256: Some(s256(consent_token)),
        consent_jti: Some(consent.jti.clone()),
        authorization_details: consent.authorization_details.clone(),
        dlg: DelegationLimit { max_depth: 1 },
        status: Status {
            status_list: StatusPointer {
                idx,
                uri: format!("{}/status/1", holder.base()),
            },
        },
        act: consent.act.clone(),
        emg: None,
    };
    sqlx::query("UPDATE issued SET grant_jti = ? WHERE idx = ?")
        .bind(&grant.jti)
        .bind(idx)
        .execute(&mut **store)
        .await?;
    Ok((sign(&grant, &holder.world.holder)?, grant))
}
