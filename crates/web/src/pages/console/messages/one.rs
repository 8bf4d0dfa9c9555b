//! One message: every try with the provider's answer, its change, and what can be done about it.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use countersign_app::{Dropped, MessageKind, MessageTrace, MessageView, ReplayError, Replayed};
use countersign_domain::message::Replay;
use countersign_domain::{MessageId, Refusal};

use super::{PATH, UPDATE, VIEW, path_of, recipient, words};
use crate::pages::PageError;
use crate::pages::component::{Badge, Clock, Moment, Notice, Timeline, Tone};
use crate::pages::console::crumbs::Crumbs;
use crate::pages::console::navigation::Navigation;
use crate::pages::frame::Frame;
use crate::pages::posted::{Posted, Press};
use crate::pages::visitor::{self, Visitor};
use crate::state::Web;

/// What seeing a change needs, as at `/changes`.
const CHANGES: &str = "internal_user_code_mgt_view";
/// What issuing a new code for somebody needs, as at `/changes/{id}/resend`.
const CODES: &str = "internal_user_code_mgt_create";

/// `templates/console/message.html`.
#[derive(Template)]
#[template(path = "console/message.html")]
struct MessagePage<'a> {
    frame: Frame<'a>,
    navigation: Navigation,
    crumbs: Crumbs<'a>,
    csrf: &'a str,
    path: String,
    /// Changes with whatever the page shows.
    live: String,
    heading: String,
    state: Badge<'static>,
    /// Why something was not done.
    refused: Option<Notice<'a>>,
    channel: &'static str,
    to: Option<String>,
    user: Option<User>,
    written: Moment,
    due: Option<Moment>,
    template: String,
    id: String,
    tries: Timeline,
    change: Option<ChangeShown>,
    can: Can,
}

/// Whom it concerns, and where all of his messages are.
struct User {
    name: String,
    messages: String,
}

/// The change it belongs to.
struct ChangeShown {
    target: String,
    timeline: Timeline,
}

/// What can be done.
struct Can {
    /// What the button says.
    replay: Option<&'static str>,
    /// Why it is not sent again.
    no_replay: Option<&'static str>,
    drop: bool,
}

/// The message.
pub(in crate::pages::console) async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    visitor.needs(VIEW)?;
    page(&web, &visitor, named(&id)?, None, StatusCode::OK).await
}

/// *Replay*: queued again, or a new code for its change.
pub(in crate::pages::console) async fn replay(
    State(web): State<Web>,
    Path(id): Path<String>,
    Posted { visitor, .. }: Posted<Press>,
) -> Result<Response, PageError> {
    visitor.needs(VIEW)?;
    visitor.needs(UPDATE)?;
    let (id, cx, t) = (named(&id)?, visitor.as_privileged(), visitor.look.texts);
    let trace = web.app.message(&cx, id).await?.ok_or(PageError::NotFound)?;
    if trace.message.kind == MessageKind::Secret {
        visitor.needs(CODES)?;
    }
    let why = match web.app.replay_message(&cx, id).await {
        Ok(None) => return Err(PageError::NotFound),
        Ok(Some(Replayed::Requeued)) => return Ok(visitor::done(&path_of(id), "message-requeued")),
        Ok(Some(Replayed::Resent(_))) => return Ok(visitor::done(&path_of(id), "message-resent")),
        Ok(Some(Replayed::Refused(why))) => words::no_replay(t, why),
        Err(ReplayError::Refused(Refusal::TooManyRequests { retry_after })) => {
            return Err(PageError::TooMany(retry_after));
        }
        Err(ReplayError::Refused(_)) => t.say("no-replay-not-served"),
        Err(ReplayError::Failure(failure)) => return Err(failure.into()),
    };
    page(&web, &visitor, id, Some(why), StatusCode::CONFLICT).await
}

