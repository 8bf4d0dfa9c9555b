//! A commit: everything that has to happen together, as one plain value.

use std::collections::BTreeMap;

use countersign_domain::actor::Subject;
use countersign_domain::change::{Budget, ChangeEnd, Entry, Form, Purpose, SecretDigest, Spend};
use countersign_domain::claim::{Address, Channel, ClaimFamily, PerFamily};
use countersign_domain::groups::{ExternalId, GroupName, MemberChange};
use countersign_domain::profile::Profile;
use countersign_domain::{
    AuditId, ChallengeId, ChangeId, ClientId, GroupId, MemberId, MessageId, OperationId, SessionId, TenantId,
    Timestamp, UserId, actor, audit,
};
use serde::{Deserialize, Serialize};

use crate::index::IndexDiff;

/// What lands together or not at all.
///
/// Applied in this order: spends by key, the user's step, the group's step, change steps in the order given (a supersede stands before the
/// insert it makes room for), then timeline, audit, outbox and administrative rows.
#[derive(Clone, PartialEq, Debug)]
pub struct Commit {
    /// Settles an unknown outcome (REL-4).
    pub operation: OperationId,
    /// Every row belongs to one tenant.
    pub tenant: TenantId,
    /// The snapshot's time: created, last modified, issued.
    pub at: Timestamp,
    /// What happens to the user.
    pub user: UserStep,
    /// What happens to a group.
    pub group: GroupStep,
    /// What happens to the user's changes.
    pub steps: Vec<ChangeStep>,
    /// Shared budgets to take from; sorted by key by the store.
    pub spends: Vec<Spend>,
    /// Rows of the changes' timelines.
    pub events: Vec<TimelineEvent>,
    /// Rows of the audit trail.
    pub audit: Vec<AuditRow>,
    /// Messages owed.
    pub outbox: Vec<NewMessage>,
    /// Settings, grants, clients, tokens, sessions; messages queued anew or taken out.
    pub admin: Vec<AdminWrite>,
}

/// What a commit does to a user.
#[derive(Clone, PartialEq, Debug)]
pub enum UserStep {
    /// Nothing; the commit guards on something else, or on nothing.
    Untouched,
    /// Creates one. `Taken` if the name or a proven value is.
    Insert(Box<NewUser>),
    /// Changes one, if its revision is still the expected one; moves the revision in any case.
    Update(Box<UserUpdate>),
    /// Deletes one with everything that hangs on him, if his revision is still the expected one. Audit rows stay;
    /// unsent messages are dropped; his changes and challenges vanish (SCIM-45).
    Delete {
        /// Who.
        id: UserId,
        /// The guard.
        revision: u64,
        /// The values he held, to be freed.
        index: IndexDiff,
    },
}

/// What a commit does to a group.
///
/// Members are rows of their own: a step writes those it names, and reads none of the others (SCIM-98). Every member
/// that is to be there must be a user or a group of the tenant, and no group may come to be in itself, however far down:
/// [`CommitError::Member`](crate::CommitError::Member) otherwise, decided in the commit itself (SCIM-95, SCIM-99).
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum GroupStep {
    /// Nothing.
    Untouched,
    /// Creates one with its first members. `Taken` if names are unique and this one is not (SCIM-96).
    Insert(Box<NewGroup>),
    /// Changes one that is there; version and `lastModified` move only if anything did.
    Update(Box<GroupUpdate>),
    /// Deletes one with its memberships in both directions; the groups it was in change with it (SCIM-45).
    Delete {
        /// Which.
        id: GroupId,
        /// The guard, where there is one.
        revision: Option<u64>,
    },
}

/// A group to create. Revision and version start at 1.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewGroup {
    /// Server-made.
    pub id: GroupId,
    /// `displayName`.
    pub name: GroupName,
    /// Whether no other group may have that name. Where names need not be unique, this one is kept free for all; a later
    /// claim of it still finds it.
    pub is_name_unique: bool,
    /// What the client calls it.
    pub external_id: Option<String>,
    /// Its first members, in the order a refusal counts them.
    pub members: Vec<MemberId>,
}

