//! `audit`: was this permitted then, by the archived inputs?

use serde::Deserialize as _;

use super::{Answer, Engine, malformed};
use crate::error::Result;
use crate::evidence::{EvidenceBundle, audit};
use crate::time::Timestamp;
use crate::wire::json::Node;

pub(super) fn run(engine: &mut Engine, call: Node<'_, '_>) -> Result<Answer> {
    let node = call.get("bundle").ok_or_else(|| malformed("bundle"))?;
    let bundle = EvidenceBundle::deserialize(node).map_err(|_| malformed("bundle"))?;
    let at = call
        .get("t")
        .and_then(Node::as_i64)
        .ok_or_else(|| malformed("t"))?;
    let anchor = engine.keys(call, "jwks")?;
    audit(&bundle, anchor, Timestamp::from_secs(at))?;
    Ok(Answer::accept(Some("\"consistent-with-inputs\"".into())))
}
