//! PATCH (RFC 7644 §3.5.2): a body becomes typed edits, and edits become a resource.
//!
//! [`Patch::parse`] refuses everything that can be refused without the resource; [`Patch::apply`] then works on values
//! that already have the schema's types. All or nothing (SCIM-77): `apply` consumes the resource and gives back
//! either the edited one or a refusal that names the operation.

mod apply;
mod members;
mod operation;
mod values;

use countersign_domain::groups::Member;
use serde_json::Value;

use self::operation::Edit;
pub use self::operation::OPERATIONS_MAX;
use crate::{
    body::Edited,
    error::ScimError,
    group::GroupWrite,
    schema::{AttributePath, Dialect, ResourceSchema},
};

/// A PATCH request, understood and checked against the schema.
#[derive(Debug, Clone)]
pub struct Patch {
    edits: Vec<Edit>,
}

impl Patch {
    /// Reads a PatchOp body.
    ///
    /// Refuses: no list of `Operations`, or an `op` other than add, replace, remove (`invalidSyntax`, SEED-44); a
    /// malformed or unknown path (`invalidPath`, `invalidFilter`); a readOnly target, or the removal of a required
    /// attribute (`mutability`); `remove` without path (`noTarget`); a value of the wrong type (`invalidValue`); more
    /// than [`OPERATIONS_MAX`] operations (`tooMany`). Keys of a path-less value that are unknown or readOnly are
    /// ignored (SCIM-24, SCIM-81).
    pub fn parse(body: Value, schema: &ResourceSchema) -> Result<Self, ScimError> {
        Ok(Self { edits: operation::edits(body, schema)? })
    }

    /// Whether what it does to a group's members hangs on who they are now (`members[type eq "User"]`), so that they have
    /// to be read first. Adding, removing by `value` and replacing does not (SCIM-98).
    pub fn needs_members(&self) -> bool {
        members::are_needed(&self.edits)
    }

    /// What it makes of a group. `held` are its members where [`Self::needs_members`]; nobody looks at them otherwise.
    ///
    /// Refuses with `invalidValue` a member that names nobody and a name that is none, and with `mutability` the change of
    /// a member in place: one is removed and another added (SCIM-95).
    pub fn of_group(&self, dialect: Dialect, held: &[Member]) -> Result<GroupWrite, ScimError> {
        members::written(&self.edits, dialect, held)
    }

    /// What the operations are applied to, one after the other.
    pub(crate) fn targets(&self) -> impl Iterator<Item = AttributePath> {
        self.edits.iter().map(|edit| edit.target)
    }

    /// Applies the operations, in order, to a resource in the internal form.
    ///
    /// Refuses with `noTarget` a `replace` whose filter matches nothing, and with `invalidValue` two primaries or too
    /// many values. `verify…` and pending values end up in the result as given; the caller decides what they mean.
    pub fn apply(&self, resource: Value, schema: &ResourceSchema) -> Result<Edited, ScimError> {
        apply::edits(resource, &self.edits, schema)
    }
}

#[cfg(test)]
mod tests;
