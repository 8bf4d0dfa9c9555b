//! A store of two users in memory: it applies plans and checks after each what must hold at every commit.

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;

use super::checks::taken_keys;
use super::events::{Account, Event, Request, Switch, Who, wanted};
use crate::actor::{Actor, Persona, Subject};
use crate::audit::Event as Audited;
use crate::change::{
    Binding, Cancelled, Challenge, ChallengeState, ChangeEnd, MacKey, MacKeys, OtpShape, Pending, Purpose,
    Redemption,
};
use crate::claim::{Address, ClaimFamily};
use crate::entropy::Seeded;
use crate::ids::{ChallengeId, ChangeId, UserId};
use crate::snapshot::Snapshot;
use crate::user_claim_update::sample::{actor, given};
use crate::user_claim_update::{
    Plan, Reissue, Settings, Step, Wanted, cancel, decide, land, resend, wrong_code,
};
use crate::{Entropy as _, Timestamp};

/// What was issued once, whoever it was for.
struct Issued {
    code: String,
    challenge: ChallengeId,
}

pub(super) struct Model {
    pub(super) users: [Snapshot; 2],
    pub(super) settings: Settings,
    keys: MacKeys,
    entropy: Seeded,
    issued: Vec<Issued>,
    /// Every proof ever made or asserted: whose, which bytes (I5, SEC-47).
    pub(super) proofs: BTreeSet<(UserId, Address)>,
    /// Where every challenge stands, and how many answers depended on its secret (I2, I4).
    challenges: BTreeMap<ChallengeId, (ChallengeState, u32)>,
    pub(super) ended: BTreeSet<ChangeId>,
    pub(super) reached: BTreeSet<&'static str>,
}

impl Model {
    pub(super) fn new() -> Self {
        let case = given(ClaimFamily::Email);
        let mut settings = case.settings;
        (settings.limits.sends_burst, settings.limits.sends_per_hour, settings.limits.sends_per_day) =
            (0, 0, 0);
        settings.limits.pending_values_per_day = 0;
        let mut entropy = Seeded(7);
        let users = [(); 2].map(|()| {
            let mut user = case.seen.clone();
            user.user.id = UserId::new(entropy.id(user.now));
            user
        });
        let keys = MacKeys::new(MacKey::new([9; 32]), None);
        Self {
            users,
            settings,
            keys,
            entropy,
            issued: Vec::new(),
            proofs: BTreeSet::new(),
            challenges: BTreeMap::new(),
            ended: BTreeSet::new(),
            reached: BTreeSet::new(),
        }
    }

    pub(super) fn happen(&mut self, event: &Event) {
        match event {
            Event::Update(request) => self.update(request),
            Event::RightCode { user, family } => {
                let challenge = self.users[*user].pending(*family).map(|pending| pending.challenge.id);
                let issued = self.issued.iter().find(|issued| Some(issued.challenge) == challenge);
                if let Some(code) = issued.map(|issued| issued.code.clone()) {
                    self.present(*user, *family, &code);
                }
            }
            Event::WrongCodes { user, family, times } => {
                (0..*times).for_each(|_| self.present(*user, *family, "wrong0"));
            }
            Event::OldCode { user, family, index } => {
                if !self.issued.is_empty() {
                    let code = self.issued[index.index(self.issued.len())].code.clone();
                    self.present(*user, *family, &code);
                }
            }
            Event::Resend { user, family } => {
                let Some(pending) = self.users[*user].pending(*family).cloned() else { return };
                let by = self.actor(*user, Who::Owner, true);
                let plan =
                    resend(&self.users[*user], &pending, &by, &self.settings).expect("sends are unlimited");
                self.commit(*user, &plan, &by).expect("a resend takes no value");
            }
            Event::Cancel { user, family } => {
                let Some(pending) = self.users[*user].pending(*family).cloned() else { return };
                let by = self.actor(*user, Who::Owner, true);
                let plan = cancel(&self.users[*user], &pending, Cancelled::Request, &by);
                self.commit(*user, &plan, &by).expect("a cancellation takes no value");
            }
            Event::Clock(seconds) => {
                for user in &mut self.users {
                    user.now += SignedDuration::from_secs(*seconds);
                }
            }
            Event::Switch(switch) => self.flip(*switch),
        }
    }

    fn flip(&mut self, switch: Switch) {
        let settings = &mut self.settings;
        let flag = match switch {
            Switch::Verification(family) => &mut settings.family.of_mut(family).enabled,
            Switch::PrivilegedSkip(family) => &mut settings.family.of_mut(family).skip_by_privileged,
            Switch::UseVerifyClaim => &mut settings.use_verify_claim,
            Switch::Lists => &mut settings.lists,
            Switch::NotifyOld => &mut settings.notify_old,
        };
        *flag = !*flag;
    }

