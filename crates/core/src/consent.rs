//! The consent 同意: what the person agrees to, signed with the person's own key.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::claims::{
    ACTOR, Actor, DETAILS, LEGAL_BASIS, LegalBasis, check_authorization_details, check_entity,
    check_jti, check_s256, check_uri, check_version, is_line,
};
use crate::error::Result;
use crate::identifier::{check, check_identifier, check_name, is_identifier};
use crate::scope::{Detail, Role};
use crate::time::Timestamp;
use crate::token::{Claims, Kind};
use crate::wire::base64url;
use crate::wire::schema::{Schema, Type, optional, required};

pub mod registration;
mod terms;

pub use terms::ConsentTerms;

/// The claims of a consent.
///
/// # Spec
/// §3.3
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    /// RFC 9278 URI of the key that signs.
    pub iss: String,
    /// The person.
    pub sub: String,
    /// The holder.
    pub aud: String,
    /// The time of the transaction.
    pub iat: Timestamp,
    /// When the consent ends.
    pub exp: Timestamp,
    /// A random identifier.
    pub jti: String,
    /// The version of the profile.
    pub ver: String,
    /// The holder's transaction.
    pub txn: String,
    /// Hash of the request that was shown.
    pub req_s256: String,
    /// Hash of the key statement of the key that signs.
    pub key_s256: String,
    /// The agent who signs, if one does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub act: Option<Actor>,
    /// The lasting relation between person, holder and recipient.
    pub arrangement_id: String,
    /// Hash of the consent that this one replaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supersedes: Option<String>,
    /// Who gets the records.
    pub recipient: Recipient,
    /// Which records, for what, how.
    pub authorization_details: Vec<Detail>,
    /// The recipient's notice.
    pub notice: Notice,
    /// The summary that was shown.
    pub display: Display,
    /// The jurisdiction, a country code.
    pub jur: String,
    /// The legal ground.
    pub basis: LegalBasis,
    /// Who provides.
    pub provision_mode: ProvisionMode,
    /// Whether records leave the country.
    pub overseas: Overseas,
    /// Where the consent is withdrawn.
    pub withdraw_uri: String,
    /// How the choice was made on the screen.
    pub ui: ScreenEvidence,
}

/// Who gets the records, as the trust list names them.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Recipient {
    /// Entity id.
    pub id: String,
    /// Thumbprint of the recipient's proof key.
    pub jkt: String,
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
    /// Role.
    pub role: Role,
}

/// The notice 説明文 of the recipient.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// Its name.
    pub id: String,
    /// Its version.
    pub ver: String,
    /// Where it is.
    pub uri: String,
    /// Its language.
    pub lang: String,
    /// Hash of the bytes served.
    pub s256: String,
    /// The same in other languages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alt: Vec<NoticeVariant>,
}

/// A notice in another language.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct NoticeVariant {
    /// Its language.
    pub lang: String,
    /// Where it is.
    pub uri: String,
    /// Hash of the bytes served.
    pub s256: String,
}

/// The summary that was shown, named by its template and hash.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Display {
    /// Its language.
    pub lang: DisplayLang,
    /// The template.
    pub tmpl: String,
    /// The template's version.
    pub tmpl_ver: String,
    /// Hash of the text.
    pub s256: String,
}

/// The languages of the summary.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum DisplayLang {
    /// English.
    En,
    /// Japanese.
    Ja,
}

/// Who provides the records, in the sense of the APPI.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProvisionMode {
    /// The holder provides them to a third party.
    OperatorProvision,
    /// The person fetches and passes them on.
    PersonMediated,
}

/// Whether records leave the country, and what the person was told about it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Overseas {
    /// Whether they do.
    pub transfer: bool,
    /// Where to, a country code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Where that country's law is described.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub regime_uri: Option<String>,
    /// Where the recipient's measures are described.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measures_uri: Option<String>,
    /// Why one of them cannot be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl Overseas {
    /// Nothing goes abroad.
    pub const NONE: Self = Self {
        transfer: false,
        country: None,
        regime_uri: None,
        measures_uri: None,
        reason: None,
    };
}

/// How the choice was made on the screen.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ScreenEvidence {
    /// The control.
    pub control: Control,
    /// Whether each use had a control of its own.
    pub unbundled: bool,
}

/// The control by which a choice was made.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Control {
    /// A button.
    Button,
    /// A signature by hand.
    Signature,
    /// A box that was not ticked beforehand.
    UntickedCheckbox,
}

const RECIPIENT: Schema = Schema::closed(&[
    required("id", Type::String),
    required("jkt", Type::String),
    required("name", Type::String),
    required("name#en", Type::String),
    required("address", Type::String),
    required("representative", Type::String),
    required("country", Type::String),
    required("role", Type::String),
]);
const VARIANT: Schema = Schema::closed(&[
    required("lang", Type::String),
    required("uri", Type::String),
    required("s256", Type::String),
]);
const NOTICE: Schema = Schema::closed(&[
    required("id", Type::String),
    required("ver", Type::String),
    required("uri", Type::String),
    required("lang", Type::String),
    required("s256", Type::String),
    optional("alt", Type::Array(&Type::Object(&VARIANT))),
]);
const DISPLAY: Schema = Schema::closed(&[
    required("lang", Type::String),
    required("tmpl", Type::String),
    required("tmpl_ver", Type::String),
    required("s256", Type::String),
]);
const OVERSEAS: Schema = Schema::closed(&[
    required("transfer", Type::Bool),
    optional("country", Type::String),
    optional("regime_uri", Type::String),
    optional("measures_uri", Type::String),
    optional("reason", Type::String),
]);
const SCREEN: Schema = Schema::closed(&[
    required("control", Type::String),
    required("unbundled", Type::Bool),
]);

