//! The report of a view.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::json::{Json, object};
use super::loss::{Loss, LossKind, Topic};

/// What a view does not say as the consent does.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Report {
    /// Each difference, in the order of the claims as the view reads them.
    pub losses: Vec<Loss>,
    pub(super) is_over: bool,
    pub(super) is_empty: bool,
}

impl Report {
    /// Tells whether somebody who reads the view alone would permit more than the consent does.
    ///
    /// A view that permits nothing, as that of a consent that is over, is never wider.
    ///
    /// # Spec
    /// §16.3
    #[must_use]
    pub fn is_wider(&self) -> bool {
        !self.is_over && !self.is_empty && self.losses.iter().any(|loss| loss.widens)
    }

    pub(super) fn add(&mut self, path: &str, kind: LossKind, topic: Topic) {
        self.push(path.to_string(), kind, topic, false);
    }

    /// Notes the loss of a restriction.
    pub(super) fn widen(&mut self, path: String, kind: LossKind, topic: Topic) {
        self.push(path, kind, topic, true);
    }

    /// Notes claims that have no place in the format and restrict nothing by themselves.
    pub(super) fn no_place(&mut self, paths: &[&str]) {
        for path in paths {
            self.add(path, LossKind::NotExpressible, Topic::NoPlace);
        }
    }

    pub(super) fn push(&mut self, path: String, kind: LossKind, topic: Topic, widens: bool) {
        self.losses.push(Loss {
            path,
            kind,
            widens,
            topic,
        });
    }

    pub(super) fn to_json(&self) -> Json {
        object([
            ("is_wider", self.is_wider().into()),
            (
                "losses",
                Json::Array(self.losses.iter().map(Loss::to_json).collect()),
            ),
        ])
    }
}