    fn actor(&self, user: usize, who: Who, recent_auth: bool) -> Actor {
        let persona = match who {
            Who::Owner => Persona::Owner,
            Who::Administrator => Persona::Administrator,
            Who::Application => Persona::Application,
        };
        let mut actor = Actor { recent_auth, ..actor(persona) };
        if persona == Persona::Owner {
            actor.requester.subject = Subject::User(self.users[user].user.id);
        }
        actor
    }

    fn update(&mut self, request: &Request) {
        let seen = &self.users[request.user];
        let actor = self.actor(request.user, request.who, request.recent_auth);
        let wanted = wanted(seen, request);
        match decide(seen, &wanted, &actor, &self.settings) {
            Ok(plan) => {
                let before = seen.clone();
                if self.commit(request.user, &plan, &actor).is_ok()
                    && !matches!(request.account, Account::Kept)
                {
                    self.check_ended_by_account(request, &before, &wanted);
                }
            }
            Err(_) => drop(self.reached.insert("refused")),
        }
    }

    /// I12: a password, a lock or a disable voids what waited, in both families.
    fn check_ended_by_account(&self, request: &Request, before: &Snapshot, wanted: &Wanted) {
        let profile = &before.user.profile;
        let shut_out = profile.is_active() && wanted.active == Some(false)
            || !profile.is_locked() && wanted.locked == Some(true);
        if shut_out || wanted.password_set {
            for family in ClaimFamily::ALL {
                let ended = before.pending(family).is_none_or(|pending| self.ended.contains(&pending.id));
                assert!(ended, "I12: {family:?} still waits");
                let waits = self.users[request.user].pending(family).is_some();
                assert!(!(shut_out && waits), "I12: a change began for a user who is shut out");
            }
        }
    }

    fn present(&mut self, user: usize, family: ClaimFamily, code: &str) {
        let seen = self.users[user].clone();
        let Some(pending) = seen.pending(family).cloned() else { return };
        if seen.budget.of(family).check_guess(&self.settings.limits, seen.now).is_err() {
            return;
        }
        let challenge = pending.challenge.clone();
        let digests = self.keys.candidates(&pending.binding(), code.as_bytes());
        let by = self.actor(user, Who::Owner, true);
        match pending.clone().redeem(&digests, seen.now) {
            Redemption::Proven(proven) => {
                self.answered(challenge.id, challenge.attempts_max);
                let in_time = challenge.issued_at <= seen.now && seen.now < challenge.expires_at;
                assert!(in_time, "I16: accepted at {} outside its time", seen.now);
                let issued = self.issued.iter().find(|issued| issued.challenge == challenge.id).unwrap();
                assert_eq!(issued.code, code, "only the code of this challenge proves");
                let plan = land(&seen, &proven, &by, &self.settings);
                if self.commit(user, &plan, &by).is_err() {
                    let plan = cancel(&seen, &pending, Cancelled::Taken, &by);
                    self.commit(user, &plan, &by).expect("a cancellation takes no value");
                }
            }
            Redemption::Wrong(wrong) => {
                self.answered(challenge.id, challenge.attempts_max);
                let plan = wrong_code(&seen, &pending, wrong, &by);
                self.commit(user, &plan, &by).expect("an attempt takes no value");
            }
            Redemption::Expired => drop(self.reached.insert("expired")),
            Redemption::Dead => {}
        }
    }

    /// I4: an answer depended on the secret.
    fn answered(&mut self, challenge: ChallengeId, max: u32) {
        let (_, answers) = self.challenges.get_mut(&challenge).unwrap();
        *answers += 1;
        assert!(*answers <= max, "I4: {answers} answers depended on one secret");
    }

    /// Applies a plan as the store does, whole or not at all, and checks what must hold then.
    fn commit(&mut self, user: usize, plan: &Plan, by: &Actor) -> Result<(), ()> {
        let before = self.users[user].clone();
        if let Some(profile) = &plan.profile {
            let mine = ClaimFamily::ALL.map(|family| taken_keys(profile.contacts(family)));
            let theirs =
                ClaimFamily::ALL.map(|family| taken_keys(self.users[1 - user].user.profile.contacts(family)));
            if mine.iter().zip(&theirs).any(|(mine, theirs)| !mine.is_disjoint(theirs)) {
                self.reached.insert("taken");
                return Err(()); // I10: the unique index has the last word
            }
            self.users[user].user.profile = profile.clone();
        }
        for step in &plan.steps {
            self.apply(user, step);
        }
        self.users[user].budget = plan.budget;
        self.record_assertions(user, plan);
        for family in ClaimFamily::ALL {
            self.check(family, &before, user, plan, by);
        }
        Ok(())
    }

