//! What must hold whatever happens: a holder that is killed again and again, replicas that share one
//! store, and status indices drawn by all of them at one time.
//!
//! `PHR_LINK_ROUNDS` says how often the holder is killed, `PHR_LINK_GRANTS` how many grants are
//! issued; `cargo xtask endurance` runs them at full length.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[expect(dead_code, unused_imports, reason = "what the other tests use")]
#[path = "../support/world.rs"]
mod support;

mod crash;
mod process;
mod replicas;

/// A number from the environment.
fn number(name: &str, otherwise: usize) -> usize {
    let text = std::env::var(name).ok();
    text.map_or(otherwise, |text| text.parse().unwrap())
}
