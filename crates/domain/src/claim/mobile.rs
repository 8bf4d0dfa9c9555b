//! Mobile numbers (SEC-48).

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A mobile number that can be stored, compared and sent to.
///
/// What was typed is kept (SCIM-28); the key beside it compares: ASCII digits with a leading `+` where one was typed. Where
/// the numbering plan of a default region says more ([`super::Numbering`]), the key is the E.164 form. Such a number is
/// stored as `typed=key`, so that another region, configured later, changes nothing that is held.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MobileNumber {
    typed: String,
    key: String,
}

/// Why a text is not a mobile number we hold. The sentence never repeats the text.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum InvalidMobile {
    /// Something other than digits and the usual separators.
    #[error(
        "a mobile number has digits, an optional + in front, and spaces, dashes, dots or parentheses between them"
    )]
    Characters,
    /// Too short or too long for E.164.
    #[error("a mobile number has 4 to 15 digits")]
    Length,
    /// A country code that serves satellites and premium services only.
    #[error("numbers of satellite and international premium services are not accepted")]
    Unreachable,
    /// A premium-rate or shared-cost number of a country.
    #[error("premium-rate and shared-cost numbers are not accepted")]
    Premium,
    /// A country that is not on the operator's list.
    #[error("no messages are sent to numbers of this country; use a number of another one")]
    Country,
    /// Only some countries are served, and this number does not say which it belongs to.
    #[error("write the number in international form, with + and the country code in front")]
    Unplaced,
}

/// ITU codes that no personal mobile uses: Inmarsat, satellite networks, international networks, shared-cost and
/// premium services. Sending there is how SMS fraud is paid.
pub(super) const REFUSED_CODES: [&str; 7] = ["+870", "+881", "+882", "+883", "+888", "+979", "+808"];

impl MobileNumber {
    /// Reads a number: 4–15 ASCII digits, one optional `+` in front, separators anywhere between. Refuses other digits,
    /// letters, and country codes that serve satellites and premium services only.
    pub fn parse(text: &str) -> Result<Self, InvalidMobile> {
        let key = key_of(text)?;
        let digits = key.trim_start_matches('+').len();
        if !(4..=15).contains(&digits) || text.len() > 64 {
            return Err(InvalidMobile::Length);
        }
        if REFUSED_CODES.iter().any(|code| key.starts_with(code)) {
            return Err(InvalidMobile::Unreachable);
        }
        Ok(Self { typed: text.to_owned(), key })
    }

    /// As typed.
    pub fn as_str(&self) -> &str {
        &self.typed
    }

    /// The comparison key.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Whether both are written with the same digits, whatever separates them and whatever their keys are.
    pub fn reads_as(&self, other: &Self) -> bool {
        self.digits() == other.digits()
    }

    /// The same number as typed, compared by `key`.
    #[must_use]
    pub(super) fn keyed(&self, key: String) -> Self {
        Self { typed: self.typed.clone(), key }
    }

    /// The same number as typed, compared as `other` is: for one that [`MobileNumber::reads_as`] what is held already.
    #[must_use]
    pub fn keyed_as(&self, other: &Self) -> Self {
        self.keyed(other.key.clone())
    }

    /// As it is stored: what was typed, with the key behind it where the digits alone do not tell.
    pub fn stored(&self) -> Cow<'_, str> {
        if self.digits() == self.key {
            Cow::Borrowed(&self.typed)
        } else {
            Cow::Owned(format!("{}{KEY_MARK}{}", self.typed, self.key))
        }
    }

    fn digits(&self) -> Cow<'_, str> {
        key_of(&self.typed).map_or(Cow::Borrowed(&self.typed), Cow::Owned)
    }

    /// All but the last three digits: the unit in which SMS pumping buys numbers (security §8).
    pub fn block(&self) -> &str {
        self.key.get(..self.key.len().saturating_sub(3)).unwrap_or_default()
    }

    /// `+94***01` (SEC-59).
    pub fn masked(&self) -> String {
        let digits = self.digits();
        let shown = if digits.starts_with('+') { 3 } else { 2 };
        let head = digits.get(..shown).unwrap_or_default();
        let tail = digits.get(digits.len().saturating_sub(2)..).unwrap_or_default();
        format!("{head}***{tail}")
    }

    /// Takes a stored number without judging it again: a stricter rule must not lose what is already held.
    fn from_stored(text: String) -> Self {
        if let Some((typed, key)) = text.split_once(KEY_MARK) {
            return Self { typed: typed.to_owned(), key: key.to_owned() };
        }
        match key_of(&text) {
            Ok(key) => Self { typed: text, key },
            Err(_) => Self { key: text.clone(), typed: text },
        }
    }
}

