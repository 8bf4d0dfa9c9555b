//! The settings' page over the whole router.

use countersign_app::{SenderState, Senders};

use super::{PATH, typed};
use crate::pages::console::sample::Browser;
use crate::sample::{Reply, TestServer};
use countersign_domain::user_claim_update::Property;

const EXPIRY: Property = Property::MobileExpiry;
const SWITCH: Property = Property::MobileEnableVerification;

/// The part of the page about one property.
fn setting(page: &Reply, property: Property) -> String {
    let parts = page.text.split("<div class=\"setting\">");
    let mut found = parts.filter(|part| part.contains(&format!("<code>{}</code>", property.name())));
    found.next().unwrap().split("</code>").next().unwrap().to_owned()
}

/// A form as the page has it, with these values typed over what it shows.
async fn filled(browser: &mut Browser<'_>, typed_over: &[(Property, &str)]) -> Vec<(String, String)> {
    let page = browser.open(PATH).await;
    let value = |text: &str, name: &str| {
        let field = text.split(&format!("name=\"{name}\"")).nth(1)?.split('>').next()?.to_owned();
        let value = field.split("value=\"").nth(1)?.split('"').next()?.to_owned();
        let is_off = text.contains(&format!("id=\"{name}\" name=\"{name}\" value=\"true\">"))
            || field.contains("aria-describedby") && value == "true" && !field.contains(" checked");
        (!is_off).then_some(value)
    };
    let mut form = Vec::new();
    for property in Property::ALL {
        let over = typed_over.iter().find(|(one, _)| *one == property).map(|(_, value)| (*value).to_owned());
        let shown = typed::shown_name(property);
        form.push((shown.clone(), value(&page.text, &shown).unwrap()));
        match over.or_else(|| value(&page.text, property.name())) {
            Some(off) if off == "off" => {}
            Some(value) => form.push((property.name().to_owned(), value)),
            None => {}
        }
    }
    form
}

