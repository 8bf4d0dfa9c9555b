//! Where the code of one change is entered (pages §3.4): what waits, the field, what was wrong with it, how far the message is.

use askama::Template;
use askama::filters::HtmlSafe;
use axum::http::StatusCode;
use countersign_app::{ChangeView, CodeError};
use countersign_domain::Refusal;
use countersign_domain::user_claim_update::Settings;

use super::Place;
use super::pending::Pending;
use super::words::of_channel;
use crate::pages::PageError;
use crate::pages::component::{Clock, ErrorSummary, Field, Notice, Timeline, Tone};
use crate::pages::language::Texts;

/// `templates/contact/code.html`.
#[derive(Template)]
#[template(path = "contact/code.html")]
pub(crate) struct CodeBox<'a> {
    pub(crate) t: &'static Texts,
    pub(crate) csrf: &'a str,
    /// Changes with whatever is shown.
    pub(crate) key: String,
    /// What became of it, where it does not wait any more.
    pub(crate) ended: Option<Notice<'a>>,
    pub(crate) waiting: Option<Waiting<'a>>,
    /// What happened to it, for those who may see it.
    pub(crate) timeline: Option<Timeline>,
    /// Where one came from, and what it is called.
    pub(crate) back: (&'a str, &'static str),
}

impl HtmlSafe for CodeBox<'_> {}

impl CodeBox<'_> {
    /// What was wrong, for the top of the page.
    pub(crate) fn error(&self) -> Option<&ErrorSummary<'_>> {
        self.waiting.as_ref()?.error.as_ref()
    }
}

/// A change that waits.
pub(crate) struct Waiting<'a> {
    pending: Pending,
    error: Option<ErrorSummary<'a>>,
    /// Nothing where there is no code that could be entered.
    field: Option<Field<'a>>,
    lead: &'static str,
}

impl Waiting<'_> {
    /// With what was wrong with the code that was typed.
    pub(crate) fn of(pending: Pending, settings: &Settings, place: &Place, error: Option<String>) -> Self {
        let (t, words) = (place.words.t, place.words);
        let is_usable = pending.has_code && !pending.is_expired && !pending.is_exhausted;
        let length = u32::try_from(settings.otp.length()).unwrap_or(0);
        let field = is_usable.then(|| {
            let field = Field::code("code", t.say("code-label"), settings.otp.is_numeric(), length);
            field
                .hint(t.fill("code-hint", &[("count", &length.to_string())]))
                .error(error.clone())
                .required()
                .focused()
        });
        Self {
            lead: words.of(pending.family, if pending.has_code { "code-lead" } else { "link-lead" }),
            error: error.map(|error| ErrorSummary {
                heading: t.say("something-to-mend").into(),
                errors: vec![(if is_usable { "code" } else { "" }.into(), error.into())],
            }),
            field,
            pending,
        }
    }
}

/// What became of a change.
pub(crate) fn ended(place: &Place, change: &ChangeView) -> Notice<'static> {
    let (tone, id) = match change.state {
        "proven" => (Tone::Good, "change-proven"),
        "superseded" => (Tone::Neutral, "change-superseded"),
        _ => (Tone::Neutral, "change-cancelled"),
    };
    Notice::status(tone, place.words.plain(id))
}

/// Why a code was not accepted, and the status to it. `change` is how things stand after it.
pub(crate) fn refused(
    place: &Place,
    clock: Clock,
    change: Option<&ChangeView>,
    error: CodeError,
) -> Result<(String, StatusCode), PageError> {
    let t = clock.texts;
    let said = |id: &str| place.words.plain(id).to_owned();
    let sentence = match error {
        CodeError::Failure(failure) => return Err(failure.into()),
        CodeError::Invalid => match change.map_or(0, |change| change.attempts_left) {
            0 => said("code-exhausted"),
            left => t.fill("code-wrong", &[("count", &left.to_string())]),
        },
        CodeError::Expired => said("code-expired"),
        CodeError::Superseded => said("code-superseded"),
        CodeError::Refused(Refusal::TooManyRequests { retry_after }) => {
            let wait = t.fill("code-too-often", &[("wait", &clock.span(retry_after))]);
            return Ok((wait, StatusCode::TOO_MANY_REQUESTS));
        }
        CodeError::PrivilegedDisabled | CodeError::Refused(_) => return Err(PageError::Forbidden),
    };
    Ok((sentence, StatusCode::UNPROCESSABLE_ENTITY))
}

/// The heading: which address is meant, in full where it is known.
pub(crate) fn heading(place: &Place, change: &ChangeView, target: &str) -> String {
    place.words.filled(of_channel(change.channel), "code-heading", &[("value", target)])
}
