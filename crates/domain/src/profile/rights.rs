//! Who may write which plain attribute (DESIGN §5, "What the owner may write"; SEC-37's third layer).

use serde_json::Value;

use super::Profile;
use crate::actor::Persona;

/// The plain attributes a person may change on himself. Everything else is readOnly to him: an identical echo is
/// ignored, a different value is refused.
pub const OWNER_WRITABLE: [&str; 10] = [
    "name",
    "displayName",
    "nickName",
    "profileUrl",
    "preferredLanguage",
    "locale",
    "timezone",
    "photos",
    "ims",
    "addresses",
];

/// The first attribute that `persona` may not change but the wanted profile changes; `None` when all is allowed.
/// `userName` is judged elsewhere: it depends on the dialect.
pub fn refused_attribute(persona: Persona, before: &Profile, wanted: &Profile) -> Option<String> {
    if persona.is_privileged() {
        return None;
    }
    if before.is_active() != wanted.is_active() {
        return Some("active".to_owned());
    }
    if before.is_locked() != wanted.is_locked() {
        return Some("accountLocked".to_owned());
    }
    let names = before.attributes.keys().chain(wanted.attributes.keys());
    names
        .filter(|name| !OWNER_WRITABLE.contains(&name.as_str()))
        .find(|name| !same(before.attributes.get(*name), wanted.attributes.get(*name)))
        .cloned()
}

/// null, `[]` and absent all mean unassigned (RFC 7643 §2.5).
fn same(before: Option<&Value>, wanted: Option<&Value>) -> bool {
    let assigned = |value: Option<&Value>| match value {
        None | Some(Value::Null) => None,
        Some(Value::Array(items)) if items.is_empty() => None,
        Some(Value::Object(members)) if members.is_empty() => None,
        Some(value) => Some(value.clone()),
    };
    assigned(before) == assigned(wanted)
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, json};

    use super::*;
    use crate::claim::PerFamily;

    fn profile(attributes: Value) -> Profile {
        let Value::Object(attributes) = attributes else { panic!("attributes are an object") };
        Profile {
            user_name: "bob".to_owned(),
            active: Some(true),
            locked: None,
            contacts: PerFamily::default(),
            attributes,
        }
    }

    fn refused(before: Value, wanted: Value) -> Option<String> {
        refused_attribute(Persona::Owner, &profile(before), &profile(wanted))
    }

    /// DESIGN §5, "What the owner may write": these, and nothing beside them.
    #[test]
    fn an_owner_writes_what_is_his() {
        for name in OWNER_WRITABLE {
            assert_eq!(refused(json!({}), json!({ name: "x" })), None, "{name}");
            assert_eq!(refused(json!({ name: "x" }), json!({})), None, "{name}");
        }
        let enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
        let read_only = [
            "userType",
            "title",
            "roles",
            "entitlements",
            "externalId",
            "x509Certificates",
            "groups",
            "anything",
            enterprise,
        ];
        for name in read_only {
            assert_eq!(refused(json!({}), json!({ name: "x" })).as_deref(), Some(name));
            assert_eq!(refused(json!({ name: "x" }), json!({ name: "y" })).as_deref(), Some(name));
            assert_eq!(refused(json!({ name: "x" }), json!({})).as_deref(), Some(name));
        }
    }

    /// An identical echo is ignored, however unassigned is written (RFC 7643 §2.5).
    #[test]
    fn an_identical_echo_is_no_change() {
        assert_eq!(refused(json!({"title": {"a": 1, "b": 2}}), json!({"title": {"b": 2, "a": 1}})), None);
        for unassigned in [json!(null), json!([]), json!({})] {
            assert_eq!(refused(json!({}), json!({ "roles": unassigned })), None);
            assert_eq!(refused(json!({ "roles": unassigned }), json!({})), None);
        }
    }

    /// I13: an owner does not unlock himself, or lock himself out.
    #[test]
    fn an_owner_changes_neither_active_nor_lock() {
        let before = profile(json!({}));
        let disabled = Profile { active: Some(false), ..before.clone() };
        let locked = Profile { locked: Some(true), ..before.clone() };

        assert_eq!(refused_attribute(Persona::Owner, &before, &disabled).as_deref(), Some("active"));
        assert_eq!(refused_attribute(Persona::Owner, &locked, &before).as_deref(), Some("accountLocked"));
    }

    /// Somebody else with permission writes everything.
    #[test]
    fn a_privileged_caller_writes_everything() {
        let before = profile(json!({"title": "x"}));
        let wanted =
            Profile { active: Some(false), locked: Some(true), attributes: Map::new(), ..before.clone() };

        for persona in [Persona::Administrator, Persona::Application] {
            assert_eq!(refused_attribute(persona, &before, &wanted), None);
        }
    }
}
