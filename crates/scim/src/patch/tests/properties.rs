//! What holds for every PATCH.

use proptest::prelude::*;
use serde_json::json;

use super::held;
use crate::{
    normalise::any_json,
    patch::Patch,
    schema::{Dialect, user},
};

proptest! {
    /// SEC-40: whatever is sent and whatever is held, an answer or a refusal comes, and closed attributes stay.
    #[test]
    fn no_patch_panics_or_touches_what_is_closed(
        op in prop_oneof![Just("add"), Just("replace"), Just("remove")],
        path in prop::option::of(prop_oneof![
            Just("emails"), Just("emails.value"), Just("emails[type eq \"work\"]"), Just("name"), Just("id"),
            Just("phoneNumbers[value pr].value"), Just("urn:scim:wso2:schema"), Just("groups"), Just("meta"),
            Just("urn:scim:wso2:schema:mobileNumbers[value eq \"a\"]"), Just("emails[not (type eq \"x\")].primary"),
            Just("urn:ietf:params:scim:schemas:core:2.0:User"),
        ]),
        value in any_json(),
        resource in any_json(),
        is_strict in any::<bool>(),
    ) {
        let schema = user(if is_strict { Dialect::Strict } else { Dialect::Wso2 });
        let body = json!({"Operations": [{"op": op, "path": path, "value": value}]});
        let Ok(patch) = Patch::parse(body, schema) else { return Ok(()) };

        for resource in [held(), resource] {
            if let Ok(edited) = patch.apply(resource.clone(), schema) {
                for closed in ["id", "groups", "meta"] {
                    prop_assert_eq!(edited.resource.get(closed), resource.get(closed));
                }
            }
        }
    }

    /// What a replace writes can be written again without changing anything.
    #[test]
    fn replacing_twice_is_replacing_once(value in any_json(), is_strict in any::<bool>()) {
        let schema = user(if is_strict { Dialect::Strict } else { Dialect::Wso2 });
        let body = json!({"Operations": [{"op": "replace", "value": value}]});
        if let Ok(patch) = Patch::parse(body, schema)
            && let Ok(once) = patch.apply(held(), schema)
        {
            let twice = patch.apply(once.resource.clone(), schema).unwrap();
            prop_assert_eq!(twice.resource, once.resource);
        }
    }
}
