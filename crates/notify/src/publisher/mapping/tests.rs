//! What a mapping promises.

use serde_json::json;

use super::*;

fn values() -> Values {
    Values::new().with("mobile", "+491700000001").with("body", "Say \"815204\",\nplease")
}

fn filled(template: &str) -> (Value, Option<usize>) {
    let (mapping, repaired) = Mapping::check(MappingType::Json, template).unwrap();
    (serde_json::from_str(&mapping.filled(&values()).unwrap()).unwrap(), repaired)
}

/// SEED-2, SEED-3: bare placeholders become strings.
#[test]
fn a_correct_mapping_loads_clean() {
    let (document, repaired) = filled("{\"to\":{{mobile}},\n \"text\":{{body}}}");

    assert_eq!(document, json!({"to": "+491700000001", "text": "Say \"815204\",\nplease"}));
    assert_eq!(repaired, None);
}

/// SEED-1, D-19: equals signs after keys are read as colons, also in nested objects; other ones stay.
#[test]
fn equals_signs_after_keys_are_repaired_with_a_warning() {
    let (document, repaired) =
        filled(r#"{ "key" = "a=b", "n"={"x"= 1,"y"=["p=q"]}, "to"={{mobile}}, "text"="{{body}}" }"#);

    assert_eq!(
        document,
        json!({"key": "a=b", "n": {"x": 1, "y": ["p=q"]}, "to": "+491700000001", "text": "Say \"815204\",\nplease"})
    );
    assert_eq!(repaired, Some(8));
}

/// D-19: nothing else is guessed, and the position is the one in the template.
#[test]
fn any_other_mistake_is_refused_where_it_stands() {
    let refused = [
        "{\"to\":{{mobile}}\n \"text\":{{body}}}",
        "{\"to\":+{{mobile}}}",
        "{'to':{{mobile}}}",
        "{\"to\"={{mobile}},}",
        "{{{body}}:1}",
        "[\"to\"=1]",
        "",
    ]
    .map(|template| Mapping::check(MappingType::Json, template).map(|_| ()).unwrap_err().at);

    assert_eq!(refused, [18, 6, 1, 5, 0, 5, 0]);
}

/// SEC-50: what a person entered cannot change the document.
#[test]
fn hostile_values_keep_the_shape() {
    let (mapping, _) = Mapping::check(MappingType::Json, r#"{"to":"{{mobile}}","text":{{body}}}"#).unwrap();
    let hostile = Values::new().with("mobile", r#"","x":""#).with("body", "{{mobile}}\u{0}");

    let document: Value = serde_json::from_str(&mapping.filled(&hostile).unwrap()).unwrap();

    assert_eq!(document, json!({"to": r#"","x":""#, "text": "{{mobile}}\u{0}"}));
}

/// verification.md §7.3: form pairs are joined and their values encoded; a comma in a value adds no pair.
#[test]
fn a_form_mapping_is_joined_and_encoded() {
    let (mapping, _) =
        Mapping::check(MappingType::Form, "To={{mobile}}, From=My Shop,\n Body={{body}}").unwrap();

    assert_eq!(
        mapping.filled(&values()).unwrap(),
        "To=%2B491700000001&From=My%20Shop&Body=Say%20%22815204%22%2C%0Aplease"
    );
}

/// verification.md §7.3: text as it is, XML escaped, an absent key refused.
#[test]
fn text_and_xml_mappings_and_absent_keys() {
    let filled = |kind, template| Mapping::check(kind, template).unwrap().0.filled(&values());

    assert_eq!(filled(MappingType::Text, "{{body}}").unwrap(), "Say \"815204\",\nplease");
    assert_eq!(
        filled(MappingType::Xml, "<b>{{body}}</b>").unwrap(),
        "<b>Say &quot;815204&quot;,\nplease</b>"
    );
    assert_eq!(
        filled(MappingType::Json, "{\"a\":{{nobody}}}").unwrap_err().to_string(),
        "the placeholder {{nobody}} has no value in this message"
    );
}
