//! In which language and colours somebody sees the pages.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;

use super::cookie;
use super::language::{Language, Texts};

/// The cookie a person's choice of colours is kept in.
pub(crate) const THEME_COOKIE: &str = "__Host-cs-theme";

/// How pages look to one person.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    pub(crate) texts: &'static Texts,
    pub(crate) theme: Theme,
}

/// Which colours: the system's unless somebody chose.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    /// All of them, in the order the menu offers them.
    pub(crate) const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The word in forms, in the cookie and in `data-theme`.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The theme of that name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.as_str() == name)
    }
}

impl Look {
    /// What these headers ask for.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let theme = cookie::value(headers, THEME_COOKIE).and_then(Theme::named).unwrap_or_default();
        Self { texts: Language::wanted(headers).texts(), theme }
    }
}

impl<S: Sync> FromRequestParts<S> for Look {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.headers))
    }
}
