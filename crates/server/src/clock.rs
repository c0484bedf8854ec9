//! Where the time comes from.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use phr_link::Timestamp;

/// A clock. Nothing in this crate asks the machine for the time but through one.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// Gives the machine's clock.
    #[must_use]
    pub fn system() -> Self {
        Self::of(|| {
            let elapsed = SystemTime::now().duration_since(UNIX_EPOCH);
            let seconds = elapsed.map_or(0, |time| i64::try_from(time.as_secs()).unwrap_or(0));
            Timestamp::from_secs(seconds)
        })
    }

    /// Makes a clock of a function, for a time source of one's own and for tests.
    ///
    /// # Example
    /// ```
    /// use phr_link::Timestamp;
    /// use phr_link_server::clock::Clock;
    /// let clock = Clock::of(|| Timestamp::from_secs(1_800_000_000));
    /// assert_eq!(clock.now().as_secs(), 1_800_000_000);
    /// ```
    #[must_use]
    pub fn of(time: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(time))
    }

    /// Gives the time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        (self.0)()
    }
}

impl std::fmt::Debug for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Clock(..)")
    }
}
