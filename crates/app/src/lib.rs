//! The use cases: the imperative shell around `domain`, one file each.
//!
//! A use case loads a snapshot, lets `domain` decide, mints the plan (ids, secrets, texts' values) and commits it if
//! nothing changed meanwhile; on a conflict it reloads and decides again. No rule lives here, no SQL and no wire format.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing))]

mod accounts;
mod activity;
mod allowance;
mod app;
mod attempt;
mod audit;
mod changes;
mod channel_test;
mod clients;
mod contact_edit;
mod contact_proof;
mod create_group;
mod create_user;
mod credential;
mod cursor;
mod declared_schemas;
mod delete_group;
mod delete_user;
mod error;
mod grants;
mod groups;
mod inbox;
mod link;
mod listing;
mod messages;
mod mint;
mod password;
mod profile_fields;
mod profile_update;
mod publishers;
mod resend_code;
#[cfg(test)]
mod sample;
mod search;
mod senders;
mod session;
mod settings;
mod sign_in;
mod spending;
mod system;
mod toll;
mod update_group;
mod users;
mod validate_code;

pub use accounts::{
    AccountCursor, AccountEditError, AccountPage, AccountQuery, AccountRefusal, AccountRow, AccountState,
    ContactColumn, InvalidAccountCursor,
};
pub use activity::{
    Activity, ActivityBy, ActivityCursor, CancelledBecause, Delivered, DeliveryState, Happening, Telling,
};
pub use allowance::{Allowance, UNLIMITED};
pub use app::{App, FileSettings, Keys, Parts, SharedEntropy};
pub use audit::{AuditEntry, AuditFilter, AuditView};
pub use changes::{ChangeEnded, ChangeView, Viewer};
pub use channel_test::TestError;
pub use clients::{ClientError, IssuedToken, NewClientSecret};
pub use contact_edit::{
    ContactEditError, ContactEditResult, ContactEdited, ContactSeen, EditOutcome, reason_stated,
};
pub use contact_proof::{ContactProof, ContactProofs, PendingProof, Proof, ProofState, ProvenBy};
pub use create_group::GroupError;
pub use create_user::CreateError;
pub use credential::{Account, BasicRefusal};
pub use cursor::LIFETIME as CURSOR_LIFETIME;
pub use delete_user::DeleteError;
pub use error::Failure;
pub use grants::SCOPES;
pub use groups::MemberPage;
pub use inbox::{Inbox, InboxMessage};
pub use link::{Errand, LinkCode, LinkOutcome, LinkView, LinkVisit};
pub use listing::{ListError, Listed};
pub use messages::{
    DropRefusal, Dropped, MessageListView, MessageTrace, MessageView, ReplayError, Replayed, ReplayedSince,
};
pub use mint::Context;
pub use password::{NewPassword, PasswordPolicy, Passwords, WeakPassword};
pub use profile_fields::{FieldError, ProfileField};
pub use profile_update::{Edit, UpdateError};
pub use publishers::{PublisherFacts, PublisherProblem, PublisherState, PublisherView, Publishers};
pub use resend_code::ResendError;
pub use search::{Both, Found};
pub use senders::{SenderState, Senders};
pub use session::{
    OpenSession, PasswordError, RECENT, SESSION_IDLE, SESSION_LIFETIME, SessionView, SignedIn,
};
pub use settings::{PropertyView, SettingError, Source};
pub use system::{QUEUE_AGE_MAX, Surroundings, SystemView};
pub use users::internal_form;
pub use validate_code::{CodeError, Introspection};

// What the use cases speak in; the surfaces cannot name the store themselves.
pub use countersign_store::{
    AttemptOutcome, ClientRecord, DatabaseInfo, MEMBERS_MAX, Members, MessageAttempt, MessageKind,
    MessageQuery, Place, TakenClaim, TimelineEvent, TimelineWord, UserView,
};
