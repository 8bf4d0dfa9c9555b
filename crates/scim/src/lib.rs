//! SCIM 2.0 (RFC 7643, RFC 7644) as a language: what a request says, what an answer looks like, what is refused and in
//! which words. Pure: no HTTP, no storage, no clock.
//!
//! There is one model, two dialects of speaking about it ([`Dialect`]), and one set of attribute tables ([`schema`]) that
//! everything else reads. A request goes [`json`] → [`body`] or [`patch`] → a resource in the **internal form**; an
//! answer goes from the internal form through [`render`].
//!
//! # The internal form
//!
//! The contract with store and app, the same at both dialects: one JSON object per resource,
//!
//! ```json
//! {
//!   "id": "…", "externalId": "…", "userName": "…", "active": true,
//!   "name": {"givenName": "…", "familyName": "…"},
//!   "emails": [{"value": "…", "type": "work", "primary": true, "display": "…"}],
//!   "phoneNumbers": [{"value": "…", "type": "mobile"}],
//!   "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": "…", "manager": {"value": "…"}},
//!   "urn:scim:wso2:schema": {
//!     "emailAddresses": ["…"], "verifiedEmailAddresses": ["…"], "mobileNumbers": ["…"], "verifiedMobileNumbers": ["…"],
//!     "pendingEmails": [{"value": "…"}], "pendingMobileNumber": "…",
//!     "emailVerified": true, "phoneVerified": true, "accountLocked": false,
//!     "verifyEmail": true, "verifyMobile": true, "changeReason": "…"
//!   },
//!   "meta": {"resourceType": "User", "created": "…Z", "lastModified": "…Z", "version": "W/\"1\""}
//! }
//! ```
//!
//! - Names are spelled as in the schema. Extensions are objects under their URN, and absent when they hold nothing.
//! - An unassigned attribute is absent: no nulls, no empty lists, no empty objects. `false` and `""` are values.
//! - Multi-valued complex attributes are arrays of objects, multi-valued plain ones arrays of strings. At most one value
//!   of a list has `primary: true`. `emails` and `phoneNumbers` hold no entry without a `value`.
//! - A group is `{"id", "externalId", "displayName", "members": [{"value", "type", "display"}], "meta"}`; a member's
//!   `type` is `User` or `Group`, its `display` is there only where somebody asked for it.
//! - Verification attributes are in the system schema, whichever extension a client wrote or reads them in.
//! - `verifyEmail`, `verifyMobile`, `changeReason` and `password` may be in what a request produced; they are never rendered, and the
//!   caller takes them out before it stores.
//! - `schemas` and `meta.location` are not held: they are rendered.
//!
//! # What is decided elsewhere
//!
//! Who may write which attribute, what waits for proof, and what writing server-kept state means
//! ([`server_kept`](field@schema::Attribute::server_kept)) is not the language's to say. [`named::Named`] tells the
//! caller what a request addressed, so that it can decide.

pub mod body;
pub mod bulk;
pub mod error;
pub mod filter;
pub mod group;
mod instant;
pub mod json;
pub mod list;
pub mod named;
mod normalise;
pub mod order;
pub mod patch;
pub mod path;
pub mod render;
pub mod schema;
pub mod user;

pub use self::{
    body::Edited,
    error::{ScimError, ScimType},
    named::Named,
    schema::Dialect,
};
