//! The walk of `docs/guides/tour.md`, step by step as it is written there, on a server without any sender; each step leaves
//! the picture the guide shows. `COUNTERSIGN_WRITE_TOUR=1` puts the pictures beside the guide.

use std::path::Path;

use countersign_domain::SignedDuration;

use crate::browser_driver::{Browser, ENTER, in_a_browser, screenshots};
use crate::test_app::{ADMIN, BOB, BOB_MOBILE, Given, TestApp, USUAL_PUBLISHER};

/// The whole guide: bob changes his number and his address, the administrator looks on and sets things up.
#[tokio::test(flavor = "multi_thread")]
async fn the_tour_goes_as_the_guide_says() {
    in_a_browser(Given::default().without_senders(), async |app, browser| {
        browser.look(1024, "light").await;
        bob_changes_his_number(app, browser).await;
        bob_changes_his_address(app, browser).await;
        the_administrator_looks_on(app, browser).await;
        the_administrator_sets_things_up(app, browser).await;
        app.leaves_messages();
    })
    .await;
    kept();
}

async fn bob_changes_his_number(app: &mut TestApp, browser: &Browser) {
    browser.open(&app.url("/myaccount/")).await;
    shown(browser, "sign-in").await;
    browser.sign_in(app, BOB, "/myaccount/").await;
    shown(browser, "personal-info").await;
    browser.presses("#mobile .row-actions a").await;
    browser.focus("#phoneNumbers").await;
    browser.types("0777777777").await;
    shown(browser, "new-number").await;
    browser.leads_on(browser.press(&[ENTER])).await;
    let code_page = browser.address().await;
    code_is_typed(browser, "000000").await;
    assert!(browser.text("[role=alert]").await.contains("4 tries are left"));
    shown(browser, "wrong-code").await;
    app.later(SignedDuration::from_mins(1));
    browser.presses("#delivery form[action$=resend] button").await;
    assert!(browser.text("[role=status]").await.contains("We’ve sent it again"));
    let code = from_the_inbox(app, browser, 0).await;
    shown(browser, "dev-inbox").await;
    browser.open(&code_page).await;
    code_is_typed(browser, &code).await;
    assert_eq!(browser.text("#mobile .value").await, "0777777777");
    shown(browser, "number-confirmed").await;
}

async fn bob_changes_his_address(app: &mut TestApp, browser: &Browser) {
    for (address, is_kept) in [("bob@elsewhere.example", false), ("robert@example.org", true)] {
        browser.open(&app.url("/myaccount/?edit=email")).await;
        browser.enters("#emails", address).await;
        if !is_kept {
            shown(browser, "address-waits").await;
            browser.presses("#email .pending form[action$=cancel] button").await;
            assert_eq!(browser.text("#email .value").await, "bobsmith@abc.com");
            app.later(SignedDuration::from_mins(1));
        }
    }
    deliver(app).await;
    browser.open(&app.url("/console/dev-inbox")).await;
    let link = "[...document.querySelectorAll('#inbox a')].find(link => link.href.includes('confirmregistration.do')).href";
    let link = browser.value_of(link).await;
    browser.open(link.as_str().unwrap()).await;
    shown(browser, "link").await;
    browser.presses("button.primary").await;
    browser.open(&app.url("/myaccount/")).await;
    assert_eq!(browser.text("#email .value").await, "robert@example.org");
    browser.open(&app.url("/myaccount/activity")).await;
    shown(browser, "activity").await;
    browser.forget().await;
}

async fn the_administrator_looks_on(app: &mut TestApp, browser: &Browser) {
    browser.sign_in(app, ADMIN, "/console/").await;
    browser.enters("#q", "bob").await;
    shown(browser, "users").await;
    browser.presses("#users tbody a").await;
    assert_eq!(browser.text("h1").await, BOB.0);
    shown(browser, "user").await;
}

async fn the_administrator_sets_things_up(app: &mut TestApp, browser: &Browser) {
    browser.open(&app.url("/console/identity-providers/resident")).await;
    browser.presses("main a[href$='user-claim-update']").await;
    shown(browser, "user-claim-update").await;
    deliver(app).await;
    app.drop_publisher("tour.xml", &USUAL_PUBLISHER.replace("{gateway}", &app.gateway.url("/sms/json")))
        .await;
    browser.open(&app.url("/console/publishers")).await;
    browser.enters("#phoneNumbers", BOB_MOBILE).await;
    let messages = app.deliver_all().await;
    assert_eq!(messages.sms_to(), [BOB_MOBILE]);
    browser.open(&browser.address().await).await;
    shown(browser, "publisher-test").await;
    browser.open(&app.url("/console/messages")).await;
    shown(browser, "messages").await;
}

/// With script a code is sent off with its last character.
async fn code_is_typed(browser: &Browser, code: &str) {
    browser.focus("#code").await;
    browser.leads_on(browser.types(code)).await;
}

/// Delivers into the inbox: nothing goes anywhere else here.
async fn deliver(app: &mut TestApp) {
    let messages = app.deliver_all().await;
    assert_eq!((messages.sms.len(), messages.mails.len()), (0, 0));
}

/// The code of the message at this place of the dev inbox.
async fn from_the_inbox(app: &mut TestApp, browser: &Browser, place: usize) -> String {
    deliver(app).await;
    browser.open(&app.url("/console/dev-inbox")).await;
    let text =
        browser.value_of(&format!("document.querySelectorAll('#inbox .text')[{place}].textContent")).await;
    let words = text.as_str().unwrap().split_whitespace();
    let code =
        words.map(|word| word.trim_matches(|c: char| !c.is_alphanumeric())).find(|word| word.len() == 6);
    code.unwrap_or_else(|| panic!("no code in {text}")).to_owned()
}

/// A step of the guide, as it looks.
async fn shown(browser: &Browser, step: &str) {
    browser.look(1024, "light").await;
    browser.small_picture(&format!("tour/{step}")).await;
}

/// The pictures of the guide are those of this walk.
fn kept() {
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/guides");
    let text = std::fs::read_to_string(guide.join("tour.md")).unwrap();
    let named = text.split("](tour/").skip(1).filter_map(|rest| rest.split(".webp)").next());
    for step in named {
        let file = format!("{step}.webp");
        let (taken, beside) = (screenshots().join("tour").join(&file), guide.join("tour").join(&file));
        if std::env::var_os("COUNTERSIGN_WRITE_TOUR").is_some() {
            std::fs::create_dir_all(guide.join("tour")).unwrap();
            std::fs::copy(&taken, &beside).unwrap();
        }
        assert!(beside.exists(), "{}: run with COUNTERSIGN_WRITE_TOUR=1", beside.display());
    }
}
