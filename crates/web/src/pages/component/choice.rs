//! One of several, and on or off.

use std::borrow::Cow;

use askama::Template;
use askama::filters::HtmlSafe;

/// `templates/component/choices.html`: a list to choose one from.
#[derive(Template, Clone)]
#[template(path = "component/choices.html")]
pub(crate) struct Choices<'a> {
    pub(crate) name: &'a str,
    pub(crate) label: Cow<'a, str>,
    pub(crate) options: Vec<Choice<'a>>,
    pub(crate) hint: Option<Cow<'a, str>>,
}

/// One of them.
#[derive(Clone)]
pub(crate) struct Choice<'a> {
    pub(crate) value: Cow<'a, str>,
    pub(crate) label: Cow<'a, str>,
    pub(crate) is_chosen: bool,
}

impl HtmlSafe for Choices<'_> {}

/// `templates/component/switch.html`: on or off, said in words beside it.
#[derive(Template, Clone)]
#[template(path = "component/switch.html")]
pub(crate) struct Switch<'a> {
    pub(crate) name: Cow<'a, str>,
    pub(crate) label: Cow<'a, str>,
    pub(crate) is_on: bool,
    pub(crate) hint: Option<Cow<'a, str>>,
}

impl HtmlSafe for Switch<'_> {}
