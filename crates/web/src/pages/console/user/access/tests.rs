use countersign_domain::claim::ClaimFamily;
use countersign_domain::{GroupId, SignedDuration};

use super::*;
use crate::pages::console::sample::Browser;
use crate::sample::{PASSWORD, Person, Reply, TestServer};

const NEW_PASSWORD: &str = "brass-heron-comet";
/// Longer ago than a password counts as shown (SEC-24).
const LATER: SignedDuration = SignedDuration::from_mins(6);

/// A house with bob, who waits for a proof, and where his page is.
async fn house() -> (TestServer, UserId, String) {
    let server = TestServer::start();
    let bob = server.person("bob", Person { email: Some("bob@example.org"), ..Person::default() }).await;
    let cx = server.operator();
    server.web.app.set_primary(&cx, bob, ClaimFamily::Email, "new@example.org").await.unwrap();
    (server, bob, format!("/console/users/{bob}/access"))
}

async fn waits(server: &TestServer, bob: UserId) -> bool {
    let view = server.web.app.user(&server.operator(), bob).await.unwrap().unwrap();
    view.pending.email.is_some()
}

/// Whether the page has a form or link that goes there.
fn offers(page: &Reply, path: &str) -> bool {
    page.text.contains(&format!("action=\"{path}\"")) || page.text.contains(&format!("href=\"{path}"))
}

/// pages §5, I12, I13: disabled and locked, his session is none with the next request and nothing waits; it says since when
/// and by whom, and both are taken back.
#[tokio::test]
async fn an_account_is_disabled_and_locked_and_let_in_again() {
    for (shut, says, open, again) in [
        ("disable", "The account is disabled", "enable", "The account is enabled"),
        ("lock", "The account is locked", "unlock", "The account is not locked"),
    ] {
        let (server, bob, path) = house().await;
        let mut his = Browser::of_known(&server, "bob").await;
        let mut admin = Browser::admin(&server).await;
        let before = admin.open(&path).await;

        let page = admin.press(&format!("{path}/{shut}"), &[]).await;

        assert!(before.text.contains("calls off what waits for proof"), "{}", before.text);
        assert!(page.text.contains("role=\"status\""), "{}", page.text);
        assert!(page.text.contains(&format!("<p class=\"value\">{says}</p>")), "{}", page.text);
        assert!(page.text.contains("Since <time") && page.text.contains("by admin"), "{}", page.text);
        assert_eq!(his.open("/myaccount/").await.status, 303);
        assert!(!waits(&server, bob).await);

        let page = admin.press(&format!("{path}/{open}"), &[]).await;

        assert!(page.text.contains(&format!("<p class=\"value\">{again}</p>")), "{}", page.text);
        assert!(page.text.contains("can sign in again"), "{}", page.text);
        Browser::of_known(&server, "bob").await;
    }
}

/// What is said is true: an account that is enabled and locked lets nobody in.
#[tokio::test]
async fn nobody_is_said_to_get_in_who_does_not() {
    let (server, _, path) = house().await;
    let mut admin = Browser::admin(&server).await;
    admin.post(&format!("{path}/disable"), &[]).await;
    admin.post(&format!("{path}/lock"), &[]).await;

    let enabled = admin.press(&format!("{path}/enable"), &[]).await;
    admin.post(&format!("{path}/disable"), &[]).await;
    let unlocked = admin.press(&format!("{path}/unlock"), &[]).await;

    assert!(enabled.text.contains("It is still locked"), "{}", enabled.text);
    assert!(unlocked.text.contains("It is still disabled"), "{}", unlocked.text);
}

/// SEC-32, pages §1: the policy is said before, what is refused is said beside the field, and a password is never in the page.
#[tokio::test]
async fn a_password_that_is_none_is_refused_beside_its_field() {
    let (server, _, path) = house().await;
    let mut admin = Browser::admin(&server).await;
    let form = admin.open(&format!("{path}?edit=password")).await;

    assert!(form.text.contains("At least 8 characters, and none of the passwords"), "{}", form.text);
    assert!(form.text.contains("type=\"password\"") && form.text.contains("autocomplete=\"new-password\""));
    for (typed, says) in [
        ("short", "at least 8 characters"),
        ("password123", "among those everybody tries first"),
        (&*"x".repeat(1_025), "at most 1024"),
    ] {
        let refused = admin.post(&format!("{path}/password"), &[("password", typed)]).await;
        assert_eq!(refused.status, 422, "{says}");
        let error = refused.text.split("id=\"password-error\">").nth(1).unwrap_or_default();
        assert!(error.split("</p>").next().unwrap().contains(says), "{}", refused.text);
        assert!(refused.text.contains("<title>Error: ") && !refused.text.contains(typed), "{}", refused.text);
    }
}

