//! The event: a holder tells a recipient that something ended (RFC 8417).

use alloc::string::String;

use serde::{Deserialize, Serialize};

use crate::claims::{check_entity, check_jti};
use crate::codes::Code;
use crate::error::{Error, Result};
use crate::identifier::{check, check_identifier, is_jti};
use crate::time::Timestamp;
use crate::token::{Claims, Kind};
use crate::wire::schema::{Schema, Type, optional, required};

/// The claims of an event. It binds only arrangements of its own `iss`.
///
/// # Spec
/// §3.13
///
/// # Example
/// ```
/// use phr_link::event::{Arrangement, Events, SecurityEvent};
/// use phr_link::token::Claims as _;
/// use phr_link::Timestamp;
/// let ended = Arrangement {
///     arrangement_id: "arr-51c0a9".into(),
///     consent_jti: Some("LdXaeYpc3hYusFsaIHMLAw".into()),
///     sub: "p-7Kq2mX9".into(),
/// };
/// let event = SecurityEvent {
///     iss: "https://holder.example".into(),
///     aud: "https://phr.example".into(),
///     iat: Timestamp::from_secs(1_795_510_001),
///     jti: "zlMnUd6_mcwr18QU2tDn8g".into(),
///     events: Events { consent_withdrawn: Some(ended), ..Events::default() },
///     exp: None,
/// };
/// assert!(event.check().is_ok());
/// ```
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct SecurityEvent {
    /// The holder.
    pub iss: String,
    /// The recipient.
    pub aud: String,
    /// When it happened.
    pub iat: Timestamp,
    /// A random identifier.
    pub jti: String,
    /// What happened: one or more.
    pub events: Events,
    /// Never there: an event does not end. Kept to name the fault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exp: Option<Timestamp>,
}

/// What happened.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Events {
    /// The person withdrew a consent: the use stops at once.
    #[serde(
        default,
        rename = "urn:phr-link:event:consent-withdrawn",
        skip_serializing_if = "Option::is_none"
    )]
    pub consent_withdrawn: Option<Arrangement>,
    /// The person wants what was received erased.
    #[serde(
        default,
        rename = "urn:phr-link:event:erase-requested",
        skip_serializing_if = "Option::is_none"
    )]
    pub erase_requested: Option<Arrangement>,
    /// Grants were ended, and the consent was not.
    #[serde(
        default,
        rename = "urn:phr-link:event:grant-revoked",
        skip_serializing_if = "Option::is_none"
    )]
    pub grant_revoked: Option<Arrangement>,
    /// A client lost its mark: marks and lists are fetched again, nothing is decided by the event.
    #[serde(
        default,
        rename = "urn:phr-link:event:mark-revoked",
        skip_serializing_if = "Option::is_none"
    )]
    pub mark_revoked: Option<Client>,
}

/// The arrangement that an event is about.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Arrangement {
    /// The arrangement.
    pub arrangement_id: String,
    /// The consent; in `grant-revoked` it may be absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent_jti: Option<String>,
    /// The person, as the recipient knows them.
    pub sub: String,
}

/// The client that an event is about.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Client {
    /// Its entity id.
    pub client_id: String,
}

const ARRANGEMENT: Schema = Schema::open(&[
    required("arrangement_id", Type::String),
    optional("consent_jti", Type::String),
    required("sub", Type::String),
]);
const CLIENT: Schema = Schema::open(&[required("client_id", Type::String)]);
const EVENTS: Schema = Schema::open(&[
    optional(
        "urn:phr-link:event:consent-withdrawn",
        Type::Object(&ARRANGEMENT),
    ),
    optional(
        "urn:phr-link:event:erase-requested",
        Type::Object(&ARRANGEMENT),
    ),
    optional(
        "urn:phr-link:event:grant-revoked",
        Type::Object(&ARRANGEMENT),
    ),
    optional("urn:phr-link:event:mark-revoked", Type::Object(&CLIENT)),
]);

impl Claims for SecurityEvent {
    const KIND: Kind = Kind::Event;

    const SCHEMA: &'static Schema = &Schema::open(&[
        required("iss", Type::String),
        required("aud", Type::String),
        required("iat", Type::Integer),
        required("jti", Type::String),
        required("events", Type::Object(&EVENTS)),
        optional("exp", Type::Integer),
    ]);

    fn check(&self) -> Result<()> {
        check_entity(&self.iss, "/iss")?;
        check_entity(&self.aud, "/aud")?;
        check_jti(&self.jti)?;
        self.events.check()?;
        check(self.exp.is_none(), "/exp")
    }

    fn issued_at(&self) -> Timestamp {
        self.iat
    }
}

impl Events {
    fn check(&self) -> Result<()> {
        let about = [&self.consent_withdrawn, &self.erase_requested];
        for about in about.into_iter().flatten() {
            about.check()?;
            if about.consent_jti.is_none() {
                return Err(Error::at(Code::ClaimsMissing, "/events"));
            }
        }
        if let Some(about) = &self.grant_revoked {
            about.check()?;
        }
        if let Some(client) = &self.mark_revoked {
            check_entity(&client.client_id, "/events")?;
        }
        // An event of a kind that is not known here is none.
        check(*self != Self::default(), "/events")
    }
}

impl Arrangement {
    fn check(&self) -> Result<()> {
        check_identifier(&self.arrangement_id, "/events")?;
        check_identifier(&self.sub, "/events")?;
        check(self.consent_jti.as_deref().is_none_or(is_jti), "/events")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(events: &str) -> Result<SecurityEvent> {
        let text = alloc::format!(
            r#"{{"iss":"https://holder.example","aud":"https://phr.example","iat":1795510001,"jti":"zlMnUd6_mcwr18QU2tDn8g","events":{events}}}"#
        );
        let event: SecurityEvent =
            serde_json::from_str(&text).map_err(|_| Error::new(Code::ClaimsType))?;
        event.check().map(|()| event)
    }

    #[test]
    fn an_event_says_what_ended_and_of_which_arrangement() {
        let whole =
            r#"{"arrangement_id":"arr-1","consent_jti":"LdXaeYpc3hYusFsaIHMLAw","sub":"p-1"}"#;
        let named = |kind: &str, about: &str| read(&alloc::format!("{{\"{kind}\":{about}}}"));
        assert!(named("urn:phr-link:event:consent-withdrawn", whole).is_ok());
        assert!(named("urn:phr-link:event:erase-requested", whole).is_ok());
        let without = r#"{"arrangement_id":"arr-1","sub":"p-1"}"#;
        assert!(named("urn:phr-link:event:grant-revoked", without).is_ok());
        let code = |read: Result<SecurityEvent>| read.err().map(|error| error.code());
        for kind in ["consent-withdrawn", "erase-requested"] {
            let kind = alloc::format!("urn:phr-link:event:{kind}");
            assert_eq!(code(named(&kind, without)), Some(Code::ClaimsMissing));
        }
        assert_eq!(code(read("{}")), Some(Code::ClaimsInvalid));
        assert_eq!(
            code(named("urn:other:event", whole)),
            Some(Code::ClaimsInvalid)
        );
        let client = r#"{"client_id":"no entity"}"#;
        assert!(named("urn:phr-link:event:mark-revoked", client).is_err());
    }
}
