//! `POST /token`: a code, or a live consent, becomes a grant.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use phr_link::claims::StatusPointer;
use phr_link::consent::Consent;
use phr_link::grant::{Grant, GrantTerms};
use phr_link::token::{Kind, Unverified, s256, sign};
use phr_link::{Code, Timestamp, time::DAY_SECONDS};
use serde::Deserialize;
use serde_json::json;
use sqlx::{AnyConnection, Row as _};

use super::agency::Agency;
use super::client::{Credentials, is_unfit};
use super::proving::Nonce;
use super::{Shared, random_id, status};
use crate::input::Form;
use crate::problem::{Problem, no_store};
use crate::receipts::Arrangement;

const CODE: &str = "authorization_code";
const EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const JWT: &str = "urn:ietf:params:oauth:token-type:jwt";
const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";

/// The most unexpired grants beneath one consent: a client that needs more has lost count.
const MAX_GRANTS: i64 = 200;

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
    #[serde(default)]
    subject_token_type: String,
    #[serde(flatten)]
    credentials: Credentials,
}

pub(super) async fn token(
    State(holder): State<Shared>,
    headers: HeaderMap,
    form: Result<Form<Ask>, Problem>,
) -> Response {
    let at = holder.now();
    let answer = match form {
        Ok(Form(ask)) => answer(&holder, &headers, &ask, at).await,
        Err(problem) => Err(problem),
    };
    let mut response = match answer {
        Ok(body) => (StatusCode::OK, no_store(), Json(body)).into_response(),
        Err(problem) => {
            let error = word(&problem);
            problem.oauth(error)
        }
    };
    if let Ok(nonce) = HeaderValue::from_str(&holder.secret.nonce(at)) {
        response.headers_mut().insert("dpop-nonce", nonce);
    }
    response
}

/// OAuth's word for a refusal (RFC 6749 and 9449).
fn word(problem: &Problem) -> &'static str {
    match problem.code {
        Code::ProofNonceRequired => "use_dpop_nonce",
        code if is_unfit(code) => "invalid_client",
        Code::CallerUnknownOp => "unsupported_grant_type",
        code if code.as_str().starts_with("proof.") => "invalid_dpop_proof",
        _ => "invalid_grant",
    }
}

