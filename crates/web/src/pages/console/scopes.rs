//! Permissions in plain words and groups, for people and for programs alike (SEC-37).

use crate::pages::language::Texts;

/// What each is about: the group's name in the catalogue, and its scopes. Everybody has `internal_login`.
pub(super) const GROUPS: [(&str, &[&str]); 5] = [
    (
        "users",
        &[
            "internal_user_mgt_list",
            "internal_user_mgt_view",
            "internal_user_mgt_create",
            "internal_user_mgt_update",
            "internal_user_mgt_delete",
            "bulk_verify",
        ],
    ),
    ("changes", &["internal_user_code_mgt_view", "internal_user_code_mgt_create"]),
    (
        "groups",
        &[
            "internal_group_mgt_list",
            "internal_group_mgt_view",
            "internal_group_mgt_create",
            "internal_group_mgt_update",
            "internal_group_mgt_delete",
        ],
    ),
    ("settings", &["internal_idp_view", "internal_idp_update"]),
    (
        "server",
        &[
            "internal_config_mgt_view",
            "internal_config_mgt_add",
            "internal_config_mgt_update",
            "internal_config_mgt_delete",
        ],
    ),
];

/// What a group is called.
pub(super) fn heading(t: &'static Texts, group: &str) -> &'static str {
    t.find(&format!("permissions-{group}")).unwrap_or_default()
}

/// What a scope lets somebody do, in a few words.
pub(super) fn word(t: &'static Texts, scope: &str) -> &'static str {
    t.find(&format!("may-{scope}")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use countersign_app::SCOPES;

    use super::*;
    use crate::pages::Language;

    /// pages §5: whatever can be granted can be ticked, once, and says what it is.
    #[test]
    fn every_scope_stands_in_one_group_and_has_words() {
        let grouped = GROUPS.iter().flat_map(|(_, scopes)| scopes.iter().copied());
        let shown: Vec<&str> = grouped.chain(["internal_login"]).collect();

        assert_eq!(shown.len(), SCOPES.len());
        assert_eq!(shown.into_iter().collect::<BTreeSet<_>>(), SCOPES.into());
        for t in Language::ALL.map(Language::texts) {
            assert!(SCOPES.iter().all(|scope| !word(t, scope).is_empty()));
            assert!(GROUPS.iter().all(|(group, _)| !heading(t, group).is_empty()));
        }
    }
}
