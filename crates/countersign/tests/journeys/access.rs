//! Who may do what: every route, by every kind of caller (SEC-37).

pub(crate) mod routes;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::test_app::{
    ADMIN, BOB, BOB_ID, BOB_PATH, CODES, KIM, Request, TestApp, given, new_mobile, on_both_databases,
    replacing,
};

/// What a row sends along.
#[derive(Clone, Copy)]
enum Body {
    None,
    /// A person nobody has heard of.
    Newcomer,
    /// What the same path shows to an administrator (or, at `/Me`, to the caller).
    Echo,
    /// A PATCH of something harmless.
    NickName,
    /// A group nobody has heard of.
    NewGroup,
    /// A PATCH of a group's name.
    GroupName,
    Search,
    /// One operation that everybody may ask for and nobody gets.
    Bulk,
    Code,
    Scenario,
    ScenarioOfBob,
    Setting,
    Settings,
    Revert,
    Preferences,
    Grant,
    Form,
}

/// Method, path, the scope that opens it, body, and the answers to: nobody, bob, kim (who may nothing beyond herself),
/// admin, a client with another scope, a client with this scope alone.
///
/// `~` stands for both SCIM mounts. The change is bob's.
type Row = (&'static str, &'static str, &'static str, Body, [u16; 6]);

const NO_SCOPE: &str = "internal_login";
const ANOTHER_SCOPE: &str = "internal_config_mgt_view";

const OPEN: [u16; 6] = [200; 6];
const GONE: [u16; 6] = [404; 6];
/// For pages, which know sessions only.
const TO_SIGN_IN: [u16; 6] = [303; 6];
/// A form that no page of ours sent (SEC-29).
const NO_FORM_OF_OURS: [u16; 6] = [403; 6];
/// For callers who hold the scope.
const fn scoped(status: u16) -> [u16; 6] {
    [401, 403, 403, status, 403, status]
}
/// Bob may on himself, others with the scope.
const BOBS_OWN: [u16; 6] = [401, 200, 403, 200, 403, 200];
/// Everybody has a profile of his own, programs have none.
const EVERYBODYS: [u16; 6] = [401, 200, 200, 200, 404, 404];
/// The code API's word for a program at `/me` is 403.
const fn persons(bob: u16, others: u16) -> [u16; 6] {
    [401, bob, others, others, 403, 403]
}

#[rustfmt::skip]
const TABLE: &[Row] = &[
    ("GET",    "~/ServiceProviderConfig", NO_SCOPE, Body::None, OPEN),
    ("GET",    "~/ResourceTypes", NO_SCOPE, Body::None, OPEN),
    ("GET",    "~/ResourceTypes/User", NO_SCOPE, Body::None, OPEN),
    ("GET",    "~/Schemas", NO_SCOPE, Body::None, OPEN),
    ("GET",    "~/Schemas/urn:ietf:params:scim:schemas:core:2.0:User", NO_SCOPE, Body::None, OPEN),
    ("GET",    "~/Users?count=1", "internal_user_mgt_list", Body::None, scoped(200)),
    ("POST",   "~/Users/.search", "internal_user_mgt_list", Body::Search, scoped(200)),
    ("POST",   "~/Users", "internal_user_mgt_create", Body::Newcomer, scoped(201)),
    ("GET",    "~/Users/{bob}", "internal_user_mgt_view", Body::None, BOBS_OWN),
    ("PUT",    "~/Users/{bob}", "internal_user_mgt_update", Body::Echo, BOBS_OWN),
    ("PATCH",  "~/Users/{bob}", "internal_user_mgt_update", Body::NickName, BOBS_OWN),
    ("GET",    "~/Users/{nobody}", "internal_user_mgt_view", Body::None, scoped(404)),
    ("PATCH",  "~/Users/{nobody}", "internal_user_mgt_update", Body::NickName, scoped(404)),
    ("DELETE", "~/Users/{nobody}", "internal_user_mgt_delete", Body::None, scoped(404)),
    ("GET",    "~/ResourceTypes/Group", NO_SCOPE, Body::None, OPEN),
    ("GET",    "~/Groups?count=1", "internal_group_mgt_list", Body::None, scoped(200)),
    ("POST",   "~/Groups/.search", "internal_group_mgt_list", Body::Search, scoped(200)),
    ("POST",   "~/Groups", "internal_group_mgt_create", Body::NewGroup, scoped(201)),
    ("GET",    "~/Groups/{group}", "internal_group_mgt_view", Body::None, scoped(200)),
    ("PUT",    "~/Groups/{group}", "internal_group_mgt_update", Body::Echo, scoped(200)),
    ("PATCH",  "~/Groups/{group}?attributes=id", "internal_group_mgt_update", Body::GroupName, scoped(200)),
    ("GET",    "~/Groups/{nobody}", "internal_group_mgt_view", Body::None, scoped(404)),
    ("PATCH",  "~/Groups/{nobody}", "internal_group_mgt_update", Body::GroupName, scoped(404)),
    ("DELETE", "~/Groups/{nobody}", "internal_group_mgt_delete", Body::None, scoped(404)),
    // Whoever may list the users or the groups; the other half is empty for him.
    ("POST",   "~/.search", "internal_group_mgt_list", Body::Search, scoped(200)),
    ("POST",   "~/Bulk", NO_SCOPE, Body::Bulk, [401, 200, 200, 200, 200, 200]),
    ("GET",    "~/Me", NO_SCOPE, Body::None, EVERYBODYS),
    ("PUT",    "~/Me", NO_SCOPE, Body::Echo, EVERYBODYS),
    ("PATCH",  "~/Me", NO_SCOPE, Body::NickName, EVERYBODYS),

    ("POST",   "/api/identity/user/v1.0/me/validate-code", NO_SCOPE, Body::Code, persons(400, 400)),
    ("POST",   "/api/identity/user/v1.0/me/resend-code", NO_SCOPE, Body::Scenario, persons(201, 400)),
    ("POST",   "/api/identity/user/v1.0/validate-code", "internal_user_code_mgt_create", Body::Code, scoped(400)),
    ("POST",   "/api/identity/user/v1.0/resend-code", "internal_user_code_mgt_create", Body::ScenarioOfBob, scoped(201)),
    ("POST",   "/api/identity/user/v1.0/introspect-code", "internal_user_code_mgt_view", Body::Code, scoped(400)),

    ("GET",    "/api/identity/user/v1.0/me/changes", NO_SCOPE, Body::None, persons(200, 200)),
    ("GET",    "/api/identity/user/v1.0/me/changes/{change}", NO_SCOPE, Body::None, persons(200, 404)),
    ("POST",   "/api/identity/user/v1.0/me/changes/{change}/resend", NO_SCOPE, Body::None, persons(202, 404)),
    ("GET",    "/api/identity/user/v1.0/changes", "internal_user_code_mgt_view", Body::None, scoped(200)),
    ("GET",    "/api/identity/user/v1.0/changes/{change}", "internal_user_code_mgt_view", Body::None, scoped(200)),
    ("POST",   "/api/identity/user/v1.0/changes/{change}/resend", "internal_user_code_mgt_create", Body::None, scoped(202)),
    ("DELETE", "/api/identity/user/v1.0/me/changes/{change}", NO_SCOPE, Body::None, persons(204, 404)),
    ("DELETE", "/api/identity/user/v1.0/changes/{change}", "internal_user_code_mgt_create", Body::None, scoped(204)),

    ("GET",    "/api/server/v1/identity-governance", "internal_idp_view", Body::None, scoped(200)),
    ("GET",    "/api/server/v1/identity-governance/", "internal_idp_view", Body::None, scoped(200)),
    ("GET",    "/api/server/v1/identity-governance/{category}", "internal_idp_view", Body::None, scoped(200)),
    ("GET",    "/api/server/v1/identity-governance/{category}/connectors", "internal_idp_view", Body::None, scoped(200)),
    ("GET",    "/api/server/v1/identity-governance/{category}/connectors/{connector}", "internal_idp_view", Body::None, scoped(200)),
    ("PATCH",  "/api/server/v1/identity-governance/{category}/connectors", "internal_idp_update", Body::Settings, scoped(200)),
    ("PATCH",  "/api/server/v1/identity-governance/{category}/connectors/{connector}", "internal_idp_update", Body::Setting, scoped(200)),
    ("POST",   "/api/server/v1/identity-governance/{category}/connectors/revert?connectorId={connector}", "internal_idp_update", Body::Revert, scoped(200)),
    ("POST",   "/api/server/v1/identity-governance/preferences", NO_SCOPE, Body::Preferences, [401, 200, 200, 200, 403, 200]),

    ("POST",   "/oauth2/token", NO_SCOPE, Body::Grant, [401; 6]),

    ("GET",    "/accountrecoveryendpoint/confirmregistration.do", NO_SCOPE, Body::None, [400; 6]),
    ("POST",   "/accountrecoveryendpoint/confirmregistration.do", NO_SCOPE, Body::Form, [400; 6]),
    ("GET",    "/accountrecoveryendpoint/cancel.do", NO_SCOPE, Body::None, [400; 6]),
    ("POST",   "/accountrecoveryendpoint/cancel.do", NO_SCOPE, Body::Form, [400; 6]),
    ("GET",    "/assets/nothing.css", NO_SCOPE, Body::None, GONE),
    // Pages know sessions only: whoever has none is led to the sign-in page, his form too.
    ("GET",    "/console/", NO_SCOPE, Body::None, TO_SIGN_IN),
    ("GET",    "/console/identity-providers/resident", NO_SCOPE, Body::None, TO_SIGN_IN),
    ("GET",    "/console/identity-providers/resident/other-settings/user-claim-update", NO_SCOPE, Body::None, TO_SIGN_IN),
    ("GET",    "/console/messages", NO_SCOPE, Body::None, TO_SIGN_IN),
    ("GET",    "/console/messages/test", NO_SCOPE, Body::None, TO_SIGN_IN),
    ("GET",    "/console/messages/{nobody}", NO_SCOPE, Body::None, TO_SIGN_IN),
    ("GET",    "/console/publishers", NO_SCOPE, Body::None, TO_SIGN_IN),
    ("GET",    "/console/system", NO_SCOPE, Body::None, TO_SIGN_IN),
    ("POST",   "/console/identity-providers/resident/other-settings/user-claim-update", NO_SCOPE, Body::Form, TO_SIGN_IN),
    ("POST",   "/console/identity-providers/resident/other-settings/user-claim-update/revert", NO_SCOPE, Body::Form, TO_SIGN_IN),
    ("POST",   "/console/messages/test", NO_SCOPE, Body::Form, TO_SIGN_IN),
    ("POST",   "/console/messages/{nobody}/replay", NO_SCOPE, Body::Form, TO_SIGN_IN),
    ("POST",   "/console/messages/{nobody}/drop", NO_SCOPE, Body::Form, TO_SIGN_IN),
    // Both channels have a sender: there is no inbox to look at.
    ("GET",    "/console/users", NO_SCOPE, Body::None, TO_SIGN_IN),
    ("GET",    "/console/users/{nobody}", NO_SCOPE, Body::None, TO_SIGN_IN),
    ("GET",    "/console/users/{nobody}/access", NO_SCOPE, Body::None, TO_SIGN_IN),
    ("POST",   "/console/users/{nobody}/access/disable", NO_SCOPE, Body::Form, TO_SIGN_IN),
    ("POST",   "/console/users/{nobody}/access/enable", NO_SCOPE, Body::Form, TO_SIGN_IN),
    ("POST",   "/console/users/{nobody}/access/lock", NO_SCOPE, Body::Form, TO_SIGN_IN),
    ("POST",   "/console/users/{nobody}/access/unlock", NO_SCOPE, Body::Form, TO_SIGN_IN),
    ("GET",    "/console/users/{nobody}/access/password", NO_SCOPE, Body::None, TO_SIGN_IN),
    ("POST",   "/console/users/{nobody}/access/password", NO_SCOPE, Body::Form, TO_SIGN_IN),
    ("GET",    "/console/users/{nobody}/access/permissions", NO_SCOPE, Body::None, TO_SIGN_IN),
    ("POST",   "/console/users/{nobody}/access/permissions", NO_SCOPE, Body::Form, TO_SIGN_IN),
    ("GET",    "/console/users/{nobody}/access/delete", NO_SCOPE, Body::None, TO_SIGN_IN),
    ("POST",   "/console/users/{nobody}/access/delete", NO_SCOPE, Body::Form, TO_SIGN_IN),
    ("POST",   "/console/users/{nobody}/access/sessions/end-all", NO_SCOPE, Body::Form, TO_SIGN_IN),
    ("POST",   "/console/users/{nobody}/access/sessions/{nobody}/end", NO_SCOPE, Body::Form, TO_SIGN_IN),
    ("GET",    "/console/users/new", NO_SCOPE, Body::None, TO_SIGN_IN),
    ("POST",   "/console/users/new", NO_SCOPE, Body::Form, TO_SIGN_IN),
    ("GET",    "/console/users/{nobody}/profile", NO_SCOPE, Body::None, TO_SIGN_IN),
    ("POST",   "/console/users/{nobody}/profile", NO_SCOPE, Body::Form, TO_SIGN_IN),
    ("GET",    "/console/users/{nobody}/contacts/email", NO_SCOPE, Body::None, TO_SIGN_IN),
    ("POST",   "/console/users/{nobody}/contacts/email", NO_SCOPE, Body::Form, TO_SIGN_IN),
    ("GET",    "/console/users/{nobody}/contacts/email/mark", NO_SCOPE, Body::None, TO_SIGN_IN),
    ("POST",   "/console/users/{nobody}/contacts/email/mark", NO_SCOPE, Body::Form, TO_SIGN_IN),
    ("GET",    "/console/users/{nobody}/changes/{change}/code", NO_SCOPE, Body::None, TO_SIGN_IN),
    ("POST",   "/console/users/{nobody}/changes/{change}/code", NO_SCOPE, Body::Form, TO_SIGN_IN),
    ("GET",    "/console/users/{nobody}/changes/{change}/resend", NO_SCOPE, Body::None, [405; 6]),
    ("POST",   "/console/users/{nobody}/changes/{change}/resend", NO_SCOPE, Body::Form, TO_SIGN_IN),
    ("GET",    "/console/users/{nobody}/changes/{change}/cancel", NO_SCOPE, Body::None, [405; 6]),
    ("POST",   "/console/users/{nobody}/changes/{change}/cancel", NO_SCOPE, Body::Form, TO_SIGN_IN),
    ("GET",    "/console/groups", NO_SCOPE, Body::None, TO_SIGN_IN),
    ("POST",   "/console/groups", NO_SCOPE, Body::Form, TO_SIGN_IN),
    ("GET",    "/console/groups/new", NO_SCOPE, Body::None, TO_SIGN_IN),
    ("GET",    "/console/groups/{group}", NO_SCOPE, Body::None, TO_SIGN_IN),
    ("POST",   "/console/groups/{group}", NO_SCOPE, Body::Form, TO_SIGN_IN),
    ("POST",   "/console/groups/{group}/members", NO_SCOPE, Body::Form, TO_SIGN_IN),
    ("GET",    "/console/groups/{group}/delete", NO_SCOPE, Body::None, TO_SIGN_IN),
    ("POST",   "/console/groups/{group}/delete", NO_SCOPE, Body::Form, TO_SIGN_IN),
    ("GET",    "/console/applications", NO_SCOPE, Body::None, TO_SIGN_IN),
    ("POST",   "/console/applications", NO_SCOPE, Body::Form, TO_SIGN_IN),
    ("GET",    "/console/applications/new", NO_SCOPE, Body::None, TO_SIGN_IN),
    ("GET",    "/console/applications/{nobody}", NO_SCOPE, Body::None, TO_SIGN_IN),
    ("POST",   "/console/applications/{nobody}", NO_SCOPE, Body::Form, TO_SIGN_IN),
    ("POST",   "/console/applications/{nobody}/scopes", NO_SCOPE, Body::Form, TO_SIGN_IN),
    ("GET",    "/console/applications/{nobody}/secret", NO_SCOPE, Body::None, TO_SIGN_IN),
    ("POST",   "/console/applications/{nobody}/secret", NO_SCOPE, Body::Form, TO_SIGN_IN),
    ("GET",    "/console/applications/{nobody}/remove", NO_SCOPE, Body::None, TO_SIGN_IN),
    ("POST",   "/console/applications/{nobody}/remove", NO_SCOPE, Body::Form, TO_SIGN_IN),
    ("GET",    "/console/audit", NO_SCOPE, Body::None, TO_SIGN_IN),
    ("GET",    "/console/audit/export?format=csv", NO_SCOPE, Body::None, TO_SIGN_IN),

    ("GET",    "/login", NO_SCOPE, Body::None, OPEN),
    ("POST",   "/login", NO_SCOPE, Body::Form, NO_FORM_OF_OURS),
    ("GET",    "/logout", NO_SCOPE, Body::None, TO_SIGN_IN),
    ("POST",   "/logout", NO_SCOPE, Body::Form, TO_SIGN_IN),
    ("POST",   "/theme", NO_SCOPE, Body::Form, TO_SIGN_IN),
    ("GET",    "/dev/components", NO_SCOPE, Body::None, OPEN),
    ("GET",    "/myaccount", NO_SCOPE, Body::None, TO_SIGN_IN),
    ("GET",    "/myaccount/", NO_SCOPE, Body::None, TO_SIGN_IN),
    ("GET",    "/myaccount/profile", NO_SCOPE, Body::None, TO_SIGN_IN),
    ("POST",   "/myaccount/profile", NO_SCOPE, Body::Form, TO_SIGN_IN),
    ("GET",    "/myaccount/email", NO_SCOPE, Body::None, TO_SIGN_IN),
    ("POST",   "/myaccount/email", NO_SCOPE, Body::Form, TO_SIGN_IN),
    ("GET",    "/myaccount/email/add", NO_SCOPE, Body::None, TO_SIGN_IN),
    ("POST",   "/myaccount/email/remove", NO_SCOPE, Body::Form, TO_SIGN_IN),
    ("GET",    "/myaccount/changes/{change}/code", NO_SCOPE, Body::None, TO_SIGN_IN),
    ("POST",   "/myaccount/changes/{change}/code", NO_SCOPE, Body::Form, TO_SIGN_IN),
    ("GET",    "/myaccount/changes/{change}/resend", NO_SCOPE, Body::None, [405; 6]),
    ("POST",   "/myaccount/changes/{change}/resend", NO_SCOPE, Body::Form, TO_SIGN_IN),
    ("GET",    "/myaccount/changes/{change}/cancel", NO_SCOPE, Body::None, [405; 6]),
    ("POST",   "/myaccount/changes/{change}/cancel", NO_SCOPE, Body::Form, TO_SIGN_IN),
    ("GET",    "/myaccount/activity", NO_SCOPE, Body::None, TO_SIGN_IN),
    ("GET",    "/myaccount/numbers/preview", NO_SCOPE, Body::None, [405; 6]),
    ("POST",   "/myaccount/numbers/preview", NO_SCOPE, Body::Form, TO_SIGN_IN),
    ("GET",    "/myaccount/security", NO_SCOPE, Body::None, TO_SIGN_IN),
    ("GET",    "/myaccount/security/password", NO_SCOPE, Body::None, TO_SIGN_IN),
    ("POST",   "/myaccount/security/password", NO_SCOPE, Body::Form, TO_SIGN_IN),
    ("GET",    "/myaccount/security/sessions/{nobody}/end", NO_SCOPE, Body::None, [405; 6]),
    ("POST",   "/myaccount/security/sessions/{nobody}/end", NO_SCOPE, Body::Form, TO_SIGN_IN),
    ("POST",   "/myaccount/security/sessions/end-others", NO_SCOPE, Body::Form, TO_SIGN_IN),
    ("GET",    "/console/dev-inbox", NO_SCOPE, Body::None, GONE),
    ("GET",    "/healthz", NO_SCOPE, Body::None, OPEN),
    ("GET",    "/readyz", NO_SCOPE, Body::None, OPEN),
];

/// Everything the rows name.
struct Scene {
    change: String,
    group: String,
    tokens: BTreeMap<&'static str, String>,
    newcomers: u32,
}

impl Scene {
    async fn of(app: &TestApp) -> Self {
        app.patch("/scim2/Me").of(BOB).json(new_mobile("0123456789")).await.expect(200);
        let changes = app.get(&format!("{CODES}/me/changes")).of(BOB).await.expect(200).json();
        let change = changes["changes"][0]["id"].as_str().unwrap().to_owned();
        let mut tokens = BTreeMap::new();
        for scope in TABLE.iter().map(|(_, _, scope, ..)| *scope).chain([ANOTHER_SCOPE]) {
            if !tokens.contains_key(scope) {
                tokens.insert(scope, app.token(&[scope]).await);
            }
        }
        let group =
            app.post("/scim2/Groups").of(ADMIN).json(json!({"displayName": "Sales"})).await.expect(201);
        let group = group.json()["id"].as_str().unwrap().to_owned();
        Self { change, group, tokens, newcomers: 0 }
    }

    fn path(&self, path: &str) -> String {
        path.replace("{bob}", BOB_ID)
            .replace("{nobody}", "00000000-0000-7000-8000-000000000000")
            .replace("{change}", &self.change)
            .replace("{group}", &self.group)
            .replace("{category}", "T3RoZXIgU2V0dGluZ3M")
            .replace("{connector}", "dXNlci1jbGFpbS11cGRhdGU")
    }

    /// The request as this caller: 0 is nobody … 5 is the client with the scope.
    fn signed(&self, request: Request, caller: usize, scope: &str) -> Request {
        match caller {
            0 => request,
            1 => request.of(BOB),
            2 => request.of(KIM),
            3 => request.of(ADMIN),
            4 => request.bearer(&self.tokens[ANOTHER_SCOPE]),
            _ => request.bearer(&self.tokens[scope]),
        }
    }

    async fn body(&mut self, app: &TestApp, path: &str, caller: usize, body: Body) -> Option<Value> {
        let property = json!({"name": "UserClaimUpdate.Email.EnableVerification", "value": "true"});
        let scenario = crate::test_app::scenario("MOBILE_VERIFICATION_ON_UPDATE");
        Some(match body {
            Body::None | Body::Grant | Body::Form => return None,
            Body::Newcomer => {
                self.newcomers += 1;
                json!({"userName": format!("newcomer{}", self.newcomers)})
            }
            Body::Echo => {
                let who = if path.ends_with("/Me") { caller.clamp(1, 3) } else { 3 };
                self.signed(app.get(path), who, NO_SCOPE).await.expect(200).json()
            }
            Body::NewGroup => {
                self.newcomers += 1;
                json!({"displayName": format!("newcomers {}", self.newcomers)})
            }
            Body::GroupName => replacing(&json!({"displayName": format!("seen by {caller}")})),
            Body::NickName => replacing(&json!({"nickName": format!("seen by {caller}")})),
            Body::Search => {
                json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], "count": 1})
            }
            Body::Bulk => json!({"Operations": [{"method": "DELETE", "path": "/Users"}]}),
            Body::Code => crate::test_app::code("123ABC"),
            Body::Scenario => scenario,
            Body::ScenarioOfBob => crate::test_app::scenario_of("bob", "MOBILE_VERIFICATION_ON_UPDATE"),
            Body::Setting => json!({"operation": "UPDATE", "properties": [property]}),
            Body::Settings => {
                let connectors = json!([{"id": "dXNlci1jbGFpbS11cGRhdGU", "properties": [property]}]);
                json!({"operation": "UPDATE", "connectors": connectors})
            }
            Body::Revert => json!({"properties": [property["name"]]}),
            Body::Preferences => {
                json!([{"connector-name": "user-claim-update", "properties": [property["name"]]}])
            }
        })
    }
}

