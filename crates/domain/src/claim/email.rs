//! E-mail addresses (SEC-45 … SEC-47).

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use unicode_security::{MixedScript as _, RestrictionLevel, RestrictionLevelDetection as _};

/// An e-mail address that can be stored, compared and written to.
///
/// Bytes in are bytes out: what was typed is kept and sent to. The key beside it compares: ASCII lower case on both
/// sides of the `@`, the domain as A-labels; never Unicode case folding, never dot or plus rules (SEC-47).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EmailAddress {
    typed: String,
    key: String,
}

/// Why a text is not an e-mail address we hold. The sentence never repeats the text.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum InvalidEmail {
    /// Not of the form `local@domain`.
    #[error("an e-mail address has one @ with a name before it and a domain after it")]
    Form,
    /// Longer than SMTP carries (RFC 5321 §4.5.3.1).
    #[error("an e-mail address has at most 64 octets before the @, 253 in its domain and 254 in all")]
    Length,
    /// A local part that is no dot-atom of ASCII, or one that routes (`%`, `!`) or encodes (`=?`).
    #[error("the part before the @ may hold ASCII letters, digits and .+-_'&*/=?^`{{|}}~#$ only")]
    LocalPart,
    /// A domain of one label, an IP literal, a numeric top level, or labels outside LDH.
    #[error(
        "the domain needs at least two labels of letters, digits and hyphens, and a top level that is no number"
    )]
    Domain,
    /// An international domain that its own standard changes or refuses, or one that mixes scripts to look alike.
    #[error(
        "the international domain is not in the form its registry uses; write it in lower case without look-alikes"
    )]
    InternationalDomain,
}

impl EmailAddress {
    /// Reads an address by one strict grammar (SEC-45): dot-atom local part, LDH or IDN domain. Never strips and
    /// continues: spaces, display names, comments, quoted parts, routes and IP literals are refused.
    pub fn parse(text: &str) -> Result<Self, InvalidEmail> {
        let (local, domain) = text.split_once('@').ok_or(InvalidEmail::Form)?;
        if local.is_empty() || domain.is_empty() || domain.contains('@') {
            return Err(InvalidEmail::Form);
        }
        if local.len() > 64 || text.len() > 254 {
            return Err(InvalidEmail::Length);
        }
        check_local(local)?;
        let ascii_domain = check_domain(domain)?;
        if local.len() + 1 + ascii_domain.len() > 254 || ascii_domain.len() > 253 {
            return Err(InvalidEmail::Length);
        }
        let key = format!("{}@{ascii_domain}", local.to_ascii_lowercase());
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

    /// The domain as A-labels: what an SMTP server without SMTPUTF8 understands.
    pub fn ascii_domain(&self) -> &str {
        self.key.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// `b***@e***.com` (SEC-59).
    pub fn masked(&self) -> String {
        let domain = self.ascii_domain();
        let (name, top) = domain.rsplit_once('.').unwrap_or((domain, ""));
        format!("{}***@{}***.{top}", first(&self.typed), first(name))
    }

    /// `b***@example.com`: for pages and APIs whose reader must recognise the domain (DESIGN §5, link pages).
    pub fn masked_with_domain(&self) -> String {
        format!("{}***@{}", first(&self.typed), self.ascii_domain())
    }

    /// Takes a stored address without judging it again: a stricter grammar must not lose what is already held.
    fn stored(typed: String) -> Self {
        match Self::parse(&typed) {
            Ok(address) => address,
            Err(_) => Self { key: typed.to_ascii_lowercase(), typed },
        }
    }
}

fn first(text: &str) -> String {
    text.chars().take(1).collect()
}

/// A dot-atom of ASCII without the characters that route or encode.
fn check_local(local: &str) -> Result<(), InvalidEmail> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".+-_'&*/=?^`{|}~#$".contains(&byte);
    let dots = local.starts_with('.') || local.ends_with('.') || local.contains("..");
    if dots || local.contains("=?") || !local.bytes().all(plain) {
        return Err(InvalidEmail::LocalPart);
    }
    Ok(())
}

/// The domain in A-labels, if UTS-46 processing changes nothing but ASCII case and U-label → A-label (SEC-46, DESIGN §5).
fn check_domain(domain: &str) -> Result<String, InvalidEmail> {
    if domain.is_ascii() {
        check_ldh(domain)?;
        let lower = domain.to_ascii_lowercase();
        if lower.split('.').any(|label| label.starts_with("xn--")) {
            check_round_trip(&lower)?;
        }
        return Ok(lower);
    }
    if !domain.chars().all(visible) {
        return Err(InvalidEmail::InternationalDomain);
    }
    let ascii = idna::domain_to_ascii_strict(domain).map_err(|_| InvalidEmail::InternationalDomain)?;
    check_ldh(&ascii)?;
    let (unicode, outcome) = idna::domain_to_unicode(&ascii);
    if outcome.is_err() || unicode != domain.to_ascii_lowercase() || mixes_scripts(&unicode) {
        return Err(InvalidEmail::InternationalDomain);
    }
    Ok(ascii)
}

/// No white space, control, joiner, direction mark or variation selector: UTS-46 lets some of them stand in some scripts,
/// and nobody sees them.
fn visible(c: char) -> bool {
    !c.is_whitespace()
        && !c.is_control()
        && !matches!(c, '\u{2000}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff0}'..='\u{ffff}')
}

fn check_round_trip(ascii: &str) -> Result<(), InvalidEmail> {
    let (unicode, outcome) = idna::domain_to_unicode(ascii);
    let back = idna::domain_to_ascii_strict(&unicode).map_err(|_| InvalidEmail::InternationalDomain)?;
    if outcome.is_err() || back != ascii || mixes_scripts(&unicode) {
        return Err(InvalidEmail::InternationalDomain);
    }
    Ok(())
}

fn mixes_scripts(unicode: &str) -> bool {
    // One script, or the mixtures that are ordinary writing: Latin beside Japanese, Chinese or Korean (UTS-39 §5.2).
    let ordinary = |label: &str| {
        label.is_single_script() || label.check_restriction_level(RestrictionLevel::HighlyRestrictive)
    };
    !unicode.split('.').all(ordinary)
}

fn check_ldh(domain: &str) -> Result<(), InvalidEmail> {
    let label_ok = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let top = domain.rsplit('.').next().unwrap_or_default();
    let numeric_top = top.bytes().all(|byte| byte.is_ascii_digit());
    if domain.len() > 253 {
        return Err(InvalidEmail::Length);
    }
    if !domain.contains('.') || numeric_top || !domain.split('.').all(label_ok) {
        return Err(InvalidEmail::Domain);
    }
    Ok(())
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

impl Serialize for EmailAddress {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.typed)
    }
}

impl<'de> Deserialize<'de> for EmailAddress {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::stored)
    }
}

#[cfg(test)]
mod tests;
