//! The rules say no: part of the API, worded and coded by each surface.

use jiff::SignedDuration;

use crate::claim::{ClaimFamily, InvalidAddress};

/// Why a request is refused. Nothing has been changed and no message was sent.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refusal {
    /// An address that is none, named by the attribute it came in.
    #[error("{attribute}: {why}")]
    Address {
        /// The SCIM attribute.
        attribute: &'static str,
        /// The sentence.
        why: InvalidAddress,
    },
    /// More than one value to verify at once (`UEV-10003`, `UMV-10002`).
    #[error("only one new address or number can be verified at a time; send them one by one")]
    SeveralCandidates(ClaimFamily),
    /// A list longer than the server keeps.
    #[error("a user can list at most {max} addresses or numbers")]
    TooMany {
        /// The limit.
        max: usize,
    },
    /// An attribute this caller may not write (D-12, SEC-22, DESIGN §5).
    #[error("{0} cannot be changed by this caller")]
    Mutability(String),
    /// `emailVerified: true` together with a new address that has to wait for proof.
    #[error("a value that still waits for proof cannot be asserted as verified in the same request")]
    AssertsPending(ClaimFamily),
    /// A verified flag for an address that is not there.
    #[error("there is no address to mark as verified")]
    NothingToAssert(ClaimFamily),
    /// Uniqueness, told to callers who may know (DESIGN §5).
    #[error("another user holds this address or number")]
    Taken(ClaimFamily),
    /// A budget is spent; try again later (security §8).
    #[error("too many requests for this user or address; try again later")]
    TooManyRequests {
        /// When it is worth trying again.
        retry_after: SignedDuration,
    },
    /// Fresh proof of identity is needed first (SEC-24).
    #[error("confirm your identity again before changing an address or number")]
    StaleAuthentication,
    /// A direct write needs a reason in the hardened profile (SEC-38).
    #[error("state a reason for writing the value without proof")]
    ReasonRequired,
}
