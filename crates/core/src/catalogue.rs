//! The catalogue: every category of records as data, with the rules that the verdict applies.
//!
//! The data is `data/catalogue.toml`; `cargo xtask gen` turns it into the table that is compiled in.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::codes::Lang;
use crate::scope::words::words;
use crate::scope::{Flag, Role};
use crate::time::Day;

mod table;

pub use table::VERSION;

/// A category of records, such as `allergy`.
///
/// # Example
/// ```
/// use phr_link::{Lang, catalogue::{Category, Mode}};
/// let allergy = Category::parse("allergy").unwrap();
/// assert_eq!(allergy.label(Lang::Ja), "アレルギー情報");
/// assert!(allergy.allows(Mode::Phr) && !Category::parse("whole-genome").unwrap().allows(Mode::Phr));
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Category(u8);

words! {
    /// By whom and on what ground records are seen.
    Mode {
        /// The person.
        SelfView = "self",
        /// An agent of the person.
        Agent = "agent",
        /// A private PHR operator.
        Phr = "phr",
        /// A medical institution or pharmacy.
        Med = "med",
        /// A care provider.
        Care = "care",
        /// An emergency, on identity.
        Emergency = "emergency",
        /// A disaster, on identity, under an activation.
        Disaster = "disaster",
        /// Research with consent.
        ResearchConsented = "research-consented",
    }
}

words! {
    /// Who has data by statute, and so gets no grant.
    Statute {
        /// Public health centres.
        Phc = "phc",
        /// Insurers.
        Insurer = "insurer",
        /// Schools.
        School = "school",
        /// Research on the national databases.
        ResearchNdb = "research-ndb",
    }
}

words! {
    /// How sensitive a category is.
    Sensitivity {
        /// Special care, as all health data.
        S1 = "S1",
        /// Its own switch, never part of "all".
        S2 = "S2",
        /// Gated by a flag or by a person.
        S3 = "S3",
    }
}

words! {
    /// What stands between a grant and the release of records.
    Gate {
        /// Nothing.
        None = "none",
        /// The category has to be named in the consent; "all" never includes it.
        ExplicitOnly = "explicit-only",
        /// Records whose mark says "not disclosed" are filtered.
        DisclosureTag = "disclosure-tag",
        /// A member of the holder's staff releases each record.
        HumanRelease = "human-release",
    }
}

words! {
    /// Whether the category can be had today.
    Availability {
        /// It can.
        Live = "live",
        /// In some places.
        Pilot = "pilot",
        /// Not yet.
        Planned = "planned",
        /// No longer.
        Ended = "ended",
    }
}

/// A FHIR R4 resource type, with the profile that governs it where there is one.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct FhirType {
    /// The resource type.
    pub resource: &'static str,
    /// The canonical address of the profile.
    pub profile: Option<&'static str>,
}

/// A system or programme that the roadmap names.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct System {
    /// Its code.
    pub code: &'static str,
    /// Its name in Japanese.
    pub ja: &'static str,
    /// Its name in English.
    pub en: &'static str,
    /// What it is to this SDK.
    pub role: &'static str,
    /// What the roadmap says.
    pub roadmap: &'static str,
}

/// A row of the table.
#[derive(Debug)]
struct Entry {
    code: &'static str,
    ja: &'static str,
    en: &'static str,
    source: &'static str,
    roadmap: &'static str,
    roadmap_from: &'static str,
    status: Availability,
    sensitivity: Sensitivity,
    flags: &'static [Flag],
    notes: &'static [&'static str],
    modes: &'static [Mode],
    by_statute: &'static [Statute],
    gate: Gate,
    look_back_days: Option<i32>,
    formats: &'static [&'static str],
    fhir: &'static [FhirType],
}

/// Stands in where an index could not be found; the table is never empty.
static NOTHING: Entry = Entry {
    code: "",
    ja: "",
    en: "",
    source: "",
    roadmap: "",
    roadmap_from: "",
    status: Availability::Ended,
    sensitivity: Sensitivity::S3,
    flags: &[],
    notes: &[],
    modes: &[],
    by_statute: &[],
    gate: Gate::HumanRelease,
    look_back_days: Some(0),
    formats: &[],
    fhir: &[],
};

