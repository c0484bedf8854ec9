//! What a check can come to, how outcomes add up, and what counts as met.

use serde::{Deserialize, Serialize};

use crate::criteria::Text;

/// What a case, a check or a criterion came to.
///
/// # Spec
/// Outcome is not status: whether something ran is told apart from what it showed.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The implementation declares that it does not concern it.
    NotApplicable,
    /// At least one thing was asserted, and the controls before and after it held.
    Pass,
    /// Kept, though in a manner that the profile does not recommend.
    Warn,
    /// A person has to decide.
    Review,
    /// What it needs was missing, or a control failed: nothing can be said.
    Inconclusive,
    /// A duty is violated.
    Fail,
    /// The harness, the network or the adapter failed: nothing was tested.
    Error,
}

impl Outcome {
    /// Every outcome, from the lightest to the heaviest.
    pub const ALL: [Self; 7] = [
        Self::NotApplicable,
        Self::Pass,
        Self::Warn,
        Self::Review,
        Self::Inconclusive,
        Self::Fail,
        Self::Error,
    ];

    /// Adds outcomes up: the heaviest counts. Of nothing, nothing can be said.
    ///
    /// # Example
    /// ```
    /// use phr_link_conformance::outcome::Outcome::{self, *};
    /// assert_eq!(Outcome::of_all([Pass, NotApplicable, Warn]), Warn);
    /// assert_eq!(Outcome::of_all([Fail, Inconclusive]), Fail);
    /// assert_eq!(Outcome::of_all([]), Inconclusive);
    /// ```
    #[must_use]
    pub fn of_all(outcomes: impl IntoIterator<Item = Self>) -> Self {
        outcomes.into_iter().max().unwrap_or(Self::Inconclusive)
    }

    /// Takes the lightest: where any one of several ways is enough.
    #[must_use]
    pub fn of_any(outcomes: impl IntoIterator<Item = Self>) -> Self {
        outcomes.into_iter().min().unwrap_or(Self::Inconclusive)
    }

    /// Whether it stands in the way of a certificate.
    #[must_use]
    pub const fn blocks(self) -> bool {
        matches!(
            self,
            Self::Fail | Self::Inconclusive | Self::Review | Self::Error
        )
    }

    /// Its name, as in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotApplicable => "not-applicable",
            Self::Pass => "pass",
            Self::Warn => "warn",
            Self::Review => "review",
            Self::Inconclusive => "inconclusive",
            Self::Fail => "fail",
            Self::Error => "error",
        }
    }
}

/// How sure one can be of an outcome, the weakest first.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Assurance {
    /// The applicant says so.
    Declared,
    /// An assessor accepted evidence.
    Examined,
    /// A check showed it.
    Tested,
}

/// What a whole run comes to. There is no score.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Every duty that applies is met.
    Conforming,
    /// At least one duty is violated.
    NotConforming,
    /// No duty is known to be violated, and some are not decided.
    Incomplete,
    /// Nothing can be said: the target did not answer, or changed, or the harness failed.
    Invalid,
}

impl Verdict {
    /// What follows from the duties that apply.
    ///
    /// # Example
    /// ```
    /// use phr_link_conformance::outcome::{Outcome, Verdict};
    /// let of = |outcomes: &[Outcome]| Verdict::of(outcomes.iter().map(|outcome| (*outcome, !outcome.blocks())));
    /// assert_eq!(of(&[Outcome::Pass, Outcome::Review]), Verdict::Incomplete);
    /// assert_eq!(of(&[Outcome::Pass, Outcome::Fail]), Verdict::NotConforming);
    /// assert_eq!(of(&[]), Verdict::Incomplete);
    /// ```
    #[must_use]
    pub fn of(duties: impl IntoIterator<Item = (Outcome, bool)>) -> Self {
        let (mut heaviest, mut all_met, mut any) = (Outcome::NotApplicable, true, false);
        for (outcome, is_met) in duties {
            heaviest = heaviest.max(outcome);
            all_met &= is_met || outcome == Outcome::NotApplicable;
            any = true;
        }
        match heaviest {
            Outcome::Error => Self::Invalid,
            Outcome::Fail => Self::NotConforming,
            _ if any && all_met => Self::Conforming,
            _ => Self::Incomplete,
        }
    }

    /// What it says, in one sentence.
    #[must_use]
    pub fn sentence(self) -> Text {
        match self {
            Self::Conforming => Text::new(
                "対象となる義務を、すべて満たしています。",
                "Every duty that applies is met.",
            ),
            Self::NotConforming => Text::new(
                "満たしていない義務があります。",
                "At least one duty is violated.",
            ),
            Self::Incomplete => Text::new(
                "まだ判断できない義務があります。",
                "Some duties are not decided yet.",
            ),
            Self::Invalid => Text::new(
                "対象を検査できなかったため、何も言えません。",
                "Nothing can be said: the target was not tested.",
            ),
        }
    }

    /// The exit status of the command.
    #[must_use]
    pub const fn exit(self) -> u8 {
        match self {
            Self::Conforming => 0,
            Self::NotConforming => 1,
            Self::Incomplete => 4,
            Self::Invalid => 5,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Adding up knows no order and no repetition, and something worse never makes it better.
    #[test]
    fn adding_up_is_a_maximum() {
        for left in Outcome::ALL {
            assert_eq!(Outcome::of_all([left, left]), left);
            for right in Outcome::ALL {
                let both = Outcome::of_all([left, right]);
                assert_eq!(both, Outcome::of_all([right, left]));
                assert!(both >= left && both >= right);
                for third in Outcome::ALL {
                    assert_eq!(
                        Outcome::of_all([both, third]),
                        Outcome::of_all([left, Outcome::of_all([right, third])])
                    );
                    // A verdict never gets better by one more duty.
                    let met = |outcome: Outcome| (outcome, !outcome.blocks());
                    let two = Verdict::of([met(left), met(right)]);
                    let three = Verdict::of([met(left), met(right), met(third)]);
                    assert!(two == Verdict::Conforming || three != Verdict::Conforming);
                }
            }
        }
    }

    #[test]
    fn nothing_undecided_and_nothing_declared_alone_is_conforming() {
        assert_eq!(Verdict::of([(Outcome::Pass, false)]), Verdict::Incomplete);
        for outcome in [Outcome::Review, Outcome::Inconclusive] {
            assert_eq!(Verdict::of([(outcome, false)]), Verdict::Incomplete);
        }
        assert_eq!(
            Verdict::of([(Outcome::Fail, false), (Outcome::Error, false)]),
            Verdict::Invalid
        );
    }
}
