//! The withdrawal 撤回: the person ends a consent.

use alloc::string::String;

use serde::{Deserialize, Serialize};

use crate::claims::{VERSION, check_entity, check_jti, check_s256, check_version};
use crate::consent::Consent;
use crate::error::Result;
use crate::identifier::{check, check_identifier, is_jti};
use crate::key::THUMBPRINT_URI;
use crate::time::Timestamp;
use crate::token::{Claims, Kind};
use crate::wire::base64url;
use crate::wire::schema::{Schema, Type, optional, required};

/// The claims of a withdrawal.
///
/// # Spec
/// §3.6
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Withdrawal {
    /// RFC 9278 URI of the key that signs.
    pub iss: String,
    /// The person.
    pub sub: String,
    /// The holder.
    pub aud: String,
    /// When it was made.
    pub iat: Timestamp,
    /// A random identifier.
    pub jti: String,
    /// The version of the profile.
    pub ver: String,
    /// Hash of the key statement of the key that signs.
    pub key_s256: String,
    /// The consent that ends.
    pub consent_jti: String,
    /// Its arrangement.
    pub arrangement_id: String,
    /// Whether the recipient shall also erase what it received.
    pub erase: bool,
    /// Never there: a withdrawal does not end. Kept to name the fault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exp: Option<Timestamp>,
}

impl Claims for Withdrawal {
    const KIND: Kind = Kind::Withdrawal;

    const SCHEMA: &'static Schema = &Schema::open(&[
        required("iss", Type::String),
        required("sub", Type::String),
        required("aud", Type::String),
        required("iat", Type::Integer),
        required("jti", Type::String),
        required("ver", Type::String),
        required("key_s256", Type::String),
        required("consent_jti", Type::String),
        required("arrangement_id", Type::String),
        required("erase", Type::Bool),
        optional("exp", Type::Integer),
    ]);

    fn check(&self) -> Result<()> {
        check_version(&self.ver)?;
        check_person_issuer(&self.iss)?;
        check_identifier(&self.sub, "/sub")?;
        check_entity(&self.aud, "/aud")?;
        check_jti(&self.jti)?;
        check_s256(&self.key_s256, "/key_s256")?;
        check(is_jti(&self.consent_jti), "/consent_jti")?;
        check_identifier(&self.arrangement_id, "/arrangement_id")?;
        check(self.exp.is_none(), "/exp")
    }

    fn issued_at(&self) -> Timestamp {
        self.iat
    }
}

impl Withdrawal {
    /// Makes the withdrawal of a consent by the key that signed it.
    ///
    /// Any other live key of the person will do as well: then `iss` and `key_s256` name that key.
    #[must_use]
    pub fn of(consent: &Consent, jti: String, at: Timestamp, erase: bool) -> Self {
        Self {
            iss: consent.iss.clone(),
            sub: consent.sub.clone(),
            aud: consent.aud.clone(),
            iat: at,
            jti,
            ver: VERSION.into(),
            key_s256: consent.key_s256.clone(),
            consent_jti: consent.jti.clone(),
            arrangement_id: consent.arrangement_id.clone(),
            erase,
            exp: None,
        }
    }
}

/// The `iss` of what a person signs is the RFC 9278 URI of the key.
pub(crate) fn check_person_issuer(iss: &str) -> Result<()> {
    let thumbprint = iss.strip_prefix(THUMBPRINT_URI);
    check(thumbprint.is_some_and(base64url::is_sha256), "/iss")
}
