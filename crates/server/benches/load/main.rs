//! What protection costs a server, as ratios of one run, and how cost and memory grow:
//! `cargo bench -p phr-link-server`.
//!
//! The server has one thread, the clients another. Rounds of both kinds of read alternate; figures
//! are medians over the rounds. Nothing passes or fails here.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a bench fails by panicking"
)]

#[expect(dead_code, unused_imports, reason = "what the tests use")]
#[path = "../../tests/support/world.rs"]
mod support;

mod client;
mod growth;
mod reads;

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(reads::measure());
    runtime.block_on(growth::measure());
}
