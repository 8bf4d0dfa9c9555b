//! What the outbox holds, for the Console's *Messages* (REL-10): pages of it, and one message with its trace.
//!
//! Reading needs `internal_config_mgt_view`; a recipient in full also `internal_user_mgt_view`.

mod intervene;

pub use intervene::{DropRefusal, Dropped, ReplayError, Replayed, ReplayedSince};

use countersign_domain::claim::{Address, Channel};
use countersign_domain::message::{MessageState, Replay, replay};
use countersign_domain::{ChangeId, MessageId, Timestamp, UserId};
use countersign_store::{MessageAttempt, MessageKind, MessageQuery, MessageRecord};

use crate::app::App;
use crate::changes::{ChangeView, Viewer};
use crate::error::Failure;
use crate::mint::Context;

/// A message as it is shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MessageView {
    /// Stable over all tries; the Message-ID and `Idempotency-Key` of each.
    pub id: MessageId,
    /// How it travels.
    pub channel: Channel,
    /// Secret or notice.
    pub kind: MessageKind,
    /// The template's name.
    pub template: String,
    /// Where it goes, masked, an e-mail's domain in full; `None`: erased after its end (SEC-63).
    pub recipient: Option<String>,
    /// The same in full, only for viewers with `internal_user_mgt_view`; its `Debug` is masked.
    pub recipient_in_full: Option<Address>,
    /// Whom it concerns.
    pub user: UserId,
    /// His name; `None`: he was deleted.
    pub user_name: Option<String>,
    /// The change it belongs to.
    pub change: Option<ChangeId>,
    /// Where it is.
    pub state: MessageState,
    /// Tries since it was last queued.
    pub attempts: u32,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it is tried next; `None`: it has ended.
    pub due_at: Option<Timestamp>,
    /// What the last try came to, or who took it out.
    pub reason: Option<String>,
    /// What sending it again would do; the sentence of a refusal is its `Display`.
    pub replay: Replay,
    /// Whether it is being sent at this moment.
    pub is_being_sent: bool,
    /// Whether it can be dropped: it is queued and nobody is sending it.
    pub can_be_dropped: bool,
}

/// One page of messages.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MessageListView {
    /// Those of this page, newest first.
    pub messages: Vec<MessageView>,
    /// Before which id the next page begins, if there may be one. A search by text may end a page early, even an empty
    /// one: what is older was not looked at yet ("search further back").
    pub next: Option<MessageId>,
}

/// One message with everything that is known of it.
#[derive(Clone, PartialEq, Debug)]
pub struct MessageTrace {
    /// The message.
    pub message: MessageView,
    /// Its tries, oldest first, with the provider's answers.
    pub tries: Vec<MessageAttempt>,
    /// The change it belongs to, while that is kept.
    pub change: Option<ChangeView>,
}

/// The longest page of messages.
const PAGE_MAX: u64 = 100;

impl App {
    /// A page of messages, newest first. A text that is somebody's user name finds his messages however old they are;
    /// any other is looked for in recipients and user names, so many messages at a time.
    ///
    /// Needs `internal_config_mgt_view`.
    pub async fn messages(&self, cx: &Context, query: MessageQuery) -> Result<MessageListView, Failure> {
        let mut query = MessageQuery { limit: query.limit.clamp(1, PAGE_MAX), ..query };
        if let (None, Some(text)) = (query.user, query.text.as_deref().map(str::trim))
            && let Some(user) = self.store.user_id_by_name(&cx.tenant, &text.to_ascii_lowercase()).await?
        {
            query = MessageQuery { user: Some(user), text: None, ..query };
        }
        let now = self.store.now().await?;
        let page = self.store.messages(&cx.tenant, query).await?;
        let messages = page.messages.into_iter().map(|message| shown(message, now)).collect();
        Ok(MessageListView { messages, next: page.next })
    }

    /// One message with its trace and its change; `None` for an unknown id. Also the trace of a test (pages.md §5).
    ///
    /// Needs `internal_config_mgt_view`.
    pub async fn message(&self, cx: &Context, id: MessageId) -> Result<Option<MessageTrace>, Failure> {
        let Some(traced) = self.store.message(&cx.tenant, id).await? else { return Ok(None) };
        let change = match traced.message.change {
            Some(change) => self.change(cx, Viewer::Privileged, change).await?,
            None => None,
        };
        let message = shown(traced.message, self.store.now().await?);
        Ok(Some(MessageTrace { message, tries: traced.attempts, change }))
    }
}

fn shown(message: MessageRecord, now: Timestamp) -> MessageView {
    let (is_queued, is_being_sent) = (message.state == MessageState::Queued, message.is_leased(now));
    MessageView {
        id: message.id,
        channel: message.channel,
        kind: message.kind,
        replay: replay(message.sendable()),
        template: message.template,
        recipient: message.to.as_ref().map(Address::masked_with_domain),
        recipient_in_full: message.to,
        user: message.user,
        user_name: message.user_name,
        change: message.change,
        state: message.state,
        attempts: message.attempts,
        created_at: message.created_at,
        due_at: is_queued.then_some(message.due_at),
        reason: message.reason,
        is_being_sent,
        can_be_dropped: is_queued && !is_being_sent,
    }
}
