//! Codes and terms of the FHIR view.

use alloc::vec::Vec;

use super::fhir_consent::OWN;
use super::json::{Json, object, text};
use crate::consent::Overseas;
use crate::scope::{Detail, Flag, Purpose, Retention};

pub(super) const ACT_CODE: &str = "http://terminology.hl7.org/CodeSystem/v3-ActCode";

pub(super) fn coding(system: &'static str, code: &'static str) -> Json {
    object([("system", system.into()), ("code", code.into())])
}

/// A code of the project's own code system `CodeSystem/<name>`.
pub(super) fn own_coding(name: &str, code: &'static str) -> Json {
    object([
        ("system", alloc::format!("{OWN}CodeSystem/{name}").into()),
        ("code", code.into()),
    ])
}

/// Tells whether PurposeOfUse has a code that says no more than the purpose.
///
/// `TREAT` is all treatment: checking medicines and long-term care are parts of it, and a part is not
/// shown as the whole.
pub(super) const fn says_the_same(purpose: Purpose) -> bool {
    !matches!(purpose, Purpose::MedicationSafety | Purpose::LongTermCare) && purpose.hl7().is_some()
}

pub(super) fn code_of_purpose(purpose: Purpose) -> Json {
    match purpose.hl7() {
        Some(code) if says_the_same(purpose) => {
            coding("http://terminology.hl7.org/CodeSystem/v3-ActReason", code)
        }
        _ => own_coding("purpose", purpose.as_str()),
    }
}

/// The labels that records of a sensitivity may bear: ours, and those of HL7 that come near.
pub(super) fn labels(flag: Flag) -> Vec<Json> {
    let near: &[&'static str] = match flag {
        Flag::Genetic => &["GDIS"],
        Flag::Mental => &["MH", "PSY"],
        Flag::Infection => &["HIV", "STD"],
        Flag::Reproductive => &["SEX"],
        Flag::DisclosedDiagnosis => &[],
    };
    core::iter::once(own_coding("sensitivity", flag.as_str()))
        .chain(near.iter().map(|code| coding(ACT_CODE, code)))
        .collect()
}

/// The duties that FHIR has no element for.
///
/// It is a *modifier* extension: who does not know it must not use the provision, so nothing is
/// permitted that the consent does not permit.
pub(super) fn terms(detail: &Detail, overseas: &Overseas) -> Json {
    let mut parts = Vec::new();
    let mut part = |url: &'static str, name: &'static str, value: Json| {
        parts.push(object([("url", url.into()), (name, value)]));
    };
    part("handling", "valueCode", detail.handling.as_str().into());
    part("frequency", "valueCode", detail.frequency.as_str().into());
    match detail.retention {
        Retention::Days(days) => part(
            "retention",
            "valueDuration",
            object([
                ("value", Json::Integer(days)),
                ("system", "http://unitsofmeasure.org".into()),
                ("code", "d".into()),
            ]),
        ),
        Retention::Until(day) => part("retention", "valueDate", super::instant::date(day).into()),
    }
    part("on-end", "valueCode", detail.on_end.as_str().into());
    for id in &detail.onward.to {
        part("onward-to", "valueUri", text(id));
    }
    // Roles never open what needs its own switch: §5.1.
    for role in detail
        .onward
        .roles
        .iter()
        .filter(|_| !detail.is_sensitive())
    {
        part("onward-role", "valueCode", role.as_str().into());
    }
    part("deident", "valueCode", detail.deident.as_str().into());
    for flag in &detail.exclude {
        part("exclude", "valueCode", flag.as_str().into());
    }
    part("overseas", "valueBoolean", overseas.transfer.into());
    if let Some(country) = &overseas.country {
        part("overseas-country", "valueCode", text(country));
    }
    object([
        (
            "url",
            alloc::format!("{OWN}StructureDefinition/terms").into(),
        ),
        ("extension", Json::Array(parts)),
    ])
}
