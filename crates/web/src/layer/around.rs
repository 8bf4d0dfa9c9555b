//! What every request passes, in one layer: layers around each other are cloned, boxed and polled one by one for every
//! request, and together they cost more than what most requests ask for.

use std::time::Instant;

use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument as _;

use super::{Refuser, headers, host, limit};
use crate::body::BODY_MAX;
use crate::pages::{self, Look};
use crate::state::Web;
use crate::trace::{self, TraceId};

/// What the layer knows beforehand.
#[derive(Clone)]
pub(crate) struct Around {
    web: Web,
    is_loopback: bool,
}

impl Around {
    pub(crate) fn new(web: Web) -> Self {
        let is_loopback = headers::is_loopback(&web.options.public_url);
        Self { web, is_loopback }
    }
}

/// Names the request, answers it within time and whatever happens, and finishes the answer.
pub(crate) async fn around(
    State(Around { web, is_loopback }): State<Around>,
    mut request: Request,
    next: Next,
) -> Response {
    let id = TraceId::new(&web.app.trace_id());
    request.extensions_mut().insert(id.clone());
    DefaultBodyLimit::max(BODY_MAX).apply(&mut request);
    let look = Look::of(request.headers());
    let span = trace::span(&id, &request);
    async move {
        #[expect(clippy::disallowed_methods, reason = "how long an answer took is measured at the edge")]
        let began = Instant::now();
        let mut response = match host::judged(&web.options.hosts, &request) {
            Ok(()) => limit::bounded(request, next).await,
            Err((status, detail)) => Refuser::of(&request).refuse(status, detail),
        };
        response = pages::worded(response, look, &web.app.file().organization, id.as_str());
        headers::secure(response.headers_mut(), is_loopback);
        trace::answered(&id, began.elapsed(), &mut response);
        response
    }
    .instrument(span)
    .await
}
