//! *System* (pages §5, REL-10): what this server is, and whether it keeps up.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use countersign_app::{QUEUE_AGE_MAX, SenderState, SystemView};
use countersign_domain::claim::Channel;
use countersign_domain::message::MessageState;

use super::navigation::Navigation;
use super::{channel_test, messages};
use crate::pages::PageError;
use crate::pages::component::{Badge, Clock, Moment, Notice, Tone};
use crate::pages::frame::Frame;
use crate::pages::language::Texts;
use crate::pages::visitor::Visitor;
use crate::state::Web;

/// `templates/console/system.html`.
#[derive(Template)]
#[template(path = "console/system.html")]
struct SystemPage<'a> {
    frame: Frame<'a>,
    navigation: Navigation,
    version: &'a str,
    started: Option<Moment>,
    ready: Badge<'a>,
    certificate: Option<&'a str>,
    database: String,
    warnings: &'a [String],
    /// How old the queue is, and whether somebody should look.
    queue: Notice<'a>,
    depth: Vec<Depth>,
    senders: Vec<Sender<'a>>,
}

/// How many messages there are in a state.
struct Depth {
    state: &'static str,
    /// By channel: where they are, and how many.
    counts: [(String, u64); 2],
}

/// What stands behind a channel.
struct Sender<'a> {
    channel: &'static str,
    state: Badge<'a>,
    broken: Option<&'a str>,
}

/// How the server is now.
pub(super) async fn show(State(web): State<Web>, visitor: Visitor) -> Result<Response, PageError> {
    visitor.needs(messages::VIEW)?;
    let system = web.app.system(&visitor.as_privileged()).await?;
    let (t, clock) = (visitor.look.texts, visitor.clock());
    let known = &system.surroundings;
    let page = SystemPage {
        frame: visitor.frame(&web).in_console(),
        navigation: Navigation::of(&web, &visitor, "system"),
        version: &known.version,
        started: known.started_at.map(|at| clock.tell(at)),
        ready: if known.is_ready {
            Badge::new(Tone::Good, t.say("system-ready"))
        } else {
            Badge::new(Tone::Problem, t.say("system-not-ready"))
        },
        certificate: known
            .is_self_signed
            .map(|own| if own { t.say("system-own-certificate") } else { t.say("system-certificate") }),
        database: format!("{} {}", system.database.kind, system.database.version),
        warnings: &known.warnings,
        queue: queue(clock, &system),
        depth: MessageState::ALL.map(|state| depth(t, &system, state)).into(),
        senders: [Channel::Email, Channel::Sms].map(|channel| sender(t, &system, channel)).into(),
    };
    Ok(visitor.show(&page))
}

fn queue(clock: Clock, system: &SystemView) -> Notice<'static> {
    let t = clock.texts;
    let since = ("since", clock.span(system.queue_age()));
    if system.due_since.is_none() {
        return Notice::new(Tone::Good, t.say("queue-empty"));
    }
    if system.is_queue_late() {
        let limit = clock.span(QUEUE_AGE_MAX);
        let text = t.fill("queue-late", &[("since", &since.1), ("limit", &limit)]);
        return Notice::new(Tone::Problem, text).detail(t.say("queue-late-text"));
    }
    Notice::new(Tone::Waiting, t.fill("queue-moving", &[("since", &since.1)]))
}

fn depth(t: &'static Texts, system: &SystemView, state: MessageState) -> Depth {
    let count = |channel: Channel| {
        let href = format!("{}?state={}&channel={}", messages::PATH, state.as_str(), channel.as_str());
        (href, system.count(state, channel))
    };
    Depth { state: messages::state_named(t, state), counts: [Channel::Email, Channel::Sms].map(count) }
}

fn sender<'a>(t: &'static Texts, system: &'a SystemView, channel: Channel) -> Sender<'a> {
    let state = system.senders.of(channel);
    Sender {
        channel: messages::channel_name(t, channel),
        state: channel_test::sender(t, state),
        broken: match state {
            SenderState::Broken(why) => Some(why),
            _ => None,
        },
    }
}

#[cfg(test)]
mod tests;
