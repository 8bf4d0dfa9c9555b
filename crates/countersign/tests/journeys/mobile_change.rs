//! A mobile number changes: seeds A and B.

use serde_json::json;

use crate::test_app::{ADMIN, BOB_PATH, on_both_databases};

/// SEED-8.
#[tokio::test(flavor = "multi_thread")]
async fn probe() {
    on_both_databases(async |app| {
        let answer = app
            .patch(BOB_PATH)
            .of(ADMIN)
            .json(json!({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                "Operations":[{"op":"replace","value":{"phoneNumbers":[{"type":"mobile","value":"0123456789"}]}}]}))
            .await;
        println!("{answer}");
        let m = app.deliver_all().await;
        println!("{:?} {:?} {:?}", m.outcome, m.sms, m.mails);
        println!("{}", m.only_code());
    })
    .await;
}