/// Stands between what was typed and its key; no number holds it.
const KEY_MARK: char = '=';

fn key_of(text: &str) -> Result<String, InvalidMobile> {
    let mut key = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '0'..='9' => key.push(c),
            '+' if key.is_empty() => key.push(c),
            ' ' | '-' | '.' | '(' | ')' => {}
            _ => return Err(InvalidMobile::Characters),
        }
    }
    Ok(key)
}

impl fmt::Debug for MobileNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

impl Serialize for MobileNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.stored())
    }
}

impl<'de> Deserialize<'de> for MobileNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from_stored)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> Result<String, InvalidMobile> {
        MobileNumber::parse(text).map(|number| number.key().to_owned())
    }

    /// SEC-48, SCIM-28: separators do not count in the key; what was typed is kept.
    #[test]
    fn separators_are_dropped_from_the_key_and_kept_in_the_value() {
        for (typed, expected) in [
            ("0123456789", "0123456789"),
            ("+94 77 123 4501", "+94771234501"),
            ("(077) 123-45.01", "0771234501"),
            (" +1-202-555-0143 ", "+12025550143"),
            ("(+49) 30 1234", "+49301234"),
            ("1234", "1234"),
            ("+123456789012345", "+123456789012345"),
        ] {
            let number = MobileNumber::parse(typed).unwrap();
            assert_eq!((number.as_str(), number.key()), (typed, expected));
        }
    }

    /// SEC-48: other digits, letters, and a plus anywhere but in front are refused.
    #[test]
    fn anything_but_ascii_digits_and_separators_is_refused() {
        for text in [
            "+94 77 123 45O1",
            "٠١٢٣٤٥٦٧٨٩",
            "１２３４５６７",
            "++94771234",
            "94+771234",
            "tel:+94771234",
            "12345;ext=1",
            "1234\u{a0}5678",
            "1234\t5678",
            "1234\n5678",
            "#1234",
            "*1234#",
            "1234,5678",
            "-+94/771234",
        ] {
            assert_eq!(key(text), Err(InvalidMobile::Characters), "{text:?}");
        }
    }

    /// E.164: 4 to 15 digits; the last that fits and the first that does not.
    #[test]
    fn numbers_have_four_to_fifteen_digits() {
        assert_eq!(key("123"), Err(InvalidMobile::Length));
        assert_eq!(key("+123"), Err(InvalidMobile::Length));
        assert_eq!(key("1234567890123456"), Err(InvalidMobile::Length));
        assert_eq!(key("+"), Err(InvalidMobile::Length));
        assert_eq!(key(""), Err(InvalidMobile::Length));
        assert_eq!(key(&format!("1234{}", " ".repeat(61))), Err(InvalidMobile::Length));
        assert!(key(&format!("1234{}", " ".repeat(60))).is_ok());
    }

    /// SEC-48: satellite and premium country codes are refused, with or without separators; their digits within a national
    /// number are not.
    #[test]
    fn satellite_and_premium_numbers_are_refused() {
        for code in REFUSED_CODES {
            assert_eq!(key(&format!("{code} 123 456")), Err(InvalidMobile::Unreachable), "{code}");
        }
        assert_eq!(key("+8 8-1 123 456"), Err(InvalidMobile::Unreachable));
        assert!(key("881123456").is_ok());
        assert!(key("+8801712345678").is_ok());
    }

    /// SEC-59: head and tail only.
    #[test]
    fn masks_show_head_and_tail_only() {
        let masked = |text: &str| MobileNumber::parse(text).unwrap().masked();

        assert_eq!(masked("+94 77 123 45 01"), "+94***01");
        assert_eq!(masked("0123456789"), "01***89");
        assert_eq!(format!("{:?}", MobileNumber::parse("+94771234501").unwrap()), "+94***01");
    }

    /// Security §8: a block is all but the last three digits, however it was typed.
    #[test]
    fn a_block_is_all_but_the_last_three_digits() {
        assert_eq!(MobileNumber::parse("+94 77 123 45 01").unwrap().block(), "+94771234");
        assert_eq!(MobileNumber::parse("1234").unwrap().block(), "1");
    }

    /// A stored number is kept even if a rule became stricter.
    #[test]
    fn a_stored_number_is_not_judged_again() {
        let stored: MobileNumber = serde_json::from_str("\"+870 1234\"").unwrap();

        assert_eq!((stored.as_str(), stored.key()), ("+870 1234", "+8701234"));
    }
}
