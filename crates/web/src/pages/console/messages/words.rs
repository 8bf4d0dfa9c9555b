//! Messages and what happened to them, in words.

use countersign_app::{AttemptOutcome, DropRefusal, MessageView, TimelineEvent, TimelineWord};
use countersign_domain::claim::Channel;
use countersign_domain::message::{MessageState, ReplayRefusal};

use crate::pages::component::{Badge, Clock, Step, Tone};
use crate::pages::language::Texts;

/// Where a message is.
pub(super) fn state(t: &'static Texts, message: &MessageView) -> Badge<'static> {
    if message.is_being_sent {
        return Badge::new(Tone::Waiting, t.say("message-being-sent"));
    }
    let tone = match message.state {
        MessageState::Queued => Tone::Waiting,
        MessageState::Delivered => Tone::Good,
        MessageState::Dropped => Tone::Neutral,
        MessageState::Dead => Tone::Problem,
    };
    Badge::new(tone, state_named(t, message.state))
}

/// A state's name.
pub(in crate::pages::console) fn state_named(t: &'static Texts, state: MessageState) -> &'static str {
    match state {
        MessageState::Queued => t.say("message-queued"),
        MessageState::Delivered => t.say("message-delivered"),
        MessageState::Dropped => t.say("message-dropped"),
        MessageState::Dead => t.say("message-dead"),
    }
}

/// A channel's name.
pub(in crate::pages::console) fn channel(t: &'static Texts, channel: Channel) -> &'static str {
    match channel {
        Channel::Email => t.say("channel-email"),
        Channel::Sms => t.say("channel-sms"),
    }
}

/// What a message is about; a template of somebody's own is called by its name.
pub(super) fn about(t: &'static Texts, template: &str) -> String {
    t.find(&format!("template-{template}")).unwrap_or(template).to_owned()
}

/// Why a message is not sent again.
pub(super) fn no_replay(t: &'static Texts, why: ReplayRefusal) -> &'static str {
    match why {
        ReplayRefusal::Queued => t.say("no-replay-queued"),
        ReplayRefusal::Delivered => t.say("no-replay-delivered"),
        ReplayRefusal::UserDeleted => t.say("no-replay-user-deleted"),
        ReplayRefusal::ChangeEnded => t.say("no-replay-change-ended"),
        ReplayRefusal::Replaced => t.say("no-replay-replaced"),
        ReplayRefusal::LinkErased => t.say("no-replay-link-erased"),
        ReplayRefusal::Erased => t.say("no-replay-erased"),
    }
}

/// Why a message is not dropped.
pub(super) fn no_drop(t: &'static Texts, why: DropRefusal) -> &'static str {
    match why {
        DropRefusal::BeingSent => t.say("no-drop-being-sent"),
        DropRefusal::Ended(_) => t.say("no-drop-ended"),
    }
}

/// One try.
pub(super) fn attempt(clock: Clock, attempt: &countersign_app::MessageAttempt) -> Step {
    let t = clock.texts;
    let (tone, title) = match attempt.outcome {
        AttemptOutcome::HandedOver => (Tone::Good, t.say("attempt-handed-over")),
        AttemptOutcome::Retry => (Tone::Waiting, t.say("attempt-retry")),
        AttemptOutcome::Parked => (Tone::Waiting, t.say("attempt-parked")),
        AttemptOutcome::Dropped => (Tone::Neutral, t.say("attempt-dropped")),
        AttemptOutcome::Dead => (Tone::Problem, t.say("attempt-dead")),
        AttemptOutcome::Replayed => (Tone::Neutral, t.say("attempt-replayed")),
    };
    let detail = (!attempt.detail.is_empty()).then(|| attempt.detail.clone());
    Step { tone, title: title.to_owned(), detail, at: clock.tell(attempt.at) }
}

/// One thing that happened to a change.
pub(super) fn event(clock: Clock, event: &TimelineEvent) -> Step {
    let t = clock.texts;
    let (tone, title) = match event.event {
        TimelineWord::Requested => (Tone::Neutral, t.say("message-change-requested")),
        TimelineWord::Queued => (Tone::Neutral, t.say("message-change-queued")),
        TimelineWord::HandedOver => (Tone::Waiting, t.say("message-change-handed-over")),
        TimelineWord::Refused => (Tone::Problem, t.say("message-change-refused")),
        TimelineWord::Bounced => (Tone::Problem, t.say("message-change-bounced")),
        TimelineWord::GivenUp => (Tone::Problem, t.say("message-change-given-up")),
        TimelineWord::Told => (Tone::Neutral, t.say("message-change-told")),
        TimelineWord::NotTold => (Tone::Problem, t.say("message-change-not-told")),
        TimelineWord::Resent => (Tone::Neutral, t.say("message-change-resent")),
        TimelineWord::WrongCode => (Tone::Problem, t.say("message-change-wrong-code")),
        TimelineWord::Exhausted => (Tone::Problem, t.say("message-change-exhausted")),
        TimelineWord::Expired => (Tone::Neutral, t.say("message-change-expired")),
        TimelineWord::Superseded => (Tone::Neutral, t.say("message-change-superseded")),
        TimelineWord::Cancelled => (Tone::Neutral, t.say("message-change-cancelled")),
        TimelineWord::Proven => (Tone::Good, t.say("message-change-proven")),
    };
    Step { tone, title: title.to_owned(), detail: event.detail.clone(), at: clock.tell(event.at) }
}
