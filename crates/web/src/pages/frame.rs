//! What stands around the content of every page.

use super::asset;
use super::component::Notice;
use super::language::Texts;
use super::look::{Look, Theme};

/// The surroundings of a page; every page's template has one as `frame`.
pub(crate) struct Frame<'a> {
    /// The texts in the reader's language.
    pub(crate) t: &'static Texts,
    pub(crate) theme: Theme,
    /// In whose name the server speaks.
    pub(crate) organization: &'a str,
    /// Who is signed in.
    pub(crate) person: Option<Person<'a>>,
    /// What has just become true.
    pub(crate) status: Option<Notice<'a>>,
    /// Whether our module makes the page livelier. Nothing needs it.
    pub(crate) has_script: bool,
    /// Whether the page is one of the Console's, not of My Account.
    pub(crate) is_console: bool,
    /// The address of this page, to come back to.
    pub(crate) here: String,
}

/// Who is signed in, as pages show him.
pub(crate) struct Person<'a> {
    pub(crate) name: &'a str,
    /// What every form of his session carries (SEC-29).
    pub(crate) csrf: &'a str,
    /// Whether there is anything for him in the Console.
    pub(crate) has_console: bool,
}

impl<'a> Frame<'a> {
    /// Of a page anybody may see.
    pub(crate) fn of_anybody(look: Look, organization: &'a str) -> Self {
        Self {
            t: look.texts,
            theme: look.theme,
            organization,
            person: None,
            status: None,
            has_script: true,
            is_console: false,
            here: String::new(),
        }
    }

    /// Without our module: the pages behind links in messages load nothing they can do without (SEC-25).
    pub(crate) fn without_script(self) -> Self {
        Self { has_script: false, ..self }
    }

    /// Of the Console.
    pub(crate) fn in_console(self) -> Self {
        Self { is_console: true, ..self }
    }

    #[expect(clippy::unused_self, reason = "templates ask it of the frame")]
    pub(crate) fn style(&self) -> &'static str {
        asset::style()
    }

    #[expect(clippy::unused_self, reason = "templates ask it of the frame")]
    pub(crate) fn script(&self) -> &'static str {
        asset::script()
    }

    #[expect(clippy::unused_self, reason = "templates ask it of the frame")]
    pub(crate) fn icon(&self) -> &'static str {
        asset::icon()
    }

    pub(crate) fn lang(&self) -> &'static str {
        self.t.language.tag()
    }

    /// `data-theme`; nothing where the system decides.
    pub(crate) fn chosen_theme(&self) -> Option<&'static str> {
        (self.theme != Theme::System).then(|| self.theme.as_str())
    }

    /// Each theme, what it is called, and whether it is the one.
    pub(crate) fn themes(&self) -> [(&'static str, &'static str, bool); 3] {
        let name = |theme| match theme {
            Theme::System => self.t.say("theme-system"),
            Theme::Light => self.t.say("theme-light"),
            Theme::Dark => self.t.say("theme-dark"),
        };
        Theme::ALL.map(|theme| (theme.as_str(), name(theme), theme == self.theme))
    }
}
