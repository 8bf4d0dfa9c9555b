//! The Console's doors: where one comes in, and what is there for whom.

use axum::body::Body;
use axum::http::Request;

use super::sample::Browser;
use crate::sample::TestServer;

/// pages §5: the start leads to the first place the visitor may see; where there is none, it says so.
#[tokio::test]
async fn the_start_leads_to_the_first_place_the_visitor_may_see() {
    let server = TestServer::start();
    let mut admin = Browser::admin(&server).await;
    let mut settings = Browser::of(&server, "sue", &["internal_idp_view"]).await;
    let mut nobody = Browser::of(&server, "bob", &[]).await;

    let stranger = server.send(Request::get("/console/").body(Body::empty()).unwrap()).await;

    assert_eq!(admin.open("/console/").await.header("location"), "/console/users");
    assert_eq!(settings.open("/console/").await.header("location"), "/console/identity-providers/resident");
    assert_eq!(nobody.open("/console/").await.status.as_u16(), 403);
    assert_eq!(stranger.header("location"), "/login?back=/console/");
}

/// SEC-37: each page asks for the permission of the API behind it, and shows no way to what the visitor may not see.
#[tokio::test]
async fn every_page_asks_for_its_permission() {
    let server = TestServer::start();
    let mut settings = Browser::of(&server, "sue", &["internal_idp_view"]).await;
    let mut operator = Browser::of(&server, "otto", &["internal_config_mgt_view"]).await;
    let ucu = "/console/identity-providers/resident/other-settings/user-claim-update";

    for (path, scope) in [
        ("/console/identity-providers/resident", "internal_idp_view"),
        (ucu, "internal_idp_view"),
        ("/console/messages", "internal_config_mgt_view"),
        ("/console/publishers", "internal_config_mgt_view"),
        ("/console/applications", "internal_config_mgt_view"),
        ("/console/audit", "internal_config_mgt_view"),
        ("/console/system", "internal_config_mgt_view"),
    ] {
        let (sues, ottos) = (settings.open(path).await, operator.open(path).await);
        let is_settings = scope == "internal_idp_view";
        let answers = (sues.status.as_u16(), ottos.status.as_u16());
        assert_eq!(answers, if is_settings { (200, 403) } else { (403, 200) }, "{path}");
        let shown = if is_settings { &sues.text } else { &ottos.text };
        assert_eq!(shown.contains("href=\"/console/messages\""), !is_settings, "{path}");
        assert_eq!(shown.contains("href=\"/console/identity-providers/resident\""), is_settings, "{path}");
    }
    assert_eq!(operator.open("/console/messages/test").await.status.as_u16(), 403);
}

/// pages §1: a page that is refused says why to whoever asks for it, whatever he said he takes.
#[tokio::test]
async fn a_refused_page_says_why_to_every_client() {
    let server = TestServer::start();

    let unknown =
        server.send(Request::get("/myaccount/nothing-here/at/all").body(Body::empty()).unwrap()).await;
    let by_form = Request::get("/myaccount/changes/0/cancel").header("accept", "*/*").body(Body::empty());
    let by_form = server.send(by_form.unwrap()).await;

    assert_eq!((unknown.status.as_u16(), by_form.status.as_u16()), (404, 405));
    assert!(by_form.text.contains("<h1>That cannot be done here</h1>"), "{}", by_form.text);
    assert!(!unknown.text.is_empty());
}

/// SEED-7: the way the seeds name, link by link.
#[tokio::test]
async fn the_seeds_way_to_the_settings_is_there_under_its_names() {
    let server = TestServer::start();
    let mut admin = Browser::admin(&server).await;

    let resident = admin.open("/console/identity-providers/resident").await;
    let ucu = "/console/identity-providers/resident/other-settings/user-claim-update";
    let settings = admin.open(ucu).await;

    assert!(resident.text.contains("<h2>Identity Providers</h2>"), "{}", resident.text);
    assert!(resident.text.contains("<h2 id=\"other-settings-heading\">Other Settings</h2>"));
    assert!(resident.text.contains(&format!("<a href=\"{ucu}\">User Claim Update</a>")));
    let crumbs = settings.text.split("class=\"crumbs\"").nth(1).unwrap().split("</nav>").next().unwrap();
    let named: Vec<_> = ["Identity Providers", "Resident", "Other Settings", "User Claim Update"]
        .into_iter()
        .map(|name| crumbs.find(name).unwrap())
        .collect();
    assert!(named.is_sorted(), "{crumbs}");
}

/// pages §5: every place has its words and its heading, in the order of what one comes for: people, how they are proven, what
/// is sent, the server itself.
#[tokio::test]
async fn the_navigation_names_every_place_in_order() {
    let server = TestServer::start();
    let mut admin = Browser::admin(&server).await;

    let page = admin.open("/console/groups").await.text;

    let nav = page.split("<nav class=\"places\"").nth(1).unwrap().split("</nav>").next().unwrap();
    let named: Vec<&str> =
        nav.split('>').filter(|part| part.ends_with("</a") || part.ends_with("</h2")).collect();
    let named: Vec<&str> = named.into_iter().map(|part| part.split('<').next().unwrap()).collect();
    assert_eq!(
        named,
        [
            "User Management",
            "Users",
            "Groups",
            "Identity Providers",
            "Resident",
            "Delivery",
            "Messages",
            "Publishers",
            "Server",
            "Applications",
            "Audit",
            "System",
        ]
    );
    assert!(nav.contains("href=\"/console/groups\" aria-current=\"page\">Groups"), "{nav}");
}