/// A group to change. Says what to write, not what was read: two of these at once do not conflict.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GroupUpdate {
    /// Which.
    pub id: GroupId,
    /// The revision it must still have, where the client insists (`If-Match`).
    pub revision: Option<u64>,
    /// A name, if it gets one.
    pub name: Option<GroupName>,
    /// Whether no other group may have that name.
    pub is_name_unique: bool,
    /// What the client calls it.
    pub external_id: ExternalId,
    /// Who comes and who goes.
    pub members: MemberChange,
}

/// A user to create. Revision and version start at 1.
#[derive(Clone, PartialEq, Debug)]
pub struct NewUser {
    /// Server-made.
    pub id: UserId,
    /// The claims.
    pub profile: Profile,
    /// A password, if he gets one.
    pub password: Option<PasswordWrite>,
    /// What becomes findable and unique.
    pub index: IndexDiff,
}

/// A user to change.
#[derive(Clone, PartialEq, Debug)]
pub struct UserUpdate {
    /// Who.
    pub id: UserId,
    /// The guard: the revision the decision was made on.
    pub revision: u64,
    /// The new claims, if they change.
    pub profile: Option<Profile>,
    /// Whether the representation changed (it also does when only a pending value came or went): version and
    /// `lastModified` move.
    pub version_moves: bool,
    /// A new password, or the old one hashed anew.
    pub password: Option<PasswordWrite>,
    /// Whether everything issued on the old credential ends (I13): password change, lock, disable.
    pub credential_moves: bool,
    /// The counters after this commit.
    pub budget: PerFamily<Budget>,
    /// What becomes findable and unique, and what no longer is.
    pub index: IndexDiff,
}

/// A password hash to store.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordWrite {
    /// A PHC string.
    pub hash: String,
    /// Whether the password stands on the list of weak ones (SEC-32, DESIGN §5).
    pub weak: bool,
}

impl std::fmt::Debug for PasswordWrite {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PasswordWrite(weak: {})", self.weak)
    }
}

/// What a commit does to a change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ChangeStep {
    /// Begins one. A second pending change of the family conflicts (I3).
    Begin {
        /// The change.
        change: Box<NewChange>,
        /// Its first challenge.
        challenge: NewChallenge,
    },
    /// Replaces the challenge of a pending change by a new one; the old one becomes `replaced` if it was live (SEC-12).
    Reissue {
        /// The change, which must be pending.
        change: ChangeId,
        /// The newest challenge so far; it must still be the newest.
        replaces: ChallengeId,
        /// The new one.
        challenge: NewChallenge,
    },
    /// Spends an attempt, if the challenge is live at exactly `attempts_before` (I4).
    Attempt {
        /// Which challenge.
        challenge: ChallengeId,
        /// The guard.
        attempts_before: u32,
        /// Whether it becomes `exhausted`.
        exhausted: bool,
    },
    /// Consumes the challenge and ends the change as proven, if both still stand as they were (SEC-8).
    Prove {
        /// Which change; it must be pending.
        change: ChangeId,
        /// Which challenge; it must be live and unexpired at the commit's time.
        challenge: ChallengeId,
    },
    /// Ends a pending change otherwise; its live challenge becomes `replaced`. Lookup digests are cleared.
    End {
        /// Which change; it must be pending.
        change: ChangeId,
        /// How. Never `Proven`.
        end: ChangeEnd,
    },
}

/// A change to begin.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewChange {
    /// Its id.
    pub id: ChangeId,
    /// Whose.
    pub user: UserId,
    /// What for.
    pub purpose: Purpose,
    /// N.
    pub value: Address,
    /// The rest of the entry.
    pub entry: Entry,
    /// Who asked.
    pub requester: actor::Requester,
    /// The cancel link in the notice to the old address, where one goes out.
    pub cancel: Option<NewCancelLink>,
}

