//! From what age on a person decides alone: policy by the day from which it holds.
//!
//! A person comes of age with the end of the day before the birthday (Act on Calculation of Ages), so with
//! the first moment of the birthday in Japan. Who was born on 29 February does so on 1 March where the
//! year has no 29 February.

use phr_link::{Day, Timestamp};

/// The age of majority by the Civil Code, article 4: 20 years, and 18 since 1 April 2022.
const MAJORITY: [(&str, u32); 2] = [("1896-04-27", 20), ("2022-04-01", 18)];

/// From what age on a minor can judge what consent to provision means: the guidance of the Personal
/// Information Protection Commission asks a legal representative for children up to about 15.
const CONSENT: [(&str, u32); 1] = [("2017-05-30", 16)];

/// What holds on a day.
fn years(policy: &[(&str, u32)], on: Day) -> u32 {
    let mut held = policy.iter().rev();
    let found = held.find(|(from, _)| Day::parse(from).is_some_and(|from| from <= on));
    found
        .or(policy.first())
        .map_or(u32::MAX, |(_, years)| *years)
}

/// When a person of this birthday comes of age, by the policy of a day.
pub(super) fn majority(born: Day, on: Day) -> Timestamp {
    birthday(born, years(&MAJORITY, on)).start()
}

/// Whether a person of this birthday decides alone.
pub(super) fn decides_alone(born: Day, at: Timestamp) -> bool {
    birthday(born, years(&CONSENT, Day::of(at))).start() <= at
}

fn birthday(born: Day, age: u32) -> Day {
    let text = born.to_string();
    let mut parts = text.split('-').map(|part| part.parse::<u32>().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    let (year, month, day) = (next() + age, next(), next());
    Day::from_parts(year, month, day)
        .or_else(|| Day::from_parts(year, month + 1, 1))
        .unwrap_or(born)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    #[test]
    fn a_person_comes_of_age_with_the_first_moment_of_the_birthday_in_japan() {
        let today = day("2026-11-26");
        for (born, comes) in [
            ("2008-11-27", "2026-11-26T15:00:00Z"),
            ("2008-02-29", "2026-02-28T15:00:00Z"),
            ("2012-02-29", "2030-02-28T15:00:00Z"),
        ] {
            let expected = Timestamp::parse(comes).unwrap();
            assert_eq!(majority(day(born), today), expected, "{born}");
        }
        // Before the reform it was twenty.
        let then = majority(day("2003-05-05"), day("2022-03-31"));
        assert_eq!(then, Timestamp::parse("2023-05-04T15:00:00Z").unwrap());
    }

    #[test]
    fn a_child_decides_alone_from_sixteen_on() {
        let moment = Timestamp::parse("2026-11-26T15:00:00Z").unwrap();
        let born = day("2010-11-27");
        assert!(decides_alone(born, moment));
        assert!(!decides_alone(born, moment.plus(-1)));
    }
}
