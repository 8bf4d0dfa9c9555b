//! The two machines of a change (see the parent module's drawing).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;

use super::{Binding, Purpose, Scenario, SecretDigest};
use crate::actor::Requester;
use crate::audit::Means;
use crate::claim::{Address, ClaimFamily};
use crate::ids::{ChallengeId, ChangeId, UserId};
use crate::profile::Label;

/// What kind of secret proves the value.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// A short code.
    Otp,
    /// A link.
    Link,
    /// A link, and a short code in the same mail (`send_otp_in_email`, `link_confirmation = "code"`).
    LinkAndOtp,
}

impl Form {
    /// Whether a short code is among the secrets.
    pub const fn has_otp(self) -> bool {
        matches!(self, Self::Otp | Self::LinkAndOtp)
    }

    /// Whether a link is among the secrets.
    pub const fn has_link(self) -> bool {
        matches!(self, Self::Link | Self::LinkAndOtp)
    }
}

/// What lands besides the value when a primary change is proven (DESIGN §5, "P among SCIM values").
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Entry {
    /// `type`, `display` and `primary` of the entry as it was asked for.
    pub label: Label,
    /// Whether the request kept the value in force as an entry beside the new one.
    #[serde(default)]
    pub keeps_held: bool,
}

/// A change that waits for proof, with its newest challenge.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pending {
    /// The change.
    pub id: ChangeId,
    /// Whose.
    pub user: UserId,
    /// What for.
    pub purpose: Purpose,
    /// N, byte for byte (I3).
    pub value: Address,
    /// The rest of the entry.
    pub entry: Entry,
    /// Who asked.
    pub requester: Requester,
    /// When.
    pub requested_at: Timestamp,
    /// The newest challenge; live, exhausted, or expired by its clock.
    pub challenge: Challenge,
}

/// One issue of secrets.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Challenge {
    /// Bound into the MAC, so a digest fits one challenge only.
    pub id: ChallengeId,
    /// Which secrets were issued.
    pub form: Form,
    /// The digest of the short code, if one was issued.
    pub otp: Option<SecretDigest>,
    /// The digest of the link's secret part, if a link was issued.
    pub link: Option<SecretDigest>,
    /// From when it counts.
    pub issued_at: Timestamp,
    /// From when it does not any more.
    pub expires_at: Timestamp,
    /// Wrong guesses so far.
    pub attempts: u32,
    /// Guesses allowed (SEC-9).
    pub attempts_max: u32,
    /// Where it stands.
    pub state: ChallengeState,
}

/// Terminal but for `Live` (I2).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChallengeState {
    /// May still prove the value, unless expired.
    Live,
    /// Proved it.
    Consumed,
    /// A resend took over, or the change ended.
    Replaced,
    /// Guessed wrong too often.
    Exhausted,
}

impl ChallengeState {
    /// The stored word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Consumed => "consumed",
            Self::Replaced => "replaced",
            Self::Exhausted => "exhausted",
        }
    }
}

/// How a change that no longer waits has ended. Terminal (I2).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum ChangeEnd {
    /// The value was proven and took effect.
    Proven,
    /// A newer change of the same family took its place.
    Superseded,
    /// It was called off.
    Cancelled {
        /// By whom or what.
        by: Cancelled,
    },
}

impl ChangeEnd {
    /// The stored word, also of the changes API.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Proven => "proven",
            Self::Superseded => "superseded",
            Self::Cancelled { .. } => "cancelled",
        }
    }
}

/// What called a change off.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cancelled {
    /// The owner, an administrator or the application that asked for it.
    Request,
    /// The cancel link in the notice to the old address (SEC-18).
    CancelLink,
    /// "This wasn't me" on the page of the confirmation link.
    Declined,
    /// The value in force was set again, cleared, or written without proof.
    Overwritten,
    /// The feature was switched off and the value written directly.
    SwitchedOff,
    /// A password change, lock, disable or delete (I12).
    Security,
    /// Another account proved the same value first (SEC-21).
    Taken,
    /// Too old to keep (SEC-63).
    Purge,
}

impl Cancelled {
    /// The stored word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::CancelLink => "cancel_link",
            Self::Declined => "declined",
            Self::Overwritten => "overwritten",
            Self::SwitchedOff => "switched_off",
            Self::Security => "security",
            Self::Taken => "taken",
            Self::Purge => "purge",
        }
    }
}

/// A proof: the only value that lets a pending value into the profile (SEC-1). Made by [`Pending::redeem`] alone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Proven {
    pending: Pending,
    at: Timestamp,
    means: Means,
}

