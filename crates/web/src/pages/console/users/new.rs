//! *User Management › Users › New user* (pages §5): what `POST /scim2/Users` takes, as a form.

#[cfg(test)]
mod tests;
mod typed;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use countersign_app::{CreateError, NewPassword, TakenClaim, UserView};
use countersign_domain::Refusal;
use countersign_domain::claim::ClaimFamily;
use countersign_domain::user_claim_update::Settings;
use typed::{NewUserForm, Typed};

use super::{LIST, PATH, VIEW};
use crate::pages::component::{ErrorSummary, Field, Switch};
use crate::pages::console::crumbs::Crumbs;
use crate::pages::console::navigation::Navigation;
use crate::pages::console::{people, user};
use crate::pages::contact::act::attribute;
use crate::pages::contact::words::invalid;
use crate::pages::frame::Frame;
use crate::pages::posted::Posted;
use crate::pages::visitor::{self, Visitor};
use crate::pages::{PageError, page, password};
use crate::state::Web;

/// What creating needs, as at `/scim2/Users`.
pub(super) const CREATE: &str = "internal_user_mgt_create";
/// Where the page is, and its form goes.
const HERE: &str = "/console/users/new";

/// `templates/console/users/new.html`.
#[derive(Template)]
#[template(path = "console/users/new.html")]
struct NewUserPage<'a> {
    frame: Frame<'a>,
    navigation: Navigation,
    crumbs: Crumbs<'a>,
    errors: Option<ErrorSummary<'a>>,
    csrf: &'a str,
    back: &'static str,
    /// The user name and the names.
    person: [Field<'a>; 3],
    /// E-mail and mobile.
    contacts: [Contact<'a>; 2],
    password: Field<'a>,
}

/// A contact, and whether its proof is asked for; `None` where nothing is proven.
struct Contact<'a> {
    field: Field<'a>,
    proof: Option<Switch<'a>>,
}

