//! `token`: one token is verified under keys that the caller names. `inspect`: one is shown.

use alloc::string::String;
use alloc::vec::Vec;

use serde::Serialize;

use super::{Answer, Engine, Explained, explain, malformed, now, optional_text, text};
use crate::client_assertion::ClientAssertion;
use crate::codes::Code;
use crate::consent::Consent;
use crate::delegation::Delegation;
use crate::emergency::EmergencyStatement;
use crate::error::{Error, Result};
use crate::grant::Grant;
use crate::key::PublicKey;
use crate::key_statement::KeyStatement;
use crate::proof::Proof;
use crate::receipt::Receipt;
use crate::request::ConsentRequest;
use crate::status::StatusListClaims;
use crate::time::Timestamp;
use crate::token::{Claims, Kind, Unverified};
use crate::trust::{Mark, MarkDelegation, TrustListClaims};
use crate::wire::base64url;
use crate::wire::json::{self, Doc, Node};
use crate::withdrawal::Withdrawal;

const SKEW: i64 = 60;

/// Calls a function generic in the claims for the kind that is known only now.
macro_rules! by_kind {
    ($kind:expr, $function:ident ( $($argument:expr),* )) => {
        match $kind {
            Kind::ClientAssertion => $function::<ClientAssertion>($($argument),*),
            Kind::Consent => $function::<Consent>($($argument),*),
            Kind::ConsentRequest => $function::<ConsentRequest>($($argument),*),
            Kind::Delegation => $function::<Delegation>($($argument),*),
            Kind::Emergency => $function::<EmergencyStatement>($($argument),*),
            Kind::Grant => $function::<Grant>($($argument),*),
            Kind::KeyStatement => $function::<KeyStatement>($($argument),*),
            Kind::Proof => $function::<Proof>($($argument),*),
            Kind::Receipt => $function::<Receipt>($($argument),*),
            Kind::StatusList => $function::<StatusListClaims>($($argument),*),
            Kind::TrustList => $function::<TrustListClaims>($($argument),*),
            Kind::TrustMark => $function::<Mark>($($argument),*),
            Kind::TrustMarkDelegation => $function::<MarkDelegation>($($argument),*),
            Kind::Withdrawal => $function::<Withdrawal>($($argument),*),
            // Read by the suite and by event receivers, which have their own rules.
            Kind::Conformance | Kind::Event => Err(Error::at(Code::CallerMisuse, "/typ")),
        }
    };
}
pub(super) use by_kind;

pub(super) fn run(engine: &mut Engine, call: Node<'_, '_>) -> Result<Answer> {
    let now = now(call)?;
    let kind = Kind::of_typ(text(call, "typ")?).ok_or_else(|| malformed("typ"))?;
    let compact = text(call, "token")?;
    let audience = optional_text(call, "audience")?;
    let unverified = Unverified::read(compact, kind)?;
    let listed = match unverified.kid() {
        Some(kid) => {
            let keys = engine.keys(call, "jwks")?;
            keys.find(kid, unverified.algorithm().as_str())?.clone()
        }
        None => unverified.header_key()?,
    };
    by_kind!(kind, check(&unverified, &listed, now, audience))?;
    let doc = Doc::parse(unverified.payload())?;
    Ok(Answer::accept(Some(json::write(&doc.root())?)))
}

fn check<C: Claims>(
    unverified: &Unverified<'_>,
    key: &PublicKey,
    now: Timestamp,
    audience: Option<&str>,
) -> Result<()> {
    let token = unverified.verify::<C>(key)?;
    token.check_time(now, SKEW)?;
    let Some(audience) = audience else {
        return Ok(());
    };
    let doc = Doc::parse(unverified.payload())?;
    match doc.root().get("aud").and_then(Node::as_str) {
        Some(aud) if aud != audience => Err(Error::at(Code::AudienceMismatch, "/aud")),
        _ => Ok(()),
    }
}

/// What can be seen of a token without believing it.
#[derive(Serialize)]
struct Seen<'d> {
    kind: Option<&'static str>,
    bytes: usize,
    s256: String,
    header: Option<Node<'d, 'd>>,
    claims: Option<Node<'d, 'd>>,
    problems: Vec<Explained>,
}

/// Shows a token: what it says it is, and every fault that can be seen without other parties.
pub(super) fn inspect(call: Node<'_, '_>) -> Result<Answer> {
    let compact = text(call, "token")?;
    let now = now(call).ok();
    let parts: Vec<&str> = compact.split('.').collect();
    let part = |at: usize| parts.get(at).and_then(|part| base64url::decode(part).ok());
    let (header, payload) = (part(0).unwrap_or_default(), part(1).unwrap_or_default());
    let header = Doc::parse(&header);
    let payload = Doc::parse(&payload);
    let typ = header
        .as_ref()
        .ok()
        .and_then(|doc| doc.root().get("typ"))
        .and_then(Node::as_str);
    let kind = typ.and_then(Kind::of_typ);
    let mut problems: Vec<Error> = Vec::new();
    match kind {
        None => problems.extend(Unverified::read(compact, Kind::Grant).err()),
        Some(kind) => match Unverified::read(compact, kind) {
            Err(error) => problems.push(error),
            Ok(unverified) => {
                if unverified.kid().is_none() {
                    problems.extend(unverified.header_key().err());
                }
                let _ = by_kind!(kind, faults(&unverified, now, &mut problems));
            }
        },
    }
    let seen = Seen {
        kind: kind.map(Kind::typ),
        bytes: compact.len(),
        s256: crate::token::s256(compact),
        header: header.as_ref().ok().map(Doc::root),
        claims: payload.as_ref().ok().map(Doc::root),
        problems: problems
            .iter()
            .map(|error| explain(error.code(), None, error.path().map(String::from)))
            .collect(),
    };
    Ok(Answer::accept(Some(json::write(&seen)?)))
}

fn faults<C: Claims>(
    unverified: &Unverified<'_>,
    now: Option<Timestamp>,
    problems: &mut Vec<Error>,
) -> Result<()> {
    if let Ok(key) = unverified.header_key() {
        problems.extend(unverified.verify::<C>(&key).err());
    }
    match unverified.unverified_claims::<C>() {
        Err(error) if problems.is_empty() => problems.push(error),
        Ok(claims) => {
            let ended = claims
                .expires_at()
                .zip(now)
                .is_some_and(|(exp, now)| now >= exp);
            if ended {
                problems.push(Error::at(C::KIND.expired_code(), "/exp"));
            }
        }
        Err(_) => {}
    }
    Ok(())
}