impl Proven {
    /// The change that was proven.
    pub const fn change(&self) -> &Pending {
        &self.pending
    }

    /// When.
    pub const fn at(&self) -> Timestamp {
        self.at
    }

    /// By which of the secrets.
    pub const fn means(&self) -> Means {
        self.means
    }
}

/// What a presented secret led to. A refusal that must be remembered is data: it carries the spent attempt.
#[derive(Clone, PartialEq, Eq, Debug)]
#[must_use = "a wrong guess must be committed before it is answered (I4)"]
pub enum Redemption {
    /// The secret was right.
    Proven(Box<Proven>),
    /// It was wrong; this attempt is spent.
    Wrong(WrongCode),
    /// Right or wrong does not matter any more: expired.
    Expired,
    /// Right or wrong does not matter: exhausted, consumed, replaced, or not issued yet by this clock.
    Dead,
}

/// One attempt spent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WrongCode {
    /// The challenge it was spent on.
    pub challenge: ChallengeId,
    /// How many were spent before: the commit's guard.
    pub attempts_before: u32,
    /// Whether that was the last one.
    pub exhausted: bool,
}

impl Pending {
    /// Which family.
    pub const fn family(&self) -> ClaimFamily {
        self.value.family()
    }

    /// What its newest challenge proves.
    pub const fn binding(&self) -> Binding<'_> {
        Binding { challenge: self.challenge.id, user: self.user, purpose: self.purpose, value: &self.value }
    }

    /// Which scenario.
    pub const fn scenario(&self) -> Scenario {
        Scenario::of(self.family(), self.purpose, self.challenge.form)
    }

    /// The only way a waiting value becomes a held one.
    ///
    /// `presented` are the digests of what was presented under every key in rotation, already bound to this challenge
    /// (SEC-3); all are compared in constant time. A comparison is made only on a live, unexpired challenge, so the
    /// number of answers that depend on the secret never exceeds the attempts (I4).
    pub fn redeem(self, presented: &[SecretDigest], now: Timestamp) -> Redemption {
        let early = now < self.challenge.issued_at; // I16: a clock that stepped back proves nothing
        if self.challenge.state != ChallengeState::Live
            || self.challenge.attempts >= self.challenge.attempts_max
            || early
        {
            return Redemption::Dead;
        }
        if now >= self.challenge.expires_at {
            return Redemption::Expired;
        }
        if self.challenge.matches(presented) {
            let means = if self.challenge.matches_link(presented) { Means::Link } else { Means::Code };
            return Redemption::Proven(Box::new(Proven { pending: self, at: now, means }));
        }
        Redemption::Wrong(WrongCode {
            challenge: self.challenge.id,
            attempts_before: self.challenge.attempts,
            exhausted: self.challenge.attempts + 1 >= self.challenge.attempts_max,
        })
    }
}

impl Challenge {
    /// Whether any presented digest is the one of an issued secret; takes the same time whichever it is.
    pub fn matches(&self, presented: &[SecretDigest]) -> bool {
        let issued = [self.otp.as_ref(), self.link.as_ref()];
        let mut found = subtle::Choice::from(0);
        for digest in issued.into_iter().flatten() {
            for candidate in presented {
                found |= digest.as_bytes().ct_eq(candidate.as_bytes());
            }
        }
        found.into()
    }

    /// Whether a presented digest is the one of the link's secret; takes the same time whichever it is.
    pub fn matches_link(&self, presented: &[SecretDigest]) -> bool {
        Self { otp: None, ..self.clone() }.matches(presented)
    }

    /// The same challenge where the link proves nothing (SEC-23, `link_confirmation = "code"`): what matches is the code.
    #[must_use]
    pub fn by_code_alone(self) -> Self {
        Self { link: None, ..self }
    }

    /// Live, and not past its time.
    pub fn is_open(&self, now: Timestamp) -> bool {
        let in_time = self.issued_at <= now && now < self.expires_at;
        self.state == ChallengeState::Live && in_time && self.attempts < self.attempts_max
    }

    /// What the changes API shows.
    pub fn attempts_left(&self) -> u32 {
        if self.state == ChallengeState::Live { self.attempts_max.saturating_sub(self.attempts) } else { 0 }
    }
}

#[cfg(test)]
impl Pending {
    /// A proof without a secret, for the tests of what a proof leads to.
    pub(crate) fn proven_for_tests(self, at: Timestamp) -> Proven {
        let means = if self.challenge.form == Form::Link { Means::Link } else { Means::Code };
        Proven { pending: self, at, means }
    }
}

#[cfg(test)]
mod tests;
