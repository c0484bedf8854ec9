//! Instants in seconds and civil days in Japan.

use alloc::string::{String, ToString};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Seconds in a day, the unit of the lifetime caps.
pub const DAY_SECONDS: i64 = 86_400;

/// Japan keeps UTC+9 all year, so no zone database is needed.
const JST_SECONDS: i64 = 9 * 3_600;

/// An instant: whole seconds since 1970-01-01T00:00:00Z.
///
/// # Example
/// ```
/// use phr_link::Timestamp;
/// let now = Timestamp::from_secs(1_795_000_000);
/// assert_eq!(now.plus(60).as_secs(), 1_795_000_060);
/// ```
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(
    Clone, Copy, Debug, Default, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize,
)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// Makes an instant from seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn from_secs(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Reads an instant of ISO 8601 with a zone; a fraction of a second is cut off.
    ///
    /// # Example
    /// ```
    /// use phr_link::Timestamp;
    /// assert_eq!(Timestamp::parse("1970-01-01T09:00:01+09:00"), Some(Timestamp::from_secs(1)));
    /// assert_eq!(Timestamp::parse("1970-01-01T09:00:01"), None);
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (at, has_zone) = instant(text)?;
        has_zone.then_some(at)
    }

    /// Gives the seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn as_secs(self) -> i64 {
        self.0
    }

    /// Adds seconds, staying within the range of the type.
    #[must_use]
    pub const fn plus(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds))
    }

    /// Gives the seconds from `earlier` to this instant; negative if it is later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// A civil day in Japan (JST, UTC+9).
///
/// # Example
/// ```
/// use phr_link::{Day, Timestamp};
/// let day = Day::parse("2026-11-30").unwrap();
/// // 2026-11-30T14:59:59Z is still that day in Japan, one second later is not.
/// assert_eq!(Day::of(Timestamp::from_secs(1_796_050_799)), day);
/// assert!(Day::of(Timestamp::from_secs(1_796_050_800)) > day);
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Day(i32);

impl Day {
    /// Gives the day of an instant, as clocks in Japan show it.
    #[must_use]
    pub fn of(instant: Timestamp) -> Self {
        let days = instant
            .0
            .saturating_add(JST_SECONDS)
            .div_euclid(DAY_SECONDS);
        Self(i32::try_from(days).unwrap_or(if days < 0 { i32::MIN } else { i32::MAX }))
    }

    /// Reads `YYYY-MM-DD`; anything else, and days that do not exist, give `None`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (year, rest) = text.split_once('-')?;
        let (month, day) = rest.split_once('-')?;
        Self::from_parts(digits(year, 4)?, digits(month, 2)?, digits(day, 2)?)
    }

    /// Makes a day of year, month and day of the month.
    #[must_use]
    pub fn from_parts(year: u32, month: u32, day: u32) -> Option<Self> {
        let month = time::Month::try_from(u8::try_from(month).ok()?).ok()?;
        let date = time::Date::from_calendar_date(
            i32::try_from(year).ok()?,
            month,
            u8::try_from(day).ok()?,
        )
        .ok()?;
        Some(Self(date.to_julian_day().saturating_sub(EPOCH_JULIAN)))
    }

    /// Gives the day `count` days later; earlier if `count` is negative.
    #[must_use]
    pub const fn plus(self, count: i32) -> Self {
        Self(self.0.saturating_add(count))
    }

    /// Gives the first instant of the day in Japan.
    #[must_use]
    pub fn start(self) -> Timestamp {
        Timestamp(
            i64::from(self.0)
                .saturating_mul(DAY_SECONDS)
                .saturating_sub(JST_SECONDS),
        )
    }

    /// Gives the first instant after the day in Japan.
    #[must_use]
    pub fn end(self) -> Timestamp {
        self.plus(1).start()
    }
}

const EPOCH_JULIAN: i32 = 2_440_588;

fn digits(text: &str, count: usize) -> Option<u32> {
    (text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

impl core::fmt::Display for Day {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match time::Date::from_julian_day(self.0.saturating_add(EPOCH_JULIAN)) {
            Ok(date) => {
                write!(
                    f,
                    "{:04}-{:02}-{:02}",
                    date.year(),
                    u8::from(date.month()),
                    date.day()
                )
            }
            Err(_) => f.write_str("9999-12-31"),
        }
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_string())
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not a day"))
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Day {
    fn schema_name() -> alloc::borrow::Cow<'static, str> {
        "Day".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "format": "date",
            "description": "A civil day in Japan, such as `2026-11-30`.",
        })
    }
}

