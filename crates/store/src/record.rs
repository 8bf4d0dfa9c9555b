//! What named reads answer.

use std::collections::BTreeMap;

use countersign_domain::actor::{Origin, Requester};
use countersign_domain::change::{Binding, Challenge, ChangeEnd, Entry, Pending, Purpose, SecretDigest};
use countersign_domain::claim::{Address, Channel, PerFamily};
use countersign_domain::groups::{Group, Membership};
use countersign_domain::snapshot::User;
use countersign_domain::{
    ChallengeId, ChangeId, ClientId, MessageId, SessionId, TenantId, Timestamp, UserId,
};
use countersign_scim::filter::Filter;
use countersign_scim::list::Sort;
use countersign_scim::schema::Dialect;
use serde::Serialize;

use crate::commit::{MessageKind, TimelineEvent};

/// A user as a client sees him: the claims, and what waits for proof.
#[derive(Clone, PartialEq, Debug)]
pub struct UserView {
    /// The user.
    pub user: User,
    /// N of each family.
    pub pending: PerFamily<Option<Address>>,
    /// The groups he is in, himself or through another one (SCIM-90); by id, read with him.
    pub groups: Vec<Membership>,
}

/// Which groups are asked for, in which order, and which part of them.
#[derive(Clone, PartialEq, Debug)]
pub struct GroupQuery {
    /// Which; `None`: every group.
    pub filter: Option<Filter>,
    /// In which order; `None`: in the order of creation. By anything but `members`.
    pub sort: Option<Sort>,
    /// Where the question comes from: at `/scim2` a name may stand behind its user store.
    pub dialect: Dialect,
    /// From where.
    pub place: Place,
    /// How many to return; 0 only counts.
    pub limit: u64,
}

/// How much of the members of groups is wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Members {
    /// Nothing: they are not touched (SCIM-97).
    Unseen,
    /// Who they are.
    Ids,
    /// Who they are, and what they are called.
    Named,
}

/// One page of groups.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GroupPage {
    /// How many match in all.
    pub total: u64,
    /// Those of this page, in order, without their members.
    pub groups: Vec<Group>,
    /// The place of the first of them, if others stand before it.
    pub previous: Option<Spot>,
    /// The place of the last of them, if others stand behind it.
    pub next: Option<Spot>,
}

/// Which users are asked for, in which order, and which part of them.
#[derive(Clone, PartialEq, Debug)]
pub struct UserQuery {
    /// Which; `None`: every user.
    pub filter: Option<Filter>,
    /// In which order; `None`: in the order of creation.
    pub sort: Option<Sort>,
    /// From where.
    pub place: Place,
    /// How many to return; 0 only counts.
    pub limit: u64,
}

/// Where a page begins.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Place {
    /// After so many.
    Offset(u64),
    /// Behind this place, in the order: whoever was there all the time is neither left out nor shown twice (SCIM-68).
    After(Spot),
    /// Before this place: the page that ends there.
    Before(Spot),
}

/// A place in an order: the key and the number of the resource it is behind. A cursor names one.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Spot {
    /// The key of what is sorted by; empty in the order of creation.
    pub key: String,
    /// The resource's place in the order of creation.
    pub number: i64,
}

/// One page of users.
#[derive(Clone, PartialEq, Debug)]
pub struct UserPage {
    /// How many match in all.
    pub total: u64,
    /// Those of this page, in order.
    pub users: Vec<UserView>,
    /// The place of the first of them, if others stand before him.
    pub previous: Option<Spot>,
    /// The place of the last of them, if others stand behind him.
    pub next: Option<Spot>,
}

/// How a signing-in account is named.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SignInKey {
    /// By `userName`, folded.
    UserName(String),
    /// By id.
    Id(UserId),
}

/// What a sign-in is checked against; read with every request (SEC-33, I13).
#[derive(Clone, PartialEq, Eq)]
pub struct SignIn {
    /// Who.
    pub user: UserId,
    /// As stored.
    pub user_name: String,
    /// A PHC string; `None`: no password, nobody signs in with one.
    pub password_hash: Option<String>,
    /// Whether the password is a known weak one (SEC-32).
    pub weak: bool,
    /// Moves with password change, lock and disable.
    pub credential_version: u64,
    /// Active and not locked.
    pub may_act: bool,
    /// Granted scopes.
    pub scopes: Vec<String>,
}

