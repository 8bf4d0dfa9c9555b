//! A mobile number is changed: seeds A and B, up to the message.

use countersign_domain::SignedDuration;
use serde_json::{Value, json};

use crate::test_app::{
    ADMIN, BOB, BOB_ID, BOB_MAIL, BOB_MOBILE, BOB_PATH, ENTERPRISE, SYSTEM, TestApp, given, new_mobile,
    on_both_databases, replacing,
};

/// Bob as every answer shows him while nothing waits.
pub(crate) fn bob(app: &TestApp) -> Value {
    json!({
        "schemas": [
            "urn:ietf:params:scim:schemas:core:2.0:User",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
            "urn:scim:wso2:schema",
        ],
        "id": BOB_ID,
        "userName": "bob",
        "name": {"givenName": "Bob", "familyName": "Smith"},
        "active": true,
        "emails": [BOB_MAIL],
        "phoneNumbers": [{"type": "mobile", "value": BOB_MOBILE}],
        "roles": [{"type": "default", "value": "Internal/everyone"}],
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"emailVerified": true, "phoneVerified": true},
        "urn:scim:wso2:schema": {
            "emailAddresses": [BOB_MAIL],
            "verifiedEmailAddresses": [BOB_MAIL],
            "mobileNumbers": [BOB_MOBILE],
            "verifiedMobileNumbers": [BOB_MOBILE],
            "emailVerified": true,
            "phoneVerified": true,
        },
        "meta": {
            "resourceType": "User",
            "created": "2026-03-02T09:00:00.123Z",
            "lastModified": "2026-03-02T09:00:00.123Z",
            "location": app.url(BOB_PATH),
        },
    })
}

/// Bob with a number that waits since `at`.
fn bob_waiting_for(app: &TestApp, number: &str, at: &str) -> Value {
    let mut bob = bob(app);
    bob["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"]["pendingMobileNumber"] = number.into();
    bob["urn:scim:wso2:schema"]["pendingMobileNumber"] = number.into();
    bob["meta"]["lastModified"] = at.into();
    bob
}

/// Bob with a number that was written without proof.
fn bob_unproven(app: &TestApp, number: &str) -> Value {
    let mut bob = bob(app);
    bob["phoneNumbers"][0]["value"] = number.into();
    for extension in [ENTERPRISE, SYSTEM] {
        bob[extension].as_object_mut().unwrap().remove("phoneVerified"); // shown while it is true
    }
    bob
}

/// Bob's own words for a change: the flag as text, flag and number in one value (seed B).
fn with_flag(number: &str) -> Value {
    replacing(&json!({
        ENTERPRISE: {"verifyMobile": "true"},
        "phoneNumbers": [{"type": "mobile", "value": number}],
    }))
}

/// SEED-8: the old number stays in force, the new one waits, and exactly one SMS goes to it, none to the old one.
#[tokio::test(flavor = "multi_thread")]
async fn an_administrators_change_waits_for_proof() {
    on_both_databases(async |app| {
        app.later(SignedDuration::from_mins(1));

        let answer = app.patch(BOB_PATH).of(ADMIN).json(new_mobile("0123456789")).await;
        let messages = app.deliver_all().await;

        assert_eq!(answer.status, 200, "{answer}");
        assert_eq!(answer.json(), bob_waiting_for(app, "0123456789", "2026-03-02T09:01:00.123Z"));
        assert_eq!(messages.sms_to(), ["0123456789"]);
        assert_eq!(messages.mails_to(), [""; 0]);
    })
    .await;
}

/// SEED-9: whoever is asked about is who the answer is about, in the body and in its headers.
#[tokio::test(flavor = "multi_thread")]
async fn the_answer_speaks_of_the_id_in_the_url() {
    on_both_databases(async |app| {
        for mount in ["/scim2", "/scim/v2"] {
            let path = format!("{mount}/Users/{BOB_ID}");

            let answer = app.patch(&path).of(ADMIN).json(replacing(&json!({"nickName": mount}))).await;

            let body = answer.json();
            assert_eq!((answer.status, &body["id"]), (200, &json!(BOB_ID)), "{answer}");
            assert_eq!(body["meta"]["location"], app.url(&path));
            assert_eq!(answer.header("location"), Some(app.url(&path).as_str()));
        }
    })
    .await;
}

