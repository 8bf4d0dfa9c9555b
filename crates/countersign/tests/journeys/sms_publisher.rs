//! SMS publishers as operators drop them into the home folder: seeds A and B, quirk for quirk.

use countersign_domain::SignedDuration;
use serde_json::json;

use crate::sinks::http::Answer as Gateway;
use crate::test_app::{BOB, Given, given, new_mobile, on_both_databases, scenario};

/// In the shape of seed A: equals signs in the JSON, `{{mobile}}`, placeholders without quotes, `httpPost`.
pub(crate) const SEED_A: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<eventPublisher name="HTTPOutputEventAdapter" processing="enable"
    statistics="disable" trace="disable" xmlns="http://wso2.org/carbon/eventpublisher">
    <from streamName="id_gov_sms_notify_stream" version="1.0.0"/>
    <mapping customMapping="enable" type="json">
        <inline>{"api_key"="7d1b02",
            "api_secret"="quillJ41",
            "from"="PIGEON",
            "to"={{mobile}},
            "text"={{body}}
            }</inline>
    </mapping>
    <to eventAdapterType="http">
        <property name="http.client.method">httpPost</property>
        <property name="http.url">{gateway}</property>
    </to>
</eventPublisher>
"#;

/// In the shape of seed B: the same with colons and `{{send-to}}`.
pub(crate) const SEED_B: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<eventPublisher name="HTTPOutputEventAdapter" processing="enable"
    statistics="disable" trace="disable" xmlns="http://wso2.org/carbon/eventpublisher">
    <from streamName="id_gov_sms_notify_stream" version="1.0.0"/>
    <mapping customMapping="enable" type="json">
        <inline>{"api_key":"7d1b02",
            "api_secret":"quillJ41",
            "from":"PIGEON",
            "to":{{send-to}},
            "text":{{body}}
            }</inline>
    </mapping>
    <to eventAdapterType="http">
        <property name="http.client.method">httpPost</property>
        <property name="http.url">{gateway}</property>
    </to>
</eventPublisher>
"#;

fn publisher(text: &'static str) -> Given {
    given("").publisher("HTTPOutputEventAdapter.xml", text)
}

/// SEED-1, SEED-2: both pages' publishers hand the provider the same JSON, whole, and the code in it is the code.
#[tokio::test(flavor = "multi_thread")]
async fn the_provider_receives_what_the_page_promises() {
    for text in [SEED_A, SEED_B] {
        publisher(text)
            .on_both_databases(async |app| {
                app.patch("/scim2/Me").of(BOB).json(new_mobile("0123456789")).await.expect(200);

                let messages = app.deliver_all().await;

                let code = messages.only_code();
                let request = &messages.sms[0].0;
                assert_eq!((request.method.as_str(), request.target.as_str()), ("POST", "/sms/json"));
                assert_eq!(request.header("content-type"), Some("application/json"));
                let expected = json!({
                    "api_key": "7d1b02",
                    "api_secret": "quillJ41",
                    "from": "PIGEON",
                    "to": "0123456789",
                    "text": format!(
                        "{code} is your Example code to confirm this mobile number. It works for 5 minutes. Pass it to nobody."
                    ),
                });
                assert_eq!(messages.sms[0].json(), expected);
                app.enter_code(BOB, &code).await.expect(202);
                app.deliver_all().await;
            })
            .await;
    }
}

/// SEED-3, SEC-50: a text with quotes, backslashes and line breaks arrives as one JSON string, also where the
/// placeholder stands between quotes; what it says is never read as a placeholder again.
#[tokio::test(flavor = "multi_thread")]
async fn whatever_the_text_says_it_arrives_as_a_string() {
    const QUOTED: &str = r#"<eventPublisher name="Quoted" processing="enable" xmlns="http://wso2.org/carbon/eventpublisher">
    <from streamName="id_gov_sms_notify_stream" version="1.0.0"/>
    <mapping customMapping="enable" type="json"><inline>{"to":"{{send-to}}","text":"{{body}}"}</inline></mapping>
    <to eventAdapterType="http"><property name="http.url">{gateway}</property></to>
</eventPublisher>"#;
    const HOSTILE: &str = "{{confirmation-code}} \"quoted\", \\u0041 \\\nand on \"},{\"to\":\"0666666666\"";
    for text in [SEED_A, SEED_B, QUOTED] {
        publisher(text)
            .resource("sms/verifyMobileOnUpdate.txt", HOSTILE)
            .on_both_databases(async |app| {
                app.patch("/scim2/Me").of(BOB).json(new_mobile("0123456789")).await.expect(200);

                let messages = app.deliver_all().await;

                let code = messages.only_code();
                let body = messages.sms[0].json();
                assert_eq!(body["to"], "0123456789");
                assert_eq!(body["text"], HOSTILE.replace("{{confirmation-code}}", &code));
            })
            .await;
    }
}

