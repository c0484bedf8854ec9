//! Which records of a category a permitted request may be shown.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::catalogue::{Category, Mode};
use crate::codes::Code;
use crate::scope::{Flag, Period};
use crate::time::{Day, Timestamp, covered_days};

/// What the verdict needs to know of one record; no health data.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RecordMeta {
    /// The record's name in the holder's store.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// When it is from: a FHIR date, dateTime or instant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// The sensitivities that it reveals.
    #[serde(default)]
    pub flags: Vec<Flag>,
    /// Its marks, such as `UNINFORMED`.
    #[serde(default)]
    pub tags: Vec<String>,
}

/// A record that a member of the holder's staff has released.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Release {
    /// The category.
    pub category: Category,
    /// The record.
    pub record: String,
    /// Who released it.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// Which records of a category may be shown. The holder applies it before it counts, pages, or
/// computes an `ETag`, so that what is left out leaves no trace.
///
/// # Spec
/// §10.3
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RecordFilter {
    /// The category.
    pub category: Category,
    /// The mode.
    pub mode: Mode,
    /// Whether everyone who gets the records treats the person: a diagnosis that the person was not
    /// told is shown to nobody else, and to these with its mark.
    pub institution_side: bool,
    /// The days.
    pub period: Period,
    /// The first day that the source may show.
    pub look_back_from: Option<Day>,
    /// The sensitivities left out.
    pub exclude: Vec<Flag>,
    /// The records released, where each one has to be.
    pub released: Option<Vec<String>>,
}

/// The diagnosis was not told to the person yet 未告知.
pub const UNINFORMED: &str = "UNINFORMED";

/// The diagnosis is not to be delivered 未提供.
pub const UNDELIVERED: &str = "UNDELIVERED";

impl RecordFilter {
    /// Tells whether a record may be shown.
    #[must_use]
    pub fn admits(&self, record: &RecordMeta) -> bool {
        self.check(record).is_ok()
    }

    /// Tells whether a record may be shown, and if not why.
    ///
    /// # Errors
    /// `scope.not-disclosed`, `scope.period-not-granted`, `catalogue.look-back`,
    /// `scope.excluded`, `scope.release-required`
    pub fn check(&self, record: &RecordMeta) -> Result<(), Code> {
        if self.hides(record) {
            return Err(Code::ScopeNotDisclosed);
        }
        // An undated record is outside every period; a partial date has to lie wholly inside.
        let days = record.date.as_deref().and_then(covered_days);
        let (first, last) = days.ok_or(Code::ScopePeriodNotGranted)?;
        if !self.period.contains(first, last) {
            return Err(Code::ScopePeriodNotGranted);
        }
        if self.look_back_from.is_some_and(|start| first < start) {
            return Err(Code::CatalogueLookBack);
        }
        if record.flags.iter().any(|flag| self.exclude.contains(flag)) {
            return Err(Code::ScopeExcluded);
        }
        if let Some(released) = &self.released
            && record.id.as_ref().is_none_or(|id| !released.contains(id))
        {
            return Err(Code::ScopeReleaseRequired);
        }
        Ok(())
    }

    /// Patient-side readers never learn of a diagnosis that the person was not told; institutions
    /// see it with its mark. What is not to be delivered is shown to nobody.
    fn hides(&self, record: &RecordMeta) -> bool {
        let has = |mark: &str| record.tags.iter().any(|tag| tag == mark);
        has(UNDELIVERED)
            || (has(UNINFORMED) && !self.institution_side && !mutant!("m-uninformed-shown"))
    }
}

/// Tells whether a reader of this mode is an institution that treats the person.
pub(super) const fn is_institution(mode: Mode) -> bool {
    matches!(mode, Mode::Med | Mode::Emergency | Mode::Disaster)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(mode: Mode) -> RecordFilter {
        RecordFilter {
            category: Category::parse("disclosed-diagnosis").unwrap(),
            mode,
            institution_side: is_institution(mode),
            period: Period {
                from: Day::parse("2024-01-01"),
                to: Day::parse("2026-11-30"),
            },
            look_back_from: Day::parse("2024-06-01"),
            exclude: vec![Flag::Mental],
            released: None,
        }
    }

    fn record(date: &str) -> RecordMeta {
        RecordMeta {
            date: Some(date.into()),
            ..RecordMeta::default()
        }
    }

    #[test]
    fn days_are_those_of_japan_and_partial_dates_lie_wholly_inside() {
        let filter = filter(Mode::Phr);
        for (date, outcome) in [
            ("2026-11-30T14:59:59Z", Ok(())),
            ("2026-11-30T15:00:00Z", Err(Code::ScopePeriodNotGranted)),
            ("2025", Ok(())),
            ("2026", Err(Code::ScopePeriodNotGranted)),
            ("2024-06", Ok(())),
            ("2024-05", Err(Code::CatalogueLookBack)),
            ("2023-12-31", Err(Code::ScopePeriodNotGranted)),
            ("soon", Err(Code::ScopePeriodNotGranted)),
        ] {
            assert_eq!(filter.check(&record(date)), outcome, "{date}");
        }
        assert_eq!(
            filter.check(&RecordMeta::default()),
            Err(Code::ScopePeriodNotGranted)
        );
    }

    #[test]
    fn marks_flags_and_releases() {
        let marked = |mark: &str| RecordMeta {
            tags: vec![mark.into()],
            ..record("2025-01-01")
        };
        for mode in [
            Mode::SelfView,
            Mode::Agent,
            Mode::Phr,
            Mode::Care,
            Mode::ResearchConsented,
        ] {
            assert_eq!(
                filter(mode).check(&marked(UNINFORMED)),
                Err(Code::ScopeNotDisclosed)
            );
        }
        assert!(filter(Mode::Med).admits(&marked(UNINFORMED)));
        assert!(!filter(Mode::Med).admits(&marked(UNDELIVERED)));
        assert!(filter(Mode::Phr).admits(&marked("LTS")));
        let flagged = RecordMeta {
            flags: vec![Flag::Mental],
            ..record("2025-01-01")
        };
        assert_eq!(filter(Mode::Phr).check(&flagged), Err(Code::ScopeExcluded));
        let released = RecordFilter {
            released: Some(vec!["r1".into()]),
            ..filter(Mode::Med)
        };
        assert_eq!(
            released.check(&record("2025-01-01")),
            Err(Code::ScopeReleaseRequired)
        );
        assert!(released.admits(&RecordMeta {
            id: Some("r1".into()),
            ..record("2025-01-01")
        }));
    }
}
