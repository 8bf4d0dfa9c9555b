//! What stands above each part of a user's page: where it is, who he is, and the other parts.

use askama::Template;
use askama::filters::HtmlSafe;
use countersign_domain::snapshot::User;

use super::path_of;
use crate::pages::component::{Badge, Tone};
use crate::pages::console::crumbs::Crumbs;
use crate::pages::language::Texts;

/// A part of the page.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Profile,
    Access,
}

/// `templates/console/user/head.html`.
#[derive(Template)]
#[template(path = "console/user/head.html")]
pub(super) struct Head<'a> {
    crumbs: Crumbs<'a>,
    name: &'a str,
    badges: Vec<Badge<'static>>,
    label: &'static str,
    /// Where a part is, what it is called, and whether it is this one.
    parts: [(String, &'static str, bool); 2],
}

impl HtmlSafe for Head<'_> {}

impl<'a> Head<'a> {
    /// Above the part `here` of this user's page.
    pub(super) fn of(user: &'a User, t: &'static Texts, here: Part) -> Self {
        let profile = &user.profile;
        let name = profile.user_name.as_str();
        let above =
            vec![(None, t.say("section-user-management")), (Some("/console/users"), t.say("place-users"))];
        let badge = |stands: bool, id: &str| {
            stands.then(|| Badge::new(Tone::Problem, t.find(id).unwrap_or_default()))
        };
        let path = path_of(user.id);
        let access = format!("{path}/access");
        Self {
            crumbs: Crumbs::new(t.say("console-breadcrumb"), above, name),
            name,
            badges: [badge(!profile.is_active(), "user-disabled"), badge(profile.is_locked(), "user-locked")]
                .into_iter()
                .flatten()
                .collect(),
            label: t.say("user-parts"),
            parts: [
                (path, t.say("user-profile"), here == Part::Profile),
                (access, t.say("user-access"), here == Part::Access),
            ],
        }
    }
}
