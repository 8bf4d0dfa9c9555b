//! What security §3 promises, checked on the rows themselves: the same rules whichever database they come from.

use std::collections::{BTreeMap, BTreeSet};

use countersign_domain::audit::{Entry, Event, Rule};
use countersign_domain::change::ChallengeState;
use countersign_domain::claim::{Address, ClaimFamily};
use countersign_domain::profile::Profile;
use countersign_domain::{ChangeId, GroupId, MemberId, SessionId, Timestamp, UserId};
use serde::Serialize;

use crate::AuditRow;

/// What a check found.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct InvariantReport {
    /// Users looked at.
    pub users: u64,
    /// Groups looked at.
    pub groups: u64,
    /// Memberships looked at.
    pub members: u64,
    /// Changes looked at.
    pub changes: u64,
    /// Sessions looked at.
    pub sessions: u64,
    /// Audit rows looked at.
    pub audit_rows: u64,
    /// What does not hold; empty when all is well.
    pub violations: Vec<Violation>,
}

/// One promise broken by one row.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
pub struct Violation {
    /// The invariant's name in security §3.
    pub invariant: &'static str,
    /// The id of the user, group or change.
    pub subject: String,
    /// What is wrong, without values.
    pub what: &'static str,
}

/// A change as the check needs it.
pub(crate) struct CheckedChange {
    pub(crate) id: ChangeId,
    pub(crate) user: UserId,
    pub(crate) value: Address,
    pub(crate) state: String,
}

/// A challenge as the check needs it.
pub(crate) struct CheckedChallenge {
    pub(crate) change: ChangeId,
    pub(crate) state: ChallengeState,
    pub(crate) issued_at: Timestamp,
    pub(crate) attempts: u32,
    pub(crate) attempts_max: u32,
}

/// A session as the check needs it, beside the credential of its user.
pub(crate) struct CheckedSession {
    pub(crate) id: SessionId,
    pub(crate) opened_on: u64,
    pub(crate) stands: u64,
    pub(crate) created_at: Timestamp,
    pub(crate) authenticated_at: Timestamp,
}

/// Takes the rows in, then judges.
#[derive(Default)]
pub(crate) struct Check {
    users: BTreeMap<UserId, Profile>,
    held: Vec<(ClaimFamily, String, UserId)>,
    changes: BTreeMap<ChangeId, CheckedChange>,
    challenges: BTreeMap<ChangeId, Vec<CheckedChallenge>>,
    groups: BTreeMap<GroupId, Vec<GroupId>>,
    members: Vec<(GroupId, MemberId, bool)>,
    sessions: Vec<CheckedSession>,
    trail: Vec<(Timestamp, Entry)>,
    found: BTreeSet<Violation>,
}

impl Check {
    pub(crate) fn user(&mut self, id: UserId, profile: Profile) {
        self.users.insert(id, profile);
    }

    pub(crate) fn held(&mut self, family: ClaimFamily, key: String, user: UserId) {
        self.held.push((family, key, user));
    }

    pub(crate) fn change(&mut self, change: CheckedChange) {
        self.changes.insert(change.id, change);
    }

    pub(crate) fn challenge(&mut self, challenge: CheckedChallenge) {
        self.challenges.entry(challenge.change).or_default().push(challenge);
    }

    pub(crate) fn group(&mut self, id: GroupId) {
        self.groups.entry(id).or_default();
    }

    pub(crate) fn member(&mut self, group: GroupId, member: MemberId, is_group: bool) {
        self.members.push((group, member, is_group));
    }

    pub(crate) fn session(&mut self, session: CheckedSession) {
        self.sessions.push(session);
    }

    pub(crate) fn audit(&mut self, row: AuditRow) {
        self.trail.push((row.at, row.entry));
    }

    pub(crate) fn finish(mut self) -> InvariantReport {
        self.machines();
        self.pending();
        self.proofs();
        self.trails();
        self.holders();
        self.voided();
        self.memberships();
        self.nesting();
        self.credentials();
        let size = |length: usize| u64::try_from(length).unwrap_or(u64::MAX);
        InvariantReport {
            users: size(self.users.len()),
            groups: size(self.groups.len()),
            members: size(self.members.len()),
            changes: size(self.changes.len()),
            sessions: size(self.sessions.len()),
            audit_rows: size(self.trail.len()),
            violations: self.found.into_iter().collect(),
        }
    }

    fn violated(&mut self, invariant: &'static str, subject: &impl ToString, what: &'static str) {
        self.found.insert(Violation { invariant, subject: subject.to_string(), what });
    }

