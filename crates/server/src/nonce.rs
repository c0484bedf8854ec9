//! What the holder makes of a secret and recognises again without storing it: the nonces that a proof
//! at `/token` has to carry, and the places from where a list goes on.

use phr_link::Timestamp;
use phr_link::wire::base64url;
use sha2::{Digest as _, Sha256};

/// How long a nonce is given out, in seconds; it is taken for as long again.
const STEP_SECONDS: i64 = 120;

/// Tags of a secret: any replica with the secret agrees, and so does this one after a restart.
pub(crate) struct Secret([u8; 32]);

impl Secret {
    pub(crate) const fn new(secret: [u8; 32]) -> Self {
        Self(secret)
    }

    /// The nonce to give out now.
    pub(crate) fn nonce(&self, now: Timestamp) -> String {
        self.of_step(now.as_secs() / STEP_SECONDS)
    }

    /// The nonce that a client sent, if it is one that we gave out a moment ago; else the current.
    pub(crate) fn expected_nonce(&self, sent: Option<&str>, now: Timestamp) -> String {
        let step = now.as_secs() / STEP_SECONDS;
        let previous = self.of_step(step - 1);
        if sent == Some(previous.as_str()) {
            previous
        } else {
            self.of_step(step)
        }
    }

    /// A cursor: where a list goes on, of no use to anybody else or for anything else. The place is
    /// of letters, digits, `-`, `_` and `~`.
    pub(crate) fn cursor(&self, place: &str, bound_to: &[&str]) -> String {
        let tag = self.tag("cursor", place, bound_to);
        format!("{place}.{tag}")
    }

    /// Where a list goes on by a cursor, if it is one of ours for just this list.
    pub(crate) fn place<'c>(&self, cursor: &'c str, bound_to: &[&str]) -> Option<&'c str> {
        let (place, _) = cursor.split_once('.')?;
        (self.cursor(place, bound_to) == cursor).then_some(place)
    }

    fn of_step(&self, step: i64) -> String {
        self.tag("nonce", &step.to_string(), &[])
    }

    fn tag(&self, kind: &str, value: &str, bound_to: &[&str]) -> String {
        // The secret stands on both sides, so that nothing can be appended, and every part has its
        // length before it, so that nothing can be moved from one to the next.
        let mut hash = Sha256::new();
        hash.update(self.0);
        for part in [kind, value].iter().chain(bound_to) {
            hash.update(part.len().to_be_bytes());
            hash.update(part.as_bytes());
        }
        hash.update(self.0);
        base64url::encode(&hash.finalize())
    }
}