/// What was wrong, by the field's name; empty: it concerns no field.
type Wrong = Vec<(&'static str, String)>;

/// The form.
pub(in crate::pages::console) async fn show(
    State(web): State<Web>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let kept = Typed::kept(HERE, &visitor);
    render(&web, &visitor, &kept, Wrong::new(), StatusCode::OK).await
}

/// Creates the user, or says beside each field what was wrong.
pub(in crate::pages::console) async fn create(
    State(web): State<Web>,
    Posted { visitor, form }: Posted<NewUserForm>,
) -> Result<Response, PageError> {
    visitor.needs(CREATE)?;
    let (typed, password) = form.taken();
    let wrong = slips(&visitor, &typed);
    if !wrong.is_empty() {
        return render(&web, &visitor, &typed, wrong, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let cx = visitor.as_privileged();
    let schema = web.schemas.borrow().user(countersign_scim::schema::Dialect::Strict);
    let Ok(wanted) = typed.wanted(schema, password.is_some()) else {
        let wrong = vec![("", visitor.look.texts.say("wrong-field").to_owned())];
        return render(&web, &visitor, &typed, wrong, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    match web.app.create_user(&cx, None, &wanted, password.map(NewPassword::Chosen)).await {
        Ok(view) => Ok(created(&visitor, &view)),
        Err(error) => {
            let wait = match &error {
                CreateError::Refused(Refusal::TooManyRequests { retry_after }) => Some(*retry_after),
                _ => None,
            };
            let (field, sentence, status) = why(&visitor, error)?;
            let answer = render(&web, &visitor, &typed, vec![(field, sentence)], status).await?;
            Ok(page::with_wait(answer, wait))
        }
    }
}

/// Leads on to the user, as far as the visitor may see him.
fn created(visitor: &Visitor, view: &UserView) -> Response {
    let path = if visitor.has(VIEW) {
        user::path_of(view.user.id)
    } else if visitor.has(LIST) {
        PATH.to_owned()
    } else {
        HERE.to_owned()
    };
    let is_asked = view.pending.email.is_some() || view.pending.mobile.is_some();
    visitor::done(&path, if is_asked { "user-created-asked" } else { "user-created" })
}

/// What can be told without asking anybody.
fn slips(visitor: &Visitor, typed: &Typed) -> Wrong {
    let t = visitor.look.texts;
    let mut wrong = Wrong::new();
    if typed.user_name.is_empty() {
        wrong.push(("userName", t.say("new-user-name-missing").to_owned()));
    }
    if typed.user_name.chars().count() > typed::NAME_MAX {
        wrong.push(("userName", t.say("new-user-name-long").to_owned()));
    }
    for family in ClaimFamily::ALL {
        if let Err(why) = typed.address(family) {
            wrong.push((attribute(family), t.find(invalid(why)).unwrap_or_default().to_owned()));
        }
    }
    wrong
}

/// Why nobody was created: the field, the sentence, the status.
fn why(visitor: &Visitor, error: CreateError) -> Result<(&'static str, String, StatusCode), PageError> {
    let t = visitor.look.texts;
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    let say = |id: &str| t.find(id).unwrap_or_default().to_owned();
    Ok(match error {
        CreateError::Failure(failure) => return Err(failure.into()),
        CreateError::Taken(TakenClaim::UserName) => {
            ("userName", say("new-user-name-taken"), StatusCode::CONFLICT)
        }
        CreateError::Taken(TakenClaim::Address(family)) | CreateError::Refused(Refusal::Taken(family)) => {
            let word = format!("new-user-{}-taken", family.as_str());
            (attribute(family), say(&word), StatusCode::CONFLICT)
        }
        CreateError::Password(weak) => ("password", password::refused(t, weak)?, unprocessable),
        CreateError::Refused(Refusal::TooManyRequests { retry_after }) => {
            let wait = visitor.clock().span(retry_after);
            ("", t.fill("new-user-too-often", &[("wait", &wait)]), StatusCode::TOO_MANY_REQUESTS)
        }
        CreateError::Refused(Refusal::Address { attribute: named, why }) => {
            let family = ClaimFamily::ALL.into_iter().find(|family| attribute(*family) == named);
            (family.map_or("", attribute), say(invalid(why)), unprocessable)
        }
        CreateError::Refused(_) => return Err(PageError::Forbidden),
        CreateError::Taken(_) | CreateError::NoMoreVerifications => return Err(PageError::Conflict),
    })
}

async fn render(
    web: &Web,
    visitor: &Visitor,
    typed: &Typed,
    wrong: Wrong,
    status: StatusCode,
) -> Result<Response, PageError> {
    visitor.needs(CREATE)?;
    let t = visitor.look.texts;
    let settings = web.app.settings_in_force(&visitor.as_privileged()).await?;
    let above = vec![(None, t.say("section-user-management")), (Some(PATH), t.say("place-users"))];
    let page = NewUserPage {
        frame: visitor.frame(web).in_console(),
        navigation: people::navigation(web, visitor),
        crumbs: Crumbs::new(t.say("console-breadcrumb"), above, t.say("new-user")),
        csrf: visitor.csrf(),
        back: if visitor.has(LIST) { PATH } else { "/console/" },
        person: person(visitor, typed, &wrong),
        contacts: ClaimFamily::ALL.map(|family| contact(visitor, typed, &wrong, &settings, family)),
        password: judged(
            Field::password("password", t.say("password"), "new-password")
                .hint(password::policy(t, web.app.password_policy())),
            "password",
            &wrong,
        ),
        errors: (!wrong.is_empty()).then(|| ErrorSummary {
            heading: t.say("something-to-mend").into(),
            errors: wrong.iter().map(|(field, why)| ((*field).into(), why.clone().into())).collect(),
        }),
    };
    Ok(visitor.answer(status, &page))
}

/// A field with what was wrong with it; the first that is wrong has the focus.
fn judged<'a>(field: Field<'a>, name: &str, wrong: &Wrong) -> Field<'a> {
    let error = wrong.iter().find(|(wrong, _)| *wrong == name).map(|(_, why)| why.clone());
    let is_first = wrong.first().is_some_and(|(first, _)| *first == name);
    let field = field.error(error);
    if is_first { field } else { field.unfocused() }
}

fn person<'a>(visitor: &Visitor, typed: &Typed, wrong: &Wrong) -> [Field<'a>; 3] {
    let t = visitor.look.texts;
    let text = |name: &'static str, label: &'static str, value: &str| {
        judged(Field::text(name, label).value(value.to_owned()).length_max(255), name, wrong)
    };
    let user_name =
        text("userName", t.say("new-user-name"), &typed.user_name).hint(t.say("new-user-name-hint"));
    [
        if wrong.is_empty() { user_name.required().focused() } else { user_name.required() },
        text("name.givenName", t.say("field-given-name"), &typed.given_name),
        text("name.familyName", t.say("field-family-name"), &typed.family_name),
    ]
}

fn contact<'a>(
    visitor: &Visitor,
    typed: &Typed,
    wrong: &Wrong,
    settings: &Settings,
    family: ClaimFamily,
) -> Contact<'a> {
    let t = visitor.look.texts;
    let (field, proof, label, hint) = match family {
        ClaimFamily::Email => (
            Field::email("emails", t.say("new-user-email")),
            "verifyEmail",
            t.say("new-user-verify-email"),
            t.say("new-user-verify-email-hint"),
        ),
        ClaimFamily::Mobile => (
            Field::tel("phoneNumbers", t.say("new-user-mobile")).hint(t.say("mobile-new-hint")),
            "verifyMobile",
            t.say("new-user-verify-mobile"),
            t.say("new-user-verify-mobile-hint"),
        ),
    };
    let (value, is_on) = typed.contact(family);
    let field = judged(field.autocomplete("off").value(value.to_owned()), attribute(family), wrong);
    let switch = Switch { name: proof.into(), label: label.into(), is_on, hint: Some(hint.into()) };
    Contact { field, proof: settings.of(family).enabled.then_some(switch) }
}
