//! How the settings look: groups of properties, each with its key, the value in force and where that comes from.

use std::borrow::Cow;

use askama::Template;
use countersign_app::{PropertyView, Source};
use countersign_domain::user_claim_update::{Connector, InvalidProperty, Property, PropertyType};

use super::typed::Typed;
use crate::governance::catalogue;
use crate::pages::component::{Badge, ErrorSummary, Field, Notice, Switch, Tone};
use crate::pages::console::crumbs::Crumbs;
use crate::pages::console::navigation::Navigation;
use crate::pages::frame::Frame;
use crate::pages::language::Texts;

/// `templates/console/user_claim_update.html`.
#[derive(Template)]
#[template(path = "console/user_claim_update.html")]
pub(super) struct SettingsPage<'a> {
    pub(super) frame: Frame<'a>,
    pub(super) navigation: Navigation,
    pub(super) crumbs: Crumbs<'a>,
    pub(super) csrf: &'a str,
    pub(super) path: &'static str,
    /// Whether anything can be changed; else values are shown as words.
    pub(super) may_update: bool,
    pub(super) errors: Option<ErrorSummary<'a>>,
    /// Said above what a preview shows.
    pub(super) preview: Option<Notice<'a>>,
    pub(super) policy: Vec<String>,
    pub(super) groups: Vec<Group<'a>>,
    /// What only the file says: its key, and the value.
    pub(super) fixed: Vec<(&'static str, String)>,
    pub(super) tests: Vec<super::super::channel_test::TestForm<'a>>,
}

/// Properties about one thing.
pub(super) struct Group<'a> {
    pub(super) id: &'static str,
    pub(super) heading: &'a str,
    pub(super) settings: Vec<Setting<'a>>,
}

/// One property.
pub(super) struct Setting<'a> {
    pub(super) key: &'static str,
    pub(super) control: Control<'a>,
    /// What the page shows as the name and the meaning where nothing can be changed.
    pub(super) label: &'a str,
    pub(super) hint: &'a str,
    /// The name of the field that says what was shown, and that.
    pub(super) shown: (String, String),
    pub(super) in_force: String,
    pub(super) source: Badge<'a>,
    /// What *Revert* would bring back, for a value set here.
    pub(super) revert: Option<String>,
    /// What is wrong with a switch; a field says it itself.
    pub(super) error: Option<Cow<'a, str>>,
}

/// What it is set with.
pub(super) enum Control<'a> {
    Switch(Switch<'a>),
    Field(Box<Field<'a>>),
}

/// Which properties stand together.
const GROUPS: [(&str, &str, &[Property]); 5] = [
    (
        "held",
        "settings-held",
        &[
            Property::EmailEnableVerification,
            Property::MobileEnableVerification,
            Property::EmailSkipByPrivileged,
            Property::MobileSkipByPrivileged,
        ],
    ),
    (
        "proven",
        "settings-proven",
        &[Property::EmailEnableOtp, Property::OtpSendInEmail, Property::MobileByPrivileged],
    ),
    ("told", "settings-told", &[Property::EmailNotifyExisting]),
    ("long", "settings-long", &[Property::EmailExpiry, Property::MobileExpiry]),
    (
        "many",
        "settings-many",
        &[Property::OtpLength, Property::OtpUppercase, Property::OtpLowercase, Property::OtpNumbers],
    ),
];

/// What is wrong, by property.
pub(super) type Errors<'a> = Vec<(Property, Cow<'a, str>)>;

/// What a page of settings is made of.
pub(super) struct Content<'a> {
    pub(super) t: &'static Texts,
    pub(super) properties: &'a [PropertyView],
    /// The file's values: what *Revert* brings back.
    pub(super) file: &'a Connector,
    pub(super) typed: Option<&'a Typed>,
    pub(super) errors: &'a Errors<'a>,
}

impl<'a> Content<'a> {
    /// All properties, in groups.
    pub(super) fn groups(&self) -> Vec<Group<'a>> {
        let group = |&(id, heading, members): &(&'static str, &'static str, &[Property])| Group {
            id,
            heading: self.t.say(heading),
            settings: members.iter().filter_map(|property| self.setting(*property)).collect(),
        };
        GROUPS.iter().map(group).collect()
    }

    fn setting(&self, property: Property) -> Option<Setting<'a>> {
        let view = self.properties.iter().find(|view| view.property == property)?;
        let (label, hint) = catalogue::words(property, self.t);
        let typed = self.typed.and_then(|typed| typed.value(property));
        let value = typed.unwrap_or(&view.value).to_owned();
        let shown = self.typed.and_then(|typed| typed.shown(property)).filter(|shown| !shown.is_empty());
        let error = self.errors.iter().find(|(wrong, _)| *wrong == property).map(|(_, text)| text.clone());
        let is_switch = property.kind() == PropertyType::Boolean;
        let control = if is_switch {
            let is_on = value == "true";
            Control::Switch(Switch {
                name: property.name().into(),
                label: label.into(),
                is_on,
                hint: Some(hint.into()),
            })
        } else {
            let field =
                Field::number(property.name(), label).hint(hint).value(value).length_max(10).required();
            Control::Field(Box::new(field.error(error.clone())))
        };
        let reverts =
            (view.source == Source::Runtime).then(|| self.in_words(property, &self.file.get(property)));
        Some(Setting {
            key: property.name(),
            control,
            label,
            hint,
            shown: (super::typed::shown_name(property), shown.unwrap_or(&view.value).to_owned()),
            in_force: self.in_words(property, &view.value),
            source: self.source(view.source),
            revert: reverts.map(|value| self.t.fill("settings-revert-to", &[("value", &value)])),
            error: error.filter(|_| is_switch),
        })
    }

    fn in_words(&self, property: Property, value: &str) -> String {
        match (property.kind(), value) {
            (PropertyType::Boolean, "true") => self.t.say("settings-on").to_owned(),
            (PropertyType::Boolean, _) => self.t.say("settings-off").to_owned(),
            _ => value.to_owned(),
        }
    }

    fn source(&self, source: Source) -> Badge<'a> {
        match source {
            Source::Runtime => Badge::new(Tone::Waiting, self.t.say("settings-from-console")),
            Source::File => Badge::new(Tone::Neutral, self.t.say("settings-from-file")),
            Source::Default => Badge::new(Tone::Neutral, self.t.say("settings-from-default")),
        }
    }
}

/// What is wrong with a value, in the reader's language.
pub(super) fn wrong(t: &'static Texts, why: InvalidProperty) -> Cow<'static, str> {
    match why {
        InvalidProperty::NotBoolean => t.say("settings-not-boolean").into(),
        InvalidProperty::Validity { max } => t.fill("settings-validity", &[("max", &max.to_string())]).into(),
        InvalidProperty::OtpLength => t.say("settings-code-length").into(),
    }
}
