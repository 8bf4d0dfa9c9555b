//! A refusal as a page: what happened, and what to do now (pages §1).

use askama::Template;
use axum::http::header::{ACCEPT, ALLOW, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use countersign_app::Failure;
use countersign_domain::{SignedDuration, Timestamp};

use super::component::Clock;
use super::frame::Frame;
use super::look::Look;
use super::page;

/// Why a page was not shown. It is worded in [`worded`], where the reader's language is known.
#[derive(Clone, Debug)]
pub(crate) enum PageError {
    /// 404: nothing there, or nothing the visitor may know of.
    NotFound,
    /// 403: the account lacks a permission.
    Forbidden,
    /// 403: the form was not sent by a page of this session (SEC-29).
    StaleForm,
    /// 400: a form no page of ours sends.
    Malformed,
    /// 409: what was looked at has changed.
    Conflict,
    /// 429, and how long it takes.
    TooMany(SignedDuration),
    /// 405.
    WrongMethod,
    /// 421 (SEC-54).
    WrongHost,
    /// 413.
    TooLarge,
    /// 503: may be better in a moment.
    Unavailable,
    /// 500.
    Broken,
}

impl PageError {
    /// What a status means to somebody who reads pages.
    pub(crate) const fn of(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::NotFound,
            StatusCode::FORBIDDEN => Self::Forbidden,
            StatusCode::METHOD_NOT_ALLOWED => Self::WrongMethod,
            StatusCode::MISDIRECTED_REQUEST => Self::WrongHost,
            StatusCode::PAYLOAD_TOO_LARGE => Self::TooLarge,
            StatusCode::SERVICE_UNAVAILABLE => Self::Unavailable,
            StatusCode::INTERNAL_SERVER_ERROR => Self::Broken,
            _ => Self::Malformed,
        }
    }

    const fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::WrongHost => StatusCode::MISDIRECTED_REQUEST,
            Self::Forbidden | Self::StaleForm => StatusCode::FORBIDDEN,
            Self::Malformed => StatusCode::BAD_REQUEST,
            Self::Conflict => StatusCode::CONFLICT,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Broken => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The names of heading and sentence in the catalogue.
    const fn words(&self) -> (&'static str, &'static str) {
        match self {
            Self::NotFound => ("refused-404", "refused-404-text"),
            Self::WrongMethod => ("refused-405", "refused-405-text"),
            Self::WrongHost => ("refused-421", "refused-421-text"),
            Self::Forbidden => ("refused-403", "refused-403-text"),
            Self::StaleForm => ("refused-form", "refused-form-text"),
            Self::Malformed => ("refused-400", "refused-400-text"),
            Self::Conflict => ("refused-409", "refused-409-text"),
            Self::TooMany(_) => ("refused-429", "refused-429-text"),
            Self::TooLarge => ("refused-413", "refused-413-text"),
            Self::Unavailable => ("refused-503", "refused-503-text"),
            Self::Broken => ("refused-500", "refused-500-text"),
        }
    }

    /// When it is worth trying again.
    const fn retry_after(&self) -> Option<SignedDuration> {
        match self {
            Self::TooMany(wait) => Some(*wait),
            Self::Unavailable => Some(SignedDuration::from_secs(5)),
            _ => None,
        }
    }
}

impl From<Failure> for PageError {
    /// Says nothing of what failed; the log line of the same trace id says all of it (SEC-62).
    fn from(failure: Failure) -> Self {
        match crate::rest::told(&failure) {
            StatusCode::SERVICE_UNAVAILABLE => Self::Unavailable,
            _ => Self::Broken,
        }
    }
}

impl IntoResponse for PageError {
    /// Leaves the refusal for [`worded`].
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// `templates/refused.html`.
#[derive(Template)]
#[template(path = "refused.html")]
struct RefusedPage<'a> {
    frame: Frame<'a>,
    heading: &'a str,
    text: String,
    /// Where somebody may have to look into it.
    trace_id: Option<&'a str>,
}

/// Whether a request is a browser's that wants a page.
pub(crate) fn is_for_a_page(headers: &HeaderMap) -> bool {
    headers.get(ACCEPT).is_some_and(|accept| memmem(accept.as_bytes(), b"text/html"))
}

fn memmem(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

/// Gives a refusal its page.
pub(crate) fn worded(response: Response, look: Look, organization: &str, trace_id: &str) -> Response {
    let (mut head, body) = response.into_parts();
    let Some(error) = head.extensions.remove::<PageError>() else { return Response::from_parts(head, body) };
    let (heading, text) = error.words();
    let texts = look.texts;
    let text = match error {
        PageError::TooMany(wait) => {
            let clock = Clock { now: Timestamp::UNIX_EPOCH, texts };
            texts.fill("refused-429-wait", &[("wait", &clock.span(wait))])
        }
        _ => texts.say(text).to_owned(),
    };
    let page = RefusedPage {
        frame: Frame::of_anybody(look, organization).without_script(),
        heading: texts.say(heading),
        text,
        trace_id: error.status().is_server_error().then_some(trace_id),
    };
    let mut answer = page::answer_still(error.status(), &page);
    if let Some(allow) = head.headers.remove(ALLOW) {
        answer.headers_mut().insert(ALLOW, allow);
    }
    if let Some(wait) = error.retry_after() {
        answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from(crate::rest::whole_seconds(wait)));
    }
    answer
}
