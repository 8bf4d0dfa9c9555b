//! What came of one attempt to deliver (REL-7).

use std::time::Duration;

use crate::placeholder::{percent_encoded, shown};

/// How many escaped characters of an answer are kept (SEC-52).
const KEPT_CHARACTERS: usize = 200;

/// The result of one attempt. Its texts go into the message's timeline, so they hold no code, link or full address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The next hop has taken the message. This is not yet "delivered", and nobody claims so.
    HandedOver {
        /// What the other side said, shortened and cleaned.
        detail: String,
    },
    /// Not now: try again on the schedule, and not before `after` when the other side asked for it.
    Retry {
        /// One sentence for the timeline.
        why: String,
        /// The other side's `Retry-After`.
        after: Option<Duration>,
    },
    /// Nobody answered, or the connection broke: try again on the schedule. When it goes on, the destination is left
    /// alone for a while (REL-9).
    Unreached {
        /// One sentence for the timeline.
        why: String,
    },
    /// Trying again cannot help.
    Dead {
        /// One sentence for the timeline.
        why: String,
    },
}

impl Outcome {
    /// A failure worth repeating, without a wish of the other side.
    pub(crate) fn retry(why: impl Into<String>) -> Self {
        Self::Retry { why: why.into(), after: None }
    }

    /// Nobody answered.
    pub(crate) fn unreached(why: impl Into<String>) -> Self {
        Self::Unreached { why: why.into() }
    }

    /// A failure for good.
    pub(crate) fn dead(why: impl Into<String>) -> Self {
        Self::Dead { why: why.into() }
    }
}

/// What of a stranger's answer may be kept: on one line, control characters escaped, at most 200 characters, and
/// without the values in `confidential`, which a provider may well echo, or any e-mail address: a mail server may write
/// ours in other letters, or name the one it forwards to (SEC-52, I11).
pub(crate) fn excerpt(answer: &str, confidential: &[&str]) -> String {
    let mut hidden: Vec<&str> =
        confidential.iter().copied().filter(|value| value.chars().count() >= 3).collect();
    hidden.sort_by_key(|value| std::cmp::Reverse(value.len())); // a text that contains the code goes before the code
    let mut text = answer.trim().to_owned();
    for value in hidden {
        text = text.replace(value, "•••");
        text = text.replace(&percent_encoded(value), "•••");
    }
    shown(&without_addresses(&text)).chars().take(KEPT_CHARACTERS).collect()
}

/// Words with an `@` in them are addresses, whatever stands round them.
fn without_addresses(text: &str) -> String {
    let ends_word = |c: char| c.is_whitespace() || "<>()[]{}\"',;:=".contains(c);
    let words = text.split_inclusive(ends_word).map(|piece| {
        let word = piece.trim_end_matches(ends_word);
        let is_address = word.contains('@') || word.contains("%40");
        if is_address { piece.replacen(word, "•••", 1) } else { piece.to_owned() }
    });
    words.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SEC-52: an answer is kept as 200 escaped characters, and never with the code it echoes.
    #[test]
    fn an_excerpt_is_short_plain_and_without_secrets() {
        let answer =
            format!("{{\"to\":\"%2B12025550123\",\n\"text\":\"815204\"}}\u{202e}{}", "x".repeat(500));

        let kept = excerpt(&answer, &["815204", "+12025550123", ""]);

        assert!(kept.starts_with(r#"{"to":"•••",\n"text":"•••"}\u{202e}xxx"#), "{kept}");
        assert_eq!(kept.chars().count(), 200);
    }

    /// I11: nor with an address in other letters, or with another address than the one it went to.
    #[test]
    fn an_excerpt_names_no_address() {
        let answer = "550 5.1.1 <Bo@Example.ORG>: forwarded to bo%40other.example, user unknown";

        let kept = excerpt(answer, &["bo@example.org"]);

        assert_eq!(kept, "550 5.1.1 <•••>: forwarded to •••, user unknown");
    }
}
