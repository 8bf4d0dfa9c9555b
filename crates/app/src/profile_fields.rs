//! A person's plain attributes, edited one field at a time: names, language, and whatever else the schema has as a text.

use countersign_domain::UserId;
use countersign_domain::claim::PerFamily;
use countersign_domain::snapshot::Snapshot;
use countersign_scim::ScimError;
use countersign_scim::patch::Patch;
use countersign_scim::schema::{AttributePath, Dialect, Name, ResourceSchema, SYSTEM_URN};
use countersign_scim::user::{How, Request, Stored, resource_of, wanted_of};
use countersign_store::UserView;
use serde_json::{Value, json};

use crate::app::App;
use crate::mint::Context;
use crate::profile_update::{Edit, UpdateError};

/// A field of a form: an attribute path as SCIM spells it, and its text. An empty text is none.
#[derive(Clone, PartialEq, Eq)]
pub struct ProfileField {
    /// `name.givenName`, `displayName`, …
    pub path: String,
    /// What was typed.
    pub text: Option<String>,
}

/// Not what was typed: it may be personal.
impl std::fmt::Debug for ProfileField {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ProfileField").field("path", &self.path).finish_non_exhaustive()
    }
}

/// Why a field cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum FieldError {
    /// No attribute of that name, or one that a form of plain texts does not edit: an address, a password, a list.
    #[error("{0} is no field of a profile form")]
    NoField(String),
    /// The text does not fit the attribute.
    #[error("{path}: {why}")]
    Text {
        /// The field.
        path: String,
        /// Why not.
        why: ScimError,
    },
}

/// What a form of plain texts does not edit, though it is a text of the profile.
const ELSEWHERE: [&str; 5] = ["userName", "password", "id", "meta", "schemas"];

impl App {
    /// Writes these fields of a user's, all or none, under the rules of a PATCH: an owner changes what is his to change.
    pub async fn write_fields(
        &self,
        cx: &Context,
        id: UserId,
        schema: &ResourceSchema,
        fields: &[ProfileField],
    ) -> Result<UserView, UpdateError<FieldError>> {
        let mut patches = Vec::with_capacity(fields.len());
        for field in fields {
            let patch = patch_of(field, schema).map_err(UpdateError::Edit)?;
            patches.push((field.path.as_str(), patch));
        }
        self.update_profile(cx, id, None, |seen| edit(cx, seen, schema, &patches)).await
    }
}

/// One field as the PATCH it is.
fn patch_of(field: &ProfileField, schema: &ResourceSchema) -> Result<Patch, FieldError> {
    let path = match schema.resolve(&field.path) {
        Some(Name::Attribute(path)) if is_field(&path) => path.to_string(),
        _ => return Err(FieldError::NoField(field.path.clone())),
    };
    let text = field.text.as_deref().map(str::trim).filter(|text| !text.is_empty());
    let operation = match text {
        Some(text) => json!({"op": "replace", "path": path, "value": text}),
        None => json!({"op": "remove", "path": path}),
    };
    let body = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [operation],
    });
    Patch::parse(body, schema).map_err(|why| FieldError::Text { path: field.path.clone(), why })
}

fn is_field(path: &AttributePath) -> bool {
    use countersign_scim::schema::Kind;
    let text = matches!(path.leaf().kind, Kind::String | Kind::Reference);
    text && !path.attribute.multi_valued
        && !path.leaf().multi_valued
        && path.schema.urn != SYSTEM_URN
        && !ELSEWHERE.contains(&path.attribute.name)
}

fn edit(
    cx: &Context,
    seen: &Snapshot,
    schema: &ResourceSchema,
    patches: &[(&str, Patch)],
) -> Result<Edit, FieldError> {
    let mut edited = None;
    let mut resource = internal(seen);
    for (path, patch) in patches {
        let next = patch
            .apply(resource, schema)
            .map_err(|why| FieldError::Text { path: (*path).to_owned(), why })?;
        resource = next.resource.clone();
        edited = Some((*path, next));
    }
    let Some((path, edited)) = edited else {
        let wanted = countersign_domain::user_claim_update::Wanted::echo(&seen.user.profile);
        return Ok(Edit { wanted, password: None });
    };
    let request = Request {
        before: Some(&seen.user.profile),
        how: How::Patch,
        persona: cx.actor.persona(),
        dialect: Dialect::Wso2,
    };
    let write =
        wanted_of(&edited, &request).map_err(|why| FieldError::Text { path: path.to_owned(), why })?;
    Ok(Edit { wanted: write.wanted, password: None })
}

fn internal(seen: &Snapshot) -> Value {
    let user = &seen.user;
    resource_of(&Stored {
        id: user.id,
        profile: &user.profile,
        pending: PerFamily {
            email: seen.pending.email.as_ref().map(|pending| &pending.value),
            mobile: seen.pending.mobile.as_ref().map(|pending| &pending.value),
        },
        groups: &[],
        version: user.version,
        created: user.created,
        last_modified: user.last_modified,
    })
}

#[cfg(test)]
mod tests;