impl std::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignIn")
            .field("user", &self.user)
            .field("credential_version", &self.credential_version)
            .finish_non_exhaustive()
    }
}

/// A change with its newest challenge and its timeline, whatever its state.
#[derive(Clone, PartialEq, Debug)]
pub struct ChangeRecord {
    /// The change.
    pub id: ChangeId,
    /// Whose.
    pub user: UserId,
    /// His name.
    pub user_name: String,
    /// What for.
    pub purpose: Purpose,
    /// N, as long as it is kept.
    pub value: Address,
    /// The rest of the entry.
    pub entry: Entry,
    /// Who asked.
    pub requester: Requester,
    /// When.
    pub requested_at: Timestamp,
    /// How and when it ended; `None` while pending.
    pub ended: Option<(ChangeEnd, Timestamp)>,
    /// The newest challenge.
    pub challenge: Challenge,
    /// What happened, oldest first; delivery included, `expired` not (it is computed).
    pub events: Vec<TimelineEvent>,
}

impl ChangeRecord {
    /// What the challenge in this record proves.
    pub const fn binding(&self) -> Binding<'_> {
        Binding { challenge: self.challenge.id, user: self.user, purpose: self.purpose, value: &self.value }
    }

    /// The change as one that waits, if it does.
    pub fn into_pending(self) -> Option<Pending> {
        self.ended.is_none().then_some(Pending {
            id: self.id,
            user: self.user,
            purpose: self.purpose,
            value: self.value,
            entry: self.entry,
            requester: self.requester,
            requested_at: self.requested_at,
            challenge: self.challenge,
        })
    }
}

/// Which changes are asked for; newest first.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ChangeQuery {
    /// Of one user, or of all.
    pub user: Option<UserId>,
    /// `pending`, `proven`, `superseded` or `cancelled`, or all.
    pub state: Option<&'static str>,
    /// Only changes with an id below this one (ids are time-ordered).
    pub before: Option<ChangeId>,
    /// How many.
    pub limit: u64,
}

/// What a link's selector finds.
#[derive(Clone, PartialEq, Debug)]
pub struct LinkRecord {
    /// What the link is for.
    pub purpose: LinkPurpose,
    /// The change, whatever its state, with the challenge the link belongs to (not necessarily the newest).
    pub change: ChangeRecord,
    /// The challenge that is newest now; another one than the link's means "replaced".
    pub newest_challenge: ChallengeId,
}

/// What a link is for (SEC-7).
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LinkPurpose {
    /// Confirms; the digest is the challenge's.
    Confirm,
    /// Cancels; the digest the secret must match.
    Cancel(SecretDigest),
}

/// An OAuth client.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClientRecord {
    /// `client_id`.
    pub id: ClientId,
    /// What people see.
    pub name: String,
    /// SHA-256 of the secret.
    pub secret_hash: [u8; 32],
    /// The grants it may use.
    pub grants: Vec<String>,
    /// Granted scopes.
    pub scopes: Vec<String>,
}

/// An access token that is known and unexpired.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TokenRecord {
    /// Whose.
    pub client: ClientId,
    /// The client's name.
    pub client_name: String,
    /// What the token was issued for, as far as the client still holds it.
    pub scopes: Vec<String>,
}

/// How many sessions a user has at most: whoever opens another one ends his oldest.
pub const SESSIONS_MAX: u32 = 100;

