//! The vectors: one scenario each, with the exact code that a verifier answers.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::scene::{Draft, Linking, Scene};

mod catalogue;
mod chain;
mod claims;
mod consent;
mod encoding;
mod header;
mod kinds;
mod proof;
mod scope;
mod signature;
mod status;
mod time;
mod trust;

/// A scenario and what a verifier answers.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Vector {
    /// The name, which is also the path of the file.
    pub id: String,
    /// Where it comes from: `generated`, or a public source.
    pub origin: String,
    /// What it shows.
    pub comment: String,
    /// The cases of our catalogue of hostile tokens that it covers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub covers: Vec<String>,
    /// The call, as the adapter takes it.
    pub input: Value,
    /// The answer.
    pub expect: Expect,
}

/// What a verifier answers.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// `permit`, `deny`, `accept` or `reject`.
    pub decision: String,
    /// The exact code; none where nothing is wrong.
    pub code: Option<String>,
}

/// Collects the vectors of one group.
struct Group {
    name: &'static str,
    vectors: Vec<Vector>,
}

impl Group {
    const fn new(name: &'static str) -> Self {
        Self {
            name,
            vectors: Vec::new(),
        }
    }

    /// Adds a call and its answer; `covers` names cases, separated by blanks.
    fn add(&mut self, slug: &str, covers: &str, comment: &str, input: Value, answer: &str) {
        let passes = if input["op"] == "decide" {
            "permit"
        } else {
            "accept"
        };
        let fails = if input["op"] == "decide" {
            "deny"
        } else {
            "reject"
        };
        let (decision, code) = match answer {
            "ok" => (passes, None),
            "status.valid" => (passes, Some(answer)),
            _ => (fails, Some(answer)),
        };
        self.vectors.push(Vector {
            id: format!("{}/{slug}", self.name),
            origin: "generated".to_owned(),
            comment: comment.to_owned(),
            covers: covers.split_whitespace().map(str::to_owned).collect(),
            input,
            expect: Expect {
                decision: decision.to_owned(),
                code: code.map(str::to_owned),
            },
        });
    }

    /// The ordinary request with one change.
    fn scene(
        &mut self,
        slug: &str,
        covers: &str,
        comment: &str,
        answer: &str,
        change: impl FnOnce(&mut Scene),
    ) {
        let mut scene = Scene::permitted();
        change(&mut scene);
        self.add(slug, covers, comment, scene.decide(), answer);
    }

    /// The ordinary request with a change in the grant.
    fn grant(
        &mut self,
        slug: &str,
        covers: &str,
        comment: &str,
        answer: &str,
        change: impl FnOnce(&mut Draft),
    ) {
        self.scene(slug, covers, comment, answer, |scene| {
            change(&mut scene.grant)
        });
    }

    /// The delegated request with one change.
    fn delegated(
        &mut self,
        slug: &str,
        covers: &str,
        comment: &str,
        answer: &str,
        change: impl FnOnce(&mut Scene),
    ) {
        let mut scene = Scene::delegated();
        change(&mut scene);
        self.add(slug, covers, comment, scene.decide(), answer);
    }

    /// The delegated request with a change in the claims of the delegation.
    fn delegation(
        &mut self,
        slug: &str,
        covers: &str,
        comment: &str,
        answer: &str,
        change: impl FnOnce(&mut Value),
    ) {
        self.delegated(slug, covers, comment, answer, |scene| {
            if let Some(delegation) = scene.delegations.first_mut() {
                change(&mut delegation.claims);
            }
        });
    }

    /// The ordinary request with a change in the proof.
    fn proof(
        &mut self,
        slug: &str,
        covers: &str,
        comment: &str,
        answer: &str,
        change: impl FnOnce(&mut Draft),
    ) {
        self.scene(slug, covers, comment, answer, |scene| {
            if let Some(proof) = &mut scene.proof {
                change(proof);
            }
        });
    }

    /// A registration with one change.
    fn linking(
        &mut self,
        slug: &str,
        covers: &str,
        comment: &str,
        answer: &str,
        change: impl FnOnce(&mut Linking),
    ) {
        let mut linking = Linking::registered();
        change(&mut linking);
        self.add(slug, covers, comment, linking.consent(), answer);
    }
}

/// Every vector, in the order of their names.
#[must_use]
pub fn all() -> Vec<Vector> {
    let groups = [
        catalogue::vectors(),
        chain::vectors(),
        claims::vectors(),
        consent::vectors(),
        encoding::vectors(),
        header::vectors(),
        kinds::vectors(),
        proof::vectors(),
        scope::vectors(),
        signature::vectors(),
        status::vectors(),
        time::vectors(),
        trust::vectors(),
    ];
    let mut vectors: Vec<_> = groups.into_iter().flat_map(|group| group.vectors).collect();
    vectors.sort_by(|left, right| left.id.cmp(&right.id));
    vectors
}
