//! How long a recipient keeps records.

use serde::{Deserialize, Serialize};

use crate::time::Day;

/// How long records are kept: for a number of days after they are received, or until a day.
///
/// The two kinds are not compared: which is shorter depends on when records arrive.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Retention {
    /// Days after receipt; 0 keeps nothing.
    Days(i64),
    /// Until the end of a day in Japan.
    Until(Day),
}

impl Retention {
    /// Tells whether this is no longer than `other`, and of the same kind.
    #[must_use]
    pub fn is_within(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Days(own), Self::Days(other)) => own <= other,
            (Self::Until(own), Self::Until(other)) => own <= other,
            _ => false,
        }
    }
}
