//! The store as the rest of the program sees it: one database of two kinds, chosen at start.

use std::collections::BTreeMap;
use std::path::Path;

use countersign_domain::actor::Subject;
use countersign_domain::change::{SecretDigest, SharedBudget};
use countersign_domain::claim::{Channel, ClaimFamily};
use countersign_domain::groups::{Group, Member};
use countersign_domain::snapshot::Snapshot;
use countersign_domain::{
    ChangeId, ClientId, GroupId, MemberId, MessageId, SignedDuration, TenantId, Timestamp, UserId,
};
use tokio::sync::Notify;

use crate::postgres::PostgresStore;
use crate::sqlite::SqliteStore;
use crate::{
    AuditPage, AuditQuery, ChangeQuery, ChangeRecord, ClientRecord, Clock, Commit, CommitError, DatabaseInfo,
    GroupPage, GroupQuery, InvariantReport, KeyMismatch, Leased, LinkRecord, MessagePage, MessageQuery,
    NoticeRecord, OutboxDepth, OutboxLoad, Purged, SearchError, SessionRecord, Settlement, SignIn, SignInKey,
    Spent, StoreError, TimelineWord, TokenRecord, TracedMessage, UserPage, UserQuery, UserView,
};

/// The storage contract (see the crate's documentation for its obligations). Cloning it is cheap; all clones are one.
#[derive(Clone, Debug)]
pub enum Store {
    /// Embedded: one file, one process that serves.
    Sqlite(SqliteStore),
    /// Shared: any number of nodes on one server, or on a cluster with one primary.
    Postgres(PostgresStore),
}

impl Store {
    /// Opens, creates or migrates the database at `path`. Refuses a schema newer than this program knows (REL-18), and a
    /// database that cannot be made durable (REL-2). Commands beside a running server open it the same way.
    pub fn open_sqlite(path: &Path, clock: Clock) -> Result<Self, StoreError> {
        SqliteStore::open(path, clock).map(Self::Sqlite)
    }

    /// Connects to the database at `address` (`postgresql://…`), creates or migrates it. Refuses a schema newer than this
    /// program knows (REL-18), and a server that answers a commit before it is stored (I7).
    pub async fn open_postgres(address: &str, clock: Clock) -> Result<Self, StoreError> {
        PostgresStore::open(address, clock).await.map(Self::Postgres)
    }

    /// Applies a commit whole or not at all; durable when it answers. Dropping the future does not undo it.
    pub async fn commit(&self, commit: Commit) -> Result<(), CommitError> {
        match self {
            Self::Sqlite(store) => store.commit(commit).await,
            Self::Postgres(store) => store.commit(commit).await,
        }
    }

    /// The store's clock. Never goes back (REL-13).
    pub async fn now(&self) -> Result<Timestamp, StoreError> {
        match self {
            Self::Sqlite(store) => Ok(store.now()),
            Self::Postgres(store) => store.now().await,
        }
    }

    /// Everything a decision about a user consults, read at one moment; `None` if there is no such user.
    pub async fn snapshot_of(&self, tenant: &TenantId, user: UserId) -> Result<Option<Snapshot>, StoreError> {
        match self {
            Self::Sqlite(store) => store.snapshot_of(tenant, user),
            Self::Postgres(store) => store.snapshot_of(tenant, user).await,
        }
    }

    /// A user as a client sees him.
    pub async fn user_view(&self, tenant: &TenantId, user: UserId) -> Result<Option<UserView>, StoreError> {
        match self {
            Self::Sqlite(store) => store.user_view(tenant, user),
            Self::Postgres(store) => store.user_view(tenant, user).await,
        }
    }

    /// A page of the users that match. The page and its total are of one moment. Refuses what would have to look at more
    /// than [`crate::CANDIDATES_MAX`] users one by one, or takes the database too long.
    pub async fn users(&self, tenant: &TenantId, query: UserQuery) -> Result<UserPage, SearchError> {
        match self {
            Self::Sqlite(store) => store.users(tenant, query).await,
            Self::Postgres(store) => store.users(tenant, query).await,
        }
    }