impl Claims for Consent {
    const KIND: Kind = Kind::Consent;

    // Closed: the person cannot have been shown what the profile does not know.
    const SCHEMA: &'static Schema = &Schema::closed(&[
        required("iss", Type::String),
        required("sub", Type::String),
        required("aud", Type::String),
        required("iat", Type::Integer),
        required("exp", Type::Integer),
        required("jti", Type::String),
        required("ver", Type::String),
        required("txn", Type::String),
        required("req_s256", Type::String),
        required("key_s256", Type::String),
        optional("act", Type::Object(&ACTOR)),
        required("arrangement_id", Type::String),
        optional("supersedes", Type::String),
        required("recipient", Type::Object(&RECIPIENT)),
        required("authorization_details", DETAILS),
        required("notice", Type::Object(&NOTICE)),
        required("display", Type::Object(&DISPLAY)),
        required("jur", Type::String),
        required("basis", Type::Object(&LEGAL_BASIS)),
        required("provision_mode", Type::String),
        required("overseas", Type::Object(&OVERSEAS)),
        required("withdraw_uri", Type::String),
        required("ui", Type::Object(&SCREEN)),
    ]);

    fn check(&self) -> Result<()> {
        check_version(&self.ver)?;
        crate::withdrawal::check_person_issuer(&self.iss)?;
        crate::claims::check_subject(&self.sub, &self.recipient.id)?;
        check_entity(&self.aud, "/aud")?;
        check_jti(&self.jti)?;
        check_identifier(&self.txn, "/txn")?;
        check_s256(&self.req_s256, "/req_s256")?;
        check_s256(&self.key_s256, "/key_s256")?;
        if let Some(actor) = &self.act {
            actor.check()?;
        }
        check_identifier(&self.arrangement_id, "/arrangement_id")?;
        if let Some(s256) = &self.supersedes {
            check_s256(s256, "/supersedes")?;
        }
        self.recipient.check()?;
        check_authorization_details(&self.authorization_details)?;
        self.notice.check()?;
        check_s256(&self.display.s256, "/display/s256")?;
        check(is_country(&self.jur), "/jur")?;
        self.basis.check()?;
        self.overseas.check(&self.recipient.country)?;
        check_uri(&self.withdraw_uri, "/withdraw_uri")?;
        // A bundled choice is no consent.
        check(self.ui.unbundled, "/ui/unbundled")
    }

    fn issued_at(&self) -> Timestamp {
        self.iat
    }

    fn expires_at(&self) -> Option<Timestamp> {
        Some(self.exp)
    }
}

impl Recipient {
    fn check(&self) -> Result<()> {
        check_entity(&self.id, "/recipient/id")?;
        check(base64url::is_sha256(&self.jkt), "/recipient/jkt")?;
        check_name(&self.name, "/recipient/name")?;
        check_name(&self.name_en, "/recipient/name#en")?;
        check(is_line(&self.address), "/recipient/address")?;
        check(is_line(&self.representative), "/recipient/representative")?;
        check(is_country(&self.country), "/recipient/country")
    }
}

impl Notice {
    fn check(&self) -> Result<()> {
        check(is_identifier(&self.id), "/notice/id")?;
        check(is_identifier(&self.ver), "/notice/ver")?;
        check_uri(&self.uri, "/notice/uri")?;
        check(is_lang(&self.lang), "/notice/lang")?;
        check_s256(&self.s256, "/notice/s256")?;
        for variant in &self.alt {
            check(is_lang(&variant.lang), "/notice/alt")?;
            check_uri(&variant.uri, "/notice/alt")?;
            check_s256(&variant.s256, "/notice/alt")?;
        }
        Ok(())
    }
}

impl Overseas {
    fn check(&self, recipient_country: &str) -> Result<()> {
        let details = [
            &self.country,
            &self.regime_uri,
            &self.measures_uri,
            &self.reason,
        ];
        if !self.transfer {
            check(recipient_country == "JP", "/overseas/transfer")?;
            return check(details.iter().all(|detail| detail.is_none()), "/overseas");
        }
        // Article 28: the country, its law and the recipient's measures, or why they are unknown.
        let has_reason = self.reason.as_deref().is_some_and(is_line);
        check(
            self.country.as_deref().map_or(has_reason, is_country),
            "/overseas/country",
        )?;
        for (uri, path) in [
            (&self.regime_uri, "/overseas/regime_uri"),
            (&self.measures_uri, "/overseas/measures_uri"),
        ] {
            check(
                uri.as_deref()
                    .map_or(has_reason, crate::identifier::is_https_uri),
                path,
            )?;
        }
        check(
            self.reason.as_deref().is_none_or(is_line),
            "/overseas/reason",
        )
    }
}

fn is_country(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

fn is_lang(text: &str) -> bool {
    (2..=35).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}