/// SEC-24, I12, I13: the administrator shows his own password first, in place; with the new one every session of the person
/// ends and nothing waits.
#[tokio::test]
async fn a_password_is_reset_by_somebody_who_has_just_shown_his_own() {
    let (server, bob, path) = house().await;
    let mut his = Browser::of_known(&server, "bob").await;
    let mut admin = Browser::admin(&server).await;
    server.clock.advance(LATER);
    let (reset, new) = (format!("{path}/password"), ("password", NEW_PASSWORD));

    let form = admin.open(&format!("{path}?edit=password")).await;
    let asked = admin.post(&reset, &[new]).await;
    let wrong = admin.post(&reset, &[new, ("current", "not mine at all")]).await;

    assert!(form.text.contains("id=\"current\""), "{}", form.text);
    assert_eq!((asked.status.as_u16(), wrong.status.as_u16()), (422, 422));
    assert!(asked.text.contains("Type your own password as well"), "{}", asked.text);
    assert!(wrong.text.contains("The password is not right"), "{}", wrong.text);
    assert_eq!(his.open("/myaccount/").await.status, 200);

    let done = admin.press(&reset, &[new, ("current", PASSWORD)]).await;

    assert!(done.text.contains("The new password is in force"), "{}", done.text);
    assert_eq!(his.open("/myaccount/").await.status, 303);
    assert!(!waits(&server, bob).await);
    let tenant = countersign_domain::TenantId::carbon_super();
    server.web.app.sign_in(&tenant, "bob", NEW_PASSWORD, None).await.unwrap();
    // The session goes on as a recent one: the next form does not ask again.
    assert!(!admin.open(&format!("{path}?edit=password")).await.text.contains("id=\"current\""));
}

/// SEC-37: a reset password would be a way to what the visitor may not.
#[tokio::test]
async fn the_password_of_somebody_who_may_more_is_not_reset() {
    let server = TestServer::start();
    let mut ann = Browser::of(&server, "ann", &[VIEW, UPDATE]).await;
    let admin = server.admin().await;
    let path = format!("/console/users/{admin}/access/password");

    let refused = ann.post(&path, &[("password", NEW_PASSWORD)]).await;

    assert_eq!(refused.status, 403);
    assert!(refused.text.contains("This person may do more than you."), "{}", refused.text);
    Browser::of_known(&server, "admin").await;
}

/// SEC-34: guesses at the administrator's password by way of this form are throttled as a sign-in is.
#[tokio::test]
async fn guessing_the_administrators_password_is_throttled() {
    let (server, _, path) = house().await;
    let mut admin = Browser::admin(&server).await;
    server.clock.advance(LATER);
    let mut last = None;
    for _ in 0..6 {
        let form = [("password", NEW_PASSWORD), ("current", "not mine at all")];
        last = Some(admin.post(&format!("{path}/password"), &form).await);
    }

    let last = last.unwrap();
    assert_eq!(last.status, 429);
    assert!(last.text.contains("id=\"current-error\""), "{}", last.text);
}

/// SEC-28: where somebody is signed in, with what and since when; ended one by one, and all at once.
#[tokio::test]
async fn sessions_of_somebody_are_listed_and_ended() {
    let (server, bob, path) = house().await;
    let mut admin = Browser::admin(&server).await;
    let none = admin.open(&path).await;
    let (mut one, mut two) =
        (Browser::of_known(&server, "bob").await, Browser::of_known(&server, "bob").await);
    let cx = server.operator();
    let newest = server.web.app.sessions(&cx, bob).await.unwrap()[0].id;
    let listed = admin.open(&path).await;

    assert!(none.text.contains("Nowhere at the moment."), "{}", none.text);
    assert_eq!(listed.text.matches("Signed in <time").count(), 2, "{}", listed.text);

    let end = format!("{path}/sessions/{newest}/end");
    assert!(offers(&listed, &end));
    let ended = admin.press(&end, &[]).await;
    let again = admin.press(&end, &[]).await;

    assert!(ended.text.contains("The session has ended"), "{}", ended.text);
    assert!(again.text.contains("It had ended already."), "{}", again.text);
    let alive = [one.open("/myaccount/").await.status, two.open("/myaccount/").await.status];
    assert_eq!(alive.iter().filter(|status| status.as_u16() == 200).count(), 1);

    let all = admin.press(&format!("{path}/sessions/end-all"), &[]).await;

    assert!(all.text.contains("signed out everywhere"), "{}", all.text);
    assert_eq!(
        (one.open("/myaccount/").await.status.as_u16(), two.open("/myaccount/").await.status.as_u16()),
        (303, 303)
    );
    assert_eq!(admin.post(&format!("{path}/sessions/nothing/end"), &[]).await.status, 404);
}

