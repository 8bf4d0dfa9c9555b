//! `/.search` at the root of a mount (RFC 7644 §3.4.3, SCIM-70): users, then groups, as one list.

use countersign_app::{Both, Listed};
use countersign_scim::list::ListRequest;

use super::resource::{Answer, ScimBody};
use super::rights::{self, Asking};
use super::{group_list, list};

/// Each half is for those who may list it; for who may list the other alone it is empty, as if nothing were there.
pub(super) async fn both(asking: Asking, body: ScimBody) -> Answer {
    let (lists_users, lists_groups) = (asking.holds(rights::LIST), asking.holds(rights::GROUP_LIST));
    let cx = asking.privileged(if lists_groups { rights::GROUP_LIST } else { rights::LIST })?;
    let schemas = [asking.mount.schema(), asking.mount.groups()];
    let [users, groups] = ListRequest::from_search_over(body.json()?, schemas)?;
    group_list::sortable(groups.sort)?;
    let both = Both { users: lists_users.then_some(&users), groups: lists_groups.then_some(&groups) };
    let found = asking.web.app.search(&cx, (asking.mount.path(), asking.mount.dialect), both).await?;
    let mut resources = list::shown(&asking, &users, found.users);
    resources.extend(group_list::shown(&asking, &cx, &groups, &found.groups).await?);
    Ok(list::enveloped(&users, Listed { total: found.total, resources, next: found.next, previous: None }))
}
