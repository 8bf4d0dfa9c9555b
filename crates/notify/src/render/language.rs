//! The languages the built-in messages are written in, and the words a message brings along in English.

use crate::placeholder::Values;

/// A language with built-in wording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// What is sent to everybody whose locale names no other language of ours.
    English,
    /// `de`, `de-AT`, `de_DE`, …
    German,
}

impl Language {
    /// The built-in language for a locale such as `en_US` or `de-AT`; English for every other one and for none.
    pub fn of(locale: Option<&str>) -> Self {
        let language = locale.unwrap_or_default().trim().split(['-', '_']).next().unwrap_or_default();
        if language.eq_ignore_ascii_case(Self::German.tag()) { Self::German } else { Self::English }
    }

    /// As an HTML page names it (BCP 47).
    pub(crate) const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// The line beneath the card of a mail.
    pub(super) const fn footer(self) -> &'static str {
        match self {
            Self::English => "Sent by {{organization-name}}, because it concerns your account.",
            Self::German => "Gesendet von {{organization-name}}, weil es Ihr Konto betrifft.",
        }
    }

    /// The values with the application's own words in this language. It hands them over in English; what a person or
    /// an operator chose stays as it is.
    pub(super) fn words(self, values: &Values) -> Values {
        match self {
            Self::English => values.clone(),
            Self::German => values.map(in_german),
        }
    }
}

fn in_german(name: &str, value: &str) -> String {
    let word = match (name, value) {
        ("claim-name", "e-mail address") => "E-Mail-Adresse",
        ("claim-name", "mobile number") => "Mobilnummer",
        ("old-value", "none") => "keine",
        // after "von"
        ("requested-by", "the account's owner") => "dem Inhaber des Kontos",
        ("requested-by", "an administrator") => "einem Administrator",
        ("requested-by", _) => {
            let application = value.strip_prefix("the application ");
            return application.map_or_else(|| value.to_owned(), |name| format!("der Anwendung {name}"));
        }
        ("requested-from", _) => {
            let client = value.strip_prefix("an unknown address");
            return client.map_or_else(|| value.to_owned(), |client| format!("unbekannte Adresse{client}"));
        }
        ("validity", _) => return span_in_german(value).unwrap_or_else(|| value.to_owned()),
        _ => value,
    };
    word.to_owned()
}

/// `5 minutes` → `5 Minuten`.
fn span_in_german(span: &str) -> Option<String> {
    let (count, unit) = span.split_once(' ')?;
    let unit = match unit {
        "minute" => "Minute",
        "minutes" => "Minuten",
        "hour" => "Stunde",
        "hours" => "Stunden",
        "day" => "Tag",
        "days" => "Tage",
        _ => return None,
    };
    Some(format!("{count} {unit}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A locale is taken by its language, however it is spelled; a language that only begins alike is another one.
    #[test]
    fn a_locale_is_taken_by_its_language() {
        for german in ["de", "de-AT", "de_DE", "DE", " de-CH "] {
            assert_eq!(Language::of(Some(german)), Language::German, "{german}");
        }
        for other in [Some("en_US"), Some("fr"), Some("den"), Some("des-BR"), Some(""), None] {
            assert_eq!(Language::of(other), Language::English, "{other:?}");
        }
    }

    /// The application's words are translated, what a person chose is not.
    #[test]
    fn only_the_applications_own_words_are_translated() {
        let said = [
            ("claim-name", "e-mail address", "E-Mail-Adresse"),
            ("claim-name", "mobile number", "Mobilnummer"),
            ("old-value", "none", "keine"),
            ("old-value", "n***@none.example", "n***@none.example"),
            ("requested-by", "the account's owner", "dem Inhaber des Kontos"),
            ("requested-by", "an administrator", "einem Administrator"),
            ("requested-by", "the application Till 7", "der Anwendung Till 7"),
            ("requested-from", "an unknown address (curl/8)", "unbekannte Adresse (curl/8)"),
            ("requested-from", "203.0.113.7", "203.0.113.7"),
            ("validity", "1 minute", "1 Minute"),
            ("validity", "24 hours", "24 Stunden"),
            ("validity", "3 days", "3 Tage"),
            ("validity", "a while", "a while"),
            ("user-name", "none", "none"),
        ];

        for (name, english, german) in said {
            let values = Values::new().with(name, english);

            assert_eq!(Language::German.words(&values).get(name).unwrap(), german);
            assert_eq!(Language::English.words(&values), values);
        }
    }
}
