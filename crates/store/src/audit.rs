//! Which rows of the trail are asked for, and what is judged row by row once an index has led there.
//!
//! One index answers each question: of a change, of a group, of a user, of one kind of event, or of all, in this order. What
//! else is asked is read in the row itself, the same on both databases, and never of more than [`LOOKS_MAX`] rows at a time:
//! an answer may hold few rows, or none, and still say where to go on.

use countersign_domain::audit::Event;
use countersign_domain::{AuditId, ChangeId, GroupId, SignedDuration, Timestamp, UserId};
use uuid::Uuid;

use crate::AuditRow;

/// How many rows one question looks at; the answer says where to go on.
pub const LOOKS_MAX: u64 = 5_000;

/// Rows fetched at once.
pub(crate) const PORTION: u64 = 250;

/// Which rows are asked for; newest first.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AuditQuery {
    /// About one user.
    pub user: Option<UserId>,
    /// About one group.
    pub group: Option<GroupId>,
    /// About one change.
    pub change: Option<ChangeId>,
    /// Of these kinds; empty: of every kind.
    pub events: Vec<Event>,
    /// Not before.
    pub since: Option<Timestamp>,
    /// Before.
    pub until: Option<Timestamp>,
    /// A text that stands, whatever its case, in what can be read of a row: who did it, from where, the masked value, the
    /// detail.
    pub text: Option<String>,
    /// Only rows with an id below this one (ids are time-ordered).
    pub before: Option<AuditId>,
    /// How many.
    pub limit: u64,
}

/// Some rows of the trail.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct AuditPage {
    /// Those that match, newest first.
    pub rows: Vec<AuditRow>,
    /// Where to go on; `None`: there are no more.
    pub next: Option<AuditId>,
}

/// The index a question goes by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Lead {
    Change(ChangeId),
    Group(GroupId),
    User(UserId),
    Event(Event),
    All,
}

impl AuditQuery {
    /// What finds most of what is asked without reading rows.
    pub(crate) fn lead(&self) -> Lead {
        match (self.change, self.group, self.user, self.events.as_slice()) {
            (Some(change), ..) => Lead::Change(change),
            (_, Some(group), ..) => Lead::Group(group),
            (_, _, Some(user), _) => Lead::User(user),
            (_, _, _, [event]) => Lead::Event(*event),
            _ => Lead::All,
        }
    }

    /// The ids the rows lie between: from the first, below the second.
    pub(crate) fn ids(&self) -> (Uuid, Uuid) {
        let first = self.since.map_or(Uuid::nil(), first_id_of);
        // An id of the last moment's own millisecond may be of a later part of it: the row's time decides.
        let until = self.until.map(|until| until.saturating_add(MILLISECOND).unwrap_or(Timestamp::MAX));
        let end = until.map_or(Uuid::max(), first_id_of);
        (first, self.before.map_or(end, |before| before.uuid().min(end)))
    }

    /// Whether a row is among those asked for.
    pub(crate) fn takes(&self, row: &AuditRow) -> bool {
        let entry = &row.entry;
        self.user.is_none_or(|user| entry.user == Some(user))
            && self.group.is_none_or(|group| entry.group == Some(group))
            && self.change.is_none_or(|change| entry.change == Some(change))
            && (self.events.is_empty() || self.events.contains(&entry.event))
            && self.since.is_none_or(|since| row.at >= since)
            && self.until.is_none_or(|until| row.at < until)
            && self.text.as_ref().is_none_or(|text| reads(row, &text.to_lowercase()))
    }
}

/// A page while it is put together.
pub(crate) struct Reading<'q> {
    query: &'q AuditQuery,
    page: AuditPage,
    looked: u64,
    last: Option<AuditId>,
}

impl<'q> Reading<'q> {
    pub(crate) fn new(query: &'q AuditQuery) -> Self {
        Self { query, page: AuditPage::default(), looked: 0, last: query.before }
    }

    /// Judges the next row; `false` where the page has room for no more, or enough was looked at.
    pub(crate) fn meets(&mut self, row: AuditRow) -> bool {
        if self.page.rows.len() as u64 >= self.query.limit || self.looked >= LOOKS_MAX {
            self.page.next = self.last;
            return false;
        }
        self.looked += 1;
        self.last = Some(row.id);
        if self.query.takes(&row) {
            self.page.rows.push(row);
        }
        true
    }

    /// The last row looked at.
    pub(crate) const fn last(&self) -> Option<AuditId> {
        self.last
    }

    pub(crate) fn page(self) -> AuditPage {
        self.page
    }
}

const MILLISECOND: SignedDuration = SignedDuration::from_millis(1);

/// The smallest id of a moment.
fn first_id_of(at: Timestamp) -> Uuid {
    let millis = u64::try_from(at.as_millisecond()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &[0; 10]).into_uuid()
}

/// The id of the row that says a change was purged: of the moment it is, so that ids stay time-ordered, and with what is
/// random of the change's own, which is purged once.
pub(crate) fn purged_id(change: ChangeId, now: Timestamp) -> AuditId {
    let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
    let random: [u8; 10] = change.uuid().as_bytes().last_chunk().copied().unwrap_or_default();
    AuditId::new(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
}

fn reads(row: &AuditRow, lower: &str) -> bool {
    let entry = &row.entry;
    let address = entry.origin.address.map(|address| address.to_string());
    let readable = [
        Some(entry.by.display.as_str()),
        address.as_deref(),
        entry.origin.client.as_deref(),
        entry.value.as_deref(),
        entry.detail.as_deref(),
    ];
    readable.into_iter().flatten().any(|text| text.to_lowercase().contains(lower))
}
