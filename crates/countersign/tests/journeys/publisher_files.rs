//! What the Console's *Publishers* knows of the files in the folder (SEC-51, D-19).

use std::time::Duration;

use countersign_app::{PublisherState, PublisherView, Publishers};

use crate::sms_publisher::{SEED_A, SEED_B};
use crate::test_app::{TestApp, given};

fn shown(view: &PublisherView) -> String {
    let facts = view.publisher.as_ref();
    let facts = facts.map(|facts| format!(" [{} {} {}]", facts.name, facts.stream, facts.kind));
    let last_good = if view.uses_last_good_version { " (last good version)" } else { "" };
    format!("{}: {}{}{last_good}", view.file, view.state.as_str(), facts.unwrap_or_default())
}

fn files(app: &TestApp) -> Vec<String> {
    app.use_cases().publishers().iter().map(shown).collect()
}

fn is_read(view: &PublisherView) -> bool {
    view.state != PublisherState::Settling
}

/// What is known once the worker's news have arrived.
async fn told(app: &TestApp, news: impl Fn(&[PublisherView]) -> bool) -> Publishers {
    let arriving = async {
        loop {
            let views = app.use_cases().publishers();
            if news(&views) {
                return views;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), arriving).await.unwrap()
}

/// pages.md §5: which file sends, which is shadowed, what is wrong where, and that the last good version goes on; no
/// property's value is seen.
#[tokio::test(flavor = "multi_thread")]
async fn the_files_are_told_with_line_and_caret_and_without_values() {
    given("")
        .publisher("b.xml", SEED_A)
        .on_both_databases(async |app| {
            let sends = "[HTTPOutputEventAdapter id_gov_sms_notify_stream:1.0.0 HTTP POST, JSON]";
            assert_eq!(files(app), [format!("b.xml: sends {sends}")]);
            let views = app.use_cases().publishers();
            let [warning] = views[0].problems.as_slice() else { panic!("{views:?}") };
            assert!(!warning.is_error);
            assert_eq!(
                (warning.line, warning.caret_text().unwrap()),
                (6, "        <inline>…\"…\"=\"…\"…\n                    ^".to_owned())
            );
            let host = app.gateway.address.to_string();
            assert_eq!(views[0].publisher.as_ref().unwrap().host.as_ref(), Some(&host));

            let url = app.gateway.url("/sms/json");
            app.drop_publisher("c.xml", &SEED_B.replace("{gateway}", &url)).await;
            let views = told(app, |views| views.get(1).is_some_and(is_read)).await;
            assert_eq!(views[1].state, PublisherState::Shadowed("b.xml".to_owned()));
            app.drop_publisher("b.xml", "<eventPublisher name=\"quillJ41\">\n  <from/>").await;

            let views = told(app, |views| views[0].uses_last_good_version).await;
            assert_eq!(shown(&views[0]), format!("b.xml: sends {sends} (last good version)"));
            assert!(views[0].problems.iter().any(|problem| problem.is_error));
            let everything = format!("{views:?}");
            for value in ["quillJ41", "7d1b02", "PIGEON", "/sms/json"] {
                assert!(!everything.contains(value), "{everything}");
            }
        })
        .await;
}
