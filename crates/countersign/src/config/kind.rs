//! The kinds of value a key can take: how each is read, named in the reference, and shown.

use std::net::IpAddr;

use super::problem::Complaint;

/// A value as TOML gave it, before it means anything. Placeholders such as `$env{NAME}` are already filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Raw {
    /// A string.
    Text(String),
    /// An integer that fits 64 bits.
    Integer(i64),
    /// A boolean.
    Boolean(bool),
    /// An array.
    List(Vec<Raw>),
    /// Anything no key takes, in words.
    Other(&'static str),
}

impl Raw {
    /// The value as words for a complaint. Only for values that are no secret.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Text(text) => format!("`{}`", text.chars().take(60).collect::<String>().escape_debug()),
            Self::Integer(number) => format!("`{number}`"),
            Self::Boolean(flag) => format!("`{flag}`"),
            Self::List(_) => "a list".to_owned(),
            Self::Other(name) => (*name).to_owned(),
        }
    }
}

/// A type that a key of `deployment.toml` can have.
pub(crate) trait Kind: Sized {
    /// Whether the value must never be shown.
    const SECRET: bool = false;

    /// What the reference calls it.
    fn name() -> String;

    /// Reads a value, or says which values there are. The complaint continues a sentence that begins with the key.
    fn read(raw: &Raw) -> Result<Self, Complaint>;

    /// The value as it would be written in the file; `None` when it is not set. Secrets are masked.
    fn show(&self) -> Option<String>;

    /// A legal value that deserves a word at start.
    fn caution(&self) -> Option<Complaint> {
        None
    }
}

/// The complaint that `raw` is not what `wanted` describes.
pub(crate) fn mistaken(raw: &Raw, wanted: &str) -> Complaint {
    Complaint::new(format!("cannot be {}", raw.words()), format!("Write {wanted}."))
}

/// `text` as TOML writes it.
pub(crate) fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

impl Kind for bool {
    fn name() -> String {
        "`true` or `false`".to_owned()
    }

    fn read(raw: &Raw) -> Result<Self, Complaint> {
        match raw {
            Raw::Boolean(flag) => Ok(*flag),
            Raw::Text(text) if text.trim().eq_ignore_ascii_case("true") => Ok(true),
            Raw::Text(text) if text.trim().eq_ignore_ascii_case("false") => Ok(false),
            _ => Err(mistaken(raw, &Self::name())),
        }
    }

    fn show(&self) -> Option<String> {
        Some(self.to_string())
    }
}

/// A whole number given as such or as a quoted one (SEED-5).
pub(crate) fn whole_number(raw: &Raw) -> Option<i64> {
    match raw {
        Raw::Integer(number) => Some(*number),
        Raw::Text(text) => text.trim().parse().ok(),
        _ => None,
    }
}

impl Kind for u16 {
    fn name() -> String {
        "a whole number from 0 to 65535".to_owned()
    }

    fn read(raw: &Raw) -> Result<Self, Complaint> {
        whole_number(raw)
            .and_then(|number| Self::try_from(number).ok())
            .ok_or_else(|| mistaken(raw, &Self::name()))
    }

    fn show(&self) -> Option<String> {
        Some(self.to_string())
    }
}

impl Kind for String {
    fn name() -> String {
        "text".to_owned()
    }

    fn read(raw: &Raw) -> Result<Self, Complaint> {
        match raw {
            Raw::Text(text) if !text.trim().is_empty() => Ok(text.clone()),
            Raw::Text(_) => Err(Complaint::new("is empty", "Write a value between the quotes.")),
            _ => Err(mistaken(raw, "text in quotes")),
        }
    }

    fn show(&self) -> Option<String> {
        Some(quoted(self))
    }
}

impl Kind for IpAddr {
    fn name() -> String {
        "an IP address".to_owned()
    }

    fn read(raw: &Raw) -> Result<Self, Complaint> {
        let Raw::Text(text) = raw else {
            return Err(mistaken(raw, "an IP address in quotes, such as `\"127.0.0.1\"`"));
        };
        text.trim().trim_start_matches('[').trim_end_matches(']').parse().map_err(|_| {
            mistaken(
                raw,
                "an IP address, such as `\"127.0.0.1\"`, or `\"0.0.0.0\"` for all of this machine's",
            )
        })
    }

    fn show(&self) -> Option<String> {
        Some(quoted(&self.to_string()))
    }
}

/// A key without a value. Empty text is the same as leaving the key out.
impl<K: Kind> Kind for Option<K> {
    const SECRET: bool = K::SECRET;

    fn name() -> String {
        K::name()
    }

    fn read(raw: &Raw) -> Result<Self, Complaint> {
        match raw {
            Raw::Text(text) if text.is_empty() => Ok(None),
            _ => K::read(raw).map(Some),
        }
    }

    fn show(&self) -> Option<String> {
        self.as_ref().and_then(Kind::show)
    }

    fn caution(&self) -> Option<Complaint> {
        self.as_ref().and_then(Kind::caution)
    }
}

/// A list, written as an array or as one comma-separated string.
impl<K: Kind> Kind for Vec<K> {
    const SECRET: bool = K::SECRET;

    fn name() -> String {
        format!("a list; each entry {}", K::name())
    }

    fn read(raw: &Raw) -> Result<Self, Complaint> {
        let entries: Vec<Raw> = match raw {
            Raw::List(entries) => entries.clone(),
            Raw::Text(text) => text
                .split(',')
                .map(str::trim)
                .filter(|e| !e.is_empty())
                .map(|e| Raw::Text(e.into()))
                .collect(),
            _ => return Err(mistaken(raw, "a list, such as `[\"one\", \"two\"]`")),
        };
        let numbered = entries.iter().zip(1_usize..);
        numbered
            .map(|(entry, number)| {
                K::read(entry).map_err(|c| {
                    Complaint::new(format!("has an entry {number} that {}", c.message), c.remedy)
                })
            })
            .collect()
    }

    fn show(&self) -> Option<String> {
        let entries: Vec<String> = self.iter().filter_map(Kind::show).collect();
        Some(format!("[{}]", entries.join(", ")))
    }

    fn caution(&self) -> Option<Complaint> {
        self.iter().find_map(Kind::caution)
    }
}

/// Declares a key whose value is one of a few words. Letter case does not matter; other spellings are understood
/// where the product we are compatible with uses them.
macro_rules! words {
    (
        $(#[doc = $doc:literal])+
        $name:ident { $( $(#[doc = $variant_doc:literal])+ $variant:ident = $word:literal $(| $other:literal)* ),+ $(,)? }
    ) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum $name { $( $(#[doc = $variant_doc])+ $variant ),+ }

        impl $crate::config::kind::Kind for $name {
            fn name() -> String {
                [$(concat!("`\"", $word, "\"`")),+].join(" or ")
            }

            fn read(raw: &$crate::config::kind::Raw) -> Result<Self, $crate::config::problem::Complaint> {
                if let $crate::config::kind::Raw::Text(text) = raw {
                    let text = text.trim();
                    $( if [$word $(, $other)*].iter().any(|word| text.eq_ignore_ascii_case(word)) {
                        return Ok(Self::$variant);
                    } )+
                }
                Err($crate::config::kind::mistaken(raw, &<Self as $crate::config::kind::Kind>::name()))
            }

            fn show(&self) -> Option<String> {
                Some(match self { $( Self::$variant => concat!("\"", $word, "\"").to_owned() ),+ })
            }
        }
    };
}
pub(crate) use words;
