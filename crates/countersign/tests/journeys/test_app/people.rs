//! The people of the documents, who they are and what they may do; `countersign demo` has the same.

use countersign_app::Context;
use countersign_domain::TenantId;
use countersign_domain::actor::{Actor, Origin, Persona, Requester, Subject, Surface};
use serde_json::json;

use super::TestApp;

/// May do everything.
pub(crate) const ADMIN: (&str, &str) = ("admin", "admin");
/// Has a proven number and a proven address, and may do nothing beyond his own profile.
pub(crate) const BOB: (&str, &str) = ("bob", "pass123");
/// Has a proven address that is also in her lists, no number, and may do nothing beyond her own profile.
pub(crate) const KIM: (&str, &str) = ("kim", "pass123");

/// Bob's id in the documents.
pub(crate) const BOB_ID: &str = "1e624046-520c-4628-a245-091e04b03f21";
/// Bob, as an administrator names him.
pub(crate) const BOB_PATH: &str = "/scim2/Users/1e624046-520c-4628-a245-091e04b03f21";
pub(crate) const BOB_MOBILE: &str = "0111111111";
pub(crate) const BOB_MAIL: &str = "bobsmith@abc.com";
pub(crate) const KIM_MAIL: &str = "kim@abc.com";

impl TestApp {
    /// A bearer token of a new client with exactly these scopes.
    pub(crate) async fn token(&self, scopes: &[&str]) -> String {
        let scopes: Vec<String> = scopes.iter().map(ToString::to_string).collect();
        let grants = vec!["client_credentials".to_owned()];
        let client = self.use_cases().add_client(&by_server(), "journey", grants, &scopes).await.unwrap();
        let form = [("grant_type", "client_credentials"), ("scope", &scopes.join(" "))];
        let answer =
            self.post("/oauth2/token").basic(&client.id.to_string(), &client.secret).form(&form).await;
        answer.expect(200).json()["access_token"].as_str().unwrap().to_owned()
    }

    /// A person with a password (`pass1234`) and a proven number, and nothing else; the answer is her id.
    pub(crate) async fn person(&self, user_name: &str, mobile: Option<&str>) -> String {
        let mut user = json!({"userName": user_name, "password": "pass1234"});
        if let Some(mobile) = mobile {
            user["phoneNumbers"] = json!([{"type": "mobile", "value": mobile}]);
            user["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"] =
                json!({"phoneVerified": true});
        }
        let answer = self.post("/scim2/Users").of(ADMIN).json(user).await;
        answer.expect(201).json()["id"].as_str().unwrap().to_owned()
    }

    /// Somebody's id, by name.
    pub(crate) async fn id_of(&self, user_name: &str) -> String {
        self.use_cases().user_named(&by_server(), user_name).await.unwrap().unwrap().to_string()
    }
}

impl TestApp {
    /// What a page knows of the administrator who signed in, for use cases that have no surface yet.
    pub(crate) async fn by_admin(&self) -> Context {
        let id = self.id_of(ADMIN.0).await.parse().unwrap();
        let mut by = by_server();
        by.actor.requester =
            Requester { subject: Subject::User(id), display: ADMIN.0.to_owned(), ..by.actor.requester };
        by
    }
}

/// The server itself, on the machine it runs on.
fn by_server() -> Context {
    let requester =
        Requester { persona: Persona::Administrator, subject: Subject::Server, display: "server".to_owned() };
    let origin = Origin { address: None, client: None };
    let actor = Actor {
        requester,
        origin,
        may_assert: true,
        may_list: true,
        recent_auth: true,
        surface: Surface::Api,
        reason: None,
    };
    Context { tenant: TenantId::carbon_super(), actor, trace_id: String::new() }
}
