//! Step 3: the proof that the request comes from the holder of the key, for this request, now.

use alloc::string::String;

use super::chain::Path;
use super::{Context, Reason, Request, Step, deny};
use crate::codes::Code;
use crate::error::Error;
use crate::proof::{Expected, NONCE_WINDOW_SECONDS, Proof, replay_key};
use crate::scope::Purpose;
use crate::time::Timestamp;
use crate::token::{Kind, Unverified};

pub(super) struct Proven {
    /// The purpose, unless no detail covers the category.
    pub(super) purpose: Option<Purpose>,
    pub(super) replay_key: String,
    pub(super) replay_until: Timestamp,
}

pub(super) fn read(path: &Path, request: &Request<'_>, context: &Context<'_>) -> Step<Proven> {
    if request.proof.is_none() && mutant!("m-proof-optional") {
        let purposes = path
            .leaf_details()
            .iter()
            .flat_map(|detail| &detail.purposes);
        return Ok(Proven {
            purpose: request.purpose.or_else(|| purposes.copied().next()),
            replay_key: String::new(),
            replay_until: context.now,
        });
    }
    let compact = request.proof.ok_or_else(|| deny(Code::ProofMissing))?;
    let unverified = Unverified::read(compact, Kind::Proof)?;
    let key = unverified.header_key()?;
    let proof = unverified.verify::<Proof>(&key)?;
    if key.thumbprint().as_str() != path.proof_key() && !mutant!("m-cnf-ignored") {
        return Err(deny(Code::BindingMismatch));
    }
    let expected = Expected {
        method: request.method,
        url: request.url,
        now: context.now,
        skew: context.policy.skew,
        token: Some(&path.leaf),
        nonce: request.nonce,
    };
    proof.check_request(&expected)?;
    let purpose = purpose(&proof, path, request)?;
    let replay_key = replay_key(key.thumbprint().as_str(), &proof.jti);
    if (context.seen)(&replay_key) && !mutant!("m-proof-no-replay") {
        return Err(deny(Code::ProofReplayed));
    }
    let window = if request.nonce.is_some() {
        NONCE_WINDOW_SECONDS
    } else {
        context.policy.skew
    };
    let replay_until = proof.iat.plus(window.saturating_mul(2));
    Ok(Proven {
        purpose,
        replay_key,
        replay_until,
    })
}

/// A request has one purpose. It may stay unsaid where the details leave no choice.
fn purpose(proof: &Proof, path: &Path, request: &Request<'_>) -> Step<Option<Purpose>> {
    let mut only: Option<Purpose> = None;
    if proof.phr_pur.is_none() {
        let covering = path.leaf_details().iter();
        let covering = covering.filter(|detail| detail.datatypes.contains(&request.category));
        for purpose in covering.flat_map(|detail| &detail.purposes) {
            if only.is_some_and(|other| other != *purpose) && !mutant!("m-purpose-optional") {
                return Err(Reason::from(Error::at(
                    Code::RequestPurposeMissing,
                    "/phr_pur",
                )));
            }
            only = Some(*purpose);
        }
    }
    let purpose = proof.phr_pur.or(only);
    if request
        .purpose
        .is_some_and(|named| purpose.is_some_and(|purpose| purpose != named))
    {
        return Err(deny(Code::RequestPurposeMismatch));
    }
    Ok(purpose)
}
