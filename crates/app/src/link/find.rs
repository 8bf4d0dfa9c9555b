//! Which link a token is, if it is one (SEC-4): found by its selector, believed for its secret.

use std::sync::PoisonError;

use countersign_domain::change::{ChangeEnd, LinkToken, MacKeys};
use countersign_domain::{ChangeId, TenantId, Timestamp};
use countersign_store::{ChangeQuery, ChangeRecord, LinkPurpose, LinkRecord};
use subtle::ConstantTimeEq as _;

use super::{Errand, LinkVisit};
use crate::app::App;
use crate::error::Failure;

/// How many of a user's newest changes are looked through for the one that took another's place.
const FOLLOWED_MAX: u64 = 50;

impl App {
    /// The link, if the secret is its own: whoever presents it, also after its end, may be told the outcome by name.
    pub(super) async fn find_link(&self, visit: &LinkVisit) -> Result<Option<LinkRecord>, Failure> {
        let found = self.link_of(&visit.tenant, &visit.token, visit.errand).await?;
        match (found, visit.errand) {
            (Some(link), Errand::Cancel) => {
                let change = self.newest_of(&visit.tenant, link.change).await?;
                Ok(Some(LinkRecord { change, ..link }))
            }
            (found, _) => Ok(found),
        }
    }

    /// The link sent for this errand whose selector and secret these are.
    pub(crate) async fn link_of(
        &self,
        tenant: &TenantId,
        token: &LinkToken,
        errand: Errand,
    ) -> Result<Option<LinkRecord>, Failure> {
        let found = self.store.link(tenant, &token.selector).await?;
        let known = found.is_some().then(|| token.selector.clone());
        let right = if let Some(link) = &found {
            fits(link, token, errand, &self.keys.mac)
        } else {
            cost_of_a_secret(&self.keys.mac, token);
            false
        };
        let other = self.another_link(known);
        if !right {
            self.store.link(tenant, &other).await?;
        }
        Ok(found.filter(|_| right))
    }

    /// Reading a link takes longer than finding none. So every refusal does both (SEC-14): after a selector that is known
    /// it looks for one that nobody has, after one that is not, for the last one that was.
    fn another_link(&self, known: Option<String>) -> String {
        const NOBODYS: &str = "-";
        let mut last = self.known_link.lock().unwrap_or_else(PoisonError::into_inner);
        if known.is_some() {
            *last = known;
            return NOBODYS.to_owned();
        }
        last.clone().unwrap_or_else(|| NOBODYS.to_owned())
    }

    /// What a cancel link is about by now. Notices go out once an hour (SEC-18), so whoever asks again within it would
    /// leave the one link pointing at a change that is no more: the link follows from each superseded change to the one
    /// that took its place, and no further. A change that ended otherwise ends the link's say: by then another address
    /// may be in force.
    async fn newest_of(&self, tenant: &TenantId, change: ChangeRecord) -> Result<ChangeRecord, Failure> {
        if successor_since(&change).is_none() {
            return Ok(change);
        }
        let query = ChangeQuery { user: Some(change.user), state: None, before: None, limit: FOLLOWED_MAX };
        let family = change.value.family();
        let mut others = self.store.changes(tenant, query).await?;
        others.retain(|other| other.value.family() == family && other.id != change.id);
        let mut newest = change;
        while let Some(since) = successor_since(&newest) {
            let Some(next) = others.iter().position(|other| other.requested_at == since) else { break };
            newest = others.swap_remove(next);
        }
        Ok(newest)
    }
}

/// When the change that took this one's place was asked for: the moment this one ended, in the same commit.
fn successor_since(change: &ChangeRecord) -> Option<Timestamp> {
    match change.ended {
        Some((ChangeEnd::Superseded, at)) => Some(at),
        _ => None,
    }
}

/// Whether the secret is this link's, and the link was sent for this errand (SEC-7).
fn fits(link: &LinkRecord, token: &LinkToken, errand: Errand, mac: &MacKeys) -> bool {
    let (change, secret) = (&link.change, token.secret.as_bytes());
    match (&link.purpose, errand) {
        (LinkPurpose::Confirm, Errand::Confirm) => {
            change.challenge.matches(&mac.candidates(&change.binding(), secret))
        }
        (LinkPurpose::Cancel(digest), Errand::Cancel) => {
            let candidates = mac.cancel_candidates(change.id, secret);
            candidates.iter().any(|candidate| candidate.as_bytes().ct_eq(digest.as_bytes()).into())
        }
        (LinkPurpose::Confirm | LinkPurpose::Cancel(_), _) => false,
    }
}

/// A selector that finds nothing costs what a wrong secret does (SEC-14).
fn cost_of_a_secret(mac: &MacKeys, token: &LinkToken) {
    std::hint::black_box(mac.cancel_candidates(ChangeId::new(uuid::Uuid::nil()), token.secret.as_bytes()));
}