    /// I2, I3, I4: where the two machines of a change stand.
    fn machines(&mut self) {
        let mut found = Vec::new();
        for change in self.changes.values() {
            let challenges = self.challenges.get(&change.id).map_or(&[][..], Vec::as_slice);
            let with = |state| challenges.iter().filter(|challenge| challenge.state == state).count();
            let (live, consumed) = (with(ChallengeState::Live), with(ChallengeState::Consumed));
            let checks = [
                (
                    "I2",
                    consumed == usize::from(change.state == "proven"),
                    "proven without exactly one consumed challenge, or one consumed without being proven",
                ),
                (
                    "I3",
                    live <= usize::from(change.state == "pending"),
                    "more live challenges than the change may have",
                ),
                ("I3", !challenges.is_empty(), "a change without a challenge"),
                ("I4", challenges.iter().all(|c| c.attempts <= c.attempts_max), "more attempts than allowed"),
            ];
            found.extend(
                checks
                    .into_iter()
                    .filter(|(_, holds, _)| !holds)
                    .map(|(name, _, what)| (name, change.id, what)),
            );
        }
        for (invariant, id, what) in found {
            self.violated(invariant, &id, what);
        }
    }

    /// I3, I5: what waits, waits once and is not proven.
    fn pending(&mut self) {
        let mut seen = BTreeSet::new();
        let mut found = Vec::new();
        for change in self.changes.values().filter(|change| change.state == "pending") {
            let family = change.value.family();
            if !seen.insert((change.user, family)) {
                found.push(("I3", change.id, "a second pending change of the family"));
            }
            let profile = self.users.get(&change.user);
            if profile.is_some_and(|profile| profile.contacts(family).proven_as(&change.value).is_some()) {
                found.push(("I5", change.id, "the pending value stands among the verified ones"));
            }
        }
        for (invariant, id, what) in found {
            self.violated(invariant, &id, what);
        }
    }

    /// I5: what is called verified was proven, or asserted by somebody who is named.
    fn proofs(&mut self) {
        let proofs: BTreeSet<(UserId, ClaimFamily, &str)> = self
            .changes
            .values()
            .filter(|change| change.state == "proven")
            .map(|change| (change.user, change.value.family(), change.value.key()))
            .collect();
        let mut grants: BTreeMap<UserId, Vec<&Entry>> = BTreeMap::new();
        for (_, entry) in self.trail.iter().filter(|(_, entry)| grants_proof(entry)) {
            if let Some(user) = entry.user {
                grants.entry(user).or_default().push(entry);
            }
        }
        let mut found = Vec::new();
        for (id, profile) in &self.users {
            let granted = grants.get(id).map_or(&[][..], Vec::as_slice);
            for family in ClaimFamily::ALL {
                let contacts = profile.contacts(family);
                let backed = |address: &Address| {
                    proofs.contains(&(*id, family, address.key()))
                        || granted.iter().any(|entry| speaks_of(entry, family, address))
                };
                let listed = |address: &Address| contacts.all.iter().any(|member| member.same_as(address));
                let verified = contacts.address().filter(|_| contacts.verified);
                let checks = [
                    (contacts.verified && contacts.address().is_none(), "verified without a value"),
                    (
                        verified.is_some_and(|address| !backed(address)),
                        "verified without a proof or an audited assertion",
                    ),
                    (!contacts.proven.iter().all(listed), "a verified member that is not listed"),
                    (
                        !contacts.proven.iter().all(backed),
                        "a verified member without a proof or an audited assertion",
                    ),
                ];
                found.extend(checks.into_iter().filter(|(broken, _)| *broken).map(|(_, what)| (*id, what)));
            }
        }
        for (id, what) in found {
            self.violated("I5", &id, what);
        }
    }