    fn apply(&mut self, user: usize, step: &Step) {
        let seen = &self.users[user];
        match step {
            Step::Begin(begin) => {
                let family = begin.value.family();
                assert!(seen.pending(family).is_none(), "I3: a change waits already");
                let (now, user_id) = (seen.now, seen.user.id);
                let id = ChangeId::new(self.entropy.id(now));
                let challenge = self.issue(user_id, begin.purpose, &begin.value, now, begin.validity_minutes);
                *self.users[user].pending.of_mut(family) = Some(Pending {
                    id,
                    user: user_id,
                    purpose: begin.purpose,
                    value: begin.value.clone(),
                    entry: begin.entry.clone(),
                    requester: begin.requester.clone(),
                    requested_at: now,
                    challenge,
                });
                self.reached.insert("begin");
            }
            Step::Reissue(Reissue { pending, validity_minutes, .. }) => {
                let (now, user_id) = (seen.now, seen.user.id);
                self.leave_live(pending.challenge.id, ChallengeState::Replaced);
                let challenge = self.issue(user_id, pending.purpose, &pending.value, now, *validity_minutes);
                self.waiting(user, pending.id).challenge = challenge;
                self.reached.insert("reissue");
            }
            Step::Attempt { change, wrong } => {
                let challenge = &mut self.waiting(user, *change).challenge;
                assert_eq!((challenge.id, challenge.attempts), (wrong.challenge, wrong.attempts_before));
                challenge.attempts += 1;
                self.reached.insert("attempt");
                if wrong.exhausted {
                    self.waiting(user, *change).challenge.state = ChallengeState::Exhausted;
                    self.leave_live(wrong.challenge, ChallengeState::Exhausted);
                    self.reached.insert("exhausted");
                }
            }
            Step::Prove { change, challenge } => {
                assert_eq!(
                    self.challenges[challenge].0,
                    ChallengeState::Live,
                    "I2: only a live challenge proves"
                );
                let value = self.waiting(user, *change).value.clone();
                self.proofs.insert((self.users[user].user.id, value));
                self.leave_live(*challenge, ChallengeState::Consumed);
                self.end(user, *change);
                self.reached.insert("proven");
            }
            Step::End { change, end } => {
                let challenge = self.waiting(user, *change).challenge.id;
                self.leave_live(challenge, ChallengeState::Replaced);
                self.end(user, *change);
                self.reached.insert(if *end == ChangeEnd::Superseded { "superseded" } else { "cancelled" });
            }
        }
    }

    fn issue(
        &mut self,
        user: UserId,
        purpose: Purpose,
        value: &Address,
        now: Timestamp,
        minutes: u32,
    ) -> Challenge {
        let id = ChallengeId::new(self.entropy.id(now));
        let code = OtpShape::default().draw(&mut self.entropy);
        self.issued.push(Issued { code: code.to_string(), challenge: id });
        self.challenges.insert(id, (ChallengeState::Live, 0));
        Challenge {
            id,
            form: self.settings.of(value.family()).form,
            otp: Some(
                self.keys.challenge_digest(&Binding { challenge: id, user, purpose, value }, code.as_bytes()),
            ),
            link: None,
            issued_at: now,
            expires_at: now + SignedDuration::from_mins(i64::from(minutes)),
            attempts: 0,
            attempts_max: self.settings.limits.attempts_per_code,
            state: ChallengeState::Live,
        }
    }

    /// I3: every step is about the change that waits.
    fn waiting(&mut self, user: usize, change: ChangeId) -> &mut Pending {
        let family = ClaimFamily::ALL
            .into_iter()
            .find(|family| self.users[user].pending(*family).is_some_and(|pending| pending.id == change));
        let family = family.expect("a step is about a change that waits");
        self.users[user].pending.of_mut(family).as_mut().unwrap()
    }

    /// I2: a challenge leaves `live` once.
    fn leave_live(&mut self, challenge: ChallengeId, state: ChallengeState) {
        let (stored, _) = self.challenges.get_mut(&challenge).unwrap();
        if *stored == ChallengeState::Live {
            *stored = state;
        } else {
            assert_eq!(state, ChallengeState::Replaced, "I2: {stored:?} is terminal");
        }
    }

    fn end(&mut self, user: usize, change: ChangeId) {
        assert!(self.ended.insert(change), "I2: a change ends once");
        let family = self.waiting(user, change).family();
        *self.users[user].pending.of_mut(family) = None;
    }

    fn record_assertions(&mut self, user: usize, plan: &Plan) {
        let seen = &self.users[user];
        for entry in plan.audit.iter().filter(|entry| entry.event == Audited::VerifiedAsserted) {
            let contacts = seen.user.profile.contacts(entry.family.unwrap());
            self.proofs.insert((seen.user.id, contacts.address().unwrap().clone()));
        }
    }
}
