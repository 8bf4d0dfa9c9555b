//! What is true now, said in words: a state, a notice, a list of what was wrong, an empty list.

use std::borrow::Cow;

use askama::Template;
use askama::filters::HtmlSafe;

/// The mood of something. Never the only way a state is told.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Tone {
    #[default]
    Neutral,
    Waiting,
    Good,
    Problem,
}

impl Tone {
    /// The class of the stylesheet.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Neutral => "neutral",
            Self::Waiting => "waiting",
            Self::Good => "good",
            Self::Problem => "problem",
        }
    }
}

/// `templates/component/badge.html`: a state in a word or two.
#[derive(Template, Clone)]
#[template(path = "component/badge.html")]
pub(crate) struct Badge<'a> {
    pub(crate) tone: Tone,
    pub(crate) text: Cow<'a, str>,
}

/// `templates/component/notice.html`: a sentence, and what it means.
#[derive(Template, Clone)]
#[template(path = "component/notice.html")]
pub(crate) struct Notice<'a> {
    pub(crate) tone: Tone,
    pub(crate) text: Cow<'a, str>,
    pub(crate) detail: Option<Cow<'a, str>>,
    /// Whether it says what has just happened (`role=status`).
    pub(crate) is_status: bool,
}

/// `templates/component/error_summary.html`: what was wrong, each leading to its field.
#[derive(Template, Clone)]
#[template(path = "component/error_summary.html")]
pub(crate) struct ErrorSummary<'a> {
    pub(crate) heading: Cow<'a, str>,
    /// The field's id and the sentence.
    pub(crate) errors: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

/// `templates/component/empty.html`: what will be here, and what to do first.
#[derive(Template, Clone)]
#[template(path = "component/empty.html")]
pub(crate) struct Empty<'a> {
    pub(crate) heading: Cow<'a, str>,
    pub(crate) text: Cow<'a, str>,
    /// Where the first action leads, and what it is called.
    pub(crate) action: Option<(Cow<'a, str>, Cow<'a, str>)>,
}

impl HtmlSafe for Badge<'_> {}
impl HtmlSafe for Notice<'_> {}
impl HtmlSafe for ErrorSummary<'_> {}
impl HtmlSafe for Empty<'_> {}

impl<'a> Badge<'a> {
    /// A state.
    pub(crate) fn new(tone: Tone, text: impl Into<Cow<'a, str>>) -> Self {
        Self { tone, text: text.into() }
    }
}

impl<'a> Notice<'a> {
    /// Something to know.
    pub(crate) fn new(tone: Tone, text: impl Into<Cow<'a, str>>) -> Self {
        Self { tone, text: text.into(), detail: None, is_status: false }
    }

    /// What is true now, after what somebody did.
    pub(crate) fn status(tone: Tone, text: impl Into<Cow<'a, str>>) -> Self {
        Self { is_status: true, ..Self::new(tone, text) }
    }

    /// With more.
    pub(crate) fn detail(self, detail: impl Into<Cow<'a, str>>) -> Self {
        Self { detail: Some(detail.into()), ..self }
    }
}