/// SEC-37: what was ticked is given, what was unticked is taken, nothing else moves; it holds from the next request on.
#[tokio::test]
async fn permissions_are_given_and_taken_as_ticked() {
    let (server, bob, path) = house().await;
    let mut his = Browser::of_known(&server, "bob").await;
    let mut admin = Browser::admin(&server).await;
    let permissions = format!("{path}/permissions");
    let (list, view) = (("scopes", "internal_user_mgt_list"), ("scopes", "internal_user_mgt_view"));

    let none = admin.open(&path).await;
    let same = admin.press(&permissions, &[]).await;
    let given = admin.press(&permissions, &[list, view]).await;

    assert!(none.text.contains("None: this person looks after the own account only."), "{}", none.text);
    assert!(same.text.contains("Nothing was changed: the permissions"), "{}", same.text);
    assert!(given.text.contains("<li>List users, and learn that a value is taken</li>"), "{}", given.text);
    assert_eq!(his.open("/console/users").await.status, 200);

    // Somebody else gives another one while the form is open: it stays.
    let form = admin.open(&format!("{path}?edit=permissions")).await;
    let subject = countersign_domain::actor::Subject::User(bob);
    let (cx, app) = (server.operator(), &server.web.app);
    app.set_grants(&cx, subject, &["internal_idp_view".to_owned()], true).await.unwrap();
    assert!(form.text.contains("name=\"had\" value=\"internal_user_mgt_list\""), "{}", form.text);
    admin.press(&permissions, &[("had", list.1), ("had", view.1), view]).await;

    let mut now = app.grants(&cx, subject).await.unwrap();
    now.sort();
    assert_eq!(now, ["internal_idp_view", "internal_user_mgt_view"]);
    assert_eq!(his.open("/console/users").await.status, 403);
}

/// SEC-37: a box of what the visitor does not hold cannot be ticked, and a form that says so all the same is refused.
#[tokio::test]
async fn nobody_ticks_what_he_does_not_hold() {
    let (server, bob, path) = house().await;
    let mut ann = Browser::of(&server, "ann", &[VIEW, GRANT]).await;

    let form = ann.open(&format!("{path}?edit=permissions")).await;
    let forged = ann.post(&format!("{path}/permissions"), &[("scopes", DELETE), ("scopes", VIEW)]).await;
    let unknown = ann.post(&format!("{path}/permissions"), &[("scopes", "everything")]).await;

    let box_of = |scope: &str| {
        let start = form.text.find(&format!("id=\"{scope}\"")).unwrap();
        form.text[start..].split('>').next().unwrap().to_owned()
    };
    assert!(box_of(DELETE).contains(" disabled") && !box_of(VIEW).contains(" disabled"), "{}", form.text);
    assert_eq!((forged.status.as_u16(), unknown.status.as_u16()), (403, 400));
    assert!(forged.text.contains("only permissions you hold yourself"), "{}", forged.text);
    let subject = countersign_domain::actor::Subject::User(bob);
    assert!(server.web.app.grants(&server.operator(), subject).await.unwrap().is_empty());
}

/// pages §5, SEC-24: what is lost is said, the name is typed, the own password shown; then the account is gone and the list
/// says so.
#[tokio::test]
async fn an_account_is_deleted_by_its_name() {
    let (server, _, path) = house().await;
    let mut admin = Browser::admin(&server).await;
    server.clock.advance(LATER);
    let delete = format!("{path}/delete");

    let before = admin.open(&path).await;
    let other = admin.post(&delete, &[("userName", "bab"), ("current", PASSWORD)]).await;
    server.clock.advance(LATER);
    let unproven = admin.post(&delete, &[("userName", "bob")]).await;

    assert!(before.text.contains("It cannot be undone; disabling can."), "{}", before.text);
    assert_eq!((other.status.as_u16(), unproven.status.as_u16()), (422, 422));
    assert!(other.text.contains("That is not the name of this account"), "{}", other.text);
    assert!(other.text.contains("value=\"bab\"") && unproven.text.contains("value=\"bob\""));
    assert!(!other.text.contains(PASSWORD));

    let gone = admin.press(&delete, &[("userName", " bob "), ("current", PASSWORD)]).await;

    assert!(gone.text.contains("The account is deleted"), "{}", gone.text);
    assert!(!gone.text.contains("bob@example.org"), "{}", gone.text);
    assert_eq!(admin.open(&path).await.status, 404);
    assert_eq!(admin.post(&delete, &[("userName", "bob")]).await.status, 404);
}

