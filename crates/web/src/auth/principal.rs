//! Basic and bearer credentials become a principal.

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign_app::{Account, BasicRefusal, Context, Failure};
use countersign_domain::actor::{Actor, Persona, Requester, Subject, Surface};
use countersign_domain::{SignedDuration, TenantId, UserId};

use super::Caller;
use crate::state::Web;

/// An authenticated caller.
#[derive(Clone, Debug)]
pub(crate) struct Principal {
    pub(crate) account: Account,
    pub(crate) tenant: TenantId,
    pub(crate) caller: Caller,
    /// Whether the credential itself is fresh proof of identity: Basic carries the password (DESIGN §5), a session knows
    /// when it was shown (SEC-24).
    pub(super) recent_auth: bool,
    /// A session is of a browser: whoever has one sits at a page (SEC-24).
    pub(super) surface: Surface,
    pub(super) trace_id: String,
}

/// Why a request has no principal. Each surface words it in its own body.
#[derive(Debug)]
pub(crate) enum AuthRefusal {
    /// No credential, an unknown scheme, a wrong or ended credential: 401 with the schemes offered.
    Unauthorized,
    /// 429 (SEC-34).
    Throttled(SignedDuration),
    /// 503 or 500.
    Failed(Failure),
}

impl Principal {
    /// The user behind the credential, if it is one.
    pub(crate) const fn user(&self) -> Option<UserId> {
        match &self.account {
            Account::User { id, .. } => Some(*id),
            Account::Client { .. } => None,
        }
    }

    /// Whether the caller holds `scope`; everybody holds `internal_login` on himself.
    pub(crate) fn has(&self, scope: &str) -> bool {
        let (Account::User { scopes, .. } | Account::Client { scopes, .. }) = &self.account;
        scopes.iter().any(|held| held == scope) || (scope == "internal_login" && self.user().is_some())
    }

    /// What people call the account.
    pub(crate) fn display(&self) -> &str {
        match &self.account {
            Account::User { user_name, .. } => user_name,
            Account::Client { name, .. } => name,
        }
    }

    /// What the request is called in logs and error bodies.
    pub(crate) fn trace_id(&self) -> &str {
        &self.trace_id
    }

    /// The caller as the owner of his own profile: `/Me`, `/me/…`.
    pub(crate) fn as_owner(&self) -> Context {
        self.acting(Persona::Owner)
    }

    /// The caller as somebody with permission over others.
    pub(crate) fn as_privileged(&self) -> Context {
        let persona = if self.user().is_some() { Persona::Administrator } else { Persona::Application };
        self.acting(persona)
    }

    fn acting(&self, persona: Persona) -> Context {
        let (subject, display) = match &self.account {
            Account::User { id, user_name, .. } => (Subject::User(*id), user_name.clone()),
            Account::Client { id, name, .. } => (Subject::Client(*id), name.clone()),
        };
        let privileged = persona.is_privileged();
        let actor = Actor {
            requester: Requester { persona, subject, display },
            origin: self.caller.origin.clone(),
            may_assert: privileged && self.has("internal_user_mgt_update"),
            may_list: self.has("internal_user_mgt_list"),
            recent_auth: self.recent_auth,
            surface: self.surface,
            reason: None,
        };
        Context { tenant: self.tenant.clone(), actor, trace_id: self.trace_id.clone() }
    }
}

impl Principal {
    /// Reads the credential of a request. Not an extractor: each surface wraps it in its own, which words the refusal.
    pub(crate) async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, AuthRefusal> {
        let Ok(caller) = Caller::from_request_parts(parts, web).await;
        let trace_id = crate::trace::id_of(&parts.extensions);
        match credential(&parts.headers).ok_or(AuthRefusal::Unauthorized)? {
            Credential::Basic { user_name, password } => {
                let tenant = TenantId::carbon_super();
                let signed_in = web.app.sign_in(&tenant, &user_name, &password, caller.origin.address).await;
                let account = signed_in.map_err(refused)?;
                refuse_weak(&account, &caller)?;
                Ok(Self { account, tenant, caller, recent_auth: true, surface: Surface::Api, trace_id })
            }
            Credential::Bearer(token) => {
                let found = web.app.bearer(&token).await.map_err(AuthRefusal::Failed)?;
                let (tenant, account) = found.ok_or_else(|| {
                    tracing::info!(event = "token_refused");
                    AuthRefusal::Unauthorized
                })?;
                Ok(Self { account, tenant, caller, recent_auth: false, surface: Surface::Api, trace_id })
            }
        }
    }
}

/// SEC-32: whoever signs in, or has signed in, with a known weak password does so from this machine only.
pub(super) fn refuse_weak(account: &Account, caller: &Caller) -> Result<(), AuthRefusal> {
    if matches!(account, Account::User { weak: true, .. }) && !caller.is_local {
        tracing::warn!(
            event = "weak_password_refused",
            "a known weak password is accepted from this machine only"
        );
        return Err(AuthRefusal::Unauthorized);
    }
    Ok(())
}

/// A failed sign-in can be counted (SEC-60); whose it was meant to be is not said: people type passwords as names.
pub(super) fn refused(refusal: BasicRefusal) -> AuthRefusal {
    match refusal {
        BasicRefusal::Invalid => {
            tracing::info!(event = "sign_in_failed");
            AuthRefusal::Unauthorized
        }
        BasicRefusal::Throttled(wait) => {
            tracing::warn!(event = "sign_in_throttled");
            AuthRefusal::Throttled(wait)
        }
        BasicRefusal::Failure(failure) => AuthRefusal::Failed(failure),
    }
}

enum Credential {
    Basic { user_name: String, password: String },
    Bearer(String),
}

/// The credential of a request; the scheme is never guessed (SEED-19), two headers are none.
fn credential(headers: &HeaderMap) -> Option<Credential> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    let (scheme, rest) = value.to_str().ok()?.split_once(' ')?;
    if scheme.eq_ignore_ascii_case("Basic") {
        let pair = String::from_utf8(STANDARD.decode(rest.trim()).ok()?).ok()?;
        let (user_name, password) = pair.split_once(':')?;
        return Some(Credential::Basic { user_name: user_name.to_owned(), password: password.to_owned() });
    }
    scheme.eq_ignore_ascii_case("Bearer").then(|| Credential::Bearer(rest.trim().to_owned()))
}
