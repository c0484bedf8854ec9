//! A verifier: what one server demands, knows and remembers.

use std::sync::{Arc, PoisonError, RwLock};

use axum::http::{HeaderMap, Method};
use phr_link::Code;
use phr_link::catalogue::Category;
use phr_link::decide::Permit;
use phr_link::trust::ListLimits;

use super::{Asked, InMemory, Judge, Known, Ledger, Presented, Rules};
use crate::clock::Clock;
use crate::problem::Problem;

/// What a server needs to judge requests; shared by its routes, and told of new lists as they come.
pub struct Verifier {
    base: String,
    rules: Rules,
    clock: Clock,
    ledger: Box<dyn Ledger>,
    known: RwLock<Option<Arc<Known>>>,
}

impl std::fmt::Debug for Verifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Verifier")
            .field("base", &self.base)
            .field("rules", &self.rules)
            .finish_non_exhaustive()
    }
}

impl Verifier {
    /// Makes a verifier that refuses everything until it [learns](Self::learn) a trust list.
    ///
    /// `base` is the external address of the server, without a slash at its end: proofs are compared
    /// with it, never with `Host` or `Forwarded`.
    #[must_use]
    pub fn new(base: impl Into<String>, rules: Rules) -> Self {
        Self {
            base: base.into(),
            rules,
            clock: Clock::system(),
            ledger: Box::new(InMemory::default()),
            known: RwLock::default(),
        }
    }

    /// Uses another ledger than one in memory.
    #[must_use]
    pub fn with_ledger(mut self, ledger: impl Ledger + 'static) -> Self {
        self.ledger = Box::new(ledger);
        self
    }

    /// Uses another clock than the machine's.
    #[must_use]
    pub fn with_clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Takes new lists and marks in the place of the last ones.
    ///
    /// # Errors
    /// `trust.list-rollback` for a trust list older than one that was seen; the last ones stay in
    /// force, for as long as their age allows
    pub fn learn(&self, mut known: Known) -> Result<(), Problem> {
        let mut kept = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let seen = kept.as_ref().and_then(|last| last.seq_floor);
        let floor = seen.max(known.seq_floor);
        if floor.is_some_and(|floor| known.trust.seq() < floor) {
            return Err(Code::TrustListRollback.into());
        }
        known.seq_floor = Some(known.trust.seq());
        *kept = Some(Arc::new(known));
        Ok(())
    }

    /// Tells whether it has learnt a trust list that is still good.
    #[must_use]
    pub fn is_informed(&self) -> bool {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.now();
        known
            .as_ref()
            .is_some_and(|known| known.trust.recheck(now, &ListLimits::default()).is_ok())
    }

    /// Judges a request for a category by its head; the body is never looked at.
    ///
    /// `path` is the path as the client sent it. After this the permit is taken: the same request
    /// a second time is `proof.replayed`.
    ///
    /// # Errors
    /// the code of the denial
    pub async fn permit(
        &self,
        method: &Method,
        path: &str,
        query: &str,
        headers: &HeaderMap,
        category: Category,
    ) -> Result<Permit, Problem> {
        let known = self
            .known
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let judge = Judge {
            rules: &self.rules,
            known: known.as_deref(),
            ledger: &*self.ledger,
            now: self.clock.now(),
        };
        let asked = Asked {
            method: method.as_str(),
            url: &format!("{}{path}", self.base),
            query,
            category,
            period: None,
        };
        let pledge = judge.decide(&Presented::read(headers)?, &asked).await?;
        let (permit, _) = judge.take(pledge, &asked).await?;
        Ok(permit)
    }
}
