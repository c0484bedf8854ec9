//! The view as a `Consent` resource of HL7 FHIR R4.

use alloc::string::String;
use alloc::vec::Vec;

use super::fhir_terms::{ACT_CODE, code_of_purpose, coding, labels, own_coding, terms};
use super::instant::{instant, instant_before};
use super::json::{Json, object, one, some, text};
use super::loss::{LossKind, Topic};
use super::report::Report;
use super::{Standing, State};
use crate::consent::Consent;
use crate::scope::{Detail, Period};

/// The namespace of the project's own identifiers, codes and extensions.
pub(super) const OWN: &str = "https://phr-link.example/fhir/";

const URI: &str = "urn:ietf:rfc:3986";

/// Claims that FHIR has no element for and that restrict nothing by themselves.
const NO_PLACE: &[&str] = &[
    "/txn",
    "/req_s256",
    "/key_s256",
    "/arrangement_id",
    "/recipient/jkt",
    "/recipient/name#en",
    "/recipient/address",
    "/recipient/representative",
    "/recipient/country",
    "/recipient/role",
    "/notice/id",
    "/notice/ver",
    "/notice/lang",
    "/notice/s256",
    "/display",
    "/jur",
    "/basis",
    "/provision_mode",
    "/overseas/regime_uri",
    "/overseas/measures_uri",
    "/overseas/reason",
    "/withdraw_uri",
    "/ui",
];

pub(super) fn write(
    consent: &Consent,
    standing: &Standing<'_>,
    state: State,
    report: &mut Report,
) -> Json {
    let person = reference("Patient", &consent.aud, &consent.sub, None);
    let signer = consent.act.as_ref().map_or_else(
        || reference("Patient", &consent.aud, &consent.sub, None),
        |agent| reference("RelatedPerson", &consent.aud, &agent.sub, None),
    );
    report.add("", LossKind::Assumed, Topic::BaseRule);
    let provisions = consent
        .authorization_details
        .iter()
        .enumerate()
        .filter_map(|(at, detail)| permit(consent, at, detail, report))
        .collect();
    note_the_rest(consent, standing, state, report);
    object([
        ("resourceType", "Consent".into()),
        (
            "identifier",
            one(identifier(&own("NamingSystem/consent-jti"), &consent.jti)),
        ),
        (
            "status",
            if state == State::Active {
                "active"
            } else {
                "inactive"
            }
            .into(),
        ),
        (
            "scope",
            concept(coding(
                "http://terminology.hl7.org/CodeSystem/consentscope",
                "patient-privacy",
            )),
        ),
        (
            "category",
            Json::Array(
                [
                    concept(coding("http://loinc.org", "59284-0")),
                    concept(coding(ACT_CODE, "IDSCL")),
                ]
                .into(),
            ),
        ),
        ("patient", person),
        ("dateTime", instant(consent.iat).into()),
        ("performer", one(signer)),
        (
            "organization",
            one(reference("Organization", URI, &consent.aud, None)),
        ),
        (
            "sourceReference",
            standing
                .s256
                .map(|s256| {
                    let system = own("NamingSystem/consent-s256");
                    reference("DocumentReference", &system, s256, None)
                })
                .into(),
        ),
        (
            "policy",
            one(object([
                ("authority", text(&consent.recipient.id)),
                ("uri", text(&consent.notice.uri)),
            ])),
        ),
        (
            "provision",
            object([("type", "deny".into()), ("provision", some(provisions))]),
        ),
    ])
}

