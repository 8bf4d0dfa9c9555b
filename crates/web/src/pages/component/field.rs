//! A labelled input, its hint, and what was wrong with what was typed.

use std::borrow::Cow;

use askama::Template;
use askama::filters::HtmlSafe;

/// `templates/component/field.html`.
#[derive(Template, Clone, Default)]
#[template(path = "component/field.html")]
pub(crate) struct Field<'a> {
    name: Cow<'a, str>,
    /// Unique in the page; the name unless somebody says otherwise.
    id: Cow<'a, str>,
    label: Cow<'a, str>,
    kind: &'static str,
    value: Cow<'a, str>,
    hint: Option<Cow<'a, str>>,
    error: Option<Cow<'a, str>>,
    autocomplete: &'static str,
    inputmode: &'static str,
    is_required: bool,
    is_focused: bool,
    is_code: bool,
    /// How long a code is: with script it is sent off when it is complete.
    code_length: u32,
    /// Zero: as long as it likes.
    length_max: u32,
    /// Where the script asks how what is typed reads.
    preview: Option<&'static str>,
}

impl HtmlSafe for Field<'_> {}

impl<'a> Field<'a> {
    /// A line of text. `name` is the SCIM attribute it fills.
    pub(crate) fn text(name: impl Into<Cow<'a, str>>, label: impl Into<Cow<'a, str>>) -> Self {
        let name = name.into();
        Self {
            id: name.clone(),
            name,
            label: label.into(),
            kind: "text",
            autocomplete: "off",
            ..Self::default()
        }
    }

    /// An e-mail address. Of type `text`, as browsers rewrite international domains in a field of type `email`, and what
    /// is typed has to reach the server as it was typed (SEC-45).
    pub(crate) fn email(name: impl Into<Cow<'a, str>>, label: impl Into<Cow<'a, str>>) -> Self {
        Self { inputmode: "email", autocomplete: "email", ..Self::text(name, label) }
    }

    /// A telephone number.
    pub(crate) fn tel(name: impl Into<Cow<'a, str>>, label: impl Into<Cow<'a, str>>) -> Self {
        Self { kind: "tel", autocomplete: "tel", ..Self::text(name, label) }
    }

    /// Read back while it is typed, by the page at this path.
    pub(crate) fn previewed(self, path: &'static str) -> Self {
        Self { preview: Some(path), ..self }
    }

    /// A whole number.
    pub(crate) fn number(name: impl Into<Cow<'a, str>>, label: impl Into<Cow<'a, str>>) -> Self {
        Self { inputmode: "numeric", ..Self::text(name, label) }
    }

    /// A password: never shown again.
    pub(crate) fn password(
        name: impl Into<Cow<'a, str>>,
        label: impl Into<Cow<'a, str>>,
        autocomplete: &'static str,
    ) -> Self {
        Self { kind: "password", autocomplete, ..Self::text(name, label) }
    }

    /// A confirmation code: one visible field that phones fill by themselves (pages §3.4).
    pub(crate) fn code(
        name: impl Into<Cow<'a, str>>,
        label: impl Into<Cow<'a, str>>,
        is_numeric: bool,
        length: u32,
    ) -> Self {
        let inputmode = if is_numeric { "numeric" } else { "text" };
        let field = Self::text(name, label);
        Self { inputmode, autocomplete: "one-time-code", is_code: true, code_length: length, ..field }
    }

    /// A field to search by.
    pub(crate) fn search(name: impl Into<Cow<'a, str>>, label: impl Into<Cow<'a, str>>) -> Self {
        Self { kind: "search", ..Self::text(name, label) }
    }

    /// Called otherwise than the other field of this name in the page.
    pub(crate) fn id(self, id: impl Into<Cow<'a, str>>) -> Self {
        Self { id: id.into(), ..self }
    }

    /// A day, as `2026-03-01`.
    pub(crate) fn day(name: impl Into<Cow<'a, str>>, label: impl Into<Cow<'a, str>>) -> Self {
        Self { kind: "date", ..Self::text(name, label) }
    }

    /// With what was typed, or is so now.
    pub(crate) fn value(self, value: impl Into<Cow<'a, str>>) -> Self {
        Self { value: value.into(), ..self }
    }

    /// With a sentence beneath.
    pub(crate) fn hint(self, hint: impl Into<Cow<'a, str>>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// With what was wrong. The field has the focus then.
    pub(crate) fn error(self, error: Option<impl Into<Cow<'a, str>>>) -> Self {
        let error = error.map(Into::into);
        Self { is_focused: self.is_focused || error.is_some(), error, ..self }
    }

    /// As browsers fill it.
    pub(crate) fn autocomplete(self, autocomplete: &'static str) -> Self {
        Self { autocomplete, ..self }
    }

    /// That has to be filled.
    pub(crate) fn required(self) -> Self {
        Self { is_required: true, ..self }
    }

    /// That has the focus when the page opens: at most one of a page.
    pub(crate) fn focused(self) -> Self {
        Self { is_focused: true, ..self }
    }

    /// That leaves the focus to another one, where several are wrong.
    pub(crate) fn unfocused(self) -> Self {
        Self { is_focused: false, ..self }
    }

    /// Of at most so many characters.
    pub(crate) fn length_max(self, length_max: u32) -> Self {
        Self { length_max, ..self }
    }

    /// The ids of what describes the input.
    fn described_by(&self) -> String {
        let parts = [("hint", self.hint.is_some()), ("error", self.error.is_some())];
        let ids: Vec<_> = parts
            .iter()
            .filter(|(_, is_there)| *is_there)
            .map(|(part, _)| format!("{}-{part}", self.id))
            .collect();
        ids.join(" ")
    }
}
