//! Rows to domain values and back: times, words, documents, addresses. A row that cannot be read is a lasting fault: a
//! person has to look.

use countersign_domain::Timestamp;
use countersign_domain::change::{Cancelled, ChangeEnd, Form, Purpose, SecretDigest};
use countersign_domain::claim::{Address, Channel, ClaimFamily, EmailAddress, MobileNumber};
use rusqlite::Row;
use serde::de::value::StrDeserializer;
use serde::de::{DeserializeOwned, IntoDeserializer};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{MessageKind, StoreError, TimelineWord};

/// An id.
pub(super) fn id(row: &Row<'_>, column: usize) -> Result<Uuid, StoreError> {
    Ok(Uuid::from_bytes(row.get(column)?))
}

/// An id that may not be there.
pub(super) fn id_if(row: &Row<'_>, column: usize) -> Result<Option<Uuid>, StoreError> {
    Ok(row.get::<_, Option<[u8; 16]>>(column)?.map(Uuid::from_bytes))
}

/// The digest of a secret, where there is one.
pub(super) fn digest_if(row: &Row<'_>, column: usize) -> Result<Option<SecretDigest>, StoreError> {
    Ok(row.get::<_, Option<[u8; 32]>>(column)?.map(SecretDigest::new))
}

/// A stored time, from its column.
pub(super) fn at(row: &Row<'_>, column: usize) -> Result<Timestamp, StoreError> {
    time(row.get(column)?)
}

/// A word of an enumeration, from its column.
pub(super) fn word_at<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> Result<T, StoreError> {
    word(row.get_ref(column)?.as_str().map_err(rusqlite::Error::from)?)
}

/// A document, from its column.
pub(super) fn document_at<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> Result<T, StoreError> {
    read_document(row.get_ref(column)?.as_str().map_err(rusqlite::Error::from)?)
}

/// A time as microseconds since 1970 UTC. Times of a store never have a finer part.
pub(super) fn micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

/// A stored time.
pub(super) fn time(micros: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_microsecond(micros).map_err(|_| StoreError::plain("a stored time is out of range"))
}

/// A counter that is never negative: a revision, a lease.
pub(super) fn count(stored: i64) -> u64 {
    u64::try_from(stored).unwrap_or(0)
}

/// A counter as the databases hold it.
pub(super) fn stored_count(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// A document as text.
pub(super) fn document<T: Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|_| StoreError::plain("a document cannot be written as JSON"))
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
pub(super) fn word<'a, T: Deserialize<'a>>(stored: &'a str) -> Result<T, StoreError> {
    let words: StrDeserializer<'a, serde::de::value::Error> = stored.into_deserializer();
    T::deserialize(words).map_err(|_| StoreError::plain("a stored word is unknown to this version"))
}

/// A stored address, not judged again.
pub(super) fn address(family: ClaimFamily, typed: &str) -> Result<Address, StoreError> {
    Ok(match family {
        ClaimFamily::Email => Address::Email(word::<EmailAddress>(typed)?),
        ClaimFamily::Mobile => Address::Mobile(word::<MobileNumber>(typed)?),
    })
}

/// How and when a change ended; `None` while it is pending.
pub(super) fn change_end(
    state: &str,
    cancelled_by: Option<&str>,
    ended_at: Option<i64>,
) -> Result<Option<(ChangeEnd, Timestamp)>, StoreError> {
    let Some(ended_at) = ended_at else { return Ok(None) };
    let end = match (state, cancelled_by) {
        ("proven", _) => ChangeEnd::Proven,
        ("superseded", _) => ChangeEnd::Superseded,
        ("cancelled", Some(by)) => ChangeEnd::Cancelled { by: word(by)? },
        _ => return Err(StoreError::plain("a stored change has ended in an unknown way")),
    };
    Ok(Some((end, time(ended_at)?)))
}

/// By what a change was cancelled, if it was.
pub(super) const fn cancelled_word(end: &ChangeEnd) -> Option<&'static str> {
    match end {
        ChangeEnd::Cancelled { by } => Some(Cancelled::as_str(*by)),
        ChangeEnd::Proven | ChangeEnd::Superseded => None,
    }
}

/// The family whose addresses a channel reaches.
pub(super) const fn family_of(channel: Channel) -> ClaimFamily {
    match channel {
        Channel::Email => ClaimFamily::Email,
        Channel::Sms => ClaimFamily::Mobile,
    }
}

pub(super) const fn purpose_word(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Primary => "primary",
        Purpose::List => "list",
    }
}

pub(super) const fn form_word(form: Form) -> &'static str {
    match form {
        Form::Otp => "otp",
        Form::Link => "link",
        Form::LinkAndOtp => "link_and_otp",
    }
}

pub(super) const fn kind_word(kind: MessageKind) -> &'static str {
    match kind {
        MessageKind::Secret => "secret",
        MessageKind::Notice => "notice",
    }
}

pub(super) const fn event_word(event: TimelineWord) -> &'static str {
    match event {
        TimelineWord::Requested => "requested",
        TimelineWord::Queued => "queued",
        TimelineWord::HandedOver => "handed_over",
        TimelineWord::Refused => "refused",
        TimelineWord::Bounced => "bounced",
        TimelineWord::GivenUp => "given_up",
        TimelineWord::Told => "told",
        TimelineWord::NotTold => "not_told",
        TimelineWord::Resent => "resent",
        TimelineWord::WrongCode => "wrong_code",
        TimelineWord::Exhausted => "exhausted",
        TimelineWord::Expired => "expired",
        TimelineWord::Superseded => "superseded",
        TimelineWord::Cancelled => "cancelled",
        TimelineWord::Proven => "proven",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_written_is_read_back_as_what_it_was() {
        for purpose in [Purpose::Primary, Purpose::List] {
            assert_eq!(word::<Purpose>(purpose_word(purpose)).unwrap(), purpose);
        }
        for form in [Form::Otp, Form::Link, Form::LinkAndOtp] {
            assert_eq!(word::<Form>(form_word(form)).unwrap(), form);
        }
        for kind in [MessageKind::Secret, MessageKind::Notice] {
            assert_eq!(word::<MessageKind>(kind_word(kind)).unwrap(), kind);
        }
        for channel in Channel::ALL {
            assert_eq!(word::<Channel>(channel.as_str()).unwrap(), channel);
            assert_eq!(family_of(channel).channel(), channel);
        }
        for event in EVENTS {
            assert_eq!(word::<TimelineWord>(event_word(event)).unwrap(), event);
        }
    }

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

    const EVENTS: [TimelineWord; 15] = [
        TimelineWord::Requested,
        TimelineWord::Queued,
        TimelineWord::HandedOver,
        TimelineWord::Refused,
        TimelineWord::Bounced,
        TimelineWord::GivenUp,
        TimelineWord::Told,
        TimelineWord::NotTold,
        TimelineWord::Resent,
        TimelineWord::WrongCode,
        TimelineWord::Exhausted,
        TimelineWord::Expired,
        TimelineWord::Superseded,
        TimelineWord::Cancelled,
        TimelineWord::Proven,
    ];
}
