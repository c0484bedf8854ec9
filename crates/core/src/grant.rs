//! The grant 提供許可: what the holder lets one client read about one person.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::claims::{
    ACTOR, Actor, BINDING, Binding, DETAILS, STATUS, Status, StatusPointer, VERSION,
    check_authorization_details, check_entity, check_jti, check_s256, check_subject, check_version,
};
use crate::codes::Code;
use crate::consent::Consent;
use crate::error::{Error, Result};
use crate::identifier::{check, check_identifier};
use crate::scope::Detail;
use crate::time::Timestamp;
use crate::token::{Claims, Kind};
use crate::wire::schema::{Schema, Type, optional, required};

/// The longest a grant for an agent lives, in seconds.
pub const AGENT_GRANT_SECONDS: i64 = 3_600;

/// The deepest delegation that a holder may allow.
pub const MAX_DEPTH: i64 = 3;

/// The claims of a grant.
///
/// # Spec
/// §3.4
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Grant {
    /// The holder.
    pub iss: String,
    /// The person, as this holder names them towards this client.
    pub sub: String,
    /// The server that has the records.
    pub aud: String,
    /// Who may read.
    pub client_id: String,
    /// When it was issued.
    pub iat: Timestamp,
    /// When it ends.
    pub exp: Timestamp,
    /// Before when it must not be used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nbf: Option<Timestamp>,
    /// A random identifier.
    pub jti: String,
    /// The version of the profile.
    pub ver: String,
    /// The key that has to prove each request.
    pub cnf: Binding,
    /// The lasting relation between person, holder and recipient.
    pub arrangement_id: String,
    /// Hash of the consent that the grant rests on; absent in an emergency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent_s256: Option<String>,
    /// The `jti` of that consent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent_jti: Option<String>,
    /// What may be read.
    pub authorization_details: Vec<Detail>,
    /// How the grant may be passed on.
    pub dlg: DelegationLimit,
    /// Where its status is found.
    pub status: Status,
    /// The agent who signed the consent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub act: Option<Actor>,
    /// What an emergency grant rests on instead of a consent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emg: Option<EmergencyGround>,
}

/// `dlg`: how a grant may be passed on.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct DelegationLimit {
    /// How many delegations may follow one another, 0 to 3.
    pub max_depth: i64,
}

/// `emg`: what an emergency grant rests on.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct EmergencyGround {
    /// Hash of the emergency statement.
    pub statement_s256: String,
    /// The activation in the trust list, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activation_id: Option<String>,
}

const LIMIT: Schema = Schema::open(&[required("max_depth", Type::Integer)]);
const GROUND: Schema = Schema::open(&[
    required("statement_s256", Type::String),
    optional("activation_id", Type::String),
]);

impl Claims for Grant {
    const KIND: Kind = Kind::Grant;

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
        optional("consent_s256", Type::String),
        optional("consent_jti", Type::String),
        required("authorization_details", DETAILS),
        required("dlg", Type::Object(&LIMIT)),
        required("status", Type::Object(&STATUS)),
        optional("act", Type::Object(&ACTOR)),
        optional("emg", Type::Object(&GROUND)),
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
        self.check_ground()?;
        check_authorization_details(&self.authorization_details)?;
        check(
            (0..=MAX_DEPTH).contains(&self.dlg.max_depth),
            "/dlg/max_depth",
        )?;
        self.status.check()?;
        self.act.as_ref().map_or(Ok(()), Actor::check)
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

    fn lifetime_cap(&self) -> Option<i64> {
        // An agent's grant is simply not renewed when the agency ends, so it has to be short.
        if self.act.is_some() {
            Some(AGENT_GRANT_SECONDS)
        } else {
            Kind::Grant.lifetime_cap()
        }
    }
}

/// What a holder decides when it makes a grant of a consent.
#[derive(Clone, Debug)]
pub struct GrantTerms {
    /// A random identifier.
    pub jti: String,
    /// The time.
    pub at: Timestamp,
    /// How long it shall live at most, in seconds.
    pub seconds: i64,
    /// The thumbprint of the consent's currently registered proof key.
    pub jkt: String,
    /// How many delegations may follow, 0 to 3.
    pub max_depth: i64,
    /// Its entry in a status list of the holder.
    pub status: StatusPointer,
}

impl Grant {
    /// Makes the grant of everything that a consent covers.
    ///
    /// It ends with the first of: the terms' seconds, the consent, and for an agent the registration
    /// and one hour. Whether the consent is still live is for the caller to know.
    ///
    /// # Spec
    /// §3.4, §9.2
    #[must_use]
    pub fn of(consent: &Consent, consent_s256: &str, terms: GrantTerms) -> Self {
        let mut exp = terms.at.plus(terms.seconds).min(consent.exp);
        if let Some(actor) = &consent.act {
            let cap = terms.at.plus(AGENT_GRANT_SECONDS);
            exp = exp.min(cap).min(actor.basis.until);
        }
        Self {
            iss: consent.aud.clone(),
            sub: consent.sub.clone(),
            aud: consent.aud.clone(),
            client_id: consent.recipient.id.clone(),
            iat: terms.at,
            exp,
            nbf: None,
            jti: terms.jti,
            ver: VERSION.into(),
            cnf: Binding { jkt: terms.jkt },
            arrangement_id: consent.arrangement_id.clone(),
            consent_s256: Some(consent_s256.into()),
            consent_jti: Some(consent.jti.clone()),
            authorization_details: consent.authorization_details.clone(),
            dlg: DelegationLimit {
                max_depth: terms.max_depth,
            },
            status: Status {
                status_list: terms.status,
            },
            act: consent.act.clone(),
            emg: None,
        }
    }

    /// A grant rests on a consent or on an emergency statement, never on both or neither.
    fn check_ground(&self) -> Result<()> {
        match (&self.emg, &self.consent_s256, &self.consent_jti) {
            (None, Some(s256), Some(jti)) => {
                check_s256(s256, "/consent_s256")?;
                check(crate::identifier::is_jti(jti), "/consent_jti")
            }
            (None, None, _) => Err(Error::at(Code::ClaimsMissing, "/consent_s256")),
            (None, Some(_), None) => Err(Error::at(Code::ClaimsMissing, "/consent_jti")),
            (Some(_), Some(_), _) => Err(Error::at(Code::ClaimsInvalid, "/consent_s256")),
            (Some(_), None, Some(_)) => Err(Error::at(Code::ClaimsInvalid, "/consent_jti")),
            (Some(ground), None, None) => {
                check_s256(&ground.statement_s256, "/emg/statement_s256")?;
                check(self.dlg.max_depth == 0, "/dlg/max_depth")?;
                check(self.act.is_none(), "/act")?;
                ground
                    .activation_id
                    .as_deref()
                    .map_or(Ok(()), |id| check_identifier(id, "/emg/activation_id"))
            }
        }
    }
}
