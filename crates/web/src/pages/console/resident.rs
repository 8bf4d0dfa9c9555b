//! *Identity Providers › Resident*: what this server's own identity provider is set to, by the product's names.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::crumbs::Crumbs;
use super::navigation::Navigation;
use super::user_claim_update::{self, policy};
use crate::pages::PageError;
use crate::pages::frame::Frame;
use crate::pages::visitor::Visitor;
use crate::state::Web;

/// Where it is.
pub(super) const PATH: &str = "/console/identity-providers/resident";

/// `templates/console/resident.html`.
#[derive(Template)]
#[template(path = "console/resident.html")]
struct ResidentPage<'a> {
    frame: Frame<'a>,
    navigation: Navigation,
    crumbs: Crumbs<'a>,
    connector: &'static str,
    policy: Vec<String>,
}

/// The connectors of *Other Settings*, each with what it says now.
pub(super) async fn show(State(web): State<Web>, visitor: Visitor) -> Result<Response, PageError> {
    visitor.needs(user_claim_update::VIEW)?;
    let settings = web.app.settings_in_force(&visitor.as_privileged()).await?;
    let t = visitor.look.texts;
    let page = ResidentPage {
        frame: visitor.frame(&web).in_console(),
        navigation: Navigation::of(&web, &visitor, "resident"),
        crumbs: Crumbs::new(
            t.say("console-breadcrumb"),
            vec![(None, t.say("section-identity-providers"))],
            t.say("place-resident"),
        ),
        connector: user_claim_update::PATH,
        policy: policy::sentences(t, &settings),
    };
    Ok(visitor.show(&page))
}
