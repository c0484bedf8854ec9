//! The proof of possession (DPoP, RFC 9449): one for each request.

use alloc::string::String;

use serde::{Deserialize, Serialize};

use crate::codes::Code;
use crate::error::{Error, Result};
use crate::identifier::check;
use crate::scope::Purpose;
use crate::time::Timestamp;
use crate::token::{Claims, Kind};
use crate::wire::base64url;
use crate::wire::schema::{Schema, Type, optional, required};

pub mod address;

/// The claims of a proof.
///
/// # Spec
/// §7.2
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Proof {
    /// The HTTP method.
    pub htm: String,
    /// The address without query and fragment.
    pub htu: String,
    /// When it was made.
    pub iat: Timestamp,
    /// A random identifier, fresh for each request.
    pub jti: String,
    /// Hash of the token that goes with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ath: Option<String>,
    /// The server's nonce.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// The one purpose of the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phr_pur: Option<Purpose>,
}

impl Claims for Proof {
    const KIND: Kind = Kind::Proof;

    const SCHEMA: &'static Schema = &Schema::open(&[
        required("htm", Type::String),
        required("htu", Type::String),
        required("iat", Type::Integer),
        required("jti", Type::String),
        optional("ath", Type::String),
        optional("nonce", Type::String),
        optional("phr_pur", Type::String),
    ]);

    fn check(&self) -> Result<()> {
        check(!self.htm.is_empty() && self.htm.len() <= 32, "/htm")?;
        // A stock client's `jti` may be a UUID or longer, so only its length counts here.
        check((22..=128).contains(&self.jti.len()), "/jti")?;
        check(self.jti.bytes().all(|byte| byte.is_ascii_graphic()), "/jti")?;
        let is_hash = self.ath.as_deref().is_none_or(base64url::is_sha256);
        check(is_hash, "/ath")
    }

    fn issued_at(&self) -> Timestamp {
        self.iat
    }

    fn name_fault(error: Error) -> Error {
        match error.code() {
            Code::ClaimsMissing => error.with_code(Code::ProofClaimMissing),
            Code::ClaimsType | Code::ClaimsInvalid => error.with_code(Code::ProofClaimInvalid),
            _ => error,
        }
    }
}

/// Gives the key under which a server remembers a proof: SHA-256 over `jkt`, a full stop, `jti`.
///
/// # Spec
/// §7.2
#[must_use]
pub fn replay_key(jkt: &str, jti: &str) -> String {
    use sha2::Digest as _;
    let mut hash = sha2::Sha256::new();
    hash.update(jkt.as_bytes());
    hash.update(b".");
    hash.update(jti.as_bytes());
    base64url::encode(&hash.finalize())
}

/// What a server that receives a proof knows of the request.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// The HTTP method.
    pub method: &'a str,
    /// The external address, as configured, with or without query.
    pub url: &'a str,
    /// The time.
    pub now: Timestamp,
    /// The tolerance for clocks, in seconds.
    pub skew: i64,
    /// The token that the proof goes with.
    pub token: Option<&'a str>,
    /// The nonce that has to be in it.
    pub nonce: Option<&'a str>,
}

impl Proof {
    /// Checks method, address, time, token hash and nonce, in this order.
    ///
    /// # Errors
    /// `proof.htm-mismatch`, `proof.htu-mismatch`, `proof.stale`, `proof.future`,
    /// `proof.claim-missing`, `proof.ath-mismatch`, `proof.nonce-required`
    ///
    /// # Spec
    /// §7.2
    pub fn check_request(&self, expected: &Expected<'_>) -> Result<()> {
        if self.htm != expected.method {
            return Err(Error::at(Code::ProofHtmMismatch, "/htm"));
        }
        let is_same = if mutant!("m-htu-exact-string") {
            self.htu == expected.url
        } else {
            address::same(&self.htu, expected.url) || mutant!("m-proof-no-htu")
        };
        if !is_same {
            return Err(Error::at(Code::ProofHtuMismatch, "/htu"));
        }
        // A nonce that this server gave a moment ago proves freshness whatever the client's clock
        // says of the past, up to five minutes.
        let past = if expected.nonce.is_some() && self.nonce.as_deref() == expected.nonce {
            NONCE_WINDOW_SECONDS
        } else {
            expected.skew
        };
        if self.iat < expected.now.plus(past.saturating_neg()) {
            return Err(Error::at(Code::ProofStale, "/iat"));
        }
        if self.iat > expected.now.plus(expected.skew) {
            return Err(Error::at(Code::ProofFuture, "/iat"));
        }
        if let Some(token) = expected.token.filter(|_| !mutant!("m-proof-no-ath")) {
            let ath = self.ath.as_deref();
            let ath = ath.ok_or_else(|| Error::at(Code::ProofClaimMissing, "/ath"))?;
            if ath != crate::token::s256(token) {
                return Err(Error::at(Code::ProofAthMismatch, "/ath"));
            }
        }
        if expected.nonce.is_some() && self.nonce.as_deref() != expected.nonce {
            return Err(Error::at(Code::ProofNonceRequired, "/nonce"));
        }
        Ok(())
    }
}

/// How old a proof with a fresh nonce of the server may be, in seconds.
pub const NONCE_WINDOW_SECONDS: i64 = 300;
