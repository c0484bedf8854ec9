//! The emergency statement: an institution asks to see records on identity alone.

use alloc::string::String;

use serde::{Deserialize, Serialize};

use crate::claims::{BINDING, Binding, check_entity, check_jti, check_version, is_line};
use crate::error::Result;
use crate::identifier::{check, check_identifier, check_name, refuse_my_number};
use crate::time::{Day, Timestamp};
use crate::token::{Claims, Kind};
use crate::wire::schema::{Schema, Type, optional, required};

/// The claims of an emergency statement.
///
/// # Spec
/// §3.8
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct EmergencyStatement {
    /// The institution.
    pub iss: String,
    /// The holder.
    pub aud: String,
    /// When it was made.
    pub iat: Timestamp,
    /// When it ends.
    pub exp: Timestamp,
    /// A random identifier; a statement is used once.
    pub jti: String,
    /// The version of the profile.
    pub ver: String,
    /// The key that has to prove each request.
    pub cnf: Binding,
    /// The activation in the trust list, for a disaster.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activation_id: Option<String>,
    /// Who the person is, by attributes.
    pub subject: Subject,
    /// How identity was established.
    pub method: IdentityMethod,
    /// The member of staff.
    pub staff: String,
    /// Where.
    pub place: String,
    /// Why.
    pub reason: String,
    /// Whether the person could be asked.
    pub oral_consent: OralConsent,
}

/// The attributes by which a person is looked for; all of them have to match exactly.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Subject {
    /// Name 氏名.
    pub name: String,
    /// Name in kana.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_kana: Option<String>,
    /// Date of birth 生年月日.
    pub birth_date: Day,
    /// Gender 性別, by the FHIR code.
    pub gender: String,
    /// Address 住所.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

/// How identity was established.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum IdentityMethod {
    /// A card was read.
    Card,
    /// Name, birth date, gender, address 4情報.
    FourAttributes,
    /// Insured number.
    InsuredNumber,
}

/// Whether the person could be asked.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum OralConsent {
    /// The person could not express a wish.
    CouldNotBeAsked,
    /// The person agreed.
    Given,
    /// The person refused.
    Refused,
}

const SUBJECT: Schema = Schema::open(&[
    required("name", Type::String),
    optional("name_kana", Type::String),
    required("birth_date", Type::String),
    required("gender", Type::String),
    optional("address", Type::String),
]);

impl Claims for EmergencyStatement {
    const KIND: Kind = Kind::Emergency;

    const SCHEMA: &'static Schema = &Schema::open(&[
        required("iss", Type::String),
        required("aud", Type::String),
        required("iat", Type::Integer),
        required("exp", Type::Integer),
        required("jti", Type::String),
        required("ver", Type::String),
        required("cnf", Type::Object(&BINDING)),
        optional("activation_id", Type::String),
        required("subject", Type::Object(&SUBJECT)),
        required("method", Type::String),
        required("staff", Type::String),
        required("place", Type::String),
        required("reason", Type::String),
        required("oral_consent", Type::String),
    ]);

    fn check(&self) -> Result<()> {
        check_version(&self.ver)?;
        check_entity(&self.iss, "/iss")?;
        check_entity(&self.aud, "/aud")?;
        check_jti(&self.jti)?;
        self.cnf.check()?;
        if let Some(id) = &self.activation_id {
            check_identifier(id, "/activation_id")?;
        }
        check_name(&self.subject.name, "/subject/name")?;
        if let Some(kana) = &self.subject.name_kana {
            check_name(kana, "/subject/name_kana")?;
        }
        let genders = ["male", "female", "other", "unknown"];
        check(
            genders.contains(&self.subject.gender.as_str()),
            "/subject/gender",
        )?;
        if let Some(address) = &self.subject.address {
            check(is_line(address), "/subject/address")?;
            refuse_my_number(address, "/subject/address")?;
        }
        check_identifier(&self.staff, "/staff")?;
        check(is_line(&self.place), "/place")?;
        check(is_line(&self.reason), "/reason")
    }

    fn issued_at(&self) -> Timestamp {
        self.iat
    }

    fn expires_at(&self) -> Option<Timestamp> {
        Some(self.exp)
    }
}
