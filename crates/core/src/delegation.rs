//! The delegation 再委譲: a narrower grant, signed by the grantee.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::claims::{
    BINDING, Binding, DETAILS, STATUS, Status, VERSION, check_authorization_details, check_entity,
    check_jti, check_s256, check_subject, check_version,
};
use crate::codes::Code;
use crate::error::{Error, Result};
use crate::grant::{Grant, MAX_DEPTH};
use crate::identifier::{check, check_identifier, is_jti};
use crate::scope::{Detail, check_narrower};
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
                return Err(Error::at(Code::ClaimsMissing, "/status"));
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

/// What is passed on: a grant, or a delegation of one.
#[derive(Clone, Copy, Debug)]
pub enum Parent<'a> {
    /// A delegation, itself passed on.
    Delegation(&'a Delegation),
    /// A grant.
    Grant(&'a Grant),
}

/// What the delegator decides when it passes something on.
#[derive(Clone, Debug)]
pub struct DelegationTerms {
    /// A random identifier.
    pub jti: String,
    /// The delegator's clock; the delegation is never dated before its parent.
    pub at: Timestamp,
    /// How long it shall live at most, in seconds; over an hour it needs a status.
    pub seconds: i64,
    /// Who gets it: an id of the trust list.
    pub client_id: String,
    /// The thumbprint of one of the recipient's listed keys.
    pub jkt: String,
    /// What may be read: no more than the parent gives.
    pub authorization_details: Vec<Detail>,
    /// Its entry in a status list of the delegator.
    pub status: Option<Status>,
    /// The one-time number of a hand-over by QR.
    pub nonce: Option<String>,
}

impl Delegation {
    /// Passes a grant or a delegation on, narrower or as it is.
    ///
    /// # Errors
    /// `scope.*-wider` with the axis; `chain.too-deep`; `claims.invalid` for an emergency grant,
    /// which nobody passes on
    ///
    /// # Spec
    /// §6
    pub fn of(parent: Parent<'_>, parent_s256: &str, terms: DelegationTerms) -> Result<Self> {
        let parent = parent.links()?;
        check_narrower(&terms.authorization_details, parent.details)?;
        let depth = parent.depth.saturating_add(1);
        if depth > parent.max_depth {
            return Err(Error::at(Code::ChainTooDeep, "/depth"));
        }
        let iat = terms.at.max(parent.iat);
        Ok(Self {
            iss: parent.client_id.into(),
            sub: parent.sub.into(),
            aud: parent.aud.into(),
            client_id: terms.client_id,
            iat,
            exp: iat.plus(terms.seconds).min(parent.exp),
            nbf: None,
            jti: terms.jti,
            ver: VERSION.into(),
            cnf: Binding { jkt: terms.jkt },
            arrangement_id: parent.arrangement_id.into(),
            consent_s256: parent.consent_s256.into(),
            consent_jti: parent.consent_jti.into(),
            par_s256: parent_s256.into(),
            depth,
            authorization_details: terms.authorization_details,
            status: terms.status,
            nonce: terms.nonce,
        })
    }
}

/// What a child repeats of its parent, or has to fit into.
struct Links<'a> {
    client_id: &'a str,
    sub: &'a str,
    aud: &'a str,
    iat: Timestamp,
    exp: Timestamp,
    arrangement_id: &'a str,
    consent_s256: &'a str,
    consent_jti: &'a str,
    depth: i64,
    max_depth: i64,
    details: &'a [Detail],
}

impl<'a> Parent<'a> {
    fn links(self) -> Result<Links<'a>> {
        match self {
            Self::Delegation(parent) => Ok(Links {
                client_id: &parent.client_id,
                sub: &parent.sub,
                aud: &parent.aud,
                iat: parent.iat,
                exp: parent.exp,
                arrangement_id: &parent.arrangement_id,
                consent_s256: &parent.consent_s256,
                consent_jti: &parent.consent_jti,
                depth: parent.depth,
                // The root's own limit is not in a delegation; the verdict looks at it.
                max_depth: MAX_DEPTH,
                details: &parent.authorization_details,
            }),
            Self::Grant(parent) => {
                let (Some(consent_s256), Some(consent_jti)) =
                    (&parent.consent_s256, &parent.consent_jti)
                else {
                    return Err(Error::at(Code::ClaimsInvalid, "/consent_s256"));
                };
                Ok(Links {
                    client_id: &parent.client_id,
                    sub: &parent.sub,
                    aud: &parent.aud,
                    iat: parent.iat,
                    exp: parent.exp,
                    arrangement_id: &parent.arrangement_id,
                    consent_s256,
                    consent_jti,
                    depth: 0,
                    max_depth: parent.dlg.max_depth,
                    details: &parent.authorization_details,
                })
            }
        }
    }
}
