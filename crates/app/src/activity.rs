//! What happened to a person's account, as the person may know it: changes, codes, and what he was told, newest first.
//!
//! Two time-ordered lists are merged, the audit trail and the notices; ids of both are, so one id says where to go on.
//! What an administrator wrote down for administrators, his reason and the machine he sat at, is not shown.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use countersign_domain::actor::{Origin, Persona};
use countersign_domain::audit::{Event, Means, Rule};
use countersign_domain::claim::{Address, ClaimFamily};
use countersign_domain::{AuditId, ChangeId, MessageId, Timestamp, UserId};
use countersign_store::{
    AuditQuery, AuditRow, ChangeRecord, NoticeRecord, NoticeState, TimelineEvent, TimelineWord,
};
use uuid::Uuid;

use crate::app::App;
use crate::error::Failure;
use crate::mint::Context;

/// Something that happened.
#[derive(Clone, PartialEq, Debug)]
pub struct Activity {
    /// When.
    pub at: Timestamp,
    /// What.
    pub what: Happening,
    /// Who did it, as the person sees it; `None` for what the server did by itself.
    pub by: Option<ActivityBy>,
    /// From where. `None` where somebody else did it.
    pub origin: Option<Origin>,
    /// Which of the two it concerns.
    pub family: Option<ClaimFamily>,
    /// The value, masked.
    pub value: Option<String>,
    /// Whether the message of it arrived; `None` where there was none, or nothing of it is kept.
    pub delivery: Option<Delivered>,
    /// The change it belongs to.
    pub change: Option<ChangeId>,
    /// Whether that still waits: "this wasn't me" calls it off.
    pub can_cancel: bool,
}

/// What happened, ready to be worded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Happening {
    /// The account was created.
    AccountCreated,
    /// Something of the profile was edited.
    ProfileEdited,
    /// The account was disabled.
    Disabled,
    /// It was enabled again.
    Enabled,
    /// It was locked.
    Locked,
    /// It was unlocked.
    Unlocked,
    /// A value waits for proof.
    ProofAsked,
    /// Its code or link was sent again.
    ProofSentAgain,
    /// A wrong code was entered.
    WrongCode,
    /// Too many of them: no code proves it until it is sent again.
    TooManyWrongCodes,
    /// A value was proven; by what, where that was written down.
    Proven(Option<Means>),
    /// A value took effect without a proof made then.
    Written {
        /// Whether it had been proven before (M7).
        proven_before: bool,
    },
    /// A value was removed.
    Removed,
    /// A value counts as verified on somebody's word.
    MarkedVerified,
    /// It does not any more.
    VerifiedWithdrawn,
    /// The list was edited.
    ListEdited,
    /// A change was called off.
    ChangeCancelled(CancelledBecause),
    /// A newer change took its place.
    ChangeSuperseded,
    /// The password was set.
    PasswordSet,
    /// All sessions, or all others, were ended.
    SessionsEnded,
    /// He was told something.
    Told(Telling),
}

/// Why a change does not wait any more.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CancelledBecause {
    /// Somebody said so.
    Asked,
    /// By the link in the notice to the old address.
    Link,
    /// The password was changed, or the account locked.
    Security,
    /// Another account has the value.
    Taken,
    /// It was too old.
    TooOld,
}

/// What a notice said.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "as the templates are called")]
pub enum Telling {
    ChangeRequested,
    Changed,
    Removed,
    Added,
    MarkedVerified,
    Other,
}

/// Who did something.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ActivityBy {
    /// How he relates to the account.
    pub persona: Persona,
    /// The user name, or the client's.
    pub display: String,
}

/// What became of a message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Delivered {
    /// How far it is.
    pub state: DeliveryState,
    /// Since when; `None` where only the end is known.
    pub at: Option<Timestamp>,
    /// Where it went, to him in full, as long as that is kept.
    pub to: Option<Address>,
}

/// How far a message is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DeliveryState {
    /// Not sent yet.
    Waiting,
    /// The provider took it.
    HandedOver,
    /// The provider refused it, or it came back.
    Refused,
    /// Given up.
    GivenUp,
    /// Not sent: by then it had been overtaken.
    Dropped,
}

/// Where a page of activities goes on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ActivityCursor(Uuid);