    /// Whose `userName` it is; `key` is folded.
    pub async fn user_id_by_name(&self, tenant: &TenantId, key: &str) -> Result<Option<UserId>, StoreError> {
        match self {
            Self::Sqlite(store) => store.user_id_by_name(tenant, key),
            Self::Postgres(store) => store.user_id_by_name(tenant, key).await,
        }
    }

    /// Who holds an address as a unique value. For telling, never for deciding: the commit has the last word (I10).
    pub async fn holder_of(
        &self,
        tenant: &TenantId,
        family: ClaimFamily,
        key: &str,
    ) -> Result<Option<UserId>, StoreError> {
        match self {
            Self::Sqlite(store) => store.holder_of(tenant, family, key),
            Self::Postgres(store) => store.holder_of(tenant, family, key).await,
        }
    }

    /// A group, without its members: they are not touched (SCIM-97).
    pub async fn group(&self, tenant: &TenantId, group: GroupId) -> Result<Option<Group>, StoreError> {
        match self {
            Self::Sqlite(store) => store.group(tenant, group),
            Self::Postgres(store) => store.group(tenant, group).await,
        }
    }

    /// A page of the groups that match, without their members. Refuses what would have to look at more than
    /// [`crate::CANDIDATES_MAX`] groups or [`crate::MEMBERS_MAX`] members one by one.
    pub async fn groups(&self, tenant: &TenantId, query: GroupQuery) -> Result<GroupPage, SearchError> {
        match self {
            Self::Sqlite(store) => store.groups(tenant, query).await,
            Self::Postgres(store) => store.groups(tenant, query).await,
        }
    }

    /// The members of these groups, at most `limit` in all, in the order of the members' ids within each group; with
    /// their names if `named`. Read after the groups, it may be newer than they are, never older.
    pub async fn members_of(
        &self,
        tenant: &TenantId,
        groups: &[GroupId],
        named: bool,
        limit: u64,
    ) -> Result<Vec<(GroupId, Member)>, StoreError> {
        match self {
            Self::Sqlite(store) => store.members_of(tenant, groups, named, limit).await,
            Self::Postgres(store) => store.members_of(tenant, groups, named, limit).await,
        }
    }

    /// The members of one group with their names, in the order of their ids: those behind `after`, at most `limit`.
    pub async fn members_page(
        &self,
        tenant: &TenantId,
        group: GroupId,
        after: Option<MemberId>,
        limit: u64,
    ) -> Result<Vec<Member>, StoreError> {
        match self {
            Self::Sqlite(store) => store.members_page(tenant, group, after, limit).await,
            Self::Postgres(store) => store.members_page(tenant, group, after, limit).await,
        }
    }

    /// How many members each of these groups has itself. Counting ends at `most`, so that it costs the same whatever a group
    /// has grown to.
    pub async fn member_counts(
        &self,
        tenant: &TenantId,
        groups: &[GroupId],
        most: u64,
    ) -> Result<Vec<(GroupId, u64)>, StoreError> {
        match self {
            Self::Sqlite(store) => store.member_counts(tenant, groups, most).await,
            Self::Postgres(store) => store.member_counts(tenant, groups, most).await,
        }
    }

    /// What a sign-in is checked against, and what every later request is (I13).
    pub async fn sign_in(&self, tenant: &TenantId, key: SignInKey) -> Result<Option<SignIn>, StoreError> {
        match self {
            Self::Sqlite(store) => store.sign_in(tenant, &key),
            Self::Postgres(store) => store.sign_in(tenant, &key).await,
        }
    }

