//! dateTime values (RFC 7643 §2.3.5): compared as instants, not as text (SCIM-26).

use jiff::{Timestamp, civil::DateTime, tz::Offset};

/// Reads an xsd:dateTime. One without a zone is taken as UTC: old data has them (SEED-46).
pub(crate) fn parse(text: &str) -> Option<Timestamp> {
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Some(instant);
    }
    Offset::UTC.to_timestamp(text.parse::<DateTime>().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SEED-46, SCIM-26.
    #[test]
    fn zones_are_honoured_and_a_missing_one_is_utc() {
        let noon = parse("2020-01-07T12:00:00Z").unwrap();

        assert_eq!(parse("2020-01-07T13:00:00.000+01:00"), Some(noon));
        assert_eq!(parse("2020-01-07T12:00:00"), Some(noon));
        assert_eq!(parse("yesterday"), None);
        assert_eq!(parse("2020-13-07T12:00:00Z"), None);
    }
}
