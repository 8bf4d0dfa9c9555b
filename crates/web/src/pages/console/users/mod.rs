//! *User Management › Users* (pages §5): everybody, with the state of his contacts.

pub(super) mod new;
#[cfg(test)]
mod tests;

use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use countersign_app::{AccountPage, AccountQuery, AccountRow, AccountState, ContactColumn, ListError};
use countersign_domain::claim::Address;
use serde::Deserialize;

use super::navigation::Navigation;
use super::{people, question, user};
use crate::pages::PageError;
use crate::pages::component::{Badge, Choices, Empty, Field, Pager, Tone};
use crate::pages::frame::Frame;
use crate::pages::language::Texts;
use crate::pages::visitor::Visitor;
use crate::state::Web;

pub(super) const PATH: &str = "/console/users";
/// What the list needs, as the API of the same thing does (`verification.md` §8.3).
pub(super) const LIST: &str = "internal_user_mgt_list";
/// What seeing addresses in full needs, and so searching by them.
pub(super) const VIEW: &str = "internal_user_mgt_view";
/// How many stand on a page.
const PAGE: u64 = 25;
/// The filters, by the word in the address and the name in the catalogue.
const STATES: [(&str, &str, AccountState); 3] = [
    ("pending", "users-only-pending", AccountState::Pending),
    ("undeliverable", "users-only-undeliverable", AccountState::Undeliverable),
    ("unverified", "users-only-unverified", AccountState::Unverified),
];

/// An address as this visitor may see it.
fn shown(visitor: &Visitor, address: &Address) -> String {
    if visitor.has(VIEW) { address.as_str().to_owned() } else { address.masked() }
}

/// Who is asked for. A word that is none of ours asks for everybody.
#[derive(Deserialize, Default)]
pub(super) struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    only: String,
    #[serde(default)]
    after: String,
}

impl Asked {
    fn state(&self) -> Option<AccountState> {
        STATES.iter().find(|(word, ..)| *word == self.only).map(|(_, _, state)| *state)
    }

    /// The same question from `after` on.
    fn from(&self, after: &str) -> String {
        question::address(PATH, &[("q", &self.q), ("only", &self.only), ("after", after)])
    }
}

/// `templates/console/users.html`.
#[derive(Template)]
#[template(path = "console/users.html")]
struct UsersPage<'a> {
    frame: Frame<'a>,
    navigation: Navigation,
    search: Field<'a>,
    only: Choices<'a>,
    rows: Vec<Row>,
    /// Instead of rows.
    empty: Option<Empty<'a>>,
    pager: Pager<'a>,
    may_view: bool,
    may_create: bool,
}

struct Row {
    href: String,
    name: String,
    disabled: Option<Badge<'static>>,
    /// E-mail and mobile.
    columns: [Column; 2],
}

/// One contact of a row: what is in force, and how it stands.
struct Column {
    value: Option<String>,
    pending: Option<String>,
    badges: Vec<Badge<'static>>,
}

/// A page of users.
pub(super) async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, PageError> {
    visitor.needs(LIST)?;
    let asked = asked.map(|Query(asked)| asked).unwrap_or_default();
    let found = found(&web, &visitor, &asked).await?;
    let t = visitor.look.texts;
    let rows: Vec<Row> = found.rows.iter().map(|found| row(&visitor, found)).collect();
    let page = UsersPage {
        frame: visitor.frame(&web).in_console(),
        navigation: people::navigation(&web, &visitor),
        search: Field::search("q", t.say("users-search")).value(asked.q.clone()).length_max(255),
        only: filters(t, &asked),
        empty: rows.is_empty().then(|| nobody(t, found.next.is_some())),
        rows,
        pager: Pager {
            label: t.say("pages"),
            previous: (!asked.after.is_empty()).then(|| (asked.from(""), t.say("users-first"))),
            next: found.next.map(|next| (asked.from(&next.to_string()), t.say("next-page"))),
        },
        may_view: visitor.has(VIEW),
        may_create: visitor.has(new::CREATE),
    };
    Ok(visitor.show(&page))
}

async fn found(web: &Web, visitor: &Visitor, asked: &Asked) -> Result<AccountPage, PageError> {
    let after = if asked.after.is_empty() { None } else { Some(asked.after.as_str()) };
    let after = after.map(str::parse).transpose().map_err(|_| PageError::Malformed)?;
    // Whoever sees addresses masked must not find them out by searching either (SEC-21).
    if !asked.q.is_empty() {
        visitor.needs(VIEW)?;
    }
    let query = AccountQuery { text: asked.q.clone(), only: asked.state(), after, limit: PAGE };
    match web.app.accounts(&visitor.as_privileged(), &query).await {
        Ok(page) => Ok(page),
        Err(ListError::Failure(failure)) => Err(failure.into()),
        Err(_) => Err(PageError::Malformed),
    }
}

fn row(visitor: &Visitor, found: &AccountRow) -> Row {
    let profile = &found.view.user.profile;
    let t = visitor.look.texts;
    let disabled = !profile.may_act();
    Row {
        href: user::path_of(found.view.user.id),
        name: profile.user_name.clone(),
        disabled: disabled.then(|| Badge::new(Tone::Problem, t.say("user-disabled"))),
        columns: [&found.contacts.email, &found.contacts.mobile].map(|contact| column(visitor, contact)),
    }
}

fn column(visitor: &Visitor, found: &ContactColumn) -> Column {
    let t = visitor.look.texts;
    let mut badges = Vec::new();
    if found.value.is_some() {
        badges.push(if found.verified {
            Badge::new(Tone::Good, t.say("contact-verified"))
        } else {
            Badge::new(Tone::Neutral, t.say("contact-unverified"))
        });
    }
    if found.undeliverable {
        badges.push(Badge::new(Tone::Problem, t.say("contact-undeliverable")));
    }
    let pending =
        found.pending.as_ref().map(|address| t.fill("contact-waits", &[("value", &shown(visitor, address))]));
    Column { value: found.value.as_ref().map(|address| shown(visitor, address)), pending, badges }
}

fn filters(t: &'static Texts, asked: &Asked) -> Choices<'static> {
    let states = STATES.map(|(word, label, _)| (word, t.say(label)));
    question::choices("only", t.say("users-only"), t.say("users-all"), states, &asked.only)
}

/// What stands where nobody does.
fn nobody(t: &'static Texts, is_cut_off: bool) -> Empty<'static> {
    let text = if is_cut_off { t.say("users-none-yet") } else { t.say("users-none-text") };
    let action = Some((PATH.into(), t.say("users-all").into()));
    Empty { heading: t.say("users-none").into(), text: text.into(), action }
}