/// *Drop*: it is not sent.
pub(in crate::pages::console) async fn drop(
    State(web): State<Web>,
    Path(id): Path<String>,
    Posted { visitor, .. }: Posted<Press>,
) -> Result<Response, PageError> {
    visitor.needs(VIEW)?;
    visitor.needs(UPDATE)?;
    let id = named(&id)?;
    match web.app.drop_message(&visitor.as_privileged(), id).await? {
        None => Err(PageError::NotFound),
        Some(Dropped::Dropped) => Ok(visitor::done(&path_of(id), "message-dropped")),
        Some(Dropped::Refused(why)) => {
            let why = words::no_drop(visitor.look.texts, why);
            page(&web, &visitor, id, Some(why), StatusCode::CONFLICT).await
        }
    }
}

fn named(id: &str) -> Result<MessageId, PageError> {
    id.parse().map_err(|_| PageError::NotFound)
}

async fn page(
    web: &Web,
    visitor: &Visitor,
    id: MessageId,
    refused: Option<&'static str>,
    status: StatusCode,
) -> Result<Response, PageError> {
    let trace = web.app.message(&visitor.as_privileged(), id).await?.ok_or(PageError::NotFound)?;
    let (t, clock) = (visitor.look.texts, visitor.clock());
    let heading = words::about(t, &trace.message.template);
    let change = trace.change.as_ref().filter(|_| visitor.has(CHANGES));
    let page = MessagePage {
        frame: visitor.frame(web).in_console(),
        navigation: Navigation::of(web, visitor, "messages"),
        crumbs: Crumbs::new(
            t.say("console-breadcrumb"),
            vec![(Some(PATH), t.say("place-messages"))],
            t.say("message-one"),
        ),
        csrf: visitor.csrf(),
        path: path_of(id),
        live: live(&trace),
        heading,
        state: words::state(t, &trace.message),
        refused: refused.map(|why| Notice::status(Tone::Problem, why)),
        channel: words::channel(t, trace.message.channel),
        to: recipient(visitor, &trace.message),
        user: trace.message.user_name.as_deref().map(user),
        written: clock.tell(trace.message.created_at),
        due: trace.message.due_at.filter(|_| !trace.message.is_being_sent).map(|due| clock.tell(due)),
        template: trace.message.template.clone(),
        id: id.to_string(),
        tries: Timeline { steps: trace.tries.iter().map(|one| words::attempt(clock, one)).collect() },
        change: change.map(|change| ChangeShown {
            target: change.target.clone(),
            timeline: timeline(clock, &change.timeline),
        }),
        can: can(visitor, &trace.message),
    };
    Ok(visitor.answer(status, &page))
}

fn user(name: &str) -> User {
    User { name: name.to_owned(), messages: path_of_user(name) }
}

/// All messages of a user.
pub(in crate::pages::console) fn path_of_user(name: &str) -> String {
    let query = serde_html_form::to_string([("q", name)]).unwrap_or_default();
    format!("{PATH}?{query}")
}

/// What happened to a change, in words.
pub(in crate::pages::console) fn timeline(
    clock: Clock,
    events: &[countersign_app::TimelineEvent],
) -> Timeline {
    Timeline { steps: events.iter().map(|event| words::event(clock, event)).collect() }
}

fn live(trace: &MessageTrace) -> String {
    let message = &trace.message;
    let events = trace.change.as_ref().map_or(0, |change| change.timeline.len());
    format!("{}-{}-{}-{events}", message.state.as_str(), message.is_being_sent, trace.tries.len())
}

/// What this visitor may do, and what would come of it.
fn can(visitor: &Visitor, message: &MessageView) -> Can {
    let (t, may) = (visitor.look.texts, visitor.has(UPDATE));
    let (replay, no_replay) = match message.replay {
        Replay::Requeue => (may.then(|| t.say("replay-again")), None),
        Replay::Resend => ((may && visitor.has(CODES)).then(|| t.say("replay-new-code")), None),
        Replay::Refused(why) => (None, Some(words::no_replay(t, why))),
    };
    Can { replay, no_replay, drop: may && message.can_be_dropped }
}
