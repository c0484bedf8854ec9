//! `status`: one entry of one status list.

use super::{Answer, Engine, malformed, now, text};
use crate::claims::StatusPointer;
use crate::codes::Code;
use crate::error::Result;
use crate::status::{ListAge, StatusValue, value_in};
use crate::wire::json::Node;

pub(super) fn run(engine: &mut Engine, call: Node<'_, '_>) -> Result<Answer> {
    let index = call.get("index").ok_or_else(|| malformed("index"))?;
    // An index that is no integer is as useless as one outside the list.
    let idx = index.as_i64().ok_or(Code::StatusIndexInvalid)?;
    let pointer = StatusPointer {
        idx,
        uri: text(call, "uri")?.into(),
    };
    let age = ListAge {
        max_age: 3_600,
        skew: 60,
        floors: &[],
    };
    let value = value_in(
        text(call, "list")?,
        engine.keys(call, "jwks")?,
        &pointer,
        now(call)?,
        &age,
    )?;
    let (decision, code) = match value {
        StatusValue::VALID => ("accept", Code::StatusValid),
        StatusValue::INVALID => ("reject", Code::StatusRevoked),
        StatusValue::SUSPENDED => ("reject", Code::StatusSuspended),
        _ => ("reject", Code::StatusUnknown),
    };
    Ok(Answer {
        code: Some(code),
        ..Answer {
            decision,
            ..Answer::accept(None)
        }
    })
}
