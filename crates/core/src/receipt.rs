//! The receipt 記録: what happened to records, kept as articles 29 and 30 of the APPI demand.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::catalogue::Category;
use crate::claims::{
    LEGAL_BASIS, LegalBasis, PARTY, Party, check_entity, check_jti, check_s256, check_version,
    has_no_repeats, is_line,
};
use crate::codes::Code;
use crate::error::{Error, Result};
use crate::identifier::{check, check_identifier, is_jti};
use crate::time::Timestamp;
use crate::token::{Claims, Kind, Verified};
use crate::wire::schema::{Schema, Type, optional, required};

/// The claims of a receipt.
///
/// # Spec
/// §3.9
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Receipt {
    /// Who keeps the record.
    pub iss: String,
    /// When it was written.
    pub iat: Timestamp,
    /// A random identifier.
    pub jti: String,
    /// The version of the profile.
    pub ver: String,
    /// What happened.
    pub event: ReceiptEvent,
    /// The same in the receipts of both sides.
    pub exchange_id: String,
    /// The lasting relation between person, holder and recipient.
    pub arrangement_id: String,
    /// The place in the chain of this issuer and arrangement, from 0.
    pub seq: i64,
    /// Hash of the receipt before it; absent in the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prev_s256: Option<String>,
    /// The person.
    pub sub: String,
    /// The consent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent_jti: Option<String>,
    /// Its hash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent_s256: Option<String>,
    /// The transaction in which a consent was registered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub txn: Option<String>,
    /// When it happened.
    pub at: Timestamp,
    /// First and last time, for a record of continuing provision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<ReceiptPeriod>,
    /// Who gave.
    pub provider: Party,
    /// Who received.
    pub recipient: Party,
    /// The categories.
    pub items: Vec<Category>,
    /// The legal ground.
    pub basis: LegalBasis,
    /// How the provider came to have the data 取得の経緯.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acquired_how: Option<String>,
    /// Which of the three forms of record it is; it decides how long it is kept.
    pub record_form: RecordForm,
    /// Until when it is kept.
    pub retain_until: Timestamp,
    /// Never there: a record of fact does not end. Kept to name the fault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exp: Option<Timestamp>,
}

/// What a receipt is about.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReceiptEvent {
    /// Records were received.
    Acquisition,
    /// Records were shown in an emergency.
    Emergency,
    /// Records were erased.
    Erasure,
    /// Records were given.
    Provision,
    /// A consent was registered.
    Registration,
    /// A consent was withdrawn.
    Withdrawal,
}

/// First and last time of continuing provision.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct ReceiptPeriod {
    /// The first.
    pub first: Timestamp,
    /// The last.
    pub last: Timestamp,
}

/// The form of a record of provision.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RecordForm {
    /// One record for continuing provision; kept three years from the last.
    Bulk,
    /// A contract in place of a record; kept one year from the last provision.
    Contract,
    /// One record for one provision; kept three years.
    Single,
}

const RANGE: Schema = Schema::open(&[
    required("first", Type::Integer),
    required("last", Type::Integer),
]);

impl Claims for Receipt {
    const KIND: Kind = Kind::Receipt;

    const SCHEMA: &'static Schema = &Schema::open(&[
        required("iss", Type::String),
        required("iat", Type::Integer),
        required("jti", Type::String),
        required("ver", Type::String),
        required("event", Type::String),
        required("exchange_id", Type::String),
        required("arrangement_id", Type::String),
        required("seq", Type::Integer),
        optional("prev_s256", Type::String),
        required("sub", Type::String),
        optional("consent_jti", Type::String),
        optional("consent_s256", Type::String),
        optional("txn", Type::String),
        required("at", Type::Integer),
        optional("period", Type::Object(&RANGE)),
        required("provider", Type::Object(&PARTY)),
        required("recipient", Type::Object(&PARTY)),
        required("items", Type::Array(&Type::String)),
        required("basis", Type::Object(&LEGAL_BASIS)),
        optional("acquired_how", Type::String),
        required("record_form", Type::String),
        required("retain_until", Type::Integer),
        optional("exp", Type::Integer),
    ]);

    fn check(&self) -> Result<()> {
        check_version(&self.ver)?;
        check_entity(&self.iss, "/iss")?;
        check_jti(&self.jti)?;
        check_identifier(&self.exchange_id, "/exchange_id")?;
        check_identifier(&self.arrangement_id, "/arrangement_id")?;
        check(self.seq >= 0, "/seq")?;
        match (self.seq, &self.prev_s256) {
            (0, None) => {}
            (0, Some(_)) => return Err(Error::at(Code::ClaimsInvalid, "/prev_s256")),
            (_, None) => return Err(Error::at(Code::ClaimsMissing, "/prev_s256")),
            (_, Some(previous)) => check_s256(previous, "/prev_s256")?,
        }
        check_identifier(&self.sub, "/sub")?;
        if let Some(jti) = &self.consent_jti {
            check(is_jti(jti), "/consent_jti")?;
        }
        if let Some(s256) = &self.consent_s256 {
            check_s256(s256, "/consent_s256")?;
        }
        if let Some(txn) = &self.txn {
            check_identifier(txn, "/txn")?;
        }
        if self
            .period
            .as_ref()
            .is_some_and(|period| period.first > period.last)
        {
            return Err(Error::at(Code::ClaimsInconsistent, "/period"));
        }
        self.provider.check("/provider")?;
        self.recipient.check("/recipient")?;
        check(has_no_repeats(&self.items), "/items")?;
        self.basis.check()?;
        check(
            self.acquired_how.as_deref().is_none_or(is_line),
            "/acquired_how",
        )?;
        check(self.retain_until >= self.at, "/retain_until")?;
        check(self.exp.is_none(), "/exp")
    }

    fn issued_at(&self) -> Timestamp {
        self.iat
    }
}

impl Receipt {
    /// Checks that this receipt follows `previous` in the chain of one issuer and arrangement.
    ///
    /// # Errors
    /// `receipt.chain`
    ///
    /// # Spec
    /// §3.9
    pub fn check_follows(&self, previous: Option<&Verified<Self>>) -> Result<()> {
        let follows = match previous {
            None => self.seq == 0,
            Some(previous) => {
                self.iss == previous.iss
                    && self.arrangement_id == previous.arrangement_id
                    && self.seq == previous.seq.saturating_add(1)
                    && self.prev_s256.as_deref() == Some(previous.s256())
            }
        };
        if follows {
            Ok(())
        } else {
            Err(Error::new(Code::ReceiptChain))
        }
    }
}

impl RecordForm {
    /// Gives until when a record of this form is kept, counted from the last provision.
    #[must_use]
    pub const fn retain_until(self, last: Timestamp) -> Timestamp {
        // Whole years of 366 days: a record may be kept a little longer, never shorter.
        let years = match self {
            Self::Contract => 1,
            Self::Bulk | Self::Single => 3,
        };
        last.plus(years * 366 * crate::time::DAY_SECONDS)
    }
}
