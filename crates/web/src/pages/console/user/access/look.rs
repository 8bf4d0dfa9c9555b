//! What the page shows.

use std::borrow::Cow;

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use countersign_app::{AuditFilter, UserView};
use countersign_domain::UserId;
use countersign_domain::actor::Subject;
use countersign_domain::audit::Event;

use super::permission::{self, Group};
use super::{DELETE, GRANT, Opened, UPDATE, VIEW, Wrong, path_of};
use crate::pages::component::{ErrorSummary, Field, Moment};
use crate::pages::console::navigation::Navigation;
use crate::pages::console::people;
use crate::pages::console::user::head::{Head, Part};
use crate::pages::frame::Frame;
use crate::pages::sessions::Sessions;
use crate::pages::visitor::Visitor;
use crate::pages::{PageError, page, password};
use crate::state::Web;

/// What seeing a group needs.
const GROUP_VIEW: &str = "internal_group_mgt_view";

/// `templates/console/user/access.html`.
#[derive(Template)]
#[template(path = "console/user/access.html")]
struct AccessPage<'a> {
    frame: Frame<'a>,
    navigation: Navigation,
    head: Head<'a>,
    name: &'a str,
    /// The visitor's own, for what fills in passwords.
    own_name: &'a str,
    path: String,
    csrf: &'a str,
    error: Option<ErrorSummary<'a>>,
    rights: Rights,
    states: [Standing; 2],
    /// The new password, where its form is open.
    new_password: Option<Field<'a>>,
    sessions: Option<Sessions<'a>>,
    permissions: Vec<Group>,
    has_permissions: bool,
    is_granting: bool,
    groups: Vec<Joined>,
    /// The account's name, where the form that ends it is open.
    typed_name: Option<Field<'a>>,
    /// The visitor's own password, where a form is open and it is to be shown again (SEC-24).
    current: Option<Field<'a>>,
}

/// Whether the account is enabled, or locked.
struct Standing {
    text: &'static str,
    since: Option<(Moment, String)>,
    /// What turning it ends, or does not bring back.
    consequence: &'static str,
    /// The step that turns it, and what its button is called.
    turn: (&'static str, &'static str),
}

/// A group he is in.
struct Joined {
    name: String,
    href: Option<String>,
    is_direct: bool,
}

/// What this visitor may change of this user's access.
struct Rights {
    is_own: bool,
    update: bool,
    delete: bool,
    grant: bool,
}

impl Rights {
    fn of(visitor: &Visitor, id: UserId) -> Result<Self, PageError> {
        let is_own = visitor.user()? == id;
        let may = |scope| visitor.has(scope) && !is_own;
        Ok(Self { is_own, update: may(UPDATE), delete: may(DELETE), grant: may(GRANT) })
    }

    /// A form that is not the visitor's to send is not shown either.
    fn open(&self, opened: Opened) -> Opened {
        let may = match opened {
            Opened::Nothing => false,
            Opened::Password => self.update,
            Opened::Permissions(_) => self.grant,
            Opened::Delete(_) => self.delete,
        };
        if may { opened } else { Opened::Nothing }
    }
}

/// The page with one of its forms open, and what was wrong.
pub(super) async fn render(
    web: &Web,
    visitor: &Visitor,
    id: UserId,
    opened: Opened,
    wrong: Option<Wrong>,
) -> Result<Response, PageError> {
    visitor.needs(VIEW)?;
    let (cx, t) = (visitor.as_privileged(), visitor.look.texts);
    let view = web.app.user(&cx, id).await?.ok_or(PageError::NotFound)?;
    let granted = web.app.grants(&cx, Subject::User(id)).await?;
    let rights = Rights::of(visitor, id)?;
    let opened = rights.open(opened);
    let ticked = if let Opened::Permissions(ticked) = &opened { ticked.as_ref() } else { None };
    let [new_password, typed_name, current] = fields(web, visitor, &view, &opened, wrong.as_ref());
    let page = AccessPage {
        frame: visitor.frame(web).in_console(),
        navigation: people::navigation(web, visitor),
        head: Head::of(&view.user, t, Part::Access),
        name: &view.user.profile.user_name,
        own_name: visitor.principal.display(),
        path: format!("{}/access", path_of(id)),
        csrf: visitor.csrf(),
        error: wrong.as_ref().map(|wrong| ErrorSummary {
            heading: t.say("something-to-mend").into(),
            errors: vec![(Cow::Borrowed(wrong.field), wrong.sentence.clone().into())],
        }),
        states: standings(web, visitor, &view).await?,
        new_password,
        sessions: sessions(web, visitor, id).await?,
        permissions: permission::groups(visitor, &granted, ticked),
        has_permissions: granted.iter().any(|scope| scope != "internal_login"),
        is_granting: matches!(opened, Opened::Permissions(_)),
        groups: joined(visitor, &view),
        typed_name,
        current,
        rights,
    };
    let status = wrong.as_ref().map_or(StatusCode::OK, |wrong| wrong.status);
    Ok(page::with_wait(visitor.answer(status, &page), wrong.as_ref().and_then(|wrong| wrong.wait)))
}