/// A cancel link: its selector in clear, its secret as a digest.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewCancelLink {
    /// Finds the change.
    pub selector: String,
    /// Proves that the notice was read.
    pub digest: SecretDigest,
}

/// A challenge to issue.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewChallenge {
    /// Its id.
    pub id: ChallengeId,
    /// Which secrets were issued.
    pub form: Form,
    /// The bound digest of the short code.
    pub otp: Option<SecretDigest>,
    /// The indexed digest that finds the code without its user; cleared when the challenge ends.
    pub lookup: Option<SecretDigest>,
    /// The link.
    pub link: Option<NewLink>,
    /// From when it proves nothing any more. It is issued at the commit's time.
    pub expires_at: Timestamp,
    /// Guesses allowed.
    pub attempts_max: u32,
}

/// A confirmation link: its selector in clear, its secret as a digest.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewLink {
    /// Finds the challenge. Unique.
    pub selector: String,
    /// Proves.
    pub digest: SecretDigest,
}

/// One row of a change's timeline (DESIGN §6).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TimelineEvent {
    /// Whose timeline.
    pub change: ChangeId,
    /// When.
    pub at: Timestamp,
    /// What.
    pub event: TimelineWord,
    /// A few words without secrets: a provider's answer, a reason.
    pub detail: Option<String>,
}

/// The words of a timeline. `expired` is computed when it is read.
///
/// `queued` to `given_up` are about the message to the value that waits, and nothing else is: what became of a notice about
/// the change says `told` and `not_told`, so that nobody reads from it that the new value was reached.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "DESIGN §6 lists them")]
pub enum TimelineWord {
    Requested,
    Queued,
    HandedOver,
    Refused,
    Bounced,
    GivenUp,
    Told,
    NotTold,
    Resent,
    WrongCode,
    Exhausted,
    Expired,
    Superseded,
    Cancelled,
    Proven,
}

/// One row of the audit trail: stored as canonical bytes, final.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct AuditRow {
    /// Its id.
    pub id: AuditId,
    /// When.
    pub at: Timestamp,
    /// What happened.
    pub entry: audit::Entry,
    /// A keyed digest of the value, so that a later question "was it this one?" has an answer (SEC-63).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub value_digest: Option<String>,
}

/// Secrets go before notices, and follow another schedule (REL-8).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageKind {
    /// Carries the secret of a challenge: worthless once that is not live.
    Secret,
    /// Tells something that was committed.
    Notice,
}

/// A message to send after the commit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewMessage {
    /// Stable over all tries.
    pub id: MessageId,
    /// Whom it concerns.
    pub user: UserId,
    /// The change it belongs to.
    pub change: Option<ChangeId>,
    /// The challenge whose secret it carries: it is sent only while that is live (I8).
    pub challenge: Option<ChallengeId>,
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
    /// What fills the template, without secrets.
    pub values: BTreeMap<String, String>,
    /// The secret values, sealed with the message id as associated data (SEC-55); erased when the message ends.
    pub sealed: Option<Vec<u8>>,
}

