//! What reading a file promises. The files of the seeds' shape are in `tests/fixtures/` and sent for real by
//! `tests/gateway.rs`.

use super::*;

const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<eventPublisher name="shop" statistics="disable" trace="disable" xmlns="http://wso2.org/carbon/eventpublisher">
  <from streamName="id_gov_sms_notify_stream" version="1.0.0"/>"#;

fn file(mapping: &str, to: &str) -> String {
    format!(
        "{HEAD}\n  <mapping customMapping=\"enable\" type=\"json\"><inline>{mapping}</inline></mapping>\n  <to eventAdapterType=\"http\">{to}</to>\n</eventPublisher>"
    )
}

fn url() -> &'static str {
    r#"<property name="http.url">https://sms.example.com/v1</property>"#
}

fn problems(text: &str) -> Vec<String> {
    read("a.xml", text.as_bytes()).problems.iter().map(ToString::to_string).collect()
}

fn refusal(bytes: &[u8]) -> String {
    let reading = read("a.xml", bytes);
    assert_eq!(reading.declared, None);
    assert_eq!(reading.problems.len(), 1, "{:?}", reading.problems);
    reading.problems.first().map(ToString::to_string).unwrap_or_default()
}

/// verification.md §7.1: `processing` may be absent, the method is compared without case.
#[test]
fn a_plain_file_is_a_publisher() {
    let text = file(
        "{\"to\":{{send-to}}}",
        &format!("{}<property name=\"http.client.method\">httpPost</property>", url()),
    );

    let Reading { declared: Some(Declared::Sends(publisher)), problems } = read("a.xml", text.as_bytes())
    else {
        panic!("{:?}", problems(&text));
    };

    assert_eq!(problems, []);
    assert_eq!((publisher.name.as_str(), publisher.stream.as_str()), ("shop", super::super::SMS_STREAM));
    assert_eq!(publisher.http.method, "POST");
    assert_eq!(publisher.http.url, "https://sms.example.com/v1");
}

