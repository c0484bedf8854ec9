//! The envelope: a JWS in compact form, read strictly and in the documented order.

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Deref;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::codes::Code;
use crate::error::{Error, Result};
use crate::key::{Jwk, PublicKey, Signer, Thumbprint};
use crate::time::Timestamp;
use crate::wire::base64url;
use crate::wire::json::{self, Doc};
use crate::wire::schema::Schema;

mod header;
mod kind;

pub use header::Algorithm;
pub use kind::{KeySource, Kind};

/// The claims of one kind of token.
pub trait Claims: DeserializeOwned + Serialize {
    /// The kind.
    const KIND: Kind;

    /// Which claims there are and which must be there.
    const SCHEMA: &'static Schema;

    /// Checks the values, version first.
    ///
    /// # Errors
    /// `claims.version-unsupported`, `claims.invalid` and the codes of the kind
    fn check(&self) -> Result<()>;

    /// When it was issued.
    fn issued_at(&self) -> Timestamp;

    /// Before when it must not be used.
    fn not_before(&self) -> Option<Timestamp> {
        None
    }

    /// When it ends.
    fn expires_at(&self) -> Option<Timestamp> {
        None
    }

    /// The longest `exp − iat`, in seconds, where it depends on the claims.
    fn lifetime_cap(&self) -> Option<i64> {
        Self::KIND.lifetime_cap()
    }

    /// Names a fault of the claims in the words of the kind.
    #[must_use]
    fn name_fault(error: Error) -> Error {
        error
    }
}

/// A token whose signature nobody has checked yet: nothing in it is to be believed.
#[derive(Debug)]
pub struct Unverified<'a> {
    kind: Kind,
    compact: &'a str,
    signing_input: &'a str,
    payload: Vec<u8>,
    signature: Vec<u8>,
    header: header::Header,
}

impl<'a> Unverified<'a> {
    /// Reads size, form and header.
    ///
    /// # Errors
    /// `token.*`, `header.*`
    ///
    /// # Spec
    /// §8.3
    pub fn read(compact: &'a str, kind: Kind) -> Result<Self> {
        if compact.len() > kind.max_bytes() && !mutant!("m-no-size-limit") {
            return Err(Error::new(Code::TokenTooLarge));
        }
        let not_jws = || Error::new(Code::TokenNotJws);
        let (signing_input, signature) = compact.rsplit_once('.').ok_or_else(not_jws)?;
        let (header, payload) = signing_input.split_once('.').ok_or_else(not_jws)?;
        if header.is_empty() || payload.contains('.') {
            return Err(not_jws());
        }
        let header = base64url::decode(header)?;
        let payload = base64url::decode(payload)?;
        let signature = base64url::decode(signature)?;
        let header = header::Header::read(&Doc::parse(&header)?, kind)?;
        Ok(Self {
            kind,
            compact,
            signing_input,
            payload,
            signature,
            header,
        })
    }

