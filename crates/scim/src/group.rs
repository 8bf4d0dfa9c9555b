//! Groups: from what is stored to the internal form, and from a request to what is to be written (scim.md §10).
//!
//! A request never becomes a whole group: it becomes a name, an external id and a [`MemberChange`], none of which needs
//! the members that are there.

use std::collections::BTreeMap;

use countersign_domain::{
    GroupId, MemberId,
    groups::{
        ExternalId, Group, GroupName, Member, MemberChange, MemberKind, MemberPlan, MemberRefusal,
        RefusedMember,
    },
};
use serde_json::{Map, Value, json};

use crate::{
    body::Edited,
    error::{ScimError, invalid_value},
    schema::Dialect,
    user::{resource::instant, version_tag},
};

/// What every name may begin with at `/scim2`, where clients know user stores (scim.md §14).
const USER_STORE: &str = "PRIMARY/";

/// What a request writes of a group.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GroupWrite {
    /// A name, if it gives one.
    pub name: Option<GroupName>,
    /// What it makes of the external id.
    pub external_id: ExternalId,
    /// What it makes of the members.
    pub members: MemberChange,
    places: Places,
}

impl GroupWrite {
    /// A name, or none, and what becomes of the members, of somebody who does not speak SCIM: a page.
    pub fn plain(name: Option<GroupName>, members: MemberChange) -> Self {
        Self { name, external_id: ExternalId::Keep, members, places: Places::default() }
    }

    /// What a POST or PUT writes: everything (SCIM-44).
    pub fn of_body(edited: &Edited, dialect: Dialect) -> Result<Self, ScimError> {
        let resource = &edited.resource;
        let mut reading = Reading::default();
        reading.plan.clear();
        reading
            .add(resource.get("members").and_then(Value::as_array).map_or(&[][..], Vec::as_slice), None)?;
        Ok(Self {
            name: Some(name(
                resource.get("displayName").and_then(Value::as_str).unwrap_or_default(),
                dialect,
            )?),
            external_id: resource
                .get("externalId")
                .and_then(Value::as_str)
                .map_or(ExternalId::Clear, |external| ExternalId::Set(external.to_owned())),
            members: reading.plan.change(),
            places: reading.places,
        })
    }

    /// The refusal of a member, in words: which one the request meant, not whose id it is (SCIM-99).
    pub fn refused(&self, refused: RefusedMember) -> ScimError {
        let place = self.members.wanted().get(refused.position).and_then(|member| self.places.0.get(member));
        let place = place.copied().unwrap_or(Place { operation: None, number: refused.position + 1 });
        let why = match refused.why {
            MemberRefusal::Unknown => "is no user or group here",
            MemberRefusal::Loop => "would put the group into itself",
        };
        let error = refusal(place.number, why);
        match place.operation {
            Some(operation) => error.in_operation(operation),
            None => error,
        }
    }
}

/// Where a request names a member: in which operation, if it has any, and as the how manieth.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Place {
    operation: Option<usize>,
    number: usize,
}

fn refusal(number: usize, why: &str) -> ScimError {
    invalid_value(format!("members: value {number} {why}."))
}

/// Where each member was named first.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct Places(BTreeMap<MemberId, Place>);

/// The members of a request while it is read.
#[derive(Default)]
pub(crate) struct Reading {
    pub(crate) name: Option<GroupName>,
    pub(crate) external_id: ExternalId,
    pub(crate) plan: MemberPlan,
    places: Places,
}

impl Reading {
    /// Adds normalised values of `members`; the refusal does not name the operation yet.
    pub(crate) fn add(&mut self, values: &[Value], operation: Option<usize>) -> Result<(), ScimError> {
        for (index, value) in values.iter().enumerate() {
            let place = Place { operation, number: index + 1 };
            let member = match named(value) {
                Named::Member(member) => member,
                Named::Nobody => return Err(refusal(place.number, "is no user or group here")),
                Named::Nothing => {
                    return Err(refusal(place.number, "needs the id of a user or group as its value"));
                }
            };
            self.places.0.entry(member).or_insert(place);
            self.plan.add(member);
        }
        Ok(())
    }

    /// Removes normalised values of `members`; whoever is none is none already (SCIM-80).
    pub(crate) fn remove(&mut self, values: &[Value]) {
        for value in values {
            if let Named::Member(member) = named(value) {
                self.plan.remove(member);
            }
        }
    }

    pub(crate) fn written(self) -> GroupWrite {
        let Self { name, external_id, plan, places } = self;
        GroupWrite { name, external_id, members: plan.change(), places }
    }
}

enum Named {
    Member(MemberId),
    /// Something that is no id of ours.
    Nobody,
    Nothing,
}

/// Whom a value of `members` names: by its `value`, else by the end of its `$ref`.
fn named(value: &Value) -> Named {
    let text = |name: &str| value.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let by_ref = || text("$ref").map(|place| place.rsplit('/').next().unwrap_or(place));
    match text("value").or_else(by_ref) {
        Some(text) => member_id(text).map_or(Named::Nobody, Named::Member),
        None => Named::Nothing,
    }
}

/// An id exactly as we write it (SCIM-7, SCIM-53).
pub fn member_id(text: &str) -> Option<MemberId> {
    text.parse().ok().filter(|id: &MemberId| id.to_string() == text)
}

/// A name a client sent, without the user store that clients of `/scim2` may put before it.
pub(crate) fn name(text: &str, dialect: Dialect) -> Result<GroupName, ScimError> {
    GroupName::parse(plain_name(text, dialect)).map_err(|why| invalid_value(format!("displayName: {why}.")))
}

/// The same, of a text that is only looked for.
pub fn plain_name(text: &str, dialect: Dialect) -> &str {
    match text.split_at_checked(USER_STORE.len()) {
        Some((store, rest)) if dialect == Dialect::Wso2 && store.eq_ignore_ascii_case(USER_STORE) => rest,
        _ => text,
    }
}

/// A group in the internal form, with those of its members that were read.
pub fn resource_of(group: &Group, members: &[Member]) -> Value {
    let mut resource = Map::new();
    resource.insert("id".into(), Value::from(group.id.to_string()));
    if let Some(external) = &group.external_id {
        resource.insert("externalId".into(), Value::from(external.as_str()));
    }
    resource.insert("displayName".into(), Value::from(group.name.as_str()));
    if !members.is_empty() {
        resource.insert("members".into(), members.iter().map(member_value).collect());
    }
    resource.insert(
        "meta".into(),
        json!({
            "resourceType": "Group",
            "created": instant(group.created),
            "lastModified": instant(group.last_modified),
            "version": version_tag(group.version),
        }),
    );
    Value::Object(resource)
}

/// One member in the internal form.
pub(crate) fn member_value(member: &Member) -> Value {
    let kind = match member.kind {
        MemberKind::User => "User",
        MemberKind::Group => "Group",
    };
    let mut value = Map::new();
    value.insert("value".into(), Value::from(member.id.to_string()));
    value.insert("type".into(), Value::from(kind));
    value.extend(member.display.as_deref().map(|display| ("display".to_owned(), Value::from(display))));
    Value::Object(value)
}

/// The id of a group in a text, exactly as we write it.
pub fn group_id(text: &str) -> Option<GroupId> {
    text.parse().ok().filter(|id: &GroupId| id.to_string() == text)
}

#[cfg(test)]
mod tests;
