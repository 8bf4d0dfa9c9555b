//! How long a code or link may be used, and how often something may happen: the numbers of security.

use super::kind::{Kind, Raw, mistaken, whole_number};
use super::problem::Complaint;

/// A time to live in whole minutes, from one minute to one year. "For ever" cannot be written (SEC-11).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ValidityMinutes(u32);

impl ValidityMinutes {
    const LONGEST: u32 = 366 * 24 * 60;

    /// A validity known when the program is compiled: `minutes`, held within one minute and one year.
    pub(crate) const fn new(minutes: u32) -> Self {
        match minutes {
            0 => Self(1),
            1..=Self::LONGEST => Self(minutes),
            _ => Self(Self::LONGEST),
        }
    }

    /// The minutes.
    pub(crate) const fn minutes(self) -> u32 {
        self.0
    }

    /// A number of minutes, or a number with `m`, `h` or `d` behind it, as the product's own defaults write it.
    fn parse(raw: &Raw) -> Option<i64> {
        if let Some(minutes) = whole_number(raw) {
            return Some(minutes);
        }
        let Raw::Text(text) = raw else { return None };
        let text = text.trim();
        let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
        let factor = match unit {
            "m" | "M" => 1,
            "h" | "H" => 60,
            "d" | "D" => 24 * 60,
            _ => return None,
        };
        number.trim_end().parse::<i64>().ok()?.checked_mul(factor)
    }
}

impl Kind for ValidityMinutes {
    fn name() -> String {
        "minutes, or a number with `m`, `h` or `d`".to_owned()
    }

    fn read(raw: &Raw) -> Result<Self, Complaint> {
        let wanted = "a number of minutes, such as `5`, `\"5\"`, `\"5m\"`, `\"24h\"` or `\"1d\"`";
        let minutes = Self::parse(raw).ok_or_else(|| mistaken(raw, wanted))?;
        if minutes <= 0 {
            return Err(Complaint::new(
                format!("must be at least one minute, not {}: nothing is valid for ever", raw.words()),
                "Write the number of minutes after which a new code must be asked for.",
            ));
        }
        match u32::try_from(minutes) {
            Ok(minutes) if minutes <= Self::LONGEST => Ok(Self(minutes)),
            _ => Err(Complaint::new(
                format!("must be at most one year, not {}", raw.words()),
                "Write a smaller number of minutes.",
            )),
        }
    }

    fn show(&self) -> Option<String> {
        Some(self.0.to_string())
    }
}

/// How often something may happen; 0 switches the limit off, which is said at every start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limit(pub(crate) u32);

impl Kind for Limit {
    fn name() -> String {
        "a whole number; 0 = off".to_owned()
    }

    fn read(raw: &Raw) -> Result<Self, Complaint> {
        whole_number(raw)
            .and_then(|number| u32::try_from(number).ok())
            .map(Self)
            .ok_or_else(|| mistaken(raw, "a whole number, 0 or more"))
    }

    fn show(&self) -> Option<String> {
        Some(self.0.to_string())
    }

    fn caution(&self) -> Option<Complaint> {
        (self.0 == 0).then(|| {
            Complaint::new(
                "is 0, so this limit is off",
                "Delete the line to have the default back, unless something else limits this.",
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, Raw, ValidityMinutes};

    /// SEED-5, SEED-28, `verification.md` §5.1: numbers, quoted numbers and suffixes are one and the same thing.
    #[test]
    fn validities_are_read_in_every_spelling_in_use() {
        let text = |text: &str| Raw::Text(text.to_owned());
        let spellings =
            [Raw::Integer(5), text("5"), text(" 5m "), text("24h"), text("1d"), text("1440"), text("2 h")];

        let minutes = spellings.map(|raw| ValidityMinutes::read(&raw).map(ValidityMinutes::minutes));

        assert_eq!(minutes, [5, 5, 5, 1440, 1440, 1440, 120].map(Ok));
    }

    /// SEC-11: zero, negative, "never", numbers beyond reason and other types are refused, each with a sentence.
    #[test]
    fn a_validity_that_never_ends_is_refused() {
        let text = |text: &str| Raw::Text(text.to_owned());
        let wrong = [
            Raw::Integer(0),
            Raw::Integer(-1),
            text("never"),
            text("-5m"),
            text("99999999999d"),
            text("9223372036854775807d"),
            text("é"),
            text(""),
            Raw::Boolean(true),
            Raw::List(Vec::new()),
        ];

        let messages = wrong.map(|raw| ValidityMinutes::read(&raw).map_err(|complaint| complaint.message));

        insta::assert_debug_snapshot!(messages, @r#"
        [
            Err(
                "must be at least one minute, not `0`: nothing is valid for ever",
            ),
            Err(
                "must be at least one minute, not `-1`: nothing is valid for ever",
            ),
            Err(
                "cannot be `never`",
            ),
            Err(
                "must be at least one minute, not `-5m`: nothing is valid for ever",
            ),
            Err(
                "must be at most one year, not `99999999999d`",
            ),
            Err(
                "cannot be `9223372036854775807d`",
            ),
            Err(
                "cannot be `é`",
            ),
            Err(
                "cannot be ``",
            ),
            Err(
                "cannot be `true`",
            ),
            Err(
                "cannot be a list",
            ),
        ]
        "#);
    }
}