/// Whatever would take his own access away is refused with a sentence, and not offered.
#[tokio::test]
async fn nobody_shuts_himself_out() {
    let server = TestServer::start();
    let mut admin = Browser::admin(&server).await;
    let app = &server.web.app;
    let id = app.user_named(&server.operator(), "admin").await.unwrap().unwrap();
    let path = format!("/console/users/{id}/access");

    let page = admin.open(&format!("{path}?edit=delete")).await;

    assert!(page.text.contains("This is your own account."), "{}", page.text);
    for step in ["disable", "lock", "password", "permissions", "delete"] {
        assert!(!offers(&page, &format!("{path}/{step}")), "{step}");
        let form = [("password", NEW_PASSWORD), ("userName", "admin"), ("had", VIEW)];
        let refused = admin.post(&format!("{path}/{step}"), &form).await;
        assert_eq!(refused.status, 403, "{step}");
        assert!(refused.text.contains("another administrator can do it"), "{}", refused.text);
    }
    // Where else he is signed in he may end; this browser goes on.
    let mut elsewhere = Browser::of_known(&server, "admin").await;
    let said = admin.press(&format!("{path}/sessions/end-all"), &[]).await;
    assert!(said.text.contains("You are signed out everywhere else."), "{}", said.text);
    assert_eq!(elsewhere.open("/myaccount/").await.status, 303);
}

/// SEC-37: each act asks for its own permission, and is offered to nobody else.
#[tokio::test]
async fn every_act_asks_for_its_permission() {
    let (server, bob, path) = house().await;
    let mut viewer = Browser::of(&server, "vic", &[VIEW]).await;
    let mut blind = Browser::of(&server, "bea", &[UPDATE, DELETE, GRANT]).await;
    let mut his = Browser::of_known(&server, "bob").await;
    let page = viewer.open(&path).await;
    let session = server.web.app.sessions(&server.operator(), bob).await.unwrap()[0].id;

    assert_eq!((page.status.as_u16(), blind.open(&path).await.status.as_u16()), (200, 403));
    for step in [
        "disable",
        "enable",
        "lock",
        "unlock",
        "password",
        "permissions",
        "delete",
        "sessions/end-all",
        &format!("sessions/{session}/end"),
    ] {
        let step = format!("{path}/{step}");
        assert!(!offers(&page, &step), "{step}");
        assert_eq!(viewer.post(&step, &[("userName", "bob")]).await.status, 403, "{step}");
    }
    assert_eq!(his.open("/myaccount/").await.status, 200);
    assert!(!viewer.open(&format!("{path}?edit=password")).await.text.contains("type=\"password\""));
    let nobody = "/console/users/00000000-0000-7000-8000-000000000000/access";
    assert_eq!(viewer.open(nobody).await.status, 404);
    assert_eq!(viewer.open("/console/users/nobody/access").await.status, 404);
}

/// The address of a form, looked at, leads to the page with the form open.
#[tokio::test]
async fn a_forms_address_leads_to_the_form() {
    let (server, _, path) = house().await;
    let mut admin = Browser::admin(&server).await;

    for form in ["password", "permissions", "delete"] {
        let answer = admin.open(&format!("{path}/{form}")).await;
        assert!(answer.header("location").starts_with(&format!("{path}?edit={form}")));
        assert!(offers(&admin.open(&format!("{path}?edit={form}")).await, &format!("{path}/{form}")));
    }
}

/// pages §5: the groups he is in, led to where the visitor may look at groups.
#[tokio::test]
async fn his_groups_are_named_and_led_to() {
    let (server, bob, path) = house().await;
    let body = serde_json::json!({"displayName": "Sales", "members": [{"value": bob.to_string()}]});
    server.admin().await;
    let group = server.ask("admin", axum::http::Method::POST, "/scim2/Groups", Some(body)).await;
    let group: GroupId = group.json()["id"].as_str().unwrap().parse().unwrap();
    let mut admin = Browser::of_known(&server, "admin").await;
    let mut viewer = Browser::of(&server, "vic", &[VIEW]).await;

    let (led, named) = (admin.open(&path).await, viewer.open(&path).await);

    assert!(
        led.text.contains(&format!("<a href=\"/console/groups/{group}\"><bdi>Sales</bdi></a>")),
        "{}",
        led.text
    );
    assert!(
        named.text.contains("<bdi>Sales</bdi>") && !named.text.contains("/console/groups/"),
        "{}",
        named.text
    );
}