/// The fields of the form that is open: the new password, the account's name, the visitor's own password (SEC-24).
fn fields<'a>(
    web: &Web,
    visitor: &'a Visitor,
    view: &UserView,
    opened: &Opened,
    wrong: Option<&Wrong>,
) -> [Option<Field<'a>>; 3] {
    let t = visitor.look.texts;
    let of = |field| wrong.filter(|wrong| wrong.field == field).map(|wrong| wrong.sentence.clone());
    let first = |field: Field<'a>| if wrong.is_none() { field.focused() } else { field };
    let new_password = || {
        let hint = password::policy(t, web.app.password_policy());
        let field = Field::password("password", t.say("access-new-password"), "new-password").hint(hint);
        first(field.error(of("password")).required())
    };
    let typed_name = |typed: &str| {
        let label = t.fill("access-delete-name", &[("name", &view.user.profile.user_name)]);
        let action = format!("{}/access/delete", path_of(view.user.id));
        let kept = visitor.typed(&action, "userName").filter(|_| typed.is_empty()).unwrap_or(typed);
        first(Field::text("userName", label).value(kept.to_owned()).error(of("userName")).required())
    };
    let current = || {
        let field = Field::password("current", t.say("access-own-password"), "current-password");
        field.hint(t.say("password-why")).error(of("current")).required()
    };
    let is_stale = !matches!(opened, Opened::Nothing) && !visitor.session.is_recent();
    [
        matches!(opened, Opened::Password).then(new_password),
        if let Opened::Delete(typed) = opened { Some(typed_name(typed)) } else { None },
        is_stale.then(current),
    ]
}

async fn sessions<'a>(
    web: &Web,
    visitor: &'a Visitor,
    id: UserId,
) -> Result<Option<Sessions<'a>>, PageError> {
    let alive = web.app.sessions(&visitor.as_privileged(), id).await?;
    if alive.is_empty() {
        return Ok(None);
    }
    let list = Sessions::of(visitor, &alive);
    if !visitor.has(UPDATE) {
        return Ok(Some(list));
    }
    let t = visitor.look.texts;
    let is_own = visitor.user()? == id;
    let all = if is_own { t.say("end-others") } else { t.say("access-end-all") };
    let path = format!("{}/access/sessions", path_of(id));
    Ok(Some(list.endable(visitor.csrf(), path, ("end-all", all))))
}

/// Enabled or disabled, and locked or not.
async fn standings(web: &Web, visitor: &Visitor, view: &UserView) -> Result<[Standing; 2], PageError> {
    let t = visitor.look.texts;
    let profile = &view.user.profile;
    let active = if profile.is_active() {
        Standing {
            text: t.say("access-enabled"),
            since: None,
            consequence: t.say("access-disable-text"),
            turn: ("disable", t.say("access-disable")),
        }
    } else {
        Standing {
            text: t.say("access-disabled"),
            since: since(web, visitor, view.user.id, Event::UserDisabled).await?,
            consequence: t.say("access-enable-text"),
            turn: ("enable", t.say("access-enable")),
        }
    };
    let locked = if profile.is_locked() {
        Standing {
            text: t.say("access-locked"),
            since: since(web, visitor, view.user.id, Event::UserLocked).await?,
            consequence: t.say("access-unlock-text"),
            turn: ("unlock", t.say("access-unlock")),
        }
    } else {
        Standing {
            text: t.say("access-not-locked"),
            since: None,
            consequence: t.say("access-lock-text"),
            turn: ("lock", t.say("access-lock")),
        }
    };
    Ok([active, locked])
}

/// When he was, and by whom, where the trail still says so.
async fn since(
    web: &Web,
    visitor: &Visitor,
    id: UserId,
    event: Event,
) -> Result<Option<(Moment, String)>, PageError> {
    let filter = AuditFilter { user: Some(id), events: vec![event], ..AuditFilter::default() };
    let found = web.app.audit(&visitor.as_privileged(), &filter, None, 1).await?;
    let told = |entry: &countersign_app::AuditEntry| {
        (visitor.clock().tell(entry.at), visitor.look.texts.fill("access-by", &[("name", &entry.by.display)]))
    };
    Ok(found.entries.first().map(told))
}

fn joined(visitor: &Visitor, view: &UserView) -> Vec<Joined> {
    let may_look = visitor.has(GROUP_VIEW);
    let joined = |group: &countersign_domain::groups::Membership| Joined {
        name: group.name.clone(),
        href: may_look.then(|| format!("/console/groups/{}", group.group)),
        is_direct: group.is_direct,
    };
    view.groups.iter().map(joined).collect()
}
