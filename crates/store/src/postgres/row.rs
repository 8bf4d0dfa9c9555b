//! Columns of a row as domain values, and back: times, words, documents, addresses. A row that cannot be read is a
//! lasting fault: a person has to look.

use countersign_domain::change::{Challenge, ChangeEnd, SecretDigest};
use countersign_domain::claim::{Address, Channel, ClaimFamily, EmailAddress, MobileNumber};
use countersign_domain::{ChallengeId, Timestamp};
use serde::de::value::StrDeserializer;
use serde::de::{DeserializeOwned, IntoDeserializer as _};
use serde::{Deserialize, Serialize};
use tokio_postgres::Row;
use tokio_postgres::types::FromSql;
use uuid::Uuid;

use crate::StoreError;

/// A column as the driver gives it.
pub(super) fn cell<'a, T: FromSql<'a>>(row: &'a Row, column: &str) -> Result<T, StoreError> {
    row.try_get(column).map_err(|error| StoreError::lasting("a row of the database cannot be read", error))
}

/// A count; the schema knows no negative ones.
pub(super) fn count<N: TryFrom<i64>>(row: &Row, column: &str) -> Result<N, StoreError> {
    N::try_from(cell(row, column)?).map_err(|_| StoreError::plain("a stored number is out of range"))
}

/// A time.
pub(super) fn time(row: &Row, column: &str) -> Result<Timestamp, StoreError> {
    instant(cell(row, column)?)
}

/// A time that may not have come.
pub(super) fn time_if(row: &Row, column: &str) -> Result<Option<Timestamp>, StoreError> {
    cell::<Option<i64>>(row, column)?.map(instant).transpose()
}

/// A document, from its column.
pub(super) fn document<T: DeserializeOwned>(row: &Row, column: &str) -> Result<T, StoreError> {
    read_document(cell(row, column)?)
}

/// A word of an enumeration, from its column.
pub(super) fn word<'a, T: Deserialize<'a>>(row: &'a Row, column: &str) -> Result<T, StoreError> {
    read_word(cell(row, column)?)
}

/// Text to be stored or compared: U+0000, which PostgreSQL cannot hold, becomes U+FFFD on both sides.
pub(super) fn text(value: &str) -> String {
    value.replace('\0', "\u{fffd}")
}

/// The digest of a secret, where there is one.
pub(super) fn digest_if(row: &Row, column: &str) -> Result<Option<SecretDigest>, StoreError> {
    cell::<Option<&[u8]>>(row, column)?.map(|bytes| Ok(SecretDigest::new(hash(bytes)?))).transpose()
}

/// 32 bytes.
pub(super) fn hash(bytes: &[u8]) -> Result<[u8; 32], StoreError> {
    bytes.try_into().map_err(|_| StoreError::plain("a stored digest has not 32 octets"))
}

/// A challenge, from the columns every statement that reads one names alike.
pub(super) fn challenge(row: &Row) -> Result<Challenge, StoreError> {
    Ok(Challenge {
        id: ChallengeId::new(cell::<Uuid>(row, "challenge_id")?),
        form: word(row, "form")?,
        otp: digest_if(row, "otp_digest")?,
        link: digest_if(row, "link_digest")?,
        issued_at: time(row, "issued_at")?,
        expires_at: time(row, "expires_at")?,
        attempts: count(row, "attempts")?,
        attempts_max: count(row, "attempts_max")?,
        state: word(row, "challenge_state")?,
    })
}

/// How and when a change ended; `None` while it is pending.
pub(super) fn change_end(row: &Row) -> Result<Option<(ChangeEnd, Timestamp)>, StoreError> {
    let Some(ended_at) = time_if(row, "ended_at")? else { return Ok(None) };
    let end = match (cell(row, "state")?, cell::<Option<&str>>(row, "cancelled_by")?) {
        ("proven", _) => ChangeEnd::Proven,
        ("superseded", _) => ChangeEnd::Superseded,
        ("cancelled", Some(by)) => ChangeEnd::Cancelled { by: read_word(by)? },
        _ => return Err(StoreError::plain("a stored change has ended in an unknown way")),
    };
    Ok(Some((end, ended_at)))
}

/// A time as microseconds since 1970 UTC. Times of a store never have a finer part.
pub(super) fn micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

/// A stored time.
pub(super) fn instant(micros: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_microsecond(micros).map_err(|_| StoreError::plain("a stored time is out of range"))
}

/// A counter as the database holds it.
pub(super) fn stored_count(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// A document as text.
pub(super) fn as_document<T: Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|_| StoreError::plain("a document cannot be written as JSON"))
}

/// The word of an enumeration, as serde spells it.
pub(super) fn as_word<T: Serialize>(value: &T) -> Result<String, StoreError> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => Ok(word),
        _ => Err(StoreError::plain("a value that is no plain word cannot be stored as one")),
    }
}

/// A stored document. The error names the place, never the content.
pub(super) fn read_document<T: DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| {
        let place =
            format!("{:?} error at line {} column {}", error.classify(), error.line(), error.column());
        StoreError::lasting("a stored document cannot be read", place)
    })
}

/// A stored word of an enumeration.
pub(super) fn read_word<'a, T: Deserialize<'a>>(stored: &'a str) -> Result<T, StoreError> {
    let words: StrDeserializer<'a, serde::de::value::Error> = stored.into_deserializer();
    T::deserialize(words).map_err(|_| StoreError::plain("a stored word is unknown to this version"))
}

/// A stored address, not judged again: a stricter grammar must not lose what is held.
pub(super) fn address(family: ClaimFamily, typed: &str) -> Result<Address, StoreError> {
    Ok(match family {
        ClaimFamily::Email => Address::Email(read_word::<EmailAddress>(typed)?),
        ClaimFamily::Mobile => Address::Mobile(read_word::<MobileNumber>(typed)?),
    })
}

/// The family whose addresses a channel reaches.
pub(super) const fn family_of(channel: Channel) -> ClaimFamily {
    match channel {
        Channel::Email => ClaimFamily::Email,
        Channel::Sms => ClaimFamily::Mobile,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unreadable_document_is_reported_without_its_content() {
        let error = read_document::<bool>("\"bob@example.com\"").unwrap_err();

        let shown = format!("{error} / {error:?}");
        assert!(!shown.contains("bob"), "{shown}");
        assert!(shown.contains("line 1"), "{shown}");
    }

    #[test]
    fn a_stored_address_is_taken_as_it_is_even_if_the_grammar_has_become_stricter() {
        let stored = address(ClaimFamily::Email, "Old Style@localhost").unwrap();

        assert_eq!(stored.as_str(), "Old Style@localhost");
    }

    /// U+0000 may stand in a JSON document, but in no text of PostgreSQL's.
    #[test]
    fn text_holds_no_character_the_database_refuses() {
        assert_eq!(text("a\0b"), "a\u{fffd}b");
    }
}
