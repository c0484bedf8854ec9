//! Operations for those who make tokens: hashes, what to sign, the summary, the catalogue.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize as _, Serialize};

use super::token::by_kind;
use super::{Answer, malformed, text};
use crate::catalogue::{self, Category};
use crate::client_assertion::ClientAssertion;
use crate::codes::{Code, Lang};
use crate::consent::Consent;
use crate::delegation::Delegation;
use crate::display;
use crate::emergency::EmergencyStatement;
use crate::error::{Error, Result};
use crate::grant::Grant;
use crate::key::{PublicKey, admit_node};
use crate::key_statement::KeyStatement;
use crate::proof::Proof;
use crate::receipt::Receipt;
use crate::request::ConsentRequest;
use crate::scope::{Detail, check_details, check_narrower};
use crate::status::StatusListClaims;
use crate::token::{self, Claims, KeySource, Kind};
use crate::trust::{Mark, MarkDelegation, TrustListClaims};
use crate::wire::json::{self, Node};
use crate::withdrawal::Withdrawal;

pub(super) fn thumbprint(call: Node<'_, '_>) -> Result<Answer> {
    let key = admit_node(call.get("jwk").ok_or_else(|| malformed("jwk"))?, None)?;
    Ok(Answer::accept(Some(json::write(key.thumbprint())?)))
}

pub(super) fn s256(call: Node<'_, '_>) -> Result<Answer> {
    Ok(Answer::accept(Some(json::write(&token::s256(text(
        call, "text",
    )?))?)))
}

/// `{typ, claims, jwk, by_kid?}` → the text to sign; claims that would be refused are refused here.
pub(super) fn signing_input(call: Node<'_, '_>) -> Result<Answer> {
    let kind = Kind::of_typ(text(call, "typ")?).ok_or_else(|| malformed("typ"))?;
    let claims = call.get("claims").ok_or_else(|| malformed("claims"))?;
    let key = admit_node(call.get("jwk").ok_or_else(|| malformed("jwk"))?, None)?;
    let by_kid = call.get("by_kid").and_then(Node::as_bool).unwrap_or(false);
    let input = by_kind!(kind, input_of(claims, &key, by_kid))?;
    Ok(Answer::accept(Some(json::write(&input)?)))
}

fn input_of<C: Claims>(claims: Node<'_, '_>, key: &PublicKey, by_kid: bool) -> Result<String> {
    C::SCHEMA.check(claims).map_err(C::name_fault)?;
    let claims = C::deserialize(claims).map_err(C::name_fault)?;
    if by_kid && C::KIND.key_source() == KeySource::Either {
        return token::signing_input_by_kid(&claims, key);
    }
    token::signing_input(&claims, key)
}

/// `{child, parent}` → whether the child's details fit, and if not on which axis.
pub(super) fn narrow(call: Node<'_, '_>) -> Result<Answer> {
    let details = |name| -> Result<Vec<Detail>> {
        let node = call.get(name).ok_or_else(|| malformed(name))?;
        let details = Vec::<Detail>::deserialize(node)?;
        check_details(&details)?;
        Ok(details)
    };
    check_narrower(&details("child")?, &details("parent")?)?;
    Ok(Answer::accept(None))
}

/// `{consent, lang}` → the summary and its hash.
pub(super) fn render(call: Node<'_, '_>) -> Result<Answer> {
    #[derive(Serialize)]
    struct Rendered {
        text: String,
        s256: String,
        tmpl: &'static str,
        tmpl_ver: &'static str,
    }
    let lang = Lang::parse(text(call, "lang")?).ok_or_else(|| malformed("lang"))?;
    let node = call.get("consent").ok_or_else(|| malformed("consent"))?;
    Consent::SCHEMA.check(node)?;
    let consent = Consent::deserialize(node)?;
    let (tmpl, tmpl_ver) = (display::TEMPLATE, display::TEMPLATE_VERSION);
    let text = display::render(&consent, lang, tmpl, tmpl_ver)?;
    let s256 = display::s256(&text);
    Ok(Answer::accept(Some(json::write(&Rendered {
        text,
        s256,
        tmpl,
        tmpl_ver,
    })?)))
}

#[derive(Serialize)]
struct CatalogueView {
    version: &'static str,
    categories: Vec<CategoryView>,
}

#[derive(Serialize)]
struct CategoryView {
    code: Category,
    ja: &'static str,
    en: &'static str,
    source: &'static str,
    roadmap: &'static str,
    roadmap_from: &'static str,
    status: catalogue::Availability,
    sensitivity: catalogue::Sensitivity,
    flags: Vec<&'static str>,
    modes: &'static [catalogue::Mode],
    by_statute: &'static [catalogue::Statute],
    gate: catalogue::Gate,
    in_all: bool,
    look_back_days: Option<i32>,
    formats: &'static [&'static str],
    fhir: Vec<(&'static str, Option<&'static str>)>,
}

pub(super) fn catalogue() -> Result<Answer> {
    let categories = Category::all()
        .map(|category| CategoryView {
            code: category,
            ja: category.label(Lang::Ja),
            en: category.label(Lang::En),
            source: category.source(),
            roadmap: category.roadmap(),
            roadmap_from: category.roadmap_from(),
            status: category.availability(),
            sensitivity: category.sensitivity(),
            flags: category
                .flags()
                .iter()
                .map(|flag| flag.as_str())
                .chain(category.notes().iter().copied())
                .collect(),
            modes: category.modes(),
            by_statute: category.by_statute(),
            gate: category.gate(),
            in_all: category.is_in_all(),
            look_back_days: category.look_back_days(),
            formats: category.formats(),
            fhir: category
                .fhir()
                .iter()
                .map(|fhir| (fhir.resource, fhir.profile))
                .collect(),
        })
        .collect();
    let view = CatalogueView {
        version: catalogue::VERSION,
        categories,
    };
    Ok(Answer::accept(Some(json::write(&view)?)))
}

pub(super) fn codes() -> Result<Answer> {
    #[derive(Serialize)]
    struct Row {
        #[serde(flatten)]
        explained: super::Explained,
        http_status: u16,
    }
    let rows: Vec<Row> = Code::ALL
        .iter()
        .map(|code| Row {
            explained: super::explain(*code, None, None),
            http_status: code.http_status(),
        })
        .collect();
    Ok(Answer::accept(Some(json::write(&rows)?)))
}
