//! From page to page of a long list, by cursor.

use askama::Template;
use askama::filters::HtmlSafe;

/// `templates/component/pager.html`; nothing where there is one page only.
#[derive(Template, Clone, Default)]
#[template(path = "component/pager.html")]
pub(crate) struct Pager<'a> {
    /// What the navigation is called by those who hear it.
    pub(crate) label: &'a str,
    /// Where it leads, and in which words.
    pub(crate) previous: Option<(String, &'a str)>,
    pub(crate) next: Option<(String, &'a str)>,
}

impl HtmlSafe for Pager<'_> {}
