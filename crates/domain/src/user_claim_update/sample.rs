//! Samples for the decision table, in the specification's letters: P in force, V verified, N pending, A all, L proven.
//!
//! An address is a letter: `x` is `x@example.org` or `+94770000024`. A capital is another spelling of the same mailbox
//! or number. So one case, and one rendering of its plan, serves both families.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::Map;
use uuid::Uuid;

use super::rendering::refused;
use super::{PendingWish, Plan, Settings, Wanted, WantedContacts, decide};
use crate::actor::{Actor, Origin, Persona, Requester, Subject, Surface};
use crate::change::{Challenge, ChallengeState, Entry, Form, Pending, Purpose};
use crate::claim::{Address, ClaimFamily, PerFamily};
use crate::ids::{ChallengeId, ChangeId, TenantId, UserId};
use crate::profile::{self, Contacts, Held, Label, Profile};
use crate::refusal::Refusal;
use crate::snapshot::{Snapshot, User};

pub(super) const OWNER: UserId = UserId::new(Uuid::from_u128(1));
const ADMINISTRATOR: UserId = UserId::new(Uuid::from_u128(2));

/// The time of every sample.
pub(super) fn noon() -> Timestamp {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

/// The address a letter stands for.
pub(super) fn address(family: ClaimFamily, letter: char) -> Address {
    let number = 24 + u32::from(letter.to_ascii_lowercase()) - u32::from('x');
    let text = match (family, letter.is_uppercase()) {
        (ClaimFamily::Email, false) => format!("{letter}@example.org"),
        (ClaimFamily::Email, true) => format!("{letter}@Example.ORG"),
        (ClaimFamily::Mobile, false) => format!("+947700000{number:02}"),
        (ClaimFamily::Mobile, true) => format!("+94 (77) 00000-{number:02}"),
    };
    Address::parse(family, &text).unwrap()
}

/// The addresses of several letters: `"p x"`.
pub(super) fn addresses(family: ClaimFamily, letters: &str) -> Vec<Address> {
    letters.chars().filter(|c| c.is_alphabetic()).map(|letter| address(family, letter)).collect()
}

/// The entry that makes `letter` P: a first e-mail address, or a number of type mobile.
pub(super) fn held(family: ClaimFamily, letter: char) -> Held {
    let kind = (family == ClaimFamily::Mobile).then(|| "mobile".to_owned());
    Held { address: address(family, letter), label: Label { kind, ..Label::default() }, position: 0 }
}

/// A person of the profile's own, with fresh authentication.
pub(super) fn actor(persona: Persona) -> Actor {
    let (subject, display) = match persona {
        Persona::Owner => (Subject::User(OWNER), "bob"),
        Persona::Administrator => (Subject::User(ADMINISTRATOR), "admin"),
        Persona::Application => (Subject::Server, "importer"),
    };
    Actor {
        requester: Requester { persona, subject, display: display.to_owned() },
        origin: Origin::default(),
        may_assert: persona != Persona::Owner,
        may_list: persona != Persona::Owner,
        recent_auth: true,
        surface: Surface::Api,
        reason: None,
    }
}

/// A change that waits since a minute ago.
pub(super) fn pending(value: Address, purpose: Purpose, requester: Requester) -> Pending {
    Pending {
        id: ChangeId::new(Uuid::from_u128(77)),
        user: OWNER,
        purpose,
        value,
        entry: Entry::default(),
        requester,
        requested_at: noon() - SignedDuration::from_mins(1),
        challenge: Challenge {
            id: ChallengeId::new(Uuid::from_u128(78)),
            form: Form::Otp,
            otp: None,
            link: None,
            issued_at: noon() - SignedDuration::from_mins(1),
            expires_at: noon() + SignedDuration::from_mins(4),
            attempts: 0,
            attempts_max: 5,
            state: ChallengeState::Live,
        },
    }
}

/// A user before a request.
#[derive(Clone)]
pub(super) struct Case {
    pub(super) family: ClaimFamily,
    pub(super) seen: Snapshot,
    pub(super) settings: Settings,
    pub(super) actor: Actor,
}

/// Bob without an address; both verifications on; he asks himself.
pub(super) fn given(family: ClaimFamily) -> Case {
    let mut settings = Settings::default();
    for family in ClaimFamily::ALL {
        let of = settings.family.of_mut(family);
        (of.enabled, of.form, of.validity_minutes) = (true, Form::Otp, 10);
    }
    let profile = Profile {
        user_name: "bob".to_owned(),
        active: Some(true),
        locked: None,
        contacts: PerFamily::default(),
        attributes: Map::new(),
    };
    let user = User {
        tenant: TenantId::carbon_super(),
        id: OWNER,
        profile,
        revision: 1,
        version: 1,
        created: noon(),
        last_modified: noon(),
    };
    let seen = Snapshot {
        now: noon(),
        user,
        pending: PerFamily::default(),
        budget: PerFamily::default(),
        overrides: BTreeMap::new(),
    };
    Case { family, seen, settings, actor: actor(Persona::Owner) }
}

impl Case {
    pub(super) fn contacts(&mut self) -> &mut Contacts {
        self.seen.user.profile.contacts.of_mut(self.family)
    }

    /// P, not verified.
    pub(super) fn p(mut self, letter: char) -> Self {
        self.contacts().held = Some(held(self.family, letter));
        self
    }

    /// V: P is verified.
    pub(super) fn v(mut self) -> Self {
        self.contacts().verified = true;
        self
    }

    /// N: a primary change that the owner asked for.
    pub(super) fn n(self, letter: char) -> Self {
        self.n_by(letter, Persona::Owner)
    }

    /// N, asked for by somebody.
    pub(super) fn n_by(mut self, letter: char, persona: Persona) -> Self {
        let value = address(self.family, letter);
        let waiting = pending(value, Purpose::Primary, actor(persona).requester);
        *self.seen.pending.of_mut(self.family) = Some(waiting);
        self
    }

    /// N, for the list.
    pub(super) fn n_list(mut self, letter: char) -> Self {
        let value = address(self.family, letter);
        let waiting = pending(value, Purpose::List, actor(Persona::Owner).requester);
        *self.seen.pending.of_mut(self.family) = Some(waiting);
        self
    }

    /// A.
    pub(super) fn a(mut self, letters: &str) -> Self {
        self.contacts().all = addresses(self.family, letters);
        self
    }

    /// L.
    pub(super) fn l(mut self, letters: &str) -> Self {
        self.contacts().proven = addresses(self.family, letters);
        self
    }

    /// Who asks.
    pub(super) fn by(mut self, persona: Persona) -> Self {
        self.actor = actor(persona);
        self
    }

    pub(super) fn knowing(mut self, change: impl FnOnce(&mut Actor)) -> Self {
        change(&mut self.actor);
        self
    }

    pub(super) fn with(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        change(&mut self.settings);
        self
    }

    /// The verification of the case's family is off (M1).
    pub(super) fn switched_off(mut self) -> Self {
        self.settings.family.of_mut(self.family).enabled = false;
        self
    }

    /// What the request leads to.
    pub(super) fn decide(&self, ask: impl FnOnce(Ask) -> Ask) -> Result<Plan, Refusal> {
        let echo = Ask { family: self.family, wanted: Wanted::echo(&self.seen.user.profile) };
        decide(&self.seen, &ask(echo).wanted, &self.actor, &self.settings)
    }

    /// What the request leads to, as text.
    pub(super) fn asks(&self, ask: impl FnOnce(Ask) -> Ask) -> String {
        match self.decide(ask) {
            Ok(plan) => self.render(&plan),
            Err(refusal) => format!("refused {}\n", refused(&refusal)),
        }
    }
}

/// A request, starting from an echo of what is there.
pub(super) struct Ask {
    family: ClaimFamily,
    pub(super) wanted: Wanted,
}

impl Ask {
    pub(super) fn contacts(&mut self) -> &mut WantedContacts {
        self.wanted.contacts.of_mut(self.family)
    }

    /// A PATCH (or a page) that names the attribute and sends this value for P.
    pub(super) fn p(mut self, letter: char) -> Self {
        self.contacts().named = true;
        self.put(letter)
    }

    /// A PUT that carries this value for P.
    pub(super) fn put(mut self, letter: char) -> Self {
        let label = self.contacts().held.as_ref().map(|held| held.label.clone());
        let fresh = held(self.family, letter);
        let label = label.unwrap_or_else(|| fresh.label.clone());
        self.contacts().held = Some(Held { label, ..fresh });
        self
    }

    /// P is removed, or emptied.
    pub(super) fn no_p(mut self) -> Self {
        self.contacts().held = None;
        self.contacts().named = true;
        self
    }

    /// The entries as a whole, sorted as the surfaces do it.
    pub(super) fn entries(mut self, entries: Vec<profile::Entry>) -> Self {
        let (held, others) = Contacts::sort_entries(self.family, entries).unwrap();
        let contacts = self.contacts();
        (contacts.held, contacts.others) = (held, others);
        self
    }

    /// A'.
    pub(super) fn a(mut self, letters: &str) -> Self {
        self.contacts().all = Some(addresses(self.family, letters));
        self
    }

    /// L'.
    pub(super) fn l(mut self, letters: &str) -> Self {
        self.contacts().proven = Some(addresses(self.family, letters));
        self
    }

    /// `verifyEmail` / `verifyMobile`.
    pub(super) fn verify(mut self, flag: bool) -> Self {
        self.contacts().verify = Some(flag);
        self
    }

    /// `emailVerified` / `phoneVerified`.
    pub(super) fn asserts(mut self, flag: bool) -> Self {
        self.contacts().asserts_verified = Some(flag);
        self
    }

    /// The pending attribute, emptied or removed.
    pub(super) fn no_n(mut self) -> Self {
        self.contacts().pending = PendingWish::Cleared;
        self
    }

    /// The pending attribute with a value.
    pub(super) fn n(mut self, letter: char) -> Self {
        let value = address(self.family, letter).as_str().to_owned();
        self.contacts().pending = PendingWish::Value(value);
        self
    }
}

/// An entry of `emails` or `phoneNumbers`.
pub(super) fn entry(family: ClaimFamily, letter: char, kind: &str, primary: bool) -> profile::Entry {
    let kind = (!kind.is_empty()).then(|| kind.to_owned());
    let value = address(family, letter).as_str().to_owned();
    profile::Entry { value, label: Label { kind, display: None, primary: primary.then_some(true) } }
}
