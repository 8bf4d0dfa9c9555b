//! The session's cookie (SEC-28), and the principal it stands for. Pages only: the JSON and SCIM surfaces do not look at
//! it, because a browser sends it along with requests its user knows nothing of (SEC-30).

use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use countersign_app::{Failure, OpenSession, SignedIn};
use countersign_domain::TenantId;
use countersign_domain::actor::Surface;

use super::principal::{refuse_weak, refused};
use super::{AuthRefusal, Caller, Principal};
use crate::pages::cookie;
use crate::state::Web;

/// For this host alone, by TLS alone, and out of every script's reach.
const NAME: &str = "__Host-cs-session";
const ATTRIBUTES: &str = "Path=/; Secure; HttpOnly; SameSite=Lax";
/// What our module sends with what nobody asked for: it looks whether something has changed (`assets/countersign.js`).
const UNATTENDED: &str = "x-countersign-unattended";

/// The token the browser presents. Two of the name are none: which one is ours cannot be told.
pub(crate) fn presented(headers: &HeaderMap) -> Option<&str> {
    cookie::value(headers, NAME).filter(|token| !token.is_empty())
}

/// Whose session `token` is, by the request that presents it. A page that looks by itself does not keep the session from
/// becoming idle (SEC-28), and may otherwise what it always may; a form was sent by somebody, whatever its headers say.
pub(crate) async fn of(web: &Web, parts: &Parts, token: &str) -> Result<Option<SignedIn>, Failure> {
    if parts.method.is_safe() && parts.headers.contains_key(UNATTENDED) {
        return web.app.session_unattended(token).await;
    }
    web.app.session(token).await
}

/// The `Set-Cookie` that makes the browser present `token`, until it is closed or the session ends.
pub(crate) fn kept(token: &str) -> Option<HeaderValue> {
    HeaderValue::from_str(&format!("{NAME}={token}; {ATTRIBUTES}")).ok()
}

/// The `Set-Cookie` that makes it forget.
pub(crate) fn forgotten() -> Option<HeaderValue> {
    HeaderValue::from_str(&format!("{NAME}=; {ATTRIBUTES}; Max-Age=0")).ok()
}

/// Signs a person in and opens his session in the place of the one the browser presented, if it did (fixation). Refused
/// as Basic is, by the same budgets (SEC-34), and with a known weak password from anywhere but this machine (SEC-32).
pub(crate) async fn open(
    web: &Web,
    caller: &Caller,
    user_name: &str,
    password: &str,
    replaces: Option<&str>,
) -> Result<OpenSession, AuthRefusal> {
    let tenant = TenantId::carbon_super();
    let account =
        web.app.sign_in(&tenant, user_name, password, caller.origin.address).await.map_err(refused)?;
    refuse_weak(&account, caller)?;
    web.app.open_session(&tenant, &account, &caller.origin, replaces).await.map_err(refused)
}

/// The person of a session shows his password again (SEC-24).
pub(crate) async fn renew(
    web: &Web,
    caller: &Caller,
    signed_in: &SignedIn,
    token: &str,
    password: &str,
) -> Result<OpenSession, AuthRefusal> {
    web.app.reauthenticate(signed_in, token, password, &caller.origin).await.map_err(refused)
}

impl Principal {
    /// The person of a session. One whose password is a known weak one is refused unless he asks from this machine
    /// itself (SEC-32).
    pub(crate) fn of_session(
        signed_in: &SignedIn,
        caller: Caller,
        trace_id: String,
    ) -> Result<Self, AuthRefusal> {
        refuse_weak(&signed_in.account, &caller)?;
        let (account, tenant) = (signed_in.account.clone(), signed_in.tenant.clone());
        Ok(Self {
            account,
            tenant,
            caller,
            recent_auth: signed_in.is_recent(),
            surface: Surface::Page,
            trace_id,
        })
    }
}

#[cfg(test)]
#[path = "session/tests.rs"]
mod tests;
