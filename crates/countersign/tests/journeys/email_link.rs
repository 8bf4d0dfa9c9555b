//! The link of a mail: what looking does, what pressing does, and every way a link can end.

use countersign_domain::SignedDuration;
use serde_json::json;

use crate::email_resource::{
    Emails, NEW, bob, bob_asks_for, confirmation_link, replace_verified, token_of, whole,
};
use crate::email_visitor::Visitor;
use crate::test_app::{ADMIN, BOB, BOB_ID, BOB_PATH, KIM, given, on_both_databases};

const OWN_CODE: &str = "/api/identity/user/v1.0/me/validate-code";
const ANY_CODE: &str = "/api/identity/user/v1.0/validate-code";

/// SEC-23, SEC-25, D-22: looking, by whomever and however often, changes nothing; the page says what is asked, masked,
/// at an address without the token, and lets nothing out.
#[tokio::test(flavor = "multi_thread")]
async fn looking_at_a_link_changes_nothing() {
    on_both_databases(async |app| {
        let began = app.now();
        let link = bob_asks_for(app, NEW).await;
        let mut visitor = Visitor::default();

        for _ in 0..3 {
            assert_eq!(app.request("HEAD", &link).await.status, 303);
            visitor.open(app, &link).await;
        }
        let page = visitor.open(app, &link).await;

        assert_eq!(
            page.lines(),
            [
                "Confirm your new e-mail address",
                "Somebody asked to use this e-mail address for the account b***.",
                "r***@example.org",
                "Nothing changes until you press the button.",
                "Requested by",
                "the account’s owner",
                "Requested",
                "2 March 2026, 09:00 UTC",
                "just now",
                "Link works until",
                "3 March 2026, 09:00 UTC",
                "in 24 hours",
                "Confirm address",
                "This wasn’t me",
                "“This wasn’t me” stops the change and leaves the account as it is.",
            ]
        );
        let secret = token_of(&link).split_once('.').unwrap().1.to_owned();
        assert!(!page.address.contains(&secret) && !page.answer.to_string().contains(&secret));
        for (name, value) in [
            ("referrer-policy", "same-origin"),
            ("cache-control", "no-store"),
            ("x-robots-tag", "noindex"),
            ("content-type", "text/html; charset=utf-8"),
            (
                "content-security-policy",
                "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
            ),
        ] {
            assert_eq!(page.answer.header(name), Some(value));
        }
        assert!(!page.answer.text.contains("http") && !page.answer.text.contains("<script"), "{}", page.answer);
        assert_eq!(whole(&app.get("/scim2/Me").of(BOB).await), (200, bob(app, began, Emails::BOB.with_pending(NEW))));
    })
    .await;
}

/// SEED-31: a link works once; whoever comes again, with or without its page, is told that it is done.
#[tokio::test(flavor = "multi_thread")]
async fn a_link_works_once() {
    on_both_databases(async |app| {
        let link = bob_asks_for(app, NEW).await;
        let (mut visitor, mut robot) = (Visitor::default(), Visitor::default());
        let page = visitor.open(app, &link).await;
        let open_elsewhere = robot.open(app, &link).await;

        let first = visitor.press(app, &page, "confirm").await;
        let again = visitor.press(app, &page, "confirm").await;
        let elsewhere = robot.press(app, &open_elsewhere, "confirm").await;
        let opened = Visitor::default().open(app, &link).await;

        assert_eq!(
            first.lines(),
            [
                "Your e-mail address is confirmed",
                "It now belongs to the account b***. You can close this page.",
                "r***@example.org",
            ]
        );
        let done = [
            "This e-mail address is confirmed already",
            "There is nothing left to do; a link works once.",
            "r***@example.org",
            "Confirmed",
            "2 March 2026, 09:00 UTC",
            "just now",
        ];
        for page in [again, elsewhere, opened] {
            assert_eq!((page.answer.status, page.lines()), (410, done.map(str::to_owned).to_vec()));
        }
        let presented = app.post(OWN_CODE).of(BOB).json(json!({"code": token_of(&link)})).await;
        assert_eq!((presented.status, presented.code()), (400, "18001".to_owned()));
        app.deliver_all().await;
    })
    .await;
}

