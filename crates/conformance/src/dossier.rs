//! What an applicant hands in beside what can be tried: documents, and answers to questions.

use phr_link::time::{DAY_SECONDS, Timestamp};
use serde::{Deserialize, Serialize};

use crate::report::EvidenceState;

/// Documents and answers of one engagement.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Dossier {
    /// The documents.
    #[serde(default)]
    pub documents: Vec<Document>,
    /// The answers.
    #[serde(default)]
    pub attestations: Vec<Attestation>,
}

/// A document.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// The criterion.
    pub criterion: String,
    /// Which of its documents.
    pub key: String,
    /// The file's name in the folder of documents.
    pub file: String,
    /// Its SHA-256, base64url.
    pub s256: String,
    /// Since when it is as it is.
    pub collected: Timestamp,
    /// Who handed it in.
    pub by: String,
    /// What assessors decided, in order.
    #[serde(default)]
    pub decisions: Vec<Decision>,
}

/// What an assessor decided.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// Who decided.
    pub by: String,
    /// Whether it is accepted.
    pub accepts: bool,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

/// An answer of the applicant.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Attestation {
    /// The criterion.
    pub criterion: String,
    /// The answer.
    pub answer: bool,
    /// Who answers.
    pub by: String,
    /// What they add.
    #[serde(default)]
    pub note: String,
    /// When.
    pub at: Timestamp,
}

impl Document {
    /// How it stands. Two different people have to accept, neither of them who handed it in; one refusal
    /// is enough.
    #[must_use]
    pub fn state(&self, max_age_days: u32, now: Timestamp) -> EvidenceState {
        if now.since(self.collected) > i64::from(max_age_days) * DAY_SECONDS {
            return EvidenceState::Expired;
        }
        if self.decisions.iter().any(|decision| !decision.accepts) {
            return EvidenceState::Rejected;
        }
        let mut people: Vec<_> = self
            .decisions
            .iter()
            .map(|decision| decision.by.as_str())
            .filter(|by| *by != self.by)
            .collect();
        people.sort_unstable();
        people.dedup();
        if people.len() >= 2 {
            EvidenceState::Accepted
        } else {
            EvidenceState::Submitted
        }
    }
}

impl Dossier {
    /// The last document that was handed in for a criterion under a name.
    #[must_use]
    pub fn evidence(&self, criterion: &str, key: &str) -> Option<&Document> {
        self.documents
            .iter()
            .rev()
            .find(|one| one.criterion == criterion && one.key == key)
    }

    /// The last answer for a criterion.
    #[must_use]
    pub fn attestation(&self, criterion: &str) -> Option<&Attestation> {
        self.attestations
            .iter()
            .rev()
            .find(|one| one.criterion == criterion)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_others_accept_one_refuses_and_time_takes_it_away() {
        let at = Timestamp::from_secs(1_795_000_000);
        let mut document = Document {
            criterion: "X".into(),
            key: "k".into(),
            file: "f".into(),
            s256: String::new(),
            collected: at,
            by: "a".into(),
            decisions: Vec::new(),
        };
        let decide = |by: &str, accepts| Decision {
            by: by.into(),
            accepts,
            reason: String::new(),
            at,
        };
        assert_eq!(document.state(365, at), EvidenceState::Submitted);
        document
            .decisions
            .extend([decide("b", true), decide("b", true), decide("a", true)]);
        assert_eq!(document.state(365, at), EvidenceState::Submitted);
        document.decisions.push(decide("c", true));
        assert_eq!(document.state(365, at), EvidenceState::Accepted);
        assert_eq!(
            document.state(365, at.plus(365 * DAY_SECONDS)),
            EvidenceState::Accepted
        );
        assert_eq!(
            document.state(365, at.plus(365 * DAY_SECONDS + 1)),
            EvidenceState::Expired
        );
        document.decisions.push(decide("d", false));
        assert_eq!(document.state(365, at), EvidenceState::Rejected);
    }
}
