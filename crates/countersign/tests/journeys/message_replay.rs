//! What an administrator sees of messages, sends again and takes out (REL-10, pages.md §5).

use countersign_app::{DropRefusal, Dropped, MessageQuery, MessageView, Replayed, ReplayedSince};
use countersign_domain::SignedDuration;
use countersign_domain::claim::Channel;
use countersign_domain::message::{MessageState, Replay, ReplayRefusal};

use crate::sinks::http::Answer as Gateway;
use crate::test_app::{BOB, BOB_MOBILE, TestApp, given, new_mobile, on_both_databases};

const ALL: MessageQuery =
    MessageQuery { state: None, channel: None, user: None, text: None, before: None, limit: 50 };

async fn listed(app: &TestApp, query: MessageQuery) -> Vec<MessageView> {
    app.use_cases().messages(&app.by_admin().await, query).await.unwrap().messages
}

async fn sms(app: &TestApp) -> Vec<MessageView> {
    listed(app, MessageQuery { channel: Some(Channel::Sms), ..ALL }).await
}

async fn replay(app: &TestApp, message: &MessageView) -> Replayed {
    app.use_cases().replay_message(&app.by_admin().await, message.id).await.unwrap().unwrap()
}

async fn tries(app: &TestApp, message: &MessageView) -> Vec<String> {
    let trace = app.use_cases().message(&app.by_admin().await, message.id).await.unwrap().unwrap();
    trace.tries.iter().map(|one| format!("{}: {}", one.outcome.as_str(), one.detail)).collect()
}

async fn audited(app: &TestApp, event: &str) -> Vec<String> {
    let rows = app.audit().await;
    let of_event = rows.iter().filter(|row| row["entry"]["event"] == event);
    of_event.map(|row| row["entry"].to_string()).collect()
}

/// REL-10, SEC-55: a code the gateway refused is not kept, so sending it again issues a new one, once; the trace has the
/// gateway's answer, the trail who did it, and neither a number.
#[tokio::test(flavor = "multi_thread")]
async fn a_dead_code_is_sent_again_as_a_new_one() {
    on_both_databases(async |app| {
        app.gateway.then(Gateway::Says(400, "", "no credit for 0123456789".to_owned()));
        app.patch("/scim2/Me").of(BOB).json(new_mobile("0123456789")).await.expect(200);
        assert_eq!(app.deliver_all().await.outcome.dead, 1);
        app.later(SignedDuration::from_mins(1));

        let dead = listed(app, MessageQuery { state: Some(MessageState::Dead), ..ALL }).await.remove(0);
        assert_eq!(
            (dead.template.as_str(), dead.user_name.as_deref()),
            ("verifyMobileOnUpdate", Some("bob"))
        );
        assert_eq!((dead.recipient.as_deref(), dead.replay), (Some("01***89"), Replay::Resend));
        assert_eq!(dead.recipient_in_full.as_ref().unwrap().as_str(), "0123456789");
        assert_eq!(tries(app, &dead).await, ["dead: HTTP 400: no credit for •••"]);
        assert_eq!(replay(app, &dead).await, Replayed::Resent(dead.change.unwrap()));

        let [newest, old] = sms(app).await.try_into().unwrap();
        assert_eq!((newest.state, old.id), (MessageState::Queued, dead.id));
        assert_eq!(old.replay, Replay::Refused(ReplayRefusal::Replaced));
        assert_eq!(replay(app, &old).await, Replayed::Refused(ReplayRefusal::Replaced));
        let code = app.deliver_all().await.only_code();
        app.enter_code(BOB, &code).await.expect(202);
        app.deliver_all().await;
        assert_eq!(replay(app, &old).await, Replayed::Refused(ReplayRefusal::ChangeEnded));
        let trail = audited(app, "message_replayed").await;
        assert_eq!(trail.len(), 1);
        assert!(trail[0].contains("\"display\":\"admin\"") && !trail[0].contains("0123456789"), "{trail:?}");
        app.leaves_messages();
    })
    .await;
}

/// REL-10: two who send the same dead code again at once issue one new code, not two.
#[tokio::test(flavor = "multi_thread")]
async fn two_who_send_a_code_again_at_once_issue_one() {
    on_both_databases(async |app| {
        app.gateway.then(Gateway::status(400));
        app.patch("/scim2/Me").of(BOB).json(new_mobile("0123456789")).await.expect(200);
        app.deliver_all().await;
        app.later(SignedDuration::from_mins(1));
        let dead = sms(app).await.remove(0);

        let at_once = [(); 3].map(|()| Box::pin(replay(app, &dead)));
        let mut outcomes = futures_util::future::join_all(at_once).await;

        outcomes.sort_by_key(|outcome| matches!(outcome, Replayed::Refused(_)));
        let refused = Replayed::Refused(ReplayRefusal::Replaced);
        assert_eq!(outcomes, [Replayed::Resent(dead.change.unwrap()), refused, refused]);
        app.deliver_all().await.only_code();
        app.leaves_messages();
    })
    .await;
}

