//! A person shows his password once more, in place, before something that matters (SEC-24).

use axum::http::HeaderValue;
use countersign_domain::SignedDuration;

use crate::auth::{AuthRefusal, session};
use crate::pages::PageError;
use crate::pages::visitor::Visitor;
use crate::state::Web;

/// What a form's password came to.
pub(super) enum Shown {
    /// None was typed.
    Nothing,
    /// He is recent now; his browser has to be told by this cookie.
    Fresh(Option<HeaderValue>),
    Wrong,
    Throttled(SignedDuration),
}

/// Takes the password of a form, if there is one.
pub(super) async fn show_password(
    web: &Web,
    visitor: &mut Visitor,
    password: &str,
) -> Result<Shown, PageError> {
    if password.is_empty() {
        return Ok(Shown::Nothing);
    }
    let caller = visitor.principal.caller.clone();
    match session::renew(web, &caller, &visitor.session, &visitor.token, password).await {
        Ok(opened) => Ok(Shown::Fresh(visitor.renewed(web, &opened))),
        Err(AuthRefusal::Failed(failure)) => Err(failure.into()),
        Err(AuthRefusal::Throttled(wait)) => Ok(Shown::Throttled(wait)),
        Err(AuthRefusal::Unauthorized) => Ok(Shown::Wrong),
    }
}
