//! Bodies that many journeys send.

use serde_json::{Value, json};

/// The enterprise extension, where pending values and flags stand.
pub(crate) const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
/// The product's own extension, where the lists stand.
pub(crate) const SYSTEM: &str = "urn:scim:wso2:schema";

/// A PATCH body with one `replace` without a path.
pub(crate) fn replacing(value: &Value) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "replace", "value": value}],
    })
}

/// A PATCH body that changes the mobile number.
pub(crate) fn new_mobile(number: &str) -> Value {
    replacing(&json!({"phoneNumbers": [{"type": "mobile", "value": number}]}))
}

/// A body of `validate-code`.
pub(crate) fn code(code: &str) -> Value {
    json!({"code": code, "properties": []})
}

/// A body of `me/resend-code`.
pub(crate) fn scenario(name: &str) -> Value {
    json!({"properties": [{"key": "RecoveryScenario", "value": name}]})
}

/// A body of `resend-code`.
pub(crate) fn scenario_of(user_name: &str, name: &str) -> Value {
    let mut body = scenario(name);
    body["user"] = json!({"username": user_name, "realm": "PRIMARY"});
    body
}
