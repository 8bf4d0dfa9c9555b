//! The whole URL space on one screen (DESIGN §3.4).

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use tower::util::MapRequest;

use crate::state::Web;
use crate::{changes, code_api, governance, health, layer, oauth, pages, scim};

/// Every surface behind the layer all of them share. Serve it with `into_make_service_with_connect_info`: without the
/// peer's address no request counts as coming from this machine.
///
/// Each surface names its paths in full in its own `routes()`.
pub fn router(web: Web) -> Router {
    let interfaces = Router::new()
        .merge(scim::routes(&web)) //       /scim2/…, /scim/v2/…
        .merge(code_api::routes()) //       /api/identity/user/v1.0/{validate-code, resend-code, …}
        .merge(changes::routes()) //        /api/identity/user/v1.0/{me/changes, changes}
        .merge(governance::routes()) //     /api/server/v1/identity-governance/…
        .merge(oauth::routes()) //          /oauth2/token
        .route_layer(from_fn(layer::same_site_writes));
    let all = interfaces
        .merge(pages::routes()) //          /accountrecoveryendpoint/…, the dev inbox
        .merge(health::routes()) //         /healthz, /readyz
        .fallback(layer::unknown_path)
        .method_not_allowed_fallback(layer::unknown_method);
    let shared = all.layer(from_fn_with_state(layer::Around::new(web.clone()), layer::around));
    Router::new().fallback_service(MapRequest::new(shared.with_state(web), scim::spelled))
}
