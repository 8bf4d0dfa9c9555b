//! A plan becomes a commit: ids, secrets and their digests, sealed payloads, and what fills the messages.

mod message;
mod secret;

use countersign_domain::actor::Actor;
use countersign_domain::change::{Cancelled, ChangeEnd, LinkToken};
use countersign_domain::claim::{Address, ClaimFamily};
use countersign_domain::snapshot::Snapshot;
use countersign_domain::user_claim_update::{Begin, Plan, Reissue, Settings, Step};
use countersign_domain::{AuditId, ChangeId, Entropy as _, TenantId, UserId, audit};
use countersign_store::{
    AuditRow, ChangeStep, Commit, IndexDiff, NewCancelLink, NewChange, TimelineEvent, TimelineWord, UserStep,
    UserUpdate,
};

use crate::app::App;
use crate::spending;
pub(crate) use message::Telling;

/// Who asks, in which house, and what the log line of the request is called.
#[derive(Clone, Debug)]
pub struct Context {
    /// The tenant.
    pub tenant: TenantId,
    /// The caller.
    pub actor: Actor,
    /// Stands in the error body and in the log line.
    pub trace_id: String,
}

impl Context {
    /// The same request, made by a person at a page (SEC-24).
    #[must_use]
    pub fn at_a_page(self) -> Self {
        Self { actor: self.actor.at_a_page(), ..self }
    }

    /// The same request, with the reason it states for a privileged write (SEC-38).
    #[must_use]
    pub fn stating(&self, reason: Option<&str>) -> Self {
        Self { actor: self.actor.stating(reason), ..self.clone() }
    }
}

/// One minting: everything that is the same for all of its rows.
pub(crate) struct Mint<'a> {
    pub(crate) app: &'a App,
    pub(crate) actor: &'a Actor,
    pub(crate) settings: &'a Settings,
    pub(crate) telling: Telling<'a>,
    pub(crate) commit: Commit,
}

impl<'a> Mint<'a> {
    /// Begins a commit about the user of `seen`.
    pub(crate) fn new(app: &'a App, seen: &'a Snapshot, actor: &'a Actor, settings: &'a Settings) -> Self {
        let user = &seen.user;
        let commit = Commit::new(app.operation(seen.now), user.tenant.clone(), seen.now);
        let telling = Telling {
            app,
            actor,
            tenant: &user.tenant,
            user: user.id,
            profile: &user.profile,
            now: seen.now,
        };
        Self { app, actor, settings, telling, commit }
    }

    /// Carries a plan over into the commit, guarded by the revision it was decided on.
    pub(crate) fn plan(mut self, seen: &Snapshot, plan: Plan) -> Commit {
        let index = match &plan.profile {
            Some(after) => IndexDiff::between(Some(&seen.user.profile), Some(after), self.settings.unique),
            None => IndexDiff::default(),
        };
        self.commit.user = UserStep::Update(Box::new(UserUpdate {
            id: seen.user.id,
            revision: seen.user.revision,
            profile: plan.profile,
            version_moves: plan.version_moves,
            password: None,
            credential_moves: plan.credential_moves,
            budget: plan.budget,
            index,
        }));
        for step in plan.steps {
            if let Step::Prove { change, .. } = &step {
                self.count_proof(seen, *change);
            }
            self.step(step);
        }
        for notice in &plan.notices {
            self.commit.outbox.push(self.telling.notice(notice, None));
        }
        for entry in plan.audit {
            self.audit(entry);
        }
        self.commit
    }

    /// A code by SMS that came back counts for the hour it was issued in (security §8).
    fn count_proof(&mut self, seen: &Snapshot, change: ChangeId) {
        let proven = ClaimFamily::ALL.into_iter().filter_map(|family| seen.pending(family));
        if let Some(pending) = proven.into_iter().find(|pending| pending.id == change) {
            let issued_at = pending.challenge.issued_at;
            self.commit.spends.extend(spending::proved(&pending.value, issued_at, self.settings));
        }
    }

    /// One step of a change, with its row in the timeline.
    pub(crate) fn step(&mut self, step: Step) {
        match step {
            Step::Begin(begin) => self.begin(begin),
            Step::Reissue(reissue) => self.reissue(&reissue),
            Step::Attempt { change, wrong } => {
                self.event(change, TimelineWord::WrongCode, None);
                if wrong.exhausted {
                    self.event(change, TimelineWord::Exhausted, None);
                }
                self.commit.steps.push(ChangeStep::Attempt {
                    challenge: wrong.challenge,
                    attempts_before: wrong.attempts_before,
                    exhausted: wrong.exhausted,
                });
            }
            Step::Prove { change, challenge } => {
                self.event(change, TimelineWord::Proven, None);
                self.commit.steps.push(ChangeStep::Prove { change, challenge });
            }
            Step::End { change, end } => {
                let (word, detail) = ending(&end);
                self.event(change, word, detail);
                self.commit.steps.push(ChangeStep::End { change, end });
            }
        }
    }

    fn begin(&mut self, begin: Begin) {
        let id = ChangeId::new(self.app.entropy.clone().id(self.commit.at));
        let user = self.telling.user;
        let issued = secret::issue(
            self.app,
            self.settings,
            &secret::Wanted {
                user,
                purpose: begin.purpose,
                tenant: self.telling.tenant,
                value: &begin.value,
                form: begin.form,
                at: self.commit.at,
                validity_minutes: begin.validity_minutes,
            },
        );
        let cancel = begin.cancel_link_to.as_ref().map(|to| self.cancel_link(id, &begin.value, to));
        self.event(id, TimelineWord::Requested, Some(begin.requester.display.clone()));
        self.deliver_secret(id, &begin.value, begin.purpose, &issued, false);
        self.commit.steps.push(ChangeStep::Begin {
            change: Box::new(NewChange {
                id,
                user,
                purpose: begin.purpose,
                value: begin.value,
                entry: begin.entry,
                requester: begin.requester,
                cancel,
            }),
            challenge: issued.challenge,
        });
    }

