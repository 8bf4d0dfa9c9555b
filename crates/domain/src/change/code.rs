//! Short codes: which characters, how many (`verification.md` §3.1, SEC-2).

use zeroize::Zeroizing;

use crate::Entropy;

/// The shape of one-time codes. Cannot be built below the floor of SEC-2.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OtpShape {
    alphabet: String,
    length: usize,
}

const UPPER: &str = "ABCDEFGHJKLMNPRSTUVWXYZ";
const LOWER: &str = "abcdefghjkmnpqrstuvwxyz";
const DIGITS_MIXED: &str = "123456789";
const DIGITS_ALONE: &str = "0123456789";

/// Six characters: below, a code can be guessed within its attempts and its lifetime (SEC-2).
const LENGTH_MIN: usize = 6;
const LENGTH_MAX: usize = 10;

impl OtpShape {
    /// The shape for the three switches and a length. All switches off means all on; letters that look alike are never
    /// used, and a zero only where no letter is. A length outside 6–10 becomes 6 (the product's range starts at 4,
    /// which SEC-2 forbids).
    pub fn new(uppercase: bool, lowercase: bool, numeric: bool, length: usize) -> Self {
        let alphabet = match (uppercase, lowercase, numeric) {
            (false, false, true) => DIGITS_ALONE.to_owned(),
            (false, false, false) | (true, true, true) => [UPPER, LOWER, DIGITS_MIXED].concat(),
            _ => [(uppercase, UPPER), (lowercase, LOWER), (numeric, DIGITS_MIXED)]
                .into_iter()
                .filter_map(|(on, set)| on.then_some(set))
                .collect(),
        };
        let length = if (LENGTH_MIN..=LENGTH_MAX).contains(&length) { length } else { LENGTH_MIN };
        Self { alphabet, length }
    }

    /// Draws a code, every one equally likely.
    pub fn draw(&self, entropy: &mut dyn Entropy) -> Zeroizing<String> {
        let size = u8::try_from(self.alphabet.len()).unwrap_or(u8::MAX);
        let mut code = Zeroizing::new(String::with_capacity(self.length));
        for _ in 0..self.length {
            let index = usize::from(entropy.below(size));
            code.push(self.alphabet.as_bytes().get(index).copied().map_or('?', char::from));
        }
        code
    }

    /// How many characters.
    pub const fn length(&self) -> usize {
        self.length
    }

    /// Whether codes are digits only: what a code field asks the keyboard for.
    pub fn is_numeric(&self) -> bool {
        self.alphabet == DIGITS_ALONE
    }
}

impl Default for OtpShape {
    fn default() -> Self {
        Self::new(true, true, true, LENGTH_MIN)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::entropy::Seeded;

    /// `verification.md` §3.1: the alphabets, letter by letter.
    #[test]
    fn alphabets_are_those_of_the_table() {
        let alphabet = |upper, lower, digits| OtpShape::new(upper, lower, digits, 6).alphabet;
        let upper = "ABCDEFGHJKLMNPRSTUVWXYZ";
        let lower = "abcdefghjkmnpqrstuvwxyz";
        let all = "ABCDEFGHJKLMNPRSTUVWXYZabcdefghjkmnpqrstuvwxyz123456789";

        assert_eq!(alphabet(true, false, false), upper);
        assert_eq!(alphabet(false, true, false), lower);
        assert_eq!(alphabet(false, false, true), "0123456789");
        assert_eq!(alphabet(true, true, false), format!("{upper}{lower}"));
        assert_eq!(alphabet(true, false, true), format!("{upper}123456789"));
        assert_eq!(alphabet(false, true, true), format!("{lower}123456789"));
        assert_eq!(alphabet(true, true, true), all);
        assert_eq!(alphabet(false, false, false), all);
        assert_eq!((upper.len(), lower.len(), all.len()), (23, 23, 55));
    }

    /// §3.1, SEC-2: 6 to 10 characters; anything else becomes 6, also the 4 and 5 that the product would allow.
    #[test]
    fn lengths_outside_six_to_ten_become_six() {
        let length = |asked| OtpShape::new(true, true, true, asked).length();

        assert_eq!(
            [0, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 100].map(length),
            [6, 6, 6, 6, 6, 6, 7, 8, 9, 10, 6, 6]
        );
        let shape = OtpShape::new(false, false, true, 10);
        assert_eq!(shape.draw(&mut Seeded(1)).len(), 10);
        assert!(shape.is_numeric());
        assert!(!OtpShape::default().is_numeric());
    }

    /// SEC-2: no shape that can be built has less entropy than six digits.
    #[test]
    fn no_shape_is_weaker_than_six_digits() {
        for switches in 0..8_u8 {
            for length in 0..12 {
                let shape = OtpShape::new(switches & 1 != 0, switches & 2 != 0, switches & 4 != 0, length);
                let bits = f64::from(u32::try_from(shape.length()).unwrap())
                    * f64::from(u32::try_from(shape.alphabet.len()).unwrap()).log2();
                assert!(bits >= 19.9, "{shape:?}: {bits} bits");
            }
        }
    }

    /// SEC-2: every character is equally likely at every position: χ² over 100,000 codes, for each size of alphabet. The
    /// bound is 6 standard deviations above the mean, which a fair draw exceeds once in millions of runs.
    #[test]
    fn every_character_is_equally_likely_at_every_position() {
        const CODES: u32 = 100_000;
        for (seed, switches) in [(1, (true, true, true)), (2, (false, false, true)), (3, (true, false, true))]
        {
            let shape = OtpShape::new(switches.0, switches.1, switches.2, 6);
            let mut entropy = Seeded(seed);
            let mut counts = vec![BTreeMap::<char, u32>::new(); shape.length()];
            for _ in 0..CODES {
                for (position, c) in shape.draw(&mut entropy).chars().enumerate() {
                    *counts[position].entry(c).or_default() += 1;
                }
            }

            let cells = f64::from(u32::try_from(shape.alphabet.len()).unwrap());
            let expected = f64::from(CODES) / cells;
            let freedom = cells - 1.0;
            for (position, counts) in counts.iter().enumerate() {
                let drawn: String = counts.keys().collect();
                assert_eq!(drawn.len(), shape.alphabet.len(), "position {position} draws {drawn}");
                let chi: f64 =
                    counts.values().map(|count| (f64::from(*count) - expected).powi(2) / expected).sum();
                let bound = freedom + 6.0 * (2.0 * freedom).sqrt();
                assert!(chi < bound, "position {position} of {shape:?}: χ² {chi} over {bound}");
            }
        }
    }
}
