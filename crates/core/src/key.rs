//! Ed25519 keys: admission, thumbprints, key sets, and the seams for suites and signers.

use alloc::string::String;
use alloc::vec::Vec;

use curve25519_dalek::edwards::EdwardsPoint;
use curve25519_dalek::scalar::Scalar;
use curve25519_dalek::traits::IsIdentity as _;
use ed25519_dalek::{Signature, SigningKey, Verifier as _, VerifyingKey};
use serde::{Deserialize, Serialize};

use crate::codes::Code;
use crate::error::{Error, Result};
use crate::wire::base64url;

mod jwk;
mod set;

pub use jwk::Jwk;
pub(crate) use jwk::admit_node;
pub use set::KeySet;

/// The algorithm names that a header may carry, both for Ed25519; `EdDSA` is the one we write.
pub const ALGORITHMS: [&str; 2] = ["EdDSA", "Ed25519"];

/// A signature suite: how one family of keys is admitted and how its signatures are checked.
///
/// The profile has one suite today. A second one (P-256 for secure hardware, ML-DSA) is added by
/// implementing this trait; callers keep calling [`PublicKey::verify`].
pub trait SignatureSuite {
    /// The values of `alg` that belong to the suite.
    fn algorithms(&self) -> &'static [&'static str];

    /// Admits the raw bytes of a public key.
    ///
    /// # Errors
    /// `key.invalid`, `key.not-canonical`, `key.small-order`, `key.mixed-order`
    fn admit(&self, bytes: &[u8]) -> Result<PublicKey>;

    /// Checks a signature.
    ///
    /// # Errors
    /// `signature.malformed`, `signature.invalid`
    fn verify(&self, key: &PublicKey, message: &[u8], signature: &[u8]) -> Result<()>;
}

/// The suite of this profile: Ed25519 with strict verification.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ed25519;

impl SignatureSuite for Ed25519 {
    fn algorithms(&self) -> &'static [&'static str] {
        &ALGORITHMS
    }

    fn admit(&self, bytes: &[u8]) -> Result<PublicKey> {
        PublicKey::admit(bytes)
    }

    fn verify(&self, key: &PublicKey, message: &[u8], signature: &[u8]) -> Result<()> {
        key.verify(message, signature)
    }
}

/// The RFC 7638 thumbprint of a key, 43 characters of base64url.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(transparent)]
pub struct Thumbprint(String);

impl Thumbprint {
    /// Computes the thumbprint of the `x` of an Ed25519 key.
    #[must_use]
    pub fn of_x(x: &str) -> Self {
        // RFC 7638 §3.2 with the members of RFC 8037 §2: this order, no blanks.
        let mut text = String::from(r#"{"crv":"Ed25519","kty":"OKP","x":""#);
        text.push_str(x);
        text.push_str("\"}");
        Self(base64url::sha256(text.as_bytes()))
    }

    /// Gives the 43 characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Gives the RFC 9278 URI of the thumbprint, the `iss` of what a person signs.
    #[must_use]
    pub fn uri(&self) -> String {
        let mut uri = String::from(THUMBPRINT_URI);
        uri.push_str(&self.0);
        uri
    }
}

/// The encoding of the point that changes nothing.
const IDENTITY: [u8; 32] = {
    let mut bytes = [0; 32];
    bytes[0] = 1;
    bytes
};

/// Tells whether an encoding could be another one than the canonical one of its point.
///
/// Only a `y` of 2^255 − 19 or more can be reduced, and only at `y` = ±1 has `x` no sign. All of
/// them have 30 equal bytes in the middle; what has not needs no costly comparison.
fn may_be_unreduced(bytes: &[u8; 32]) -> bool {
    let [_, middle @ .., _] = bytes;
    middle.iter().all(|byte| *byte == 0x00) || middle.iter().all(|byte| *byte == 0xff)
}

/// Tells whether the order of the group times the point is the identity.
///
/// The order itself is 0 as a scalar; one less is −1, and brings the point to its negative. Keys are
/// public, so the time that it takes may show them.
fn is_torsion_free(point: &EdwardsPoint) -> bool {
    let less =
        EdwardsPoint::vartime_double_scalar_mul_basepoint(&-Scalar::ONE, point, &Scalar::ZERO);
    less == -point
}

/// What stands before the thumbprint in its RFC 9278 URI.
pub const THUMBPRINT_URI: &str = "urn:ietf:params:oauth:jwk-thumbprint:sha-256:";

/// A public key that was admitted: canonical, not of small order, free of torsion.
///
/// # Spec
/// §2.4
#[derive(Clone, Eq, PartialEq)]
pub struct PublicKey {
    key: VerifyingKey,
    x: String,
    thumbprint: Thumbprint,
}

impl PublicKey {
    /// Admits 32 bytes as a public key.
    ///
    /// With a canonical key free of torsion, strict and lax, single and batch verifiers agree on
    /// every signature, and a key has one thumbprint.
    ///
    /// # Errors
    /// `key.invalid`, `key.not-canonical`, `key.small-order`, `key.mixed-order`
    ///
    /// # Example
    /// ```
    /// use phr_link::{Code, key::PublicKey};
    /// let mut identity = [0; 32];
    /// identity[0] = 1;
    /// assert_eq!(PublicKey::admit(&identity).unwrap_err().code(), Code::KeySmallOrder);
    /// ```
    pub fn admit(bytes: &[u8]) -> Result<Self> {
        let invalid = || Error::new(Code::KeyInvalid);
        let bytes: [u8; 32] = bytes.try_into().map_err(|_| invalid())?;
        let key = VerifyingKey::from_bytes(&bytes).map_err(|_| invalid())?;
        if mutant!("m-ed-lenient") {
            return Ok(Self::from_admitted(key));
        }
        let point = key.to_edwards();
        if may_be_unreduced(&bytes) && point.compress().0 != bytes {
            return Err(Error::new(Code::KeyNotCanonical));
        }
        if point.mul_by_cofactor().is_identity() {
            return Err(Error::new(Code::KeySmallOrder));
        }
        if !is_torsion_free(&point) {
            return Err(Error::new(Code::KeyMixedOrder));
        }
        Ok(Self::from_admitted(key))
    }

