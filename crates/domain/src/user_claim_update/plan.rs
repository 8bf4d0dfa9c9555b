//! A decision, as a plain value a test can print and the store can carry out.

use crate::actor::{Actor, Requester};
use crate::audit;
use crate::change::{Budget, ChangeEnd, Entry, Form, Pending, Purpose, WrongCode};
use crate::claim::{Address, PerFamily};
use crate::ids::{ChallengeId, ChangeId};
use crate::message::Notice;
use crate::profile::Profile;
use crate::snapshot::Snapshot;

/// What is to be done. Ids, secrets and texts are added when it is minted.
#[derive(Clone, PartialEq, Debug)]
pub struct Plan {
    /// The new claims, if they change.
    pub profile: Option<Profile>,
    /// Whether the representation changes (a pending value that comes or goes does it too).
    pub version_moves: bool,
    /// Whether everything issued on the old credential ends (I13).
    pub credential_moves: bool,
    /// The user's counters afterwards.
    pub budget: PerFamily<Budget>,
    /// What happens to changes, in order: an ending stands before the beginning it makes room for.
    pub steps: Vec<Step>,
    /// Notices owed.
    pub notices: Vec<Notice>,
    /// Audit entries.
    pub audit: Vec<audit::Entry>,
}

/// One step of a change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Step {
    /// A value begins to wait; its secret goes to the value itself.
    Begin(Begin),
    /// The secret is replaced by a new one, sent to the value that waits.
    Reissue(Reissue),
    /// An attempt is spent.
    Attempt {
        /// On which change.
        change: ChangeId,
        /// The attempt.
        wrong: WrongCode,
    },
    /// The change is proven.
    Prove {
        /// Which.
        change: ChangeId,
        /// By which challenge.
        challenge: ChallengeId,
    },
    /// The change ends otherwise.
    End {
        /// Which.
        change: ChangeId,
        /// How.
        end: ChangeEnd,
    },
}

/// A value that begins to wait.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Begin {
    /// What for.
    pub purpose: Purpose,
    /// N.
    pub value: Address,
    /// The rest of its entry.
    pub entry: Entry,
    /// Which secrets are issued.
    pub form: Form,
    /// For how long they prove.
    pub validity_minutes: u32,
    /// Who asked.
    pub requester: Requester,
    /// Where the notice with the cancel link goes (SEC-18), if one is due.
    pub cancel_link_to: Option<Address>,
}

/// A secret to replace.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reissue {
    /// The change, with the challenge that is replaced.
    pub pending: Pending,
    /// Which secrets are issued: those there were, and a code beside a link that needs one by now.
    pub form: Form,
    /// For how long the new secrets prove.
    pub validity_minutes: u32,
}

impl Plan {
    /// Nothing yet.
    pub fn new(seen: &Snapshot) -> Self {
        Self {
            profile: None,
            version_moves: false,
            credential_moves: false,
            budget: seen.budget,
            steps: Vec::new(),
            notices: Vec::new(),
            audit: Vec::new(),
        }
    }

    /// Whether there is nothing to commit.
    pub fn is_empty(&self) -> bool {
        self.profile.is_none() && self.steps.is_empty() && self.notices.is_empty() && self.audit.is_empty()
    }

    /// Whether a step ends this change already.
    pub(super) fn ends(&self, id: ChangeId) -> bool {
        self.steps.iter().any(|step| matches!(step, Step::End { change, .. } if *change == id))
    }

    /// Ends a pending change.
    pub(super) fn end(&mut self, change: ChangeId, end: ChangeEnd) {
        self.steps.push(Step::End { change, end });
        self.version_moves = true;
    }
}

/// Writes audit entries about one user.
#[derive(Clone, Copy)]
pub(super) struct Trail<'a> {
    pub(super) seen: &'a Snapshot,
    pub(super) actor: &'a Actor,
}

impl Trail<'_> {
    /// An entry about an address.
    pub(super) fn address(self, event: audit::Event, rule: audit::Rule, value: &Address) -> audit::Entry {
        audit::Entry {
            family: Some(value.family()),
            value: Some(value.masked()),
            about: Some(value.clone()),
            ..self.user(event, rule)
        }
    }

    /// An entry about a change.
    pub(super) fn change(self, event: audit::Event, rule: audit::Rule, pending: &Pending) -> audit::Entry {
        audit::Entry { change: Some(pending.id), ..self.address(event, rule, &pending.value) }
    }

    /// An entry about the user.
    pub(super) fn user(self, event: audit::Event, rule: audit::Rule) -> audit::Entry {
        audit::Entry {
            event,
            rule,
            user: Some(self.seen.user.id),
            group: None,
            family: None,
            change: None,
            by: self.actor.requester.clone(),
            origin: self.actor.origin.clone(),
            value: None,
            about: None,
            means: None,
            detail: self.actor.reason.clone(),
        }
    }
}
