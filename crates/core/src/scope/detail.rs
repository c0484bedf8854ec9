//! One detail: which records, for what, how.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::{
    Action, Axis, Deident, Flag, Frequency, Handling, OnEnd, Onward, Period, Purpose, Retention,
    is_subset,
};
use crate::catalogue::{self, Category};
use crate::claims::has_no_repeats;
use crate::codes::Code;
use crate::error::{Error, Result};
use crate::identifier::is_entity_id;

/// The one value of a detail's `type`.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub enum DetailType {
    /// Records of a personal health record.
    #[default]
    #[serde(rename = "phr-records")]
    PhrRecords,
}

/// One entry of `authorization_details` (RFC 9396).
///
/// Every axis is there in every detail: what is missing is refused, never inherited.
///
/// # Spec
/// §5.1
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Detail {
    /// `phr-records`.
    #[serde(rename = "type")]
    pub detail_type: DetailType,
    /// What may be done.
    pub actions: Vec<Action>,
    /// Which categories of records.
    pub datatypes: Vec<Category>,
    /// The version of the catalogue that the codes are from.
    pub datatypes_ver: String,
    /// From when the records are.
    pub period: Period,
    /// For what they are read.
    pub purposes: Vec<Purpose>,
    /// How they are handled.
    pub handling: Handling,
    /// How often they are read.
    pub frequency: Frequency,
    /// How long they are kept.
    pub retention: Retention,
    /// What happens to them at the end.
    pub on_end: OnEnd,
    /// To whom they may be passed on.
    pub onward: Onward,
    /// How far they are de-identified.
    pub deident: Deident,
    /// Which sensitivities are left out.
    pub exclude: Vec<Flag>,
}

impl Detail {
    /// Makes a detail for one reading of categories by their reader alone: view, once, nothing
    /// kept, nothing passed on. Loosen what the person shall be asked for.
    #[must_use]
    pub fn strictest(datatypes: Vec<Category>, purpose: Purpose) -> Self {
        Self {
            detail_type: DetailType::PhrRecords,
            actions: [Action::List, Action::Read].into(),
            datatypes,
            datatypes_ver: catalogue::VERSION.to_string(),
            period: Period::OPEN,
            purposes: [purpose].into(),
            handling: Handling::View,
            frequency: Frequency::Once,
            retention: Retention::Days(0),
            on_end: OnEnd::Erase,
            onward: Onward::default(),
            deident: Deident::None,
            exclude: Vec::new(),
        }
    }

    /// Gives the first axis on which this is wider than `parent`, and how many axes were passed.
    pub(super) fn wider_than(&self, parent: &Self) -> Option<Axis> {
        let comparisons = [
            (Axis::Actions, is_subset(&self.actions, &parent.actions)),
            (
                Axis::Datatypes,
                is_subset(&self.datatypes, &parent.datatypes),
            ),
            (
                Axis::DatatypesVer,
                self.datatypes_ver == parent.datatypes_ver,
            ),
            (Axis::Period, self.period.is_inside(&parent.period)),
            (Axis::Purposes, is_subset(&self.purposes, &parent.purposes)),
            (Axis::Handling, self.handling <= parent.handling),
            (Axis::Frequency, self.frequency <= parent.frequency),
            (Axis::Retention, self.retention.is_within(&parent.retention)),
            (Axis::OnEnd, self.on_end <= parent.on_end),
            (Axis::Onward, self.onward.is_inside(&parent.onward)),
            (Axis::Deident, self.deident >= parent.deident),
            (Axis::Exclude, is_subset(&parent.exclude, &self.exclude)),
        ];
        comparisons
            .into_iter()
            .find(|(axis, holds)| {
                let is_overlooked = match axis {
                    Axis::Actions => mutant!("m-chain-no-subset-op"),
                    Axis::Datatypes => mutant!("m-chain-no-subset-category"),
                    Axis::Period => mutant!("m-chain-no-subset-period"),
                    Axis::Purposes => mutant!("m-chain-no-subset-purpose"),
                    _ => false,
                };
                !holds && !is_overlooked
            })
            .map(|(axis, _)| axis)
    }

    /// Tells whether it holds a category that needs its own switch or a release.
    #[must_use]
    pub fn is_sensitive(&self) -> bool {
        self.datatypes
            .iter()
            .any(|category| category.is_sensitive())
    }

    /// Checks the values.
    fn check(&self, at: usize) -> Result<()> {
        let path = |name: &str| format!("/authorization_details/{at}/{name}");
        let check = |holds: bool, name: &str| {
            if holds {
                Ok(())
            } else {
                Err(Error::at(Code::ClaimsInvalid, &path(name)))
            }
        };
        check(
            !self.actions.is_empty() && has_no_repeats(&self.actions),
            "actions",
        )?;
        check(
            !self.datatypes.is_empty() && has_no_repeats(&self.datatypes),
            "datatypes",
        )?;
        if self.datatypes_ver != catalogue::VERSION {
            return Err(Error::at(
                Code::CatalogueVersionUnknown,
                &path("datatypes_ver"),
            ));
        }
        check(self.period.overlap(&Period::OPEN).is_some(), "period")?;
        check(
            !self.purposes.is_empty() && has_no_repeats(&self.purposes),
            "purposes",
        )?;
        check(
            !matches!(self.retention, Retention::Days(days) if days < 0),
            "retention",
        )?;
        check(
            has_no_repeats(&self.onward.to) && has_no_repeats(&self.onward.roles),
            "onward",
        )?;
        check(self.onward.to.iter().all(|id| is_entity_id(id)), "onward")?;
        check(has_no_repeats(&self.exclude), "exclude")
    }
}

/// Checks the values of a list of details; two equal ones are refused.
///
/// # Errors
/// `claims.invalid`, `catalogue.version-unknown`
pub fn check_details(details: &[Detail]) -> Result<()> {
    for (at, detail) in details.iter().enumerate() {
        detail.check(at)?;
    }
    if has_no_repeats(details) {
        Ok(())
    } else {
        Err(Error::at(Code::ClaimsInvalid, "/authorization_details"))
    }
}