/// SEED-10: the template's `"schemas":[]` is a PATCH like any other.
#[tokio::test(flavor = "multi_thread")]
async fn an_empty_list_of_schemas_is_accepted() {
    on_both_databases(async |app| {
        let mut body = new_mobile("0123456789");
        body["schemas"] = json!([]);

        let answer = app.patch(BOB_PATH).of(ADMIN).json(body).await;

        assert_eq!(answer.status, 200, "{answer}");
        assert_eq!(answer.json(), bob_waiting_for(app, "0123456789", "2026-03-02T09:00:00.123Z"));
        assert_eq!(app.deliver_all().await.sms_to(), ["0123456789"]);
    })
    .await;
}

/// SEED-11, D-20: bob changes his own profile under its id; the flag starts the change and is seen nowhere afterwards.
#[tokio::test(flavor = "multi_thread")]
async fn the_verify_flag_is_a_request_and_never_stored() {
    on_both_databases(async |app| {
        let answer = app.patch(BOB_PATH).of(BOB).json(with_flag("0123456789")).await;
        let read = app.get(BOB_PATH).of(ADMIN).await;

        let expected = bob_waiting_for(app, "0123456789", "2026-03-02T09:00:00.123Z");
        assert_eq!((answer.status, answer.json()), (200, expected.clone()), "{answer}");
        assert_eq!((read.status, read.json()), (200, expected), "{read}");
        assert_eq!(app.deliver_all().await.sms_to(), ["0123456789"]);
    })
    .await;
}

/// SEED-12: the number that is proven already is not proven again, and nothing moves.
#[tokio::test(flavor = "multi_thread")]
async fn the_number_in_force_is_not_verified_again() {
    on_both_databases(async |app| {
        app.later(SignedDuration::from_mins(1));

        let answer = app.patch(BOB_PATH).of(BOB).json(with_flag(BOB_MOBILE)).await;

        assert_eq!((answer.status, answer.json()), (200, bob(app)), "{answer}");
        assert_eq!(app.deliver_all().await.outcome.count(), 0);
    })
    .await;
}

/// D-6: whoever asked for a change calls it off by sending the number in force; the code that is out proves nothing.
#[tokio::test(flavor = "multi_thread")]
async fn sending_the_number_in_force_calls_the_change_off() {
    on_both_databases(async |app| {
        app.patch(BOB_PATH).of(BOB).json(with_flag("0123456789")).await.expect(200);
        let code = app.deliver_all().await.only_code();

        let answer = app.patch(BOB_PATH).of(BOB).json(new_mobile(BOB_MOBILE)).await;

        assert_eq!((answer.status, answer.json()), (200, bob(app)), "{answer}");
        let refused = app.enter_code(BOB, &code).await;
        assert_eq!((refused.status, refused.code()), (400, "18001".to_owned()));
        assert_eq!(app.deliver_all().await.outcome.count(), 0);
    })
    .await;
}

/// SEED-13, SEC-16, D-8: with `use_verify_claim` a number without the flag is written at once, counts as unproven, and
/// the old number and the proven address are told. The new number is sent nothing.
#[tokio::test(flavor = "multi_thread")]
async fn without_the_flag_a_number_is_written_and_unproven() {
    for flag in [json!({}), json!({"verifyMobile": false}), json!({"verifyMobile": "false"})] {
        given("[identity_mgt.user_claim_update]\nuse_verify_claim = true")
            .on_both_databases(async |app| {
                let phones = json!([{"type": "mobile", "value": "0123456789"}]);
                let body = replacing(&json!({ENTERPRISE: flag, "phoneNumbers": phones}));

                let answer = app.patch(BOB_PATH).of(BOB).json(body).await;
                let messages = app.deliver_all().await;

                assert_eq!(
                    (answer.status, answer.json()),
                    (200, bob_unproven(app, "0123456789")),
                    "{answer}"
                );
                assert_eq!(
                    (messages.sms_to(), messages.mails_to()),
                    (vec![BOB_MOBILE.into()], vec![BOB_MAIL.into()])
                );
            })
            .await;
    }
}

/// SEED-13's other half: with the flag the same server asks for proof.
#[tokio::test(flavor = "multi_thread")]
async fn with_the_flag_the_same_number_waits() {
    given("[identity_mgt.user_claim_update]\nuse_verify_claim = true")
        .on_both_databases(async |app| {
            let answer = app.patch(BOB_PATH).of(BOB).json(with_flag("0123456789")).await;

            let expected = bob_waiting_for(app, "0123456789", "2026-03-02T09:00:00.123Z");
            assert_eq!((answer.status, answer.json()), (200, expected), "{answer}");
            assert_eq!(app.deliver_all().await.sms_to(), ["0123456789"]);
        })
        .await;
}

