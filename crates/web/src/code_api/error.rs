//! What the code API answers for each refusal (`verification.md` §4.7): the one map.

use axum::http::StatusCode;
use countersign_app::{CodeError, ResendError};
use countersign_domain::Refusal;

use super::spelling::{Misspelt, NoScenario};
use crate::rest::Refused;

/// Who asked: only the owner may be told more than "not valid" (SEC-14, DESIGN §5 "Codes refused").
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Asker {
    Owner,
    Privileged,
}

/// A code that was not accepted.
pub(super) fn code(error: CodeError, asker: Asker) -> Refused {
    match (error, asker) {
        (CodeError::Expired, Asker::Owner) => {
            bad_request("18002", "The code has expired. Ask for a new one with resend-code.")
        }
        (CodeError::Superseded, Asker::Owner) => bad_request(
            "18023",
            "A newer change exists; this code belongs to an older one. Use the newest code.",
        ),
        (CodeError::PrivilegedDisabled, Asker::Privileged) => bad_request(
            "17007",
            "Confirming a mobile number for another user is switched off (enable_verification_by_privileged_user).",
        ),
        (CodeError::Refused(Refusal::TooManyRequests { retry_after }), _) => Refused::too_many(retry_after),
        (CodeError::Failure(failure), _) => failure.into(),
        (
            CodeError::Invalid
            | CodeError::Expired
            | CodeError::Superseded
            | CodeError::PrivilegedDisabled
            | CodeError::Refused(_),
            _,
        ) => invalid_code(),
    }
}

/// The number that waits is of a country that is served no more.
const NOT_SERVED: &str =
    "No messages are sent to this number any more. Ask for the change again with another one.";

/// Nothing was sent. A user who does not exist is answered as one with nothing pending.
pub(super) fn resend(error: ResendError, asker: Asker) -> Refused {
    match (error, asker) {
        (ResendError::Refused(Refusal::TooManyRequests { retry_after }), _) => Refused::too_many(retry_after),
        (ResendError::Failure(failure), _) => failure.into(),
        (ResendError::Refused(Refusal::Address { .. }), Asker::Owner) => bad_request("UAR-10011", NOT_SERVED),
        (ResendError::Refused(Refusal::Address { .. }), Asker::Privileged) => {
            bad_request("18005", NOT_SERVED)
        }
        (ResendError::NothingPending | ResendError::Refused(_), Asker::Owner) => {
            bad_request("UAR-10011", "Nothing waits for a code in this RecoveryScenario.")
        }
        (ResendError::NothingPending | ResendError::Refused(_), Asker::Privileged) => bad_request(
            "18005",
            "Nothing waits for a code for this user in this RecoveryScenario. Start again.",
        ),
    }
}

/// No scenario that is served here. A privileged caller who names none, or two, asked to send a sign-up code again.
pub(super) fn scenario(why: NoScenario, asker: Asker) -> Refused {
    match (why, asker) {
        (NoScenario::Missing | NoScenario::Twice | NoScenario::SignUp, Asker::Privileged) => bad_request(
            "20021",
            "Self sign-up is not offered here. Name exactly one RecoveryScenario among the properties.",
        ),
        (NoScenario::Missing, Asker::Owner) => {
            bad_request("UAR-10011", "Name a RecoveryScenario among the properties.")
        }
        (NoScenario::Twice, Asker::Owner) => bad_request("UAR-10011", "Name the RecoveryScenario once."),
        (NoScenario::NotServed, _) | (NoScenario::SignUp, Asker::Owner) => {
            bad_request("UAR-10011", "This RecoveryScenario is known but not supported here.")
        }
        (NoScenario::Unknown, _) => bad_request("UAR-10011", "This RecoveryScenario is not known."),
    }
}

impl From<Misspelt> for Refused {
    fn from(why: Misspelt) -> Self {
        match why {
            Misspelt::NotAnObject => Self::shape("The body has to be a JSON object."),
            Misspelt::Properties => Self::shape(
                "properties has to be an array of objects, each with a text as key and a text as value.",
            ),
            Misspelt::Channel => {
                Self::shape("verifiedChannel has to be an object with type and claim as texts.")
            }
            Misspelt::Code => invalid_code(),
            Misspelt::User => {
                bad_request("PWR-60001", "Name the user: a user object with a username that is not empty.")
            }
            Misspelt::Realm => Self::shape("realm and tenant-domain of the user have to be texts."),
        }
    }
}

/// 405.
pub(super) fn only_post() -> Refused {
    Refused::new(StatusCode::METHOD_NOT_ALLOWED, "CS-40501", "This path takes POST only.")
}

/// SEC-14: one answer for every way in which a code can be wrong.
fn invalid_code() -> Refused {
    bad_request("18001", "The code is not valid.")
}

fn bad_request(code: &'static str, description: &'static str) -> Refused {
    Refused::new(StatusCode::BAD_REQUEST, code, description)
}

#[cfg(test)]
mod tests;
