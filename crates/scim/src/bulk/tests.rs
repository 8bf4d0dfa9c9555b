use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::schema::{Dialect, user};

#[expect(clippy::needless_pass_by_value, reason = "it is written in place at every call")]
fn parse(operations: Value) -> Bulk {
    Bulk::parse(json!({"Operations": operations})).unwrap()
}

#[expect(clippy::needless_pass_by_value, reason = "it is written in place at every call")]
fn post(bulk_id: &str, data: Value) -> Value {
    json!({"method": "POST", "path": "/Users", "bulkId": bulk_id, "data": data})
}

/// A creation that refers to these.
fn knowing(bulk_id: &str, others: &[&str]) -> Value {
    let members: Vec<Value> =
        others.iter().map(|other| json!({"value": format!("bulkId:{other}")})).collect();
    post(bulk_id, json!({"userName": bulk_id, "members": members}))
}

fn footprint(asked: &Asked) -> Footprint {
    of_user(asked, user(Dialect::Strict))
}

fn steps(bulk: &Bulk) -> Vec<Vec<usize>> {
    let steps = bulk.steps(footprint).into_iter();
    steps.map(|step| step.into_iter().map(|turn| turn.index).collect()).collect()
}

fn refusal(body: Value) -> String {
    match Bulk::parse(body).unwrap_err() {
        BulkError::TooManyOperations => "too many".to_owned(),
        BulkError::Malformed(error) => format!("{} {error}", error.kind.as_str()),
    }
}

/// SCIM-100: what cannot be told apart is refused as a whole.
#[test]
fn a_request_that_is_none_is_refused_as_a_whole() {
    let many = vec![json!({}); OPERATIONS_MAX + 1];
    let cases = [
        (json!([]), "invalidSyntax The body must be a JSON object."),
        (json!({}), "invalidSyntax Operations must be a list of at least one operation."),
        (json!({"Operations": []}), "invalidSyntax Operations must be a list of at least one operation."),
        (json!({"Operations": [7]}), "invalidSyntax Operation 1: an operation must be an object."),
        (json!({"Operations": many}), "too many"),
        (
            json!({"failOnErrors": -1, "Operations": [{}]}),
            "invalidValue failOnErrors must be a whole number.",
        ),
        (
            json!({"Operations": [{"bulkId": "a"}, {}, {"BULKID": "a"}]}),
            "invalidValue Operation 3: its bulkId is an earlier operation's; each names one resource.",
        ),
        (
            json!({"Operations": [{"bulkId": 7}]}),
            "invalidValue Operation 1: bulkId must be a text that is not empty.",
        ),
    ];
    for (body, expected) in cases {
        assert_eq!(refusal(body), expected);
    }
}

/// SCIM-103: exactly as many as announced.
#[test]
fn a_thousand_operations_are_read() {
    assert_eq!(parse(json!(vec![json!({}); OPERATIONS_MAX])).operations.len(), OPERATIONS_MAX);
}

/// SCIM-102: an operation that is wrong by itself is refused by itself.
#[test]
fn a_wrong_operation_is_refused_alone() {
    let why = |operation: Value| match &parse(json!([operation])).operations[0].asked {
        Ok(asked) => format!("{asked:?} {:?} {:?}", asked.id, asked.version),
        Err(error) => format!("{} {error}", error.kind.as_str()),
    };

    let path = "invalidPath path must be an endpoint, as /Users, or one with an id, as /Users/{id}.";
    assert_eq!(why(json!({"method": "GET"})), "invalidSyntax method must be POST, PUT, PATCH or DELETE.");
    assert_eq!(why(json!({"method": "POST", "path": "/Users"})), "invalidValue A POST needs a bulkId.");
    for wrong in [json!(null), json!(""), json!("/"), json!("/Users/"), json!("/Users/1/2"), json!("//x")] {
        assert_eq!(why(json!({"method": "DELETE", "path": wrong})), path);
    }
    assert_eq!(
        why(json!({"method": "DELETE", "path": "/Users/1", "version": 3})),
        "invalidValue version must be a text, as ETag has it."
    );
    assert_eq!(
        why(json!({"METHOD": "delete", "path": "Users/1", "version": "W/\"3\"", "data": null})),
        "DELETE /Users Some(\"1\") Some(\"W/\\\"3\\\"\")"
    );
}