    /// Whose live, unexpired challenges a code may belong to: at most two answers, so that "nobody", "one" and "not
    /// unique" can be told apart (SEC-5). It selects; the bound digest decides.
    pub async fn code_holders(
        &self,
        tenant: &TenantId,
        lookup: &[SecretDigest],
    ) -> Result<Vec<(UserId, ClaimFamily)>, StoreError> {
        match self {
            Self::Sqlite(store) => store.code_holders(tenant, lookup),
            Self::Postgres(store) => store.code_holders(tenant, lookup).await,
        }
    }

    /// The change a link's selector belongs to, also after its end and until it is purged.
    pub async fn link(&self, tenant: &TenantId, selector: &str) -> Result<Option<LinkRecord>, StoreError> {
        match self {
            Self::Sqlite(store) => store.link(tenant, selector),
            Self::Postgres(store) => store.link(tenant, selector).await,
        }
    }

    /// A change with its newest challenge and its timeline.
    pub async fn change(
        &self,
        tenant: &TenantId,
        change: ChangeId,
    ) -> Result<Option<ChangeRecord>, StoreError> {
        match self {
            Self::Sqlite(store) => store.change(tenant, change),
            Self::Postgres(store) => store.change(tenant, change).await,
        }
    }

    /// The changes that match, newest first.
    pub async fn changes(
        &self,
        tenant: &TenantId,
        query: ChangeQuery,
    ) -> Result<Vec<ChangeRecord>, StoreError> {
        match self {
            Self::Sqlite(store) => store.changes(tenant, query).await,
            Self::Postgres(store) => store.changes(tenant, query).await,
        }
    }

    /// Rows of the audit trail, newest first: at most `limit` of those that match, found by looking at no more than
    /// [`crate::LOOKS_MAX`]; the answer says where to go on.
    pub async fn audit(&self, tenant: &TenantId, query: AuditQuery) -> Result<AuditPage, StoreError> {
        match self {
            Self::Sqlite(store) => store.audit(tenant, query).await,
            Self::Postgres(store) => store.audit(tenant, &query).await,
        }
    }

    /// Notices to a user, newest first, with an id below `before`, at most `limit`.
    pub async fn notices_of(
        &self,
        tenant: &TenantId,
        user: UserId,
        before: Option<MessageId>,
        limit: u64,
    ) -> Result<Vec<NoticeRecord>, StoreError> {
        match self {
            Self::Sqlite(store) => store.notices_of(tenant, user, before, limit).await,
            Self::Postgres(store) => store.notices_of(tenant, user, before, limit).await,
        }
    }

    /// Users of whom something waits for proof, in the order of their ids, at most `limit`, behind `after`.
    pub async fn users_pending(
        &self,
        tenant: &TenantId,
        after: Option<UserId>,
        limit: u64,
    ) -> Result<Vec<UserId>, StoreError> {
        match self {
            Self::Sqlite(store) => store.users_pending(tenant, after, limit).await,
            Self::Postgres(store) => store.users_pending(tenant, after, limit).await,
        }
    }

    /// Users whose address or number in force is not verified, in the order of creation, at most `limit`, behind the place
    /// `after`; each with his place.
    pub async fn users_unverified(
        &self,
        tenant: &TenantId,
        after: Option<i64>,
        limit: u64,
    ) -> Result<Vec<(i64, UserId)>, StoreError> {
        match self {
            Self::Sqlite(store) => store.users_unverified(tenant, after, limit).await,
            Self::Postgres(store) => store.users_unverified(tenant, after, limit).await,
        }
    }

    /// How much of each of `budgets` is taken at `at`; `None` where no window runs. For telling, never for deciding: the
    /// commit has the last word (I15).
    pub async fn spent(
        &self,
        tenant: &TenantId,
        budgets: &[SharedBudget],
        at: Timestamp,
    ) -> Result<Vec<Option<Spent>>, StoreError> {
        match self {
            Self::Sqlite(store) => store.spent(tenant, budgets, at),
            Self::Postgres(store) => store.spent(tenant, budgets, at).await,
        }
    }

