//! Readers of the views, written from the formats, not from the code that writes them.

use phr_link::catalogue::Category;
use phr_link::consent::Consent;
use phr_link::export::Format;
use phr_link::scope::{
    Action, Deident, Detail, Flag, Frequency, Handling, OnEnd, Purpose, Retention, Role,
};
use phr_link::time::{Day, Timestamp};
use serde_json::Value;

pub(crate) const IDS: [&str; 2] = ["https://a.example", "https://b.example"];
pub(crate) const PURPOSES: [Purpose; 4] = [
    Purpose::Care,
    Purpose::MedicationSafety,
    Purpose::SelfView,
    Purpose::Marketing,
];
pub(crate) const ROLES: [Role; 2] = [Role::Pharmacy, Role::MedicalInstitution];

/// Something that somebody does with one record.
#[derive(Clone, Debug)]
pub(crate) struct Use {
    pub(crate) recipient: String,
    pub(crate) at: Timestamp,
    pub(crate) action: Action,
    pub(crate) category: Category,
    pub(crate) resource: &'static str,
    pub(crate) flags: Vec<Flag>,
    pub(crate) day: Day,
    pub(crate) purpose: Purpose,
    pub(crate) handling: Handling,
    /// How often this was done before.
    pub(crate) before: u32,
    pub(crate) kept_days: i32,
    pub(crate) at_end: OnEnd,
    pub(crate) passed_to: Option<(&'static str, Role)>,
    pub(crate) deident: Deident,
    pub(crate) place: &'static str,
}

type Change = Box<dyn Fn(&mut Use)>;

impl Use {
    /// A use inside each detail, and what is one or two steps away from it.
    pub(crate) fn around(consent: &Consent) -> impl Iterator<Item = Self> {
        let mut uses = Vec::new();
        for detail in &consent.authorization_details {
            let base = Self::inside(consent, detail);
            let changes = changes(consent);
            for (at, one) in changes.iter().enumerate() {
                let mut near = base.clone();
                one(&mut near);
                for other in changes.iter().skip(at) {
                    let mut far = near.clone();
                    other(&mut far);
                    uses.push(far);
                }
                uses.push(near);
            }
            uses.push(base);
        }
        uses.into_iter()
    }

