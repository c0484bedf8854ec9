//! How the claims of a consent come together: the request, the key, the trust list, the choice.

use alloc::string::String;
use alloc::vec::Vec;

use super::{Consent, Control, Display, DisplayLang, Notice, Overseas, ProvisionMode, Recipient};
use crate::claims::{Actor, ActorRole, LegalBasis, VERSION};
use crate::codes::{Code, Lang};
use crate::display;
use crate::error::{Error, Result};
use crate::key::Thumbprint;
use crate::key_statement::KeyStatement;
use crate::request::ConsentRequest;
use crate::scope::{Detail, check_narrower};
use crate::time::Timestamp;
use crate::token::Verified;
use crate::trust::Member;

/// What the person chose, and what the holder's screen knows.
#[derive(Clone, Debug)]
pub struct ConsentTerms {
    /// A random identifier.
    pub jti: String,
    /// The holder's transaction.
    pub txn: String,
    /// When the transaction was opened.
    pub opened_at: Timestamp,
    /// When the consent shall end; it ends with the key statement at the latest.
    pub exp: Timestamp,
    /// The arrangement that the holder assigned.
    pub arrangement_id: String,
    /// Hash of the consent that this one replaces.
    pub supersedes: Option<String>,
    /// What the person chose: no more than the request asks for.
    pub authorization_details: Vec<Detail>,
    /// The notice; its address and hash have to be the request's.
    pub notice: Notice,
    /// What the person was told about countries.
    pub overseas: Overseas,
    /// The legal ground.
    pub basis: LegalBasis,
    /// Who provides.
    pub provision_mode: ProvisionMode,
    /// Where the consent is withdrawn.
    pub withdraw_uri: String,
    /// How the choice was made.
    pub control: Control,
    /// The language of the summary.
    pub lang: Lang,
}

impl Consent {
    /// Makes the claims of a consent, with the hash of the summary that the person has to read.
    ///
    /// Sign them with the key of the key statement after [`display::render`] was shown.
    ///
    /// # Errors
    /// `scope.*-wider` where the choice is wider than the request; `key-statement.mismatch` where the
    /// statement is for another holder or recipient; `consent.recipient-mismatch` where the member is
    /// another than the one who asks; `consent.notice-mismatch`
    ///
    /// # Spec
    /// §3.3, §9.1
    pub fn of(
        request: &Verified<ConsentRequest>,
        statement: &Verified<KeyStatement>,
        member: &Member,
        terms: ConsentTerms,
    ) -> Result<Self> {
        check_narrower(&terms.authorization_details, &request.authorization_details)?;
        if statement.rcp != request.client_id || statement.iss != request.aud {
            return Err(Error::at(Code::KeyStatementMismatch, "/rcp"));
        }
        let role = member
            .recipient_role()
            .filter(|_| member.id == request.client_id)
            .ok_or_else(|| Error::at(Code::ConsentRecipientMismatch, "/recipient/id"))?;
        if terms.notice.uri != request.notice_uri || terms.notice.s256 != request.notice_s256 {
            return Err(Error::at(Code::ConsentNoticeMismatch, "/notice"));
        }
        let mut consent = Self {
            iss: Thumbprint::of_x(&statement.cnf.jwk.x).uri(),
            sub: statement
                .for_person
                .as_ref()
                .unwrap_or(&statement.sub)
                .clone(),
            aud: statement.iss.clone(),
            iat: terms.opened_at,
            exp: terms.exp.min(statement.exp),
            jti: terms.jti,
            ver: VERSION.into(),
            txn: terms.txn,
            req_s256: request.s256().into(),
            key_s256: statement.s256().into(),
            act: actor(statement),
            arrangement_id: terms.arrangement_id,
            supersedes: terms.supersedes,
            recipient: Recipient {
                id: member.id.clone(),
                jkt: request.dpop_jkt.clone(),
                name: member.name.clone(),
                name_en: member.name_en.clone(),
                address: member.address.clone(),
                representative: member.representative.clone(),
                country: member.country.clone(),
                role,
            },
            authorization_details: terms.authorization_details,
            notice: terms.notice,
            display: Display {
                lang: match terms.lang {
                    Lang::En => DisplayLang::En,
                    Lang::Ja => DisplayLang::Ja,
                },
                tmpl: display::TEMPLATE.into(),
                tmpl_ver: display::TEMPLATE_VERSION.into(),
                s256: String::new(),
            },
            jur: "JP".into(),
            basis: terms.basis,
            provision_mode: terms.provision_mode,
            overseas: terms.overseas,
            withdraw_uri: terms.withdraw_uri,
            ui: super::ScreenEvidence {
                control: terms.control,
                unbundled: true,
            },
        };
        let (template, version) = (display::TEMPLATE, display::TEMPLATE_VERSION);
        // The hash of the summary is no part of the summary.
        consent.display.s256 =
            display::s256(&display::render(&consent, terms.lang, template, version)?);
        Ok(consent)
    }
}

/// The agent, as the holder's statement names them.
fn actor(statement: &KeyStatement) -> Option<Actor> {
    statement.for_person.as_ref()?;
    let basis = statement.basis.clone()?;
    (statement.role != ActorRole::Person).then(|| Actor {
        sub: statement.sub.clone(),
        role: statement.role,
        basis,
    })
}
