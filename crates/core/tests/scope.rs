//! The laws of "narrower": what a child lets through, its parent lets through, on every axis.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use phr_link::catalogue::Category;
use phr_link::scope::{
    Action, Axis, Deident, Detail, Flag, Frequency, Handling, OnEnd, Onward, Period, Purpose,
    Retention, Role, check_details, check_narrower,
};
use phr_link::time::Day;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

const CODES: [&str; 4] = ["allergy", "lab-result", "e-prescription", "whole-genome"];
const DAYS: [&str; 4] = ["2019-12-31", "2020-01-01", "2026-11-29", "2026-11-30"];
const IDS: [&str; 3] = [
    "https://a.example",
    "https://b.example",
    "https://c.example",
];
const PURPOSES: [Purpose; 4] = [
    Purpose::Care,
    Purpose::SelfView,
    Purpose::ResearchConsented,
    Purpose::Marketing,
];
const ROLES: [Role; 3] = [Role::Pharmacy, Role::MedicalInstitution, Role::Researcher];

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

/// Between one and all of some values, in the order they are listed in or the other way round.
fn some<T: Clone + std::fmt::Debug + 'static>(all: &[T]) -> impl Strategy<Value = Vec<T>> + use<T> {
    (subsequence(all.to_vec(), 1..=all.len()), any::<bool>()).prop_map(reverse)
}

fn any_of<T: Clone + std::fmt::Debug + 'static>(
    all: &[T],
) -> impl Strategy<Value = Vec<T>> + use<T> {
    (subsequence(all.to_vec(), 0..=all.len()), any::<bool>()).prop_map(reverse)
}

fn reverse<T>((mut items, reversed): (Vec<T>, bool)) -> Vec<T> {
    if reversed {
        items.reverse();
    }
    items
}

fn period() -> impl Strategy<Value = Period> {
    let end = || proptest::option::of(select(&DAYS[..]));
    (end(), end())
        .prop_map(|(from, to)| Period {
            from: from.map(day),
            to: to.map(day),
        })
        .prop_filter("no day at all", |period| {
            period.overlap(&Period::OPEN).is_some()
        })
}

fn retention() -> impl Strategy<Value = Retention> {
    prop_oneof![
        select(&[0_i64, 1, 30, 3_650][..]).prop_map(Retention::Days),
        select(&DAYS[..]).prop_map(|text| Retention::Until(day(text))),
    ]
}

