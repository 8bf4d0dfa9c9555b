//! The seeds' requests about e-mail addresses, and the people as `/scim2` shows them, whole.

use countersign_domain::Timestamp;
use serde_json::{Value, json};

use crate::test_app::{
    Answer, BOB, BOB_ID, BOB_MAIL, BOB_MOBILE, ENTERPRISE, KIM_MAIL, SYSTEM, TestApp, replacing,
};

/// The address the journeys change to.
pub(crate) const NEW: &str = "robert@example.org";

/// The 6.0 page: `verifyEmail` beside the address.
pub(crate) fn replace_verified(address: &str) -> Value {
    replacing(&json!({ENTERPRISE: {"verifyEmail": "true"}, "emails": [{"primary": true, "value": address}]}))
}

/// The 7.x page: the address alone.
pub(crate) fn replace_primary(address: &str) -> Value {
    replacing(&json!({"emails": [{"primary": true, "value": address}]}))
}

/// The 7.x page: the verified list.
pub(crate) fn replace_list(members: &Value) -> Value {
    replacing(&json!({SYSTEM: {"verifiedEmailAddresses": members}}))
}

/// What is shown of somebody's e-mail addresses.
#[derive(Clone, Copy)]
pub(crate) struct Emails<'a> {
    pub(crate) in_force: &'a str,
    pub(crate) verified: bool,
    pub(crate) all: &'a [&'a str],
    pub(crate) proven: &'a [&'a str],
    pub(crate) pending: Option<&'a str>,
}

impl<'a> Emails<'a> {
    /// Bob's when a journey begins.
    pub(crate) const BOB: Self = Self::proven(&[BOB_MAIL]);
    /// Kim's.
    pub(crate) const KIM: Self = Self::proven(&[KIM_MAIL]);

    const fn proven(members: &'a [&'a str; 1]) -> Self {
        Self { in_force: members[0], verified: true, all: members, proven: members, pending: None }
    }

    /// The same, and this one waits.
    pub(crate) const fn with_pending(self, pending: &'a str) -> Self {
        Self { pending: Some(pending), ..self }
    }
}

/// Bob as `/scim2` shows him, made at `created` and modified just now.
pub(crate) fn bob(app: &TestApp, created: Timestamp, emails: Emails<'_>) -> Value {
    let mut bob = person(app, created, BOB_ID, ["bob", "Bob", "Smith"], emails);
    bob["phoneNumbers"] = json!([{"type": "mobile", "value": BOB_MOBILE}]);
    for schema in [ENTERPRISE, SYSTEM] {
        bob[schema]["phoneVerified"] = json!(true);
    }
    for list in ["mobileNumbers", "verifiedMobileNumbers"] {
        bob[SYSTEM][list] = json!([BOB_MOBILE]);
    }
    bob
}

/// Kim.
pub(crate) fn kim(app: &TestApp, created: Timestamp, id: &str, emails: Emails<'_>) -> Value {
    person(app, created, id, ["kim", "Kim", "Jackson"], emails)
}

fn person(
    app: &TestApp,
    created: Timestamp,
    id: &str,
    [name, given, family]: [&str; 3],
    emails: Emails<'_>,
) -> Value {
    let mut person = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE, SYSTEM],
        "id": id,
        "userName": name,
        "name": {"givenName": given, "familyName": family},
        "active": true,
        "emails": [emails.in_force],
        "roles": [{"type": "default", "value": "Internal/everyone"}],
        ENTERPRISE: {"emailVerified": emails.verified},
        SYSTEM: {
            "emailAddresses": emails.all,
            "verifiedEmailAddresses": emails.proven,
            "emailVerified": emails.verified,
        },
        "meta": {
            "resourceType": "User",
            "created": shown(created),
            "lastModified": shown(app.now()),
            "location": app.url(&format!("/scim2/Users/{id}")),
        },
    });
    if let Some(pending) = emails.pending {
        for schema in [ENTERPRISE, SYSTEM] {
            person[schema]["pendingEmails"] = json!([{"value": pending}]);
        }
    }
    person
}

/// As `meta` writes a time: with its zone (SEED-46).
pub(crate) fn shown(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// The whole error of a SCIM request.
pub(crate) fn scim_error(scim_type: &str, detail: &str) -> (u16, Value) {
    let schema = "urn:ietf:params:scim:api:messages:2.0:Error";
    (400, json!({"schemas": [schema], "status": "400", "scimType": scim_type, "detail": detail}))
}

/// Status and body.
pub(crate) fn whole(answer: &Answer) -> (u16, Value) {
    (answer.status, answer.json())
}

/// Bob asks for another address himself; the link sent there.
pub(crate) async fn bob_asks_for(app: &mut TestApp, address: &str) -> String {
    app.patch("/scim2/Me").of(BOB).json(replace_verified(address)).await.expect(200);
    confirmation_link(app, address).await
}

/// Delivers, and takes the confirmation link out of the one mail to this address.
pub(crate) async fn confirmation_link(app: &mut TestApp, address: &str) -> String {
    let messages = app.deliver_all().await;
    crate::test_app::link_in(messages.mail_to(address), "confirmregistration.do")
}

/// The token of a link, as the API takes it.
pub(crate) fn token_of(link: &str) -> String {
    let query = link.split_once("confirmation=").unwrap().1;
    query.split('&').next().unwrap().to_owned()
}