/// The days that a FHIR date, dateTime or instant covers in Japan, first and last.
///
/// A partial date covers every day of its month or year. An instant with a zone is the day that
/// clocks in Japan showed; a dateTime without one is taken as it stands.
///
/// # Example
/// ```
/// use phr_link::{covered_days, Day};
/// let (first, last) = covered_days("2024-02").unwrap();
/// assert_eq!((first, last), (Day::parse("2024-02-01").unwrap(), Day::parse("2024-02-29").unwrap()));
/// assert_eq!(covered_days("2026-11-30T15:00:00Z").unwrap().0, Day::parse("2026-12-01").unwrap());
/// assert!(covered_days("last spring").is_none());
/// ```
#[must_use]
pub fn covered_days(text: &str) -> Option<(Day, Day)> {
    match text.len() {
        4 => {
            let year = digits(text, 4)?;
            Some((Day::from_parts(year, 1, 1)?, Day::from_parts(year, 12, 31)?))
        }
        7 => {
            let (year, month) = text.split_once('-')?;
            let (year, month) = (digits(year, 4)?, digits(month, 2)?);
            let first = Day::from_parts(year, month, 1)?;
            let next = match month {
                12 => Day::from_parts(year.saturating_add(1), 1, 1)?,
                _ => Day::from_parts(year, month.saturating_add(1), 1)?,
            };
            Some((first, next.plus(-1)))
        }
        10 => Day::parse(text).map(|day| (day, day)),
        _ => {
            let day = Day::of(instant(text)?.0);
            Some((day, day))
        }
    }
}

/// An instant, and whether it names a zone; one that names none is that of clocks in Japan.
fn instant(text: &str) -> Option<(Timestamp, bool)> {
    let (date, clock) = text.split_once('T')?;
    let day = Day::parse(date)?;
    let zone_at = clock.rfind(['Z', '+', '-']);
    let (clock, zone) = match zone_at {
        Some(at) => (clock.get(..at)?, clock.get(at..)?),
        None => (clock, ""),
    };
    let seconds = clock_seconds(clock)?;
    Some(match zone_seconds(zone)? {
        Some(offset) => {
            let local = day.start().plus(JST_SECONDS).plus(seconds);
            (local.plus(offset.saturating_neg()), true)
        }
        None => (day.start().plus(seconds), false),
    })
}

/// `hh:mm`, `hh:mm:ss` or `hh:mm:ss.fraction`, in seconds of the day.
fn clock_seconds(text: &str) -> Option<i64> {
    let whole = match text.split_once('.') {
        Some((whole, fraction)) => {
            if fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
                return None;
            }
            whole
        }
        None => text,
    };
    let mut parts = whole.split(':');
    let hours = digits(parts.next()?, 2)?;
    let minutes = digits(parts.next()?, 2)?;
    let seconds = match parts.next() {
        Some(text) => digits(text, 2)?,
        None => 0,
    };
    // 60 is a leap second, which FHIR allows.
    if parts.next().is_some() || hours > 23 || minutes > 59 || seconds > 60 {
        return None;
    }
    Some(i64::from(hours) * 3_600 + i64::from(minutes) * 60 + i64::from(seconds))
}

fn zone_seconds(text: &str) -> Option<Option<i64>> {
    if text.is_empty() {
        return Some(None);
    }
    if text == "Z" {
        return Some(Some(0));
    }
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let (hours, minutes) = text.get(1..)?.split_once(':')?;
    let (hours, minutes) = (digits(hours, 2)?, digits(minutes, 2)?);
    (hours <= 14 && minutes <= 59)
        .then(|| Some(sign * (i64::from(hours) * 3_600 + i64::from(minutes) * 60)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_survive_a_round_trip_and_bad_ones_are_refused() {
        for text in ["1970-01-01", "2024-02-29", "1899-12-31", "9999-12-31"] {
            assert_eq!(Day::parse(text).unwrap().to_string(), text);
        }
        for text in [
            "2023-02-29",
            "2026-13-01",
            "2026-1-1",
            "20260101",
            "2026-01-01x",
            "",
            "+026-01-01",
        ] {
            assert!(Day::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn instants_fall_on_the_day_that_clocks_in_japan_show() {
        let day = |text| covered_days(text).unwrap().0.to_string();
        assert_eq!(day("2026-11-30T14:59:59Z"), "2026-11-30");
        assert_eq!(day("2026-11-30T15:00:00Z"), "2026-12-01");
        assert_eq!(day("2026-12-01T00:00:00+09:00"), "2026-12-01");
        assert_eq!(day("2026-11-30T23:59:59.999+09:00"), "2026-11-30");
        assert_eq!(day("2026-11-30T20:00:00-05:00"), "2026-12-01");
        assert_eq!(day("2026-11-30T23:30:00"), "2026-11-30");
        for text in [
            "2026-11-30T25:00:00Z",
            "2026-11-30T10:00:00+99:00",
            "2026-11-30T",
            "2026-11-30 10:00:00Z",
        ] {
            assert!(covered_days(text).is_none(), "{text}");
        }
    }

    #[test]
    fn extreme_instants_do_not_overflow() {
        for seconds in [i64::MIN, i64::MAX, 0] {
            let day = Day::of(Timestamp::from_secs(seconds));
            let _ = (day.start(), day.end(), day.to_string());
        }
    }
}
