//! How many parts a text message takes on the air: what it costs, and where it is cut (DESIGN §5, "SMS length").

use std::cmp::Ordering;

/// At most this many segments are sent.
pub const SEGMENTS_MAX: usize = 3;

/// The alphabet of GSM 03.38 that costs one septet a character.
const GSM_BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡\
    ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/// Its extension, two septets a character.
const GSM_EXTENDED: &str = "^{}\\[~]|€\u{c}";

/// How many segments a text takes: septets when every character is in the GSM alphabet (160, or 153 a part), else
/// UTF-16 (70, or 67 a part). A character is never split over two parts.
pub fn segments(text: &str) -> usize {
    match text.chars().map(septets).collect::<Option<Vec<_>>>() {
        Some(units) => parts(&units, 160, 153),
        None => parts(&text.chars().map(char::len_utf16).collect::<Vec<_>>(), 70, 67),
    }
}

fn septets(character: char) -> Option<usize> {
    if GSM_BASIC.contains(character) { Some(1) } else { GSM_EXTENDED.contains(character).then_some(2) }
}

fn parts(units: &[usize], alone: usize, joined: usize) -> usize {
    if units.iter().sum::<usize>() <= alone {
        return 1;
    }
    let (parts, _) = units.iter().fold((1, 0), |(parts, used), unit| match (used + unit).cmp(&joined) {
        Ordering::Greater => (parts + 1, *unit),
        _ => (parts, used + unit),
    });
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The limits of GSM 03.38 and of concatenated messages, at and one past each edge.
    #[test]
    fn segments_are_counted_as_the_air_does() {
        let counted = [
            ("a".repeat(160), 1),
            ("a".repeat(161), 2),
            ("a".repeat(306), 2),
            ("a".repeat(307), 3),
            ("€".repeat(80), 1),
            ("€".repeat(81), 2),
            // 76 of them fill 152 septets of a part; the 153rd cannot take half a character
            ("€".repeat(152), 2),
            ("€".repeat(153), 3),
            ("ж".repeat(70), 1),
            ("ж".repeat(71), 2),
            ("ж".repeat(134), 2),
            ("ж".repeat(135), 3),
            ("😀".repeat(35), 1),
            // 33 of them fill 66 of 67
            ("😀".repeat(66), 2),
            ("😀".repeat(67), 3),
        ];

        for (text, expected) in counted {
            assert_eq!(segments(&text), expected, "{} × {:?}", text.chars().count(), text.chars().next());
        }
    }
}
