//! Instants and days as other formats write them.

use alloc::format;
use alloc::string::String;

use crate::time::{DAY_SECONDS, Day, Timestamp};

/// 0001-01-01T00:00:00Z: FHIR and XML know no year 0.
const FIRST: i64 = -62_135_596_800;
/// 9999-12-31T23:59:59Z, less the nine hours by which Japan is ahead, so that its day has four digits.
const LAST: i64 = 253_402_268_399;

/// Writes an instant in Japan Standard Time, such as `2026-11-23T00:00:00+09:00`.
///
/// What lies outside the years 1 to 9999 is moved to their nearest end.
pub(crate) fn instant(at: Timestamp) -> String {
    let at = Timestamp::from_secs(at.as_secs().clamp(FIRST, LAST));
    let day = Day::of(at);
    let clock = at
        .since(day.start())
        .clamp(0, DAY_SECONDS.saturating_sub(1));
    let (hours, minutes, seconds) = (clock / 3_600, clock / 60 % 60, clock % 60);
    format!("{day}T{hours:02}:{minutes:02}:{seconds:02}+09:00")
}

/// Writes the last instant before another one: ends are exclusive here and inclusive in FHIR.
pub(super) fn instant_before(at: Timestamp) -> String {
    instant(at.plus(-1))
}

/// Writes a day, such as `2026-11-30`, of the years 1 to 9999.
pub(super) fn date(day: Day) -> String {
    // The first instant of a day has its date, and is moved where the year needs it.
    let mut date = instant(day.start());
    date.truncate(10);
    date
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_those_of_clocks_in_japan() {
        let write = |secs| instant(Timestamp::from_secs(secs));
        assert_eq!(write(0), "1970-01-01T09:00:00+09:00");
        assert_eq!(write(1_796_050_799), "2026-11-30T23:59:59+09:00");
        assert_eq!(write(1_796_050_800), "2026-12-01T00:00:00+09:00");
        assert_eq!(
            instant_before(Timestamp::from_secs(1_796_050_800)),
            write(1_796_050_799)
        );
        assert_eq!(date(Day::parse("2026-11-30").unwrap()), "2026-11-30");
        assert_eq!(date(Day::parse("0000-06-01").unwrap()), "0001-01-01");
        assert_eq!(date(Day::parse("9999-12-31").unwrap()), "9999-12-31");
        for extreme in [i64::MIN, FIRST - 1, FIRST] {
            assert_eq!(write(extreme), "0001-01-01T09:00:00+09:00");
        }
        for extreme in [i64::MAX, LAST + 1, LAST] {
            assert_eq!(write(extreme), "9999-12-31T23:59:59+09:00");
        }
    }
}
