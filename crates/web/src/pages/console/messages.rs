//! *Messages* (pages §5, REL-10): the outbox by state and channel, newest first.

mod one;
mod words;

use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use countersign_app::{MessageListView, MessageQuery, MessageView};
use countersign_domain::MessageId;
use countersign_domain::claim::{Address, Channel};
use countersign_domain::message::MessageState;
use serde::Deserialize;

use super::navigation::Navigation;
use super::question;
use crate::pages::PageError;
use crate::pages::component::{Badge, Choices, Clock, Empty, Field, Moment, Pager};
use crate::pages::frame::Frame;
use crate::pages::language::Texts;
use crate::pages::visitor::Visitor;
use crate::state::Web;

pub(super) use one::{drop, path_of_user, replay, show as show_one, timeline};
pub(super) use words::{channel as channel_name, state_named};

/// Where it is.
pub(super) const PATH: &str = "/console/messages";
/// What seeing messages needs.
pub(super) const VIEW: &str = "internal_config_mgt_view";
/// What sending them again, taking them out and sending tests needs.
pub(super) const UPDATE: &str = "internal_config_mgt_update";
/// What seeing a recipient in full needs.
const PEOPLE: &str = "internal_user_mgt_view";
/// How many stand on a page.
const PAGE: u64 = 25;

/// The page of one message.
pub(super) fn path_of(id: MessageId) -> String {
    format!("{PATH}/{id}")
}

/// Which messages are asked for. A word that is none of ours asks for all of them.
#[derive(Deserialize, Default)]
pub(super) struct Asked {
    #[serde(default)]
    state: String,
    #[serde(default)]
    channel: String,
    #[serde(default)]
    q: String,
    #[serde(default)]
    before: String,
}

impl Asked {
    fn channel(&self) -> Option<Channel> {
        [Channel::Email, Channel::Sms].into_iter().find(|channel| channel.as_str() == self.channel)
    }

    fn text(&self) -> Option<&str> {
        Some(self.q.trim()).filter(|text| !text.is_empty())
    }

    fn is_narrow(&self) -> bool {
        MessageState::parse(&self.state).is_some() || self.channel().is_some() || self.text().is_some()
    }

    /// The same question about what is older; about the newest without `before`.
    fn from(&self, before: &str) -> String {
        let said =
            [("state", self.state.as_str()), ("channel", &self.channel), ("q", &self.q), ("before", before)];
        question::address(PATH, &said)
    }
}

/// `templates/console/messages.html`.
#[derive(Template)]
#[template(path = "console/messages.html")]
struct MessagesPage<'a> {
    frame: Frame<'a>,
    navigation: Navigation,
    search: Field<'a>,
    state: Choices<'a>,
    channel: Choices<'a>,
    rows: Vec<Row>,
    /// Instead of rows.
    empty: Option<Empty<'a>>,
    pager: Pager<'a>,
    may_test: bool,
}

/// A message of the list.
struct Row {
    href: String,
    about: String,
    user_name: Option<String>,
    to: Option<String>,
    channel: &'static str,
    state: Badge<'static>,
    reason: Option<String>,
    at: Moment,
}

/// A page of them.
pub(super) async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, PageError> {
    visitor.needs(VIEW)?;
    let asked = asked.map(|Query(asked)| asked).unwrap_or_default();
    let list = found(&web, &visitor, &asked).await?;
    let (t, clock) = (visitor.look.texts, visitor.clock());
    let rows: Vec<Row> = list.messages.into_iter().map(|message| row(&visitor, clock, message)).collect();
    let page = MessagesPage {
        frame: visitor.frame(&web).in_console(),
        navigation: Navigation::of(&web, &visitor, "messages"),
        search: Field::search("q", t.say("messages-search")).value(asked.q.clone()).length_max(255),
        state: states(t, &asked),
        channel: channels(t, &asked),
        empty: rows.is_empty().then(|| nothing(t, &asked, list.next.is_some())),
        rows,
        pager: Pager {
            label: t.say("pages"),
            previous: (!asked.before.is_empty()).then(|| (asked.from(""), t.say("messages-newest"))),
            next: list.next.map(|next| (asked.from(&next.to_string()), t.say("messages-older"))),
        },
        may_test: visitor.has(UPDATE),
    };
    Ok(visitor.show(&page))
}

/// Whoever may not see recipients in full does not find messages by them either: he searches by user name.
async fn found(web: &Web, visitor: &Visitor, asked: &Asked) -> Result<MessageListView, PageError> {
    let cx = visitor.as_privileged();
    let mut query = MessageQuery {
        state: MessageState::parse(&asked.state),
        channel: asked.channel(),
        user: None,
        text: asked.text().map(str::to_owned),
        before: asked.before.parse().ok(),
        limit: PAGE,
    };
    if let (false, Some(name)) = (visitor.has(PEOPLE), query.text.take_if(|_| !visitor.has(PEOPLE))) {
        match web.app.user_named(&cx, &name).await? {
            Some(user) => query.user = Some(user),
            None => return Ok(MessageListView { messages: Vec::new(), next: None }),
        }
    }
    Ok(web.app.messages(&cx, query).await?)
}

/// Where a message goes: in full for those who may see it.
fn recipient(visitor: &Visitor, message: &MessageView) -> Option<String> {
    let in_full = message.recipient_in_full.as_ref().filter(|_| visitor.has(PEOPLE));
    in_full.map(Address::as_str).or(message.recipient.as_deref()).map(str::to_owned)
}

fn row(visitor: &Visitor, clock: Clock, message: MessageView) -> Row {
    let t = clock.texts;
    Row {
        href: path_of(message.id),
        about: words::about(t, &message.template),
        to: recipient(visitor, &message),
        channel: words::channel(t, message.channel),
        state: words::state(t, &message),
        at: clock.tell(message.created_at),
        user_name: message.user_name,
        reason: message.reason,
    }
}

fn states(t: &'static Texts, asked: &Asked) -> Choices<'static> {
    let states = MessageState::ALL.map(|state| (state.as_str(), state_named(t, state)));
    question::choices("state", t.say("messages-state"), t.say("messages-any-state"), states, &asked.state)
}

fn channels(t: &'static Texts, asked: &Asked) -> Choices<'static> {
    let channels = [Channel::Email, Channel::Sms].map(|channel| (channel.as_str(), channel_name(t, channel)));
    let (label, any) = (t.say("messages-channel"), t.say("messages-any-channel"));
    question::choices("channel", label, any, channels, &asked.channel)
}

/// What stands where no message does.
fn nothing(t: &'static Texts, asked: &Asked, is_cut_off: bool) -> Empty<'static> {
    let (heading, text) = match (asked.is_narrow(), is_cut_off) {
        (true, true) => (t.say("messages-none-yet"), t.say("messages-none-yet-text")),
        (true, false) => (t.say("messages-none"), t.say("messages-none-text")),
        (false, _) => (t.say("messages-empty"), t.say("messages-empty-text")),
    };
    let action = asked.is_narrow().then(|| (PATH.into(), t.say("messages-all").into()));
    Empty { heading: heading.into(), text: text.into(), action }
}

#[cfg(test)]
mod tests;