    fn inside(consent: &Consent, detail: &Detail) -> Self {
        let is_covered = |category: &&Category| {
            let flags = category.flags();
            flags.is_empty() || flags.iter().any(|flag| !detail.exclude.contains(flag))
        };
        let category = detail.datatypes.iter().find(is_covered);
        let category = *category.unwrap_or(&detail.datatypes[0]);
        Self {
            recipient: consent.recipient.id.clone(),
            at: consent.iat.plus(100),
            action: detail.actions[0],
            category,
            resource: category.fhir()[0].resource,
            flags: Vec::new(),
            day: detail
                .period
                .from
                .or(detail.period.to)
                .unwrap_or(Day::of(consent.iat)),
            purpose: detail.purposes[0],
            handling: detail.handling,
            before: 0,
            kept_days: match detail.retention {
                Retention::Days(days) => i32::try_from(days).unwrap(),
                Retention::Until(_) => -10_000,
            },
            at_end: OnEnd::Erase,
            passed_to: None,
            deident: Deident::Anonymous,
            place: "JP",
        }
    }
}

fn changes(consent: &Consent) -> Vec<Change> {
    let mut changes: Vec<Change> = vec![
        Box::new(|use_| use_.recipient = "https://else.example".into()),
        Box::new(|use_| use_.before = 1),
        Box::new(|use_| use_.place = "US"),
        Box::new(|use_| use_.place = "FR"),
    ];
    for at in [
        consent.iat.plus(-1),
        consent.iat,
        consent.exp.plus(-1),
        consent.exp,
    ] {
        changes.push(Box::new(move |use_| use_.at = at));
    }
    for action in Action::ALL {
        changes.push(Box::new(|use_| use_.action = *action));
    }
    for code in [
        "allergy",
        "lab-result",
        "e-prescription",
        "whole-genome",
        "discharge-summary",
        "referral-document",
        "lifelog",
    ] {
        for fhir in Category::parse(code).unwrap().fhir() {
            changes.push(Box::new(move |use_| {
                (use_.category, use_.resource) = (Category::parse(code).unwrap(), fhir.resource);
            }));
        }
    }
    for flag in Flag::ALL {
        changes.push(Box::new(|use_| use_.flags = vec![*flag]));
    }
    for day in [
        "1980-01-01",
        "2019-12-31",
        "2020-01-01",
        "2026-11-30",
        "2026-12-01",
    ] {
        changes.push(Box::new(move |use_| use_.day = Day::parse(day).unwrap()));
    }
    for purpose in PURPOSES.into_iter().chain([Purpose::LongTermCare]) {
        changes.push(Box::new(move |use_| use_.purpose = purpose));
    }
    for handling in Handling::ALL {
        changes.push(Box::new(|use_| use_.handling = *handling));
    }
    for days in [0, 1, 30, 31, 36_500] {
        changes.push(Box::new(move |use_| use_.kept_days = days));
    }
    for at_end in OnEnd::ALL {
        changes.push(Box::new(|use_| use_.at_end = *at_end));
    }
    for passed_to in [(IDS[0], Role::Pharmacy), (IDS[1], Role::Researcher)] {
        changes.push(Box::new(move |use_| use_.passed_to = Some(passed_to)));
    }
    for deident in Deident::ALL {
        changes.push(Box::new(|use_| use_.deident = *deident));
    }
    changes
}

fn is_kept_within(use_: &Use, retention: Retention) -> bool {
    match retention {
        Retention::Days(days) => i64::from(use_.kept_days) <= days,
        Retention::Until(day) => Day::of(use_.at).plus(use_.kept_days) <= day,
    }
}

/// What the consent itself permits.
pub(crate) fn consent_permits(consent: &Consent, use_: &Use) -> bool {
    let overseas = &consent.overseas;
    let goes = overseas.transfer
        && overseas
            .country
            .as_deref()
            .is_none_or(|it| it == use_.place);
    use_.recipient == consent.recipient.id
        && (consent.iat..consent.exp).contains(&use_.at)
        && (use_.place == "JP" || goes)
        && consent
            .authorization_details
            .iter()
            .any(|detail| detail_permits(detail, use_))
}

fn detail_permits(detail: &Detail, use_: &Use) -> bool {
    let flags = use_.category.flags();
    let is_excluded = |flag: &Flag| detail.exclude.contains(flag);
    detail.actions.contains(&use_.action)
        && detail.datatypes.contains(&use_.category)
        && detail.period.contains(use_.day, use_.day)
        && detail.purposes.contains(&use_.purpose)
        && use_.handling <= detail.handling
        && (use_.before == 0 || detail.frequency == Frequency::Continuing)
        && is_kept_within(use_, detail.retention)
        && use_.at_end <= detail.on_end
        && use_
            .passed_to
            .is_none_or(|(id, role)| detail.onward.allows(id, role, detail.is_sensitive()))
        && use_.deident >= detail.deident
        && !use_.flags.iter().any(is_excluded)
        && (flags.is_empty() || !flags.iter().all(is_excluded))
}

/// What somebody permits who knows the format, has the view, and has nothing else.
pub(crate) fn reader_permits(format: Format, document: &Value, use_: &Use) -> bool {
    match format {
        // FHIR: an element with a modifier extension that is not known must not be processed.
        Format::Fhir => list(&document["provision"]["provision"])
            .filter(|permit| permit.get("modifierExtension").is_none())
            .any(|permit| document["status"] == "active" && provision_permits(permit, use_)),
        Format::Smart => document["scope"]
            .as_str()
            .unwrap()
            .split(' ')
            .any(|scope| scope_permits(scope, use_)),
        Format::Ts27560 => record_permits(document, use_),
    }
}

/// What somebody permits who knows the extension of the FHIR view, too.
pub(crate) fn informed_permits(document: &Value, use_: &Use) -> bool {
    assert_eq!(document["provision"]["type"], "deny");
    list(&document["provision"]["provision"]).any(|permit| {
        let extensions: Vec<_> = list(&permit["modifierExtension"]).collect();
        assert_eq!(extensions.len(), 1);
        document["status"] == "active"
            && provision_permits(permit, use_)
            && terms_permit(&extensions[0]["extension"], use_)
    })
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn moment(at: Timestamp) -> String {
    let day = Day::of(at);
    let clock = at.since(day.start());
    format!(
        "{day}T{:02}:{:02}:{:02}+09:00",
        clock / 3_600,
        clock / 60 % 60,
        clock % 60
    )
}

/// Both ends are inclusive; all moments have the same zone, so their texts compare.
fn within(period: &Value, from: &str, to: &str) -> bool {
    period["start"].as_str().is_none_or(|start| start <= from)
        && period["end"].as_str().is_none_or(|end| to <= end)
}

fn code(concept: &Value) -> (&str, &str) {
    let coding = concept.get("coding").map_or(concept, |codings| &codings[0]);
    (
        coding["system"].as_str().unwrap(),
        coding["code"].as_str().unwrap(),
    )
}

const OWN: &str = "https://phr-link.example/fhir/CodeSystem/";

fn provision_permits(permit: &Value, use_: &Use) -> bool {
    let at = moment(use_.at);
    let (from, to) = (moment(use_.day.start()), moment(use_.day.end().plus(-1)));
    let is_own = |(system, word): (&str, &str), name: &str, own: &str| {
        system == format!("{OWN}{name}") && word == own
    };
    let may = |action: &Value| match code(action) {
        ("http://terminology.hl7.org/CodeSystem/consentaction", "access") => true,
        own => is_own(own, "action", use_.action.as_str()),
    };
    let is_for = |purpose: &Value| match code(purpose) {
        ("http://terminology.hl7.org/CodeSystem/v3-ActReason", word) => {
            Purpose::ALL
                .iter()
                .find(|purpose| purpose.hl7() == Some(word))
                == Some(&use_.purpose)
        }
        own => is_own(own, "purpose", use_.purpose.as_str()),
    };
    let is_denied = |deny: &Value| {
        assert_eq!(deny["type"], "deny");
        list(&deny["securityLabel"]).any(|label| {
            use_.flags
                .iter()
                .any(|flag| is_own(code(label), "sensitivity", flag.as_str()))
        })
    };
    permit["type"] == "permit"
        && within(&permit["period"], &at, &at)
        && list(&permit["actor"])
            .any(|actor| actor["reference"]["identifier"]["value"] == use_.recipient.as_str())
        && list(&permit["action"]).any(may)
        && list(&permit["purpose"]).any(is_for)
        && list(&permit["class"]).any(|class| class["code"] == use_.resource)
        && list(&permit["code"]).any(|own| is_own(code(own), "category", use_.category.code()))
        && within(&permit["dataPeriod"], &from, &to)
        && !list(&permit["provision"]).any(is_denied)
}

fn terms_permit(terms: &Value, use_: &Use) -> bool {
    let all = |url: &'static str| list(terms).filter(move |term| term["url"] == url);
    let word = |url| all(url).next().unwrap()["valueCode"].as_str().unwrap();
    let retention = all("retention").next().unwrap();
    let retention = match retention["valueDate"].as_str() {
        Some(day) => Retention::Until(Day::parse(day).unwrap()),
        None => Retention::Days(retention["valueDuration"]["value"].as_i64().unwrap()),
    };
    let passes = use_.passed_to.is_none_or(|(id, role)| {
        all("onward-to").any(|term| term["valueUri"] == id)
            || all("onward-role").any(|term| term["valueCode"] == role.as_str())
    });
    let stays = use_.place == "JP"
        || (all("overseas").next().unwrap()["valueBoolean"] == true
            && all("overseas-country")
                .next()
                .is_none_or(|term| term["valueCode"] == use_.place));
    use_.handling <= Handling::parse(word("handling")).unwrap()
        && (use_.before == 0 || word("frequency") == "continuing")
        && is_kept_within(use_, retention)
        && use_.at_end <= OnEnd::parse(word("on-end")).unwrap()
        && passes
        && use_.deident >= Deident::parse(word("deident")).unwrap()
        && !all("exclude").any(|term| {
            use_.flags
                .iter()
                .any(|flag| term["valueCode"] == flag.as_str())
        })
        && stays
}

/// `patient/<type>.<letters>?<parameter>`; whoever may search also gets what is found.
fn scope_permits(scope: &str, use_: &Use) -> bool {
    let Some((resource, letters)) = scope
        .strip_prefix("patient/")
        .and_then(|rest| rest.split_once('.'))
    else {
        return false;
    };
    let (letters, parameter) = letters.split_once('?').unwrap_or((letters, ""));
    let matches = match parameter {
        "" => true,
        "category=laboratory" => ["lab-result", "infection-result"].contains(&use_.category.code()),
        "type=18842-5" => use_.category.code() == "discharge-summary",
        other => panic!("{other}"),
    };
    let letter = match use_.action {
        Action::List => letters.contains('s'),
        Action::Read => !letters.is_empty(),
    };
    resource == use_.resource && matches && letter
}

fn record_permits(record: &Value, use_: &Use) -> bool {
    let given = &record["events"][0];
    let seconds = given["validity_duration"].as_str().unwrap();
    let seconds: i64 = seconds[2..seconds.len() - 1].parse().unwrap();
    // The record gives a start and a length.
    let first = given["event_time"].as_str().unwrap().to_owned();
    let is_live = list(&record["events"]).count() == 1
        && first <= moment(use_.at)
        && moment(use_.at.plus(-seconds)) < first;
    is_live
        && list(&record["pii_processing"]["purposes"]).any(|purpose| purpose_permits(purpose, use_))
}

fn purpose_permits(purpose: &Value, use_: &Use) -> bool {
    let methods: Vec<&str> = list(&purpose["processing_method"])
        .filter_map(Value::as_str)
        .collect();
    let action = match use_.action {
        Action::List => "https://phr-link.example/terms#action-list",
        Action::Read => "https://w3id.org/dpv#Retrieve",
    };
    let handling = match use_.handling {
        Handling::View => "https://w3id.org/dpv#Consult",
        Handling::Query => "https://w3id.org/dpv#Analyse",
        Handling::Store => "https://w3id.org/dpv#Store",
    };
    let retention = purpose["retention_period"].as_str().unwrap();
    let retention = match retention
        .strip_prefix('P')
        .and_then(|rest| rest.strip_suffix('D'))
    {
        Some(days) => Retention::Days(days.parse().unwrap()),
        None => Retention::Until(Day::parse(retention).unwrap()),
    };
    let third: Vec<&str> = list(&purpose["recipient_third_parties"])
        .filter_map(Value::as_str)
        .collect();
    let passes = use_.passed_to.is_none_or(|(id, role)| {
        let role = format!("https://phr-link.example/terms#role-{}", role.as_str());
        third.contains(&id) || third.contains(&role.as_str())
    });
    purpose["purpose"] == use_.purpose.as_str()
        && list(&purpose["pii_controllers"]).any(|id| *id == use_.recipient.as_str())
        && list(&purpose["pii_information"]).any(|pii| pii["pii_type"] == use_.category.code())
        && methods.contains(&action)
        && methods.contains(&handling)
        && list(&purpose["geographic_restrictions"]).any(|place| *place == use_.place)
        && is_kept_within(use_, retention)
        && passes
}
