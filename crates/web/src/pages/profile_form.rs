//! Names and the like, edited in place as one group, by their owner and by an administrator alike.
//!
//! Beside each field stands what it showed when the form was opened: saving changes what somebody changed and nothing else,
//! whatever was done elsewhere meanwhile.

use std::collections::BTreeMap;

use askama::Template;
use askama::filters::HtmlSafe;
use countersign_app::{Context, FieldError, ProfileField, UpdateError};
use countersign_domain::UserId;
use countersign_scim::schema::Dialect;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::PageError;
use super::component::{ErrorSummary, Field};
use super::language::Texts;
use super::posted::Form;
use super::visitor::Visitor;
use crate::state::Web;

/// The attributes of the group, by their SCIM paths, with their messages and what browsers fill them with.
const FIELDS: [(&str, &str, &str); 5] = [
    ("name.givenName", "given-name", "given-name"),
    ("name.familyName", "family-name", "family-name"),
    ("displayName", "display-name", "name"),
    ("nickName", "nick-name", "nickname"),
    ("preferredLanguage", "preferred-language", "language"),
];
/// What stands before the name of the field that says what was shown.
const SHOWN: &str = "shown.";

/// The form as it was sent: the fields by name.
#[derive(Deserialize, Default)]
#[serde(transparent)]
pub(crate) struct ProfileForm(BTreeMap<String, String>);

impl Form for ProfileForm {
    const KEPT: &'static [&'static str] =
        &["name.givenName", "name.familyName", "displayName", "nickName", "preferredLanguage"];
}

/// What was typed, and what was wrong with it.
#[derive(Default)]
pub(crate) struct Typed {
    values: Vec<(&'static str, String)>,
    wrong: Option<(&'static str, String)>,
}

/// What a form came to.
pub(crate) enum Saved {
    Changed,
    Unchanged,
    /// It is shown again.
    Refused(Typed),
}

impl Typed {
    /// What survived the end of the visitor's session, if anything did.
    pub(crate) fn kept(visitor: &Visitor, action: &str) -> Self {
        let kept = |path| Some((path, visitor.typed(action, path)?.to_owned()));
        Self { values: FIELDS.iter().filter_map(|(path, ..)| kept(*path)).collect(), wrong: None }
    }

    /// What was wrong, for the top of the page.
    pub(crate) fn summary(&self, t: &'static Texts) -> Option<ErrorSummary<'_>> {
        let (path, why) = self.wrong.as_ref()?;
        let heading = t.say("something-to-mend").into();
        Some(ErrorSummary { heading, errors: vec![((*path).into(), why.as_str().into())] })
    }
}

impl ProfileForm {
    /// Writes what was changed.
    pub(crate) async fn save(
        self,
        web: &Web,
        cx: &Context,
        user: UserId,
        t: &'static Texts,
    ) -> Result<Saved, PageError> {
        let fields = self.changed();
        if fields.is_empty() {
            return Ok(Saved::Unchanged);
        }
        let schema = web.schemas.borrow().user(Dialect::Strict);
        let wrong = match web.app.write_fields(cx, user, schema, &fields).await {
            Ok(_) => return Ok(Saved::Changed),
            Err(UpdateError::Failure(failure)) => return Err(failure.into()),
            Err(UpdateError::NoSuchUser) => return Err(PageError::NotFound),
            Err(UpdateError::Edit(FieldError::Text { path, .. })) => {
                let known = FIELDS.iter().find(|(name, ..)| *name == path);
                known.map(|(name, ..)| (*name, t.say("wrong-field").to_owned()))
            }
            Err(UpdateError::Refused(_) | UpdateError::Edit(_)) => return Err(PageError::Forbidden),
            Err(_) => return Err(PageError::Conflict),
        };
        let typed = |&(path, ..): &(&'static str, _, _)| Some((path, self.0.get(path)?.clone()));
        Ok(Saved::Refused(Typed { values: FIELDS.iter().filter_map(typed).collect(), wrong }))
    }

    /// The fields that are not as they were shown.
    fn changed(&self) -> Vec<ProfileField> {
        let field = |&(path, ..): &(&str, _, _)| {
            let typed = self.0.get(path)?.trim();
            let is_as_shown =
                self.0.get(&format!("{SHOWN}{path}")).is_some_and(|shown| shown.trim() == typed);
            let text = Some(typed.to_owned()).filter(|text| !text.is_empty());
            (!is_as_shown).then(|| ProfileField { path: path.to_owned(), text })
        };
        FIELDS.iter().filter_map(field).collect()
    }
}

/// `templates/profile_form.html`: the group on its page.
#[derive(Template)]
#[template(path = "profile_form.html")]
pub(crate) struct Profile<'a> {
    t: &'static Texts,
    csrf: &'a str,
    /// The page it stands on.
    home: &'a str,
    action: String,
    /// What saves it is called.
    submit: &'static str,
    may_edit: bool,
    /// Label and value.
    facts: Vec<(&'static str, String)>,
    /// Open, if it is edited: each with the name and value of what it shows now.
    fields: Option<Vec<(Field<'a>, String, String)>>,
}

impl HtmlSafe for Profile<'_> {}

/// Where the group stands, and what may be done.
pub(crate) struct Surroundings<'a> {
    pub(crate) t: &'static Texts,
    pub(crate) csrf: &'a str,
    pub(crate) home: &'a str,
    pub(crate) action: String,
    pub(crate) submit: &'static str,
    pub(crate) may_edit: bool,
    /// Whether the browser may offer what it knows of who sits before it.
    pub(crate) is_own: bool,
}

impl<'a> Profile<'a> {
    /// As it stands, open with what was typed.
    pub(crate) fn of(
        attributes: &Map<String, Value>,
        typed: Option<&'a Typed>,
        stands: Surroundings<'a>,
    ) -> Self {
        let Surroundings { t, csrf, home, action, submit, may_edit, is_own } = stands;
        let now = |path: &str| {
            let (name, sub) = path.split_once('.').unwrap_or((path, ""));
            let value = attributes.get(name).map(|value| if sub.is_empty() { value } else { &value[sub] });
            value.and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        let label = |id: &str| t.find(&format!("field-{id}")).unwrap_or_default();
        let open = |typed: &'a Typed| {
            let field = |&(path, id, autocomplete): &(&'static str, &str, &'static str)| {
                let value =
                    typed.values.iter().find(|(name, _)| *name == path).map(|(_, value)| value.clone());
                let wrong = typed.wrong.as_ref().filter(|(name, _)| *name == path);
                let field =
                    Field::text(path, label(id)).length_max(255).value(value.unwrap_or_else(|| now(path)));
                let field = field.autocomplete(if is_own { autocomplete } else { "off" });
                (field.error(wrong.map(|(_, why)| why.as_str())), format!("{SHOWN}{path}"), now(path))
            };
            FIELDS.iter().map(field).collect()
        };
        Self {
            t,
            csrf,
            home,
            action,
            submit,
            may_edit,
            facts: FIELDS.iter().map(|&(path, id, _)| (label(id), now(path))).collect(),
            fields: typed.map(open),
        }
    }
}
