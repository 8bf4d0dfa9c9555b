//! What the governance API answers for each refusal: the product's `IDG` codes.

use axum::http::StatusCode;
use countersign_app::SettingError;

use crate::rest::Refused;

/// 404.
pub(super) fn no_such_category() -> Refused {
    Refused::new(
        StatusCode::NOT_FOUND,
        "IDG-50008",
        "There is no category with this id; GET the list for its ids.",
    )
}

/// 404.
pub(super) fn no_such_connector() -> Refused {
    Refused::new(StatusCode::NOT_FOUND, "IDG-50009", "There is no connector with this id in the category.")
}

/// 400: preferences of a connector we do not have.
pub(super) fn no_connector_named() -> Refused {
    bad_request("IDG-50011", "There is no connector of this name; the one there is is user-claim-update.")
}

/// 400.
pub(super) fn no_such_property() -> Refused {
    bad_request("IDG-50012", "The connector has no property of this name; GET the connector for its names.")
}

/// 400: `revert` without saying of what.
pub(super) fn no_connector() -> Refused {
    Refused::shape("Name the connector to revert once: ?connectorId=….")
}

/// 400: nothing to revert.
pub(super) fn nothing_to_revert() -> Refused {
    bad_request("IDG-50016", "Name at least one property to revert.")
}

/// 405.
pub(super) fn method() -> Refused {
    Refused::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "CS-40501",
        "This path does not take the method; the Allow header names those it takes.",
    )
}

/// 501: lists here are short and come whole.
pub(super) fn not_implemented(parameter: &str) -> Refused {
    let (code, description) = match parameter {
        "filter" => ("IDG-50006", "Lists here cannot be filtered; leave out filter."),
        "sort" => ("IDG-50007", "Lists here cannot be sorted; leave out sort."),
        _ => ("IDG-50005", "Lists here come whole; leave out limit and offset."),
    };
    Refused::new(StatusCode::NOT_IMPLEMENTED, code, description)
}

/// Properties were not set; none of them.
pub(super) fn update(error: SettingError) -> Refused {
    match error {
        SettingError::Unknown(_) => no_such_property(),
        error @ (SettingError::Invalid { .. } | SettingError::BrokenSender(_)) => {
            Refused::new(StatusCode::BAD_REQUEST, "IDG-50013", format!("Nothing was changed. {error}."))
        }
        SettingError::Failure(failure) => failure.into(),
    }
}

/// Properties were not reverted; none of them.
pub(super) fn revert(error: SettingError) -> Refused {
    match error {
        SettingError::Unknown(_) => {
            bad_request("IDG-50017", "The connector has no property of this name; nothing was reverted.")
        }
        error => update(error),
    }
}

fn bad_request(code: &'static str, description: &'static str) -> Refused {
    Refused::new(StatusCode::BAD_REQUEST, code, description)
}

#[cfg(test)]
mod tests {
    use countersign_app::Failure;
    use countersign_domain::user_claim_update::InvalidProperty;

    use super::*;

    /// `verification.md` §5.2.
    #[test]
    fn every_refusal_has_its_status_and_code() {
        let invalid = || SettingError::Invalid { name: "X", why: InvalidProperty::OtpLength };
        let answers = [
            (no_such_category(), 404, "IDG-50008"),
            (no_such_connector(), 404, "IDG-50009"),
            (no_connector_named(), 400, "IDG-50011"),
            (no_such_property(), 400, "IDG-50012"),
            (nothing_to_revert(), 400, "IDG-50016"),
            (no_connector(), 400, "CS-40002"),
            (method(), 405, "CS-40501"),
            (not_implemented("limit"), 501, "IDG-50005"),
            (not_implemented("offset"), 501, "IDG-50005"),
            (not_implemented("filter"), 501, "IDG-50006"),
            (not_implemented("sort"), 501, "IDG-50007"),
            (update(SettingError::Unknown("x".into())), 400, "IDG-50012"),
            (update(invalid()), 400, "IDG-50013"),
            (update(SettingError::BrokenSender("why".into())), 400, "IDG-50013"),
            (update(SettingError::Failure(Failure::Busy)), 503, "CS-50301"),
            (revert(SettingError::Unknown("x".into())), 400, "IDG-50017"),
            (revert(SettingError::Failure(Failure::Crypto)), 500, "18013"),
        ];

        for (refused, status, code) in answers {
            assert_eq!((refused.status.as_u16(), refused.code), (status, code), "{refused:?}");
        }
    }

    #[test]
    fn a_refused_value_is_told_with_its_bounds() {
        let refused = update(SettingError::Invalid { name: "Length", why: InvalidProperty::OtpLength });

        assert_eq!(refused.description, "Nothing was changed. Length: a code has 6 to 10 characters.");
    }
}
