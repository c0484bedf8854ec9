//! `POST /consents/{jti}/withdraw`: by the person's key, or by the person signed in here.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use phr_link::Code;
use phr_link::consent::registration::verify_key_statement;
use phr_link::receipt::ReceiptEvent;
use phr_link::token::{Kind, Unverified, s256};
use phr_link::withdrawal::Withdrawal;
use serde::Deserialize;
use serde_json::json;
use sqlx::Row as _;

use super::authorize::{same_origin, session};
use super::receipts::{self, About};
use super::{Shared, now};
use crate::problem::{Problem, no_store};

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Body {
    withdrawal: Option<String>,
    key_statement: Option<String>,
}

pub(super) async fn withdraw(
    State(holder): State<Shared>,
    Path(jti): Path<String>,
    headers: HeaderMap,
    body: Option<Json<Body>>,
) -> Result<Response, Problem> {
    let body = body.map(|Json(body)| body).unwrap_or_default();
    let at = now();
    let row = sqlx::query("SELECT * FROM consent WHERE jti = ?")
        .bind(&jti)
        .fetch_optional(&holder.db)
        .await?;
    // An unknown consent and somebody else's get one answer.
    let row = row.ok_or(Code::ConsentUnknown)?;
    let (sub, arrangement): (String, String) = (row.get("sub"), row.get("arrangement_id"));
    match (&body.withdrawal, &body.key_statement) {
        (Some(withdrawal), Some(statement)) => {
            let statement_token =
                verify_key_statement(statement, holder.base(), &holder.world.trust, at, 60)?;
            let key = statement_token.key()?;
            let withdrawal =
                Unverified::read(withdrawal, Kind::Withdrawal)?.verify::<Withdrawal>(&key)?;
            withdrawal.check_time(at, 60)?;
            // An agent's key is not the person's: a statement with `for` ends nothing here.
            let fits = statement_token.for_person.is_none()
                && statement_token.sub == sub
                && withdrawal.sub == sub
                && withdrawal.aud == holder.base()
                && withdrawal.iss == key.thumbprint().uri()
                && withdrawal.key_s256 == s256(statement)
                && withdrawal.consent_jti == jti
                && withdrawal.arrangement_id == arrangement;
            if !fits {
                return Err(Code::WithdrawalNotAllowed.into());
            }
        }
        _ => {
            same_origin(&headers, holder.base())?;
            let (_, person) = session(&headers).ok_or(Code::WithdrawalNotAllowed)?;
            if row.get::<&str, _>("person") != person {
                return Err(Code::ConsentUnknown.into());
            }
        }
    }
    let mut store = holder.db.begin().await?;
    let ended =
        sqlx::query("UPDATE consent SET state = 'withdrawn' WHERE jti = ? AND state = 'active'")
            .bind(&jti)
            .execute(&mut *store)
            .await?;
    // The bits are flipped in the transaction that acknowledges the withdrawal.
    sqlx::query("UPDATE issued SET revoked = 1 WHERE consent_jti = ?")
        .bind(&jti)
        .execute(&mut *store)
        .await?;
    if ended.rows_affected() == 1 {
        receipts::write(
            &holder,
            &mut store,
            About {
                event: ReceiptEvent::Withdrawal,
                arrangement_id: &arrangement,
                sub: &sub,
                recipient: row.get("client_id"),
                consent_jti: Some(jti.clone()),
                consent_s256: Some(row.get("s256")),
                txn: None,
                items: Vec::new(),
                at,
            },
        )
        .await?;
    }
    store.commit().await?;
    holder.forget_status();
    Ok((
        StatusCode::OK,
        no_store(),
        Json(json!({"state": "withdrawn"})),
    )
        .into_response())
}
