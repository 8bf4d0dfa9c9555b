//! What filling promises.

use proptest::prelude::*;

use super::*;

fn values() -> Values {
    Values::new()
        .with("body", "123456 is your code")
        .with("send-to", "+12025550123")
        .with("user-name", "ann & bo")
}

/// SEED-3: a bare placeholder arrives as a JSON string, a quoted one gains no second pair of quotes.
#[test]
fn a_json_placeholder_becomes_one_string_whether_or_not_it_is_quoted() {
    let template = r#"{"to":{{send-to}},"text":"{{body}}!","esc":"\"{{user-name}}"}"#;

    let filled = fill(template, Context::Json, &values()).unwrap();

    assert_eq!(filled, r#"{"to":"+12025550123","text":"123456 is your code!","esc":"\"ann & bo"}"#);
}

/// SEC-50: hostile values are text and nothing else.
#[test]
fn a_value_cannot_leave_its_json_string() {
    for hostile in [r#"","x":""#, "{{send-to}}", "\u{0}", "\\", "\\\"", "line\nbreak", &"k".repeat(10_000)] {
        let values = Values::new().with("body", hostile).with("send-to", "secret");

        for template in [r#"{"text":{{body}}}"#, r#"{"text":"{{body}}"}"#] {
            let filled = fill(template, Context::Json, &values).unwrap();
            let parsed: serde_json::Value = serde_json::from_str(&filled).unwrap();
            assert_eq!(parsed, serde_json::json!({ "text": hostile }));
        }
    }
}

/// verification.md §7.3: an absent key fails and is named.
#[test]
fn an_absent_name_is_refused_by_name() {
    let refused = fill("Dear {{given-name}}", Context::Text, &values()).unwrap_err();

    assert_eq!(refused, FillError::Absent { name: "given-name".into() });
    assert_eq!(refused.to_string(), "the placeholder {{given-name}} has no value in this message");
}

/// verification.md §6.2: a claim the person does not have is empty; `url:` encodes.
#[test]
fn claims_may_be_absent_and_url_encodes() {
    let filled = fill("[{{user.claim.givenname}}] {{url:user-name}}", Context::Text, &values()).unwrap();

    assert_eq!(filled, "[] ann%20%26%20bo");
}

/// SEC-49: no value adds a header line.
#[test]
fn a_line_break_never_enters_a_header() {
    for value in ["a\r\nX-Evil: 1", "a\nb", "a\u{0}b", "a\u{7f}"] {
        let values = Values::new().with("key", value);

        let refused = fill("Bearer {{key}}", Context::Header, &values).unwrap_err();

        assert_eq!(refused, FillError::HeaderBreak { name: "key".into() });
    }
}

/// SEC-31: markup in a name is shown, not interpreted.
#[test]
fn html_is_escaped_for_text_and_attributes() {
    let values = Values::new().with("n", r#"<b onclick="x('y')">&"#);

    let filled = fill("<p title=\"{{n}}\">", Context::Html, &values).unwrap();

    assert_eq!(filled, "<p title=\"&lt;b onclick=&quot;x(&#39;y&#39;)&quot;&gt;&amp;\">");
}

/// Braces that are no placeholder stay, whatever stands around them.
#[test]
fn only_well_formed_names_are_placeholders() {
    let pieces: Vec<_> = scan("{{{a}}} {{}} {{ b }} {{c").collect();

    assert_eq!(pieces, [Piece::Literal("{"), Piece::Placeholder("a"), Piece::Literal("} {{}} {{ b }} {{c")]);
}

/// A value prints as its name: messages end up in logs, codes must not.
#[test]
fn debug_shows_names_only() {
    assert_eq!(format!("{:?}", values()), r#"{"body", "send-to", "user-name"}"#);
}

proptest! {
    /// SEC-50: any value, any quoting: the document keeps its shape and the value arrives unchanged.
    #[test]
    fn any_text_survives_json(value in any::<String>(), quoted in any::<bool>()) {
        let template = if quoted { r#"{"a":["{{v}}"],"b":1}"# } else { r#"{"a":[{{v}}],"b":1}"# };
        let filled = fill(template, Context::Json, &Values::new().with("v", value.clone())).unwrap();
        let parsed: serde_json::Value = serde_json::from_str(&filled).unwrap();
        prop_assert_eq!(parsed, serde_json::json!({ "a": [value], "b": 1 }));
    }

    /// The pieces are the template, cut.
    #[test]
    fn scanning_loses_nothing(template in "[a{}\\-: é\"]{0,40}") {
        let joined: String = scan(&template).map(|piece| match piece {
            Piece::Literal(text) => text.to_owned(),
            Piece::Placeholder(name) => format!("{{{{{name}}}}}"),
        }).collect();
        prop_assert_eq!(joined, template);
    }
}
