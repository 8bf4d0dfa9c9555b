//! What can be done with a row, behind one button.

use std::borrow::Cow;

use askama::Template;
use askama::filters::HtmlSafe;

/// `templates/component/menu.html`. Opens without script; closes with script as menus do.
#[derive(Template, Clone)]
#[template(path = "component/menu.html")]
pub(crate) struct Menu<'a> {
    /// What the button is called by those who hear it: "Actions for bob@example.org".
    pub(crate) label: Cow<'a, str>,
    /// For the items that post.
    pub(crate) csrf: &'a str,
    pub(crate) items: Vec<MenuItem<'a>>,
}

/// One item.
#[derive(Clone)]
pub(crate) enum MenuItem<'a> {
    /// Does something at once.
    Post {
        action: Cow<'a, str>,
        label: Cow<'a, str>,
        fields: Vec<(&'static str, Cow<'a, str>)>,
        is_destructive: bool,
    },
    /// Cannot be done, and why.
    Refused { label: Cow<'a, str>, why: Cow<'a, str> },
}

impl HtmlSafe for Menu<'_> {}
