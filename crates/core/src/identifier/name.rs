//! Names that are shown to people.

/// The characters of a name, as ranges of code points in which every one is assigned, visible and
/// stands alone in NFC.
///
/// A list of what is allowed is smaller than the tables of what Unicode forbids, and needs no
/// update when Unicode grows: marks that combine, controls, formats (bidirectional overrides!),
/// private use and compatibility ideographs are simply not in it.
const ALLOWED: [(u32, u32); 38] = [
    (0x20, 0x7e),
    (0xa1, 0xac),
    (0xae, 0x17f),
    (0x180, 0x24f),
    (0x384, 0x386),
    (0x388, 0x38a),
    (0x38c, 0x38c),
    (0x38e, 0x3a1),
    (0x3a3, 0x3ff),
    (0x400, 0x482),
    (0x48a, 0x52f),
    (0x1e00, 0x1eff),
    (0x2010, 0x2016),
    (0x2018, 0x2027),
    (0x2030, 0x203e),
    (0x20a0, 0x20bf),
    (0x2116, 0x2116),
    (0x2121, 0x2122),
    (0x2150, 0x217f),
    (0x2190, 0x21ff),
    (0x2200, 0x22ff),
    (0x2460, 0x24ff),
    (0x2500, 0x26ff),
    (0x3000, 0x3029),
    (0x3030, 0x303f),
    (0x3041, 0x3096),
    (0x309b, 0x30ff),
    (0x31f0, 0x31ff),
    (0x3220, 0x33ff),
    (0x3400, 0x4dbf),
    (0x4e00, 0x9fff),
    (0xac00, 0xd7a3),
    // The twelve unified ideographs among the compatibility ones, 﨑 of Yamazaki among them.
    (0xfa0e, 0xfa0f),
    (0xfa11, 0xfa11),
    (0xfa13, 0xfa14),
    (0xff01, 0xffbe),
    (0x20000, 0x2a6d6),
    (0x2a700, 0x2ebe0),
];

/// The rest of the twelve unified ideographs in the compatibility block.
const UNIFIED: [u32; 7] = [0xfa1f, 0xfa21, 0xfa23, 0xfa24, 0xfa27, 0xfa28, 0xfa29];

/// Code points inside the ranges that NFC changes.
const NOT_NFC: [u32; 5] = [0x387, 0x2126, 0x212a, 0x212b, 0x37e];

/// Tells whether a text can be shown as a name: 1 to 80 code points, all of them allowed, and
/// neither begun nor ended by a blank.
///
/// # Spec
/// §2.6
///
/// # Example
/// ```
/// use phr_link::identifier::is_name;
/// assert!(is_name("山﨑クリニック (Yamazaki Clinic)"));
/// assert!(!is_name("みほん\u{202e}病院"));
/// ```
#[must_use]
pub fn is_name(text: &str) -> bool {
    let allowed = |letter: char| {
        let code = u32::from(letter);
        (ALLOWED
            .iter()
            .any(|(first, last)| (*first..=*last).contains(&code))
            && !NOT_NFC.contains(&code))
            || UNIFIED.contains(&code)
    };
    !text.is_empty()
        && text.len() <= 320
        && text.chars().count() <= 80
        && text.chars().all(allowed)
        && text.trim() == text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain_visible_nfc() {
        for good in [
            "見本 太郎",
            "Mihon Tarō",
            "株式会社サンプル（東京）",
            "ﾐﾎﾝ",
            "𠮷野家",
            "髙﨑",
        ] {
            assert!(is_name(good), "{good}");
        }
        let long = "あ".repeat(81);
        for bad in [
            "",
            " a",
            "a ",
            "か\u{3099}",
            "a\u{0}",
            "a\nb",
            "\u{202e}a",
            "\u{200b}a",
            "\u{e000}",
            "神\u{fe00}",
            "\u{fa19}",
            "a\u{301}",
            "\u{378}",
            "\u{1f468}\u{200d}",
            &long,
        ] {
            assert!(!is_name(bad), "{bad:?}");
        }
    }
}
