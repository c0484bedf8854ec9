//! When a criterion applies: a small language over declared facts.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// The facts that an applicant declares.
pub const FACTS: &[&str] = &[
    "uses_mynaportal",
    "uses_pmh",
    "contracts_with_institutions",
    "provides_to_third_parties",
    "provides_overseas",
    "stores_overseas",
    "serves_minors",
    "admits_agents",
    "lifelog",
    "medication_history",
    "emergency_access",
    "entrusts_handling",
    "anonymised_processing",
    "advertising",
    "health_advice",
    "continuing_linkage",
    "links_with_operators",
    "holds_diagnoses",
];

/// A condition: `ics.NAME == true|false`, joined by `and` and `or`; `and` binds closer.
///
/// # Example
/// ```
/// use phr_link_conformance::criteria::Condition;
/// let condition: Condition = "ics.lifelog == true and ics.advertising == false".parse().unwrap();
/// let facts = [("lifelog".to_owned(), true), ("advertising".to_owned(), false)].into();
/// assert_eq!(condition.holds(&facts), Some(true));
/// assert_eq!(condition.holds(&Default::default()), None, "nothing was declared");
/// assert!("ics.weather == true".parse::<Condition>().is_err());
/// ```
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Condition {
    /// Any of these, each all of its own.
    any: Vec<Vec<(String, bool)>>,
}

impl Condition {
    /// Whether it holds; none where a fact that decides was not declared.
    #[must_use]
    pub fn holds(&self, facts: &BTreeMap<String, bool>) -> Option<bool> {
        let mut unknown = false;
        for all in &self.any {
            let mut holds = Some(true);
            for (name, wanted) in all {
                match facts.get(name) {
                    Some(value) if value != wanted => {
                        holds = Some(false);
                        break;
                    }
                    Some(_) => {}
                    None => holds = None,
                }
            }
            match holds {
                Some(true) => return Some(true),
                None => unknown = true,
                Some(false) => {}
            }
        }
        (!unknown).then_some(false)
    }

    /// The facts that it asks for.
    pub fn facts(&self) -> impl Iterator<Item = &str> {
        self.any.iter().flatten().map(|(name, _)| name.as_str())
    }
}

impl std::str::FromStr for Condition {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let term = |text: &str| {
            let (name, value) = text
                .split_once("==")
                .ok_or_else(|| format!("`{text}` has no =="))?;
            let name = name.trim().strip_prefix("ics.").unwrap_or_default();
            if !FACTS.contains(&name) {
                return Err(format!("`{text}` names no fact of the declaration"));
            }
            match value.trim() {
                "true" => Ok((name.to_owned(), true)),
                "false" => Ok((name.to_owned(), false)),
                _ => Err(format!("`{text}` compares with neither true nor false")),
            }
        };
        let any: Result<Vec<Vec<_>>, _> = text
            .split(" or ")
            .map(|all| all.split(" and ").map(term).collect())
            .collect();
        Ok(Self { any: any? })
    }
}

impl TryFrom<String> for Condition {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Condition> for String {
    fn from(condition: Condition) -> Self {
        condition.to_string()
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, all) in self.any.iter().enumerate() {
            if at > 0 {
                f.write_str(" or ")?;
            }
            for (at, (name, value)) in all.iter().enumerate() {
                if at > 0 {
                    f.write_str(" and ")?;
                }
                write!(f, "ics.{name} == {value}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let text = "ics.lifelog == true and ics.uses_pmh == false or ics.advertising == true";
        let condition: Condition = text.parse().unwrap();
        assert_eq!(condition.to_string(), text);
        let facts = |known: &[(&str, bool)]| {
            let known = known
                .iter()
                .map(|(name, value)| ((*name).to_owned(), *value));
            known.collect::<BTreeMap<_, _>>()
        };
        assert_eq!(
            condition.holds(&facts(&[("advertising", true)])),
            Some(true)
        );
        assert_eq!(condition.holds(&facts(&[("advertising", false)])), None);
        assert_eq!(
            condition.holds(&facts(&[("advertising", false), ("uses_pmh", true)])),
            Some(false)
        );
        for bad in [
            "",
            "lifelog == true",
            "ics.lifelog",
            "ics.lifelog == yes",
            "ics.lifelog == true or ",
        ] {
            assert!(bad.parse::<Condition>().is_err(), "{bad}");
        }
    }
}
