//! Parts that the claims of several kinds share.

use crate::scope::words::words;
use alloc::string::String;

use serde::{Deserialize, Serialize};

use crate::codes::Code;
use crate::error::{Error, Result};
use crate::identifier::{check, check_hash, check_identifier, is_entity_id, is_https_uri, is_jti};
use crate::scope::{Detail, Role, check_details};
use crate::wire::base64url;
use crate::wire::schema::{Schema, Type, optional, required};

/// The version that `ver` names.
pub const VERSION: &str = "1.0";

/// `cnf` with the thumbprint of the proof key.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Binding {
    /// RFC 7638 thumbprint of the key that has to make the proofs.
    pub jkt: String,
}

/// `status`: where the status of a token is found.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Status {
    /// The entry in a status list.
    pub status_list: StatusPointer,
}

/// An entry in a status list.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct StatusPointer {
    /// The index in the list, from 0.
    pub idx: i64,
    /// The address of the list, equal to the list's `sub`.
    pub uri: String,
}

/// `act`: the agent who acts for the person.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Actor {
    /// The agent, as the holder knows them.
    pub sub: String,
    /// In which role they act.
    pub role: ActorRole,
    /// What entitles them.
    pub basis: AgentBasis,
}

/// In which role somebody acts.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ActorRole {
    /// A legal representative 法定代理人.
    Guardian,
    /// An agent entrusted by the person 任意代理人.
    Proxy,
    /// The person 本人.
    #[serde(rename = "self")]
    Person,
}

/// What entitles an agent.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct AgentBasis {
    /// The kind of title.
    pub kind: AgentBasisKind,
    /// The holder's reference of the registration.
    #[serde(rename = "ref")]
    pub reference: String,
    /// When the registration ends, in seconds since 1970.
    pub until: crate::time::Timestamp,
}

words! {
    /// The kind of an agent's title.
    AgentBasisKind {
        /// A court appointed a guardian.
        CourtOrder = "court-order",
        /// Parental authority 親権.
        ParentalAuthority = "parental-authority",
        /// A power of attorney 委任.
        PowerOfAttorney = "power-of-attorney",
        /// A registration at the portal 代理人登録.
        RegisteredAgent = "registered-agent",
    }
}

/// A party as a consent and a receipt name it.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Party {
    /// Entity id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Address 住所.
    pub address: String,
    /// Representative 代表者.
    pub representative: String,
}

/// A legal ground: the act and its articles.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct LegalBasis {
    /// The act, `APPI` for the Act on the Protection of Personal Information.
    pub law: String,
    /// Articles, such as `27-1`.
    pub arts: alloc::vec::Vec<String>,
}

pub(crate) const BINDING: Schema = Schema::closed(&[required("jkt", Type::String)]);
pub(crate) const STATUS: Schema =
    Schema::closed(&[required("status_list", Type::Object(&STATUS_POINTER))]);
const STATUS_POINTER: Schema = Schema::open(&[
    required("idx", Type::Integer),
    required("uri", Type::String),
]);
pub(crate) const ACTOR: Schema = Schema::open(&[
    required("sub", Type::String),
    required("role", Type::String),
    required("basis", Type::Object(&AGENT_BASIS)),
]);
pub(crate) const AGENT_BASIS: Schema = Schema::open(&[
    required("kind", Type::String),
    required("ref", Type::String),
    required("until", Type::Integer),
]);
pub(crate) const PARTY: Schema = Schema::open(&[
    required("id", Type::String),
    required("name", Type::String),
    required("address", Type::String),
    required("representative", Type::String),
]);
pub(crate) const LEGAL_BASIS: Schema = Schema::open(&[
    required("law", Type::String),
    required("arts", Type::Array(&Type::String)),
]);
const PERIOD: Schema = Schema::closed(&[
    required("from", Type::OrNull(&Type::String)),
    required("to", Type::OrNull(&Type::String)),
]);
const RETENTION: Schema = Schema::closed(&[
    optional("days", Type::Integer),
    optional("until", Type::String),
]);
const ONWARD: Schema = Schema::closed(&[
    required("to", Type::Array(&Type::String)),
    required("roles", Type::Array(&Type::String)),
]);
const DETAIL: Schema = Schema::closed(&[
    required("type", Type::String),
    required("actions", Type::Array(&Type::String)),
    required("datatypes", Type::Array(&Type::String)),
    required("datatypes_ver", Type::String),
    required("period", Type::Object(&PERIOD)),
    required("purposes", Type::Array(&Type::String)),
    required("handling", Type::String),
    required("frequency", Type::String),
    required("retention", Type::OneOf(&RETENTION)),
    required("on_end", Type::String),
    required("onward", Type::Object(&ONWARD)),
    required("deident", Type::String),
    required("exclude", Type::Array(&Type::String)),
]);
pub(crate) const DETAILS: Type = Type::Array(&Type::Object(&DETAIL));

