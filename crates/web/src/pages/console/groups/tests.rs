use countersign_domain::GroupId;
use countersign_domain::groups::{GroupName, MemberChange};
use countersign_scim::group::GroupWrite;

use super::*;
use crate::pages::console::sample::Browser;
use crate::sample::{Person, TestServer};

const ALL: [&str; 6] = [LIST, VIEW, CREATE, UPDATE, DELETE, "internal_user_mgt_list"];

async fn founded(server: &TestServer, name: &str) -> GroupId {
    let write = GroupWrite::plain(Some(GroupName::parse(name).unwrap()), MemberChange::Keep);
    server.web.app.create_group(&server.operator(), &write).await.unwrap().id
}

/// pages §5: by the beginning of the name, whatever its case; long lists go on by cursor and back, with what was searched.
#[tokio::test]
async fn groups_are_found_by_the_beginning_of_their_names() {
    let server = TestServer::start();
    for number in 10..40 {
        founded(&server, &format!("Team {number}")).await;
    }
    founded(&server, "\"Sales\" & Söhne").await;
    let mut ann = Browser::of(&server, "ann", &[LIST]).await;

    let first = ann.open("/console/groups?q=team").await.text;
    let next = first.split("rel=\"next\" href=\"").nth(1).unwrap().split('"').next().unwrap();
    let next = next.replace("&#38;", "&");
    let second = ann.open(&next).await.text;
    let back = second.split("rel=\"prev\" href=\"").nth(1).unwrap().split('"').next().unwrap();
    let back = ann.open(&back.replace("&#38;", "&")).await.text;
    let quoted = ann.open("/console/groups?q=%22sales%22%20%26%20s%C3%B6").await.text;
    let none = ann.open("/console/groups?q=eam").await.text;

    assert!(first.contains("<bdi>Team 10</bdi>") && first.contains("<bdi>Team 34</bdi>"), "{first}");
    assert!(!first.contains("Team 35") && !first.contains("Söhne"), "{first}");
    assert!(
        second.contains("Team 35") && second.contains("Team 39") && !second.contains("Team 34"),
        "{second}"
    );
    assert!(back.contains("Team 10") && !back.contains("Team 35"), "{back}");
    assert!(quoted.contains("Söhne</bdi>") && !quoted.contains("Team"), "{quoted}");
    assert!(none.contains("No group found") && none.contains("Show all groups"), "{none}");
    assert!(!first.contains("/console/groups/new"), "nobody is led to what he may not do");
}

/// A cursor of another question is refused; one too old leads to the first page of the same question.
#[tokio::test]
async fn a_list_needs_its_own_cursors() {
    let server = TestServer::start();
    for number in 10..40 {
        founded(&server, &format!("Team {number}")).await;
    }
    let mut ann = Browser::of(&server, "ann", &[LIST]).await;
    let first = ann.open("/console/groups?q=team").await.text;
    let cursor = first.split("cursor=").nth(1).unwrap().split('"').next().unwrap().to_owned();

    let other = ann.open(&format!("/console/groups?cursor={cursor}")).await;
    server.clock.advance(countersign_app::CURSOR_LIFETIME);
    let mut ann = Browser::of_known(&server, "ann").await;
    let late = ann.open(&format!("/console/groups?q=team&cursor={cursor}")).await;

    assert_eq!((other.status.as_u16(), late.status.as_u16()), (400, 303));
    assert_eq!(late.header("location"), "/console/groups?q=team");
}

/// pages §5: made, filled by user name, emptied, renamed; each step says what is true now.
#[tokio::test]
async fn a_group_is_made_and_filled() {
    let server = TestServer::start();
    let bob = server.person("bob", Person::default()).await;
    let mut ann = Browser::of(&server, "ann", &ALL).await;

    let made = ann.post("/console/groups", &[("displayName", " Sales ")]).await;
    let path = made.header("location").to_owned();
    let page = ann.open(&path).await.text;
    let members = format!("{path}/members");
    let filled = ann.press(&members, &[("do", "add"), ("userName", "BOB")]).await.text;
    let list = ann.open("/console/groups").await.text;
    let emptied = ann.press(&members, &[("do", "remove"), ("member", &bob.to_string())]).await.text;
    let renamed = ann.press(&path, &[("displayName", "Sales & Service")]).await.text;

    assert_eq!(made.status.as_u16(), 303);
    assert!(page.contains("The group is there.") && page.contains("Nobody is in this group yet."), "{page}");
    assert!(filled.contains("The person is a member now.") && filled.contains("<bdi>bob</bdi>"), "{filled}");
    assert!(!filled.contains(&format!("/console/users/{bob}")), "ann may not look at users");
    assert!(list.contains("<td>1 member</td>"), "{list}");
    assert!(emptied.contains("no longer in the group") && !emptied.contains("<bdi>bob</bdi>"), "{emptied}");
    assert!(renamed.contains("<h1><bdi>Sales &#38; Service</bdi></h1>"), "{renamed}");
}

