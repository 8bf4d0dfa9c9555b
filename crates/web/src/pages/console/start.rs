//! `/console/`: the first place the visitor may see.

use axum::extract::State;
use axum::response::Response;

use super::navigation::Navigation;
use crate::pages::visitor::Visitor;
use crate::pages::{PageError, page};
use crate::state::Web;

/// Leads on; 403 where there is nothing for him.
pub(super) async fn lead_on(State(web): State<Web>, visitor: Visitor) -> Result<Response, PageError> {
    let place = Navigation::first(&web, &visitor).ok_or(PageError::Forbidden)?;
    Ok(page::see_other(place))
}