/// D-11, §2.5: a newer change takes the older link's place: its page says so, the owner is told 18023, nobody else.
#[tokio::test(flavor = "multi_thread")]
async fn an_older_link_points_to_the_newer_one() {
    on_both_databases(async |app| {
        let old = bob_asks_for(app, "first@example.org").await;
        let page = Visitor::default().open(app, &old).await;
        let new = bob_asks_for(app, NEW).await;
        let mut visitor = Visitor::default();

        let stale = visitor.open(app, &old).await;
        let own = app.post(OWN_CODE).of(BOB).json(json!({"code": token_of(&old)})).await;
        let any = app.post(ANY_CODE).of(ADMIN).json(json!({"code": token_of(&old)})).await;

        assert_eq!(page.outcome(), (200, "Confirm your new e-mail address".to_owned()));
        assert_eq!(
            (stale.answer.status, stale.lines()),
            (
                410,
                [
                    "There is a newer link",
                    "Something newer has taken the place of this link: another change, or another message for the same one.",
                    "f***@example.org",
                    "Use the link in the newest message.",
                ]
                .map(str::to_owned)
                .to_vec()
            )
        );
        assert_eq!((own.status, own.code()), (400, "18023".to_owned()));
        assert_eq!((any.status, any.code()), (400, "18001".to_owned()));
        let page = visitor.open(app, &new).await;
        assert_eq!(visitor.press(app, &page, "confirm").await.answer.status, 200);
        app.deliver_all().await;
    })
    .await;
}

/// SEED-28, SEC-11: after its day a link proves nothing; its page sends a new one, which does.
#[tokio::test(flavor = "multi_thread")]
async fn an_expired_link_sends_a_new_one() {
    on_both_databases(async |app| {
        let link = bob_asks_for(app, NEW).await;
        let mut visitor = Visitor::default();
        app.later(SignedDuration::from_mins(1440));

        let expired = visitor.open(app, &link).await;
        let told = app.post(OWN_CODE).of(BOB).json(json!({"code": token_of(&link)})).await;
        let sent = visitor.press(app, &expired, "resend").await;
        let second = confirmation_link(app, NEW).await;
        let old = visitor.open(app, &link).await;
        let page = visitor.open(app, &second).await;
        let done = visitor.press(app, &page, "confirm").await;

        assert_eq!(
            (expired.answer.status, expired.lines()),
            (
                410,
                [
                    "This link can’t be used any more",
                    "We can send a new one to the same address. The account stays as it is until then.",
                    "r***@example.org",
                    "Worked until",
                    "3 March 2026, 09:00 UTC",
                    "just now",
                    "Send a new link",
                    "This wasn’t me",
                ]
                .map(str::to_owned)
                .to_vec()
            )
        );
        assert_eq!((told.status, told.code()), (400, "18002".to_owned()));
        assert_eq!(sent.outcome(), (200, "A new link is on its way".to_owned()));
        assert_eq!(old.outcome(), (410, "There is a newer link".to_owned()));
        assert_eq!(done.outcome(), (200, "Your e-mail address is confirmed".to_owned()));
        app.deliver_all().await;
    })
    .await;
}

/// SEC-21: of two who ask for one address the first to prove it has it; the other's link says so, privately.
#[tokio::test(flavor = "multi_thread")]
async fn an_address_proven_by_another_is_refused_to_the_second() {
    let begin = given("[identity_mgt.user_claim_update.uniqueness]\nenable = true");
    begin
        .on_both_databases(async |app| {
            let bobs = bob_asks_for(app, NEW).await;
            app.patch("/scim2/Me").of(KIM).json(replace_verified(NEW)).await.expect(200);
            let kims = confirmation_link(app, NEW).await;
            let (mut bob, mut kim) = (Visitor::default(), Visitor::default());
            let (bobs_page, kims_page) = (bob.open(app, &bobs).await, kim.open(app, &kims).await);

            let won = kim.press(app, &kims_page, "confirm").await;
            let lost = bob.press(app, &bobs_page, "confirm").await;
            let later = Visitor::default().open(app, &bobs).await;

            assert_eq!(won.outcome(), (200, "Your e-mail address is confirmed".to_owned()));
            for page in [lost, later] {
                assert_eq!(
                    (page.answer.status, page.lines()),
                    (
                        409,
                        [
                            "This e-mail address is in use",
                            "Another account confirmed this e-mail address first, so the change was called off.",
                            "r***@example.org",
                            "If the e-mail address is yours, ask your administrator for help.",
                        ]
                        .map(str::to_owned)
                        .to_vec()
                    )
                );
            }
            let began = app.now();
            assert_eq!(whole(&app.get("/scim2/Me").of(BOB).await), (200, crate::email_resource::bob(app, began, Emails::BOB)));
            app.deliver_all().await;
        })
        .await;
}