    /// Gives the kind as which the token was read.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// Gives the algorithm that the header names.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.header.algorithm
    }

    /// Gives the `kid`, where the key is found by it.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        match &self.header.key {
            header::KeyRef::Kid(kid) => Some(kid),
            header::KeyRef::Jwk(_) => None,
        }
    }

    /// Admits the key in the header, where the kind allows one.
    ///
    /// # Errors
    /// the codes of admission; `header.jwk-missing` where the token names its key by `kid`
    pub fn header_key(&self) -> Result<PublicKey> {
        match &self.header.key {
            header::KeyRef::Jwk(key) => key.as_ref().clone(),
            header::KeyRef::Kid(_) => Err(Error::new(Code::HeaderJwkMissing)),
        }
    }

    /// Gives the hash by which others name this token: SHA-256 of the compact form.
    #[must_use]
    pub fn s256(&self) -> String {
        s256(self.compact)
    }

    /// Checks the signature, then the form and the values of the claims.
    ///
    /// # Errors
    /// `signature.malformed`, `signature.invalid`, `token.*`, `claims.*`, and codes of the kind
    pub fn verify<C: Claims>(&self, key: &PublicKey) -> Result<Verified<C>> {
        if self.kind != C::KIND {
            return Err(Error::new(Code::HeaderTypMismatch));
        }
        let is_unsigned = mutant!("m-alg-none-ok") && self.signature.is_empty();
        if !is_unsigned {
            key.verify(self.signing_input.as_bytes(), &self.signature)?;
        }
        let claims = self.unverified_claims::<C>()?;
        Ok(Verified {
            claims,
            s256: self.s256(),
            thumbprint: key.thumbprint().clone(),
        })
    }

    /// Reads the claims without looking at the signature.
    ///
    /// # Security
    /// For showing what is wrong with a token, and for choosing a key by a claim; never for a
    /// decision.
    ///
    /// # Errors
    /// as [`Unverified::verify`] without the signature's
    pub fn unverified_claims<C: Claims>(&self) -> Result<C> {
        let doc = Doc::parse(&self.payload)?;
        let read = || {
            C::SCHEMA.check(doc.root())?;
            // Before any value: another version may have other words.
            if let Some(ver) = C::SCHEMA
                .has("ver")
                .then(|| doc.root().get("ver"))
                .flatten()
                && ver.as_str() != Some(crate::claims::VERSION)
            {
                return Err(Error::at(Code::ClaimsVersionUnsupported, "/ver"));
            }
            let claims = C::deserialize(doc.root())?;
            claims.check()?;
            check_order_of_times(&claims)?;
            Ok(claims)
        };
        read().map_err(C::name_fault)
    }

    pub(crate) fn payload(&self) -> &[u8] {
        &self.payload
    }
}

fn check_order_of_times<C: Claims>(claims: &C) -> Result<()> {
    let Some(exp) = claims.expires_at() else {
        return Ok(());
    };
    if claims.issued_at() >= exp {
        return Err(Error::at(Code::ClaimsInconsistent, "/iat"));
    }
    if claims.not_before().is_some_and(|nbf| nbf >= exp) {
        return Err(Error::at(Code::ClaimsInconsistent, "/nbf"));
    }
    Ok(())
}

/// Claims whose signature was checked with a key; there is no other way to make one.
///
/// What it proves is that the holder of the key signed these claims. Whether that key may say so is
/// decided elsewhere.
#[derive(Clone, Debug)]
pub struct Verified<C> {
    claims: C,
    s256: String,
    thumbprint: Thumbprint,
}

impl<C: Claims> Verified<C> {
    /// Gives the hash by which others name the token.
    #[must_use]
    pub fn s256(&self) -> &str {
        &self.s256
    }

    /// Gives the thumbprint of the key that signed.
    #[must_use]
    pub const fn thumbprint(&self) -> &Thumbprint {
        &self.thumbprint
    }

    /// Gives the claims.
    #[must_use]
    pub const fn claims(&self) -> &C {
        &self.claims
    }

    /// Checks lifetime, `iat`, `nbf` and `exp` at `now`.
    ///
    /// # Units
    /// `skew` in seconds; it never extends `exp`.
    ///
    /// # Errors
    /// `token.lifetime-exceeded`, `<noun>.issued-in-future`, `<noun>.not-yet-valid`,
    /// `<noun>.expired`
    ///
    /// # Spec
    /// §2.7
    pub fn check_time(&self, now: Timestamp, skew: i64) -> Result<()> {
        let codes = C::KIND.time_codes();
        let skew = if mutant!("m-skew-1h") { 3_600 } else { skew };
        let iat = self.claims.issued_at();
        let exp = self.claims.expires_at();
        if let (Some(exp), Some(cap)) = (exp, self.claims.lifetime_cap())
            && exp.since(iat) > cap
        {
            return Err(Error::at(Code::TokenLifetimeExceeded, "/exp"));
        }
        if iat > now.plus(skew) {
            return Err(Error::at(codes.issued_in_future, "/iat"));
        }
        if self.claims.not_before().is_some_and(|nbf| {
            let skew = if mutant!("m-nbf-zero-skew") { 0 } else { skew };
            nbf > now.plus(skew) && !mutant!("m-nbf-ignored")
        }) {
            return Err(Error::at(codes.not_yet_valid, "/nbf"));
        }
        let is_over = |exp: Timestamp| {
            if mutant!("m-exp-inclusive") {
                now > exp
            } else if mutant!("m-skew-1h") {
                now >= exp.plus(3_600)
            } else {
                now >= exp && !mutant!("m-exp-ignored")
            }
        };
        if exp.is_some_and(is_over) {
            return Err(Error::at(codes.expired, "/exp"));
        }
        Ok(())
    }
}

