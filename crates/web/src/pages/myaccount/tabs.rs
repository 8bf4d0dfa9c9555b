//! The three parts of My Account.

use crate::pages::component::{Tab, Tabs};
use crate::pages::language::Texts;

/// One of them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    PersonalInfo,
    Security,
    Activity,
}

/// The tabs, standing at `here`.
pub(super) fn tabs(t: &'static Texts, here: Part) -> Tabs<'static> {
    let tab = |part, href, label| Tab { href, label, is_here: part == here };
    Tabs {
        label: t.say("my-account"),
        tabs: vec![
            tab(Part::PersonalInfo, "/myaccount/", t.say("personal-info")),
            tab(Part::Security, "/myaccount/security", t.say("security")),
            tab(Part::Activity, "/myaccount/activity", t.say("activity")),
        ],
    }
}