    /// Settings an administrator changed at runtime, over the file's.
    pub async fn overrides(&self, tenant: &TenantId) -> Result<BTreeMap<String, String>, StoreError> {
        match self {
            Self::Sqlite(store) => store.overrides(tenant),
            Self::Postgres(store) => store.overrides(tenant).await,
        }
    }

    /// The scopes granted to a subject.
    pub async fn scopes_of(&self, tenant: &TenantId, subject: Subject) -> Result<Vec<String>, StoreError> {
        match self {
            Self::Sqlite(store) => store.scopes_of(tenant, subject),
            Self::Postgres(store) => store.scopes_of(tenant, subject).await,
        }
    }

    /// An OAuth client.
    pub async fn client(
        &self,
        tenant: &TenantId,
        client: ClientId,
    ) -> Result<Option<ClientRecord>, StoreError> {
        match self {
            Self::Sqlite(store) => store.client(tenant, client),
            Self::Postgres(store) => store.client(tenant, client).await,
        }
    }

    /// All OAuth clients, by id.
    pub async fn clients(&self, tenant: &TenantId) -> Result<Vec<ClientRecord>, StoreError> {
        match self {
            Self::Sqlite(store) => store.clients(tenant).await,
            Self::Postgres(store) => store.clients(tenant).await,
        }
    }

    /// The access token with this SHA-256, if it is unexpired; its scopes as far as they are still granted.
    pub async fn token(&self, hash: [u8; 32]) -> Result<Option<(TenantId, TokenRecord)>, StoreError> {
        match self {
            Self::Sqlite(store) => store.token(hash),
            Self::Postgres(store) => store.token(hash).await,
        }
    }

    /// The session whose token has this SHA-256, if it is alive: before its absolute limit, seen less than `idle` ago, its
    /// user allowed to act and his credential the one it was opened on (I13). His scopes as granted now.
    pub async fn session(
        &self,
        hash: [u8; 32],
        idle: SignedDuration,
    ) -> Result<Option<SessionRecord>, StoreError> {
        match self {
            Self::Sqlite(store) => store.session(hash, idle),
            Self::Postgres(store) => store.session(hash, idle).await,
        }
    }

    /// A user's sessions that are alive, the newest first.
    pub async fn sessions_of(
        &self,
        tenant: &TenantId,
        user: UserId,
        idle: SignedDuration,
    ) -> Result<Vec<SessionRecord>, StoreError> {
        match self {
            Self::Sqlite(store) => store.sessions_of(tenant, user, idle),
            Self::Postgres(store) => store.sessions_of(tenant, user, idle).await,
        }
    }