impl<C> Deref for Verified<C> {
    type Target = C;

    fn deref(&self) -> &C {
        &self.claims
    }
}

/// Gives the hash by which tokens name each other: SHA-256 over the compact form, base64url.
///
/// # Example
/// ```
/// assert_eq!(phr_link::token::s256("").len(), 43);
/// ```
#[must_use]
pub fn s256(compact: &str) -> String {
    base64url::sha256(compact.as_bytes())
}

/// Gives what is signed: header and claims, encoded and joined.
///
/// `key` is the public half of the key that will sign. Claims that the profile would refuse are
/// refused here already.
///
/// # Errors
/// `claims.*` and the codes of the kind; `token.too-large`
pub fn signing_input<C: Claims>(claims: &C, key: &PublicKey) -> Result<String> {
    claims.check().map_err(C::name_fault)?;
    check_order_of_times(claims)?;
    signing_input_of(C::KIND, &json::write(claims)?, key, C::KIND.key_source())
}

/// Gives what is signed where the header names the key by `kid`: a request by a *server* client.
///
/// # Errors
/// as [`signing_input`]
pub fn signing_input_by_kid<C: Claims>(claims: &C, key: &PublicKey) -> Result<String> {
    claims.check()?;
    check_order_of_times(claims)?;
    signing_input_of(C::KIND, &json::write(claims)?, key, KeySource::Kid)
}

fn signing_input_of(
    kind: Kind,
    payload: &str,
    key: &PublicKey,
    source: KeySource,
) -> Result<String> {
    let header = match source {
        KeySource::Kid => header::Written::by_kid(kind, key),
        KeySource::Jwk | KeySource::Either => header::Written::by_jwk(kind, Jwk::bare(key)),
    };
    let mut input = base64url::encode(json::write(&header)?.as_bytes());
    input.push('.');
    input.push_str(&base64url::encode(payload.as_bytes()));
    // 87 characters of signature follow.
    if input.len().saturating_add(87) > kind.max_bytes() {
        return Err(Error::new(Code::TokenTooLarge));
    }
    Ok(input)
}

/// Joins a signing input and its signature to a token.
#[must_use]
pub fn assemble(signing_input: &str, signature: &[u8; 64]) -> String {
    let mut compact = String::with_capacity(signing_input.len().saturating_add(87));
    compact.push_str(signing_input);
    compact.push('.');
    compact.push_str(&base64url::encode(signature));
    compact
}

/// Signs claims to a token.
///
/// # Errors
/// as [`signing_input`], and those of the signer
pub fn sign<C: Claims>(claims: &C, signer: &impl Signer) -> Result<String> {
    let input = signing_input(claims, signer.public_key())?;
    Ok(assemble(&input, &signer.sign(input.as_bytes())?))
}

/// Signs claims with the key named by `kid`, for kinds that allow both (a server's request).
///
/// # Errors
/// as [`sign`]
pub fn sign_by_kid<C: Claims>(claims: &C, signer: &impl Signer) -> Result<String> {
    let input = signing_input_by_kid(claims, signer.public_key())?;
    Ok(assemble(&input, &signer.sign(input.as_bytes())?))
}

#[cfg(test)]
mod tests;
