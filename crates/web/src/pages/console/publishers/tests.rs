use std::sync::Arc;

use countersign_app::{PublisherFacts, PublisherProblem, PublisherState, PublisherView};

use crate::pages::console::sample::Browser;
use crate::sample::TestServer;

fn view(file: &str, state: PublisherState) -> PublisherView {
    PublisherView {
        file: file.to_owned(),
        state,
        publisher: None,
        uses_last_good_version: false,
        problems: Vec::new(),
    }
}

/// SEC-51, D-19: which file sends, which is shadowed, what is wrong where with a caret under it, and that the last good
/// version goes on.
#[tokio::test]
async fn files_are_shown_with_what_is_wrong_where() {
    let server = TestServer::start();
    let problem = PublisherProblem {
        line: 6,
        column: 21,
        is_error: true,
        text: "After the key stands \"=\"; write \":\".".to_owned(),
        excerpt: Some(("        <inline>…\"…\"=\"…\"…".to_owned(), 20)),
    };
    let facts = PublisherFacts {
        name: "Gateway".to_owned(),
        stream: "id_gov_sms_notify_stream:1.0.0".to_owned(),
        kind: "HTTP POST, JSON".to_owned(),
        host: Some("rest.example.org".to_owned()),
        proxy: None,
    };
    let broken = PublisherView {
        publisher: Some(facts),
        uses_last_good_version: true,
        problems: vec![problem],
        ..view("a.xml", PublisherState::Sends)
    };
    let shadowed = view("b.xml", PublisherState::Shadowed("a.xml".to_owned()));
    server.publishers.send_replace(Arc::new(vec![broken, shadowed]));
    let mut admin = Browser::admin(&server).await;

    let page = admin.open("/console/publishers").await.text;

    for said in [
        "<code>a.xml</code>",
        "Its last good version is still in use.",
        "rest.example.org",
        "line 6, column 21",
        ">        &#60;inline&#62;…&#34;…&#34;=&#34;…&#34;…\n                    ^</pre>",
        "Not used: a.xml comes first by name",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
}

/// pages §1: an empty folder says what will be here.
#[tokio::test]
async fn an_empty_folder_says_what_to_put_there() {
    let server = TestServer::start();
    let mut otto = Browser::of(&server, "otto", &["internal_config_mgt_view"]).await;

    let page = otto.open("/console/publishers").await.text;

    assert!(page.contains("No publisher files") && page.contains("No sender is set up"), "{page}");
    assert!(!page.contains("Send me a test"), "who may not send tests is not offered one");
}
