//! A number read back while somebody types it: in international form, or why no message goes there (pages §3.2).
//!
//! A convenience of the script's: what is typed is judged again when it is saved.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use countersign_domain::claim::{Address, ClaimFamily};
use serde::Deserialize;

use super::words;
use crate::pages::PageError;
use crate::pages::posted::{self, Posted};
use crate::state::Web;

/// Where it is asked; by POST, so that no number stands in an address or a log (SEC-59).
pub(crate) const PATH: &str = "/myaccount/numbers/preview";

#[derive(Deserialize)]
pub(crate) struct NumberForm {
    #[serde(rename = "phoneNumbers")]
    phone_numbers: String,
}

impl posted::Form for NumberForm {}

/// `templates/contact/number.html`.
#[derive(Template)]
#[template(path = "contact/number.html")]
struct NumberRead {
    text: String,
    /// ISO 3166-1, where the number tells its country.
    country: Option<String>,
}

/// How a number reads. Nothing is said of one that is not complete yet.
pub(crate) async fn read(
    State(web): State<Web>,
    Posted { visitor, form }: Posted<NumberForm>,
) -> Result<Response, PageError> {
    let settings = web.app.settings_in_force(&visitor.as_owner()).await?;
    let nothing = NumberRead { text: String::new(), country: None };
    let Ok(Address::Mobile(number)) = Address::parse(ClaimFamily::Mobile, form.phone_numbers.trim()) else {
        return Ok(visitor.show(&nothing));
    };
    let read = match (settings.numbering.judge(&number), settings.numbering.preview(&number)) {
        (Err(why), _) => {
            let why = visitor.look.texts.find(words::invalid(why.into())).unwrap_or_default();
            NumberRead { text: why.to_owned(), country: None }
        }
        (Ok(_), Some((text, region))) => {
            NumberRead { text, country: region.map(|region| region.to_string()) }
        }
        (Ok(_), None) => nothing,
    };
    Ok(visitor.show(&read))
}
