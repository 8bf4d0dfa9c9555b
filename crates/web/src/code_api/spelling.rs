//! The code API's wire words: requests in, answers out.

use countersign_app::Introspection;
use countersign_domain::change::{Presented, Scenario};
use countersign_domain::{TenantId, UserId};
use serde_json::{Map, Value, json};

/// The only user store there is.
const REALM: &str = "PRIMARY";

/// A body that is JSON and not what the endpoint takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Misspelt {
    NotAnObject,
    Properties,
    Channel,
    /// No code, or one that is no text: refused as a wrong code is.
    Code,
    /// No user, or one without a name.
    User,
    Realm,
}

/// Properties that name no scenario we serve.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum NoScenario {
    Missing,
    Twice,
    /// `SELF_SIGN_UP`, which the product answers with a code of its own.
    SignUp,
    /// A scenario of the product that is not Countersign's.
    NotServed,
    Unknown,
}

/// The product's other scenarios (`verification.md` §4.6): recognised, so that they are refused by name.
const NOT_SERVED: [&str; 17] = [
    "NOTIFICATION_BASED_PW_RECOVERY",
    "QUESTION_BASED_PWD_RECOVERY",
    "USERNAME_RECOVERY",
    "ASK_PASSWORD",
    "ASK_PASSWORD_VIA_EMAIL_OTP",
    "ASK_PASSWORD_VIA_SMS_OTP",
    "ADMIN_FORCED_PASSWORD_RESET_VIA_EMAIL_LINK",
    "ADMIN_FORCED_PASSWORD_RESET_VIA_OTP",
    "ADMIN_FORCED_PASSWORD_RESET_VIA_SMS_OTP",
    "EMAIL_VERIFICATION",
    "EMAIL_VERIFICATION_OTP",
    "PROGRESSIVE_PROFILE_MOBILE_VERIFICATION_ON_UPDATE",
    "PROGRESSIVE_PROFILE_MOBILE_VERIFICATION_ON_VERIFIED_LIST_UPDATE",
    "LITE_SIGN_UP",
    "TENANT_ADMIN_ASK_PASSWORD",
    "PASSWORD_EXPIRY",
    "ADMIN_INVITE_SET_PASSWORD_OFFLINE",
];

/// What is presented as proof. `verifiedChannel` is accepted and ignored (D-17), and so are the properties.
pub(super) fn presented(body: &Value) -> Result<Presented, Misspelt> {
    let body = object(body)?;
    properties(body)?;
    let channel = body.get("verifiedChannel").filter(|channel| !channel.is_null());
    if channel.is_some_and(|channel| !is_channel(channel)) {
        return Err(Misspelt::Channel);
    }
    match body.get("code") {
        Some(Value::String(code)) => Ok(Presented::parse(code)),
        _ => Err(Misspelt::Code),
    }
}

fn is_channel(channel: &Value) -> bool {
    let text_or_nothing =
        |member| channel.get(member).is_none_or(|value: &Value| value.is_string() || value.is_null());
    channel.is_object() && text_or_nothing("type") && text_or_nothing("claim")
}

/// Which scenario the properties name: exactly one, spelled exactly.
pub(super) fn scenario(body: &Value) -> Result<Result<Scenario, NoScenario>, Misspelt> {
    let properties = properties(object(body)?)?;
    let mut named = properties.iter().filter(|(key, _)| *key == "RecoveryScenario").map(|(_, value)| *value);
    Ok(match (named.next(), named.next()) {
        (None, _) => Err(NoScenario::Missing),
        (Some(_), Some(_)) => Err(NoScenario::Twice),
        (Some(name), None) => name.parse().map_err(|_| unserved(name)),
    })
}

fn unserved(name: &str) -> NoScenario {
    match name {
        "SELF_SIGN_UP" => NoScenario::SignUp,
        name if NOT_SERVED.contains(&name) => NoScenario::NotServed,
        _ => NoScenario::Unknown,
    }
}

/// Key and value of each property; those with an empty key do not count (`verification.md` §4.4).
fn properties(body: &Map<String, Value>) -> Result<Vec<(&str, &str)>, Misspelt> {
    let properties = match body.get("properties") {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Array(properties)) => properties,
        Some(_) => return Err(Misspelt::Properties),
    };
    let pairs = properties.iter().map(|property| {
        let key = property.get("key").and_then(Value::as_str);
        let value = property.get("value").and_then(Value::as_str);
        key.zip(value).ok_or(Misspelt::Properties)
    });
    let pairs: Vec<_> = pairs.collect::<Result<_, _>>()?;
    Ok(pairs.into_iter().filter(|(key, _)| !key.is_empty()).collect())
}

/// The name of the user in the body, as it is looked up. The tenant comes from the address; one in the body is ignored.
/// A name in another user store belongs to nobody here and is answered as such.
pub(super) fn user_name(body: &Value) -> Result<String, Misspelt> {
    let user = object(body)?.get("user").and_then(Value::as_object).ok_or(Misspelt::User)?;
    let name = match user.get("username") {
        Some(Value::String(name)) if !name.is_empty() => name.as_str(),
        _ => return Err(Misspelt::User),
    };
    let text = |member| match user.get(member) {
        None | Some(Value::Null) => Ok(""),
        Some(Value::String(text)) => Ok(text.as_str()),
        Some(_) => Err(Misspelt::Realm),
    };
    text("tenant-domain")?;
    let realm = text("realm")?;
    let is_primary = realm.is_empty() || realm.eq_ignore_ascii_case(REALM);
    Ok(match name.split_once('/') {
        Some((store, bare)) if is_primary && store.eq_ignore_ascii_case(REALM) => bare.to_owned(),
        _ if is_primary => name.to_owned(),
        _ => format!("{realm}/{name}"),
    })
}

/// A user, as the product's answers name one.
pub(super) fn user(id: UserId, name: &str, tenant: &TenantId) -> Value {
    json!({"username": name, "realm": REALM, "tenant-domain": tenant.as_str(), "userId": id.to_string()})
}

/// What a code is for.
pub(super) fn introspection(found: &Introspection, tenant: &TenantId) -> Value {
    json!({
        "user": user(found.user, &found.user_name, tenant),
        "recoveryScenario": found.scenario.as_str(),
        "recoveryStep": found.scenario.step(),
        "isExpired": found.expired,
    })
}

fn object(body: &Value) -> Result<&Map<String, Value>, Misspelt> {
    body.as_object().ok_or(Misspelt::NotAnObject)
}

#[cfg(test)]
mod tests;
