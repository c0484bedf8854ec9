//! The person's lasting link with a portal, and the times at which the portal is closed.

use phr_link::Timestamp;
use sqlx::Row as _;

use super::Portal;
use crate::problem::Problem;

/// How a person's lasting link with a portal stands.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Link {
    /// There never was one.
    None,
    /// It holds, by this name.
    Holds(String),
    /// It is over: the person has to identify anew.
    Over,
}

/// Until when a link holds: each second at which the portal was closed before its end comes on top.
fn holds_until(linked_at: i64, until: i64, windows: impl Iterator<Item = (i64, i64)>) -> i64 {
    let mut until = until;
    let mut counted = linked_at;
    for (starts_at, ends_at) in windows {
        // Windows may overlap; no second counts twice.
        let starts_at = starts_at.max(counted);
        if starts_at >= until {
            break;
        }
        if ends_at > starts_at {
            until += ends_at - starts_at;
            counted = ends_at;
        }
    }
    until
}

impl Portal {
    /// The person's link, if it still holds. Times at which the portal was closed do not count.
    ///
    /// # Errors
    /// `internal` if the store fails
    pub(crate) async fn link(&self, person: &str, at: Timestamp) -> Result<Link, Problem> {
        let row = sqlx::query(
            "SELECT linkage, linked_at, until FROM source_link WHERE person = $1 AND source = $2",
        )
        .bind(person)
        .bind(&self.settings.name)
        .fetch_optional(self.store.pool())
        .await?;
        let Some(row) = row else {
            return Ok(Link::None);
        };
        let (linked_at, until): (i64, i64) = (row.get("linked_at"), row.get("until"));
        let closed = sqlx::query(
            "SELECT starts_at, ends_at FROM source_maintenance
             WHERE source = $1 AND ends_at > $2 ORDER BY starts_at",
        )
        .bind(&self.settings.name)
        .bind(linked_at)
        .fetch_all(self.store.pool())
        .await?;
        let windows = closed
            .iter()
            .map(|row| (row.get("starts_at"), row.get("ends_at")));
        if holds_until(linked_at, until, windows) > at.as_secs() {
            Ok(Link::Holds(row.get("linkage")))
        } else {
            Ok(Link::Over)
        }
    }

    /// Keeps a link that lasts; one that is known goes on as it was.
    ///
    /// # Errors
    /// `internal` if the store fails
    pub(crate) async fn keep_link(
        &self,
        person: &str,
        linkage: &str,
        at: Timestamp,
    ) -> Result<(), Problem> {
        let days = self.settings.linkage_days * phr_link::time::DAY_SECONDS;
        sqlx::query(
            "INSERT INTO source_link (person, source, linkage, linked_at, until)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (person, source) DO UPDATE SET linkage = $3, linked_at = $4, until = $5
             WHERE source_link.linkage <> $3",
        )
        .bind(person)
        .bind(&self.settings.name)
        .bind(linkage)
        .bind(at.as_secs())
        .bind(at.plus(days).as_secs())
        .execute(self.store.pool())
        .await?;
        Ok(())
    }

    /// Notes that the portal is closed from now on for so many seconds.
    ///
    /// # Errors
    /// `internal` if the store fails
    pub(crate) async fn note_closed(&self, at: Timestamp, seconds: i64) -> Result<(), Problem> {
        sqlx::query(
            "INSERT INTO source_maintenance (source, starts_at, ends_at) VALUES ($1, $2, $3)
             ON CONFLICT (source, starts_at) DO UPDATE SET ends_at = $3
             WHERE source_maintenance.ends_at < $3",
        )
        .bind(&self.settings.name)
        .bind(at.as_secs())
        .bind(at.plus(seconds).as_secs())
        .execute(self.store.pool())
        .await?;
        Ok(())
    }

    /// Until when the portal is closed, if it is.
    pub(super) async fn closed(&self, at: Timestamp) -> Result<Option<i64>, Problem> {
        let until: Option<i64> = sqlx::query_scalar(
            "SELECT max(ends_at) FROM source_maintenance
             WHERE source = $1 AND starts_at <= $2 AND ends_at > $2",
        )
        .bind(&self.settings.name)
        .bind(at.as_secs())
        .fetch_one(self.store.pool())
        .await?;
        Ok(until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closed_times_do_not_eat_the_days_of_a_link() {
        let until = |windows: &[(i64, i64)]| holds_until(100, 1_000, windows.iter().copied());
        assert_eq!(until(&[]), 1_000);
        assert_eq!(until(&[(200, 300)]), 1_100);
        // Begun before the link, overlapping, and after its end.
        assert_eq!(until(&[(0, 150)]), 1_050);
        assert_eq!(until(&[(200, 300), (250, 350)]), 1_150);
        assert_eq!(
            until(&[(990, 1_100), (1_050, 1_200), (1_300, 1_400)]),
            1_210
        );
        assert_eq!(until(&[(1_000, 2_000)]), 1_000);
    }
}
