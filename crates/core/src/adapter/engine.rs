//! An engine that remembers what it verified, for callers that ask again and again.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use super::malformed;
use crate::error::Result;
use crate::key::KeySet;
use crate::status::StatusLists;
use crate::time::Timestamp;
use crate::trust::{ListLimits, Marks, TrustList};
use crate::wire::json::{self, Node};

/// How many key sets are remembered.
const MAX_KEY_SETS: usize = 8;

/// Answers calls and remembers the lists, marks and key sets that it has read.
///
/// Only what cannot change is remembered: that a text was well signed by a key. Times, statuses,
/// proofs and everything else about a call are judged anew each time, so every answer is the one
/// that [`answer`](super::answer) gives. It keeps the last trust list with its marks and status
/// lists, and a few key sets; what comes next takes their place.
///
/// # Spec
/// §8.3
///
/// # Example
/// ```
/// use phr_link::adapter::{Engine, answer};
///
/// let mut engine = Engine::default();
/// let call = r#"{"op": "hello"}"#;
/// assert_eq!(engine.answer(call), answer(call));
/// ```
#[derive(Debug, Default)]
pub struct Engine {
    /// By their text; the last used one stands last.
    key_sets: Vec<(String, KeySet)>,
    world: Option<World>,
}

/// What one trust list makes of marks and status lists.
#[derive(Debug)]
struct World {
    anchor: String,
    list: String,
    trust: TrustList,
    marks: (Vec<String>, Marks),
    status: (Vec<String>, StatusLists),
}

impl Engine {
    /// Reads a key set, or finds it among those that were read.
    pub(super) fn keys(&mut self, call: Node<'_, '_>, name: &str) -> Result<&KeySet> {
        let node = call.get(name).ok_or_else(|| malformed(name))?;
        let text = json::write(&node)?;
        let known = self.key_sets.iter().position(|(known, _)| *known == text);
        let entry = match known {
            Some(at) => self.key_sets.remove(at),
            None => (text, KeySet::from_node(node)?),
        };
        if self.key_sets.len() >= MAX_KEY_SETS {
            self.key_sets.remove(0);
        }
        self.key_sets.push(entry);
        let (_, keys) = self.key_sets.last().ok_or_else(|| malformed(name))?;
        Ok(keys)
    }

    /// Reads a trust list under the anchor of a call, and checks its time and place in any case.
    pub(super) fn trust(
        &mut self,
        trust: Node<'_, '_>,
        compact: &str,
        now: Timestamp,
        limits: &ListLimits,
    ) -> Result<&TrustList> {
        let anchor = trust.get("jwks").ok_or_else(|| malformed("jwks"))?;
        let anchor = json::write(&anchor)?;
        let is_known = |world: &World| world.list == compact && world.anchor == anchor;
        if !self.world.as_ref().is_some_and(is_known) {
            let read = TrustList::read(compact, self.keys(trust, "jwks")?)?;
            self.world = Some(World {
                anchor,
                list: compact.to_owned(),
                trust: read,
                marks: (Vec::new(), Marks::default()),
                status: (Vec::new(), StatusLists::default()),
            });
        }
        let world = self.world.as_ref().ok_or_else(|| malformed("trust"))?;
        world.trust.recheck(now, limits)?;
        Ok(&world.trust)
    }

    /// Gives the last trust list with these marks and status lists.
    pub(super) fn with(
        &mut self,
        marks: &[&str],
        status: &[&str],
    ) -> Option<(&TrustList, &Marks, &StatusLists)> {
        let world = self.world.as_mut()?;
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        if world.marks.0 != marks {
            world.marks = (
                owned(marks),
                Marks::new(marks.iter().copied(), &world.trust),
            );
        }
        if world.status.0 != status {
            let lists = StatusLists::new(status.iter().copied(), &world.trust);
            world.status = (owned(status), lists);
        }
        Some((&world.trust, &world.marks.1, &world.status.1))
    }
}