/// SEC-37, SCIM-3, SCIM-93, D-20: every route answers every kind of caller as the table says.
#[tokio::test(flavor = "multi_thread")]
async fn every_route_answers_every_caller_as_the_table_says() {
    let unlimited = "[countersign.limits]\nsends_burst = 0\nsends_per_hour = 0\nsends_per_day = 0\n\
                     sends_per_destination_hour = 0\nsends_per_destination_day = 0\nprivileged_wrong_codes = 0";
    given(unlimited)
        .on_both_databases(async |app| {
            let mut scene = Scene::of(app).await;
            let mut wrong = Vec::new();
            for (method, path, scope, body, expected) in TABLE {
                for mount in if path.starts_with('~') { &["/scim2", "/scim/v2"][..] } else { &[""] } {
                    let path = scene.path(&path.replace('~', mount));
                    let mut answers = [0; 6];
                    for (caller, status) in answers.iter_mut().enumerate() {
                        let sent = scene.body(app, &path, caller, *body).await;
                        let request = scene.signed(app.request(method, &path), caller, scope);
                        let request = match (sent, body) {
                            (Some(sent), _) => request.json(sent),
                            (None, Body::Grant) => request.form(&[("grant_type", "client_credentials")]),
                            (None, Body::Form) => request.form(&[("do", "confirm")]),
                            (None, _) => request,
                        };
                        *status = request.await.status;
                    }
                    if answers != *expected {
                        wrong.push(format!(
                            "{method} {path}\n  expected {expected:?}\n  answered {answers:?}"
                        ));
                    }
                }
            }
            assert!(wrong.is_empty(), "{}", wrong.join("\n"));
            app.deliver_all().await;
        })
        .await;
}

