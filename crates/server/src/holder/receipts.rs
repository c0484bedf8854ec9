//! Receipts: each arrangement has one chain of them, written in the transaction of what they record.

use phr_link::Code;
use phr_link::Timestamp;
use phr_link::catalogue::Category;
use phr_link::claims::LegalBasis;
use phr_link::receipt::{Receipt, ReceiptEvent, RecordForm};
use phr_link::token::{s256, sign};
use sqlx::{Row as _, SqliteConnection};

use super::{Shared, random_id};
use crate::problem::Problem;

/// What a receipt is about.
pub(super) struct About<'a> {
    pub(super) event: ReceiptEvent,
    pub(super) arrangement_id: &'a str,
    pub(super) sub: &'a str,
    pub(super) recipient: &'a str,
    pub(super) consent_jti: Option<String>,
    pub(super) consent_s256: Option<String>,
    pub(super) txn: Option<String>,
    pub(super) items: Vec<Category>,
    pub(super) at: Timestamp,
}

/// Writes the next receipt of an arrangement and gives it.
pub(super) async fn write(
    holder: &Shared,
    store: &mut SqliteConnection,
    about: About<'_>,
) -> Result<String, Problem> {
    let last = sqlx::query(
        "SELECT seq, token FROM receipt WHERE arrangement_id = ? ORDER BY seq DESC LIMIT 1",
    )
    .bind(about.arrangement_id)
    .fetch_optional(&mut *store)
    .await?;
    let (seq, prev_s256) = match last {
        None => (0, None),
        Some(row) => (
            row.get::<i64, _>("seq") + 1,
            Some(s256(row.get::<&str, _>("token"))),
        ),
    };
    let lists = holder.lists()?;
    let trust = &lists.trust;
    let own = trust
        .member(holder.base())
        .ok_or(Code::Internal)?
        .as_party();
    let recipient = trust
        .member(about.recipient)
        .ok_or(Code::TrustNotCertified)?
        .as_party();
    let receipt = Receipt {
        iss: holder.base().to_owned(),
        iat: about.at,
        jti: random_id()?,
        ver: "1.0".into(),
        event: about.event,
        exchange_id: random_id()?,
        arrangement_id: about.arrangement_id.to_owned(),
        seq,
        prev_s256,
        sub: about.sub.to_owned(),
        consent_jti: about.consent_jti,
        consent_s256: about.consent_s256,
        txn: about.txn,
        at: about.at,
        period: None,
        provider: own,
        recipient,
        items: about.items,
        basis: LegalBasis {
            law: "APPI".into(),
            arts: vec!["27-1".into()],
        },
        acquired_how: Some("kept for the person by the holder".into()),
        record_form: RecordForm::Single,
        retain_until: RecordForm::Single.retain_until(about.at),
        exp: None,
    };
    let token = sign(&receipt, &holder.world.holder)?;
    sqlx::query("INSERT INTO receipt (arrangement_id, seq, token) VALUES (?, ?, ?)")
        .bind(about.arrangement_id)
        .bind(seq)
        .bind(&token)
        .execute(&mut *store)
        .await?;
    Ok(token)
}
