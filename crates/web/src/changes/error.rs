//! What the changes API answers for each refusal, as problem details (RFC 9457).

use axum::http::StatusCode;
use countersign_app::ResendError;
use countersign_domain::Refusal;

use crate::rest::Refused;

/// 404 for an unknown id, for one that is no id, and for somebody else's: one answer.
pub(super) fn unknown() -> Refused {
    Refused::new(StatusCode::NOT_FOUND, "CS-40401", "There is no such change among those you may see.")
}

/// 400: a query that names no state or page of ours.
pub(super) fn listing() -> Refused {
    Refused::shape(
        "Give each query parameter once: state is pending, proven, superseded or cancelled; cursor is a nextCursor.",
    )
}

/// 409: the change has taken effect.
pub(super) fn proven() -> Refused {
    let description =
        "The change was confirmed and is in force; set the earlier value again to take it back.";
    Refused::new(StatusCode::CONFLICT, "CS-40901", description)
}

/// Nothing was sent again.
pub(super) fn resend(error: ResendError) -> Refused {
    match error {
        ResendError::Refused(Refusal::TooManyRequests { retry_after }) => Refused::too_many(retry_after),
        ResendError::Failure(failure) => failure.into(),
        ResendError::Refused(Refusal::Address { .. }) => {
            let description =
                "No messages are sent to this number any more. Ask for the change again with another one.";
            Refused::new(StatusCode::CONFLICT, "CS-40903", description)
        }
        ResendError::NothingPending | ResendError::Refused(_) => {
            let description =
                "The change has ended; nothing waits for a code any more. Ask for the change again.";
            Refused::new(StatusCode::CONFLICT, "CS-40902", description)
        }
    }
}

#[cfg(test)]
mod tests {
    use countersign_app::Failure;
    use countersign_domain::SignedDuration;

    use super::*;

    /// DESIGN §6, security §8.
    #[test]
    fn every_refusal_has_its_status() {
        let wait = Refusal::TooManyRequests { retry_after: SignedDuration::from_secs(30) };
        let answers = [
            (unknown(), 404),
            (listing(), 400),
            (proven(), 409),
            (resend(ResendError::NothingPending), 409),
            (resend(ResendError::Refused(wait)), 429),
            (resend(ResendError::Failure(Failure::Busy)), 503),
            (resend(ResendError::Failure(Failure::Crypto)), 500),
        ];

        for (refused, status) in answers {
            assert_eq!(refused.status.as_u16(), status, "{refused:?}");
        }
    }
}
