use super::*;

fn named(properties: &Value) -> Result<Result<Scenario, NoScenario>, Misspelt> {
    scenario(&json!({"properties": properties}))
}

fn one(name: &str) -> Result<Result<Scenario, NoScenario>, Misspelt> {
    named(&json!([{"key": "RecoveryScenario", "value": name}]))
}

/// `verification.md` §3.3: surrounding white space does not count, case does.
#[test]
fn a_code_is_any_text() {
    let read = |code: &str| presented(&json!({"code": code, "properties": []}));

    assert_eq!(read(" aB3dEf \n"), read("aB3dEf"));
    assert_ne!(read("AB3DEF"), read("aB3dEf"));
    assert!(read("123https://docs.example.org/en/6.0.0").is_ok());
    assert!(read("").is_ok());
}

/// DESIGN §5: another JSON type than a text is a wrong code, not a wrong body.
#[test]
fn a_code_of_another_type_is_a_wrong_code() {
    for body in [
        json!({}),
        json!({"code": null}),
        json!({"code": 123_456}),
        json!({"code": ["a"]}),
        json!({"code": {}}),
    ] {
        assert_eq!(presented(&body), Err(Misspelt::Code), "{body}");
    }
}

#[test]
fn a_body_of_another_shape_is_named() {
    assert_eq!(presented(&json!("123456")), Err(Misspelt::NotAnObject));
    assert_eq!(presented(&json!({"code": "a", "properties": {}})), Err(Misspelt::Properties));
    assert_eq!(presented(&json!({"code": "a", "properties": [{"key": 1}]})), Err(Misspelt::Properties));
    assert_eq!(presented(&json!({"code": "a", "verifiedChannel": "SMS"})), Err(Misspelt::Channel));
}

/// D-17: a channel is accepted and decides nothing.
#[test]
fn a_verified_channel_changes_nothing() {
    let channel = json!({"type": "EXTERNAL", "claim": "http://wso2.org/claims/mobile"});

    let with = presented(&json!({"code": "a", "verifiedChannel": channel}));

    assert_eq!(with, presented(&json!({"code": "a"})));
}

/// `verification.md` §4.6: six are served, the product's others are known by name.
#[test]
fn scenarios_are_ours_the_products_or_unknown() {
    assert_eq!(one("MOBILE_VERIFICATION_ON_UPDATE"), Ok(Ok(Scenario::MobileOnUpdate)));
    assert_eq!(one("SELF_SIGN_UP"), Ok(Err(NoScenario::SignUp)));
    for name in NOT_SERVED {
        assert_eq!(one(name), Ok(Err(NoScenario::NotServed)), "{name}");
    }
    assert_eq!(one("mobile_verification_on_update"), Ok(Err(NoScenario::Unknown)));
    assert_eq!(one(""), Ok(Err(NoScenario::Unknown)));
}

/// `verification.md` §4.4: exactly one, under exactly that key; properties without a key do not count.
#[test]
fn a_scenario_is_named_once() {
    let key = json!({"key": "RecoveryScenario", "value": "MOBILE_VERIFICATION_ON_UPDATE"});
    let blank = json!({"key": "", "value": "x"});

    assert_eq!(named(&json!([key, blank])), Ok(Ok(Scenario::MobileOnUpdate)));
    assert_eq!(named(&json!([key, key])), Ok(Err(NoScenario::Twice)));
    assert_eq!(named(&json!([])), Ok(Err(NoScenario::Missing)));
    assert_eq!(named(&json!([{"key": "recoveryScenario", "value": "x"}])), Ok(Err(NoScenario::Missing)));
    assert_eq!(scenario(&json!({})), Ok(Err(NoScenario::Missing)));
    assert_eq!(named(&json!([{"key": "RecoveryScenario"}])), Err(Misspelt::Properties));
}

/// SEED-23: an empty user is refused as a request, not as our failure.
#[test]
fn a_user_is_named_or_the_request_is_refused() {
    let name = |user: Value| user_name(&json!({"user": user, "properties": []}));

    assert_eq!(name(json!({"username": "bob", "realm": "PRIMARY"})), Ok("bob".to_owned()));
    assert_eq!(name(json!({"username": "PRIMARY/bob"})), Ok("bob".to_owned()));
    assert_eq!(name(json!({"username": "bob", "realm": "", "tenant-domain": "x"})), Ok("bob".to_owned()));
    assert_eq!(name(json!({"username": "bob", "realm": "OTHER"})), Ok("OTHER/bob".to_owned()));
    assert_eq!(name(json!({"username": "bob", "realm": 1})), Err(Misspelt::Realm));
    for user in
        [json!({}), json!({"username": "", "realm": ""}), json!(null), json!("bob"), json!({"username": 1})]
    {
        assert_eq!(name(user.clone()), Err(Misspelt::User), "{user}");
    }
    assert_eq!(user_name(&json!({})), Err(Misspelt::User));
}

#[test]
fn a_user_is_spelled_as_the_product_does() {
    let id = UserId::new(uuid::Uuid::from_u128(1));

    let spelled = user(id, "bob", &TenantId::carbon_super());

    assert_eq!(
        spelled,
        json!({
            "username": "bob",
            "realm": "PRIMARY",
            "tenant-domain": "carbon.super",
            "userId": "00000000-0000-0000-0000-000000000001",
        })
    );
}