/// pages §1: what was typed comes back with the reason beside its field, and the title says so.
#[tokio::test]
async fn a_refused_form_comes_back_with_the_reason() {
    let server = TestServer::start();
    founded(&server, "Sales").await;
    let path = path_of(founded(&server, "Service").await);
    let mut ann = Browser::of(&server, "ann", &ALL).await;

    let taken = ann.post("/console/groups", &[("displayName", "SALES")]).await;
    let blank = ann.post("/console/groups", &[("displayName", "  ")]).await;
    let renamed = ann.post(&path, &[("displayName", "sales")]).await;
    let unknown = ann.post(&format!("{path}/members"), &[("do", "add"), ("userName", "nobody")]).await;
    let nobody = ann.post(&format!("{path}/members"), &[("do", "add"), ("userName", " ")]).await;

    let statuses = [&taken, &blank, &renamed, &unknown, &nobody].map(|answer| answer.status.as_u16());
    assert_eq!(statuses, [409, 422, 409, 422, 422]);
    assert!(taken.text.contains("Another group has this name") && taken.text.contains("value=\"SALES\""));
    assert!(taken.text.contains("<title>Error: New group") && taken.text.contains("href=\"#displayName\""));
    assert!(renamed.text.contains("value=\"sales\"") && renamed.text.contains("<h1><bdi>Service</bdi></h1>"));
    assert!(
        unknown.text.contains("Nobody here has the user name nobody")
            && unknown.text.contains("value=\"nobody\"")
    );
}

/// pages §5: deleting asks for the name; another name deletes nothing. The people stay.
#[tokio::test]
async fn a_group_is_deleted_by_typing_its_name() {
    let server = TestServer::start();
    let group = founded(&server, "Sales").await;
    let mut ann = Browser::of(&server, "ann", &ALL).await;
    let path = format!("{}/delete", path_of(group));

    let asked = ann.open(&path).await;
    let other = ann.post(&path, &[("name", "Service")]).await;
    let is_there = server.web.app.group(&server.operator(), group).await.unwrap().is_some();
    let gone = ann.press(&path, &[("name", " Sales ")]).await;

    assert!(asked.text.contains("The people in it stay") && asked.text.contains("<bdi>Sales</bdi>"));
    assert_eq!((other.status.as_u16(), is_there), (422, true));
    assert!(other.text.contains("That is not its name") && other.text.contains("value=\"Service\""));
    assert!(gone.text.contains("The group is deleted."), "{}", gone.text);
    assert_eq!(server.web.app.group(&server.operator(), group).await.unwrap(), None);
    assert_eq!(ann.open(&path_of(group)).await.status.as_u16(), 404);
}

/// SEC-37, SEC-21: every act asks for the permission of its API; who may not learn what people there are adds nobody by
/// name; and nobody is shown a button for what he may not do.
#[tokio::test]
async fn every_act_asks_for_its_permission() {
    let server = TestServer::start();
    let group = path_of(founded(&server, "Sales").await);
    let members = format!("{group}/members");
    let mut viewer = Browser::of(&server, "vic", &[LIST, VIEW]).await;
    let mut updater = Browser::of(&server, "uta", &[VIEW, UPDATE]).await;

    let page = viewer.open(&group).await.text;
    let refused = [
        viewer.post("/console/groups", &[("displayName", "X")]).await,
        viewer.open("/console/groups/new").await,
        viewer.post(&group, &[("displayName", "X")]).await,
        viewer.post(&members, &[("do", "add"), ("userName", "vic")]).await,
        viewer.open(&format!("{group}/delete")).await,
        viewer.post(&format!("{group}/delete"), &[("name", "Sales")]).await,
        updater.open("/console/groups").await,
        updater.post(&members, &[("do", "add"), ("userName", "vic")]).await,
    ];

    assert!(refused.iter().all(|answer| answer.status.as_u16() == 403), "{refused:?}");
    assert!(!page.contains("action=\"/console/groups") && !page.contains("/delete"), "{page}");
    let slips = ["/console/groups/nobody", "/console/groups/00000000-0000-7000-8000-000000000000"];
    for slip in slips {
        assert_eq!(viewer.open(slip).await.status.as_u16(), 404, "{slip}");
    }
}

/// The members of a large group go on page by page, and one of them is removed by name.
#[tokio::test]
async fn members_go_on_page_by_page() {
    let server = TestServer::start();
    let group = founded(&server, "Everybody").await;
    let mut add = Vec::new();
    for number in 10..70 {
        let id = server
            .person_with(
                &format!("user{number}"),
                Person::default(),
                countersign_app::NewPassword::Chosen("tin-goose-orbit".to_owned().into()),
            )
            .await;
        add.push(countersign_domain::MemberId::new(id.uuid()));
    }
    let delta = GroupWrite::plain(None, MemberChange::Delta { add, remove: Vec::new() });
    server.web.app.update_group(&server.operator(), group, None, false, |_| Ok(delta.clone())).await.unwrap();
    let mut ann = Browser::of(&server, "ann", &[&ALL[..], &["internal_user_mgt_view"]].concat()).await;
    let path = path_of(group);

    let first = ann.open(&path).await.text;
    let next = first.split("rel=\"next\" href=\"").nth(1).unwrap().split('"').next().unwrap();
    let second = ann.open(&next.replace("&#38;", "&")).await.text;
    let left = ann.press(&format!("{path}/members"), &[("do", "remove"), ("userName", "user42")]).await.text;

    assert!(first.contains("60 members") && first.matches("href=\"/console/users/").count() == 50, "{first}");
    assert_eq!(second.matches("href=\"/console/users/").count(), 10);
    assert!(left.contains("59 members") && !left.contains("user42<"), "{left}");
}