    /// I6: a change that began or ended has exactly one row that says so.
    fn trails(&mut self) {
        let mut rows: BTreeMap<(ChangeId, &'static str), usize> = BTreeMap::new();
        for (_, entry) in &self.trail {
            let what = match entry.event {
                Event::ValueHeld => "pending",
                Event::ValueProven => "proven",
                Event::ChangeSuperseded => "superseded",
                Event::ChangeCancelled => "cancelled",
                _ => continue,
            };
            if let Some(change) = entry.change {
                *rows.entry((change, what)).or_default() += 1;
            }
        }
        let said = |change: ChangeId, what| rows.get(&(change, what)).copied().unwrap_or(0);
        let mut found = Vec::new();
        for change in self.changes.values() {
            if said(change.id, "pending") != 1 {
                found.push((change.id, "not exactly one audit row for its beginning"));
            }
            for end in ["proven", "superseded", "cancelled"] {
                if said(change.id, end) != usize::from(change.state == end) {
                    found.push((change.id, "not exactly one audit row for how it ended"));
                }
            }
        }
        for (id, what) in found {
            self.violated("I6", &id, what);
        }
    }

    /// I10: a value that is claimed is claimed by a user who holds it. That nobody else claims it, the key says.
    fn holders(&mut self) {
        let held = std::mem::take(&mut self.held);
        for (family, key, user) in held {
            let holds = self.users.get(&user).is_some_and(|profile| {
                let contacts = profile.contacts(family);
                contacts.address().into_iter().chain(&contacts.proven).any(|address| address.key() == key)
            });
            if !holds {
                self.violated("I10", &user, "a unique value is kept for a user who does not hold it");
            }
        }
    }

    /// I12: a change of the value in force, or of the password, leaves no older challenge alive.
    fn voided(&mut self) {
        let mut since: BTreeMap<(UserId, ClaimFamily), Timestamp> = BTreeMap::new();
        for (at, entry) in &self.trail {
            let families: &[ClaimFamily] = match (entry.event, entry.family) {
                (Event::PasswordSet, _) => &ClaimFamily::ALL,
                (
                    Event::ValueProven | Event::ValueWritten | Event::ValueRemoved,
                    Some(ClaimFamily::Email),
                ) => &[ClaimFamily::Email],
                (
                    Event::ValueProven | Event::ValueWritten | Event::ValueRemoved,
                    Some(ClaimFamily::Mobile),
                ) => &[ClaimFamily::Mobile],
                _ => continue,
            };
            for (user, family) in
                entry.user.into_iter().flat_map(|user| families.iter().map(move |f| (user, *f)))
            {
                let latest = since.entry((user, family)).or_insert(*at);
                *latest = (*latest).max(*at);
            }
        }
        let mut found = Vec::new();
        for change in self.changes.values() {
            let Some(voided) = since.get(&(change.user, change.value.family())) else { continue };
            let challenges = self.challenges.get(&change.id).map_or(&[][..], Vec::as_slice);
            if challenges.iter().any(|c| c.state == ChallengeState::Live && c.issued_at < *voided) {
                found.push(change.id);
            }
        }
        for id in found {
            self.violated("I12", &id, "a challenge outlived a change of the value or the password");
        }
    }
}

impl Check {
    /// I13: what is opened on a credential that is yet to come would outlive the lock that makes it.
    fn credentials(&mut self) {
        let mut found = Vec::new();
        for session in &self.sessions {
            if session.opened_on > session.stands {
                found.push((session.id, "a session on a credential that is yet to come"));
            }
            if session.authenticated_at < session.created_at {
                found.push((session.id, "a session that was authenticated before it was opened"));
            }
        }
        for (id, what) in found {
            self.violated("I13", &id, what);
        }
    }

    /// SCIM-95: every member, and every group that has one, is there.
    fn memberships(&mut self) {
        let mut found = Vec::new();
        for (group, member, is_group) in &self.members {
            let is_known = if *is_group {
                self.groups.contains_key(&GroupId::new(member.uuid()))
            } else {
                self.users.contains_key(&UserId::new(member.uuid()))
            };
            if !is_known || !self.groups.contains_key(group) {
                found.push(*group);
            }
        }
        for group in found {
            self.violated("SCIM-95", &group, "a member that is nobody");
        }
    }

    /// SCIM-95: no group is in itself. Groups in which nothing is left to follow are taken away, leaf by leaf; what
    /// cannot be taken away stands in a ring, or holds one.
    fn nesting(&mut self) {
        for (group, member, _) in self.members.iter().filter(|(_, _, is_group)| *is_group) {
            self.groups.entry(*group).or_default().push(GroupId::new(member.uuid()));
        }
        let mut rest = self.groups.clone();
        loop {
            let leaves: Vec<GroupId> = rest
                .iter()
                .filter(|(_, below)| !below.iter().any(|group| rest.contains_key(group)))
                .map(|(group, _)| *group)
                .collect();
            if leaves.is_empty() {
                break;
            }
            for leaf in leaves {
                rest.remove(&leaf);
            }
        }
        for group in rest.into_keys() {
            self.violated("SCIM-95", &group, "a group that is, or holds, a member of itself");
        }
    }
}

/// Whether an audit row is a proof, or somebody's word for one.
fn grants_proof(entry: &Entry) -> bool {
    matches!(entry.event, Event::ValueProven | Event::VerifiedAsserted | Event::UserCreated)
        || matches!(entry.rule, Rule::Proof | Rule::Assertion | Rule::Created)
}

/// Whether an audit row is about this address, as far as its masked value tells.
fn speaks_of(entry: &Entry, family: ClaimFamily, address: &Address) -> bool {
    entry.family.is_none_or(|about| about == family)
        && entry
            .value
            .as_ref()
            .is_none_or(|value| *value == address.masked() || *value == address.masked_with_domain())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// I13: what no commit can write is found all the same.
    #[test]
    fn a_session_that_the_next_lock_would_not_end_is_found() {
        let on = |opened_on| CheckedSession {
            id: SessionId::new(uuid::Uuid::nil()),
            opened_on,
            stands: 2,
            created_at: Timestamp::UNIX_EPOCH,
            authenticated_at: Timestamp::UNIX_EPOCH,
        };
        let violations = |opened_on| {
            let mut check = Check::default();
            check.session(on(opened_on));
            check.finish().violations
        };

        assert_eq!(violations(1), []);
        assert_eq!(violations(2), []);
        assert_eq!(violations(3)[0].invariant, "I13");
    }
}