fn pairs(form: &[(String, String)]) -> Vec<(&str, &str)> {
    form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

/// pages §5: all fourteen, each with its key, its value and where that comes from; *Revert* only for those set here.
#[tokio::test]
async fn every_property_is_there_with_its_key_and_source() {
    let server = TestServer::start();
    let mut admin = Browser::admin(&server).await;

    let page = admin.open(PATH).await;

    assert_eq!(page.text.matches("<div class=\"setting\">").count(), Property::ALL.len());
    let switch = setting(&page, SWITCH);
    assert!(switch.contains("Enable user mobile number verification on update"), "{switch}");
    assert!(switch.contains("In force: on") && switch.contains("From deployment.toml"), "{switch}");
    let expiry = setting(&page, EXPIRY);
    assert!(expiry.contains("In force: 5") && expiry.contains("Built-in default"), "{expiry}");
    assert!(!page.text.contains("Revert to"));
    assert!(page.text.contains("entered, within 5 minutes; until then the old one stays in force."));
}

/// SEED-7: switch and expiry, *Update*: in force at once, said where from, and taken back by *Revert*; what was not
/// touched stays the file's.
#[tokio::test]
async fn update_holds_at_once_and_revert_takes_it_back() {
    let server = TestServer::start();
    let mut admin = Browser::admin(&server).await;
    let form = filled(&mut admin, &[(SWITCH, "off"), (EXPIRY, "9")]).await;

    let saved = admin.press(PATH, &pairs(&form)).await;

    assert_eq!(saved.status.as_u16(), 200);
    assert!(saved.text.contains("Saved, and in force from the next request on."), "{}", saved.text);
    let (switch, expiry) = (setting(&saved, SWITCH), setting(&saved, EXPIRY));
    assert!(switch.contains("In force: off") && switch.contains("Set in the Console"), "{switch}");
    assert!(switch.contains("Revert to on") && expiry.contains("Revert to 5"), "{switch} {expiry}");
    assert_eq!(saved.text.matches("Set in the Console").count(), 2);
    assert!(saved.text.contains("A new mobile number is used at once, without proof."));
    let settings = server.web.app.settings_in_force(&server.operator()).await.unwrap();
    assert_eq!((settings.family.mobile.enabled, settings.family.mobile.validity_minutes), (false, 9));

    let reverted = admin.press(&format!("{PATH}/revert"), &[("property", SWITCH.name())]).await;

    assert!(reverted.text.contains("Reverted."), "{}", reverted.text);
    assert!(setting(&reverted, SWITCH).contains("From deployment.toml"));
    assert!(setting(&reverted, EXPIRY).contains("Set in the Console"));
}

/// pages §1: each mistake stands beside its field and leads there from the top, what was typed is kept, and nothing of
/// the form is saved.
#[tokio::test]
async fn mistakes_are_told_beside_their_fields_and_nothing_is_saved() {
    let server = TestServer::start();
    let mut admin = Browser::admin(&server).await;
    let typed = [(SWITCH, "off"), (EXPIRY, "11"), (Property::OtpLength, "<5>")];
    let form = filled(&mut admin, &typed).await;

    let refused = admin.press(PATH, &pairs(&form)).await;

    assert_eq!(refused.status.as_u16(), 422);
    assert!(refused.text.contains("<title>Error: User Claim Update"), "{}", refused.text);
    for (property, sentence) in
        [(EXPIRY, "whole number of minutes from 1 to 10."), (Property::OtpLength, "number from 6 to 10.")]
    {
        assert!(setting(&refused, property).contains(sentence));
        assert!(refused.text.contains(&format!("<a href=\"#{}\">", property.name())));
    }
    assert!(
        setting(&refused, EXPIRY).contains("value=\"11\"")
            && setting(&refused, EXPIRY).contains("In force: 5")
    );
    assert!(setting(&refused, Property::OtpLength).contains("value=\"&#60;5&#62;\""));
    assert!(!setting(&refused, SWITCH).contains(" checked"), "what was typed is kept");
    let settings = server.web.app.settings_in_force(&server.operator()).await.unwrap();
    assert!(settings.family.mobile.enabled, "nothing is half done");
}

/// pages §5: the words of what was typed, before it is saved.
#[tokio::test]
async fn a_preview_says_what_would_be_and_changes_nothing() {
    let server = TestServer::start();
    let mut admin = Browser::admin(&server).await;
    let mut form = filled(&mut admin, &[(EXPIRY, "7")]).await;
    form.push(("then".to_owned(), "preview".to_owned()));

    let preview = admin.press(PATH, &pairs(&form)).await;

    assert_eq!(preview.status.as_u16(), 200);
    assert!(
        preview.text.contains("entered, within 7 minutes;") && preview.text.contains("Nothing is saved yet.")
    );
    assert!(
        setting(&preview, EXPIRY).contains("value=\"7\"")
            && setting(&preview, EXPIRY).contains("In force: 5")
    );
    assert!(admin.open(PATH).await.text.contains("entered, within 5 minutes;"));
}

/// Two administrators: what one left alone is not set back to what he saw.
#[tokio::test]
async fn a_form_opened_earlier_does_not_undo_what_another_saved() {
    let server = TestServer::start();
    let mut first = Browser::admin(&server).await;
    let mut second = Browser::of_known(&server, "admin").await;
    let earlier = filled(&mut first, &[(Property::OtpLength, "8")]).await;
    let form = filled(&mut second, &[(EXPIRY, "9")]).await;
    second.press(PATH, &pairs(&form)).await;

    let saved = first.press(PATH, &pairs(&earlier)).await;

    assert!(setting(&saved, EXPIRY).contains("In force: 9"));
    assert!(setting(&saved, Property::OtpLength).contains("In force: 8"));
}

/// D-19: SMS is not switched on while its publisher cannot work; the reason stands beside the switch.
#[tokio::test]
async fn a_broken_publisher_is_told_beside_the_switch() {
    let server = TestServer::start_with(|file| file.connector.mobile_enable_verification = false);
    let broken = SenderState::Broken("line 6 of sms.xml is not JSON".to_owned());
    server.senders.send_replace(Senders { sms: broken, ..Senders::default() });
    let mut admin = Browser::admin(&server).await;
    let form = filled(&mut admin, &[(SWITCH, "true")]).await;

    let refused = admin.press(PATH, &pairs(&form)).await;

    assert_eq!(refused.status.as_u16(), 422);
    assert!(setting(&refused, SWITCH).contains("cannot be switched on: line 6 of sms.xml is not JSON"));
    assert!(setting(&refused, SWITCH).contains(" checked"));
}

/// Who may look but not change sees the values, and nothing to press; a form of his changes nothing.
#[tokio::test]
async fn who_may_only_look_is_offered_nothing_to_change() {
    let server = TestServer::start();
    let mut sue = Browser::of(&server, "sue", &["internal_idp_view"]).await;

    let page = sue.open(PATH).await;
    let update = sue.post(PATH, &[(EXPIRY.name(), "9")]).await;
    let revert = sue.post(&format!("{PATH}/revert"), &[("property", EXPIRY.name())]).await;

    let main = page.text.split("<main").nth(1).unwrap();
    assert!(main.contains("In force: on") && !main.contains("<form") && !main.contains("<input"), "{main}");
    assert_eq!((update.status.as_u16(), revert.status.as_u16()), (403, 403));
}

/// What is no property is refused, and saving what is already so says so.
#[tokio::test]
async fn what_changes_nothing_says_so() {
    let server = TestServer::start();
    let mut admin = Browser::admin(&server).await;

    let refused = admin.post(&format!("{PATH}/revert"), &[("property", "NoSuchThing")]).await;
    let same = admin.press(PATH, &pairs(&filled(&mut admin_again(&server).await, &[]).await)).await;

    assert_eq!(refused.status.as_u16(), 400);
    assert!(same.text.contains("Nothing was changed: all values are as they were."));
}

async fn admin_again(server: &TestServer) -> Browser<'_> {
    Browser::of_known(server, "admin").await
}