/// SCIM-101: wherever a reference may stand, however deep.
#[test]
fn references_are_found_and_resolved_everywhere() {
    let data = json!({
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"manager": {"value": "bulkId:a", "$ref": "../Users/bulkId:a"}},
        "manager": "bulkId:b",
        "Operations": [
            {"op": "remove", "path": "members[value eq \"bulkId:c\" or value eq \"x\"]"},
            {"op": "add", "value": {"members[value eq \"bulkId:d\"].type": "User"}},
        ],
        "title": "about bulkId:e",
    });
    let bulk = parse(json!([
        {"method": "PATCH", "path": "/Groups/bulkId:g", "data": data},
        post("a", json!({})), post("b", json!({})), post("c", json!({})), post("d", json!({})), post("g", json!({})),
    ]));
    let mut known = Known::default();
    for name in ["a", "b", "c", "d", "g"] {
        known.created(name, &name.to_uppercase());
    }
    let asked = bulk.operations[0].asked.as_ref().unwrap();

    let resolved = known.resolved(asked).unwrap();

    assert_eq!(bulk.operations[0].references, ["a", "b", "c", "d", "g"].map(str::to_owned).into());
    assert_eq!(resolved.id.as_deref(), Some("G"));
    assert_eq!(
        resolved.data,
        json!({
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"manager": {"value": "A", "$ref": "../Users/A"}},
            "manager": "B",
            "Operations": [
                {"op": "remove", "path": "members[value eq \"C\" or value eq \"x\"]"},
                {"op": "add", "value": {"members[value eq \"D\"].type": "User"}},
            ],
            "title": "about bulkId:e",
        })
    );
    assert_eq!(Known::default().resolved(asked).unwrap_err(), Unresolvable::NotCreated);
}

/// SCIM-101: what refers forward waits; everything else keeps its place.
#[test]
fn what_refers_to_a_later_operation_waits_for_it() {
    let bulk =
        parse(json!([knowing("a", &["c"]), knowing("b", &[]), knowing("c", &["d"]), knowing("d", &[])]));

    assert_eq!(steps(&bulk), [vec![1, 3], vec![2], vec![0]]);
}

/// SCIM-101: a circle is 409 for those in it, and for whoever depends on them; the rest is done.
#[test]
fn circles_and_unknown_names_are_refused_where_they_stand() {
    let bulk = parse(json!([
        knowing("a", &["b"]),
        knowing("b", &["a"]),
        knowing("self", &["self"]),
        knowing("late", &["a"]),
        knowing("lost", &["nobody"]),
        {"method": "PATCH", "path": "/Users/bulkId:named", "bulkId": "named", "data": {}},
        knowing("fine", &[]),
    ]));

    let mut turns: Vec<Turn> = bulk.steps(footprint).into_iter().flatten().collect();
    turns.sort_by_key(|turn| turn.index);
    let refused: Vec<Option<Unresolvable>> = turns.into_iter().map(|turn| turn.unresolvable).collect();

    assert_eq!(
        refused,
        [
            Some(Unresolvable::Circular),
            Some(Unresolvable::Circular),
            Some(Unresolvable::Circular),
            Some(Unresolvable::Circular),
            Some(Unresolvable::Unknown),
            Some(Unresolvable::Unknown),
            None
        ]
    );
}

/// SCIM-102: where the order decides what is done, there is one.
#[test]
fn with_fail_on_errors_each_operation_stands_alone() {
    let operations = json!([knowing("a", &[]), knowing("b", &[])]);

    let bulk = Bulk::parse(json!({"FAILONERRORS": 1, "Operations": operations})).unwrap();

    assert_eq!((bulk.errors_max, steps(&bulk)), (Some(1), vec![vec![0], vec![1]]));
    assert_eq!(Bulk::parse(json!({"failOnErrors": 0, "Operations": [{}]})).unwrap().errors_max, None);
}

