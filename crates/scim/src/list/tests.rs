use serde_json::json;

use super::*;
use crate::schema::{Dialect, group, user};

fn query(pairs: &[(&str, &str)]) -> Result<ListRequest, ScimError> {
    ListRequest::from_query(pairs.iter().copied(), user(Dialect::Strict))
}

/// SCIM-66, SCIM-29a.
#[test]
fn paging_is_lenient_about_size_and_strict_about_numbers() {
    let page = |start: &str, count: &str| {
        query(&[("startindex", start), ("COUNT", count)]).map(|request| (request.start_index, request.count))
    };

    assert_eq!(query(&[]).map(|request| (request.start_index, request.count)), Ok((1, 100)));
    assert_eq!(page("0", "0"), Ok((1, 0)));
    assert_eq!(page("-7", "-1"), Ok((1, 0)));
    assert_eq!(page("21", "5000"), Ok((21, 1_000)));
    assert_eq!(page("99999999999999999999", "99999999999999999999"), Ok((u64::MAX, 1_000)));
    assert_eq!(page("x", "1").unwrap_err().kind, ScimType::InvalidValue);
    assert_eq!(page("1", "1.5").unwrap_err().kind, ScimType::InvalidCount);
    assert_eq!(page("1", "-").unwrap_err().kind, ScimType::InvalidCount);
}

/// SCIM-70: a search body asks the same as a query string.
#[test]
fn a_search_body_asks_the_same_as_a_query() {
    let searched = ListRequest::from_search(
        json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
            "filter": "userName sw \"k\"", "sortBy": "emails", "sortOrder": "Descending",
            "startIndex": 2, "count": 3, "attributes": ["userName", "emails.value"], "excludedAttributes": null,
        }),
        user(Dialect::Strict),
    );

    let queried = query(&[
        ("filter", "userName sw \"k\""),
        ("sortBy", "emails.value"),
        ("sortOrder", "descending"),
        ("startIndex", "2"),
        ("count", "3"),
        ("attributes", "userName, emails.value"),
        ("unknown", "x"),
    ]);

    assert_eq!(searched, queried);
    assert_eq!(
        searched.unwrap().sort.map(|sort| (sort.by.to_string(), sort.is_descending)),
        Some(("emails.value".into(), true))
    );
}

/// SCIM-70, SCIM-57: over two kinds each is asked what its schema has; what neither has is refused.
#[test]
fn a_search_over_two_kinds_asks_each_what_it_has() {
    let both = |body| ListRequest::from_search_over(body, [user(Dialect::Strict), group(Dialect::Strict)]);
    let sorted = |body| both(body).unwrap().map(|asked| asked.sort.is_some());

    assert_eq!(sorted(json!({"sortBy": "displayName"})), [true; 2]);
    assert_eq!(sorted(json!({"sortBy": "userName"})), [true, false]);
    for (body, kind) in [
        (json!({"filter": "shoeSize pr"}), ScimType::InvalidFilter),
        (json!({"filter": "displayName eq"}), ScimType::InvalidFilter),
        (json!({"filter": "password pr"}), ScimType::InvalidFilter),
        (json!({"sortBy": "shoeSize"}), ScimType::InvalidValue),
        (json!({"count": "many"}), ScimType::InvalidCount),
        (json!({"filter": "urn:scim:wso2:schema:pendingEmails pr"}), ScimType::InvalidFilter),
        (json!([]), ScimType::InvalidSyntax),
    ] {
        assert_eq!(both(body.clone()).unwrap_err().kind, kind, "{body}");
    }
}

/// SCIM-70, SCIM-56: an attribute that only the other kind has is one that is unassigned.
#[test]
fn what_only_the_other_kind_has_is_unassigned() {
    let (bob, sales) = (
        json!({"id": "1", "userName": "bob", "displayName": "Bob"}),
        json!({"id": "2", "displayName": "Sales", "members": [{"value": "1", "type": "User"}]}),
    );
    for (filter, expected) in [
        ("userName pr", [true, false]),
        ("members pr", [false, true]),
        ("userName eq \"bob\" or members pr", [true, true]),
        ("displayName pr and userName sw \"b\"", [true, false]),
        ("not (userName pr)", [false, true]),
        ("userName ne \"bob\"", [false, true]),
        ("members[type eq \"User\"] or displayName eq \"Bob\"", [true, true]),
        ("not (members[type eq \"User\"])", [true, false]),
        ("urn:scim:wso2:schema:emailVerified ne true", [true, true]),
    ] {
        let schemas = [user(Dialect::Strict), group(Dialect::Strict)];
        let [users, groups] = ListRequest::from_search_over(json!({"filter": filter}), schemas).unwrap();
        let matching = [users.filter.unwrap().matches(&bob), groups.filter.unwrap().matches(&sales)];
        assert_eq!(matching, expected, "{filter}");
    }
}

/// SEC-42, SCIM-42: no sorting on secrets; SCIM-47: not both projections.
#[test]
fn what_cannot_be_asked_is_refused() {
    for pairs in [
        &[("sortBy", "password")][..],
        &[("sortBy", "name")],
        &[("sortBy", "urn:scim:wso2:schema:pendingMobileNumber")],
        &[("sortBy", "shoeSize")],
        &[("sortBy", "userName"), ("sortOrder", "up")],
        &[("attributes", "id"), ("excludedAttributes", "name")],
        &[("count", "1"), ("Count", "1")],
    ] {
        assert_eq!(query(pairs).unwrap_err().kind, ScimType::InvalidValue, "{pairs:?}");
    }
    let strict = user(Dialect::Strict);
    assert_eq!(ListRequest::from_search(json!([]), strict).unwrap_err().kind, ScimType::InvalidSyntax);
    assert_eq!(
        ListRequest::from_search(json!({"count": true}), strict).unwrap_err().kind,
        ScimType::InvalidValue
    );
}

/// SEC-42: what waits for proof is its owner's to know; what is never told cannot be searched.
#[test]
fn what_waits_for_proof_cannot_be_searched() {
    for filter in [
        "urn:scim:wso2:schema:pendingEmails.value eq \"b@x.org\"",
        "urn:scim:wso2:schema:pendingEmails[value co \"b\"]",
        "userName pr and not (urn:scim:wso2:schema:pendingMobileNumber sw \"+94\")",
        "password pr",
        "meta.location eq \"https://localhost/Users/1\"",
    ] {
        assert_eq!(query(&[("filter", filter)]).unwrap_err().kind, ScimType::InvalidFilter, "{filter}");
    }
}

/// SCIM-50, SCIM-22.
#[test]
fn an_empty_list_still_shows_its_resources() {
    assert_eq!(
        list_response(vec![], 0, 1),
        json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
            "totalResults": 0, "startIndex": 1, "itemsPerPage": 0, "Resources": [],
        })
    );
}
