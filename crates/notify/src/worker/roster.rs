//! Who sends now: e-mail as decided at start, SMS as the folder of publishers says, looked at while running.

use std::sync::Arc;

use tokio::sync::watch;

use super::sender::{SenderState, SenderStates, Senders, Standing};
use crate::inbox::Inbox;
use crate::publisher::{FileReport, Folder, Publishers, Severity};

/// The list of senders, and who is told when it changes.
pub(super) struct Roster {
    folder: Folder,
    email: Standing,
    /// Stands in for SMS until a publisher turns up; never switched on again after that (DESIGN §5, "Dev inbox").
    sms_inbox: Option<Inbox>,
    publishers: watch::Sender<Arc<Publishers>>,
    senders: watch::Sender<Arc<Senders>>,
    states: watch::Sender<SenderStates>,
}

impl Roster {
    /// Reads the folder as it stands. Touches the disk.
    pub(super) fn new(folder: Folder, email: Standing, inbox: Option<Inbox>) -> Self {
        let mut roster = Self {
            folder,
            email,
            sms_inbox: inbox,
            publishers: watch::Sender::default(),
            senders: watch::Sender::default(),
            states: watch::Sender::default(),
        };
        let publishers = roster.folder.settle();
        roster.publish(publishers);
        roster
    }

    /// Looks at the folder once more. Touches the disk.
    pub(super) fn look(&mut self) {
        let publishers = self.folder.poll();
        if **self.publishers.borrow() != publishers {
            self.publish(publishers);
        }
    }

    pub(super) fn publishers(&self) -> watch::Receiver<Arc<Publishers>> {
        self.publishers.subscribe()
    }

    pub(super) fn senders(&self) -> watch::Receiver<Arc<Senders>> {
        self.senders.subscribe()
    }

    pub(super) fn states(&self) -> watch::Receiver<SenderStates> {
        self.states.subscribe()
    }

    fn publish(&mut self, publishers: Publishers) {
        report(&self.publishers.borrow().reports, &publishers.reports);
        let sms = Standing::of_sms(&publishers, self.sms_inbox.as_ref());
        if matches!(sms.state, SenderState::Ready(_) | SenderState::Broken(_)) {
            self.sms_inbox = None;
        }
        let senders = Senders { email: self.email.clone(), sms };
        let states = senders.states();
        self.publishers.send_replace(Arc::new(publishers));
        self.senders.send_replace(Arc::new(senders));
        self.states.send_if_modified(|known| {
            let changed = *known != states;
            *known = states;
            changed
        });
    }
}

/// What is new about the files, once. Problems never hold a property's value.
fn report(known: &[FileReport], reports: &[FileReport]) {
    for report in reports.iter().filter(|report| !known.contains(report)) {
        tracing::info!(event = "publisher_file", file = report.file, state = ?report.state);
        for problem in &report.problems {
            match problem.severity {
                Severity::Warning => tracing::warn!(event = "publisher_problem", "{problem}"),
                Severity::Error => tracing::error!(event = "publisher_problem", "{problem}"),
            }
        }
    }
    for gone in known.iter().filter(|known| reports.iter().all(|report| report.file != known.file)) {
        tracing::info!(event = "publisher_file", file = gone.file, state = "removed");
    }
}
