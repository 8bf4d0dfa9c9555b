use countersign_app::AuditFilter;
use countersign_domain::audit::Event;

use super::*;
use crate::pages::console::sample::Browser;
use crate::sample::{Reply, TestServer};

const ALL: [&str; 4] = [VIEW, ADD, UPDATE, DELETE];

/// The secret on a page that shows one.
fn secret_of(page: &str) -> String {
    let cell = page.split("client_secret</code></dt><dd><code class=\"whole\">").nth(1);
    cell.unwrap_or_default().split('<').next().unwrap().to_owned()
}

/// What a program with this secret is answered when it asks for a token.
async fn token(server: &TestServer, id: &str, secret: &str) -> bool {
    let tenant = countersign_domain::TenantId::carbon_super();
    server.web.app.client_with_secret(&tenant, id, secret).await.unwrap().is_some()
}

/// One that may list people.
async fn added(server: &TestServer, name: &str, scopes: &[&str]) -> ClientId {
    let scopes: Vec<String> = scopes.iter().map(ToString::to_string).collect();
    let grants = vec!["client_credentials".to_owned()];
    server.web.app.add_client(&server.operator(), name, grants, &scopes).await.unwrap().id
}

fn is_nowhere_else(secret: &str, answer: &Reply) -> bool {
    let headers = answer.headers.iter().all(|(_, value)| !value.to_str().unwrap().contains(secret));
    headers && answer.text.matches(secret).count() == 1
}

/// pages §5, I11: the secret is shown on the answer that made it, once, and kept by nobody; it works, and no later page
/// knows it.
#[tokio::test]
async fn a_secret_is_shown_once() {
    let server = TestServer::start();
    let mut admin = Browser::admin(&server).await;
    let form = [("name", " Provisioning "), ("scopes", "internal_user_mgt_list"), ("scopes", "bulk_verify")];

    let made = admin.post("/console/applications", &form).await;

    let secret = secret_of(&made.text);
    let client = server.web.app.clients(&server.operator()).await.unwrap().remove(0);
    let path = path_of(client.id);
    let (list, one) = (admin.open("/console/applications").await.text, admin.open(&path).await.text);
    assert_eq!((made.status.as_u16(), made.header("cache-control")), (201, "no-store"));
    assert!(secret.len() >= 43 && is_nowhere_else(&secret, &made), "{}", made.text);
    assert!(token(&server, &client.id.to_string(), &secret).await);
    assert_eq!((client.name.as_str(), client.scopes.len()), ("Provisioning", 2));
    assert!(list.contains("<bdi>Provisioning</bdi>") && list.contains("2 permissions"), "{list}");
    assert!(
        one.contains("value=\"bulk_verify\" checked") && !one.contains("value=\"internal_idp_view\" checked")
    );
    assert!(!list.contains(&secret) && !one.contains(&secret));
}