/// SCIM-104: what might meet in a unique value, in one resource or in a budget keeps its order.
#[test]
fn only_what_nobody_can_tell_apart_happens_at_once() {
    let patch = |id: &str, path: &str| {
        let operations = json!([{"op": "add", "path": path, "value": "x"}]);
        json!({"method": "PATCH", "path": format!("/Users/{id}"), "data": {"Operations": operations}})
    };
    let named = |name: &str| json!({"userName": name, "emails": [{"value": format!("{name}@x.org"), "type": "work"}]});
    let together = |one: Value, other: Value| steps(&parse(json!([one, other]))).len() == 1;

    assert!(together(post("1", named("kim")), post("2", named("bob"))));
    assert!(!together(post("1", named("kim")), post("2", json!({"USERNAME": "KIM"}))));
    assert!(!together(post("1", named("kim")), post("2", json!({"userName": "b", "emails": ["KIM@x.org"]}))));
    assert!(!together(post("1", named("kim")), post("2", json!({"userName": "PRIMARY/kim"}))));
    let verifying = json!({"userName": "v", "urn:scim:wso2:schema": {"verifyEmail": true}});
    assert!(!together(post("1", named("kim")), post("2", verifying)));
    let verifying = json!({"userName": "v", "urn:scim:wso2:schema:verifyEmail": true});
    assert!(!together(post("1", named("kim")), post("2", verifying)));
    assert!(together(patch("1", "title"), patch("2", "nickName")));
    assert!(together(patch("1", "title"), post("2", named("bob"))));
    assert!(!together(patch("1", "title"), patch("1", "nickName")));
    for shared in
        ["emails", "phoneNumbers", "userName", "active", "password", "urn:scim:wso2:schema:verifyEmail"]
    {
        assert!(!together(patch("1", "title"), patch("2", shared)), "{shared}");
    }
    assert!(!together(post("1", named("kim")), json!({"method": "DELETE", "path": "/Users/2"})));
    assert!(!together(
        post("1", named("kim")),
        json!({"method": "PUT", "path": "/Users/2", "data": named("bob")})
    ));
}

/// RFC 7644 §3.7.3: the status is a text, the rest only where there is something to say.
#[test]
fn the_answer_says_what_became_of_each_operation() {
    let bulk = parse(json!([post("a", json!({})), {"method": "nonsense"}]));
    let outcome = Outcome {
        location: Some("https://x/Users/1".into()),
        version: Some("W/\"1\"".into()),
        status: 201,
        response: None,
    };

    let created = bulk.operations[0].answered(outcome);
    let refused =
        bulk.operations[1].answered(Outcome { status: 400, response: Some(json!({})), ..Outcome::default() });

    assert_eq!(
        response(vec![created, refused]).to_string(),
        concat!(
            r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkResponse"],"Operations":["#,
            r#"{"location":"https://x/Users/1","method":"POST","bulkId":"a","version":"W/\"1\"","status":"201"},"#,
            r#"{"status":"400","response":{}}]}"#
        )
    );
}

proptest! {
    /// SCIM-101: whatever refers to whatever, each operation has exactly one turn, after all it refers to, and what has
    /// none of its own making in a circle is not refused.
    #[test]
    fn every_operation_has_its_turn_after_what_it_refers_to(
        edges in proptest::collection::vec(proptest::collection::vec(0_usize..12, 0..3), 1..12)
    ) {
        let names: Vec<String> = (0..edges.len()).map(|index| index.to_string()).collect();
        let operations = edges.iter().enumerate().map(|(index, others)| {
            let others: Vec<&str> = others.iter().filter_map(|other| names.get(*other)).map(String::as_str).collect();
            knowing(&names[index], &others)
        });
        let bulk = parse(operations.collect());

        let steps = bulk.steps(footprint);

        let mut done = BTreeSet::new();
        for step in &steps {
            for turn in step {
                let others = edges[turn.index].iter().filter(|other| **other < edges.len());
                let waits = others.clone().all(|other| done.contains(other));
                prop_assert_eq!(waits, turn.unresolvable.is_none());
            }
            let resolvable = step.iter().filter(|turn| turn.unresolvable.is_none());
            done.extend(resolvable.map(|turn| turn.index));
        }
        let mut all: Vec<usize> = steps.iter().flatten().map(|turn| turn.index).collect();
        all.sort_unstable();
        prop_assert_eq!(all, (0..edges.len()).collect::<Vec<_>>());
    }

    #[test]
    fn no_request_makes_the_parser_panic(body in crate::normalise::any_json(), path in "(/?(Users|bulkId:)?/?[a-z:\"\\[ ]{0,9}){0,3}") {
        drop(Bulk::parse(body.clone()));
        let operation = json!({"method": "PATCH", "path": &path, "data": {"path": &path, &path: [body, &path], "$ref": &path}});
        let bulk = parse(json!([operation]));
        bulk.steps(footprint);
        let _ = bulk.operations[0].asked.as_ref().map(|asked| Known::default().resolved(asked));
    }
}
