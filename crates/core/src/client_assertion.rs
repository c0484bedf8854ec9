//! The client assertion (RFC 7523): how a server client says who it is.

use alloc::string::String;

use serde::{Deserialize, Serialize};

use crate::claims::{check_entity, check_jti};
use crate::error::Result;
use crate::identifier::check;
use crate::time::Timestamp;
use crate::token::{Claims, Kind};
use crate::wire::schema::{Schema, Type, required};

/// The claims of a client assertion.
///
/// # Spec
/// §3.12
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct ClientAssertion {
    /// The client.
    pub iss: String,
    /// The client again.
    pub sub: String,
    /// The holder's issuer, one string.
    pub aud: String,
    /// When it was issued.
    pub iat: Timestamp,
    /// When it ends.
    pub exp: Timestamp,
    /// A random identifier; an assertion is used once.
    pub jti: String,
}

impl Claims for ClientAssertion {
    const KIND: Kind = Kind::ClientAssertion;

    const SCHEMA: &'static Schema = &Schema::open(&[
        required("iss", Type::String),
        required("sub", Type::String),
        required("aud", Type::String),
        required("iat", Type::Integer),
        required("exp", Type::Integer),
        required("jti", Type::String),
    ]);

    fn check(&self) -> Result<()> {
        check_entity(&self.iss, "/iss")?;
        check(self.sub == self.iss, "/sub")?;
        check_entity(&self.aud, "/aud")?;
        check_jti(&self.jti)
    }

    fn issued_at(&self) -> Timestamp {
        self.iat
    }

    fn expires_at(&self) -> Option<Timestamp> {
        Some(self.exp)
    }
}
