//! How texts compare: one fold, used by the filter, the sort and the index alike, so that all three mean the same.

use std::borrow::Cow;

use countersign_domain::claim::{Address, ClaimFamily};

/// How the texts of an attribute compare: folded, then byte by byte, which is the order of their code points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Collation {
    /// As they are (`caseExact`).
    Exact,
    /// Lower case, character by character: what a prefix folds to is a prefix of what the whole folds to, which whole
    /// words in lower case (a final sigma) do not promise.
    Text,
    /// ASCII lower case: names that must be unique, where look-alikes of other scripts stay apart (SEC-47).
    Ascii,
    /// E-mail addresses: ASCII lower case, the domain in A-labels where the text is a whole address (SEC-47, D-9).
    Email,
    /// Numbers: digits and a leading `+` where nothing but separators stands between them (SEC-48).
    Number,
}

impl Collation {
    /// The text as it is compared. U+0000 counts as U+FFFD, since not every database can hold it.
    pub fn fold(self, text: &str) -> Cow<'_, str> {
        let text = if text.contains('\0') {
            Cow::Owned(text.replace('\0', "\u{fffd}"))
        } else {
            Cow::Borrowed(text)
        };
        match self {
            Self::Exact => text,
            Self::Text if !text.is_ascii() => Cow::Owned(text.chars().flat_map(char::to_lowercase).collect()),
            Self::Email if !text.is_ascii() => match Address::parse(ClaimFamily::Email, &text) {
                Ok(address) => Cow::Owned(address.key().to_owned()),
                Err(_) => ascii_lower(text),
            },
            Self::Number => digits(&text).map_or_else(|| ascii_lower(text), Cow::Owned),
            Self::Text | Self::Ascii | Self::Email => ascii_lower(text),
        }
    }
}

fn ascii_lower(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(text.to_ascii_lowercase())
    } else {
        text
    }
}

/// What is left of a number, or of a part of one, without its separators; `None` for everything else.
fn digits(text: &str) -> Option<String> {
    let is_ours = |c: char| matches!(c, '0'..='9' | '+' | ' ' | '-' | '.' | '(' | ')');
    let kept: String = text.chars().filter(|c| matches!(c, '0'..='9' | '+')).collect();
    (text.chars().all(is_ours) && !kept.is_empty()).then_some(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SCIM-53, SEC-47, SEC-48.
    #[test]
    fn each_attribute_folds_as_it_is_compared() {
        let cases = [
            (Collation::Exact, "Ab\0", "Ab\u{fffd}"),
            (Collation::Text, "ÄRGER", "ärger"),
            (Collation::Text, "ΑΣ", "ασ"),
            (Collation::Ascii, "ÄB\u{212a}", "Äb\u{212a}"),
            (Collation::Email, "Bob@Example.COM", "bob@example.com"),
            (Collation::Email, "Bob@münchen.example", "bob@xn--mnchen-3ya.example"),
            (Collation::Email, "@MÜNCHEN", "@mÜnchen"),
            (Collation::Number, "+94 (77) 12-34.5", "+947712345"),
            (Collation::Number, "Ext. 12", "ext. 12"),
            (Collation::Number, "-", "-"),
        ];
        for (collation, text, folded) in cases {
            assert_eq!(collation.fold(text), folded, "{collation:?} {text:?}");
        }
    }

    /// The index keys addresses as uniqueness does (SEC-47).
    #[test]
    fn an_address_folds_to_its_key() {
        for (family, collation, text) in [
            (ClaimFamily::Email, Collation::Email, "A.B+c@XN--MNCHEN-3YA.example"),
            (ClaimFamily::Email, Collation::Email, "A@Münster.Example"),
            (ClaimFamily::Mobile, Collation::Number, "(0)77 123-456"),
        ] {
            if let Ok(address) = Address::parse(family, text) {
                assert_eq!(collation.fold(text), address.key(), "{text}");
            }
        }
    }
}