    /// The change of this family that the commit begins.
    fn begun(&self, family: ClaimFamily) -> Option<ChangeId> {
        self.commit.steps.iter().find_map(|step| match step {
            ChangeStep::Begin { change, .. } if change.value.family() == family => Some(change.id),
            _ => None,
        })
    }

    fn reissue(&mut self, reissue: &Reissue) {
        let pending = &reissue.pending;
        let issued = secret::issue(
            self.app,
            self.settings,
            &secret::Wanted {
                user: pending.user,
                purpose: pending.purpose,
                tenant: self.telling.tenant,
                value: &pending.value,
                form: reissue.form,
                at: self.commit.at,
                validity_minutes: reissue.validity_minutes,
            },
        );
        self.event(pending.id, TimelineWord::Resent, Some(self.actor.requester.display.clone()));
        self.deliver_secret(pending.id, &pending.value, pending.purpose, &issued, true);
        self.commit.steps.push(ChangeStep::Reissue {
            change: pending.id,
            replaces: pending.challenge.id,
            challenge: issued.challenge,
        });
    }

    /// The message that carries the secret to the value itself, and what it takes from the shared budgets.
    fn deliver_secret(
        &mut self,
        change: ChangeId,
        to: &Address,
        purpose: countersign_domain::change::Purpose,
        issued: &secret::Issued,
        again: bool,
    ) {
        let message = self.telling.secret(change, to, purpose, issued, again);
        self.commit.outbox.push(message);
        self.event(change, TimelineWord::Queued, None);
        let (at, keys) = (self.commit.at, &self.app.keys.mac);
        self.commit.spends.extend(spending::send(to, at, self.settings, keys));
    }

    /// The notice to the address in force, with its link (SEC-18).
    fn cancel_link(&mut self, change: ChangeId, value: &Address, to: &Address) -> NewCancelLink {
        let token = LinkToken::mint(&mut self.app.entropy.clone());
        let digest = self.app.keys.mac.cancel_digest(change, token.secret.as_bytes());
        let message = self.telling.change_requested(change, value, to, &token);
        self.commit.outbox.push(message);
        NewCancelLink { selector: token.selector, digest }
    }

    /// A row of the timeline.
    pub(crate) fn event(&mut self, change: ChangeId, event: TimelineWord, detail: Option<String>) {
        self.commit.events.push(TimelineEvent { change, at: self.commit.at, event, detail });
    }

    /// A row of the trail. What says that a change began comes after the step that begins it.
    pub(crate) fn audit(&mut self, mut entry: audit::Entry) {
        if entry.event == audit::Event::ValueHeld {
            entry.change = entry.family.and_then(|family| self.begun(family)); // the rules know no ids
        }
        let row = audit_row(self.app, self.commit.at, entry);
        self.commit.audit.push(row);
    }
}

/// An audit entry with its id and time, and a keyed digest of the value it is about (SEC-63).
pub(crate) fn audit_row(app: &App, at: countersign_domain::Timestamp, entry: audit::Entry) -> AuditRow {
    let digest =
        |address: &Address| spending::pseudonym(&app.keys.mac, address.family().as_str(), address.key());
    let value_digest = entry.about.as_ref().map(digest);
    AuditRow { id: AuditId::new(app.entropy.clone().id(at)), at, entry, value_digest }
}

/// An audit entry about an address of a user, for use cases that decide nothing.
pub(crate) fn address_entry(
    event: audit::Event,
    rule: audit::Rule,
    user: UserId,
    actor: &Actor,
    address: &Address,
) -> audit::Entry {
    audit::Entry {
        family: Some(address.family()),
        value: Some(address.masked()),
        about: Some(address.clone()),
        ..entry(event, rule, Some(user), actor)
    }
}

/// An audit entry about a user by an actor, for use cases that decide nothing.
pub(crate) fn entry(
    event: audit::Event,
    rule: audit::Rule,
    user: Option<UserId>,
    actor: &Actor,
) -> audit::Entry {
    audit::Entry {
        event,
        rule,
        user,
        group: None,
        family: None,
        change: None,
        by: actor.requester.clone(),
        origin: actor.origin.clone(),
        value: None,
        about: None,
        means: None,
        detail: actor.reason.clone(),
    }
}

fn ending(end: &ChangeEnd) -> (TimelineWord, Option<String>) {
    match end {
        ChangeEnd::Proven => (TimelineWord::Proven, None),
        ChangeEnd::Superseded => (TimelineWord::Superseded, None),
        ChangeEnd::Cancelled { by } => (TimelineWord::Cancelled, Some(cancelled_because(*by).to_owned())),
    }
}

const fn cancelled_because(by: Cancelled) -> &'static str {
    match by {
        Cancelled::Request => "on request",
        Cancelled::Declined => "declined at the address that was to be proven",
        Cancelled::CancelLink => "by the link sent to the address in force",
        Cancelled::Overwritten => "the value in force was written",
        Cancelled::SwitchedOff => "verification is switched off",
        Cancelled::Security => "password changed, account locked or disabled",
        Cancelled::Taken => "another account proved this value first",
        Cancelled::Purge => "too old to keep",
    }
}
