//! Views: complete, never wider than they say, and right at the boundaries.
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use phr_link::catalogue::Category;
use phr_link::consent::{Consent, NoticeVariant};
use phr_link::export::{Ended, Ending, Format, LossKind, Standing, State, View, view};
use phr_link::scope::{
    Action, Deident, Detail, Flag, Frequency, Handling, OnEnd, Onward, Period, Purpose, Retention,
    Role,
};
use phr_link::time::{Day, Timestamp};
use phr_link::{Code, Lang};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Value, json};

#[path = "export/readers.rs"]
mod readers;

use readers::{Use, consent_permits, reader_permits};

const NOW: i64 = 1_795_000_100;

fn sample() -> Consent {
    serde_json::from_str(include_str!("../src/export/sample.json")).unwrap()
}

const fn standing() -> Standing<'static> {
    Standing {
        now: Timestamp::from_secs(NOW),
        ended: None,
        s256: None,
    }
}

fn show(consent: &Consent, format: Format) -> View {
    view(consent, format, &standing()).unwrap()
}

fn document(view: &View) -> Value {
    serde_json::from_str(&view.document).unwrap()
}

fn with(change: impl FnOnce(&mut Detail)) -> Consent {
    let mut consent = sample();
    change(&mut consent.authorization_details[0]);
    consent
}

fn category(code: &str) -> Category {
    Category::parse(code).unwrap()
}

fn day(text: &str) -> Option<Day> {
    Some(Day::parse(text).unwrap())
}

#[test]
fn every_category_and_every_purpose_has_a_view() {
    let mut count = 0;
    for code in Category::all() {
        for purpose in Purpose::ALL {
            let consent = with(|detail| {
                detail.datatypes = vec![code];
                detail.purposes = vec![*purpose];
                detail.exclude = Vec::new();
            });
            for format in Format::ALL {
                let view = show(&consent, *format);
                let document = document(&view);
                match format {
                    Format::Fhir => {
                        let permit = &document["provision"]["provision"][0];
                        assert_eq!(permit["type"], "permit");
                        assert_eq!(permit["code"][0]["coding"][0]["code"], code.code());
                        let classes = permit["class"].as_array().unwrap();
                        assert_eq!(classes.len(), code.fhir().len());
                        assert_eq!(permit["purpose"].as_array().unwrap().len(), 1);
                    }
                    Format::Smart => {
                        let scopes = document["scope"].as_str().unwrap();
                        assert!(!scopes.is_empty() && !scopes.contains("Bundle"), "{scopes}");
                        for scope in scopes.split(' ') {
                            let name = scope.strip_prefix("patient/").unwrap();
                            let (name, letters) = name.split_once('.').unwrap();
                            assert!(code.fhir().iter().any(|fhir| fhir.resource == name));
                            assert_eq!(letters.split('?').next(), Some("rs"));
                        }
                    }
                    Format::Ts27560 => {
                        let entry = &document["pii_processing"]["purposes"][0];
                        assert_eq!(entry["purpose"], purpose.as_str());
                        assert_eq!(entry["pii_information"][0]["pii_type"], code.code());
                    }
                }
                count += 1;
            }
        }
    }
    assert_eq!(count, 39 * 13 * 3);
}