async fn answer(
    holder: &Shared,
    headers: &HeaderMap,
    ask: &Ask,
    at: Timestamp,
) -> Result<serde_json::Value, Problem> {
    let jkt = holder.prove(headers, "/token", Nonce::Required).await?;
    holder.client(&ask.client_id, &ask.credentials).await?;
    // Everything below is one transaction: a withdrawal commits before it or after it.
    let mut store = holder.db.begin().await?;
    let consent_jti = match ask.grant_type.as_str() {
        CODE => redeem(&mut store, ask, &jkt, at).await,
        EXCHANGE => exchange(&mut store, ask).await,
        _ => Err(Code::CallerUnknownOp.into()),
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
    let arrangement: Option<String> =
        sqlx::query_scalar("SELECT arrangement_id FROM consent WHERE jti = $1")
            .bind(&consent_jti)
            .fetch_optional(&mut *store)
            .await?;
    let arrangement = arrangement.ok_or(Code::ConsentUnknown)?;
    Arrangement::lock(&mut store, &arrangement).await?;
    let row = sqlx::query("SELECT * FROM consent WHERE jti = $1")
        .bind(&consent_jti)
        .fetch_one(&mut *store)
        .await?;
    // Whose consent it is comes first: nobody else learns how it stands.
    if row.get::<&str, _>("client_id") != ask.client_id || row.get::<&str, _>("proof_jkt") != jkt {
        return Err(Code::ConsentProofKey.into());
    }
    if let Some(agency) = row.get::<Option<&str>, _>("agency") {
        Agency::live(&mut store, agency, at).await?;
    }
    match row.get::<&str, _>("state") {
        "active" if at.as_secs() < row.get::<i64, _>("exp") => {}
        "active" | "expired" => return Err(Code::ConsentExpired.into()),
        "withdrawn" => return Err(Code::ConsentWithdrawn.into()),
        _ => return Err(Code::ConsentSuperseded.into()),
    }
    let token: String = row.get("token");
    let (grant, claims) = issue(holder, &mut store, &token, jkt, at).await?;
    store.commit().await?;
    let mut body = json!({
        "access_token": grant, "token_type": "DPoP", "expires_in": claims.exp.since(at),
        "authorization_details": claims.authorization_details,
        "phr_consent": token, "phr_receipt": row.get::<&str, _>("receipt"),
    });
    if let (EXCHANGE, Some(members)) = (ask.grant_type.as_str(), body.as_object_mut()) {
        members.insert("issued_token_type".to_owned(), ACCESS_TOKEN.into());
    }
    Ok(body)
}

/// A code is redeemed once; a second time ends what the first gave.
async fn redeem(
    store: &mut AnyConnection,
    ask: &Ask,
    jkt: &str,
    at: Timestamp,
) -> Result<String, Problem> {
    // Whatever is wrong with this attempt, there is no second one; and of two at one time the second
    // waits here until the first has its grant.
    let row = sqlx::query(
        "UPDATE code SET used = used + 1 WHERE code = $1
         RETURNING used, consent_jti, challenge, redirect_uri, exp",
    )
    .bind(&ask.code)
    .fetch_optional(&mut *store)
    .await?
    .ok_or(Code::ConsentUnknown)?;
    let jti: String = row.get("consent_jti");
    let consent =
        sqlx::query("SELECT client_id, proof_jkt, arrangement_id FROM consent WHERE jti = $1")
            .bind(&jti)
            .fetch_one(&mut *store)
            .await?;
    if row.get::<i64, _>("used") > 1 {
        Arrangement::lock(store, consent.get("arrangement_id")).await?;
        status::revoke(store, &jti).await?;
        tracing::warn!("a code was redeemed twice");
        return Err(Code::ConsentTransaction.into());
    }
    if consent.get::<&str, _>("client_id") != ask.client_id
        || consent.get::<&str, _>("proof_jkt") != jkt
    {
        return Err(Code::ConsentProofKey.into());
    }
    let fits = row.get::<&str, _>("challenge") == s256(&ask.code_verifier)
        && row.get::<&str, _>("redirect_uri") == ask.redirect_uri
        && row.get::<i64, _>("exp") > at.as_secs();
    if fits {
        Ok(jti)
    } else {
        Err(Code::ConsentTransaction.into())
    }
}

async fn exchange(store: &mut AnyConnection, ask: &Ask) -> Result<String, Problem> {
    if ask.subject_token_type != JWT {
        return Err(Problem::at(
            Code::CallerMisuse,
            Some("/subject_token_type".to_owned()),
        ));
    }
    let found: Option<String> = sqlx::query_scalar("SELECT jti FROM consent WHERE s256 = $1")
        .bind(s256(&ask.subject_token))
        .fetch_optional(&mut *store)
        .await?;
    found.ok_or_else(|| Code::ConsentUnknown.into())
}

/// Issues a grant beneath a consent, with a status index of its own.
async fn issue(
    holder: &Shared,
    store: &mut AnyConnection,
    consent_token: &str,
    jkt: String,
    at: Timestamp,
) -> Result<(String, Grant), Problem> {
    // Verified when it was registered, and kept by us since.
    let consent = Unverified::read(consent_token, Kind::Consent)?.unverified_claims::<Consent>()?;
    let live: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM issued WHERE consent_jti = $1 AND exp > $2 AND revoked = 0",
    )
    .bind(&consent.jti)
    .bind(at.as_secs())
    .fetch_one(&mut *store)
    .await?;
    if live >= MAX_GRANTS {
        return Err(Code::ServerRateLimited.into());
    }
    let jti = random_id()?;
    let mut grant = Grant::of(
        &consent,
        &s256(consent_token),
        GrantTerms {
            jti: jti.clone(),
            at,
            seconds: DAY_SECONDS,
            jkt,
            max_depth: 1,
            status: StatusPointer {
                idx: 0,
                uri: String::new(),
            },
        },
    );
    let taken = status::Taken {
        grant_jti: &jti,
        consent_jti: &consent.jti,
        exp: grant.exp,
    };
    grant.status.status_list = holder.allocate(store, &taken).await?;
    Ok((sign(&grant, &holder.signer()?)?, grant))
}
