//! How the server is, for the Console's *System* (REL-10).

use countersign_app::SenderState;
use countersign_domain::SignedDuration;
use countersign_domain::claim::Channel;
use countersign_domain::message::MessageState;

use crate::test_app::{BOB, given, new_mobile, on_both_databases};

/// pages.md §5: version, database, since when, ready, what waits and for how long; over 30 seconds is a warning.
#[tokio::test(flavor = "multi_thread")]
async fn the_system_page_knows_how_the_server_is() {
    on_both_databases(async |app| {
        let by = app.by_admin().await;
        let began = app.now();
        let idle = app.use_cases().system(&by).await.unwrap();
        assert!(["SQLite", "PostgreSQL"].contains(&idle.database.kind), "{idle:?}");
        assert_eq!(idle.surroundings.version, env!("CARGO_PKG_VERSION"));
        assert_eq!(idle.surroundings.started_at, Some(began));
        assert_eq!((idle.surroundings.is_ready, idle.surroundings.is_self_signed), (true, Some(true)));
        assert_eq!(idle.senders.sms, SenderState::Ready("Gateway".to_owned()));
        assert_eq!((idle.queue_age(), idle.is_queue_late()), (SignedDuration::ZERO, false));

        app.patch("/scim2/Me").of(BOB).json(new_mobile("0123456789")).await.expect(200);
        app.later(SignedDuration::from_secs(30));
        let waiting = app.use_cases().system(&by).await.unwrap();
        assert!(waiting.count(MessageState::Queued, Channel::Sms) >= 1, "{waiting:?}");
        assert!(!waiting.is_queue_late());
        app.later(SignedDuration::from_micros(1));
        assert!(app.use_cases().system(&by).await.unwrap().is_queue_late());

        app.deliver_all().await;
        app.deliver_all().await;
        let done = app.use_cases().system(&by).await.unwrap();
        assert_eq!((done.count(MessageState::Queued, Channel::Sms), done.due_since), (0, None));
        assert!(!done.is_queue_late());
    })
    .await;
}

/// What the configuration was warned of at start is still there to be read, without what must not be.
#[tokio::test(flavor = "multi_thread")]
async fn the_system_page_repeats_the_warnings_of_the_start() {
    given("[countersign.limits]\nsends_burst = 0\nsms_per_day = 0")
        .on_both_databases(async |app| {
            let warnings = app.use_cases().system(&app.by_admin().await).await.unwrap().surroundings.warnings;

            assert!(warnings.len() >= 2, "{warnings:?}");
            assert!(
                warnings.iter().any(|warning| warning.contains("sends_burst") && warning.contains("help:"))
            );
            assert!(!warnings.concat().contains("not a secret"), "{warnings:?}");
        })
        .await;
}