/// Each claim, one change to it, and in which views the document itself changes (FHIR, SMART, TS).
type Row = (&'static str, fn(&mut Consent), [bool; 3]);

fn first(consent: &mut Consent) -> &mut Detail {
    &mut consent.authorization_details[0]
}

const CLAIMS: &[Row] = &[
    (
        "/authorization_details/0/actions",
        |c| first(c).actions = vec![Action::Read],
        [true, true, true],
    ),
    (
        "/authorization_details/0/datatypes",
        |c| first(c).datatypes = vec![category("lab-result")],
        [true, true, true],
    ),
    (
        "/authorization_details/0/period",
        |c| first(c).period.from = day("2019-12-31"),
        [true, false, false],
    ),
    (
        "/authorization_details/0/purposes",
        |c| first(c).purposes = vec![Purpose::Marketing],
        [true, false, true],
    ),
    (
        "/authorization_details/0/handling",
        |c| first(c).handling = Handling::Query,
        [true, false, true],
    ),
    (
        "/authorization_details/0/frequency",
        |c| first(c).frequency = Frequency::Once,
        [true, false, false],
    ),
    (
        "/authorization_details/0/retention",
        |c| first(c).retention = Retention::Days(1),
        [true, false, true],
    ),
    (
        "/authorization_details/0/on_end",
        |c| first(c).on_end = OnEnd::Anonymise,
        [true, false, false],
    ),
    (
        "/authorization_details/0/onward",
        |c| first(c).onward.to = Vec::new(),
        [true, false, true],
    ),
    (
        "/authorization_details/0/deident",
        |c| first(c).deident = Deident::Anonymous,
        [true, false, false],
    ),
    (
        "/authorization_details/0/exclude",
        |c| first(c).exclude = vec![Flag::Genetic],
        [true, false, false],
    ),
    ("/sub", |c| c.sub = "p-2".into(), [true, false, true]),
    (
        "/aud",
        |c| c.aud = "https://other.example".into(),
        [true, false, true],
    ),
    ("/iat", |c| c.iat = c.iat.plus(1), [true, false, true]),
    ("/exp", |c| c.exp = c.exp.plus(1), [true, false, true]),
    (
        "/jti",
        |c| c.jti = "Y29uc2VudC1zYW1wbGUtMg".into(),
        [true, false, true],
    ),
    ("/txn", |c| c.txn = "txn-2".into(), [false; 3]),
    (
        "/req_s256",
        |c| c.req_s256 = c.recipient.jkt.clone(),
        [false; 3],
    ),
    (
        "/key_s256",
        |c| c.key_s256 = c.recipient.jkt.clone(),
        [false; 3],
    ),
    (
        "/arrangement_id",
        |c| c.arrangement_id = "arrangement-2".into(),
        [false; 3],
    ),
    (
        "/supersedes",
        |c| c.supersedes = Some(c.req_s256.clone()),
        [false; 3],
    ),
    (
        "/recipient/id",
        |c| c.recipient.id = "https://else.example".into(),
        [true, false, true],
    ),
    (
        "/recipient/jkt",
        |c| c.recipient.jkt = c.req_s256.clone(),
        [false; 3],
    ),
    (
        "/recipient/name",
        |c| c.recipient.name = "別のアプリ".into(),
        [true, false, true],
    ),
    (
        "/recipient/name#en",
        |c| c.recipient.name_en = "Other".into(),
        [false; 3],
    ),
    (
        "/recipient/address",
        |c| c.recipient.address = "大阪".into(),
        [false, false, true],
    ),
    (
        "/recipient/representative",
        |c| c.recipient.representative = "別".into(),
        [false, false, true],
    ),
    (
        "/recipient/role",
        |c| c.recipient.role = Role::Researcher,
        [false, false, true],
    ),
    ("/notice/id", |c| c.notice.id = "other".into(), [false; 3]),
    ("/notice/ver", |c| c.notice.ver = "2".into(), [false; 3]),
    (
        "/notice/uri",
        |c| c.notice.uri = "https://phr.example/2".into(),
        [true, false, true],
    ),
    (
        "/notice/lang",
        |c| c.notice.lang = "en".into(),
        [false, false, true],
    ),
    (
        "/notice/s256",
        |c| c.notice.s256 = c.recipient.jkt.clone(),
        [false; 3],
    ),
    (
        "/notice/alt",
        |c| c.notice.alt = vec![alternative(c)],
        [false; 3],
    ),
    (
        "/display",
        |c| c.display.s256 = c.recipient.jkt.clone(),
        [false; 3],
    ),
    ("/jur", |c| c.jur = "US".into(), [false, false, true]),
    (
        "/basis",
        |c| c.basis.arts = vec!["28-1".into()],
        [false, false, true],
    ),
    (
        "/provision_mode",
        |c| c.provision_mode = phr_link::consent::ProvisionMode::PersonMediated,
        [false, false, true],
    ),
    ("/overseas/transfer", abroad, [true, false, true]),
    (
        "/withdraw_uri",
        |c| c.withdraw_uri = "https://holder.example/2".into(),
        [false, false, true],
    ),
    (
        "/ui",
        |c| c.ui.control = phr_link::consent::Control::Button,
        [false; 3],
    ),
];

fn alternative(consent: &Consent) -> NoticeVariant {
    NoticeVariant {
        lang: "en".into(),
        uri: "https://phr.example/notice.en".into(),
        s256: consent.notice.s256.clone(),
    }
}

fn abroad(consent: &mut Consent) {
    consent.overseas.transfer = true;
    consent.overseas.country = Some("US".into());
    consent.overseas.regime_uri = Some("https://phr.example/us".into());
    consent.overseas.measures_uri = Some("https://phr.example/measures".into());
}

/// Whether a report speaks of a claim, or of a claim that it is part of.
fn speaks_of(view: &View, path: &str) -> bool {
    let is_part = |loss: &str| path == loss || path.starts_with(&format!("{loss}/"));
    view.report
        .losses
        .iter()
        .any(|loss| !loss.path.is_empty() && is_part(&loss.path))
}

#[test]
fn every_claim_is_said_or_reported() {
    for (path, change, changes) in CLAIMS {
        let mut consent = sample();
        change(&mut consent);
        for (format, says) in [Format::Fhir, Format::Smart, Format::Ts27560]
            .into_iter()
            .zip(changes)
        {
            let (before, after) = (show(&sample(), format), show(&consent, format));
            assert_eq!(
                before.document != after.document,
                *says,
                "{format:?} {path}"
            );
            // What the document does not say, the report names; after the change, whatever it was.
            assert!(*says || speaks_of(&after, path), "{format:?} {path}");
        }
    }
}

#[test]
fn the_table_of_claims_is_whole() {
    // A claim that is added to the profile has to be added to the views.
    let mut consent = sample();
    consent.supersedes = Some(consent.req_s256.clone());
    consent.notice.alt = vec![alternative(&consent)];
    let whole = serde_json::to_value(&consent).unwrap();
    let told_apart = ["recipient", "notice"];
    for (claim, value) in whole.as_object().unwrap() {
        let names: Vec<String> = match claim.as_str() {
            "authorization_details" => members(&value[0], "/authorization_details/0"),
            _ if told_apart.contains(&claim.as_str()) => members(value, &format!("/{claim}")),
            "overseas" => vec!["/overseas/transfer".into()],
            _ => vec![format!("/{claim}")],
        };
        // Constant, or only a check of the others: the version, the signer's key, and the country,
        // which is Japan's unless records go abroad.
        let fixed = ["/iss", "/ver", "/recipient/country"];
        let fixed_in_details = [
            "/authorization_details/0/type",
            "/authorization_details/0/datatypes_ver",
        ];
        for name in names {
            let is_fixed =
                fixed.contains(&name.as_str()) || fixed_in_details.contains(&name.as_str());
            assert!(
                is_fixed || CLAIMS.iter().any(|(path, ..)| *path == name),
                "{name}"
            );
        }
    }
}

fn members(value: &Value, prefix: &str) -> Vec<String> {
    value
        .as_object()
        .unwrap()
        .keys()
        .map(|name| format!("{prefix}/{name}"))
        .collect()
}

#[test]
fn an_agent_is_named_and_its_title_reported() {
    let mut value = serde_json::to_value(sample()).unwrap();
    value["act"] = json!({"sub": "agent-1", "role": "guardian",
        "basis": {"kind": "parental-authority", "ref": "r-1", "until": 1_900_000_000}});
    let consent: Consent = serde_json::from_value(value).unwrap();
    let fhir = show(&consent, Format::Fhir);
    assert_eq!(document(&fhir)["performer"][0]["type"], "RelatedPerson");
    assert_eq!(
        document(&fhir)["performer"][0]["identifier"]["value"],
        "agent-1"
    );
    assert_eq!(
        document(&fhir)["patient"]["identifier"]["value"],
        "p-7Kq2mX9"
    );
    let record = document(&show(&consent, Format::Ts27560));
    assert_eq!(record["events"][0]["entity_id"], "agent-1");
    assert_eq!(
        record["parties"][3]["party_role"],
        "https://phr-link.example/terms#role-guardian"
    );
    for format in Format::ALL {
        assert!(
            speaks_of(&show(&consent, *format), "/act/basis"),
            "{format:?}"
        );
    }
}

#[test]
fn what_is_over_is_shown_as_over_and_permits_nothing() {
    let consent = sample();
    let ended = |how, at| {
        Some(Ended {
            how,
            at: Timestamp::from_secs(at),
        })
    };
    let cases = [
        (consent.exp.plus(-1), None, State::Active),
        (consent.exp, None, State::Expired),
        (
            Timestamp::from_secs(NOW),
            ended(Ending::Withdrawn, NOW),
            State::Withdrawn,
        ),
        // An end that lies ahead is an end all the same.
        (
            Timestamp::from_secs(NOW),
            ended(Ending::Withdrawn, NOW + 9),
            State::Withdrawn,
        ),
        (
            Timestamp::from_secs(NOW),
            ended(Ending::Superseded, NOW),
            State::Superseded,
        ),
        (
            consent.exp,
            ended(Ending::Superseded, NOW),
            State::Superseded,
        ),
    ];
    for (now, ended, state) in cases {
        let over = state != State::Active;
        for format in Format::ALL {
            let view = view(
                &consent,
                *format,
                &Standing {
                    now,
                    ended,
                    s256: None,
                },
            )
            .unwrap();
            assert_eq!(view.state, state);
            if over {
                assert!(!view.report.is_wider());
            }
            let document = document(&view);
            match format {
                Format::Fhir => {
                    assert_eq!(document["status"], if over { "inactive" } else { "active" })
                }
                Format::Smart => assert_eq!(document["scope"] == "", over),
                Format::Ts27560 => {
                    let last = document["events"]
                        .as_array()
                        .unwrap()
                        .last()
                        .unwrap()
                        .clone();
                    let term = match state {
                        State::Active => "ConsentGiven",
                        State::Expired => "ConsentExpired",
                        _ => "ConsentWithdrawn",
                    };
                    assert_eq!(last["event_state"], format!("https://w3id.org/dpv#{term}"));
                }
            }
        }
    }
    // A scope has no start in it: before the start there is none.
    let early = Standing {
        now: consent.iat.plus(-1),
        ..standing()
    };
    let smart = view(&consent, Format::Smart, &early).unwrap();
    assert_eq!(
        (smart.document.as_str(), smart.report.is_wider()),
        (r#"{"scope":""}"#, false)
    );
}

#[test]
fn ends_are_exclusive_here_and_inclusive_in_fhir() {
    let consent = with(|detail| {
        detail.period = Period {
            from: day("2020-01-01"),
            to: day("2026-11-30"),
        }
    });
    let permit = document(&show(&consent, Format::Fhir))["provision"]["provision"][0].clone();
    assert_eq!(
        permit["dataPeriod"],
        json!({"start": "2020-01-01T00:00:00+09:00", "end": "2026-11-30T23:59:59+09:00"})
    );
    assert_eq!(
        permit["period"],
        json!({"start": "2026-11-18T20:06:40+09:00", "end": "2027-02-16T20:06:39+09:00"})
    );
    let open = with(|detail| detail.period = Period::OPEN);
    assert!(
        document(&show(&open, Format::Fhir))["provision"]["provision"][0]
            .get("dataPeriod")
            .is_none()
    );
    let half = with(|detail| {
        detail.period = Period {
            from: None,
            to: day("2026-11-30"),
        }
    });
    let half =
        document(&show(&half, Format::Fhir))["provision"]["provision"][0]["dataPeriod"].clone();
    assert_eq!(half, json!({"end": "2026-11-30T23:59:59+09:00"}));
}

#[test]
fn a_category_of_which_nothing_is_left_is_in_no_view() {
    let genome = with(|detail| {
        detail.datatypes = vec![category("whole-genome"), category("allergy")];
        detail.exclude = vec![Flag::Genetic];
    });
    let nothing = with(|detail| {
        detail.datatypes = vec![category("whole-genome")];
        detail.exclude = vec![Flag::Genetic];
    });
    for format in Format::ALL {
        let some = show(&genome, *format);
        assert!(
            !some.document.contains("whole-genome") && !some.document.contains("DiagnosticReport")
        );
        assert!(
            some.report
                .losses
                .iter()
                .any(|loss| loss.kind == LossKind::Approximated
                    && loss.path == "/authorization_details/0/datatypes")
        );
        let none = show(&nothing, *format);
        assert!(!none.report.is_wider(), "{format:?}");
        match format {
            Format::Fhir => assert_eq!(document(&none)["provision"], json!({"type": "deny"})),
            Format::Smart => assert_eq!(none.document, r#"{"scope":""}"#),
            Format::Ts27560 => assert_eq!(document(&none)["pii_processing"]["purposes"], json!([])),
        }
    }
}

#[test]
fn scopes_have_the_letters_of_the_actions_and_are_joined() {
    let scope = |consent: &Consent| {
        document(&show(consent, Format::Smart))["scope"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(
        scope(&with(|d| d.actions = vec![Action::List])),
        "patient/AllergyIntolerance.s"
    );
    assert_eq!(
        scope(&with(|d| d.actions = vec![Action::Read])),
        "patient/AllergyIntolerance.r"
    );
    let lab = |d: &mut Detail| {
        d.datatypes = vec![
            category("lab-result"),
            category("infection-result"),
            category("discharge-summary"),
        ]
    };
    assert_eq!(
        scope(&with(lab)),
        "patient/Observation.rs?category=laboratory patient/Composition.rs?type=18842-5"
    );
    let mut two = sample();
    let mut second = two.authorization_details[0].clone();
    first(&mut two).actions = vec![Action::List];
    second.actions = vec![Action::Read];
    two.authorization_details.push(second);
    assert_eq!(scope(&two), "patient/AllergyIntolerance.rs");
}

#[test]
fn a_part_of_treatment_is_not_shown_as_all_of_it() {
    let purposes =
        with(|d| d.purposes = vec![Purpose::Care, Purpose::MedicationSafety, Purpose::SelfView]);
    let shown =
        document(&show(&purposes, Format::Fhir))["provision"]["provision"][0]["purpose"].clone();
    let reason = "http://terminology.hl7.org/CodeSystem/v3-ActReason";
    let own = "https://phr-link.example/fhir/CodeSystem/purpose";
    assert_eq!(
        shown,
        json!([{"system": reason, "code": "TREAT"}, {"system": own, "code": "medication-safety"},
        {"system": reason, "code": "PATRQT"}])
    );
}

#[test]
fn roles_open_nothing_that_needs_its_own_switch() {
    let consent = |code| {
        with(|d| {
            d.datatypes = vec![category(code)];
            d.onward = Onward {
                to: Vec::new(),
                roles: vec![Role::Pharmacy],
            };
        })
    };
    for (code, shown) in [("allergy", true), ("e-prescription", false)] {
        for format in [Format::Fhir, Format::Ts27560] {
            assert_eq!(
                show(&consent(code), format).document.contains("pharmacy"),
                shown,
                "{format:?} {code}"
            );
        }
    }
}

#[test]
fn claims_that_are_none_are_refused() {
    let refuse = |change: fn(&mut Consent), code| {
        let mut consent = sample();
        change(&mut consent);
        for format in Format::ALL {
            assert_eq!(
                view(&consent, *format, &standing()).unwrap_err().code(),
                code
            );
        }
    };
    refuse(|c| c.exp = c.iat, Code::ClaimsInconsistent);
    refuse(|c| c.authorization_details.clear(), Code::ClaimsInvalid);
    refuse(|c| first(c).datatypes.clear(), Code::ClaimsInvalid);
    refuse(|c| c.ui.unbundled = false, Code::ClaimsInvalid);
}

#[test]
fn a_text_never_breaks_a_document() {
    let mut consent = sample();
    consent.recipient.address = "\"},\\ 東京\u{3000}1".into();
    for format in Format::ALL {
        let _: Value = serde_json::from_str(&show(&consent, *format).write()).unwrap();
    }
    consent.recipient.name = "株式会社\u{3000}見本".into();
    let fhir = document(&show(&consent, Format::Fhir));
    let actor = &fhir["provision"]["provision"][0]["actor"][0]["reference"];
    assert_eq!(actor["display"], "株式会社 見本");
}

#[test]
fn each_loss_says_what_it_is_in_both_languages() {
    for format in Format::ALL {
        for loss in show(&sample(), *format).report.losses {
            assert!(loss.path.is_empty() || loss.path.starts_with('/'));
            assert!(loss.text(Lang::En).is_ascii() || loss.text(Lang::En).contains('§'));
            assert!(
                loss.text(Lang::Ja)
                    .chars()
                    .any(|letter| ('ぁ'..='ん').contains(&letter))
            );
        }
    }
}

const CODES: [&str; 5] = [
    "allergy",
    "lab-result",
    "e-prescription",
    "whole-genome",
    "discharge-summary",
];
const DAYS: [&str; 4] = ["2019-12-31", "2020-01-01", "2026-11-29", "2026-11-30"];

fn some<T: Clone + std::fmt::Debug + 'static>(all: &[T]) -> impl Strategy<Value = Vec<T>> + use<T> {
    subsequence(all.to_vec(), 1..=all.len())
}

fn any_of<T: Clone + std::fmt::Debug + 'static>(
    all: &[T],
) -> impl Strategy<Value = Vec<T>> + use<T> {
    subsequence(all.to_vec(), 0..=all.len())
}

fn detail() -> impl Strategy<Value = Detail> {
    let codes: Vec<Category> = CODES.iter().map(|code| category(code)).collect();
    let ids: Vec<String> = readers::IDS.iter().map(ToString::to_string).collect();
    let end = || proptest::option::of(select(&DAYS[..]));
    let period = (end(), end())
        .prop_map(|(from, to)| Period {
            from: from.and_then(day),
            to: to.and_then(day),
        })
        .prop_filter("no day", |period| period.overlap(&Period::OPEN).is_some());
    // Free values are drawn often, so that views that lose nothing are met, too.
    let retention = prop_oneof![
        select(&[0_i64, 30][..]).prop_map(Retention::Days),
        select(&DAYS[..]).prop_map(|text| Retention::Until(Day::parse(text).unwrap()))
    ];
    let purposes = prop_oneof![some(&readers::PURPOSES), Just(Purpose::ALL.to_vec())];
    let exclude = prop_oneof![Just(Vec::new()), any_of(Flag::ALL)];
    (
        (
            some(Action::ALL),
            some(&codes),
            prop_oneof![Just(Period::OPEN), period],
            purposes,
        ),
        (
            select(Handling::ALL),
            select(
                &[
                    Frequency::Continuing,
                    Frequency::Continuing,
                    Frequency::Once,
                ][..],
            ),
            retention,
            select(
                &[
                    OnEnd::KeepRequiredByLaw,
                    OnEnd::KeepRequiredByLaw,
                    OnEnd::Erase,
                    OnEnd::Anonymise,
                ][..],
            ),
        ),
        (
            any_of(&ids),
            any_of(&readers::ROLES),
            select(
                &[
                    Deident::None,
                    Deident::None,
                    Deident::Pseudonymous,
                    Deident::Anonymous,
                ][..],
            ),
            exclude,
        ),
    )
        .prop_map(|(what, how, whom)| Detail {
            actions: what.0,
            datatypes: what.1,
            period: what.2,
            purposes: what.3,
            handling: how.0,
            frequency: how.1,
            retention: how.2,
            on_end: how.3,
            onward: Onward {
                to: whom.0,
                roles: whom.1,
            },
            deident: whom.2,
            exclude: whom.3,
            ..Detail::strictest(Vec::new(), Purpose::Care)
        })
}

fn consents() -> impl Strategy<Value = Consent> {
    (proptest::collection::vec(detail(), 1..3), any::<bool>())
        .prop_filter("two equal details", |(details, _)| {
            details.first() != details.get(1)
        })
        .prop_map(|(details, goes_abroad)| {
            let mut consent = Consent {
                authorization_details: details,
                ..sample()
            };
            if goes_abroad {
                abroad(&mut consent);
            }
            consent
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// A reader who has the view alone permits no use that the consent does not, unless the report
    /// says so; and where the report says so, there is such a use.
    #[test]
    fn the_flag_is_right(consent in consents()) {
        for format in Format::ALL {
            let view = show(&consent, *format);
            let document = document(&view);
            let beyond = Use::around(&consent).find(|use_| reader_permits(*format, &document, use_) && !consent_permits(&consent, use_));
            prop_assert!(beyond.is_none() || view.report.is_wider(), "{:?} {:?} {}", format, beyond, view.document);
            // What one detail loses, another one may permit; alone, a loss is always a use.
            if consent.authorization_details.len() == 1 {
                prop_assert_eq!(beyond.is_some(), view.report.is_wider(), "{:?} {}", format, view.document);
            }
        }
    }

    /// A reader who knows the extension of the FHIR view permits exactly what the consent permits.
    #[test]
    fn who_knows_the_extension_reads_the_consent_itself(consent in consents()) {
        let document = document(&show(&consent, Format::Fhir));
        for use_ in Use::around(&consent) {
            prop_assert_eq!(readers::informed_permits(&document, &use_), consent_permits(&consent, &use_), "{:?}", use_);
        }
    }
}