    /// This process delivers from now on. Where one process serves (SQLite), leases of one that died are void, and after
    /// an unclean stop the file is looked over beside the traffic (REL-2).
    pub async fn begin_delivery(&self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(store) => store.begin_delivery().await,
            Self::Postgres(store) => store.begin_delivery().await,
        }
    }

    /// This process is about to stop: what was answered is moved into the database's own file where there is one, so that
    /// a copy of it is whole. What cannot be moved now is moved at the next start; nothing is lost either way (I7).
    pub async fn close(&self) {
        match self {
            Self::Sqlite(store) => store.close().await,
            Self::Postgres(_) => {}
        }
    }

    /// Leases up to `limit` due messages of a channel, secrets before notices, at most one per user: nobody else gets
    /// them until `lease_for` is over (REL-6).
    pub async fn lease(
        &self,
        channel: Channel,
        limit: usize,
        lease_for: SignedDuration,
    ) -> Result<Vec<Leased>, StoreError> {
        match self {
            Self::Sqlite(store) => store.lease(channel, limit, lease_for).await,
            Self::Postgres(store) => store.lease(channel, limit, lease_for).await,
        }
    }

    /// Records what became of a try, with a row in the message's trace, and one in the timeline of its change if `word`
    /// names one. A
    /// settlement under a lease that was lost changes nothing and answers `false`. Every ending erases the sealed
    /// secret.
    pub async fn settle(
        &self,
        tenant: &TenantId,
        message: MessageId,
        lease: u64,
        settlement: Settlement,
        word: Option<TimelineWord>,
    ) -> Result<bool, StoreError> {
        match self {
            Self::Sqlite(store) => store.settle(tenant, message, lease, settlement, word).await,
            Self::Postgres(store) => store.settle(tenant, message, lease, settlement, word).await,
        }
    }

    /// When the next message of a channel can be leased, unless something is committed or settled before.
    pub async fn next_due(&self, channel: Channel) -> Result<Option<Timestamp>, StoreError> {
        match self {
            Self::Sqlite(store) => store.next_due(channel),
            Self::Postgres(store) => store.next_due(channel).await,
        }
    }

    /// How many messages are in which state.
    pub async fn outbox_depth(&self) -> Result<OutboxDepth, StoreError> {
        match self {
            Self::Sqlite(store) => store.outbox_depth().await,
            Self::Postgres(store) => store.outbox_depth().await,
        }
    }

    /// How many messages there are of each state and channel, and since when the oldest due one has been due.
    pub async fn outbox_load(&self) -> Result<OutboxLoad, StoreError> {
        match self {
            Self::Sqlite(store) => store.outbox_load().await,
            Self::Postgres(store) => store.outbox_load().await,
        }
    }

    /// A page of the messages that match, newest first. By state, channel or user it reads no more than the page; by text
    /// it looks at no more than [`crate::MESSAGES_LOOKED_AT_MAX`] in each state and channel.
    pub async fn messages(&self, tenant: &TenantId, query: MessageQuery) -> Result<MessagePage, StoreError> {
        match self {
            Self::Sqlite(store) => store.messages(tenant, query).await,
            Self::Postgres(store) => store.messages(tenant, query).await,
        }
    }

    /// A message with its trace.
    pub async fn message(
        &self,
        tenant: &TenantId,
        message: MessageId,
    ) -> Result<Option<TracedMessage>, StoreError> {
        match self {
            Self::Sqlite(store) => store.message(tenant, message),
            Self::Postgres(store) => store.message(tenant, message).await,
        }
    }

    /// Which database this is, by name and version.
    pub async fn database(&self) -> Result<DatabaseInfo, StoreError> {
        match self {
            Self::Sqlite(store) => store.database(),
            Self::Postgres(store) => store.database().await,
        }
    }

    /// Binds the database to a key outside it, or says that it is bound to another one.
    pub async fn claim_key(&self, kind: &str, fingerprint: SecretDigest) -> Result<(), KeyMismatch> {
        match self {
            Self::Sqlite(store) => store.claim_key(kind, fingerprint).await,
            Self::Postgres(store) => store.claim_key(kind, fingerprint).await,
        }
    }

    /// Removes what is too old to keep (SEC-63): changes whose last challenge expired before `before`, with their
    /// challenges and timelines (one that still waits ends as cancelled by purge, with its audit row), messages that
    /// ended before it, and the personal values of all that ended but notices that can be sent again; expired tokens and sessions, finished windows of shared budgets.
    pub async fn purge(&self, tenant: &TenantId, before: Timestamp) -> Result<Purged, StoreError> {
        match self {
            Self::Sqlite(store) => store.purge(tenant, before).await,
            Self::Postgres(store) => store.purge(tenant, before).await,
        }
    }

    /// Woken when a commit put a message into the outbox or a settlement made room for the next one.
    pub fn woken(&self) -> &Notify {
        match self {
            Self::Sqlite(store) => store.woken(),
            Self::Postgres(store) => store.woken(),
        }
    }

    /// Checks what security §3 promises, as far as the rows can tell. Reads everything; never writes.
    pub async fn invariants(&self, tenant: &TenantId) -> Result<InvariantReport, StoreError> {
        match self {
            Self::Sqlite(store) => store.invariants(tenant).await,
            Self::Postgres(store) => store.invariants(tenant).await,
        }
    }
}
