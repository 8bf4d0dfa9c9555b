//! From a template and values to the text a person reads. Pure but for [`Templates::load`].
//!
//! A template is built in ([`Template`]), in English and in German ([`Language`]), and may be overridden, part by part and
//! per locale, by files in the home folder: `repository/resources/email/<name>[.<locale>].{subject,txt,html}` and
//! `…/sms/<name>[.<locale>].txt`. The first of exact locale, its language, no locale, built in in the language and built
//! in in English that can be filled is used, so that a slip in an override costs the wording and never the message.
//!
//! Values are person data: control characters and the marks that reorder text are taken out of them (SEC-31), HTML is
//! escaped, and a text message is cut to three segments by shortening person data, never the code (DESIGN §5).

use std::fmt;

use crate::placeholder::{Context, FillError, Values, fill, without_controls};
use crate::segment::{SEGMENTS_MAX, segments};
use crate::templates::{self, EmailParts, FOOTER_SLOT, FRAME, FRAME_SLOT};

mod language;
mod overrides;
mod style;
mod template;
mod wrap;

pub use language::Language;
pub use overrides::{TemplateProblem, Templates};
pub use template::Template;

use overrides::Part;

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
        let built_in = built_ins(locale, |language| templates::email_in(language, template));
        let values = cleaned(values);
        let part = |part, text: fn(&EmailParts) -> &'static str| {
            let built_in = built_in.iter().map(|(language, parts)| Source::built_in(*language, text(parts)));
            self.first_filled(template, part, locale, built_in, &|source| filled_part(source, part, &values))
        };
        Ok(Email {
            subject: part(Part::Subject, |parts| parts.subject)?,
            text: part(Part::Text, |parts| parts.text)?,
            html: part(Part::Html, |parts| parts.html)?,
        })
    }

    /// Renders the text message of a template.
    pub fn sms(&self, template: Template, locale: Option<&str>, values: &Values) -> Result<Sms, RenderError> {
        let built_in = built_ins(locale, |language| templates::sms_in(language, template));
        let values = cleaned(values);
        let built_in = built_in.into_iter().map(|(language, text)| Source::built_in(language, text));
        let text =
            self.first_filled(template, Part::Sms, locale, built_in, &|source| filled_sms(source, &values))?;
        Ok(Sms { text })
    }

    fn first_filled<'t>(
        &'t self,
        template: Template,
        part: Part,
        locale: Option<&str>,
        mut built_in: impl Iterator<Item = Source<'t>>,
        filled: &dyn Fn(&Source<'_>) -> Result<String, RenderError>,
    ) -> Result<String, RenderError> {
        let first = built_in.next().ok_or(RenderError::Channel(template.name()))?;
        let mut overriding = self.candidates(template, part, locale);
        if let Some(text) = overriding.find_map(|source| filled(&source).ok()) {
            return Ok(text);
        }
        filled(&first).or_else(|why| built_in.next().map_or(Err(why), |second| filled(&second)))
    }
}

/// What is built in for a reader: in his language where there is any, then in English.
fn built_ins<T>(locale: Option<&str>, of: impl Fn(Language) -> Option<T>) -> Vec<(Language, T)> {
    let mut languages = vec![Language::of(locale), Language::English];
    languages.dedup();
    languages.into_iter().filter_map(|language| Some((language, of(language)?))).collect()
}

/// A text to fill, and what is known of it.
struct Source<'t> {
    text: &'t str,
    /// What it is taken to be written in: a page says so, whatever the reader's locale, or it is read out wrongly.
    tag: String,
    /// What the application's own words are put into.
    words: Language,
    /// Ours: laid out by us.
    is_built_in: bool,
}

impl<'t> Source<'t> {
    fn built_in(language: Language, text: &'t str) -> Self {
        Self { text, tag: language.tag().to_owned(), words: language, is_built_in: true }
    }
}

/// Person data without what could deceive.
fn cleaned(values: &Values) -> Values {
    values.map(|_, value| without_controls(value))
}

fn filled_part(source: &Source<'_>, part: Part, values: &Values) -> Result<String, RenderError> {
    let values = source.words.words(values).with("language-tag", source.tag.as_str());
    let text = source.text;
    Ok(match part {
        Part::Subject => without_controls(fill(text.trim(), Context::Text, &values)?.trim()),
        Part::Html if is_page(text) => fill(text, Context::Html, &values)?,
        Part::Html => fill(&framed(source), Context::Html, &values)?,
        Part::Text if source.is_built_in => {
            wrap::wrapped(&fill(&wrap::breakable(text), Context::Text, &values)?)
        }
        Part::Text | Part::Sms => fill(text, Context::Text, &values)?,
    })
}

/// A fragment in our page, every class of ours written out.
fn framed(source: &Source<'_>) -> String {
    let page = FRAME.replace(FOOTER_SLOT, source.words.footer());
    style::inlined(&page.replace(FRAME_SLOT, source.text.trim()))
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
fn filled_sms(source: &Source<'_>, values: &Values) -> Result<String, RenderError> {
    let values = source.words.words(values);
    let values = if source.is_built_in { values.map(without_program) } else { values };
    let longest = values.iter().map(|(_, value)| value.chars().count()).max().unwrap_or_default();
    let at_most = |length: usize| {
        let cut = values.map(|name, value| {
            if NEVER_CUT.contains(&name) { value.to_owned() } else { value.chars().take(length).collect() }
        });
        Ok::<_, RenderError>(sms_text(&fill(source.text.trim(), Context::Text, &cut)?))
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

/// Where a request came from without the program it came by: its name alone is as long as a text message.
fn without_program(name: &str, value: &str) -> String {
    let address = value.split(" (").next().filter(|_| name == "requested-from");
    address.unwrap_or(value).to_owned()
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
