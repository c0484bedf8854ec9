//! The view as scopes of SMART App Launch 2.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::json::{Json, object};
use super::loss::{LossKind, Topic};
use super::report::Report;
use super::{Standing, State};
use crate::catalogue::Category;
use crate::consent::Consent;
use crate::scope::{Action, Deident, Detail, Frequency, Handling, OnEnd, Period, Purpose};

/// Claims that a scope does not say and that restrict nothing by themselves.
const NO_PLACE: &[&str] = &[
    "/iss",
    "/aud",
    "/jti",
    "/ver",
    "/txn",
    "/req_s256",
    "/key_s256",
    "/arrangement_id",
    "/recipient",
    "/notice",
    "/display",
    "/jur",
    "/basis",
    "/provision_mode",
    "/withdraw_uri",
    "/ui",
];

/// A scope: a resource type, perhaps a search parameter, and what may be done.
struct Scope {
    resource: &'static str,
    parameter: Option<&'static str>,
    read: bool,
    search: bool,
}

pub(super) fn write(
    consent: &Consent,
    standing: &Standing<'_>,
    state: State,
    report: &mut Report,
) -> Json {
    let mut scopes: Vec<Scope> = Vec::new();
    // A scope has no time in it, so it is there only while the consent is in force.
    let in_force = state == State::Active && standing.now >= consent.iat;
    for (at, detail) in consent.authorization_details.iter().enumerate() {
        note(at, detail, report);
        for category in detail.covered().filter(|_| in_force) {
            for (resource, parameter) in targets(category) {
                grant(&mut scopes, resource, parameter, detail);
            }
        }
    }
    report.add("/sub", LossKind::Assumed, Topic::Patient);
    report.widen("/iat".into(), LossKind::NotExpressible, Topic::Unlimited);
    report.widen("/exp".into(), LossKind::NotExpressible, Topic::Unlimited);
    let overseas = !consent.overseas.transfer || consent.overseas.country.is_some();
    report.push(
        "/overseas".into(),
        LossKind::NotExpressible,
        Topic::Unlimited,
        overseas,
    );
    report.no_place(NO_PLACE);
    if consent.act.is_some() {
        report.no_place(&["/act"]);
    }
    if consent.supersedes.is_some() {
        report.no_place(&["/supersedes"]);
    }
    if state != State::Active {
        report.add("", LossKind::NotExpressible, Topic::EndTime);
    }
    let scope: Vec<String> = scopes.iter().map(Scope::write).collect();
    report.is_empty = scope.is_empty();
    object([("scope", scope.join(" ").into())])
}

/// Adds what a detail permits on a resource type; the letters of equal scopes are joined.
fn grant(
    scopes: &mut Vec<Scope>,
    resource: &'static str,
    parameter: Option<&'static str>,
    detail: &Detail,
) {
    let read = detail.actions.contains(&Action::Read);
    let search = detail.actions.contains(&Action::List);
    match scopes
        .iter_mut()
        .find(|scope| scope.resource == resource && scope.parameter == parameter)
    {
        Some(scope) => {
            scope.read |= read;
            scope.search |= search;
        }
        None => scopes.push(Scope {
            resource,
            parameter,
            read,
            search,
        }),
    }
}

impl Scope {
    fn write(&self) -> String {
        let read = if self.read { "r" } else { "" };
        let search = if self.search { "s" } else { "" };
        let mark = if self.parameter.is_some() { "?" } else { "" };
        let parameter = self.parameter.unwrap_or_default();
        format!("patient/{}.{read}{search}{mark}{parameter}", self.resource)
    }
}

/// The resource types of a category, each with the search parameter that comes nearest to it.
fn targets(category: Category) -> impl Iterator<Item = (&'static str, Option<&'static str>)> {
    let types = category.fhir();
    let is_document = types.iter().any(|fhir| fhir.resource == "Composition");
    types
        .iter()
        .filter(move |fhir| !(is_document && fhir.resource == "Bundle"))
        .map(move |fhir| (fhir.resource, parameter(category, fhir.resource)))
}

fn parameter(category: Category, resource: &str) -> Option<&'static str> {
    match (category.code(), resource) {
        ("lab-result" | "infection-result", "Observation") => Some("category=laboratory"),
        // The kinds of document, by their LOINC codes.
        ("checkup-document", "Composition") => Some("type=53576-5"),
        ("discharge-summary", "Composition") => Some("type=18842-5"),
        ("referral-document", "Composition") => Some("type=57133-1"),
        _ => None,
    }
}

/// Tells whether a scope of the category also opens records of another one.
fn opens_others(category: Category) -> bool {
    targets(category).any(|(resource, parameter)| {
        Category::all()
            .filter(|other| *other != category)
            .any(|other| {
                targets(other).any(|(its, its_parameter)| {
                    its == resource
                        && (parameter.is_none()
                            || its_parameter.is_none()
                            || its_parameter == parameter)
                })
            })
    })
}

fn note(at: usize, detail: &Detail, report: &mut Report) {
    let path = |axis: &str| format!("/authorization_details/{at}{axis}");
    let covered: Vec<Category> = detail.covered().collect();
    let datatypes = path("/datatypes");
    if covered.len() < detail.datatypes.len() {
        report.add(&datatypes, LossKind::Approximated, Topic::LeftOut);
    }
    let has_bundle = |category: &Category| targets(*category).count() < category.fhir().len();
    if covered.iter().any(has_bundle) {
        report.add(&datatypes, LossKind::Approximated, Topic::Bundle);
    }
    if covered.iter().any(|category| opens_others(*category)) {
        report.widen(datatypes, LossKind::Approximated, Topic::WholeType);
    }
    report.add(
        &path("/datatypes_ver"),
        LossKind::NotExpressible,
        Topic::NoPlace,
    );
    if detail.actions.as_slice() == [Action::List] {
        report.widen(path("/actions"), LossKind::Approximated, Topic::Search);
    }
    // What is free on its axis anyway is not lost by a format that cannot limit it.
    let limits = [
        ("/period", detail.period != Period::OPEN),
        ("/purposes", detail.purposes.len() < Purpose::ALL.len()),
        ("/handling", detail.handling != Handling::Store),
        ("/frequency", detail.frequency != Frequency::Continuing),
        ("/retention", true),
        ("/on_end", detail.on_end != OnEnd::KeepRequiredByLaw),
        ("/onward", true),
        ("/deident", detail.deident != Deident::None),
        ("/exclude", !detail.exclude.is_empty()),
    ];
    for (axis, _) in limits.into_iter().filter(|(_, is_limit)| *is_limit) {
        report.widen(path(axis), LossKind::NotExpressible, Topic::Unlimited);
    }
}
