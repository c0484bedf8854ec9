//! Step 1: the fields of the request, taken apart but not believed.

use alloc::vec::Vec;

use super::{Reason, Request, Step, deny};
use crate::codes::Code;
use crate::token::Kind;
use crate::wire::base64url;
use crate::wire::json::{Doc, Node};

/// The octets of `PHR-Chain` and of the last token together.
const MAX_OCTETS: usize = 8_192;

/// The tokens of a path, the last one included.
const MAX_TOKENS: usize = 4;

pub(super) struct Presented<'a> {
    /// Root first.
    pub(super) tokens: Vec<&'a str>,
}

pub(super) fn read<'a>(request: &Request<'a>) -> Step<Presented<'a>> {
    let leaf = request.authorization.and_then(dpop_token);
    let leaf = leaf.ok_or_else(|| deny(Code::ProofMissing))?;
    let chain = request.chain.unwrap_or_default();
    if chain.len().saturating_add(leaf.len()) > MAX_OCTETS && !mutant!("m-no-size-limit") {
        return Err(deny(Code::TokenTooLarge));
    }
    let mut tokens: Vec<&str> = Vec::with_capacity(MAX_TOKENS);
    if request.chain.is_some() {
        tokens.extend(chain.split(','));
    }
    tokens.push(leaf);
    if tokens.len() > MAX_TOKENS {
        return Err(deny(Code::ChainTooDeep));
    }
    let is_bad = |token: &&str| token.is_empty() || token.contains([' ', '\t']);
    if tokens.iter().any(is_bad) || !crate::claims::has_no_repeats(&tokens) {
        return Err(deny(Code::ChainForm));
    }
    check_order(&tokens)?;
    Ok(Presented { tokens })
}

/// The scheme is compared without case; exactly one blank, then the token.
fn dpop_token(authorization: &str) -> Option<&str> {
    let (scheme, token) = authorization.split_once(' ')?;
    let is_plain = !token.is_empty() && !token.contains([' ', '\t', ',']);
    (scheme.eq_ignore_ascii_case("dpop") && is_plain).then_some(token)
}

/// A grant stands first and only first: anything else is unused or out of order.
///
/// A token whose kind cannot be told is left to its own stage, which names what is wrong with it.
fn check_order(tokens: &[&str]) -> Result<(), Reason> {
    for (at, token) in tokens.iter().enumerate() {
        let misplaced = match claimed_kind(token) {
            Some(Kind::Grant) => at > 0,
            Some(Kind::Delegation) => at == 0,
            _ => false,
        };
        if misplaced {
            return Err(deny(Code::ChainForm));
        }
    }
    Ok(())
}

fn claimed_kind(token: &str) -> Option<Kind> {
    let header = token.split('.').next()?;
    let header = base64url::decode(header).ok()?;
    let doc = Doc::parse(&header).ok()?;
    Kind::of_typ(doc.root().get("typ").and_then(Node::as_str)?)
}
