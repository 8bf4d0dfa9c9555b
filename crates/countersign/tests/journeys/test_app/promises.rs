//! The harness keeps watch: what no journey asserts by itself fails it all the same.

use super::{BOB, on_both_databases};
use crate::test_app::new_mobile;

/// STYLE §7: a message nobody looked at fails the journey that caused it.
#[tokio::test(flavor = "multi_thread")]
#[should_panic(expected = "the outbox still holds work nobody looked at")]
async fn a_message_left_in_the_outbox_fails_a_journey() {
    on_both_databases(async |app| {
        app.patch("/scim2/Me").of(BOB).json(new_mobile("0123456789")).await.expect(200);
    })
    .await;
}

/// SEC-15, SEED-47: an answer with a code in it fails the journey, whatever the journey is about.
#[tokio::test(flavor = "multi_thread")]
#[should_panic(expected = "an answer gives a secret away")]
async fn an_answer_with_a_code_in_it_fails_a_journey() {
    on_both_databases(async |app| {
        app.patch("/scim2/Me").of(BOB).json(new_mobile("0123456789")).await.expect(200);
        let code = app.deliver_all().await.only_code();

        let telling = crate::test_app::replacing(&serde_json::json!({"nickName": code}));
        app.patch("/scim2/Me").of(BOB).json(telling).await.expect(200);
    })
    .await;
}
