//! Lists of groups (RFC 7644 §3.4.2): the page asked for, with as many of its members as it shows.

use std::collections::HashMap;

use countersign_app::{Context, MEMBERS_MAX};
use countersign_domain::GroupId;
use countersign_domain::groups::{Group, Member};
use countersign_scim::list::{ListRequest, Sort};
use countersign_scim::{ScimError, ScimType, group, render};
use serde_json::Value;

use super::error::Refused;
use super::groups::wanted_members;
use super::list;
use super::resource::Answer;
use super::rights::Asking;

/// The page a request asks for.
pub(super) async fn answer(asking: &Asking, cx: &Context, request: &ListRequest) -> Answer {
    sortable(request.sort)?;
    let mount = (asking.mount.path(), asking.mount.dialect);
    let mut listed = asking.web.app.groups(cx, mount, request).await?;
    let groups = std::mem::take(&mut listed.resources);
    let shown = shown(asking, cx, request, &groups).await?;
    Ok(list::enveloped(request, listed.map(|_| shown)))
}

/// Members are no order: a group has many, and a page would have to read all of them.
pub(super) fn sortable(sort: Option<Sort>) -> Result<(), Refused> {
    match sort {
        Some(sort) if sort.by.attribute.name == "members" => {
            let detail = "Groups cannot be sorted by their members; sort by another attribute.";
            Err(ScimError::new(ScimType::InvalidValue, detail).into())
        }
        _ => Ok(()),
    }
}

/// Groups as this mount shows them.
pub(super) async fn shown(
    asking: &Asking,
    cx: &Context,
    request: &ListRequest,
    groups: &[Group],
) -> Result<Vec<Value>, Refused> {
    let members = members_of(asking, cx, request, groups).await?;
    let rendering = asking.mount.rendering(&asking.web);
    let shown = |group: &Group| {
        let members = members.get(&group.id).map_or(&[][..], Vec::as_slice);
        render::group(group::resource_of(group, members), &rendering, &request.projection)
    };
    Ok(groups.iter().map(shown).collect())
}

async fn members_of(
    asking: &Asking,
    cx: &Context,
    request: &ListRequest,
    groups: &[Group],
) -> Result<HashMap<GroupId, Vec<Member>>, Refused> {
    let wanted = wanted_members(asking.mount.groups(), &request.projection);
    let ids: Vec<GroupId> = groups.iter().map(|group| group.id).collect();
    let found = asking.web.app.members_of(cx, &ids, wanted, MEMBERS_MAX + 1).await?;
    if found.len() as u64 > MEMBERS_MAX {
        let detail = "These groups have too many members for one list; ask with excludedAttributes=members, or read one \
                      group.";
        return Err(ScimError::new(ScimType::TooMany, detail).into());
    }
    let mut members: HashMap<GroupId, Vec<Member>> = HashMap::new();
    for (group, member) in found {
        members.entry(group).or_default().push(member);
    }
    Ok(members)
}
