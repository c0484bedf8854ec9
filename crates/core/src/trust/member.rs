//! A member of the trust list.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::claims::{Party, check_entity, check_roles, check_uri, has_no_repeats, is_line};
use crate::codes::Code;
use crate::error::{Error, Result};
use crate::identifier::{check, check_name, is_identifier};
use crate::key::{Jwk, KeySet};
use crate::scope::Role;
use crate::time::Timestamp;
use crate::wire::schema::{Schema, Type, optional, required};

/// A member as the list writes it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct MemberClaims {
    /// Entity id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Name in English.
    #[serde(rename = "name#en")]
    pub name_en: String,
    /// Address.
    pub address: String,
    /// Representative.
    pub representative: String,
    /// Country code.
    pub country: String,
    /// Whether records leave Japan when they reach it.
    pub overseas: bool,
    /// Its roles.
    pub roles: Vec<Role>,
    /// Whether its keys are on a server or on persons' devices.
    pub client_type: ClientType,
    /// Its public keys.
    pub keys: Vec<Jwk>,
    /// Where persons may be sent back.
    pub redirect_uris: Vec<String>,
    /// From where notices may be fetched.
    pub notice_origins: Vec<String>,
    /// Where its status lists are.
    pub status_uris: Vec<String>,
    /// The area of an institution, a municipality code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<String>,
    /// Since when it is suspended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suspended_from: Option<Timestamp>,
}

/// Where a client's keys are.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ClientType {
    /// On each person's device: there are no client keys.
    Device,
    /// On a server.
    Server,
}

pub(super) const MEMBER: Schema = Schema::open(&[
    required("id", Type::String),
    required("name", Type::String),
    required("name#en", Type::String),
    required("address", Type::String),
    required("representative", Type::String),
    required("country", Type::String),
    required("overseas", Type::Bool),
    required("roles", Type::Array(&Type::String)),
    required("client_type", Type::String),
    required("keys", Type::Array(&Type::Any)),
    required("redirect_uris", Type::Array(&Type::String)),
    required("notice_origins", Type::Array(&Type::String)),
    required("status_uris", Type::Array(&Type::String)),
    optional("area", Type::String),
    optional("suspended_from", Type::Integer),
]);

/// A member whose entry was checked and whose keys were admitted.
#[derive(Clone, Debug)]
pub struct Member {
    pub(super) claims: MemberClaims,
    pub(super) keys: KeySet,
}

impl core::ops::Deref for Member {
    type Target = MemberClaims;

    fn deref(&self) -> &MemberClaims {
        &self.claims
    }
}

impl Member {
    pub(super) fn admit(claims: MemberClaims, keys: KeySet) -> Result<Self> {
        let path = "/members";
        check_entity(&claims.id, path)?;
        check_name(&claims.name, path)?;
        check_name(&claims.name_en, path)?;
        check(
            is_line(&claims.address) && is_line(&claims.representative),
            path,
        )?;
        let is_letter = |byte: u8| byte.is_ascii_uppercase();
        check(
            claims.country.len() == 2 && claims.country.bytes().all(is_letter),
            path,
        )?;
        check_roles(&claims.roles, path)?;
        let recipient_roles = claims
            .roles
            .iter()
            .filter(|role| role.is_recipient())
            .count();
        check(recipient_roles <= 1, path)?;
        for uri in claims.redirect_uris.iter().chain(&claims.status_uris) {
            check_uri(uri, path)?;
        }
        for origin in &claims.notice_origins {
            check_entity(origin, path)?;
            check(origin.matches('/').count() == 2, path)?;
        }
        check(has_no_repeats(&claims.status_uris), path)?;
        check(claims.area.as_deref().is_none_or(is_identifier), path)?;
        Ok(Self { claims, keys })
    }

    /// Gives the admitted keys.
    #[must_use]
    pub const fn key_set(&self) -> &KeySet {
        &self.keys
    }

    /// Gives the one role in which it receives records.
    #[must_use]
    pub fn recipient_role(&self) -> Option<Role> {
        self.roles.iter().copied().find(|role| role.is_recipient())
    }

    /// Tells whether it is suspended: from the very instant `suspended_from` on.
    #[must_use]
    pub fn is_suspended_at(&self, now: Timestamp) -> bool {
        self.suspended_from.is_some_and(|from| now >= from)
    }

    /// Checks that it is not suspended.
    ///
    /// # Errors
    /// `trust.suspended`
    pub fn check_not_suspended(&self, now: Timestamp) -> Result<()> {
        if self.is_suspended_at(now) && !mutant!("m-suspension-ignored") {
            return Err(Error::new(Code::TrustSuspended));
        }
        Ok(())
    }

    /// Gives the four facts by which consents and receipts name it.
    #[must_use]
    pub fn as_party(&self) -> Party {
        Party {
            id: self.id.clone(),
            name: self.name.clone(),
            address: self.address.clone(),
            representative: self.representative.clone(),
        }
    }
}
