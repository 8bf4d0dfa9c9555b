//! From a template and values to the text a person reads. Pure but for [`Templates::load`].
//!
//! A template is built in ([`Template`]) and may be overridden, part by part and per locale, by files in the home
//! folder: `repository/resources/email/<name>[.<locale>].{subject,txt,html}` and `…/sms/<name>[.<locale>].txt`. The
//! first of exact locale, its language, no locale and built-in that can be filled is used, so that a slip in an
//! override costs the wording and never the message.
//!
//! Values are person data: control characters and the marks that reorder text are taken out of them (SEC-31), HTML is
//! escaped, and a text message is cut to three segments by shortening person data, never the code (DESIGN §5).

use std::fmt;

use crate::placeholder::{Context, FillError, Values, fill, without_controls};
use crate::segment::{SEGMENTS_MAX, segments};
use crate::templates::{self, FRAME, FRAME_SLOT};

mod overrides;
mod template;

pub use overrides::{TemplateProblem, Templates};
pub use template::Template;

use overrides::Part;

/// What the built-in wording is written in: a page says so, whatever the reader's locale, or it is read out wrongly.
const BUILT_IN_LANGUAGE: &str = "en";

/// A mail for one recipient. `Debug` shows the subject only.
#[derive(Clone, PartialEq, Eq)]
pub struct Email {
    /// One line.
    pub subject: String,
    /// The plain-text twin.
    pub text: String,
    /// The HTML page.
    pub html: String,
}

/// A text message of at most three segments. `Debug` shows its length only.
#[derive(Clone, PartialEq, Eq)]
pub struct Sms {
    /// What the phone shows.
    pub text: String,
}

/// Why a message could not be rendered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// The message lacks a value even the built-in template needs.
    #[error(transparent)]
    Fill(#[from] FillError),
    /// The template has no form for this channel.
    #[error("{0} is not sent over this channel")]
    Channel(&'static str),
    /// Longer than three segments with all person data cut.
    #[error("the text message is longer than three segments")]
    TooLong,
}

impl Templates {
    /// Renders the e-mail of a template for a locale such as `en_US` or `fr`.
    pub fn email(
        &self,
        template: Template,
        locale: Option<&str>,
        values: &Values,
    ) -> Result<Email, RenderError> {
        let built_in = templates::email(template).ok_or(RenderError::Channel(template.name()))?;
        let values = cleaned(values);
        let part = |part, text| {
            self.first_filled(template, part, locale, text, &|text, language| {
                filled_part(text, part, &values.clone().with("language-tag", language))
            })
        };
        Ok(Email {
            subject: part(Part::Subject, built_in.subject)?,
            text: part(Part::Text, built_in.text)?,
            html: part(Part::Html, built_in.html)?,
        })
    }

    /// Renders the text message of a template.
    pub fn sms(&self, template: Template, locale: Option<&str>, values: &Values) -> Result<Sms, RenderError> {
        let built_in = templates::sms(template).ok_or(RenderError::Channel(template.name()))?;
        let values = cleaned(values);
        let text =
            self.first_filled(template, Part::Sms, locale, built_in, &|text, _| filled_sms(text, &values))?;
        Ok(Sms { text })
    }

    fn first_filled(
        &self,
        template: Template,
        part: Part,
        locale: Option<&str>,
        built_in: &str,
        filled: &dyn Fn(&str, &str) -> Result<String, RenderError>,
    ) -> Result<String, RenderError> {
        let mut candidates = self.candidates(template, part, locale);
        let overridden = candidates.find_map(|(language, text)| filled(text, &language).ok());
        overridden.map_or_else(|| filled(built_in, BUILT_IN_LANGUAGE), Ok)
    }
}

/// Person data without what could deceive.
fn cleaned(values: &Values) -> Values {
    values.map(|_, value| without_controls(value))
}

fn filled_part(text: &str, part: Part, values: &Values) -> Result<String, RenderError> {
    Ok(match part {
        Part::Subject => without_controls(fill(text.trim(), Context::Text, values)?.trim()),
        Part::Html if is_page(text) => fill(text, Context::Html, values)?,
        Part::Html => fill(&FRAME.replace(FRAME_SLOT, text.trim()), Context::Html, values)?,
        Part::Text | Part::Sms => fill(text, Context::Text, values)?,
    })
}

/// A whole page stays as it is; a fragment is put into our frame.
fn is_page(html: &str) -> bool {
    let start = html.trim_start().to_ascii_lowercase();
    start.starts_with("<!doctype") || start.starts_with("<html")
}

/// Values a person did not choose, or must get whole: never cut.
const NEVER_CUT: [&str; 10] = [
    "confirmation-code",
    "otpTokenString",
    "OTPCode",
    "cancel-link",
    "account.recovery.endpoint-url",
    "carbon.product-url",
    "validity",
    "verificationOtpExpiryTime",
    "requested-at",
    "claim-name",
];

/// Fills a text message; while it is too long, person data is shortened, the longest value first.
fn filled_sms(text: &str, values: &Values) -> Result<String, RenderError> {
    let longest = values.iter().map(|(_, value)| value.chars().count()).max().unwrap_or_default();
    let at_most = |length: usize| {
        let cut = values.map(|name, value| {
            if NEVER_CUT.contains(&name) { value.to_owned() } else { value.chars().take(length).collect() }
        });
        Ok::<_, RenderError>(sms_text(&fill(text.trim(), Context::Text, &cut)?))
    };
    let whole = at_most(longest)?;
    if segments(&whole) <= SEGMENTS_MAX {
        return Ok(whole);
    }
    let (mut fits, mut too_long) = (0, longest);
    while too_long - fits > 1 {
        let middle = fits.midpoint(too_long);
        if segments(&at_most(middle)?) <= SEGMENTS_MAX { fits = middle } else { too_long = middle }
    }
    let cut = at_most(fits)?;
    if segments(&cut) <= SEGMENTS_MAX { Ok(cut) } else { Err(RenderError::TooLong) }
}

/// The template's own line breaks stay (one-time-code autofill wants the code on its own line); nothing else invisible.
fn sms_text(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(without_controls).collect();
    lines.join("\n")
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Email").field("subject", &self.subject).finish_non_exhaustive()
    }
}

impl fmt::Debug for Sms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sms").field("characters", &self.text.chars().count()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
