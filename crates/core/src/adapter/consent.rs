//! `consent`: the verdict of a registration.

use super::{Answer, Engine, malformed, now, optional_text, text};
use crate::codes::Code;
use crate::consent::registration::{Transaction, verify_consent, verify_request};
use crate::display;
use crate::error::{Error, Result};
use crate::time::Timestamp;
use crate::trust::ListLimits;
use crate::wire::json::{self, Node};

const SKEW: i64 = 60;

pub(super) fn run(engine: &mut Engine, call: Node<'_, '_>) -> Result<Answer> {
    let now = now(call)?;
    let trust = call.get("trust").ok_or_else(|| malformed("trust"))?;
    let list = text(trust, "trust_list")?;
    let list = engine.trust(trust, list, now, &ListLimits::default())?;
    let txn = call
        .get("txn")
        .filter(|txn| txn.is_object())
        .ok_or_else(|| malformed("txn"))?;
    let opened_at = txn.get("opened_at").and_then(Node::as_i64);
    let holder = text(txn, "holder")?;
    let request = text(call, "request")?;
    let opened_at = Timestamp::from_secs(opened_at.ok_or_else(|| malformed("txn/opened_at"))?);
    // A request is judged at the time at which it was pushed.
    let pushed_at = txn
        .get("pushed_at")
        .and_then(Node::as_i64)
        .map(Timestamp::from_secs);
    verify_request(request, holder, list, pushed_at.unwrap_or(opened_at), SKEW)?;
    let transaction = Transaction {
        now,
        skew: SKEW,
        holder,
        txn: text(txn, "id")?,
        opened_at,
        request,
        key_statement: text(call, "key_statement")?,
        live: optional_text(txn, "live")?,
        arrangement_id: optional_text(txn, "arrangement_id")?,
    };
    let registered = verify_consent(text(call, "consent")?, &transaction, list)?;
    if let Some(shown) = optional_text(call, "display")?
        && display::s256(shown) != registered.consent.display.s256
    {
        return Err(Error::at(Code::ConsentDisplayMismatch, "/display"));
    }
    Ok(Answer::accept(Some(json::write(
        registered.consent.claims(),
    )?)))
}