/// SEED-14, D-1, SEC-38: with `non_owner_update = "skip"` an administrator's number is in force at once and unproven, the
/// old and the new one are told and sent no code, and the owner himself still has to prove his.
#[tokio::test(flavor = "multi_thread")]
async fn non_owner_update_skip_writes_for_others_and_verifies_the_owner() {
    given("[countersign.verification]\nnon_owner_update = \"skip\"")
        .on_both_databases(async |app| {
            let by_bob = app.patch("/scim2/Me").of(BOB).json(new_mobile("0123456789")).await;
            assert_eq!(by_bob.json()[ENTERPRISE]["pendingMobileNumber"], "0123456789", "{by_bob}");
            assert_eq!(app.deliver_all().await.sms_to(), ["0123456789"]);

            let answer = app.patch(BOB_PATH).of(ADMIN).json(new_mobile("0777777777")).await;
            let messages = app.deliver_all().await;

            assert_eq!((answer.status, answer.json()), (200, bob_unproven(app, "0777777777")), "{answer}");
            assert_eq!(messages.mails_to(), [BOB_MAIL]);
            let mut told = messages.sms_to();
            told.sort_unstable();
            assert_eq!(told, [BOB_MOBILE, "0777777777"]);
            let begins = "Example: your mobile number is now ";
            assert!(
                messages.sms.iter().all(|sms| sms.json()["text"].as_str().unwrap().starts_with(begins)),
                "no code"
            );
        })
        .await;
}

/// SEED-48: `/Me` and PUT do what PATCH on `/Users` does.
#[tokio::test(flavor = "multi_thread")]
async fn every_way_to_write_leads_to_the_same_wait() {
    for (method, path, is_whole) in
        [("PATCH", "/scim2/Me", false), ("PUT", "/scim2/Me", true), ("PUT", BOB_PATH, true)]
    {
        on_both_databases(async |app| {
            let mut whole = app.get("/scim2/Me").of(BOB).await.json();
            whole["phoneNumbers"][0]["value"] = "0123456789".into();
            let body = if is_whole { whole } else { new_mobile("0123456789") };

            let answer = app.request(method, path).of(BOB).json(body).await;

            let mut expected = bob_waiting_for(app, "0123456789", "2026-03-02T09:00:00.123Z");
            expected["meta"]["location"] = answer.json()["meta"]["location"].clone();
            assert_eq!((answer.status, answer.json()), (200, expected), "{method} {path}: {answer}");
            assert_eq!(app.deliver_all().await.sms_to(), ["0123456789"]);
        })
        .await;
    }
}

/// D-12: what waits cannot be written, only called off; an echo of it changes nothing.
#[tokio::test(flavor = "multi_thread")]
async fn the_pending_number_is_not_the_clients_to_write() {
    on_both_databases(async |app| {
        app.patch(BOB_PATH).of(BOB).json(new_mobile("0123456789")).await.expect(200);
        let code = app.deliver_all().await.only_code();
        let pending = |value: &str| replacing(&json!({ENTERPRISE: {"pendingMobileNumber": value}}));

        let echo = app.patch(BOB_PATH).of(BOB).json(pending("0123456789")).await;
        let other = app.patch(BOB_PATH).of(ADMIN).json(pending("0777777777")).await;
        let cleared = app.patch(BOB_PATH).of(BOB).json(pending("")).await;

        let waiting = bob_waiting_for(app, "0123456789", "2026-03-02T09:00:00.123Z");
        assert_eq!((echo.status, echo.json()), (200, waiting), "{echo}");
        assert_eq!((other.status, other.json()["scimType"].clone()), (400, json!("mutability")), "{other}");
        assert_eq!((cleared.status, cleared.json()), (200, bob(app)), "{cleared}");
        assert_eq!(app.enter_code(BOB, &code).await.code(), "18001");
        assert_eq!(app.deliver_all().await.outcome.count(), 0);
    })
    .await;
}

/// SEC-22: nobody says of himself that something is proven.
#[tokio::test(flavor = "multi_thread")]
async fn an_owner_cannot_declare_a_number_proven() {
    on_both_databases(async |app| {
        app.patch(BOB_PATH).of(BOB).json(new_mobile("0123456789")).await.expect(200);
        let kim = format!("/scim2/Users/{}", app.id_of("kim").await);
        let flag = json!({ENTERPRISE: {"phoneVerified": true}, "phoneNumbers": [{"type": "mobile", "value": "0555555555"}]});

        let refused = app.patch(&kim).of(("kim", "pass123")).json(replacing(&flag)).await;

        assert_eq!((refused.status, refused.json()["scimType"].clone()), (400, json!("mutability")), "{refused}");
        assert_eq!(app.deliver_all().await.sms_to(), ["0123456789"]);
    })
    .await;
}
