//! Small commits, in the words of the cases.

use std::collections::BTreeMap;

use countersign_domain::actor::{Origin, Persona, Requester, Subject};
use countersign_domain::audit::{self, Event, Rule};
use countersign_domain::change::{ChangeEnd, Entry, Form, Pending, Purpose, SecretDigest};
use countersign_domain::claim::{Address, ClaimFamily, PerFamily};
use countersign_domain::profile::{Contacts, Held, Label, Profile};
use countersign_domain::snapshot::Snapshot;
use countersign_domain::{
    AuditId, ChallengeId, ChangeId, MessageId, OperationId, SignedDuration, Timestamp, UserId,
};
use countersign_store::{
    AuditRow, ChangeStep, Commit, IndexDiff, MessageKind, NewChallenge, NewChange, NewLink, NewMessage,
    NewUser, TimelineEvent, TimelineWord, UserStep, UserUpdate,
};
use serde_json::{Map, json};

use crate::database::House;

/// What a change that began is known by.
#[derive(Clone)]
pub(crate) struct Begun {
    pub(crate) user: UserId,
    pub(crate) change: ChangeId,
    pub(crate) challenge: ChallengeId,
    pub(crate) value: Address,
    pub(crate) selector: String,
    pub(crate) lookup: SecretDigest,
}

pub(crate) fn email(text: &str) -> Address {
    Address::parse(ClaimFamily::Email, text).unwrap()
}

pub(crate) fn mobile(text: &str) -> Address {
    Address::parse(ClaimFamily::Mobile, text).unwrap()
}

/// A user without any address.
pub(crate) fn profile(name: &str) -> Profile {
    let mut attributes = Map::new();
    attributes.insert("displayName".to_owned(), json!(format!("{name} of Example")));
    Profile {
        user_name: name.to_owned(),
        active: Some(true),
        locked: None,
        contacts: PerFamily::default(),
        attributes,
    }
}

/// The same with a proven address in force.
pub(crate) fn holding(mut profile: Profile, address: Address) -> Profile {
    let family = address.family();
    *profile.contacts.of_mut(family) = Contacts {
        held: Some(Held { address: address.clone(), label: Label::default(), position: 0 }),
        verified: true,
        others: Vec::new(),
        all: vec![address.clone()],
        proven: vec![address],
    };
    profile
}

/// An update that changes nothing but the revision, to be filled in.
pub(crate) fn updating(seen: &Snapshot) -> UserUpdate {
    UserUpdate {
        id: seen.user.id,
        revision: seen.user.revision,
        profile: None,
        version_moves: false,
        password: None,
        credential_moves: false,
        budget: seen.budget,
        index: IndexDiff::default(),
    }
}

pub(crate) fn owner(user: UserId) -> Requester {
    Requester { persona: Persona::Owner, subject: Subject::User(user), display: "the owner".to_owned() }
}

impl House {
    /// A commit of this moment that does nothing yet.
    pub(crate) fn nothing(&self) -> Commit {
        Commit::new(OperationId::new(self.id()), self.tenant.clone(), self.now())
    }

    /// Creates a user.
    pub(crate) fn creating(&self, profile: Profile) -> (UserId, Commit) {
        let id = UserId::new(self.id());
        let index = IndexDiff::between(None, Some(&profile), true);
        let mut commit = self.nothing();
        commit.audit.push(self.said(Event::UserCreated, Rule::Created, id, None));
        commit.user = UserStep::Insert(Box::new(NewUser { id, profile, password: None, index }));
        (id, commit)
    }

    /// A user who is there.
    pub(crate) async fn user(&self, profile: Profile) -> UserId {
        let (id, commit) = self.creating(profile);
        self.commit(commit).await.unwrap();
        id
    }

    pub(crate) async fn snapshot(&self, user: UserId) -> Snapshot {
        self.store.snapshot_of(&self.tenant, user).await.unwrap().unwrap()
    }

    /// Replaces the profile.
    pub(crate) fn rewriting(&self, seen: &Snapshot, profile: Profile) -> Commit {
        let index = IndexDiff::between(Some(&seen.user.profile), Some(&profile), true);
        let update = UserUpdate { profile: Some(profile), version_moves: true, index, ..updating(seen) };
        Commit { user: UserStep::Update(Box::new(update)), ..self.nothing() }
    }

    /// Deletes a user.
    pub(crate) fn deleting(&self, seen: &Snapshot) -> Commit {
        let index = IndexDiff::between(Some(&seen.user.profile), None, true);
        let (id, revision) = (seen.user.id, seen.user.revision);
        Commit { user: UserStep::Delete { id, revision, index }, ..self.nothing() }
    }

    /// A challenge with a code and a link, good for ten minutes.
    pub(crate) fn challenge(&self) -> NewChallenge {
        NewChallenge {
            id: ChallengeId::new(self.id()),
            form: Form::LinkAndOtp,
            otp: Some(SecretDigest::new(self.secret())),
            lookup: Some(SecretDigest::new(self.secret())),
            link: Some(NewLink {
                selector: self.id().simple().to_string(),
                digest: SecretDigest::new(self.secret()),
            }),
            expires_at: self.now() + SignedDuration::from_mins(10),
            attempts_max: 5,
        }
    }