/// REL-6, REL-10: a notice goes out again under its own id, so that a gateway can tell that it is the same one.
#[tokio::test(flavor = "multi_thread")]
async fn a_dead_notice_goes_out_again_under_its_own_id() {
    on_both_databases(async |app| {
        app.patch("/scim2/Me").of(BOB).json(new_mobile("0123456789")).await.expect(200);
        let code = app.deliver_all().await.only_code();
        app.gateway.then(Gateway::status(403));
        app.enter_code(BOB, &code).await.expect(202);
        app.deliver_all().await;
        let dead = listed(app, MessageQuery { state: Some(MessageState::Dead), ..ALL }).await.remove(0);
        assert_eq!((dead.template.as_str(), dead.replay), ("contactChanged", Replay::Requeue));
        app.later(SignedDuration::from_hours(24 * 6));

        assert_eq!(replay(app, &dead).await, Replayed::Requeued);
        assert_eq!(replay(app, &dead).await, Replayed::Refused(ReplayRefusal::Queued));
        let again = app.deliver_all().await;

        assert_eq!(again.sms_to(), [BOB_MOBILE]);
        let keys = app.gateway.requests.all();
        let keys: Vec<_> = keys.iter().rev().take(2).map(|one| one.header("idempotency-key")).collect();
        assert_eq!(keys[0], keys[1]);
        assert_eq!(
            tries(app, &dead).await,
            ["dead: HTTP 403", "replayed: queued again by admin", "handed_over: HTTP 200: {\"ok\":true}"]
        );
        assert_eq!(replay(app, &dead).await, Replayed::Refused(ReplayRefusal::Delivered));
    })
    .await;
}

/// REL-10: what died since a time is sent again in one go, with counts; older ones are left alone.
#[tokio::test(flavor = "multi_thread")]
async fn what_died_since_a_time_is_sent_again() {
    on_both_databases(async |app| {
        let ask = async |app: &TestApp, number: &str| {
            app.gateway.then(Gateway::status(400));
            app.patch("/scim2/Me").of(BOB).json(new_mobile(number)).await.expect(200);
        };
        ask(app, "0123456781").await;
        app.deliver_all().await;
        app.later(SignedDuration::from_hours(1));
        let since = app.now();
        ask(app, "0123456782").await;
        app.deliver_all().await;
        app.later(SignedDuration::from_mins(2));
        ask(app, "0123456783").await;
        app.deliver_all().await;
        app.later(SignedDuration::from_mins(2));

        let by = app.by_admin().await;
        let counts = app.use_cases().replay_since(&by, since).await.unwrap();

        // The newest value waits; the ones it superseded do not.
        assert_eq!((counts.resent, counts.requeued, counts.limited, counts.more), (1, 0, 0, false));
        assert!(counts.refused >= 1, "{counts:?}");
        assert_eq!(app.deliver_all().await.sms_to(), ["0123456783"]);
        let counts = app.use_cases().replay_since(&by, app.now()).await.unwrap();
        assert_eq!(counts, ReplayedSince::default());
        app.leaves_messages();
    })
    .await;
}

/// pages.md §5: a queued message is taken out by name, the person's page says so, and its code is not sent.
#[tokio::test(flavor = "multi_thread")]
async fn a_queued_code_is_taken_out_by_name() {
    given("")
        .on_both_databases(async |app| {
            app.patch("/scim2/Me").of(BOB).json(new_mobile("0123456789")).await.expect(200);
            let by = app.by_admin().await;
            let queued =
                sms(app).await.into_iter().find(|one| one.template == "verifyMobileOnUpdate").unwrap();
            assert!(queued.can_be_dropped);

            assert_eq!(app.use_cases().drop_message(&by, queued.id).await.unwrap(), Some(Dropped::Dropped));

            let again = app.use_cases().drop_message(&by, queued.id).await.unwrap();
            let ended = DropRefusal::Ended(MessageState::Dropped);
            assert_eq!(again, Some(Dropped::Refused(ended)));
            assert_eq!(ended.to_string(), "It has ended already: it is dropped.");
            let trace = app.use_cases().message(&by, queued.id).await.unwrap().unwrap();
            assert_eq!(trace.message.reason.as_deref(), Some("dropped by admin"));
            let timeline = trace.change.unwrap().timeline;
            assert_eq!(timeline.last().unwrap().detail.as_deref(), Some("dropped by admin"));
            let delivered = app.deliver_all().await;
            assert!(!delivered.sms_to().contains(&"0123456789".to_owned()), "{:?}", delivered.sms_to());
            assert_eq!(audited(app, "message_dropped").await.len(), 1);
        })
        .await;
}

/// A text that is a user name finds all of his messages; a part of a number, those to it.
#[tokio::test(flavor = "multi_thread")]
async fn messages_are_searched_by_name_and_number() {
    on_both_databases(async |app| {
        app.patch("/scim2/Me").of(BOB).json(new_mobile("0123456789")).await.expect(200);
        app.deliver_all().await;
        let text = |text: &str| MessageQuery { text: Some(text.to_owned()), ..ALL };

        let bobs = listed(app, text("BOB")).await;
        assert!(!bobs.is_empty() && bobs.iter().all(|one| one.user_name.as_deref() == Some("bob")));
        let to = listed(app, text("3456789")).await;
        assert_eq!(to.iter().map(|one| one.template.as_str()).collect::<Vec<_>>(), ["verifyMobileOnUpdate"]);
        assert_eq!(listed(app, text("kim")).await, []);
    })
    .await;
}
