//! What an application may do, in plain groups: every scope there is stands in one of them.

use crate::pages::language::Texts;
use crate::pages::visitor::Visitor;

/// Headings of the catalogue, and what stands beneath them.
const GROUPS: [(&str, &[&str]); 5] = [
    (
        "scopes-people",
        &[
            "internal_user_mgt_list",
            "internal_user_mgt_view",
            "internal_user_mgt_create",
            "internal_user_mgt_update",
            "internal_user_mgt_delete",
            "bulk_verify",
        ],
    ),
    (
        "scopes-groups",
        &[
            "internal_group_mgt_list",
            "internal_group_mgt_view",
            "internal_group_mgt_create",
            "internal_group_mgt_update",
            "internal_group_mgt_delete",
        ],
    ),
    ("scopes-proofs", &["internal_user_code_mgt_view", "internal_user_code_mgt_create"]),
    (
        "scopes-server",
        &[
            "internal_idp_view",
            "internal_idp_update",
            "internal_config_mgt_view",
            "internal_config_mgt_add",
            "internal_config_mgt_update",
            "internal_config_mgt_delete",
        ],
    ),
    ("scopes-own", &["internal_login"]),
];

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
        ScopeBox { scope, label: named(t, scope), is_on, hint, is_open: is_own || is_held }
    };
    let group = |(heading, scopes): (&str, &[&'static str])| ScopeGroup {
        heading: t.find(heading).unwrap_or_default(),
        scopes: scopes.iter().map(|scope| scope_box(scope)).collect(),
    };
    GROUPS.map(group).into()
}

/// What a scope lets a program do, in a few words.
pub(super) fn named(t: &'static Texts, scope: &str) -> &'static str {
    t.find(&format!("scope-{scope}")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use countersign_app::SCOPES;

    use super::*;
    use crate::pages::Language;

    /// pages §5, Applications: whatever can be granted can be ticked, once, and says what it is.
    #[test]
    fn every_scope_stands_in_one_group_and_has_words() {
        let shown: Vec<&str> = GROUPS.iter().flat_map(|(_, scopes)| scopes.iter().copied()).collect();

        assert_eq!(shown.len(), SCOPES.len());
        assert_eq!(shown.into_iter().collect::<BTreeSet<_>>(), SCOPES.into());
        for t in Language::ALL.map(Language::texts) {
            assert!(SCOPES.iter().all(|scope| !named(t, scope).is_empty()));
            assert!(GROUPS.iter().all(|(heading, _)| t.find(heading).is_some()));
        }
    }
}
