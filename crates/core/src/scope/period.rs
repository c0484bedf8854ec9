//! The period of records 対象期間.

use serde::{Deserialize, Serialize};

use crate::time::Day;

/// Days in Japan, both inclusive; an absent end is open.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Period {
    /// The first day.
    pub from: Option<Day>,
    /// The last day.
    pub to: Option<Day>,
}

impl Period {
    /// Every day.
    pub const OPEN: Self = Self {
        from: None,
        to: None,
    };

    /// Tells whether every day of this period lies in `outer`; open is never inside closed.
    #[must_use]
    pub fn is_inside(&self, outer: &Self) -> bool {
        let starts_inside = match (self.from, outer.from) {
            (_, None) => true,
            (None, Some(_)) => false,
            (Some(inner), Some(outer)) => inner >= outer,
        };
        let ends_inside = match (self.to, outer.to) {
            (_, None) => true,
            (None, Some(_)) => false,
            (Some(inner), Some(outer)) => inner <= outer,
        };
        starts_inside && ends_inside
    }

    /// Tells whether the days from `first` to `last` all lie in the period.
    #[must_use]
    pub fn contains(&self, first: Day, last: Day) -> bool {
        Self {
            from: Some(first),
            to: Some(last),
        }
        .is_inside(self)
    }

    /// Gives the days that lie in both periods, or `None` if there are none.
    #[must_use]
    pub fn overlap(&self, other: &Self) -> Option<Self> {
        let from = self.from.max(other.from);
        let to = match (self.to, other.to) {
            (None, end) | (end, None) => end,
            (Some(left), Some(right)) => Some(left.min(right)),
        };
        match (from, to) {
            (Some(from), Some(to)) if from > to => None,
            _ => Some(Self { from, to }),
        }
    }
}
