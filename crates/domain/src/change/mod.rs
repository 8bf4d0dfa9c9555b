//! A change: a value that waits for proof, the challenges that may prove it, and the limits on both.
//!
//! ```text
//!            ┌─ redeem ─▶ proven
//!  pending ──┼─ a newer change of the same family ─▶ superseded
//!            └─ cancel, clear, lock, delete ─▶ cancelled
//!
//!  challenge of a pending change (expiry is computed, never set):
//!            ┌─ redeem ─▶ consumed
//!  live ─────┼─ resend, or the change ends ─▶ replaced
//!            └─ the last wrong code ─▶ exhausted          (the change stays pending; a resend issues a new challenge)
//! ```

mod code;
mod conversion;
mod limits;
mod scenario;
mod secret;
mod state;

pub use code::OtpShape;
pub use conversion::Cohort;
pub use limits::{Bucket, Budget, Limits, SharedBudget, Spend, Take, Window};
pub use scenario::{Purpose, Scenario};
pub use secret::{Binding, LinkToken, MacKey, MacKeys, Presented, SecretDigest};
pub use state::{
    Cancelled, Challenge, ChallengeState, ChangeEnd, Entry, Form, Pending, Proven, Redemption, WrongCode,
};