/// Administrative rows, and what an administrator does to a message.
#[derive(Clone, PartialEq, Debug)]
pub enum AdminWrite {
    /// A runtime setting; `None` returns to the file's value.
    Setting {
        /// The connector property.
        name: String,
        /// Its value.
        value: Option<String>,
    },
    /// A scope granted to, or taken from, a user or client.
    Grant {
        /// Whose.
        subject: Subject,
        /// Which.
        scope: String,
        /// Granted or taken.
        granted: bool,
    },
    /// An OAuth client.
    AddClient {
        /// Its record id; `client_id` on the wire.
        id: ClientId,
        /// What people see.
        name: String,
        /// SHA-256 of the secret (256 random bits need no slow hash).
        secret_hash: [u8; 32],
        /// The grants it may use.
        grants: Vec<String>,
    },
    /// Another name or secret of a client, which must be there; the commit conflicts otherwise. With another secret its tokens
    /// end.
    ChangeClient {
        /// Which.
        id: ClientId,
        /// What people see from now on.
        name: Option<String>,
        /// SHA-256 of the new secret.
        secret_hash: Option<[u8; 32]>,
    },
    /// Removes a client with its tokens and scopes.
    RemoveClient(ClientId),
    /// An access token.
    AddToken {
        /// SHA-256 of the token.
        hash: [u8; 32],
        /// Whose it is.
        client: ClientId,
        /// What it may do.
        scopes: Vec<String>,
        /// Until when.
        expires_at: Timestamp,
    },
    /// Queues a message anew under its own id, with a fresh schedule and a row in its trace. It must have ended dead or
    /// dropped, have carried nothing confidential, and still know its recipient: a conflict otherwise.
    RequeueMessage {
        /// Which.
        id: MessageId,
        /// Who asked, as the trace names him.
        by: String,
    },
    /// Takes a message out, with a row in its trace; what is sealed of it is erased. It must be queued, and no worker may
    /// have it: a conflict otherwise.
    DropMessage {
        /// Which.
        id: MessageId,
        /// Who asked, as the trace names him.
        by: String,
    },
    /// A session of a browser (SEC-28). The oldest of its user give way beyond [`crate::SESSIONS_MAX`].
    OpenSession(Box<NewSession>),
    /// Ends sessions.
    EndSessions(EndedSessions),
    /// A session was used: it is idle from `seen_at` on, unless somebody has seen it later or it has ended.
    TouchSession {
        /// SHA-256 of its token.
        hash: [u8; 32],
        /// When.
        seen_at: Timestamp,
    },
}

/// A session to open, authenticated and seen at the commit's time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewSession {
    /// What lists show.
    pub id: SessionId,
    /// SHA-256 of the token (256 random bits need no slow hash).
    pub hash: [u8; 32],
    /// Whose it is.
    pub user: UserId,
    /// The guard: the credential that was shown, as the user has it once this commit has landed. He must still be
    /// allowed to act; otherwise the commit conflicts (I13).
    pub credential_version: u64,
    /// When the first of the sessions it goes on from was opened.
    pub created_at: Timestamp,
    /// Until when, however busy it is.
    pub expires_at: Timestamp,
    /// From where it was opened.
    pub origin: actor::Origin,
}

/// Which sessions end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EndedSessions {
    /// The one whose token has this SHA-256, if it is there.
    OfToken([u8; 32]),
    /// The same, but it must be there: another one goes on from it, and one that was ended meanwhile must not come back.
    /// The commit conflicts otherwise.
    Standing([u8; 32]),
    /// One of a user's, which must be there; the commit conflicts otherwise.
    One {
        /// Whose.
        user: UserId,
        /// Which.
        id: SessionId,
    },
    /// All of a user's.
    AllOf {
        /// Whose.
        user: UserId,
        /// But this one.
        except: Option<SessionId>,
    },
}

impl Commit {
    /// Whether a worker has something to do once it has landed.
    pub(crate) fn owes_messages(&self) -> bool {
        let requeues = |write: &AdminWrite| matches!(write, AdminWrite::RequeueMessage { .. });
        !self.outbox.is_empty() || self.admin.iter().any(requeues)
    }

    /// A commit that does nothing yet.
    pub fn new(operation: OperationId, tenant: TenantId, at: Timestamp) -> Self {
        Self {
            operation,
            tenant,
            at,
            user: UserStep::Untouched,
            group: GroupStep::Untouched,
            steps: Vec::new(),
            spends: Vec::new(),
            events: Vec::new(),
            audit: Vec::new(),
            outbox: Vec::new(),
            admin: Vec::new(),
        }
    }
}

impl NewChange {
    /// Which family.
    pub const fn family(&self) -> ClaimFamily {
        self.value.family()
    }
}
