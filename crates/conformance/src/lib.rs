//! What it takes to test a verifier of PHR-Link tokens, whoever wrote it: scenes of one request with
//! everything around it, ways to break exactly one thing in them, vectors made of both, and a runner
//! that puts the vectors to any program that speaks the adapter protocol.
//!
//! Nothing here judges an answer with the core's own verdict: what is expected is written down.

pub mod checks;
pub mod criteria;
pub mod dossier;
pub mod hostile;
#[cfg(feature = "mutants")]
pub mod mutants;
pub mod outcome;
pub mod player;
pub mod report;
pub mod run;
pub mod runner;
pub mod sign;

// These write JSON of their own making: a member that is not there is a mistake in this crate, and
// every scene is made by its tests.
#[expect(clippy::indexing_slicing, reason = "JSON of our own making")]
pub mod differential;
#[expect(clippy::indexing_slicing, reason = "JSON of our own making")]
pub mod scene;
#[expect(clippy::indexing_slicing, reason = "JSON of our own making")]
pub mod vectors;

/// The example of the project's README, compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
mod readme {}
