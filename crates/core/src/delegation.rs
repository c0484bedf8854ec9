//! The delegation 再委譲: a narrower grant, signed by the grantee.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::claims::{
    BINDING, Binding, DETAILS, STATUS, Status, check_authorization_details, check_entity,
    check_jti, check_s256, check_subject, check_version,
};
use crate::error::Result;
use crate::grant::MAX_DEPTH;
use crate::identifier::{check, check_identifier, is_jti};
use crate::scope::Detail;
use crate::time::Timestamp;
use crate::token::{Claims, Kind};
use crate::wire::schema::{Schema, Type, optional, required};

/// A delegation that lives longer than this, in seconds, carries a status.
pub const STATUSLESS_SECONDS: i64 = 3_600;

/// The claims of a delegation.
///
/// # Spec
/// §6
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Delegation {
    /// The delegator: the `client_id` of the parent.
    pub iss: String,
    /// The person, as in the parent.
    pub sub: String,
    /// The server that has the records, as in the parent.
    pub aud: String,
    /// Who may read now.
    pub client_id: String,
    /// When it was issued, not before the parent.
    pub iat: Timestamp,
    /// When it ends, not after the parent.
    pub exp: Timestamp,
    /// Before when it must not be used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nbf: Option<Timestamp>,
    /// A random identifier.
    pub jti: String,
    /// The version of the profile.
    pub ver: String,
    /// One of the recipient's listed keys.
    pub cnf: Binding,
    /// As in the parent.
    pub arrangement_id: String,
    /// As in the parent.
    pub consent_s256: String,
    /// As in the parent.
    pub consent_jti: String,
    /// Hash of the parent.
    pub par_s256: String,
    /// The parent's depth and one; the grant has 0.
    pub depth: i64,
    /// What may be read: no more than the parent gives.
    pub authorization_details: Vec<Detail>,
    /// Where its status is found; required for more than an hour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// The one-time number of a hand-over by QR.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
}

impl Claims for Delegation {
    const KIND: Kind = Kind::Delegation;

    const SCHEMA: &'static Schema = &Schema::open(&[
        required("iss", Type::String),
        required("sub", Type::String),
        required("aud", Type::String),
        required("client_id", Type::String),
        required("iat", Type::Integer),
        required("exp", Type::Integer),
        optional("nbf", Type::Integer),
        required("jti", Type::String),
        required("ver", Type::String),
        required("cnf", Type::Object(&BINDING)),
        required("arrangement_id", Type::String),
        required("consent_s256", Type::String),
        required("consent_jti", Type::String),
        required("par_s256", Type::String),
        required("depth", Type::Integer),
        required("authorization_details", DETAILS),
        optional("status", Type::Object(&STATUS)),
        optional("nonce", Type::String),
    ]);

    fn check(&self) -> Result<()> {
        check_version(&self.ver)?;
        check_entity(&self.iss, "/iss")?;
        check_entity(&self.aud, "/aud")?;
        check_entity(&self.client_id, "/client_id")?;
        check_subject(&self.sub, &self.client_id)?;
        check_jti(&self.jti)?;
        self.cnf.check()?;
        check_identifier(&self.arrangement_id, "/arrangement_id")?;
        check_s256(&self.consent_s256, "/consent_s256")?;
        check(is_jti(&self.consent_jti), "/consent_jti")?;
        check_s256(&self.par_s256, "/par_s256")?;
        check((1..=MAX_DEPTH).contains(&self.depth), "/depth")?;
        check_authorization_details(&self.authorization_details)?;
        match &self.status {
            Some(status) => status.check()?,
            None if self.exp.since(self.iat) > STATUSLESS_SECONDS => {
                return Err(crate::Error::at(crate::Code::ClaimsMissing, "/status"));
            }
            None => {}
        }
        self.nonce
            .as_deref()
            .map_or(Ok(()), |nonce| check(is_jti(nonce), "/nonce"))
    }

    fn issued_at(&self) -> Timestamp {
        self.iat
    }

    fn not_before(&self) -> Option<Timestamp> {
        self.nbf
    }

    fn expires_at(&self) -> Option<Timestamp> {
        Some(self.exp)
    }
}