impl Category {
    /// Finds a category by its code, compared byte for byte.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        let at = table::ENTRIES
            .binary_search_by(|entry| entry.code.cmp(code))
            .ok()?;
        u8::try_from(at).ok().map(Self)
    }

    /// Gives every category, ordered by code.
    pub fn all() -> impl Iterator<Item = Self> {
        (0_u8..).map(Self).take(table::ENTRIES.len())
    }

    /// Gives what "all categories" means today: the S1 categories without a gate of their own.
    ///
    /// The list is written into the consent as it is: a category that comes later is never in it.
    #[must_use]
    pub fn all_by_default() -> Vec<Self> {
        Self::all()
            .filter(|category| category.is_in_all())
            .collect()
    }

    fn entry(self) -> &'static Entry {
        table::ENTRIES.get(usize::from(self.0)).unwrap_or(&NOTHING)
    }

    /// Gives the code.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.entry().code
    }

    /// Gives the name for people.
    #[must_use]
    pub fn label(self, lang: Lang) -> &'static str {
        match lang {
            Lang::En => self.entry().en,
            Lang::Ja => self.entry().ja,
        }
    }

    /// Gives where records of the category come from.
    #[must_use]
    pub fn source(self) -> &'static str {
        self.entry().source
    }

    /// Gives what the roadmap says, in Japanese.
    #[must_use]
    pub fn roadmap(self) -> &'static str {
        self.entry().roadmap
    }

    /// Gives the date of the roadmap, `YYYY` or `YYYY-MM`, or nothing.
    #[must_use]
    pub fn roadmap_from(self) -> &'static str {
        self.entry().roadmap_from
    }

    /// Tells whether the category can be had. It never changes the verdict.
    #[must_use]
    pub fn availability(self) -> Availability {
        self.entry().status
    }

    /// Gives the sensitivity.
    #[must_use]
    pub fn sensitivity(self) -> Sensitivity {
        self.entry().sensitivity
    }

    /// Tells whether it is S2 or S3.
    #[must_use]
    pub fn is_sensitive(self) -> bool {
        self.sensitivity() != Sensitivity::S1
    }

    /// Tells whether "all categories" includes it.
    #[must_use]
    pub fn is_in_all(self) -> bool {
        self.sensitivity() == Sensitivity::S1
    }

    /// Gives the sensitivities that its records may reveal.
    #[must_use]
    pub fn flags(self) -> &'static [Flag] {
        self.entry().flags
    }

    /// Gives further notes, such as `minor`.
    #[must_use]
    pub fn notes(self) -> &'static [&'static str] {
        self.entry().notes
    }

    /// Gives the modes in which a grant or a session may open it.
    #[must_use]
    pub fn modes(self) -> &'static [Mode] {
        self.entry().modes
    }

    /// Gives who has it by statute.
    #[must_use]
    pub fn by_statute(self) -> &'static [Statute] {
        self.entry().by_statute
    }

    /// Tells whether a mode may open it.
    #[must_use]
    pub fn allows(self, mode: Mode) -> bool {
        self.entry().modes.contains(&mode)
    }

    /// Gives the gate.
    #[must_use]
    pub fn gate(self) -> Gate {
        self.entry().gate
    }

    /// Gives how far back the source keeps records, in days.
    #[must_use]
    pub fn look_back_days(self) -> Option<i32> {
        self.entry().look_back_days
    }

    /// Gives the first day whose records the source has, counted from `today`.
    #[must_use]
    pub fn look_back_start(self, today: Day) -> Option<Day> {
        self.look_back_days()
            .map(|days| today.plus(days.saturating_neg()))
    }

    /// Gives the formats in which the source has it.
    #[must_use]
    pub fn formats(self) -> &'static [&'static str] {
        self.entry().formats
    }

    /// Gives the FHIR R4 types.
    #[must_use]
    pub fn fhir(self) -> &'static [FhirType] {
        self.entry().fhir
    }
}

/// Gives the systems and programmes of the roadmap.
#[must_use]
pub fn systems() -> &'static [System] {
    table::SYSTEMS
}

/// Gives the longest a consent for a recipient of this role lasts, in days.
///
/// # Spec
/// §10.2
#[must_use]
pub const fn max_consent_days(role: Role) -> i64 {
    match role {
        // The continuing linkage of the national portal.
        Role::Operator => 90,
        // What the terminal at an institution holds: 24 hours.
        Role::MedicalInstitution | Role::Pharmacy => 1,
        _ => 365,
    }
}

impl Serialize for Category {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Category {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        Self::parse(&code).ok_or_else(|| serde::de::Error::custom("not a category"))
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Category {
    fn schema_name() -> alloc::borrow::Cow<'static, str> {
        "Category".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let codes: Vec<_> = Self::all().map(Self::code).collect();
        schemars::json_schema!({
            "type": "string",
            "enum": codes,
            "description": "A category of records.",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_whole() {
        let codes: Vec<_> = Category::all().map(Category::code).collect();
        assert_eq!(codes.len(), 39);
        assert!(codes.is_sorted());
        for category in Category::all() {
            assert_eq!(Category::parse(category.code()), Some(category));
            assert!(!category.label(Lang::Ja).is_empty() && !category.label(Lang::En).is_empty());
            assert!(
                !category.modes().is_empty() && !category.fhir().is_empty(),
                "{category:?}"
            );
            // What is sensitive is gated, what is not is not.
            let gated = category.gate() != Gate::None;
            assert_eq!(gated, category.is_sensitive(), "{}", category.code());
        }
        assert_eq!(Category::parse(""), None);
        assert_eq!(Category::parse("Allergy"), None);
        assert!(
            Category::all_by_default()
                .iter()
                .all(|category| !category.is_sensitive())
        );
        assert_eq!(systems().len(), 21);
    }
}
