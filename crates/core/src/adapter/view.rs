//! `view`: a consent in another format.

use serde::Deserialize as _;

use super::{Answer, malformed, now, optional_text, text};
use crate::consent::Consent;
use crate::error::Result;
use crate::export::{Ended, Ending, Format, Standing, view};
use crate::identifier::check_hash;
use crate::time::Timestamp;
use crate::token::Claims as _;
use crate::wire::json::Node;

/// `{consent, as, now, ended?, consent_s256?}` → the document and the report.
pub(super) fn run(call: Node<'_, '_>) -> Result<Answer> {
    let format = Format::parse(text(call, "as")?).ok_or_else(|| malformed("as"))?;
    let s256 = optional_text(call, "consent_s256")?;
    if let Some(s256) = s256 {
        check_hash(s256, "/consent_s256").map_err(|_| malformed("consent_s256"))?;
    }
    let standing = Standing {
        now: now(call)?,
        ended: ended(call)?,
        s256,
    };
    let node = call.get("consent").ok_or_else(|| malformed("consent"))?;
    Consent::SCHEMA.check(node)?;
    let consent = Consent::deserialize(node)?;
    Ok(Answer::accept(Some(
        view(&consent, format, &standing)?.write(),
    )))
}

fn ended(call: Node<'_, '_>) -> Result<Option<Ended>> {
    let Some(node) = call.get("ended").filter(|node| !node.is_null()) else {
        return Ok(None);
    };
    let how = node.get("how").and_then(Node::as_str);
    let how = how.and_then(Ending::parse);
    let at = node.get("at").and_then(Node::as_i64);
    match (how, at) {
        (Some(how), Some(at)) => Ok(Some(Ended {
            how,
            at: Timestamp::from_secs(at),
        })),
        (None, _) => Err(malformed("ended/how")),
        (_, None) => Err(malformed("ended/at")),
    }
}
