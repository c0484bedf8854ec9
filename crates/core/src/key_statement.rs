//! The key statement: the holder says whose key a key is, for which recipient.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::claims::{
    AGENT_BASIS, ActorRole, AgentBasis, check_entity, check_jti, check_subject, check_version,
};
use crate::codes::Code;
use crate::error::{Error, Result};
use crate::identifier::{check, check_identifier, is_identifier};
use crate::key::{Jwk, PublicKey};
use crate::time::Timestamp;
use crate::token::{Claims, Kind};
use crate::wire::schema::{Schema, Type, optional, required};

/// The claims of a key statement.
///
/// # Spec
/// §3.1
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct KeyStatement {
    /// The holder.
    pub iss: String,
    /// The person; for an agent's key, the agent.
    pub sub: String,
    /// When it was issued.
    pub iat: Timestamp,
    /// When it ends.
    pub exp: Timestamp,
    /// A random identifier.
    pub jti: String,
    /// The version of the profile.
    pub ver: String,
    /// The key.
    pub cnf: KeyBinding,
    /// The one recipient for which the key was made.
    pub rcp: String,
    /// In which role its owner acts.
    pub role: ActorRole,
    /// How surely the holder knew who it was.
    pub acr: String,
    /// By which methods.
    pub amr: Vec<String>,
    /// When.
    pub auth_time: Timestamp,
    /// The person for whom an agent acts.
    #[serde(default, rename = "for", skip_serializing_if = "Option::is_none")]
    pub for_person: Option<String>,
    /// What entitles the agent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<AgentBasis>,
}

/// `cnf` with a whole key.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct KeyBinding {
    /// The key.
    pub jwk: Jwk,
}

const JWK: Schema = Schema::open(&[
    required("kty", Type::String),
    required("crv", Type::String),
    required("x", Type::String),
    optional("kid", Type::String),
    optional("use", Type::String),
]);
const CNF: Schema = Schema::closed(&[required("jwk", Type::Object(&JWK))]);

impl Claims for KeyStatement {
    const KIND: Kind = Kind::KeyStatement;

    const SCHEMA: &'static Schema = &Schema::open(&[
        required("iss", Type::String),
        required("sub", Type::String),
        required("iat", Type::Integer),
        required("exp", Type::Integer),
        required("jti", Type::String),
        required("ver", Type::String),
        required("cnf", Type::Object(&CNF)),
        required("rcp", Type::String),
        required("role", Type::String),
        required("acr", Type::String),
        required("amr", Type::Array(&Type::String)),
        required("auth_time", Type::Integer),
        optional("for", Type::String),
        optional("basis", Type::Object(&AGENT_BASIS)),
    ]);

    fn check(&self) -> Result<()> {
        check_version(&self.ver)?;
        check_entity(&self.iss, "/iss")?;
        check_entity(&self.rcp, "/rcp")?;
        check_subject(&self.sub, &self.rcp)?;
        check_jti(&self.jti)?;
        self.key()?;
        check(!self.acr.is_empty() && self.acr.len() <= 256, "/acr")?;
        check(
            !self.amr.is_empty() && self.amr.iter().all(|amr| is_identifier(amr)),
            "/amr",
        )?;
        match (self.role, &self.for_person, &self.basis) {
            (ActorRole::Person, None, None) => Ok(()),
            (ActorRole::Person, Some(_), _) => Err(Error::at(Code::ClaimsInvalid, "/for")),
            (ActorRole::Person, None, Some(_)) => Err(Error::at(Code::ClaimsInvalid, "/basis")),
            (_, None, _) => Err(Error::at(Code::ClaimsMissing, "/for")),
            (_, Some(_), None) => Err(Error::at(Code::ClaimsMissing, "/basis")),
            (_, Some(person), Some(basis)) => {
                check_identifier(person, "/for")?;
                check(*person != self.sub, "/for")?;
                check_identifier(&basis.reference, "/basis/ref")?;
                // A statement never outlives the registration that it rests on.
                if self.exp > basis.until {
                    return Err(Error::at(Code::ClaimsInconsistent, "/basis/until"));
                }
                Ok(())
            }
        }
    }

    fn issued_at(&self) -> Timestamp {
        self.iat
    }

    fn expires_at(&self) -> Option<Timestamp> {
        Some(self.exp)
    }
}

impl KeyStatement {
    /// Admits the key that the statement is about.
    ///
    /// # Errors
    /// the codes of admission
    pub fn key(&self) -> Result<PublicKey> {
        self.cnf.jwk.admit()
    }

    /// Gives the person whose records it concerns: `for` where an agent acts, else `sub`.
    #[must_use]
    pub fn person(&self) -> &str {
        self.for_person.as_deref().unwrap_or(&self.sub)
    }
}
