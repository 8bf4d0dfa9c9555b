use countersign_app::Source;

use super::*;

fn views() -> Vec<PropertyView> {
    let view = |property| PropertyView { property, value: "true".to_owned(), source: Source::Default };
    Property::ALL.map(view).to_vec()
}

fn code(refused: Result<impl Sized, Refused>) -> Option<&'static str> {
    refused.err().map(|refused| refused.code)
}

/// `verification.md` §5.2: names and order are what clients rely on.
#[test]
fn the_connector_lists_its_properties_in_the_products_order() {
    let shown = connector(&views());

    let properties = shown["properties"].as_array().unwrap();
    let names: Vec<&str> = properties.iter().filter_map(|property| property["name"].as_str()).collect();
    assert_eq!(names, Property::ALL.map(Property::name));
    assert_eq!(
        properties[7],
        json!({
            "name": "UserClaimUpdate.OTP.OTPLength",
            "value": "true",
            "displayName": "Length of codes",
            "description": "How many characters a one-time code has: 6 to 10.",
            "meta": {"type": "string", "regex": "^([6-9]|10)$", "groupID": 0},
            "source": "default",
        })
    );
}

#[test]
fn lists_refuse_to_be_cut_filtered_or_sorted() {
    assert_eq!(refuse_listing(None), Ok(()));
    assert_eq!(refuse_listing(Some("fields=x")), Ok(()));
    assert_eq!(code(refuse_listing(Some("x=1&limit=10"))), Some("IDG-50005"));
    assert_eq!(code(refuse_listing(Some("filter"))), Some("IDG-50006"));
    assert_eq!(code(refuse_listing(Some("sort=name"))), Some("IDG-50007"));
}

/// `verification.md` §5.2: real clients send JSON booleans.
#[test]
fn values_that_are_no_texts_are_read_as_the_text_they_stand_for() {
    let body = json!({"operation": "UPDATE", "properties": [
        {"name": "a", "value": true}, {"name": "b", "value": 7}, {"name": "c", "value": "x"},
    ]});

    let read = update(&body);

    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(read, Ok(vec![pair("a", "true"), pair("b", "7"), pair("c", "x")]));
}

#[test]
fn an_update_of_another_shape_is_refused() {
    let several =
        |connectors: Value| update_several(&json!({"operation": "UPDATE", "connectors": connectors}));

    assert_eq!(code(update(&json!([]))), Some("CS-40002"));
    assert_eq!(code(update(&json!({"properties": []}))), Some("CS-40002"));
    assert_eq!(code(update(&json!({"operation": "DELETE", "properties": []}))), Some("CS-40002"));
    assert_eq!(code(update(&json!({"operation": "UPDATE"}))), Some("CS-40002"));
    assert_eq!(
        code(update(&json!({"operation": "UPDATE", "properties": [{"name": "a"}]}))),
        Some("CS-40002")
    );
    assert_eq!(code(several(json!([{"id": "x", "properties": []}]))), Some("IDG-50009"));
    assert_eq!(code(several(json!([{"properties": []}]))), Some("CS-40002"));
    assert_eq!(several(json!([{"id": catalogue::id_of(CONNECTOR), "properties": []}])), Ok(Vec::new()));
}

#[test]
fn a_revert_names_what_it_reverts() {
    assert_eq!(reverted(&json!({"properties": ["a"]})), Ok(vec!["a".to_owned()]));
    assert_eq!(code(reverted(&json!({"properties": []}))), Some("IDG-50016"));
    assert_eq!(code(reverted(&json!({"properties": [1]}))), Some("CS-40002"));
    assert_eq!(code(reverted(&json!({}))), Some("CS-40002"));
}

/// `verification.md` §5.2, §9.1: how My Account learns what is switched on.
#[test]
fn preferences_are_the_values_asked_for() {
    let name = Property::MobileEnableVerification.name();
    let asked = asked_preferences(&json!([{"connector-name": CONNECTOR, "properties": [name]}])).unwrap();

    let told = preferences(&asked, &views());

    assert_eq!(
        told,
        Ok(json!([{"connector-name": CONNECTOR, "properties": [{"name": name, "value": "true"}]}]))
    );
}

#[test]
fn preferences_of_what_is_not_there_are_refused() {
    let of = |connector: &str, property: &str| {
        asked_preferences(&json!([{"connector-name": connector, "properties": [property]}]))
    };

    assert_eq!(code(of("self-sign-up", "x")), Some("IDG-50011"));
    assert_eq!(code(of(CONNECTOR, "x")), Some("IDG-50012"));
    assert_eq!(code(asked_preferences(&json!({}))), Some("CS-40002"));
}
