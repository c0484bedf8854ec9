//! The nonces that a proof at `/token` has to carry.

use phr_link::wire::base64url;
use phr_link::{Code, Error, Result, Timestamp};
use sha2::{Digest as _, Sha256};

/// How long a nonce is given out, in seconds; it is taken for as long again.
const STEP_SECONDS: i64 = 120;

/// Nonces made of a secret and the time: nothing is stored, and any replica with the secret agrees.
pub(crate) struct Nonces([u8; 32]);

impl Nonces {
    pub(crate) fn new() -> Result<Self> {
        let mut secret = [0; 32];
        getrandom::fill(&mut secret).map_err(|_| Error::new(Code::Internal))?;
        Ok(Self(secret))
    }

    /// The nonce to give out now.
    pub(crate) fn current(&self, now: Timestamp) -> String {
        self.of_step(now.as_secs() / STEP_SECONDS)
    }

    /// The nonce that a client sent, if it is one that we gave out a moment ago; else the current.
    pub(crate) fn expected(&self, sent: Option<&str>, now: Timestamp) -> String {
        let step = now.as_secs() / STEP_SECONDS;
        let previous = self.of_step(step - 1);
        if sent == Some(previous.as_str()) {
            previous
        } else {
            self.of_step(step)
        }
    }

    fn of_step(&self, step: i64) -> String {
        // The secret stands on both sides, so that nothing can be appended.
        let mut hash = Sha256::new();
        hash.update(self.0);
        hash.update(step.to_be_bytes());
        hash.update(self.0);
        base64url::encode(&hash.finalize())
    }
}
