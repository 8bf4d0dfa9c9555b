//! Changes as a resource (DESIGN §6): list, read, cancel, resend.

use countersign_domain::actor::Requester;
use countersign_domain::audit::Event;
use countersign_domain::change::{Cancelled, Scenario};
use countersign_domain::claim::Channel;
use countersign_domain::user_claim_update::cancel;
use countersign_domain::{ChangeId, Timestamp, UserId};
use countersign_store::{AuditQuery, ChangeQuery, ChangeRecord, CommitError, TimelineEvent, TimelineWord};

use crate::app::App;
use crate::attempt::Tries;
use crate::error::Failure;
use crate::mint::{Context, Mint};
use crate::resend_code::ResendError;

/// Whose changes a caller may see.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Viewer {
    /// His own.
    Owner(UserId),
    /// Everybody's.
    Privileged,
}

/// A change as it is shown.
#[derive(Clone, PartialEq, Debug)]
#[expect(missing_docs, reason = "the fields of DESIGN §6")]
pub struct ChangeView {
    pub id: ChangeId,
    pub user: UserId,
    pub user_name: String,
    pub channel: Channel,
    pub scenario: Scenario,
    pub state: &'static str,
    pub target: String,
    pub requested_by: Requester,
    pub requested_at: Timestamp,
    pub expires_at: Timestamp,
    pub expired: bool,
    pub attempts_left: u32,
    pub resend_available_at: Option<Timestamp>,
    pub ended_at: Option<Timestamp>,
    pub timeline: Vec<TimelineEvent>,
}

/// How a change ended.
#[derive(Clone, PartialEq, Debug)]
pub struct ChangeEnded {
    /// `proven`, `superseded` or `cancelled`.
    pub state: &'static str,
    /// When.
    pub at: Timestamp,
    /// Who ended it; `None` where the trail does not say.
    pub by: Option<Requester>,
}

/// The longest page of changes.
const PAGE_MAX: u64 = 100;

impl App {
    /// A page of changes, newest first, and where the next page begins.
    pub async fn changes(
        &self,
        cx: &Context,
        viewer: Viewer,
        state: Option<&'static str>,
        before: Option<ChangeId>,
    ) -> Result<(Vec<ChangeView>, Option<ChangeId>), Failure> {
        let user = match viewer {
            Viewer::Owner(user) => Some(user),
            Viewer::Privileged => None,
        };
        let query = ChangeQuery { user, state, before, limit: PAGE_MAX + 1 };
        let mut records = self.store.changes(&cx.tenant, query).await?;
        let more = records.len() as u64 > PAGE_MAX;
        records.truncate(usize::try_from(PAGE_MAX).unwrap_or(usize::MAX));
        let next = records.last().filter(|_| more).map(|record| record.id);
        let mut views = Vec::with_capacity(records.len());
        for record in records {
            views.push(self.change_view(cx, record).await?);
        }
        Ok((views, next))
    }

    /// One change; `None` for an unknown id and for somebody else's alike.
    pub async fn change(
        &self,
        cx: &Context,
        viewer: Viewer,
        id: ChangeId,
    ) -> Result<Option<ChangeView>, Failure> {
        match self.visible(cx, viewer, id).await? {
            Some(record) => Ok(Some(self.change_view(cx, record).await?)),
            None => Ok(None),
        }
    }

    /// How a change ended and who was it; `None` while it waits.
    pub async fn change_ended(
        &self,
        cx: &Context,
        change: &ChangeView,
    ) -> Result<Option<ChangeEnded>, Failure> {
        let Some(at) = change.ended_at else { return Ok(None) };
        let query = AuditQuery {
            user: Some(change.user),
            change: Some(change.id),
            events: vec![Event::ValueProven, Event::ChangeSuperseded, Event::ChangeCancelled],
            limit: 1,
            ..AuditQuery::default()
        };
        let found = self.store.audit(&cx.tenant, query).await?.rows.into_iter().next();
        Ok(Some(ChangeEnded { state: change.state, at, by: found.map(|row| row.entry.by) }))
    }