    /// Begins a change, without touching the user: its row, its challenge, its timeline, its audit row.
    pub(crate) fn beginning(&self, user: UserId, value: &Address) -> (Begun, Commit) {
        let change = NewChange {
            id: ChangeId::new(self.id()),
            user,
            purpose: Purpose::Primary,
            value: value.clone(),
            entry: Entry::default(),
            requester: owner(user),
            cancel: None,
        };
        let challenge = self.challenge();
        let begun = Begun {
            user,
            change: change.id,
            challenge: challenge.id,
            value: value.clone(),
            selector: challenge.link.as_ref().unwrap().selector.clone(),
            lookup: challenge.lookup.unwrap(),
        };
        let mut commit = self.nothing();
        commit.events.push(self.event(change.id, TimelineWord::Requested));
        commit.audit.push(self.said_of(&begun, Event::ValueHeld, Rule::M11Held));
        commit.steps.push(ChangeStep::Begin { change: Box::new(change), challenge });
        (begun, commit)
    }

    /// A change that has begun.
    pub(crate) async fn begun(&self, user: UserId, value: &Address) -> Begun {
        let (begun, commit) = self.beginning(user, value);
        self.commit(commit).await.unwrap();
        begun
    }

    /// Proves a change and writes the value it was for.
    pub(crate) fn proving(&self, begun: &Begun, seen: &Snapshot) -> Commit {
        let mut commit = self.rewriting(seen, holding(seen.user.profile.clone(), begun.value.clone()));
        commit.steps.push(ChangeStep::Prove { change: begun.change, challenge: begun.challenge });
        commit.audit.push(self.said_of(begun, Event::ValueProven, Rule::Proof));
        commit
    }

    /// Consumes a change's challenge and nothing else.
    pub(crate) fn redeeming(&self, begun: &Begun) -> Commit {
        let step = ChangeStep::Prove { change: begun.change, challenge: begun.challenge };
        Commit { steps: vec![step], ..self.nothing() }
    }

    /// Ends a change without a proof.
    pub(crate) fn ending(&self, begun: &Begun, end: ChangeEnd) -> Commit {
        let event =
            if end == ChangeEnd::Superseded { Event::ChangeSuperseded } else { Event::ChangeCancelled };
        let audit = vec![self.said_of(begun, event, Rule::Request)];
        Commit { steps: vec![ChangeStep::End { change: begun.change, end }], audit, ..self.nothing() }
    }

    /// Spends an attempt.
    pub(crate) fn guessing(&self, begun: &Begun, attempts_before: u32) -> Commit {
        let exhausted = attempts_before == 4;
        let step = ChangeStep::Attempt { challenge: begun.challenge, attempts_before, exhausted };
        Commit { steps: vec![step], ..self.nothing() }
    }

    /// Replaces the newest challenge.
    pub(crate) fn resending(&self, begun: &Begun) -> (Begun, Commit) {
        let challenge = self.challenge();
        let resent = Begun {
            challenge: challenge.id,
            selector: challenge.link.as_ref().unwrap().selector.clone(),
            lookup: challenge.lookup.unwrap(),
            ..begun.clone()
        };
        let step = ChangeStep::Reissue { change: begun.change, replaces: begun.challenge, challenge };
        (resent, Commit { steps: vec![step], ..self.nothing() })
    }

    /// What waits for proof of one family.
    pub(crate) async fn pending(&self, user: UserId, family: ClaimFamily) -> Option<Pending> {
        self.snapshot(user).await.pending(family).cloned()
    }

    pub(crate) fn event(&self, change: ChangeId, event: TimelineWord) -> TimelineEvent {
        TimelineEvent { change, at: self.now(), event, detail: None }
    }

    pub(crate) fn said(&self, event: Event, rule: Rule, user: UserId, change: Option<&Begun>) -> AuditRow {
        let entry = audit::Entry {
            about: None,
            event,
            rule,
            user: Some(user),
            group: None,
            family: change.map(|begun| begun.value.family()),
            change: change.map(|begun| begun.change),
            by: owner(user),
            origin: Origin::default(),
            value: change.map(|begun| begun.value.masked()),
            means: None,
            detail: None,
        };
        AuditRow { id: AuditId::new(self.id()), at: self.now(), entry, value_digest: None }
    }

    pub(crate) fn said_of(&self, begun: &Begun, event: Event, rule: Rule) -> AuditRow {
        self.said(event, rule, begun.user, Some(begun))
    }

    /// A notice to an address.
    pub(crate) fn notice(&self, user: UserId, to: &Address) -> NewMessage {
        NewMessage {
            id: MessageId::new(self.id()),
            user,
            change: None,
            challenge: None,
            channel: to.family().channel(),
            kind: MessageKind::Notice,
            template: "changed".to_owned(),
            locale: Some("pt-BR".to_owned()),
            to: to.clone(),
            values: BTreeMap::from([("user-name".to_owned(), "Bob".to_owned())]),
            sealed: None,
        }
    }

    /// The message that carries a change's secret.
    pub(crate) fn secret_message(&self, begun: &Begun) -> NewMessage {
        NewMessage {
            change: Some(begun.change),
            challenge: Some(begun.challenge),
            kind: MessageKind::Secret,
            template: "email_on_update".to_owned(),
            sealed: Some(vec![1, 2, 3]),
            ..self.notice(begun.user, &begun.value)
        }
    }
}

/// A time so many minutes later.
pub(crate) fn minutes_later(at: Timestamp, minutes: i64) -> Timestamp {
    at + SignedDuration::from_mins(minutes)
}
