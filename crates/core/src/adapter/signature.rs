//! `signature`: a key is admitted and a signature checked.

use super::{Answer, malformed, text};
use crate::error::Result;
use crate::wire::base64url;
use crate::wire::json::Node;

pub(super) fn run(call: Node<'_, '_>) -> Result<Answer> {
    let jwk = call
        .get("jwk")
        .filter(|jwk| jwk.is_object())
        .ok_or_else(|| malformed("jwk"))?;
    let message = base64url::decode(text(call, "message")?).map_err(|_| malformed("message"))?;
    let signature = text(call, "signature")?;
    let key = crate::key::admit_node(jwk, None)?;
    let signature = base64url::decode(signature)?;
    key.verify(&message, &signature)?;
    Ok(Answer::accept(None))
}
