//! Why a value was written without proof: over SCIM, into the audit trail.

use serde_json::{Value, json};

use crate::test_app::{ADMIN, BOB, BOB_PATH, ENTERPRISE, SYSTEM, TestApp, given, new_mobile, replacing};

/// Administrators write numbers straight, and have to say why.
const HARDENED: &str = r#"
    [countersign.security]
    profile = "hardened"
    [countersign.verification]
    non_owner_update = "skip"
"#;

/// What the trail says about values that were written: by whom, and why.
async fn written(app: &TestApp) -> Vec<(Value, Value)> {
    let rows = app.audit().await.into_iter().map(|row| row["entry"].clone());
    let rows = rows.filter(|entry| entry["event"] == "value_written");
    rows.map(|entry| (entry["by"]["display"].clone(), entry["detail"].clone())).collect()
}

/// SEC-38: in the hardened profile a direct write without a reason is refused, naming the attribute, and changes
/// nothing; with one it lands, and the trail holds the reason while the profile does not.
#[tokio::test(flavor = "multi_thread")]
async fn a_direct_write_states_its_reason_in_the_hardened_profile() {
    given(HARDENED)
        .on_both_databases(async |app| {
            let without = app.patch(BOB_PATH).of(ADMIN).json(new_mobile("0123456789")).await;

            let body = without.expect(400).json();
            assert_eq!(
                (&body["scimType"], &body["detail"]),
                (
                    &json!("invalidValue"),
                    &json!("changeReason: state a reason for writing the value without proof.")
                )
            );
            assert_eq!(written(app).await, []);

            let stated = json!({
                "phoneNumbers": [{"type": "mobile", "value": "0123456789"}],
                SYSTEM: {"changeReason": "Lost phone,\nticket 4711"},
            });
            let with = app.patch(BOB_PATH).of(ADMIN).json(replacing(&stated)).await;

            let bob = with.expect(200).json();
            assert_eq!(bob["phoneNumbers"], json!([{"type": "mobile", "value": "0123456789"}]));
            assert!(!bob.to_string().contains("4711"), "{bob}");
            assert!(!app.get(BOB_PATH).of(ADMIN).await.text.contains("4711"));
            assert_eq!(written(app).await, [(json!("admin"), json!("Lost phone,ticket 4711"))]);
            app.deliver_all().await;
        })
        .await;
}

/// SEC-38: by PUT in the strict dialect, and by the owner, whose reason nobody asked for and nobody keeps.
#[tokio::test(flavor = "multi_thread")]
async fn a_reason_is_taken_at_both_mounts_and_from_privileged_callers_only() {
    given("[countersign.verification]\nnon_owner_update = \"skip\"\n")
        .on_both_databases(async |app| {
            let strict = BOB_PATH.replace("/scim2", "/scim/v2");
            let mut bob = app.get(&strict).of(ADMIN).await.expect(200).json();
            bob["phoneNumbers"][0]["value"] = "0123456789".into();
            bob[SYSTEM]["changeReason"] = "moved".into();
            app.put(&strict).of(ADMIN).json(bob).await.expect(200);

            let own = json!({
                "phoneNumbers": [{"type": "mobile", "value": "0777777777"}],
                ENTERPRISE: {"changeReason": "because"},
            });
            app.patch("/scim2/Me").of(BOB).json(replacing(&own)).await.expect(200);

            assert_eq!(written(app).await, [(json!("admin"), json!("moved"))]);
            let trail = Value::from(app.audit().await).to_string();
            assert!(!trail.contains("because"), "{trail}");
            app.deliver_all().await;
        })
        .await;
}
