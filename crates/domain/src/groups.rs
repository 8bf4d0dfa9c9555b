//! Groups: who is in them, what they are called, and what a request makes of their members.
//!
//! A group is small; its members are not part of it. They are rows of their own that come and go one by one, so that
//! one more of a hundred thousand costs what one more of ten does (SCIM-98).

mod members;
mod name;

pub use members::{MemberChange, MemberPlan};
pub use name::{GroupName, InvalidGroupName};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::{GroupId, MemberId, TenantId};

/// A group as stored, without its members.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Group {
    /// Whose house.
    pub tenant: TenantId,
    /// Immutable.
    pub id: GroupId,
    /// `displayName`.
    pub name: GroupName,
    /// What the client calls it.
    pub external_id: Option<String>,
    /// Guards commits; moves with every one on the group.
    pub revision: u64,
    /// The ETag; moves when the name, the external id or the members change.
    pub version: u64,
    /// When it was created.
    pub created: Timestamp,
    /// When it last changed.
    pub last_modified: Timestamp,
}

/// What a member is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MemberKind {
    /// A person.
    User,
    /// Everybody in another group.
    Group,
}

/// One member of a group.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Member {
    /// Who.
    pub id: MemberId,
    /// What.
    pub kind: MemberKind,
    /// The user's name or the group's, where it was asked for.
    pub display: Option<String>,
}

/// A group somebody is in (SCIM-90).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Membership {
    /// Which.
    pub group: GroupId,
    /// Its name.
    pub name: String,
    /// Whether he is a member himself, or only a group that he is in.
    pub is_direct: bool,
}

/// Which of the members wanted was refused, and why. Nothing is said about whose id it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RefusedMember {
    /// Its place among [`MemberChange::wanted`], from 0.
    pub position: usize,
    /// Why.
    pub why: MemberRefusal,
}

/// Why somebody cannot be a member.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MemberRefusal {
    /// There is no user and no group of that id.
    Unknown,
    /// It is the group itself, or one that the group is in.
    Loop,
}

/// What a request makes of a group's external id.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum ExternalId {
    /// It says nothing about it.
    #[default]
    Keep,
    /// It gives one.
    Set(String),
    /// It takes it away.
    Clear,
}