pub(crate) fn check_version(ver: &str) -> Result<()> {
    if ver == VERSION {
        Ok(())
    } else {
        Err(Error::at(Code::ClaimsVersionUnsupported, "/ver"))
    }
}

pub(crate) fn check_jti(jti: &str) -> Result<()> {
    check(is_jti(jti), "/jti")
}

pub(crate) fn check_entity(text: &str, path: &str) -> Result<()> {
    check(is_entity_id(text), path)
}

pub(crate) fn check_uri(text: &str, path: &str) -> Result<()> {
    check(is_https_uri(text), path)
}

/// A `sub` is an identifier and never the client's own id.
pub(crate) fn check_subject(sub: &str, client_id: &str) -> Result<()> {
    if sub == client_id {
        return Err(Error::at(Code::SubjectMismatch, "/sub"));
    }
    check_identifier(sub, "/sub")
}

pub(crate) fn check_authorization_details(details: &[Detail]) -> Result<()> {
    check(!details.is_empty(), "/authorization_details")?;
    check_details(details)
}

impl Binding {
    pub(crate) fn check(&self) -> Result<()> {
        if base64url::is_sha256(&self.jkt) {
            Ok(())
        } else {
            Err(Error::at(Code::BindingInvalid, "/cnf/jkt"))
        }
    }
}

impl Status {
    pub(crate) fn check(&self) -> Result<()> {
        if self.status_list.idx < 0 {
            return Err(Error::at(
                Code::StatusIndexInvalid,
                "/status/status_list/idx",
            ));
        }
        check_uri(&self.status_list.uri, "/status/status_list/uri")
    }
}

impl Actor {
    pub(crate) fn check(&self) -> Result<()> {
        check_identifier(&self.sub, "/act/sub")?;
        check(self.role != ActorRole::Person, "/act/role")?;
        check_identifier(&self.basis.reference, "/act/basis/ref")
    }
}

impl Party {
    pub(crate) fn check(&self, path: &str) -> Result<()> {
        check_entity(&self.id, path)?;
        crate::identifier::check_name(&self.name, path)?;
        check(is_line(&self.address), path)?;
        check(is_line(&self.representative), path)
    }
}

impl LegalBasis {
    pub(crate) fn check(&self) -> Result<()> {
        check(crate::identifier::is_identifier(&self.law), "/basis/law")?;
        check(
            !self.arts.is_empty()
                && self
                    .arts
                    .iter()
                    .all(|art| crate::identifier::is_identifier(art)),
            "/basis/arts",
        )
    }
}

/// A line of text for people: not empty, at most 200 characters, no control characters.
pub(crate) fn is_line(text: &str) -> bool {
    !text.is_empty() && text.chars().count() <= 200 && !text.chars().any(char::is_control)
}

/// Checks a list of hashes or roles for repeats.
pub(crate) fn has_no_repeats<T: PartialEq>(items: &[T]) -> bool {
    items.iter().enumerate().all(|(at, item)| {
        !items
            .iter()
            .skip(at.saturating_add(1))
            .any(|other| other == item)
    })
}

pub(crate) fn check_roles(roles: &[Role], path: &str) -> Result<()> {
    check(!roles.is_empty() && has_no_repeats(roles), path)
}

pub(crate) fn check_s256(text: &str, path: &str) -> Result<()> {
    check_hash(text, path)
}
