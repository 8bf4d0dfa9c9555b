//! Each address and number a user has, and how we know that it is his: by what, when, and who says so.
//!
//! The profile says *that* a value is verified; the audit trail says how (I5). A row about a value is found by the keyed digest
//! of it; rows from before a change of that key by what can be seen of the value.

use countersign_domain::actor::Requester;
use countersign_domain::audit::{Event, Means};
use countersign_domain::change::Form;
use countersign_domain::claim::{Address, ClaimFamily};
use countersign_domain::profile::Contacts;
use countersign_domain::snapshot::User;
use countersign_domain::user_claim_update::Settings;
use countersign_domain::{Timestamp, UserId};
use countersign_store::{AuditQuery, AuditRow};

use crate::app::App;
use crate::changes::ChangeView;
use crate::error::Failure;
use crate::mint::Context;
use crate::spending;

/// All of one user's addresses and numbers.
#[derive(Clone, PartialEq, Debug)]
pub struct ContactProofs {
    /// Whose they are, as of the same read.
    pub user: User,
    /// What was in force then.
    pub settings: Settings,
    /// E-mail first; in each family the one in force, then verified ones, then the rest.
    pub values: Vec<ContactProof>,
    /// What waits.
    pub pending: Vec<PendingProof>,
}

/// One value.
#[derive(Clone, PartialEq, Debug)]
pub struct ContactProof {
    /// Which family.
    pub family: ClaimFamily,
    /// The value, in full: for the owner and for viewers who may read profiles.
    pub value: Address,
    /// Whether it is the one in force (P).
    pub in_force: bool,
    /// Whether it is in the user's list (A); always false where lists are off.
    pub listed: bool,
    /// Where it stands.
    pub state: ProofState,
    /// How it was proven; `None` for an unverified value.
    pub proof: Option<Proof>,
}

/// Where a value stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ProofState {
    /// Proven, or asserted.
    Verified,
    /// A proof of this very value is waited for.
    Waiting,
    /// Neither.
    Unverified,
}

/// A proof, or what stands for one.
#[derive(Clone, PartialEq, Debug)]
pub struct Proof {
    /// How.
    pub how: ProvenBy,
    /// When; `None` where the trail does not say.
    pub at: Option<Timestamp>,
    /// Who proved or asserted it; `None` likewise.
    pub by: Option<Requester>,
}

/// How we know.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ProvenBy {
    /// By the code sent to it.
    Code,
    /// By the link sent to it.
    Link,
    /// By one of the two in the same message; which, was not written down then.
    CodeOrLink,
    /// On somebody's word.
    Assertion {
        /// Given when the user was created, or imported.
        at_creation: bool,
        /// Why, where it was said.
        reason: Option<String>,
    },
    /// The trail does not say.
    Unknown,
}

/// A value that waits for proof.
#[derive(Clone, PartialEq, Debug)]
pub struct PendingProof {
    /// The change, with its timeline; its target is masked.
    pub change: ChangeView,
    /// The value in full.
    pub value: Address,
}

/// Pages of the trail looked at: who has more is told less.
const PAGES_MAX: usize = 4;

impl App {
    /// The addresses and numbers of `user` with their proofs; `None` if there is no such user.
    pub async fn contact_proofs(&self, cx: &Context, user: UserId) -> Result<Option<ContactProofs>, Failure> {
        let Some(seen) = self.snapshot(cx, user).await? else { return Ok(None) };
        let settings = self.settings(&seen.overrides);
        let (lists, created, waits) = (settings.lists, seen.user.created, seen.pending);
        let mut proofs = ContactProofs { user: seen.user, settings, values: Vec::new(), pending: Vec::new() };
        for family in ClaimFamily::ALL {
            let waiting = waits.of(family).as_ref().map(|pending| &pending.value);
            proofs.values.extend(values(family, proofs.user.profile.contacts(family), lists, waiting));
            if let Some(pending) = waits.of(family)
                && let Some(record) = self.store.change(&cx.tenant, pending.id).await?
            {
                let change = self.change_view(cx, record).await?;
                proofs.pending.push(PendingProof { change, value: pending.value.clone() });
            }
        }
        self.explain(cx, (user, created), &mut proofs.values).await?;
        Ok(Some(proofs))
    }

