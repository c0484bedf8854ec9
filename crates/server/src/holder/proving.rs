//! Proofs of possession where no grant is presented: at `/token`, `/emergency` and the like.

use axum::http::HeaderMap;
use phr_link::Code;
use phr_link::proof::{Expected, NONCE_WINDOW_SECONDS, Proof, replay_key};
use phr_link::token::{Kind, Unverified};

use super::{Holder, ledger};
use crate::problem::Problem;

/// Whether a proof has to carry a nonce of ours.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(super) enum Nonce {
    /// What is given out for it is worth waiting for.
    Required,
    /// The window of the proof's own time is enough.
    Spared,
}

impl Holder {
    /// Checks the one proof of a `POST` to a path, takes it, and gives the thumbprint of its key.
    ///
    /// # Errors
    /// `proof.*`, and those of the token
    pub(super) async fn prove(
        &self,
        headers: &HeaderMap,
        path: &str,
        nonce: Nonce,
    ) -> Result<String, Problem> {
        let at = self.now();
        let mut values = headers.get_all("dpop").iter();
        let (Some(value), None) = (values.next(), values.next()) else {
            return Err(Code::ProofMissing.into());
        };
        let compact = value.to_str().map_err(|_| Code::ProofMissing)?;
        let unverified = Unverified::read(compact, Kind::Proof)?;
        let key = unverified.header_key()?;
        let proof = unverified.verify::<Proof>(&key)?;
        let expected_nonce = (nonce == Nonce::Required)
            .then(|| self.secret.expected_nonce(proof.nonce.as_deref(), at));
        let url = format!("{}{path}", self.base());
        let expected = Expected {
            method: "POST",
            url: &url,
            now: at,
            skew: 60,
            token: None,
            nonce: expected_nonce.as_deref(),
        };
        proof.check_request(&expected)?;
        let jkt = key.thumbprint().as_str().to_owned();
        let until = proof.iat.plus(2 * NONCE_WINDOW_SECONDS);
        let mut store = self.db.begin().await?;
        let is_new = ledger::remember(&mut store, &replay_key(&jkt, &proof.jti), until).await?;
        store.commit().await?;
        if is_new {
            Ok(jkt)
        } else {
            Err(Code::ProofReplayed.into())
        }
    }
}
