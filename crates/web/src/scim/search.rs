//! `/.search` at the root of a mount (RFC 7644 §3.4.3, SCIM-70): users, then groups, as one list.

use axum::http::StatusCode;
use countersign_app::Context;
use countersign_scim::list::{ListRequest, list_response};
use serde_json::Value;

use super::error::Refused;
use super::resource::{self, Answer, ScimBody};
use super::rights::{self, Asking};
use super::{group_list, list};

/// Each half is for those who may list it; for who may list the other alone it is empty, as if nothing were there.
pub(super) async fn both(asking: Asking, body: ScimBody) -> Answer {
    let (lists_users, lists_groups) = (asking.holds(rights::LIST), asking.holds(rights::GROUP_LIST));
    let cx = asking.privileged(if lists_groups { rights::GROUP_LIST } else { rights::LIST })?;
    let schemas = [asking.mount.schema(), asking.mount.groups()];
    let [users, groups] = ListRequest::from_search_over(body.json()?, schemas)?;
    let (users, groups) = (users.filter(|_| lists_users), groups.filter(|_| lists_groups));
    let start_index = users.as_ref().or(groups.as_ref()).map_or(1, |request| request.start_index);
    let (found, total) = page(&asking, &cx, users, groups).await?;
    Ok(resource::json(StatusCode::OK, &list_response(found, total, start_index)))
}

/// The groups go on where the users end.
async fn page(
    asking: &Asking,
    cx: &Context,
    users: Option<ListRequest>,
    groups: Option<ListRequest>,
) -> Result<(Vec<Value>, u64), Refused> {
    let (mut found, mut total) = match &users {
        Some(request) => list::page(asking, cx, request).await?,
        None => (Vec::new(), 0),
    };
    if let Some(mut request) = groups {
        request.start_index = request.start_index.saturating_sub(total).max(1);
        request.count = request.count.saturating_sub(found.len() as u64);
        let (shown, matching) = group_list::page(asking, cx, &request).await?;
        found.extend(shown);
        total += matching;
    }
    Ok((found, total))
}
