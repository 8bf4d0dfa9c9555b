//! Who may do what to whom (`verification.md` §8.3, SEC-37): the route's scope, then the object. The third layer, which
//! attribute, is the rules' (`domain::profile::refused_attribute`).
//!
//! SCIM-3: rights are judged by the caller and the id alone, before anything is looked up. Without the right the
//! answer is 403 whatever the id, so nobody learns from it who exists; with the right an unknown id is 404.

use axum::Extension;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use countersign_app::Context;
use countersign_domain::UserId;
use countersign_domain::actor::Persona;

use super::error::Refused;
use super::mount::Mount;
use crate::auth::Principal;
use crate::state::Web;

pub(super) const LIST: &str = "internal_user_mgt_list";
pub(super) const VIEW: &str = "internal_user_mgt_view";
pub(super) const CREATE: &str = "internal_user_mgt_create";
pub(super) const UPDATE: &str = "internal_user_mgt_update";
pub(super) const DELETE: &str = "internal_user_mgt_delete";
/// Lifts the bound on verifications of one Bulk request (SEC-43).
pub(super) const BULK_VERIFY: &str = "bulk_verify";

pub(super) const GROUP_LIST: &str = "internal_group_mgt_list";
pub(super) const GROUP_VIEW: &str = "internal_group_mgt_view";
pub(super) const GROUP_CREATE: &str = "internal_group_mgt_create";
pub(super) const GROUP_UPDATE: &str = "internal_group_mgt_update";
pub(super) const GROUP_DELETE: &str = "internal_group_mgt_delete";

/// An authenticated caller at a mount.
pub(super) struct Asking {
    pub(super) web: Web,
    pub(super) mount: Mount,
    principal: Principal,
}

/// Whom a request is about, and as whom the caller acts on him.
pub(super) struct Target {
    pub(super) id: UserId,
    pub(super) cx: Context,
}

impl Target {
    pub(super) const fn persona(&self) -> Persona {
        self.cx.actor.persona()
    }
}

impl FromRequestParts<Web> for Asking {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Refused> {
        let principal = Principal::from_request_parts(parts, web).await?;
        let mount = Extension::<Mount>::from_request_parts(parts, web).await;
        let Extension(mount) = mount.map_err(|_| Refused::NotFound)?;
        Ok(Self { web: web.clone(), mount: mount.with(*web.schemas.borrow()), principal })
    }
}

impl Asking {
    /// The caller, who holds `scope`.
    pub(super) fn privileged(&self, scope: &'static str) -> Result<Context, Refused> {
        if self.principal.has(scope) { Ok(self.principal.as_privileged()) } else { Err(denied(scope)) }
    }

    /// Whether the caller holds `scope`.
    pub(super) fn holds(&self, scope: &str) -> bool {
        self.principal.has(scope)
    }

    /// What the request is called in logs and error bodies.
    pub(super) fn trace_id(&self) -> &str {
        self.principal.trace_id()
    }

    /// The user behind an id segment, for a caller who holds `scope`.
    pub(super) fn other(&self, id: &str, scope: &'static str) -> Result<Target, Refused> {
        let cx = self.privileged(scope)?;
        Ok(Target { id: user_id(id).ok_or(Refused::NotFound)?, cx })
    }

    /// The same, and without the scope the caller himself, as the owner of his own profile (D-20). With the scope he is
    /// an administrator even to himself (`verification.md` §2.7).
    pub(super) fn other_or_own(&self, id: &str, scope: &'static str) -> Result<Target, Refused> {
        match (self.principal.user(), user_id(id)) {
            (Some(own), Some(id)) if own == id && !self.principal.has(scope) => self.own(),
            _ => self.other(id, scope),
        }
    }

    /// The caller himself: `/Me`. 404 for a credential that is nobody's (SCIM-93).
    pub(super) fn own(&self) -> Result<Target, Refused> {
        let id = self.principal.user().ok_or(Refused::NoSelf)?;
        Ok(Target { id, cx: self.principal.as_owner() })
    }
}

fn denied(scope: &'static str) -> Refused {
    tracing::info!(event = "denied", scope);
    Refused::Forbidden(scope)
}

/// An id exactly as we write it: case counts (SCIM-8), and so does every other spelling a UUID has.
pub(super) fn user_id(text: &str) -> Option<UserId> {
    text.parse().ok().filter(|id: &UserId| id.to_string() == text)
}