fn detail() -> impl Strategy<Value = Detail> {
    let codes: Vec<_> = CODES
        .iter()
        .filter_map(|code| Category::parse(code))
        .collect();
    let ids: Vec<_> = IDS.iter().map(ToString::to_string).collect();
    (
        (
            some(&[Action::List, Action::Read]),
            some(&codes),
            period(),
            some(&PURPOSES),
        ),
        (
            select(Handling::ALL),
            select(Frequency::ALL),
            retention(),
            select(OnEnd::ALL),
        ),
        (
            any_of(&ids),
            any_of(&ROLES),
            select(Deident::ALL),
            any_of(Flag::ALL),
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

fn details() -> impl Strategy<Value = Vec<Detail>> {
    proptest::collection::vec(detail(), 0..4)
}

/// A detail and one that is narrower in any number of ways.
fn narrowed() -> impl Strategy<Value = (Detail, Detail)> {
    (detail(), detail()).prop_map(|(outer, other)| {
        let mut inner = outer.clone();
        inner
            .actions
            .retain(|action| other.actions.contains(action));
        inner
            .datatypes
            .retain(|code| other.datatypes.contains(code));
        inner
            .purposes
            .retain(|purpose| other.purposes.contains(purpose));
        if inner.actions.is_empty() {
            inner.actions.clone_from(&outer.actions);
        }
        if inner.datatypes.is_empty() {
            inner.datatypes.clone_from(&outer.datatypes);
        }
        if inner.purposes.is_empty() {
            inner.purposes.clone_from(&outer.purposes);
        }
        inner.period = outer.period.overlap(&other.period).unwrap_or(outer.period);
        inner.handling = inner.handling.min(other.handling);
        inner.frequency = inner.frequency.min(other.frequency);
        inner.on_end = inner.on_end.min(other.on_end);
        inner.deident = inner.deident.max(other.deident);
        inner.onward.to.retain(|id| other.onward.to.contains(id));
        inner
            .onward
            .roles
            .retain(|role| other.onward.roles.contains(role));
        inner.retention = match (outer.retention, other.retention) {
            (Retention::Days(left), Retention::Days(right)) => Retention::Days(left.min(right)),
            (Retention::Until(left), Retention::Until(right)) => Retention::Until(left.min(right)),
            _ => outer.retention,
        };
        for flag in other.exclude {
            if !inner.exclude.contains(&flag) {
                inner.exclude.push(flag);
            }
        }
        (inner, outer)
    })
}

/// One concrete thing that somebody does with one record: the meaning of a detail, written anew and
/// without comparing details.
#[derive(Clone, Debug)]
struct Deed {
    action: Action,
    code: Category,
    day: Day,
    purpose: Purpose,
    handling: Handling,
    again: bool,
    kept_days: i64,
    kept_until: Day,
    at_end: OnEnd,
    passed_to: Option<String>,
    passed_to_role: Option<Role>,
    names: Deident,
    reveals: Option<Flag>,
}

fn deed() -> impl Strategy<Value = Deed> {
    let codes: Vec<_> = CODES
        .iter()
        .filter_map(|code| Category::parse(code))
        .collect();
    (
        (
            select(&[Action::List, Action::Read][..]),
            select(codes),
            select(&DAYS[..]),
        ),
        (select(&PURPOSES[..]), select(Handling::ALL), any::<bool>()),
        (
            select(&[0_i64, 1, 2, 30, 31, 3_650][..]),
            select(&DAYS[..]),
            select(OnEnd::ALL),
        ),
        (
            proptest::option::of(select(&IDS[..])),
            proptest::option::of(select(&ROLES[..])),
        ),
        (
            select(Deident::ALL),
            proptest::option::of(select(Flag::ALL)),
        ),
    )
        .prop_map(|(what, how, kept, passed, who)| Deed {
            action: what.0,
            code: what.1,
            day: day(what.2),
            purpose: how.0,
            handling: how.1,
            again: how.2,
            kept_days: kept.0,
            kept_until: day(kept.1),
            at_end: kept.2,
            passed_to: passed.0.map(str::to_owned),
            passed_to_role: passed.1,
            names: who.0,
            reveals: who.1,
        })
}

fn allows(detail: &Detail, deed: &Deed) -> bool {
    let Period { from, to } = detail.period;
    let is_kept_as_said = match detail.retention {
        Retention::Days(days) => deed.kept_days <= days,
        Retention::Until(until) => deed.kept_until <= until,
    };
    detail.actions.contains(&deed.action)
        && detail.datatypes.contains(&deed.code)
        && from.is_none_or(|from| from <= deed.day)
        && to.is_none_or(|to| deed.day <= to)
        && detail.purposes.contains(&deed.purpose)
        && deed.handling <= detail.handling
        && (detail.frequency == Frequency::Continuing || !deed.again)
        && is_kept_as_said
        && deed.at_end <= detail.on_end
        && deed
            .passed_to
            .as_ref()
            .is_none_or(|id| detail.onward.to.contains(id))
        && deed
            .passed_to_role
            .is_none_or(|role| detail.onward.roles.contains(&role))
        && deed.names >= detail.deident
        && deed
            .reveals
            .is_none_or(|flag| !detail.exclude.contains(&flag))
}

/// Widens one axis, or `None` if it is as wide as it can be.
fn widen(detail: &Detail, axis: Axis) -> Option<Detail> {
    let mut wide = detail.clone();
    match axis {
        Axis::Actions => push_missing(&mut wide.actions, Action::ALL)?,
        Axis::Datatypes => {
            let all: Vec<_> = Category::all().collect();
            push_missing(&mut wide.datatypes, &all)?;
        }
        Axis::DatatypesVer => wide.datatypes_ver.push('1'),
        Axis::Period => {
            wide.period.from.or(wide.period.to)?;
            if wide.period.from.is_some() {
                wide.period.from = None;
            } else {
                wide.period.to = None;
            }
        }
        Axis::Purposes => push_missing(&mut wide.purposes, Purpose::ALL)?,
        Axis::Handling => wide.handling = next(Handling::ALL, wide.handling)?,
        Axis::Frequency => wide.frequency = next(Frequency::ALL, wide.frequency)?,
        Axis::Retention => {
            wide.retention = match wide.retention {
                Retention::Days(days) => Retention::Days(days + 1),
                Retention::Until(until) => Retention::Until(until.plus(1)),
            };
        }
        Axis::OnEnd => wide.on_end = next(OnEnd::ALL, wide.on_end)?,
        Axis::Onward => push_missing(&mut wide.onward.roles, Role::ALL)?,
        Axis::Deident => {
            let weaker = Deident::ALL
                .iter()
                .rev()
                .find(|other| **other < wide.deident)?;
            wide.deident = *weaker;
        }
        Axis::Exclude => {
            wide.exclude.pop()?;
        }
    }
    Some(wide)
}

fn push_missing<T: Copy + PartialEq>(items: &mut Vec<T>, all: &[T]) -> Option<()> {
    items.push(*all.iter().find(|item| !items.contains(item))?);
    Some(())
}

fn next<T: Copy + Ord>(all: &[T], value: T) -> Option<T> {
    all.iter().copied().filter(|other| *other > value).min()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn a_detail_is_as_wide_as_itself(details in details()) {
        prop_assert_eq!(check_narrower(&details, &details), Ok(()));
    }

    #[test]
    fn narrowing_is_accepted((inner, outer) in narrowed()) {
        prop_assert_eq!(check_narrower(std::slice::from_ref(&inner), &[outer]), Ok(()));
        prop_assert!(check_details(&[inner]).is_ok());
    }

    #[test]
    fn narrowing_twice_is_narrowing((inner, outer) in narrowed(), (third, _) in narrowed()) {
        // Where the third fits the first it fits the second as well.
        if check_narrower(std::slice::from_ref(&third), &[inner]).is_ok() {
            prop_assert_eq!(check_narrower(&[third], &[outer]), Ok(()));
        }
    }

    #[test]
    fn widening_any_one_axis_is_refused_by_its_name(
        (inner, outer) in narrowed(), axis in select(Axis::ALL)
    ) {
        // What is wider than the parent is refused, however narrow the rest is.
        if let Some(wide) = widen(&outer, axis) {
            let changed = Detail {
                actions: if axis == Axis::Actions { wide.actions.clone() } else { inner.actions.clone() },
                handling: if axis == Axis::Handling { wide.handling } else { inner.handling },
                ..wide.clone()
            };
            for child in [wide, changed] {
                let refused = check_narrower(&[child], std::slice::from_ref(&outer));
                prop_assert_eq!(refused.map_err(|wider| wider.axis), Err(axis));
            }
        }
    }

    #[test]
    fn what_the_child_lets_through_one_parent_lets_through(
        child in details(), parent in details(), (inner, outer) in narrowed(), deed in deed()
    ) {
        for (child, parent) in [(child, parent), (vec![inner], vec![outer])] {
            if check_narrower(&child, &parent).is_ok() && child.iter().any(|detail| allows(detail, &deed)) {
                prop_assert!(parent.iter().any(|detail| allows(detail, &deed)), "{deed:?}");
            }
        }
    }

    #[test]
    fn the_order_of_anything_does_not_matter(child in details(), parent in details()) {
        let turned = |details: &[Detail]| -> Vec<Detail> {
            details.iter().rev().cloned().map(|mut detail| {
                detail.actions.reverse();
                detail.datatypes.reverse();
                detail.purposes.reverse();
                detail.onward.to.reverse();
                detail.onward.roles.reverse();
                detail.exclude.reverse();
                detail
            }).collect()
        };
        prop_assert_eq!(
            check_narrower(&child, &parent).is_ok(),
            check_narrower(&turned(&child), &turned(&parent)).is_ok()
        );
    }
}