    /// Calls a change off; again is no error. `false` for an unknown id and for somebody else's.
    pub async fn cancel_change(&self, cx: &Context, viewer: Viewer, id: ChangeId) -> Result<bool, Failure> {
        let Some(record) = self.visible(cx, viewer, id).await? else { return Ok(false) };
        self.call_off(cx, &record, Cancelled::Request).await?;
        Ok(true)
    }

    /// Sends a new secret for a change.
    pub async fn resend_change(
        &self,
        cx: &Context,
        viewer: Viewer,
        id: ChangeId,
    ) -> Result<bool, ResendError> {
        let Some(record) = self.visible(cx, viewer, id).await? else { return Ok(false) };
        self.resend_where(cx, record.user, |pending| pending.id == id).await?;
        Ok(true)
    }

    /// Ends a pending change on request; `false` if it no longer waits.
    pub(crate) async fn call_off(
        &self,
        cx: &Context,
        change: &ChangeRecord,
        by: Cancelled,
    ) -> Result<bool, Failure> {
        let _turn = self.turns.of(change.user).await;
        let mut tries = Tries::new(&self.entropy);
        loop {
            let Some(seen) = self.snapshot(cx, change.user).await? else { return Ok(false) };
            let pending = seen.pending(change.value.family()).filter(|pending| pending.id == change.id);
            let Some(pending) = pending else { return Ok(false) };
            let settings = self.settings(&seen.overrides);
            let plan = cancel(&seen, pending, by, &cx.actor);
            let commit = Mint::new(self, &seen, &cx.actor, &settings).plan(&seen, plan);
            match self.store.commit(commit).await {
                Ok(()) => return Ok(true),
                Err(CommitError::Conflict) if tries.again().await => {}
                Err(CommitError::Fault(fault)) => return Err(fault.into()),
                Err(_) => return Err(Failure::Busy),
            }
        }
    }

    async fn visible(
        &self,
        cx: &Context,
        viewer: Viewer,
        id: ChangeId,
    ) -> Result<Option<ChangeRecord>, Failure> {
        let record = self.store.change(&cx.tenant, id).await?;
        Ok(record.filter(|record| match viewer {
            Viewer::Owner(user) => record.user == user,
            Viewer::Privileged => true,
        }))
    }

    pub(crate) async fn change_view(
        &self,
        cx: &Context,
        record: ChangeRecord,
    ) -> Result<ChangeView, Failure> {
        let resend_available_at = match record.ended {
            Some(_) => None,
            None => self.snapshot(cx, record.user).await?.map(|seen| {
                let limits = self.settings(&seen.overrides).limits;
                seen.budget.of(record.value.family()).resend_available_at(&limits, seen.now)
            }),
        };
        let now = self.store.now().await?;
        Ok(shown(&record, resend_available_at, now))
    }
}

fn shown(record: &ChangeRecord, resend_available_at: Option<Timestamp>, now: Timestamp) -> ChangeView {
    let pending = record.ended.is_none();
    let challenge = &record.challenge;
    let expired = pending && now >= challenge.expires_at;
    let mut timeline = record.events.clone();
    if expired {
        let event = TimelineWord::Expired;
        timeline.push(TimelineEvent { change: record.id, at: challenge.expires_at, event, detail: None });
        timeline.sort_by_key(|event| event.at);
    }
    ChangeView {
        id: record.id,
        user: record.user,
        user_name: record.user_name.clone(),
        channel: record.value.family().channel(),
        scenario: Scenario::of(record.value.family(), record.purpose, record.challenge.form),
        state: record.ended.as_ref().map_or("pending", |(end, _)| end.as_str()),
        target: record.value.masked_with_domain(),
        requested_by: record.requester.clone(),
        requested_at: record.requested_at,
        expires_at: challenge.expires_at,
        expired,
        attempts_left: if expired || !pending { 0 } else { challenge.attempts_left() },
        resend_available_at,
        ended_at: record.ended.as_ref().map(|(_, at)| *at),
        timeline,
    }
}