impl fmt::Display for ActivityCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.simple().fmt(f)
    }
}

impl FromStr for ActivityCursor {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Uuid::try_parse(text).map(Self)
    }
}

/// The kinds of row that are the person's to know: not who granted what, nor why no message was sent.
const HIS: [Event; 20] = [
    Event::UserCreated,
    Event::UserUpdated,
    Event::UserDisabled,
    Event::UserEnabled,
    Event::UserLocked,
    Event::UserUnlocked,
    Event::ValueHeld,
    Event::ValueWritten,
    Event::ValueRemoved,
    Event::ValueProven,
    Event::VerifiedAsserted,
    Event::VerifiedWithdrawn,
    Event::ListsUpdated,
    Event::ChangeCancelled,
    Event::ChangeSuperseded,
    Event::CodeResent,
    Event::CodeWrong,
    Event::CodeExhausted,
    Event::PasswordSet,
    Event::SessionsEnded,
];

/// The longest page.
const PAGE_MAX: u64 = 100;

/// One of the two lists' next.
enum Next {
    Row(Box<AuditRow>),
    Notice(NoticeRecord),
}

impl Next {
    fn id(&self) -> Uuid {
        match self {
            Self::Row(row) => row.id.uuid(),
            Self::Notice(notice) => notice.id.uuid(),
        }
    }
}

impl App {
    /// A page of what happened to `user`'s account, newest first. It may be short and still say where to go on.
    pub async fn activity(
        &self,
        cx: &Context,
        user: UserId,
        before: Option<ActivityCursor>,
        limit: u64,
    ) -> Result<(Vec<Activity>, Option<ActivityCursor>), Failure> {
        let limit = limit.clamp(1, PAGE_MAX);
        let query = AuditQuery {
            user: Some(user),
            events: HIS.to_vec(),
            before: before.map(|before| AuditId::new(before.0)),
            limit,
            ..AuditQuery::default()
        };
        let trail = self.store.audit(&cx.tenant, query).await?;
        let older = before.map(|before| MessageId::new(before.0));
        let notices = self.store.notices_of(&cx.tenant, user, older, limit).await?;
        // Neither list is known below the end of what was read of it.
        let mut floor = trail.next.map(AuditId::uuid);
        if notices.len() as u64 == limit {
            floor = floor.max(notices.last().map(|notice| notice.id.uuid()));
        }
        let rows = trail.rows.into_iter().map(|row| Next::Row(Box::new(row)));
        let mut merged: Vec<Next> = rows.chain(notices.into_iter().map(Next::Notice)).collect();
        merged.sort_by_key(|next| std::cmp::Reverse(next.id()));
        merged.retain(|next| floor.is_none_or(|floor| next.id() >= floor));
        let more = merged.len() as u64 > limit;
        merged.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        let end = if more { merged.last().map(Next::id) } else { floor };
        let mut changes = BTreeMap::new();
        let mut page = Vec::with_capacity(merged.len());
        for next in merged {
            let change = match &next {
                Next::Row(row) => row.entry.change,
                Next::Notice(notice) => notice.change,
            };
            if let Some(id) = change.filter(|id| !changes.contains_key(id)) {
                changes.insert(id, self.store.change(&cx.tenant, id).await?);
            }
            let change = change.and_then(|id| changes.get(&id)?.as_ref());
            page.extend(match next {
                Next::Row(row) => happened(*row, change),
                Next::Notice(notice) => Some(told(notice, change)),
            });
        }
        Ok((page, end.map(ActivityCursor)))
    }
}