/// A session that is alive, and what its user may do: read with every request that presents it (I13).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SessionRecord {
    /// Which house.
    pub tenant: TenantId,
    /// What lists show.
    pub id: SessionId,
    /// Whose.
    pub user: UserId,
    /// As stored.
    pub user_name: String,
    /// Whether the password is a known weak one (SEC-32).
    pub weak: bool,
    /// The credential it was opened on, which is the one that stands.
    pub credential_version: u64,
    /// Granted scopes.
    pub scopes: Vec<String>,
    /// When the first of the sessions it goes on from was opened.
    pub created_at: Timestamp,
    /// When the password was last shown.
    pub authenticated_at: Timestamp,
    /// When it was last used, to the minute.
    pub seen_at: Timestamp,
    /// Until when, however busy it is.
    pub expires_at: Timestamp,
    /// From where it was opened.
    pub origin: Origin,
    /// The time of the read.
    pub now: Timestamp,
}

/// A message under lease: one worker may try to send it until the lease ends.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Leased {
    /// Stable over all tries.
    pub id: MessageId,
    /// Which house.
    pub tenant: TenantId,
    /// Whom it concerns.
    pub user: UserId,
    /// The change it belongs to.
    pub change: Option<ChangeId>,
    /// How it travels.
    pub channel: Channel,
    /// Secret or notice.
    pub kind: MessageKind,
    /// The template's name.
    pub template: String,
    /// The locale to write in.
    pub locale: Option<String>,
    /// Where it goes.
    pub to: Address,
    /// What fills the template.
    pub values: BTreeMap<String, String>,
    /// The secret values, sealed.
    pub sealed: Option<Vec<u8>>,
    /// Tries that came before this one.
    pub attempts: u32,
    /// When it was written, or last queued anew: its schedule begins there.
    pub created_at: Timestamp,
    /// Why it is not worth sending any more: its challenge is not live or has expired (I8, REL-6).
    pub stale: Option<&'static str>,
    /// Until when its secret proves anything.
    pub expires_at: Option<Timestamp>,
    /// The lease's time, by the store's clock.
    pub now: Timestamp,
    /// Names this lease: a settlement under a lease that was lost is ignored.
    pub lease: u64,
}

/// A notice a person was sent, as far as it is kept (SEC-63).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NoticeRecord {
    /// Time-ordered.
    pub id: MessageId,
    /// When it was written.
    pub at: Timestamp,
    /// The template's name.
    pub template: String,
    /// The change it belongs to.
    pub change: Option<ChangeId>,
    /// Where it went; `None` once that was erased.
    pub to: Option<Address>,
    /// `queued`, `delivered`, `dropped` or `dead`.
    pub state: NoticeState,
}

/// Where a notice is (I9).
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeState {
    /// Waits for its time or for a provider.
    Queued,
    /// The next hop has taken it.
    Delivered,
    /// Not worth sending any more.
    Dropped,
    /// Given up.
    Dead,
}

/// What became of a try (I9). Every ending erases the sealed secret and leaves its reason.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Settlement {
    /// The provider took it.
    Delivered {
        /// What the provider said.
        detail: String,
    },
    /// Not now; try again at `due_at`.
    Retry {
        /// When.
        due_at: Timestamp,
        /// What went wrong.
        detail: String,
    },
    /// Waits without counting as a try: no sender is configured.
    Parked {
        /// When to look again.
        due_at: Timestamp,
        /// Why.
        detail: String,
    },
    /// Not worth sending any more.
    Dropped {
        /// Why.
        reason: String,
    },
    /// Will never be delivered.
    Dead {
        /// Why.
        reason: String,
    },
}

/// How many messages are in which state.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct OutboxDepth {
    /// Waiting for their time or for a provider.
    pub queued: u64,
    /// Handed over.
    pub delivered: u64,
    /// Not worth sending any more.
    pub dropped: u64,
    /// Given up.
    pub dead: u64,
}

/// What a purge removed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Purged {
    /// Changes, with their challenges and timelines.
    pub changes: u64,
    /// Messages whose personal values were erased, or that were removed.
    pub messages: u64,
    /// Expired access tokens.
    pub tokens: u64,
    /// Sessions past their absolute limit.
    pub sessions: u64,
    /// Finished windows of shared budgets.
    pub spends: u64,
}

/// How much of a shared budget is taken in the window that runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Spent {
    /// So much.
    pub taken: u32,
    /// When the window is over.
    pub ends_at: Timestamp,
}
