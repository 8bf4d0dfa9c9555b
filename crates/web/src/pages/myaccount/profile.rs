//! Names and the like, edited in place as one group.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use countersign_app::{ProfileField, UpdateError};
use countersign_scim::schema::Dialect;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::personal;
use crate::pages::component::Field;
use crate::pages::language::Texts;
use crate::pages::posted::{self, Posted};
use crate::pages::visitor;
use crate::pages::{PageError, page};
use crate::state::Web;

/// The attributes of the group, by their SCIM paths, with their messages and what browsers fill them with.
const FIELDS: [(&str, &str, &str); 5] = [
    ("name.givenName", "given-name", "given-name"),
    ("name.familyName", "family-name", "family-name"),
    ("displayName", "display-name", "name"),
    ("nickName", "nick-name", "nickname"),
    ("preferredLanguage", "preferred-language", "language"),
];

/// What was typed, and what was wrong with it.
#[derive(Default)]
pub(super) struct Typed {
    values: Vec<(&'static str, String)>,
    wrong: Option<(&'static str, String)>,
}

/// The group on the page.
pub(super) struct Profile<'a> {
    /// Label and value.
    pub(super) facts: Vec<(&'static str, String)>,
    /// Open, if it is edited.
    pub(super) fields: Option<Vec<Field<'a>>>,
}

impl Profile<'_> {
    /// As it stands, open with what was typed.
    pub(super) fn of(attributes: &Map<String, Value>, typed: Option<&Typed>, t: &'static Texts) -> Self {
        let now = |path: &str| {
            let (name, sub) = path.split_once('.').unwrap_or((path, ""));
            let value = attributes.get(name).map(|value| if sub.is_empty() { value } else { &value[sub] });
            value.and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        let label = |id: &str| t.find(&format!("field-{id}")).unwrap_or_default();
        let fields = typed.map(|typed| {
            let field = |&(path, id, autocomplete): &(&'static str, &str, &'static str)| {
                let value =
                    typed.values.iter().find(|(name, _)| *name == path).map(|(_, value)| value.clone());
                let wrong =
                    typed.wrong.as_ref().filter(|(name, _)| *name == path).map(|(_, why)| why.clone());
                let field = Field::text(path, label(id)).autocomplete(autocomplete).length_max(255);
                field.value(value.unwrap_or_else(|| now(path))).error(wrong)
            };
            FIELDS.iter().map(field).collect()
        });
        let facts = FIELDS.iter().map(|&(path, id, _)| (label(id), now(path))).collect();
        Self { facts, fields }
    }
}

/// The form.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct ProfileForm {
    #[serde(rename = "name.givenName")]
    given_name: String,
    #[serde(rename = "name.familyName")]
    family_name: String,
    #[serde(rename = "displayName")]
    display_name: String,
    #[serde(rename = "nickName")]
    nick_name: String,
    #[serde(rename = "preferredLanguage")]
    preferred_language: String,
}

impl posted::Form for ProfileForm {}

impl ProfileForm {
    fn values(self) -> Vec<(&'static str, String)> {
        let values =
            [self.given_name, self.family_name, self.display_name, self.nick_name, self.preferred_language];
        FIELDS.iter().map(|(path, ..)| *path).zip(values).collect()
    }
}

/// The form's address, looked at.
pub(super) async fn opened() -> Response {
    page::see_other("/myaccount/?edit=profile")
}

/// Takes the form.
pub(super) async fn save(
    State(web): State<Web>,
    Posted { visitor, form }: Posted<ProfileForm>,
) -> Result<Response, PageError> {
    let values = form.values();
    let field = |(path, value): &(&'static str, String)| ProfileField {
        path: (*path).to_owned(),
        text: Some(value.trim().to_owned()).filter(|text| !text.is_empty()),
    };
    let fields: Vec<_> = values.iter().map(field).collect();
    let schema = web.schemas.borrow().user(Dialect::Strict);
    let wrote = web.app.write_fields(&visitor.as_owner(), visitor.user()?, schema, &fields).await;
    let t = visitor.look.texts;
    let wrong = match wrote {
        Ok(_) => return Ok(visitor::done("/myaccount/", "profile-saved")),
        Err(UpdateError::Failure(failure)) => return Err(failure.into()),
        Err(UpdateError::NoSuchUser) => return Err(PageError::NotFound),
        Err(UpdateError::Edit(countersign_app::FieldError::Text { path, .. })) => {
            let known = FIELDS.iter().find(|(name, ..)| *name == path).map(|(name, ..)| *name);
            known.map(|name| (name, t.say("wrong-field").to_owned()))
        }
        Err(UpdateError::Refused(_) | UpdateError::Edit(_)) => return Err(PageError::Forbidden),
        Err(_) => return Err(PageError::Conflict),
    };
    let form = personal::Form { contact: None, profile: Some(Typed { values, wrong }) };
    personal::render(&web, &visitor, form, StatusCode::UNPROCESSABLE_ENTITY).await
}
