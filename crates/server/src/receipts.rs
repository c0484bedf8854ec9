//! Receipts: each arrangement has one chain of them, written in the transaction of what they record,
//! by a holder and by an operator alike.

use phr_link::Code;
use phr_link::Timestamp;
use phr_link::catalogue::Category;
use phr_link::claims::{LegalBasis, Party};
use phr_link::receipt::{Receipt, ReceiptEvent, RecordForm};
use phr_link::token::{s256, sign};
use sqlx::{AnyConnection, Row as _};

use crate::keys::Key;
use crate::problem::Problem;
use crate::random_id;

/// What a receipt is about.
pub(crate) struct About<'a> {
    pub(crate) event: ReceiptEvent,
    pub(crate) sub: &'a str,
    /// Who gives.
    pub(crate) provider: Party,
    /// Who receives, as the trust list has it, or had it when the consent was given.
    pub(crate) recipient: Party,
    pub(crate) consent_jti: Option<String>,
    pub(crate) consent_s256: Option<String>,
    pub(crate) txn: Option<String>,
    pub(crate) items: Vec<Category>,
    /// How the provider came to have the data.
    pub(crate) acquired_how: &'static str,
    /// What the other side's receipt says; a fresh one where this is the first side.
    pub(crate) exchange_id: Option<String>,
    pub(crate) at: Timestamp,
}

/// A receipt that was written.
pub(crate) struct Written {
    pub(crate) token: String,
    /// What the other side's receipt of the same exchange says as well.
    pub(crate) exchange_id: String,
}

/// Who writes receipts.
pub(crate) struct Issuer<'a> {
    pub(crate) id: &'a str,
    pub(crate) signer: Key,
}

/// An arrangement, locked for the rest of a transaction.
///
/// Whatever changes how an arrangement stands, or shows what it allows, locks it first. So a
/// withdrawal commits before an issue or a read, or after it, whichever replica they reach.
pub(crate) struct Arrangement<'a> {
    id: &'a str,
    next_seq: i64,
    last_s256: Option<String>,
    /// Until when, in milliseconds, what may be read is used up.
    pub(crate) used_until: i64,
}

impl<'a> Arrangement<'a> {
    pub(crate) async fn lock(
        store: &mut AnyConnection,
        id: &'a str,
    ) -> Result<Arrangement<'a>, Problem> {
        // An update that changes nothing holds the row until the transaction ends.
        let lock = "UPDATE arrangement SET next_seq = next_seq WHERE id = $1 RETURNING next_seq, last_s256, used_until";
        let mut row = sqlx::query(lock)
            .bind(id)
            .fetch_optional(&mut *store)
            .await?;
        if row.is_none() {
            sqlx::query(
                "INSERT INTO arrangement (id, next_seq) VALUES ($1, 0) ON CONFLICT DO NOTHING",
            )
            .bind(id)
            .execute(&mut *store)
            .await?;
            row = sqlx::query(lock)
                .bind(id)
                .fetch_optional(&mut *store)
                .await?;
        }
        let row = row.ok_or(Code::Internal)?;
        Ok(Self {
            id,
            next_seq: row.get("next_seq"),
            last_s256: row.get("last_s256"),
            used_until: row.get("used_until"),
        })
    }

    /// Writes the next receipt and gives it; the chain has to be [closed](Self::close) after the last.
    pub(crate) async fn write(
        &mut self,
        issuer: &Issuer<'_>,
        store: &mut AnyConnection,
        about: About<'_>,
    ) -> Result<Written, Problem> {
        let receipt = self.receipt(issuer, about)?;
        let token = sign(&receipt, &issuer.signer)?;
        sqlx::query(
            "INSERT INTO receipt (arrangement_id, seq, token, sub, at, retain_until)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(self.id)
        .bind(self.next_seq)
        .bind(&token)
        .bind(&receipt.sub)
        .bind(receipt.at.as_secs())
        .bind(receipt.retain_until.as_secs())
        .execute(&mut *store)
        .await?;
        self.next_seq += 1;
        self.last_s256 = Some(s256(&token));
        Ok(Written {
            token,
            exchange_id: receipt.exchange_id,
        })
    }

    /// Keeps where the chain ends and what was used, once all of a transaction's receipts are written.
    pub(crate) async fn close(self, store: &mut AnyConnection) -> Result<(), Problem> {
        let end =
            "UPDATE arrangement SET next_seq = $1, last_s256 = $2, used_until = $3 WHERE id = $4";
        sqlx::query(end)
            .bind(self.next_seq)
            .bind(self.last_s256.as_deref())
            .bind(self.used_until)
            .bind(self.id)
            .execute(&mut *store)
            .await?;
        Ok(())
    }

    fn receipt(&self, issuer: &Issuer<'_>, about: About<'_>) -> Result<Receipt, Problem> {
        // Without a consent it is the head on life and body.
        let article = match about.consent_jti {
            Some(_) => "27-1",
            None => "27-1-2",
        };
        Ok(Receipt {
            iss: issuer.id.to_owned(),
            iat: about.at,
            jti: random_id()?,
            ver: "1.0".into(),
            event: about.event,
            exchange_id: match about.exchange_id {
                Some(id) => id,
                None => random_id()?,
            },
            arrangement_id: self.id.to_owned(),
            seq: self.next_seq,
            prev_s256: self.last_s256.clone(),
            sub: about.sub.to_owned(),
            consent_jti: about.consent_jti,
            consent_s256: about.consent_s256,
            txn: about.txn,
            at: about.at,
            period: None,
            provider: about.provider,
            recipient: about.recipient,
            items: about.items,
            basis: LegalBasis {
                law: "APPI".into(),
                arts: vec![article.to_owned()],
            },
            acquired_how: Some(about.acquired_how.into()),
            record_form: RecordForm::Single,
            retain_until: RecordForm::Single.retain_until(about.at),
            exp: None,
        })
    }
}