/// STYLE §7: a route that is served and not in the table fails.
#[test]
fn every_route_that_is_served_is_in_the_table() {
    let missing: Vec<String> = routes::served()
        .into_iter()
        .filter(|served| !TABLE.iter().any(|(method, path, ..)| served.is(method, path)))
        .map(|served| format!("{} {}", served.method, served.path))
        .collect();

    assert_eq!(missing, [""; 0], "each needs a row in TABLE");
}

/// D-20: being the owner is not a right to end the account.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_deletes_himself_without_the_right() {
    on_both_databases(async |app| {
        let refused = app.delete(BOB_PATH).of(BOB).await;
        assert_eq!(refused.status, 403, "{refused}");

        app.delete(BOB_PATH).of(ADMIN).await.expect(204);

        assert_eq!(app.get(BOB_PATH).of(ADMIN).await.status, 404);
        assert_eq!(app.get("/scim2/Me").of(BOB).await.status, 401);
    })
    .await;
}

/// I13, SEC-33, SCIM-46: disabled, locked or with another password: the credential of a moment ago is none.
#[tokio::test(flavor = "multi_thread")]
async fn a_credential_ends_with_the_commit_that_ends_it() {
    let system = "urn:scim:wso2:schema";
    let changes = [
        json!({"active": false}),
        json!({system: {"accountLocked": true}}),
        json!({"password": "another one"}),
    ];
    on_both_databases(async |app| {
        for (number, change) in changes.iter().enumerate() {
            let name = format!("person{number}");
            let path = format!("/scim2/Users/{}", app.person(&name, None).await);
            app.get("/scim2/Me").basic(&name, "pass1234").await.expect(200);

            app.patch(&path).of(ADMIN).json(replacing(change)).await.expect(200);

            assert_eq!(app.get("/scim2/Me").basic(&name, "pass1234").await.status, 401, "{change}");
        }
    })
    .await;
}

/// SEC-34, §8: an unknown name and a wrong password are one answer, in words and in number.
#[tokio::test(flavor = "multi_thread")]
async fn sign_in_does_not_tell_who_exists() {
    on_both_databases(async |app| {
        let mut answers = Vec::new();
        for name in ["bob", "nobody"] {
            for _ in 0..6 {
                let answer = app.get("/scim2/Me").basic(name, "not it").await;
                answers.push((answer.status, answer.header("retry-after").map(str::to_owned), answer.json()));
            }
        }

        assert_eq!(answers[..6], answers[6..]);
        let statuses: Vec<u16> = answers[..6].iter().map(|(status, ..)| *status).collect();
        assert_eq!(statuses, [401, 401, 401, 401, 401, 429]);
        assert_eq!(answers[5].1.as_deref(), Some("60"));
    })
    .await;
}
