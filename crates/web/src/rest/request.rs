//! What a handler takes out of a request.

use std::convert::Infallible;

use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use countersign_domain::UserId;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Refused;
use crate::auth::Principal;
use crate::body::{self, Untyped};
use crate::state::Web;

/// A caller with a valid credential; without one the request goes no further.
pub(crate) struct Signed(pub(crate) Principal);

impl Signed {
    /// The caller, if he holds `scope`.
    pub(crate) fn with(self, scope: &'static str) -> Result<Principal, Refused> {
        if self.0.has(scope) { Ok(self.0) } else { Err(Refused::scope(scope)) }
    }

    /// The caller as a person: `/me` is nobody for a program.
    pub(crate) fn person(self) -> Result<(Principal, UserId), Refused> {
        match self.0.user() {
            Some(user) => Ok((self.0, user)),
            None => Err(Refused::new(
                StatusCode::FORBIDDEN,
                "CS-40303",
                "This is about the signed-in user, and an application is none. Use the endpoint without /me.",
            )),
        }
    }
}

impl FromRequestParts<Web> for Signed {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Refused> {
        Ok(Self(Principal::from_request_parts(parts, web).await?))
    }
}

/// The segments of the path, decoded. Escapes that are no text are refused like everything else, in the surface's body.
pub(crate) struct Segments<T>(pub(crate) T);

impl<T: DeserializeOwned + Send> FromRequestParts<Web> for Segments<T> {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Refused> {
        let unreadable = |_| Refused::shape("The path cannot be read: its escapes are not UTF-8.");
        let Path(segments) = Path::from_request_parts(parts, web).await.map_err(unreadable)?;
        Ok(Self(segments))
    }
}

/// The body, read but not yet judged: who may not ask at all is told so first.
pub(crate) struct Body(Result<Value, Refused>);

impl Body {
    /// The JSON in it.
    pub(crate) fn json(self) -> Result<Value, Refused> {
        self.0
    }
}

impl FromRequest<Web> for Body {
    type Rejection = Infallible;

    async fn from_request(request: Request, _: &Web) -> Result<Self, Infallible> {
        Ok(Self(body::read(request, Untyped::Refused).await.map_err(Refused::from)))
    }
}