/// §7.1: the product's own empty publisher means "nothing set up": the change waits, its message too, and both go on
/// when a real publisher is dropped in while the server runs (DESIGN §5, "Publishers").
#[tokio::test(flavor = "multi_thread")]
async fn a_publisher_may_come_later() {
    const STOCK: &str = r#"<eventPublisher name="SMSPublisher" statistics="disable" trace="disable" xmlns="http://wso2.org/carbon/eventpublisher">
    <from streamName="id_gov_sms_notify_stream" version="1.0.0"/>
    <mapping customMapping="enable" type="json"><inline>{}</inline></mapping>
    <to eventAdapterType="http">
        <property name="http.client.method">httpPost</property>
        <property name="http.url"></property>
    </to>
</eventPublisher>"#;
    given("[countersign.dev]\ninbox = \"off\"")
        .publisher("SMSPublisher.xml", STOCK)
        .on_both_databases(async |app| {
            let answer = app.patch("/scim2/Me").of(BOB).json(new_mobile("0123456789")).await.expect(200);
            assert_eq!(answer.json()["urn:scim:wso2:schema"]["pendingMobileNumber"], "0123456789");
            let before = app.deliver_all().await;
            assert_eq!((before.outcome.parked, before.sms.len()), (1, 0));

            let url = app.gateway.url("/sms/json");
            app.drop_publisher("HTTPOutputEventAdapter.xml", &SEED_B.replace("{gateway}", &url)).await;
            app.later(SignedDuration::from_secs(3));

            let after = app.deliver_all().await;
            assert_eq!(after.sms_to(), ["0123456789"]);
            app.enter_code(BOB, &after.only_code()).await.expect(202);
            app.deliver_all().await;
        })
        .await;
}

/// D-19: while the publisher cannot work, SMS verification cannot be switched on, and the refusal says why.
#[tokio::test(flavor = "multi_thread")]
async fn a_broken_publisher_keeps_verification_off() {
    const BROKEN: &str = r#"<eventPublisher name="Broken" processing="enable" xmlns="http://wso2.org/carbon/eventpublisher">
    <from streamName="id_gov_sms_notify_stream" version="1.0.0"/>
    <mapping customMapping="enable" type="json"><inline>{"to" {{mobile}}}</inline></mapping>
    <to eventAdapterType="http"><property name="http.url">{gateway}</property></to>
</eventPublisher>"#;
    given("[identity_mgt.user_claim_update.mobile]\nenable_verification = false")
        .publisher("broken.xml", BROKEN)
        .on_both_databases(async |app| {
            let answer = crate::governance::set(app, "MobileNumber.EnableVerification", json!(true)).await;

            assert_eq!((answer.status, answer.code()), (400, "IDG-50013".to_owned()), "{answer}");
            assert!(answer.text.contains("broken.xml:3:"), "{answer}");
        })
        .await;
}

/// REL-6: a provider that takes a message and dies before saying so is given the same message again, under the same
/// key, so that it can tell.
#[tokio::test(flavor = "multi_thread")]
async fn an_unanswered_message_goes_out_again_under_the_same_key() {
    on_both_databases(async |app| {
        app.gateway.then(Gateway::HangsUp);
        app.gateway.then(Gateway::status(503));
        app.patch("/scim2/Me").of(BOB).json(new_mobile("0123456789")).await.expect(200);

        let first = app.deliver_all().await;
        app.later(SignedDuration::from_secs(3));
        let second = app.deliver_all().await;
        app.later(SignedDuration::from_secs(6));
        let third = app.deliver_all().await;

        assert_eq!((first.outcome.retried, second.outcome.retried, third.outcome.handed_over), (1, 1, 1));
        let tries = [&first, &second, &third].map(|messages| messages.sms[0].0.clone());
        assert!(tries[0].header("idempotency-key").is_some_and(|key| key.len() == 36), "{tries:?}");
        assert_eq!(tries[0], tries[1]);
        assert_eq!(tries[0], tries[2]);
    })
    .await;
}

/// REL-6, I8: of two changes in quick succession only the last one's message is sent, and it verifies.
#[tokio::test(flavor = "multi_thread")]
async fn a_superseded_message_is_never_sent() {
    on_both_databases(async |app| {
        app.patch("/scim2/Me").of(BOB).json(new_mobile("0123456789")).await.expect(200);
        app.patch("/scim2/Me").of(BOB).json(new_mobile("0777777777")).await.expect(200);

        let messages = app.deliver_all().await;

        assert_eq!((messages.outcome.dropped, messages.outcome.handed_over), (1, 1));
        assert_eq!(messages.sms_to(), ["0777777777"]);
        app.enter_code(BOB, &messages.only_code()).await.expect(202);
        app.deliver_all().await;
    })
    .await;
}

/// I7, I9, REL-11: what was answered is kept: a change and its message outlive a restart.
#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_waits_outlives_a_restart() {
    on_both_databases(async |app| {
        app.patch("/scim2/Me").of(BOB).json(new_mobile("0123456789")).await.expect(200);

        app.restart().await;

        let messages = app.deliver_all().await;
        assert_eq!(messages.sms_to(), ["0123456789"]);
        app.enter_code(BOB, &messages.only_code()).await.expect(202);
        app.deliver_all().await;
    })
    .await;
}

/// REL-7: a number the provider refuses for good is tried once; the timeline says so, and a resend tries again.
#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_for_good_is_seen_in_the_timeline() {
    on_both_databases(async |app| {
        app.gateway.then(Gateway::status(400));
        app.patch("/scim2/Me").of(BOB).json(new_mobile("0123456789")).await.expect(200);
        assert_eq!(app.deliver_all().await.outcome.dead, 1);

        let changes = app.get("/api/identity/user/v1.0/me/changes").of(BOB).await.expect(200).json();
        let timeline = changes["changes"][0]["timeline"].as_array().unwrap();
        let events: Vec<&str> = timeline.iter().map(|event| event["event"].as_str().unwrap()).collect();
        assert_eq!(events, ["requested", "queued", "refused"]);

        let body = scenario("MOBILE_VERIFICATION_ON_UPDATE");
        app.post("/api/identity/user/v1.0/me/resend-code").of(BOB).json(body).await.expect(201);
        assert_eq!(app.deliver_all().await.sms_to(), ["0123456789"]);
        app.leaves_messages(); // the refused one stays, for somebody to see
    })
    .await;
}