/// One permit for a detail, or none if no record of it can be released.
fn permit(consent: &Consent, at: usize, detail: &Detail, report: &mut Report) -> Option<Json> {
    let path = |axis: &str| alloc::format!("/authorization_details/{at}{axis}");
    let categories: Vec<_> = detail.covered().collect();
    if categories.len() < detail.datatypes.len() {
        report.add(&path("/datatypes"), LossKind::Approximated, Topic::LeftOut);
    }
    if categories.is_empty() {
        return None;
    }
    let mut classes: Vec<&'static str> = Vec::new();
    for fhir in categories.iter().flat_map(|category| category.fhir()) {
        if !classes.contains(&fhir.resource) {
            classes.push(fhir.resource);
        }
    }
    // A class is wider than a category: the code narrows it, and who does not know it finds no match.
    let codes = categories.iter().map(|category| {
        concept(object([
            ("system", own("CodeSystem/category").into()),
            ("version", text(&detail.datatypes_ver)),
            ("code", category.code().into()),
            ("display", category.label(crate::Lang::En).into()),
        ]))
    });
    report.add(&path("/datatypes"), LossKind::OwnCode, Topic::OwnWord);
    report.add(&path("/period"), LossKind::Assumed, Topic::Undated);
    let purposes = detail
        .purposes
        .iter()
        .map(|purpose| code_of_purpose(*purpose))
        .collect();
    if detail
        .purposes
        .iter()
        .any(|purpose| !super::fhir_terms::says_the_same(*purpose))
    {
        report.add(&path("/purposes"), LossKind::OwnCode, Topic::OwnWord);
    }
    for axis in [
        "/handling",
        "/frequency",
        "/retention",
        "/on_end",
        "/onward",
        "/deident",
    ] {
        report.add(&path(axis), LossKind::OwnCode, Topic::Extension);
    }
    if !detail.exclude.is_empty() {
        report.add(&path("/exclude"), LossKind::OwnCode, Topic::Extension);
        report.add(&path("/exclude"), LossKind::Approximated, Topic::Labels);
    }
    let exceptions = detail
        .exclude
        .iter()
        .flat_map(|flag| labels(*flag))
        .map(|label| object([("type", "deny".into()), ("securityLabel", one(label))]));
    let recipient = &consent.recipient;
    Some(object([
        ("modifierExtension", one(terms(detail, &consent.overseas))),
        ("type", "permit".into()),
        (
            "period",
            object([
                ("start", instant(consent.iat).into()),
                ("end", instant_before(consent.exp).into()),
            ]),
        ),
        (
            "actor",
            one(object([
                (
                    "role",
                    concept(coding(
                        "http://terminology.hl7.org/CodeSystem/v3-ParticipationType",
                        "IRCP",
                    )),
                ),
                (
                    "reference",
                    reference("Organization", URI, &recipient.id, Some(&recipient.name)),
                ),
            ])),
        ),
        ("action", one(action(detail, &path("/actions"), report))),
        ("purpose", Json::Array(purposes)),
        (
            "class",
            Json::Array(
                classes
                    .iter()
                    .map(|class| coding("http://hl7.org/fhir/resource-types", class))
                    .collect(),
            ),
        ),
        ("code", Json::Array(codes.collect())),
        ("dataPeriod", data_period(&detail.period)),
        ("provision", some(exceptions.collect())),
    ]))
}

/// `access` is both; FHIR has no code for one of them alone.
fn action(detail: &Detail, path: &str, report: &mut Report) -> Json {
    match detail.actions.as_slice() {
        [action] => {
            report.add(path, LossKind::OwnCode, Topic::OwnWord);
            concept(own_coding("action", action.as_str()))
        }
        // There are two, and none is there twice.
        _ => concept(coding(
            "http://terminology.hl7.org/CodeSystem/consentaction",
            "access",
        )),
    }
}

/// Days are those of Japan, so they are written as instants with the zone.
fn data_period(period: &Period) -> Json {
    if *period == Period::OPEN {
        return Json::Absent;
    }
    object([
        ("start", period.from.map(|day| instant(day.start())).into()),
        ("end", period.to.map(|day| instant_before(day.end())).into()),
    ])
}

fn note_the_rest(consent: &Consent, standing: &Standing<'_>, state: State, report: &mut Report) {
    let is_there = |path: &&str| match *path {
        "/overseas/regime_uri" => consent.overseas.regime_uri.is_some(),
        "/overseas/measures_uri" => consent.overseas.measures_uri.is_some(),
        "/overseas/reason" => consent.overseas.reason.is_some(),
        _ => true,
    };
    let there: Vec<&str> = NO_PLACE.iter().copied().filter(is_there).collect();
    report.no_place(&there);
    for country_or_transfer in ["/overseas/transfer", "/overseas/country"] {
        if country_or_transfer == "/overseas/transfer" || consent.overseas.country.is_some() {
            report.add(country_or_transfer, LossKind::OwnCode, Topic::Extension);
        }
    }
    if consent.act.is_some() {
        report.no_place(&["/act/role", "/act/basis"]);
    }
    if consent.supersedes.is_some() {
        report.no_place(&["/supersedes"]);
    }
    if !consent.notice.alt.is_empty() {
        report.no_place(&["/notice/alt"]);
    }
    if standing.s256.is_none() {
        report.add("", LossKind::NotExpressible, Topic::NoPlace);
    }
    if state != State::Active {
        report.add("", LossKind::NotExpressible, Topic::EndTime);
    }
}

fn own(name: &str) -> String {
    alloc::format!("{OWN}{name}")
}

fn concept(coding: Json) -> Json {
    object([("coding", one(coding))])
}

fn identifier(system: &str, value: &str) -> Json {
    object([("system", text(system)), ("value", text(value))])
}

/// A reference by identifier: the view knows no addresses of resources.
fn reference(kind: &'static str, system: &str, value: &str, display: Option<&str>) -> Json {
    object([
        ("type", kind.into()),
        ("identifier", identifier(system, value)),
        ("display", display.and_then(plain).into()),
    ])
}

/// FHIR strings hold no white space but blanks, and are never empty.
fn plain(text: &str) -> Option<String> {
    let text: String = text
        .chars()
        .map(|letter| if letter.is_whitespace() { ' ' } else { letter })
        .collect();
    let text = text.trim();
    (!text.is_empty()).then(|| text.into())
}