    /// Finds the proof of every verified value.
    async fn explain(
        &self,
        cx: &Context,
        (user, created): (UserId, Timestamp),
        values: &mut [ContactProof],
    ) -> Result<(), Failure> {
        let verified = |value: &&mut ContactProof| value.state == ProofState::Verified;
        let mut open: Vec<(&mut ContactProof, Option<AuditRow>)> =
            values.iter_mut().filter(verified).map(|value| (value, None)).collect();
        let mut query = AuditQuery {
            user: Some(user),
            events: vec![Event::ValueProven, Event::VerifiedAsserted],
            limit: 200,
            ..AuditQuery::default()
        };
        for _ in 0..PAGES_MAX {
            if open.is_empty() {
                return Ok(());
            }
            let page = self.store.audit(&cx.tenant, query.clone()).await?;
            for row in &page.rows {
                let mut rest = Vec::with_capacity(open.len());
                for (value, resembling) in open {
                    match self.speaks_of(row, &value.value) {
                        Speaks::Exactly => value.proof = Some(self.proof(cx, row, created).await?),
                        Speaks::Perhaps => rest.push((value, resembling.or_else(|| Some(row.clone())))),
                        Speaks::Not => rest.push((value, resembling)),
                    }
                }
                open = rest;
            }
            query.before = page.next;
            if page.next.is_none() {
                break;
            }
        }
        for (value, resembling) in open {
            value.proof = Some(match resembling {
                Some(row) => self.proof(cx, &row, created).await?,
                None => Proof { how: ProvenBy::Unknown, at: None, by: None },
            });
        }
        Ok(())
    }

    fn speaks_of(&self, row: &AuditRow, value: &Address) -> Speaks {
        let family = value.family();
        let digest = spending::pseudonym(&self.keys.mac, family.as_str(), value.key());
        if row.value_digest.as_ref() == Some(&digest) {
            return Speaks::Exactly;
        }
        let resembles =
            row.entry.family == Some(family) && row.entry.value.as_deref() == Some(&value.masked());
        if resembles { Speaks::Perhaps } else { Speaks::Not }
    }

    async fn proof(&self, cx: &Context, row: &AuditRow, created: Timestamp) -> Result<Proof, Failure> {
        let entry = &row.entry;
        let how = match (entry.event, entry.means) {
            (Event::ValueProven, Some(Means::Code)) => ProvenBy::Code,
            (Event::ValueProven, Some(Means::Link)) => ProvenBy::Link,
            (Event::ValueProven, None) => self.proven_before_it_was_written_down(cx, row).await?,
            _ => ProvenBy::Assertion { at_creation: row.at == created, reason: entry.detail.clone() },
        };
        Ok(Proof { how, at: Some(row.at), by: Some(entry.by.clone()) })
    }

    /// Rows of earlier versions do not say by what; the change may, as long as it is kept, and a number has codes only.
    async fn proven_before_it_was_written_down(
        &self,
        cx: &Context,
        row: &AuditRow,
    ) -> Result<ProvenBy, Failure> {
        let record = match row.entry.change {
            Some(change) => self.store.change(&cx.tenant, change).await?,
            None => None,
        };
        Ok(match (record.map(|record| record.challenge.form), row.entry.family) {
            (Some(Form::Otp), _) | (None, Some(ClaimFamily::Mobile)) => ProvenBy::Code,
            (Some(Form::Link), _) => ProvenBy::Link,
            _ => ProvenBy::CodeOrLink,
        })
    }
}

/// Whether a row is about a value.
enum Speaks {
    Exactly,
    /// It looks like it: its digest is of another key, or of another value that is masked alike.
    Perhaps,
    Not,
}

fn values(
    family: ClaimFamily,
    contacts: &Contacts,
    lists: bool,
    waiting: Option<&Address>,
) -> Vec<ContactProof> {
    let listed = |value: &Address| lists && contacts.all.iter().any(|member| member.same_as(value));
    let others = contacts.all.iter().filter(|member| lists && !contacts.holds(member));
    let shown = contacts.address().into_iter().chain(others);
    let mut values: Vec<ContactProof> = shown
        .map(|value| {
            let in_force = contacts.holds(value);
            let verified = (in_force && contacts.verified) || contacts.proven_as(value).is_some();
            let state = match waiting {
                _ if verified => ProofState::Verified,
                Some(waiting) if waiting.same_as(value) => ProofState::Waiting,
                _ => ProofState::Unverified,
            };
            ContactProof { family, value: value.clone(), in_force, listed: listed(value), state, proof: None }
        })
        .collect();
    values.sort_by_key(|value| (!value.in_force, value.state != ProofState::Verified));
    values
}

#[cfg(test)]
mod tests;
