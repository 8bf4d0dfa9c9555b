//! What happened, in the order it did.

use askama::Template;
use askama::filters::HtmlSafe;

use super::{Moment, Tone};

/// `templates/component/timeline.html`.
#[derive(Template, Clone)]
#[template(path = "component/timeline.html")]
pub(crate) struct Timeline {
    pub(crate) steps: Vec<Step>,
}

/// One thing that happened.
#[derive(Clone)]
pub(crate) struct Step {
    pub(crate) tone: Tone,
    pub(crate) title: String,
    pub(crate) detail: Option<String>,
    pub(crate) at: Moment,
}

impl HtmlSafe for Timeline {}