/// verification.md §7.1: the stock file is "not configured", a disabled one is not read further, e-mail is not ours.
#[test]
fn files_that_do_not_send_are_no_mistakes() {
    let stock = file("{}", r#"<property name="http.url"></property>"#);
    let disabled = file("{oops", "").replace("statistics", "processing=\"disable\" statistics");
    let email = file("{{body}}{{footer}}", "").replace("\"http\"", "\"email\"").replace("json", "text");

    let read = [stock, disabled, email].map(|text| read("a.xml", text.as_bytes()));

    let declared = [Declared::NotConfigured, Declared::Disabled, Declared::OtherAdapter];
    assert_eq!(read, declared.map(|declared| Reading { declared: Some(declared), problems: vec![] }));
}

/// SEED-1, D-19: the equals signs load with a warning that says where.
#[test]
fn the_repair_is_a_warning_with_its_place() {
    let text = file("{\"api_key\"=\"k\",\n    \"to\"={{mobile}}}", url());

    let reading = read("a.xml", text.as_bytes());

    assert!(matches!(reading.declared, Some(Declared::Sends(_))));
    assert_eq!(
        problems(&text),
        [
            "a.xml:4:65: The mapping separates keys and values by \"=\"; it is read as \":\". Write \":\", as JSON does."
        ]
    );
}

/// Every problem at once, each with its place and a remedy, none with a property's value.
#[test]
fn all_problems_are_reported_together_without_values() {
    let to = r#"
    <property name="http.url">sms.example.com/s3cret</property>
    <property name="http.client.method">s3cret</property>
    <property name="http.colour">s3cret</property>
    <property name="http.password" encrypted="true">s3cret</property>"#;
    let text = file("{\"to\":{{mobile}}\n \"x\":\"s3cret\"}", to).replace(" version=\"1.0.0\"/>", "/>");

    let reported = problems(&text);

    assert_eq!(
        reported,
        [
            "a.xml:3:3: The attribute version of from is missing: add it.",
            "a.xml:5:2: The mapping is not valid JSON here (expected `,` or `}`): correct it, or ask the provider for a sample.",
            "a.xml:7:5: http.url is not an http or https address: write it like https://sms.example.com/send.",
            "a.xml:8:5: http.client.method is neither HttpPost nor HttpPut; POST is used.",
            "a.xml:9:5: The property http.colour is not used: remove it.",
            "a.xml:10:5: The property http.password is encrypted for another product: write it in clear.",
        ]
    );
    assert!(!reported.join("").contains("s3cret"));
}

/// SEC-51: a DOCTYPE is refused before anything is parsed, however it is written and wherever it stands.
#[test]
fn doctypes_and_entities_are_refused() {
    let bomb =
        "<?xml version=\"1.0\"?>\n<!DOCTYPE r [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]>\n<r>&b;</r>";
    let external = "<!doctype r SYSTEM \"http://203.0.113.1/x.dtd\"><r/>";
    let entity = file("{\"to\":\"&xxe;\"}", url());

    let refused = [bomb, external, &entity].map(|text| refusal(text.as_bytes()));

    assert_eq!(
        refused,
        [
            "a.xml:2:1: A DOCTYPE is refused: remove it.",
            "a.xml:1:1: A DOCTYPE is refused: remove it.",
            "a.xml:4:62: A lone \"&\" is not XML: write \"&amp;\".",
        ]
    );
}

/// SEC-51: other encodings, deep nesting, size and garbage end in one sentence, not in a panic.
#[test]
fn hostile_files_are_refused_in_one_sentence() {
    let utf16: Vec<u8> = "\u{FEFF}<a/>".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let deep = "<a>".repeat(60_000);
    let huge = " ".repeat(FILE_BYTES_MAX + 1);
    let wide = format!("<eventPublisher>{}</eventPublisher>", "<a/>".repeat(5000));

    let refused = [
        utf16.as_slice(),
        b"<?xml version=\"1.0\" encoding=\"UTF-7\"?><a/>",
        deep.as_bytes(),
        huge.as_bytes(),
        wide.as_bytes(),
        b"",
        b"<eventPublisher>",
        b"<html/>",
    ]
    .map(refusal);

    assert_eq!(
        refused,
        [
            "a.xml:1:1: The file is not UTF-8: save it as UTF-8.",
            "a.xml:1:1: The XML declaration names another encoding than UTF-8: save the file as UTF-8.",
            "a.xml:1:97: Elements are nested deeper than 32 levels.",
            "a.xml:1:1: The file is larger than 256 KiB: a publisher never is.",
            "a.xml:1:1: The file has more elements than any publisher needs.",
            "a.xml:1:1: The file is empty: an eventPublisher element is expected.",
            "a.xml:1:17: The file ends before the root element is closed.",
            "a.xml:1:1: The root element must be eventPublisher.",
        ]
    );
}

/// SEC-52: a message cannot choose where it is sent; what cannot be a URL is refused before it is needed.
#[test]
fn the_host_is_the_operators() {
    let refused = [
        "https://{{user.claim.gateway}}/send",
        "https://sms.example.com@{{send-to}}/",
        "ftp://sms.example.com/",
        "https:///send",
    ]
    .map(|url| {
        refusal(file("{\"a\":1}", &format!("<property name=\"http.url\">{url}</property>")).as_bytes())
    });

    assert_eq!(
        refused,
        [
            "a.xml:5:31: A placeholder in http.url must not choose the host: write the host itself.",
            "a.xml:5:31: A placeholder in http.url must not choose the host: write the host itself.",
            "a.xml:5:31: http.url is not an http or https address: write it like https://sms.example.com/send.",
            "a.xml:5:31: http.url is not an http or https address: write it like https://sms.example.com/send.",
        ]
    );
}

/// Headers are cut at commas and the first colon; those that frame the request stay ours.
#[test]
fn headers_are_checked_at_load() {
    let refused = ["no colon", "Content-Length: 1", "Bad Name: x"].map(|headers| {
        let to = format!("{}<property name=\"http.headers\">{headers}</property>", url());
        refusal(file("{\"a\":1}", &to).as_bytes())
    });

    assert_eq!(
        refused,
        [
            "a.xml:5:94: http.headers must be written as Name: value, separated by commas.",
            "a.xml:5:94: http.headers must not set content-length: remove it.",
            "a.xml:5:94: http.headers must be written as Name: value, separated by commas.",
        ]
    );
}

/// CDATA holds a mapping as well; its problems are placed at the element.
#[test]
fn a_mapping_may_stand_in_cdata() {
    let good = file("<![CDATA[{\"to\":{{mobile}}, \"amp\":\"a&b\"}]]>", url());
    let bad = file("<![CDATA[{\"to\":}]]>", url());

    assert!(matches!(read("a.xml", good.as_bytes()).declared, Some(Declared::Sends(_))));
    assert_eq!(
        refusal(bad.as_bytes()),
        "a.xml:4:47: The mapping is not valid JSON here (expected value): correct it, or ask the provider for a sample."
    );
}

proptest::proptest! {
    /// SEC-51: whatever stands in the folder, reading it ends in a reading.
    #[test]
    fn reading_never_panics(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..400), cut in 0_usize..600) {
        let _ = read("a.xml", &bytes);
        let whole = file("{\"to\"={{mobile}}, \"x\":[{{body}}]}", url());
        let cut: String = whole.chars().take(cut).collect();
        let _ = read("a.xml", cut.as_bytes());
    }
}
