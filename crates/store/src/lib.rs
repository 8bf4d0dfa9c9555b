//! The storage contract: read a snapshot, decide elsewhere, *commit if unchanged*.
//!
//! A use case loads what it needs by a named read, lets `domain` decide, and hands one [`Commit`] back: expected
//! revision, new document, change rows, counters, audit rows, outbox rows. The store applies all of it in one durable
//! transaction or nothing of it. Two implementations stand side by side in mirrored files, SQLite and PostgreSQL, and
//! one contract suite (`tests/contract`) runs on both.
//!
//! **Obligations.**
//! - *Atomic*: a commit lands whole or not at all (I6, REL-1).
//! - *Durable*: when [`Store::commit`] returns `Ok`, a crash loses nothing of it (I7). A batch is answered after its fsync.
//! - *Guarded*: a stale revision, a challenge that is no longer live at the expected attempt, a second pending change:
//!   [`CommitError::Conflict`], nothing changed. The caller reloads and decides again.
//! - *Unique*: of two users who prove the same value one wins; the other gets [`CommitError::Taken`] (I10).
//! - *Membership*: a commit refuses a member who is nobody, and a group that would come to be in itself, also when two
//!   commits that do it together arrive at once; nothing of it landed ([`CommitError::Member`]).
//! - *Bounded*: a spent shared budget refuses the whole commit with [`CommitError::Exhausted`] (I15).
//! - *Fresh*: a read sees every commit answered before it began. Nothing is cached here.
//! - *One clock*: `now` of a snapshot never goes back (REL-13, I16).
//! - *Of one meaning*: a filter and an order mean on both databases what [`countersign_scim::filter`] and
//!   [`countersign_scim::order`] say, and a search never looks at more than it may ([`SearchError::TooMany`]).
//! - An unknown outcome is settled by fencing, never by trying again blindly (REL-4).
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing))]

mod audit;
mod clock;
mod commit;
mod error;
mod group_search;
mod index;
mod invariant;
mod message;
mod order;
mod paging;
mod plan;
mod postgres;
mod record;
mod seal;
mod search;
mod sql;
mod sqlite;
mod store;

pub use audit::{AuditPage, AuditQuery, LOOKS_MAX};
pub use clock::{Clock, ManualClock};
pub use commit::{
    AdminWrite, AuditRow, ChangeStep, Commit, EndedSessions, GroupStep, GroupUpdate, MessageKind,
    NewCancelLink, NewChallenge, NewChange, NewGroup, NewLink, NewMessage, NewSession, NewUser,
    PasswordWrite, TimelineEvent, TimelineWord, UserStep, UserUpdate,
};
pub use error::{CommitError, KeyMismatch, SearchError, StoreError, TakenClaim};
pub use group_search::MEMBERS_MAX;
pub use index::{IndexDiff, IndexedValue};
pub use invariant::{InvariantReport, Violation};
pub use message::{
    AttemptOutcome, DatabaseInfo, MESSAGES_LOOKED_AT_MAX, MessageAttempt, MessagePage, MessageQuery,
    MessageRecord, OutboxLoad, TracedMessage,
};
pub use record::{
    ChangeQuery, ChangeRecord, ClientRecord, GroupPage, GroupQuery, Leased, LinkPurpose, LinkRecord, Members,
    NoticeRecord, NoticeState, OutboxDepth, Place, Purged, SESSIONS_MAX, SessionRecord, Settlement, SignIn,
    SignInKey, Spent, Spot, TokenRecord, UserPage, UserQuery, UserView,
};
pub use seal::{SealKey, SealKeys, Unsealable};
pub use search::CANDIDATES_MAX;
pub use store::Store;
