//! Scope: what a consent, a grant or a delegation covers, and whether one fits inside another.

use crate::error::Error;

mod detail;
mod onward;
mod period;
mod retention;
pub(crate) mod words;

pub use detail::{Detail, DetailType, check_details};
pub use onward::Onward;
pub use period::Period;
pub use retention::Retention;
pub use words::{Action, Axis, Deident, Flag, Frequency, Handling, OnEnd, Purpose, Role};

/// Where a child is wider than its parent.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Wider {
    /// The axis.
    pub axis: Axis,
    /// The child's detail.
    pub child: usize,
    /// The parent's detail that got furthest.
    pub parent: usize,
}

impl From<Wider> for Error {
    fn from(wider: Wider) -> Self {
        Self::at(
            wider.axis.code(),
            &alloc::format!("/authorization_details/{}", wider.child),
        )
    }
}

/// Checks that every detail of `child` fits inside one detail of `parent`.
///
/// This one comparison answers "does the grant fit the consent" and "does the delegation fit its
/// parent". Details of the parent are never joined to cover one detail of the child.
///
/// # Errors
/// [`Wider`]: the first detail that does not fit, and the axis on which the parent's detail that
/// got furthest failed (the one with the lowest index among equals)
///
/// # Spec
/// §5.2
///
/// # Example
/// ```
/// use phr_link::scope::{Axis, Detail, Handling, Purpose, check_narrower};
/// use phr_link::catalogue::Category;
/// let parent = Detail::strictest(vec![Category::parse("allergy").unwrap()], Purpose::Care);
/// let child = Detail { handling: Handling::Store, ..parent.clone() };
/// assert_eq!(check_narrower(&[parent.clone()], &[parent.clone()]), Ok(()));
/// assert_eq!(check_narrower(&[child], &[parent]).unwrap_err().axis, Axis::Handling);
/// ```
pub fn check_narrower(child: &[Detail], parent: &[Detail]) -> Result<(), Wider> {
    for (child_at, detail) in child.iter().enumerate() {
        let mut furthest: Option<Wider> = None;
        let mut fits = false;
        for (parent_at, outer) in parent.iter().enumerate() {
            let Some(axis) = detail.wider_than(outer) else {
                fits = true;
                break;
            };
            // `Axis` is ordered as it is compared: a later axis is further.
            if furthest.is_none_or(|best| axis > best.axis) {
                furthest = Some(Wider {
                    axis,
                    child: child_at,
                    parent: parent_at,
                });
            }
        }
        if !fits {
            let nothing = Wider {
                axis: Axis::Actions,
                child: child_at,
                parent: 0,
            };
            return Err(furthest.unwrap_or(nothing));
        }
    }
    Ok(())
}

pub(crate) fn is_subset<T: PartialEq>(inner: &[T], outer: &[T]) -> bool {
    inner.iter().all(|item| outer.contains(item))
        || (outer.is_empty() && mutant!("m-empty-means-all"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Category;
    use crate::time::Day;

    fn base() -> Detail {
        let category = |code| Category::parse(code).unwrap();
        let mut detail = Detail::strictest(
            vec![category("allergy"), category("lab-result")],
            Purpose::Care,
        );
        detail.purposes.push(Purpose::MedicationSafety);
        detail.period = Period {
            from: Day::parse("2020-01-01"),
            to: Day::parse("2026-12-31"),
        };
        detail.handling = Handling::Query;
        detail.frequency = Frequency::Continuing;
        detail.retention = Retention::Days(30);
        detail.on_end = OnEnd::Anonymise;
        detail.onward = Onward {
            to: vec!["https://a.example".into()],
            roles: vec![Role::Pharmacy],
        };
        detail.deident = Deident::Pseudonymous;
        detail.exclude = vec![Flag::Mental];
        detail
    }

    #[test]
    fn each_axis_is_found_when_it_alone_is_wider() {
        let widen: [(Axis, fn(&mut Detail)); 14] = [
            (Axis::Datatypes, |d| {
                d.datatypes.push(Category::parse("key-image").unwrap())
            }),
            (Axis::DatatypesVer, |d| d.datatypes_ver = "2027.1".into()),
            (Axis::Period, |d| d.period.from = Day::parse("2019-12-31")),
            (Axis::Period, |d| d.period.to = None),
            (Axis::Purposes, |d| d.purposes.push(Purpose::Marketing)),
            (Axis::Handling, |d| d.handling = Handling::Store),
            (Axis::Retention, |d| d.retention = Retention::Days(31)),
            (Axis::Retention, |d| {
                d.retention = Retention::Until(Day::parse("2020-01-01").unwrap())
            }),
            (Axis::OnEnd, |d| d.on_end = OnEnd::KeepRequiredByLaw),
            (Axis::Onward, |d| {
                d.onward.to.push("https://b.example".into())
            }),
            (Axis::Onward, |d| d.onward.roles.push(Role::Researcher)),
            (Axis::Deident, |d| d.deident = Deident::None),
            (Axis::Exclude, |d| d.exclude.clear()),
            (Axis::Datatypes, |d| {
                d.datatypes = vec![
                    Category::parse("allergy").unwrap(),
                    Category::parse("lifelog").unwrap(),
                ]
            }),
        ];
        for (axis, change) in widen {
            let mut child = base();
            change(&mut child);
            assert_eq!(check_narrower(&[child], &[base()]).unwrap_err().axis, axis);
        }
        let mut parent = base();
        parent.actions = vec![Action::List];
        assert_eq!(
            check_narrower(&[base()], &[parent]).unwrap_err().axis,
            Axis::Actions
        );
        let mut parent = base();
        parent.frequency = Frequency::Once;
        assert_eq!(
            check_narrower(&[base()], &[parent]).unwrap_err().axis,
            Axis::Frequency
        );
    }

    #[test]
    fn the_parent_that_got_furthest_is_named_and_parents_are_never_joined() {
        let category = |code| vec![Category::parse(code).unwrap()];
        let left = Detail {
            datatypes: category("allergy"),
            ..base()
        };
        let right = Detail {
            datatypes: category("lab-result"),
            ..base()
        };
        assert_eq!(
            check_narrower(&[base()], &[left.clone(), right]),
            Err(Wider {
                axis: Axis::Datatypes,
                child: 0,
                parent: 0
            })
        );
        let far = Detail {
            exclude: vec![Flag::Mental, Flag::Genetic],
            ..base()
        };
        assert_eq!(
            check_narrower(&[base(), base()], &[left.clone(), far, left]),
            Err(Wider {
                axis: Axis::Exclude,
                child: 0,
                parent: 1
            })
        );
        assert_eq!(check_narrower(&[], &[]), Ok(()));
        assert!(check_narrower(&[base()], &[]).is_err());
    }

    #[test]
    fn periods_count_days_and_open_is_never_inside_closed() {
        let day = |text| Day::parse(text);
        let closed = Period {
            from: day("2026-01-01"),
            to: day("2026-11-30"),
        };
        assert!(closed.is_inside(&Period::OPEN) && !Period::OPEN.is_inside(&closed));
        assert!(closed.contains(day("2026-11-30").unwrap(), day("2026-11-30").unwrap()));
        assert!(!closed.contains(day("2026-11-30").unwrap(), day("2026-12-01").unwrap()));
        assert_eq!(
            closed.overlap(&Period {
                from: day("2027-01-01"),
                to: None
            }),
            None
        );
    }
}
