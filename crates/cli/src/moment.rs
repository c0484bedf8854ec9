//! The time that was asked for, or the clock's; and what is random.

use anyhow::Result;
use phr_link::Timestamp;
use phr_link_conformance::player::now;

pub(crate) use phr_link_conformance::player::random_id;

/// The time that was asked for, or the clock's.
pub(crate) fn at(asked: Option<i64>) -> Result<Timestamp> {
    asked.map_or_else(now, |seconds| Ok(Timestamp::from_secs(seconds)))
}
