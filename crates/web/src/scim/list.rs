//! Lists of users (RFC 7644 §3.4.2): the page asked for, as this mount shows it; and what all lists are answered by.

use axum::http::StatusCode;
use axum::response::Response;
use countersign_app::{Context, ListError, Listed, UserView, internal_form};
use countersign_scim::list::{ListRequest, cursor_response, list_response};
use countersign_scim::render;
use countersign_scim::{ScimError, ScimType};
use serde_json::Value;

use super::error::Refused;
use super::resource::{self, Answer};
use super::rights::Asking;

/// The page a request asks for. Rights were checked with this request, as they are for every page (SCIM-69).
pub(super) async fn answer(asking: &Asking, cx: &Context, request: &ListRequest) -> Answer {
    let listed = asking.web.app.users(cx, asking.mount.path(), request).await?;
    Ok(enveloped(request, listed.map(|users| shown(asking, request, users))))
}

/// Users as this mount shows them.
pub(super) fn shown(asking: &Asking, request: &ListRequest, users: Vec<UserView>) -> Vec<Value> {
    let rendering = asking.mount.rendering(&asking.web);
    let shown = |user| render::user(internal_form(user), &rendering, &request.projection);
    users.into_iter().map(shown).collect()
}

/// A page of any resources, with its position or with the cursors of its neighbours.
pub(super) fn enveloped(request: &ListRequest, listed: Listed<Value>) -> Response {
    let Listed { total, resources, next, previous } = listed;
    let page = if request.cursor.is_some() {
        cursor_response(resources, total, next, previous)
    } else {
        list_response(resources, total, request.start_index)
    };
    resource::json(StatusCode::OK, &page)
}

impl From<ListError> for Refused {
    fn from(error: ListError) -> Self {
        let (kind, detail) = match error {
            ListError::TooMany => (
                ScimType::TooMany,
                "This would have to look at more than 100,000 resources; narrow the filter by an indexed attribute \
                 (users: userName, externalId, emails, phoneNumbers, displayName, name, department … with eq or sw; \
                 groups: displayName, externalId, members with eq), and sort by one.",
            ),
            ListError::InvalidCursor => (
                ScimType::InvalidCursor,
                "The cursor does not belong to this request; repeat filter, sortBy and sortOrder as they were, or begin \
                 again with an empty cursor.",
            ),
            ListError::ExpiredCursor => {
                (ScimType::ExpiredCursor, "The cursor is older than a day; begin again with an empty cursor.")
            }
            ListError::OtherCount => (
                ScimType::InvalidCount,
                "The cursor belongs to pages of another size; repeat count as it was.",
            ),
            ListError::Failure(failure) => return Self::Failure(failure),
        };
        Self::Scim(ScimError::new(kind, detail))
    }
}
