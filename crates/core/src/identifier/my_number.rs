//! Finding a My Number (個人番号) where an identifier is expected, so that it can be refused.

/// Tells whether a text, after folding digits and removing separators, is a My Number.
///
/// A My Number is 12 digits of which the last checks the first eleven. Text with anything else in it
/// is none: the check looks at whole values, so that a hash or a date is not mistaken for one.
///
/// # Spec
/// §2.6
///
/// # Example
/// ```
/// use phr_link::identifier::looks_like_my_number;
/// assert!(looks_like_my_number("1234-5678-9018"));
/// assert!(looks_like_my_number("１２３４　５６７８　９０１８"));
/// assert!(!looks_like_my_number("123456789012")); // the check digit is wrong
/// ```
#[must_use]
pub fn looks_like_my_number(text: &str) -> bool {
    let mut digits = [0_u32; 12];
    let mut count = 0_usize;
    for letter in text.chars() {
        if is_separator(letter) {
            continue;
        }
        let (Some(digit), Some(place)) = (fold_digit(letter), digits.get_mut(count)) else {
            return false;
        };
        *place = digit;
        count = count.saturating_add(1);
    }
    count == 12 && has_valid_check_digit(&digits)
}

/// The eleven digits are counted from the right; weights 2 to 7, then 2 to 6.
fn has_valid_check_digit(digits: &[u32; 12]) -> bool {
    let weights = [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2];
    let sum: u32 = digits
        .iter()
        .zip(weights)
        .map(|(digit, weight)| digit * weight)
        .sum();
    let check = match sum % 11 {
        0 | 1 => 0,
        remainder => 11 - remainder,
    };
    digits.last() == Some(&check)
}

/// The digits that NFKC turns into ASCII digits.
fn fold_digit(letter: char) -> Option<u32> {
    let code = u32::from(letter);
    let from = |zero: u32| code.checked_sub(zero);
    match letter {
        '0'..='9' => from(0x30),
        '\u{ff10}'..='\u{ff19}' => from(0xff10),
        '\u{2460}'..='\u{2468}' => from(0x245f),
        '\u{24ea}' | '\u{2070}' => Some(0),
        '\u{b9}' => Some(1),
        '\u{b2}' => Some(2),
        '\u{b3}' => Some(3),
        '\u{2074}'..='\u{2079}' => from(0x2070),
        '\u{2080}'..='\u{2089}' => from(0x2080),
        '\u{1d7ce}'..='\u{1d7ff}' => from(0x1_d7ce).map(|offset| offset % 10),
        '\u{1fbf0}'..='\u{1fbf9}' => from(0x1_fbf0),
        _ => None,
    }
}

fn is_separator(letter: char) -> bool {
    letter.is_whitespace()
        || matches!(
            letter,
            '-' | '.' | '_' | '~' | '/' | ',' | ':' | '・' | '･' | 'ー' | 'ｰ' | '，' | '．' | '／' | '＿' | '：'
                | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2010}'..='\u{2015}' | '\u{2043}'
                | '\u{2060}' | '\u{2212}' | '\u{feff}' | '\u{ff0d}' | '\u{fe63}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_it_in_every_disguise_and_nothing_else() {
        for text in [
            "123456789018",
            "1234 5678 9018",
            "1234.5678_9018",
            "①②③④⑤⑥⑦⑧⑨⓪①⑧",
            "１２３４‐５６７８‐９０１８",
            "1234\u{200b}56789018",
            "𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗𝟎𝟏𝟖",
        ] {
            assert!(looks_like_my_number(text), "{text}");
        }
        for text in [
            "",
            "12345678901",
            "1234567890180",
            "123456789011",
            "a123456789018",
            "2026-11-24",
            "eyJhbGciOiJFZERTQSJ9",
        ] {
            assert!(!looks_like_my_number(text), "{text}");
        }
    }

    #[test]
    fn a_tenth_of_random_numbers_or_so_passes_the_check_digit() {
        let hits = (0..10_000_u64)
            .filter(|n| looks_like_my_number(&format!("{:012}", n * 7_919)))
            .count();
        assert!((700..1_600).contains(&hits), "{hits}");
    }
}
