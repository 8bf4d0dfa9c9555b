//! The parts of an area, each its own page.

use askama::Template;
use askama::filters::HtmlSafe;

/// `templates/component/tabs.html`.
#[derive(Template, Clone)]
#[template(path = "component/tabs.html")]
pub(crate) struct Tabs<'a> {
    pub(crate) label: &'a str,
    pub(crate) tabs: Vec<Tab<'a>>,
}

/// One of them.
#[derive(Clone)]
pub(crate) struct Tab<'a> {
    pub(crate) href: &'a str,
    pub(crate) label: &'a str,
    pub(crate) is_here: bool,
}

impl HtmlSafe for Tabs<'_> {}
