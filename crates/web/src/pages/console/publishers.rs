//! *Publishers* (pages §5, SEC-51): the event publisher files, what each does, and what is wrong with it where. No
//! property's value is ever shown.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use countersign_app::{PublisherFacts, PublisherState, PublisherView};
use countersign_domain::claim::Channel;

use super::channel_test::{self, TestForm};
use super::messages;
use super::navigation::Navigation;
use crate::pages::PageError;
use crate::pages::component::{Badge, Empty, Notice, Tone};
use crate::pages::frame::Frame;
use crate::pages::language::Texts;
use crate::pages::visitor::Visitor;
use crate::state::Web;

/// `templates/console/publishers.html`.
#[derive(Template)]
#[template(path = "console/publishers.html")]
struct PublishersPage<'a> {
    frame: Frame<'a>,
    navigation: Navigation,
    files: Vec<File<'a>>,
    /// Instead of files.
    empty: Option<Empty<'a>>,
    /// What stands behind SMS now.
    sender: Badge<'a>,
    /// Changes with whatever the page shows.
    live: String,
    test: Option<TestForm<'a>>,
}

/// A file.
struct File<'a> {
    name: &'a str,
    state: Badge<'a>,
    /// That the last good version goes on.
    last_good: Option<Notice<'a>>,
    facts: Option<&'a PublisherFacts>,
    problems: Vec<Problem<'a>>,
}

/// What is wrong, and where.
struct Problem<'a> {
    kind: Badge<'a>,
    place: String,
    text: &'a str,
    excerpt: Option<String>,
}

/// The files as the worker knows them now.
pub(super) async fn show(State(web): State<Web>, visitor: Visitor) -> Result<Response, PageError> {
    visitor.needs(messages::VIEW)?;
    let (t, views) = (visitor.look.texts, web.app.publishers());
    let files: Vec<File<'_>> = views.iter().map(|view| file(t, view)).collect();
    let page = PublishersPage {
        frame: visitor.frame(&web).in_console(),
        navigation: Navigation::of(&web, &visitor, "publishers"),
        empty: files.is_empty().then(|| Empty {
            heading: t.say("publishers-empty").into(),
            text: t.say("publishers-empty-text").into(),
            action: None,
        }),
        files,
        sender: channel_test::sender(t, web.app.senders().of(Channel::Sms)),
        live: live(&views),
        test: channel_test::form_of(&web, &visitor, Channel::Sms).await?,
    };
    Ok(visitor.show(&page))
}

fn file<'a>(t: &'static Texts, view: &'a PublisherView) -> File<'a> {
    let last_good = Notice::new(Tone::Waiting, t.say("publisher-last-good"));
    let problem = |problem: &'a countersign_app::PublisherProblem| Problem {
        kind: if problem.is_error {
            Badge::new(Tone::Problem, t.say("publisher-error"))
        } else {
            Badge::new(Tone::Waiting, t.say("publisher-warning"))
        },
        place: t.fill(
            "publisher-place",
            &[("line", &problem.line.to_string()), ("column", &problem.column.to_string())],
        ),
        text: &problem.text,
        excerpt: problem.caret_text(),
    };
    File {
        name: &view.file,
        state: state(t, &view.state),
        last_good: view.uses_last_good_version.then_some(last_good),
        facts: view.publisher.as_ref(),
        problems: view.problems.iter().map(problem).collect(),
    }
}

fn state(t: &'static Texts, state: &PublisherState) -> Badge<'static> {
    match state {
        PublisherState::Sends => Badge::new(Tone::Good, t.say("publisher-sends")),
        PublisherState::Shadowed(by) => {
            Badge::new(Tone::Neutral, t.fill("publisher-shadowed", &[("file", by)]))
        }
        PublisherState::Disabled => Badge::new(Tone::Neutral, t.say("publisher-disabled")),
        PublisherState::NotConfigured => Badge::new(Tone::Neutral, t.say("publisher-not-configured")),
        PublisherState::OtherAdapter => Badge::new(Tone::Neutral, t.say("publisher-other-adapter")),
        PublisherState::Settling => Badge::new(Tone::Waiting, t.say("publisher-settling")),
        PublisherState::Refused => Badge::new(Tone::Problem, t.say("publisher-refused")),
    }
}

fn live(views: &[PublisherView]) -> String {
    let one = |view: &PublisherView| {
        format!(
            "{} {} {} {}",
            view.file,
            view.state.as_str(),
            view.uses_last_good_version,
            view.problems.len()
        )
    };
    views.iter().map(one).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
