//! What an application may do, to be ticked.

use crate::pages::console::scopes::{GROUPS, heading, word};
use crate::pages::visitor::Visitor;

/// A program may hold it, though it has no profile.
const OWN: (&str, &[&str]) = ("own", &["internal_login"]);

/// A group of them.
pub(super) struct ScopeGroup {
    pub(super) heading: &'static str,
    pub(super) scopes: Vec<ScopeBox>,
}

/// One of them, to be ticked.
pub(super) struct ScopeBox {
    pub(super) scope: &'static str,
    pub(super) label: &'static str,
    pub(super) is_on: bool,
    /// Why it cannot be given, or not given again.
    pub(super) hint: Option<&'static str>,
    /// Whether it may be ticked.
    pub(super) is_open: bool,
}

/// The boxes as this visitor may tick them: `ticked` are on, `held` are granted now.
pub(super) fn boxes(visitor: &Visitor, ticked: &[String], held: &[String]) -> Vec<ScopeGroup> {
    let t = visitor.look.texts;
    let among = |scopes: &[String], scope: &str| scopes.iter().any(|one| one == scope);
    let scope_box = |scope: &'static str| {
        let (is_own, is_held) = (visitor.has(scope), among(held, scope));
        let hint = match (is_own, is_held) {
            (true, _) => None,
            (false, true) => Some(t.say("scope-not-again")),
            (false, false) => Some(t.say("scope-beyond")),
        };
        let is_on = among(ticked, scope) && (is_own || is_held);
        ScopeBox { scope, label: word(t, scope), is_on, hint, is_open: is_own || is_held }
    };
    let group = |(name, scopes): (&str, &[&'static str])| ScopeGroup {
        heading: heading(t, name),
        scopes: scopes.iter().map(|scope| scope_box(scope)).collect(),
    };
    GROUPS.into_iter().chain([OWN]).map(group).collect()
}
