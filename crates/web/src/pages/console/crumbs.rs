//! Where a page of the Console stands, from the outside in.

use askama::Template;
use askama::filters::HtmlSafe;

/// `templates/console/crumbs.html`.
#[derive(Template, Clone)]
#[template(path = "console/crumbs.html")]
pub(super) struct Crumbs<'a> {
    /// What the list is called by those who hear it.
    label: &'a str,
    /// Each place above, and where it is; a heading of the navigation is nowhere.
    above: Vec<(Option<&'static str>, &'a str)>,
    here: &'a str,
}

impl HtmlSafe for Crumbs<'_> {}

impl<'a> Crumbs<'a> {
    pub(super) fn new(label: &'a str, above: Vec<(Option<&'static str>, &'a str)>, here: &'a str) -> Self {
        Self { label, above, here }
    }
}
