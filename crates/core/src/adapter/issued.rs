//! `issued`: a token of somebody in the trust list, who may say such things and is not suspended.

use alloc::string::String;

use super::{Answer, Engine, malformed, now, optional_text, text};
use crate::codes::Code;
use crate::error::{Error, Result};
use crate::event::SecurityEvent;
use crate::grant::Grant;
use crate::receipt::Receipt;
use crate::time::Timestamp;
use crate::token::{Claims, Kind, Unverified};
use crate::trust::{ListLimits, TrustList};
use crate::wire::json::{self, Node};

const SKEW: i64 = 60;

/// What is common to these kinds.
struct Wanted<'a> {
    compact: &'a str,
    kind: Kind,
    audience: Option<&'a str>,
    now: Timestamp,
}

/// `{now, typ, token, trust: {jwks, trust_list}, audience?}` → the claims.
pub(super) fn run(engine: &mut Engine, call: Node<'_, '_>) -> Result<Answer> {
    let now = now(call)?;
    let kind = Kind::of_typ(text(call, "typ")?).ok_or_else(|| malformed("typ"))?;
    let wanted = Wanted {
        compact: text(call, "token")?,
        kind,
        audience: optional_text(call, "audience")?,
        now,
    };
    let trust = call.get("trust").ok_or_else(|| malformed("trust"))?;
    let compact = text(trust, "trust_list")?;
    let list = engine.trust(trust, compact, now, &ListLimits::default())?;
    let claims = match kind {
        Kind::Event => wanted.read::<SecurityEvent>(list, |event| (&event.iss, Some(&event.aud))),
        Kind::Grant => wanted.read::<Grant>(list, |grant| (&grant.iss, Some(&grant.aud))),
        Kind::Receipt => wanted.read::<Receipt>(list, |receipt| (&receipt.iss, None)),
        // The others are judged with what they belong to.
        _ => Err(Error::at(Code::CallerMisuse, "/typ")),
    }?;
    Ok(Answer::accept(Some(claims)))
}

impl Wanted<'_> {
    fn read<C: Claims + serde::Serialize>(
        &self,
        list: &TrustList,
        names: impl Fn(&C) -> (&String, Option<&String>),
    ) -> Result<String> {
        let unverified = Unverified::read(self.compact, self.kind)?;
        let (token, member) = list.verify_token::<C>(&unverified, |claims| names(claims).0)?;
        token.check_time(self.now, SKEW)?;
        member.check_not_suspended(self.now)?;
        let (_, audience) = names(token.claims());
        if self.audience.is_some() && audience.map(|aud| aud.as_str()) != self.audience {
            return Err(Error::at(Code::AudienceMismatch, "/aud"));
        }
        json::write(token.claims())
    }
}
