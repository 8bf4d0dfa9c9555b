//! One mail as RFC 5322 text: one recipient, plain text and HTML side by side.

use std::time::SystemTime;

use jiff::Timestamp;
use lettre::address::Envelope;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart};
use lettre::{Address, address::AddressError};

use super::settings::SmtpSettings;
use crate::render::Email;

/// Why a mail cannot be made. Trying again would not help; nothing of the mail is quoted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// A line break or another control character on its way into a header (SEC-49).
    #[error("the {0} holds a line break or another control character and was refused")]
    HeaderBreak(&'static str),
    /// The recipient is no address.
    #[error("the recipient is not an e-mail address")]
    Recipient,
    /// The mail library refused it.
    #[error("the mail could not be built")]
    Unbuildable,
}

/// A mail ready for the wire.
pub(super) struct Prepared {
    pub(super) envelope: Envelope,
    pub(super) bytes: Vec<u8>,
}

/// Builds the mail. `message_id` is the stable id of the message: letters, digits, `-`, `_` and `.`.
pub(super) fn prepare(
    settings: &SmtpSettings,
    mail: &Email,
    to: &str,
    message_id: &str,
    now: Timestamp,
) -> Result<Prepared, MessageError> {
    for (what, value) in [("subject", mail.subject.as_str()), ("recipient", to), ("message id", message_id)] {
        if value.chars().any(char::is_control) {
            return Err(MessageError::HeaderBreak(what));
        }
    }
    if !message_id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)) {
        return Err(MessageError::HeaderBreak("message id"));
    }
    let to = recipient(to).map_err(|_| MessageError::Recipient)?;
    let from = &settings.from;
    let message = Message::builder()
        .from(from.clone())
        .reply_to(settings.reply_to.clone())
        .to(Mailbox::new(None, to))
        .subject(mail.subject.clone())
        .date(SystemTime::from(now))
        .message_id(Some(format!("<{message_id}@{}>", from.email.domain())))
        // keeps out-of-office answers away (RFC 3834 §5)
        .raw_header(HeaderValue::new(
            HeaderName::new_from_ascii_str("Auto-Submitted"),
            "auto-generated".into(),
        ))
        .multipart(MultiPart::alternative_plain_html(mail.text.clone(), mail.html.clone()))
        .map_err(|_| MessageError::Unbuildable)?;
    Ok(Prepared { envelope: message.envelope().clone(), bytes: message.formatted() })
}

/// The address with its domain in the form DNS knows, so that only a non-ASCII local part needs SMTPUTF8.
fn recipient(to: &str) -> Result<Address, AddressError> {
    let (local, domain) = to.rsplit_once('@').ok_or(AddressError::MissingParts)?;
    let domain = idna::domain_to_ascii(domain).map_err(|_| AddressError::InvalidDomain)?;
    Address::new(local, domain)
}

#[cfg(test)]
mod tests {
    use super::super::SmtpKeys;
    use super::*;

    fn settings() -> SmtpSettings {
        let keys = SmtpKeys {
            from_address: Some("no-reply@shop.example".into()),
            signature: Some("Zoë's Shop, \"London\"".into()),
            ..SmtpKeys::default()
        };
        SmtpSettings::try_new(&keys).unwrap().unwrap()
    }

    fn mail() -> Email {
        let text = |text: &str| text.to_owned();
        Email { subject: text("Grüße, confirm"), text: text("Hi.\n.\nBye."), html: text("<p>Hi</p>") }
    }

    fn headers(prepared: &Prepared) -> String {
        let text = String::from_utf8(prepared.bytes.clone()).unwrap();
        text.split("\r\n\r\n").next().unwrap_or_default().to_owned()
    }

    /// REL-6, SEC-49: every header is ours; the Message-ID is the stable id.
    #[test]
    fn the_headers_are_built_from_typed_values() {
        let now = "2026-03-01T10:00:00Z".parse().unwrap();

        let prepared = prepare(&settings(), &mail(), "jörg@bücher.example", "m-7", now).unwrap();

        let headers = headers(&prepared);
        let kept: Vec<_> =
            headers.lines().filter(|line| !line.contains("boundary") && !line.starts_with(' ')).collect();
        assert_eq!(
            kept,
            [
                "From: =?utf-8?b?Wm/DqydzIFNob3AsICJMb25kb24i?= <no-reply@shop.example>",
                "Reply-To: no-reply@shop.example",
                "To: jörg@xn--bcher-kva.example",
                "Subject: =?utf-8?b?R3LDvMOfZSw=?= confirm",
                "Date: Sun, 01 Mar 2026 10:00:00 +0000",
                "Message-ID: <m-7@shop.example>",
                "Auto-Submitted: auto-generated",
                "MIME-Version: 1.0",
                "Content-Type: multipart/alternative;",
            ]
        );
    }

    /// SEC-49: CR or LF anywhere near a header is refused, not cleaned.
    #[test]
    fn line_breaks_are_refused_by_name() {
        let now = Timestamp::UNIX_EPOCH;
        let broken = Email { subject: "Hi\r\nBcc: eve@example.org".into(), ..mail() };

        let refused = [
            prepare(&settings(), &broken, "bo@example.org", "m", now),
            prepare(&settings(), &mail(), "bo@example.org\nRCPT TO:<eve@example.org>", "m", now),
            prepare(&settings(), &mail(), "bo@example.org", "m>\r\nX: y", now),
            prepare(&settings(), &mail(), "bo@example.org", "m@x>", now),
            prepare(&settings(), &mail(), "bo@example.org, eve@example.org", "m", now),
            prepare(&settings(), &mail(), "bo", "m", now),
        ]
        .map(|prepared| prepared.map(|_| ()).unwrap_err());

        assert_eq!(
            refused,
            [
                MessageError::HeaderBreak("subject"),
                MessageError::HeaderBreak("recipient"),
                MessageError::HeaderBreak("message id"),
                MessageError::HeaderBreak("message id"),
                MessageError::Recipient,
                MessageError::Recipient,
            ]
        );
    }
}
