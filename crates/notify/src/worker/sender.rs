//! What stands behind a channel, and what others may know of it.

use std::fmt;
use std::sync::Arc;

use crate::email::SmtpSender;
use crate::inbox::Inbox;
use crate::publisher::{EventPublisher, FileState, Publishers, SMS_STREAM};
use countersign_domain::claim::Channel;

/// Whether messages of a channel can leave.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum SenderState {
    /// Nothing is set up: messages wait as "no sender configured".
    #[default]
    Missing,
    /// The dev inbox takes them.
    Inbox,
    /// A real sender: the mail server as `host:port`, or the publisher's name.
    Ready(String),
    /// Something is set up and cannot work (D-19); the sentence names file and line and says what to mend.
    Broken(String),
}

/// Both channels.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SenderStates {
    /// SMTP.
    pub email: SenderState,
    /// The SMS publisher.
    pub sms: SenderState,
}

/// Who sends.
#[derive(Clone)]
pub(super) enum Sender {
    Smtp(Arc<SmtpSender>),
    Publisher(Arc<EventPublisher>),
    Inbox(Inbox),
}

/// What stands behind a channel now.
#[derive(Clone, Default)]
pub(super) struct Standing {
    pub(super) state: SenderState,
    pub(super) sender: Option<Sender>,
}

/// What stands behind both.
#[derive(Clone, Default)]
pub(super) struct Senders {
    pub(super) email: Standing,
    pub(super) sms: Standing,
}

impl Senders {
    pub(super) fn of(&self, channel: Channel) -> &Standing {
        match channel {
            Channel::Email => &self.email,
            Channel::Sms => &self.sms,
        }
    }

    pub(super) fn states(&self) -> SenderStates {
        SenderStates { email: self.email.state.clone(), sms: self.sms.state.clone() }
    }
}

impl Standing {
    /// E-mail: decided once, by `[output_adapter.email]`.
    pub(super) fn of_email(smtp: Option<SmtpSender>, inbox: Option<&Inbox>) -> Self {
        match smtp {
            Some(smtp) => {
                Self { state: SenderState::Ready(smtp.server()), sender: Some(Sender::Smtp(Arc::new(smtp))) }
            }
            None => Self::without_sender(inbox),
        }
    }

    /// SMS: the publisher in force. The inbox, where there is one, only stands in while nothing is set up.
    pub(super) fn of_sms(publishers: &Publishers, inbox: Option<&Inbox>) -> Self {
        if let Some(publisher) = publishers.active.get(SMS_STREAM) {
            let state = SenderState::Ready(publisher.name.clone());
            return Self { state, sender: Some(Sender::Publisher(Arc::new(publisher.clone()))) };
        }
        let refused = publishers.reports.iter().find(|report| report.state == FileState::Refused);
        match refused.and_then(|report| report.problems.first()) {
            Some(problem) => Self { state: SenderState::Broken(problem.to_string()), sender: None },
            None => Self::without_sender(inbox),
        }
    }

    fn without_sender(inbox: Option<&Inbox>) -> Self {
        let sender = inbox.cloned().map(Sender::Inbox);
        let state = if sender.is_some() { SenderState::Inbox } else { SenderState::Missing };
        Self { state, sender }
    }

    /// What the timeline says while there is no sender.
    pub(super) fn reason(&self) -> &'static str {
        match self.state {
            SenderState::Broken(_) => "the sender is not in working order",
            _ => "no sender configured",
        }
    }
}

impl Sender {
    /// The host its requests go to, with the port: what is counted and left alone when it is dead (REL-9).
    pub(super) fn destination(&self) -> String {
        match self {
            Self::Smtp(smtp) => smtp.server(),
            Self::Inbox(_) => "the dev inbox".to_owned(),
            Self::Publisher(publisher) => match &publisher.http.proxy {
                Some((host, port)) => format!("{host}:{port}"),
                None => publisher.host().unwrap_or_else(|| publisher.name.clone()),
            },
        }
    }
}

impl fmt::Debug for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.state.fmt(f)
    }
}