/// pages §5: another secret is asked for first, and says what ends; then the old one is worth nothing.
#[tokio::test]
async fn another_secret_ends_the_old_one() {
    let server = TestServer::start();
    let mut admin = Browser::admin(&server).await;
    let made = admin.post("/console/applications", &[("name", "import")]).await;
    let (old, id) = (secret_of(&made.text), server.web.app.clients(&server.operator()).await.unwrap()[0].id);
    let path = format!("{}/secret", path_of(id));

    let asked = admin.open(&path).await;
    let still = token(&server, &id.to_string(), &old).await;
    let held = asked.text.split("name=\"held\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let made = admin.post(&path, &[("held", held)]).await;
    let again = admin.post(&path, &[("held", held)]).await;

    let new = secret_of(&made.text);
    assert!(asked.text.contains("all tokens of the application end at once"), "{}", asked.text);
    assert!(still, "asking ends nothing");
    assert_eq!((made.status.as_u16(), made.header("cache-control")), (200, "no-store"));
    assert!(is_nowhere_else(&new, &made) && new != old);
    let worth = (token(&server, &id.to_string(), &old).await, token(&server, &id.to_string(), &new).await);
    assert_eq!(worth, (false, true));
    assert_eq!(again.status.as_u16(), 409, "the form sent again does not end what has just been copied");
}

/// pages §5: renamed, allowed more and less, removed by its name; what was done is on record.
#[tokio::test]
async fn an_application_is_changed_and_removed() {
    let server = TestServer::start();
    let id = added(&server, "import", &["internal_user_mgt_list"]).await;
    let mut admin = Browser::admin(&server).await;
    let path = path_of(id);

    let renamed = admin.press(&path, &[("name", "nightly import")]).await.text;
    let granted = admin.press(&format!("{path}/scopes"), &[("scopes", "internal_group_mgt_list")]).await.text;
    let asked = admin.open(&format!("{path}/remove")).await.text;
    let other = admin.post(&format!("{path}/remove"), &[("name", "import")]).await;
    let removed = admin.press(&format!("{path}/remove"), &[("name", "nightly import")]).await.text;

    assert!(renamed.contains("has its new name") && renamed.contains("<h1><bdi>nightly import</bdi></h1>"));
    assert!(granted.contains("value=\"internal_group_mgt_list\" checked"), "{granted}");
    assert!(!granted.contains("value=\"internal_user_mgt_list\" checked"));
    assert!(asked.contains("tokens end at once") && asked.contains("<bdi>nightly import</bdi>"));
    assert_eq!(other.status.as_u16(), 422);
    assert!(
        removed.contains("The application is removed.") && removed.contains("No applications yet"),
        "{removed}"
    );
    let events = vec![Event::ClientChanged, Event::ClientRemoved];
    let filter = AuditFilter { events, ..AuditFilter::default() };
    let trail = server.web.app.audit(&server.operator(), &filter, None, 10).await.unwrap().entries;
    assert!(trail.len() == 3 && trail.iter().all(|entry| entry.by.display == "admin"), "{trail:?}");
}

/// SEC-37: nobody gets at more than he may by way of a program: what is not his is not to be ticked, a form that says it all
/// the same is refused, and so is the secret of a program that may more.
#[tokio::test]
async fn nobody_gives_a_program_what_he_does_not_hold() {
    let server = TestServer::start();
    let strong = added(&server, "strong", &["internal_user_mgt_delete"]).await;
    let mut ann = Browser::of(&server, "ann", &ALL).await;

    let form = ann.open("/console/applications/new").await.text;
    let said = [("name", "mine"), ("scopes", "internal_user_mgt_delete"), ("scopes", ADD)];
    let refused = ann.post("/console/applications", &said).await;
    let secret = format!("{}/secret", path_of(strong));
    let asked = ann.open(&secret).await.text;
    let held = asked.split("name=\"held\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let secret = ann.post(&secret, &[("held", held)]).await;
    let slip = ann.post("/console/applications", &[("name", "mine"), ("scopes", "everything")]).await;

    assert!(form.contains("value=\"internal_user_mgt_delete\" disabled"), "{form}");
    assert!(form.contains("value=\"internal_config_mgt_add\" aria-describedby"), "{form}");
    assert_eq!([&refused, &secret, &slip].map(|answer| answer.status.as_u16()), [403, 403, 400]);
    assert!(refused.text.contains("“Delete users” is not among it"), "{}", refused.text);
    assert!(
        refused.text.contains("value=\"mine\"")
            && refused.text.contains("value=\"internal_config_mgt_add\" checked")
    );
    assert!(secret_of(&secret.text).is_empty());
    assert_eq!(server.web.app.clients(&server.operator()).await.unwrap().len(), 1);
}

/// pages §1: what was typed comes back with the reason.
#[tokio::test]
async fn a_name_that_is_none_is_refused() {
    let server = TestServer::start();
    let id = added(&server, "import", &[]).await;
    let mut admin = Browser::admin(&server).await;
    let long = "x".repeat(101);

    let new = admin.post("/console/applications", &[("name", &long), ("scopes", "bulk_verify")]).await;
    let other = admin.post(&path_of(id), &[("name", "  ")]).await;

    assert_eq!([&new, &other].map(|answer| answer.status.as_u16()), [422, 422]);
    assert!(new.text.contains(&long) && new.text.contains("value=\"bulk_verify\" checked"));
    assert!(
        other.text.contains("at most 100 characters") && other.text.contains("<h1><bdi>import</bdi></h1>")
    );
}

/// SEC-37: looking, adding, changing and removing are four permissions.
#[tokio::test]
async fn every_act_asks_for_its_permission() {
    let server = TestServer::start();
    let path = path_of(added(&server, "import", &["internal_user_mgt_list"]).await);
    let mut viewer = Browser::of(&server, "vic", &[VIEW]).await;
    let mut adder = Browser::of(&server, "ada", &[ADD, UPDATE, DELETE]).await;

    let page = viewer.open(&path).await.text;
    let refused = [
        viewer.open("/console/applications/new").await,
        viewer.post("/console/applications", &[("name", "X")]).await,
        viewer.post(&path, &[("name", "X")]).await,
        viewer.post(&format!("{path}/scopes"), &[]).await,
        viewer.open(&format!("{path}/secret")).await,
        viewer.post(&format!("{path}/secret"), &[]).await,
        viewer.open(&format!("{path}/remove")).await,
        viewer.post(&format!("{path}/remove"), &[("name", "import")]).await,
        adder.open("/console/applications").await,
        adder.open("/console/applications/new").await,
    ];

    assert!(refused.iter().all(|answer| answer.status.as_u16() == 403), "{refused:?}");
    assert!(
        page.contains("List users, and learn that a value is taken")
            && !page.contains("checkbox")
            && !page.contains("/secret")
    );
    assert_eq!(viewer.open("/console/applications/nobody").await.status.as_u16(), 404);
}