fn happened(row: AuditRow, change: Option<&ChangeRecord>) -> Option<Activity> {
    let AuditRow { at, entry, .. } = row;
    let what = match entry.event {
        Event::UserCreated => Happening::AccountCreated,
        Event::UserUpdated => Happening::ProfileEdited,
        Event::UserDisabled => Happening::Disabled,
        Event::UserEnabled => Happening::Enabled,
        Event::UserLocked => Happening::Locked,
        Event::UserUnlocked => Happening::Unlocked,
        Event::ValueHeld => Happening::ProofAsked,
        Event::CodeResent => Happening::ProofSentAgain,
        Event::CodeWrong => Happening::WrongCode,
        Event::CodeExhausted => Happening::TooManyWrongCodes,
        Event::ValueProven => Happening::Proven(entry.means),
        Event::ValueWritten => Happening::Written { proven_before: entry.rule == Rule::M7AlreadyProven },
        Event::ValueRemoved => Happening::Removed,
        Event::VerifiedAsserted => Happening::MarkedVerified,
        Event::VerifiedWithdrawn => Happening::VerifiedWithdrawn,
        Event::ListsUpdated => Happening::ListEdited,
        Event::ChangeCancelled => Happening::ChangeCancelled(because(entry.rule)),
        Event::ChangeSuperseded => Happening::ChangeSuperseded,
        Event::PasswordSet => Happening::PasswordSet,
        Event::SessionsEnded => Happening::SessionsEnded,
        _ => return None,
    };
    let is_his = entry.by.persona == Persona::Owner;
    let sends = matches!(what, Happening::ProofAsked | Happening::ProofSentAgain);
    Some(Activity {
        at,
        what,
        by: by(&entry.by),
        origin: is_his.then_some(entry.origin),
        family: entry.family,
        value: entry.value,
        delivery: change.filter(|_| sends).and_then(|change| delivery(change, at)),
        change: entry.change,
        can_cancel: change.is_some_and(|change| change.ended.is_none()),
    })
}

/// The server's own doing is nobody's.
fn by(requester: &countersign_domain::actor::Requester) -> Option<ActivityBy> {
    use countersign_domain::actor::Subject;
    let persona = requester.persona;
    let named = !matches!(requester.subject, Subject::Server) || persona == Persona::Owner;
    named.then(|| ActivityBy { persona, display: requester.display.clone() })
}

const fn because(rule: Rule) -> CancelledBecause {
    match rule {
        Rule::CancelLink => CancelledBecause::Link,
        Rule::Security => CancelledBecause::Security,
        Rule::Taken => CancelledBecause::Taken,
        Rule::Purge => CancelledBecause::TooOld,
        _ => CancelledBecause::Asked,
    }
}

fn told(notice: NoticeRecord, change: Option<&ChangeRecord>) -> Activity {
    let telling = match notice.template.as_str() {
        "contactChangeRequested" | "notifyOnExistingEmailUpdate" => Telling::ChangeRequested,
        "contactChanged" | "notifyOnExistingEmailUpdateWithoutVerification" => Telling::Changed,
        "contactRemoved" => Telling::Removed,
        "contactAdded" => Telling::Added,
        "contactMarkedVerified" => Telling::MarkedVerified,
        _ => Telling::Other,
    };
    let state = match notice.state {
        NoticeState::Queued => DeliveryState::Waiting,
        NoticeState::Delivered => DeliveryState::HandedOver,
        NoticeState::Dropped => DeliveryState::Dropped,
        NoticeState::Dead => DeliveryState::GivenUp,
    };
    Activity {
        at: notice.at,
        what: Happening::Told(telling),
        by: None,
        origin: None,
        family: None,
        value: None,
        delivery: Some(Delivered { state, at: None, to: notice.to }),
        change: notice.change,
        can_cancel: change.is_some_and(|change| change.ended.is_none()),
    }
}

/// What became of the message that was queued at `at`, until the next one was.
fn delivery(change: &ChangeRecord, at: Timestamp) -> Option<Delivered> {
    let is_queued = |event: &&TimelineEvent| event.event == TimelineWord::Queued;
    let sent = change.events.iter().skip_while(|event| event.at < at || !is_queued(event));
    let own = sent.clone().take(1).chain(sent.skip(1).take_while(|event| !is_queued(event)));
    own.filter_map(|event| Some((state(event.event)?, event.at))).last().map(|(state, at)| Delivered {
        state,
        at: Some(at),
        to: Some(change.value.clone()),
    })
}

const fn state(word: TimelineWord) -> Option<DeliveryState> {
    match word {
        TimelineWord::Queued => Some(DeliveryState::Waiting),
        TimelineWord::HandedOver => Some(DeliveryState::HandedOver),
        TimelineWord::Refused | TimelineWord::Bounced => Some(DeliveryState::Refused),
        TimelineWord::GivenUp => Some(DeliveryState::GivenUp),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
