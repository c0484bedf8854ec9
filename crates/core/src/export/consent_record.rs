//! The view as a consent record of ISO/IEC TS 27560:2023.
//!
//! The element names are those that the standard gives, as the W3C community group's guide to it
//! publishes them; values are text, and terms of the Data Privacy Vocabulary where there is one.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::instant::{date, instant};
use super::json::{Json, object, one, text};
use super::loss::{LossKind, Topic};
use super::report::Report;
use super::{Standing, State};
use crate::consent::{Consent, ProvisionMode};
use crate::scope::{
    Action, Deident, Detail, Frequency, Handling, OnEnd, Period, Purpose, Retention,
};

/// Claims that the record has no element for and that restrict nothing by themselves.
const NO_PLACE: &[&str] = &[
    "/iss",
    "/ver",
    "/txn",
    "/req_s256",
    "/key_s256",
    "/arrangement_id",
    "/recipient/jkt",
    "/recipient/name#en",
    "/notice/id",
    "/notice/ver",
    "/notice/s256",
    "/display",
    "/ui",
];

pub(super) fn write(
    consent: &Consent,
    standing: &Standing<'_>,
    state: State,
    report: &mut Report,
) -> Json {
    let mut purposes = Vec::new();
    for (at, detail) in consent.authorization_details.iter().enumerate() {
        if note(at, detail, report) {
            // Each purpose with the axes of its own detail: nothing is joined across details.
            for of in &detail.purposes {
                purposes.push(purpose(consent, detail, *of));
            }
        }
    }
    report.is_empty = purposes.is_empty();
    note_the_rest(consent, state, report);
    object([
        ("schema_version", "ISO/IEC TS 27560:2023".into()),
        ("record_id", text(&consent.jti)),
        ("pii_principal_id", text(&consent.sub)),
        (
            "pii_processing",
            object([
                ("privacy_notice", text(&consent.notice.uri)),
                ("language", text(&consent.notice.lang)),
                ("purposes", Json::Array(purposes)),
            ]),
        ),
        ("parties", parties(consent)),
        ("events", events(consent, standing, state)),
    ])
}

fn purpose(consent: &Consent, detail: &Detail, purpose: Purpose) -> Json {
    let information = detail.covered().map(|category| {
        object([
            ("pii_type", category.code().into()),
            (
                "pii_attribute_id",
                format!("{}/{}", detail.datatypes_ver, category.code()).into(),
            ),
            (
                "sensitive_pii_category",
                category.sensitivity().as_str().into(),
            ),
        ])
    });
    let basis = &consent.basis;
    let lawful = core::iter::once(dpv("ExplicitlyExpressedConsent")).chain(
        basis
            .arts
            .iter()
            .map(|article| format!("{} {article}", basis.law)),
    );
    let place = place(consent);
    let onward = detail.onward.to.iter().map(|id| text(id)).chain(
        // Roles never open what needs its own switch: §5.1.
        detail
            .onward
            .roles
            .iter()
            .filter(|_| !detail.is_sensitive())
            .map(|role| own("role", role.as_str())),
    );
    object([
        ("purpose", purpose.as_str().into()),
        ("purpose_type", purpose.dpv().into()),
        (
            "lawful_basis",
            Json::Array(lawful.map(Json::from).collect()),
        ),
        ("pii_information", Json::Array(information.collect())),
        (
            "pii_controllers",
            Json::Array([text(&consent.aud), text(&consent.recipient.id)].into()),
        ),
        (
            "collection_method",
            match consent.provision_mode {
                ProvisionMode::OperatorProvision => own("provision", "operator-provision"),
                ProvisionMode::PersonMediated => own("provision", "person-mediated"),
            },
        ),
        ("processing_method", processing(detail)),
        ("storage_locations", one(text(place))),
        (
            "retention_period",
            match detail.retention {
                Retention::Days(days) => format!("P{days}D").into(),
                Retention::Until(day) => date(day).into(),
            },
        ),
        ("processing_locations", one(text(place))),
        ("geographic_restrictions", one(text(place))),
        ("jurisdiction", text(&consent.jur)),
        ("recipient_third_parties", Json::Array(onward.collect())),
        ("withdrawal_method", text(&consent.withdraw_uri)),
    ])
}

/// What is done to the records: nothing that is not listed.
fn processing(detail: &Detail) -> Json {
    let actions = detail.actions.iter().map(|action| match action {
        Action::List => own("action", "list"),
        Action::Read => dpv("Retrieve").into(),
    });
    // Handling is ordered: who may keep records may also compute with them and show them.
    let handling = [
        (Handling::View, "Consult"),
        (Handling::Query, "Analyse"),
        (Handling::Store, "Store"),
    ];
    let handling = handling
        .into_iter()
        .filter(|(least, _)| detail.handling >= *least)
        .map(|(_, term)| dpv(term).into());
    Json::Array(actions.chain(handling).collect())
}

/// The country in which records stay or to which they go; where it cannot be told, the reason why.
fn place(consent: &Consent) -> &str {
    let overseas = &consent.overseas;
    match (overseas.transfer, &overseas.country, &overseas.reason) {
        (true, Some(country), _) => country,
        (true, None, Some(reason)) => reason,
        _ => &consent.recipient.country,
    }
}

