//! How a link's page looks: one template for every outcome.

use askama::Template;

use super::words::{Fact, Way, Words};
use crate::pages::component::{ErrorSummary, Field, Tone};
use crate::pages::frame::Frame;

/// `templates/pages/link.html`.
#[derive(Template)]
#[template(path = "pages/link.html")]
pub(super) struct LinkPage<'a> {
    frame: Frame<'a>,
    words: &'a Words,
    doors: &'a Doors,
    error: Option<ErrorSummary<'a>>,
    code: Option<Field<'a>>,
}

/// Where the page's buttons lead; empty where it has none.
#[derive(Default)]
pub(super) struct Doors {
    /// The clean address of the page.
    pub(super) action: String,
    pub(super) nonce: String,
    /// To the sign-in page, and back.
    pub(super) sign_in: String,
    /// What the form that signs out carries (SEC-29).
    pub(super) csrf: String,
}

impl<'a> LinkPage<'a> {
    /// A page that says this.
    pub(super) fn new(frame: Frame<'a>, words: &'a Words, doors: &'a Doors) -> Self {
        let wrong = words.code.as_ref().and_then(|code| code.error.as_deref());
        let error = wrong.map(|error| ErrorSummary {
            heading: frame.t.say("something-to-mend").into(),
            errors: vec![("code".into(), error.into())],
        });
        let code = words.code.as_ref().map(|code| {
            let field = Field::code("code", &code.label, code.is_numeric, code.length);
            field.hint(&code.hint).required().error(code.error.as_deref())
        });
        Self { frame, words, doors, error, code }
    }
}
