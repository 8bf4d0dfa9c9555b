//! The rules of Countersign, pure: what a profile is, when a new e-mail address or mobile number must wait for proof,
//! how a proof is redeemed, and what each limit allows.
//!
//! Nothing here is async, reads a clock, draws a random number or talks to anyone. Time is an argument, randomness is
//! an [`Entropy`] handed in, and every decision is a plain value a test can print (`docs/ARCHITECTURE.md`).
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing))]

pub mod actor;
pub mod audit;
pub mod change;
pub mod claim;
mod entropy;
pub mod groups;
mod ids;
pub mod message;
pub mod profile;
mod refusal;
pub mod snapshot;
pub mod user_claim_update;

pub use entropy::Entropy;
pub use ids::{
    AuditId, ChallengeId, ChangeId, ClientId, GroupId, MemberId, MessageId, OperationId, SessionId, TenantId,
    UserId,
};
pub use jiff::{SignedDuration, Timestamp};
pub use refusal::Refusal;
