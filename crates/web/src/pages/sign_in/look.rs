//! How signing in and out look.

use askama::Template;

use crate::pages::component::{ErrorSummary, Field, Notice};
use crate::pages::frame::Frame;

/// `templates/sign_in.html`.
#[derive(Template)]
#[template(path = "sign_in.html")]
pub(super) struct SignInPage<'a> {
    pub(super) frame: Frame<'a>,
    pub(super) back: &'a str,
    /// Of this visit; there is no session yet.
    pub(super) csrf: &'a str,
    /// Whether a session has just ended.
    pub(super) ended: Option<Notice<'a>>,
    pub(super) error: Option<ErrorSummary<'a>>,
    pub(super) user_name: Field<'a>,
    pub(super) password: Field<'a>,
}

/// `templates/sign_out.html`.
#[derive(Template)]
#[template(path = "sign_out.html")]
pub(super) struct SignOutPage<'a> {
    pub(super) frame: Frame<'a>,
    pub(super) csrf: &'a str,
    pub(super) name: &'a str,
}
