//! Where somebody is signed in, as he and his administrators see it (SEC-28, pages §3.6).

use askama::Template;
use askama::filters::HtmlSafe;
use countersign_app::SessionView;

use super::component::Moment;
use super::device;
use super::language::Texts;
use super::visitor::Visitor;

/// `templates/sessions.html`.
#[derive(Template)]
#[template(path = "sessions.html")]
pub(crate) struct Sessions<'a> {
    t: &'static Texts,
    rows: Vec<Row>,
    /// What his forms carry and where they go, if the visitor may end sessions.
    ends: Option<(&'a str, String)>,
    /// The last step of the address that ends them at once, and what its button is called.
    all: Option<(&'static str, &'static str)>,
}

impl HtmlSafe for Sessions<'_> {}

/// One session.
struct Row {
    id: String,
    device: String,
    address: Option<String>,
    opened: Moment,
    seen: Moment,
    is_this: bool,
}

impl<'a> Sessions<'a> {
    /// As a list to look at.
    pub(crate) fn of(visitor: &Visitor, sessions: &[SessionView]) -> Self {
        let rows = sessions.iter().map(|session| row(visitor, session)).collect();
        Self { t: visitor.look.texts, rows, ends: None, all: None }
    }

    /// To be ended below `path`, one by one, or at once by the button `label`, which goes to the step `all` of it.
    pub(crate) fn endable(
        self,
        csrf: &'a str,
        path: String,
        (all, label): (&'static str, &'static str),
    ) -> Self {
        let has_others = self.rows.iter().any(|row| !row.is_this);
        Self { ends: Some((csrf, path)), all: has_others.then_some((all, label)), ..self }
    }
}

fn row(visitor: &Visitor, session: &SessionView) -> Row {
    let (clock, origin) = (visitor.clock(), &session.origin);
    let unknown = || clock.texts.say("device-unknown").to_owned();
    Row {
        id: session.id.to_string(),
        device: origin.client.as_deref().map_or_else(unknown, device::named),
        address: origin.address.map(|address| address.to_string()),
        opened: clock.tell(session.opened_at),
        seen: clock.tell(session.seen_at),
        is_this: session.id == visitor.session.session,
    }
}