    fn from_admitted(key: VerifyingKey) -> Self {
        let x = base64url::encode(key.as_bytes());
        let thumbprint = Thumbprint::of_x(&x);
        Self { key, x, thumbprint }
    }

    /// Checks a signature as strictly as `ed25519-dalek`'s `verify_strict`.
    ///
    /// That one refuses every `R` of small order. An admitted key lies in the subgroup of prime
    /// order, and so does whatever `R` the equation asks for: the identity is the only point of
    /// small order there, and the equation compares encodings, so it alone has to be refused.
    ///
    /// # Errors
    /// `signature.malformed` unless the signature has 64 bytes, `signature.invalid`
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<()> {
        let signature =
            Signature::from_slice(signature).map_err(|_| Error::new(Code::SignatureMalformed))?;
        if *signature.r_bytes() == IDENTITY && !mutant!("m-ed-lenient") {
            return Err(Error::new(Code::SignatureInvalid));
        }
        self.key
            .verify(message, &signature)
            .map_err(|_| Error::new(Code::SignatureInvalid))
    }

    /// Gives the member `x` of the key's JWK.
    #[must_use]
    pub fn x(&self) -> &str {
        &self.x
    }

    /// Gives the 32 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.key.as_bytes()
    }

    /// Gives the RFC 7638 thumbprint.
    #[must_use]
    pub const fn thumbprint(&self) -> &Thumbprint {
        &self.thumbprint
    }

    /// Gives the key as a JWK to publish: with `kid` and `use`, without `alg`.
    #[must_use]
    pub fn to_jwk(&self) -> Jwk {
        Jwk::published(self)
    }
}

impl core::fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("PublicKey(..)")
    }
}

/// Something that signs with one key: a key in memory, in a file, in hardware.
pub trait Signer {
    /// The public half.
    fn public_key(&self) -> &PublicKey;

    /// Signs the bytes.
    ///
    /// # Errors
    /// `internal` where the key cannot be used
    fn sign(&self, message: &[u8]) -> Result<[u8; 64]>;
}

/// A private key in memory; it is wiped when dropped and never shown.
pub struct SecretKey {
    key: SigningKey,
    public: PublicKey,
}

impl SecretKey {
    /// Makes a key from 32 secret random bytes.
    ///
    /// # Security
    /// The seed is the key: take it from a cryptographic generator and wipe it afterwards. In a
    /// browser use a non-extractable WebCrypto key instead.
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        let key = SigningKey::from_bytes(seed);
        let public = PublicKey::from_admitted(key.verifying_key());
        Self { key, public }
    }
}

impl Signer for SecretKey {
    fn public_key(&self) -> &PublicKey {
        &self.public
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64]> {
        use ed25519_dalek::Signer as _;
        Ok(self.key.sign(message).to_bytes())
    }
}

impl core::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("SecretKey(..)")
    }
}

/// Keys found by thumbprint, kept sorted.
#[derive(Clone, Debug, Default)]
pub(crate) struct KeyIndex(Vec<PublicKey>);

impl KeyIndex {
    pub(crate) fn insert(&mut self, key: PublicKey) -> Result<()> {
        match self
            .0
            .binary_search_by(|other| other.thumbprint.cmp(&key.thumbprint))
        {
            Ok(_) => Err(Error::new(Code::KeyDuplicate)),
            Err(at) => {
                self.0.insert(at, key);
                Ok(())
            }
        }
    }

    pub(crate) fn find(&self, kid: &str) -> Option<&PublicKey> {
        let at = self
            .0
            .binary_search_by(|key| key.thumbprint.as_str().cmp(kid))
            .ok()?;
        self.0.get(at)
    }

    pub(crate) fn keys(&self) -> &[PublicKey] {
        &self.0
    }
}

#[cfg(test)]
mod tests;
