//! Rate limits that hold across replicas: one row of the store for each caller (GCRA).

use phr_link::{Code, Timestamp};
use serde::{Deserialize, Serialize};
use sqlx::AnyConnection;

use crate::problem::Problem;

/// How much one caller may do.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// How many a minute, over time.
    pub per_minute: u32,
    /// How many at once.
    pub burst: u32,
}

/// The limits of a holder.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Requests of one client at `/par`, `/token`, `/introspect`, `/revoke` and `/emergency`.
    pub client: Limit,
    /// Pushed requests of apps from one network address: a quota that all persons of an app share
    /// would let one of them lock out the others.
    pub address: Limit,
    /// Reads of one client about one person.
    pub arrangement: Limit,
}

impl Default for Limits {
    fn default() -> Self {
        let limit = |per_minute, burst| Limit { per_minute, burst };
        Self {
            client: limit(6_000, 3_000),
            address: limit(60, 60),
            arrangement: limit(600, 1_200),
        }
    }
}

impl Limit {
    /// How long one request uses, and how far ahead of the time use may run, in milliseconds.
    fn milliseconds(self) -> (i64, i64) {
        let each = 60_000 / i64::from(self.per_minute.max(1));
        (each.max(1), each.max(1) * i64::from(self.burst.max(1)))
    }

    /// Counts one more use, given until when what was used reaches; gives until when it reaches now.
    ///
    /// # Errors
    /// `server.rate-limited`
    pub(crate) fn count(self, used_until: i64, at: Timestamp) -> Result<i64, Code> {
        let (each, ahead) = self.milliseconds();
        let now = at.as_secs() * 1_000;
        let until = used_until.max(now) + each;
        if until - now > ahead {
            return Err(Code::ServerRateLimited);
        }
        Ok(until)
    }

    /// Counts one more use by a name.
    ///
    /// # Errors
    /// `server.rate-limited`
    pub(crate) async fn take(
        self,
        store: &mut AnyConnection,
        name: &str,
        at: Timestamp,
    ) -> Result<(), Problem> {
        let (each, ahead) = self.milliseconds();
        let now = at.as_secs() * 1_000;
        let taken = sqlx::query(
            "INSERT INTO rate (name, until) VALUES ($1, $2)
             ON CONFLICT (name) DO UPDATE
             SET until = CASE WHEN rate.until > $3 THEN rate.until + $4 ELSE $2 END
             WHERE rate.until <= $5",
        )
        .bind(name)
        .bind(now + each)
        .bind(now)
        .bind(each)
        .bind(now + ahead - each)
        .execute(&mut *store)
        .await?;
        if taken.rows_affected() == 1 {
            Ok(())
        } else {
            Err(Code::ServerRateLimited.into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_let_through_and_comes_back_with_time() {
        let limit = Limit {
            per_minute: 60,
            burst: 3,
        };
        let at = |seconds: i64| Timestamp::from_secs(1_795_489_200 + seconds);
        let mut used = 0;
        for _ in 0..3 {
            used = limit.count(used, at(0)).unwrap();
        }
        assert_eq!(limit.count(used, at(0)), Err(Code::ServerRateLimited));
        used = limit.count(used, at(1)).unwrap();
        assert_eq!(limit.count(used, at(1)), Err(Code::ServerRateLimited));
        for _ in 0..3 {
            used = limit.count(used, at(60)).unwrap();
        }
        assert!(limit.count(used, at(60)).is_err());
    }
}