/// pages §4: who gets a mail he did not ask for stops the change, and the link is called off.
#[tokio::test(flavor = "multi_thread")]
async fn the_receiver_can_decline() {
    on_both_databases(async |app| {
        let began = app.now();
        let link = bob_asks_for(app, NEW).await;
        let mut visitor = Visitor::default();
        let page = visitor.open(app, &link).await;

        let declined = visitor.press(app, &page, "decline").await;
        let again = visitor.open(app, &link).await;

        assert_eq!(
            declined.lines(),
            [
                "The change was stopped",
                "This e-mail address will not be used for the account b***.",
                "r***@example.org",
                "There is nothing else for you to do. You can close this page.",
            ]
        );
        assert_eq!(again.outcome(), (410, "This change was called off".to_owned()));
        assert_eq!(whole(&app.get("/scim2/Me").of(BOB).await), (200, bob(app, began, Emails::BOB)));
    })
    .await;
}

/// SEC-23, SEC-14: a press counts only from our own page: with its nonce, its cookie, from our own origin. Whatever is
/// no link of ours gets one page, byte for byte.
#[tokio::test(flavor = "multi_thread")]
async fn a_press_counts_only_from_our_own_page() {
    on_both_databases(async |app| {
        let link = bob_asks_for(app, NEW).await;
        let mut visitor = Visitor::default();
        let page = visitor.open(app, &link).await;
        let (cookies, nonce) = (visitor.cookies(), page.nonce());
        let fields = [("nonce", nonce.as_str()), ("do", "confirm")];
        let press = |origin: &'static str| app.post(&page.address).header("origin", origin).form(&fields);

        let forged = press("https://evil.example").header("cookie", &cookies).await;
        let framed = press("https://evil.example")
            .header("sec-fetch-site", "cross-site")
            .header("cookie", &cookies)
            .await;
        let guessed = visitor.post(app, &page, &[("nonce", "AAAA"), ("do", "confirm")]).await;
        let without_cookie = Visitor::default().post(app, &page, &fields).await;
        let bare = app.post(&link).header("cookie", &cookies).form(&fields).await;
        let cut_off = app.get(&link[..link.len() / 2]).await;
        let unknown = app.get("/accountrecoveryendpoint/confirmregistration.do?confirmation=AAAA").await;
        let none = app.get("/accountrecoveryendpoint/confirmregistration.do").await;

        for refused in [forged, framed, guessed.answer] {
            assert_eq!(refused.status, 403, "{refused}");
        }
        for refused in [&without_cookie.answer, &bare, &cut_off, &unknown, &none] {
            assert_eq!((refused.status, &refused.text), (400, &none.text));
        }
        assert_eq!(visitor.press(app, &page, "confirm").await.answer.status, 200);
        app.deliver_all().await;
    })
    .await;
}

/// §4.2, §4.3, D-17: the token of the link is a code as well: for the owner, and for whoever may confirm for others.
#[tokio::test(flavor = "multi_thread")]
async fn the_token_of_a_link_is_a_code_for_the_api() {
    on_both_databases(async |app| {
        let first = bob_asks_for(app, "first@example.org").await;
        let kims = app.post(OWN_CODE).of(KIM).json(json!({"code": token_of(&first)})).await;
        let own = app.post(OWN_CODE).of(BOB).json(json!({"code": token_of(&first), "properties": []})).await;
        let second = bob_asks_for(app, NEW).await;
        let claim = json!({"type": "EMAIL", "claim": "http://wso2.org/claims/emailaddress"});
        let body = json!({"code": token_of(&second), "verifiedChannel": claim, "properties": []});

        let any = app.post(ANY_CODE).of(ADMIN).json(body).await;

        assert_eq!((kims.status, kims.code()), (400, "18001".to_owned()));
        assert_eq!((own.status, own.text.as_str()), (202, ""));
        let confirmed =
            json!({"username": "bob", "realm": "PRIMARY", "tenant-domain": "carbon.super", "userId": BOB_ID});
        assert_eq!(whole(&any), (202, confirmed));
        assert_eq!(app.get(BOB_PATH).of(ADMIN).await.json()["emails"], json!([NEW]));
        app.deliver_all().await;
    })
    .await;
}
