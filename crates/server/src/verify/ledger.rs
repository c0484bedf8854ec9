//! What was taken before: proofs, which are good once, and uses of what may be used once.

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Mutex;

use phr_link::catalogue::Category;
use phr_link::decide::Permit;
use phr_link::{Code, Timestamp};

use crate::problem::Problem;

/// A future of an answer.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = Result<T, Problem>> + Send + 'a>>;

/// Within how many seconds pages and retries of one query by one key are one use.
pub const RETRY_SECONDS: i64 = 900;

/// The last step before records go out.
#[derive(Clone, Copy, Debug)]
pub struct Taking<'a> {
    /// The permit.
    pub permit: &'a Permit,
    /// The thumbprint of the reader's key.
    pub reader_key: &'a str,
    /// The category.
    pub category: Category,
    /// The query.
    pub query: &'a str,
    /// The time.
    pub now: Timestamp,
}

/// What became of a permit that was taken.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Taken {
    /// The exchange that the provision's receipt records, where one was written: the recipient's own
    /// receipt says the same.
    pub exchange_id: Option<String>,
}

/// A store of what was taken. Replicas of one server share one.
pub trait Ledger: Send + Sync {
    /// Tells whether a proof was taken before.
    fn knows<'a>(&'a self, replay_key: &'a str) -> Pending<'a, bool>;

    /// Remembers the proof until `replay_until`, and counts the use if the permit says `once`: both
    /// or neither, and atomically, so that of two equal requests at one time one is refused.
    ///
    /// `proof.replayed` where the proof is known, `grant.use-limit` where the use is spent.
    fn take<'a>(&'a self, taking: &'a Taking<'a>) -> Pending<'a, Taken>;
}

/// A ledger in the memory of one process.
///
/// # Security
/// It forgets when the process ends. A server that restarts within the window of a proof, runs as
/// several replicas, or gives records that may be used once needs a ledger in a database.
#[derive(Debug, Default)]
pub struct InMemory(Mutex<Memory>);

#[derive(Debug, Default)]
struct Memory {
    proofs: HashMap<String, Timestamp>,
    uses: HashMap<(String, Category), Use>,
    /// How many proofs there may be before old ones are looked for.
    sweep_at: usize,
}

#[derive(Clone, Debug)]
struct Use {
    reader_key: String,
    query: String,
    at: Timestamp,
}

/// Fewer than these are not worth a search for old ones.
const SWEEP_AT: usize = 1_024;

impl Memory {
    fn take(&mut self, taking: &Taking<'_>) -> Result<(), Code> {
        if self.proofs.len() >= self.sweep_at.max(SWEEP_AT) {
            self.proofs.retain(|_, until| *until >= taking.now);
            self.sweep_at = self.proofs.len().saturating_mul(2);
        }
        if self.proofs.contains_key(&taking.permit.replay_key) {
            return Err(Code::ProofReplayed);
        }
        if let (true, Some(consent)) = (taking.permit.once, &taking.permit.consent_jti) {
            let first = self
                .uses
                .entry((consent.clone(), taking.category))
                .or_insert_with(|| Use {
                    reader_key: taking.reader_key.to_owned(),
                    query: taking.query.to_owned(),
                    at: taking.now,
                });
            let is_same = first.reader_key == taking.reader_key
                && first.query == taking.query
                && taking.now.since(first.at) <= RETRY_SECONDS;
            if !is_same {
                return Err(Code::GrantUseLimit);
            }
        }
        self.proofs
            .insert(taking.permit.replay_key.clone(), taking.permit.replay_until);
        Ok(())
    }
}

impl Ledger for InMemory {
    fn knows<'a>(&'a self, replay_key: &'a str) -> Pending<'a, bool> {
        // A poisoned lock is a bug of ours: nothing is permitted any more.
        let known = match self.0.lock() {
            Ok(taken) => Ok(taken.proofs.contains_key(replay_key)),
            Err(_) => Err(Code::Internal.into()),
        };
        Box::pin(async move { known })
    }

    fn take<'a>(&'a self, taking: &'a Taking<'a>) -> Pending<'a, Taken> {
        let taken = match self.0.lock() {
            Ok(mut memory) => memory.take(taking),
            Err(_) => Err(Code::Internal),
        };
        Box::pin(async move {
            taken?;
            Ok(Taken::default())
        })
    }
}