fn parties(consent: &Consent) -> Json {
    let recipient = &consent.recipient;
    let mut parties = Vec::from([
        object([
            ("party_id", text(&consent.aud)),
            ("party_name", text(&consent.aud)),
            ("party_url", text(&consent.aud)),
            ("party_contact", text(&consent.withdraw_uri)),
            ("party_role", own("role", "holder")),
            ("party_type", dpv("DataExporter").into()),
        ]),
        object([
            ("party_id", text(&recipient.id)),
            ("party_name", text(&recipient.name)),
            (
                "party_address",
                format!("{}, {}", recipient.address, recipient.country).into(),
            ),
            ("party_url", text(&recipient.id)),
            (
                "party_contact",
                format!("{}, {}", recipient.representative, consent.notice.uri).into(),
            ),
            ("party_role", own("role", recipient.role.as_str())),
            ("party_type", dpv("Recipient").into()),
        ]),
        object([
            ("party_id", text(&consent.sub)),
            ("party_type", dpv("DataSubject").into()),
        ]),
    ]);
    if let Some(agent) = &consent.act {
        parties.push(object([
            ("party_id", text(&agent.sub)),
            (
                "party_role",
                match agent.role {
                    crate::claims::ActorRole::Guardian => own("role", "guardian"),
                    _ => own("role", "proxy"),
                },
            ),
            ("party_type", dpv("Representative").into()),
        ]));
    }
    Json::Array(parties)
}

fn events(consent: &Consent, standing: &Standing<'_>, state: State) -> Json {
    let signer = consent
        .act
        .as_ref()
        .map_or(&consent.sub, |agent| &agent.sub);
    let given = object([
        ("event_time", instant(consent.iat).into()),
        (
            "validity_duration",
            format!("PT{}S", consent.exp.since(consent.iat)).into(),
        ),
        ("entity_id", text(signer)),
        ("event_type", dpv("ExplicitlyExpressedConsent").into()),
        ("event_state", dpv("ConsentGiven").into()),
    ]);
    let (at, term) = match state {
        State::Active => return one(given),
        State::Expired => (Some(consent.exp), "ConsentExpired"),
        State::Superseded | State::Withdrawn => {
            (standing.ended.map(|ended| ended.at), "ConsentWithdrawn")
        }
    };
    let ended = object([
        ("event_time", at.map(instant).into()),
        ("validity_duration", "PT0S".into()),
        ("entity_id", text(&consent.sub)),
        ("event_type", dpv("ExplicitlyExpressedConsent").into()),
        ("event_state", dpv(term).into()),
    ]);
    Json::Array([given, ended].into())
}

/// Notes the losses of a detail, and tells whether anything of it can be released.
fn note(at: usize, detail: &Detail, report: &mut Report) -> bool {
    let path = |axis: &str| format!("/authorization_details/{at}{axis}");
    let covered = detail.covered().count();
    if covered < detail.datatypes.len() {
        report.add(&path("/datatypes"), LossKind::Approximated, Topic::LeftOut);
    }
    if covered == 0 {
        return false;
    }
    report.add(&path("/datatypes"), LossKind::OwnCode, Topic::OwnWord);
    report.add(&path("/purposes"), LossKind::OwnCode, Topic::OwnWord);
    if detail
        .purposes
        .iter()
        .any(|purpose| purpose.dpv().is_some())
    {
        report.add(
            &path("/purposes"),
            LossKind::Approximated,
            Topic::NearestTerm,
        );
    }
    if detail.actions.contains(&Action::List) {
        report.add(&path("/actions"), LossKind::OwnCode, Topic::OwnWord);
    }
    if !detail.onward.roles.is_empty() {
        report.add(&path("/onward"), LossKind::OwnCode, Topic::OwnWord);
    }
    // What is free on its axis anyway is not lost by a format that cannot limit it.
    let limits = [
        ("/period", detail.period != Period::OPEN),
        ("/frequency", detail.frequency != Frequency::Continuing),
        ("/on_end", detail.on_end != OnEnd::KeepRequiredByLaw),
        ("/deident", detail.deident != Deident::None),
        ("/exclude", !detail.exclude.is_empty()),
    ];
    for (axis, _) in limits.into_iter().filter(|(_, is_limit)| *is_limit) {
        report.widen(path(axis), LossKind::NotExpressible, Topic::Unlimited);
    }
    true
}

fn note_the_rest(consent: &Consent, state: State, report: &mut Report) {
    report.add("/aud", LossKind::Assumed, Topic::Contact);
    report.add("/aud", LossKind::Assumed, Topic::Controllers);
    report.add("/recipient/id", LossKind::Assumed, Topic::Contact);
    report.add("/recipient/role", LossKind::OwnCode, Topic::OwnWord);
    report.add("/recipient/country", LossKind::Assumed, Topic::Place);
    report.add("/provision_mode", LossKind::OwnCode, Topic::OwnWord);
    report.no_place(NO_PLACE);
    if consent.act.is_some() {
        report.add("/act/role", LossKind::OwnCode, Topic::OwnWord);
        report.no_place(&["/act/basis"]);
    }
    if consent.supersedes.is_some() {
        report.no_place(&["/supersedes"]);
    }
    if !consent.notice.alt.is_empty() {
        report.no_place(&["/notice/alt"]);
    }
    let overseas = &consent.overseas;
    for (path, is_there) in [
        ("/overseas/regime_uri", overseas.regime_uri.is_some()),
        ("/overseas/measures_uri", overseas.measures_uri.is_some()),
        (
            "/overseas/reason",
            overseas.reason.is_some() && overseas.country.is_some(),
        ),
    ] {
        if is_there {
            report.no_place(&[path]);
        }
    }
    if state == State::Superseded {
        report.add("", LossKind::Approximated, Topic::NearestState);
    }
}

/// A term of the Data Privacy Vocabulary.
fn dpv(term: &str) -> String {
    format!("https://w3id.org/dpv#{term}")
}

/// A term of the project.
fn own(axis: &str, word: &str) -> Json {
    format!("https://phr-link.example/terms#{axis}-{word}").into()
}
