//! Many requests at once: what must happen once happens once.

use futures_util::future::join_all;
use serde_json::json;

use crate::test_app::{
    ADMIN, Answer, BOB, BOB_PATH, CODES, ENTERPRISE, KIM, Request, TestApp, code, given, new_mobile,
    on_both_databases, replacing,
};

/// How many requests race.
const MANY: usize = 16;

/// Sends all of them before any answer is awaited.
async fn at_once(requests: impl IntoIterator<Item = Request>) -> Vec<Answer> {
    let sent: Vec<_> = requests.into_iter().map(|request| tokio::spawn(request.into_future())).collect();
    join_all(sent).await.into_iter().map(Result::unwrap).collect()
}

fn count(answers: &[Answer], status: u16) -> usize {
    answers.iter().filter(|answer| answer.status == status).count()
}

fn entering(app: &TestApp, who: (&str, &str), given: &str) -> Request {
    app.post(&format!("{CODES}/me/validate-code")).of(who).json(code(given))
}

/// SEC-8, I2: sixteen confirmations of one code are one confirmation, and whoever is told is told once.
#[tokio::test(flavor = "multi_thread")]
async fn one_code_is_confirmed_exactly_once() {
    on_both_databases(async |app| {
        app.patch("/scim2/Me").of(BOB).json(new_mobile("0123456789")).await.expect(200);
        let code = app.deliver_all().await.only_code();

        let answers = at_once((0..MANY).map(|_| entering(app, BOB, &code))).await;

        assert_eq!((count(&answers, 202), count(&answers, 400)), (1, MANY - 1), "{answers:?}");
        assert!(answers.iter().filter(|answer| answer.status == 400).all(|answer| answer.code() == "18001"));
        let notices = app.deliver_all().await;
        assert_eq!(
            (notices.sms_to(), notices.mails_to()),
            (vec!["0111111111".into()], vec!["bobsmith@abc.com".into()])
        );
    })
    .await;
}

/// SEC-9, I4: of many guesses at once no more than five are compared with the code; then even the right one fails.
#[tokio::test(flavor = "multi_thread")]
async fn guesses_at_once_are_all_counted() {
    on_both_databases(async |app| {
        app.patch("/scim2/Me").of(BOB).json(new_mobile("0123456789")).await.expect(200);
        let code = app.deliver_all().await.only_code();

        let wrong: Vec<String> = (0..MANY).map(|number| format!("wrong{number}")).collect();
        let answers = at_once(wrong.iter().map(|guess| entering(app, BOB, guess))).await;

        assert_eq!((count(&answers, 400), answers.len()), (MANY, MANY), "{answers:?}");
        assert_eq!(app.enter_code(BOB, &code).await.code(), "18001");
        let changes = app.get(&format!("{CODES}/me/changes")).of(BOB).await.json();
        let timeline = changes["changes"][0]["timeline"].as_array().unwrap().clone();
        let wrong = timeline.iter().filter(|event| event["event"] == "wrong_code").count();
        assert_eq!((wrong, &changes["changes"][0]["attemptsLeft"]), (5, &json!(0)), "{changes}");
    })
    .await;
}

/// I3, REL-1: sixteen changes at once leave one that waits, none is lost half-way, and the last message verifies.
#[tokio::test(flavor = "multi_thread")]
async fn changes_at_once_leave_one_pending() {
    let unlimited = "[countersign.limits]\nsends_burst = 0\nsends_per_hour = 0\nsends_per_day = 0\npending_values_per_day = 0\nsms_per_block_hour = 0";
    given(unlimited)
        .on_both_databases(async |app| {
            let numbers: Vec<String> = (0..MANY).map(|number| format!("01234567{number:02}")).collect();

            let answers =
                at_once(numbers.iter().map(|number| app.patch("/scim2/Me").of(BOB).json(new_mobile(number))))
                    .await;

            assert_eq!(count(&answers, 200), MANY, "{answers:?}");
            let pending = app.get(BOB_PATH).of(BOB).await.json()[ENTERPRISE]["pendingMobileNumber"].clone();
            let messages = app.deliver_all().await;
            assert_eq!((messages.outcome.dropped, messages.outcome.handed_over), (MANY - 1, 1));
            assert_eq!(json!(messages.sms_to()), json!([pending]));
            app.enter_code(BOB, &messages.only_code()).await.expect(202);
            app.deliver_all().await;
        })
        .await;
}

/// SEC-10: the ration of three messages holds for changes at once; those refused have changed nothing.
#[tokio::test(flavor = "multi_thread")]
async fn changes_at_once_share_one_ration() {
    on_both_databases(async |app| {
        let numbers: Vec<String> = (0..MANY).map(|number| format!("01234567{number:02}")).collect();

        let answers =
            at_once(numbers.iter().map(|number| app.patch("/scim2/Me").of(BOB).json(new_mobile(number))))
                .await;

        assert_eq!((count(&answers, 200), count(&answers, 429)), (3, MANY - 3), "{answers:?}");
        let changes = app.get(&format!("{CODES}/me/changes")).of(BOB).await.json();
        let mut states: Vec<&str> = changes["changes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|change| change["state"].as_str().unwrap())
            .collect();
        states.sort_unstable(); // all of one instant: none is newer
        assert_eq!(states, ["pending", "superseded", "superseded"]);
        assert_eq!(app.deliver_all().await.sms.len(), 1);
    })
    .await;
}

/// SEC-21, I10: two people prove one number at the same moment; one of them holds it, the other's change is called off.
#[tokio::test(flavor = "multi_thread")]
async fn one_number_has_one_holder() {
    on_both_databases(async |app| {
        app.patch("/scim2/Me").of(BOB).json(new_mobile("0123456789")).await.expect(200);
        let bobs = app.deliver_all().await.only_code();
        app.patch("/scim2/Me").of(KIM).json(new_mobile("0123456789")).await.expect(200);
        let kims = app.deliver_all().await.only_code();

        let answers = at_once([entering(app, BOB, &bobs), entering(app, KIM, &kims)]).await;

        assert_eq!((count(&answers, 202), count(&answers, 400)), (1, 1), "{answers:?}");
        let found =
            app.get("/scim2/Users?filter=phoneNumbers.value%20eq%20%220123456789%22").of(ADMIN).await.json();
        assert_eq!(found["totalResults"], 1, "{found}");
        for who in [BOB, KIM] {
            let seen = app.get("/scim2/Me").of(who).await.json();
            assert_eq!(seen[ENTERPRISE].get("pendingMobileNumber"), None, "{seen}");
        }
        app.deliver_all().await;
    })
    .await;
}

/// RFC 7644 §3.14, DESIGN §2.1: of writes that name the version they saw, one lands and the others are told.
#[tokio::test(flavor = "multi_thread")]
async fn a_version_is_written_over_once() {
    on_both_databases(async |app| {
        let seen = app.get(BOB_PATH).of(ADMIN).await;
        let version = seen.header("etag").unwrap().to_owned();
        let renaming = |name: usize| {
            let body = replacing(&json!({"nickName": format!("nick {name}")}));
            app.patch(BOB_PATH).of(ADMIN).header("if-match", &version).json(body)
        };

        let answers = at_once((0..MANY).map(renaming)).await;
        let late = renaming(MANY).await;

        assert_eq!((count(&answers, 200), count(&answers, 412)), (1, MANY - 1), "{answers:?}");
        assert_eq!(
            (late.status, late.header("content-type")),
            (412, Some("application/scim+json")),
            "{late}"
        );
    })
    .await;
}

/// DESIGN §2.1, "Two numbers": a wrong guess and a resend do not move the version somebody is about to write over.
#[tokio::test(flavor = "multi_thread")]
async fn guesses_and_resends_move_no_version() {
    on_both_databases(async |app| {
        app.patch("/scim2/Me").of(BOB).json(new_mobile("0123456789")).await.expect(200);
        let seen = app.get(BOB_PATH).of(ADMIN).await;

        app.enter_code(BOB, "123ABC").await.expect(400);
        let body = crate::test_app::scenario("MOBILE_VERIFICATION_ON_UPDATE");
        app.post(&format!("{CODES}/me/resend-code")).of(BOB).json(body).await.expect(201);

        let after = app.get(BOB_PATH).of(ADMIN).await;
        assert_eq!((seen.header("etag"), seen.json()), (after.header("etag"), after.json()));
        app.deliver_all().await;
    })
    .await;
}

/// SEC-34, I15: passwords guessed in parallel are counted as if they came one after the other; the right one among them
/// is refused with the rest.
#[tokio::test(flavor = "multi_thread")]
async fn parallel_guesses_at_a_password_are_all_counted() {
    on_both_databases(async |app| {
        let wrong = |index: usize| app.get("/scim2/Me").basic("bob", &format!("not it {index}"));
        let mut answers = at_once((0..MANY).map(wrong)).await;
        answers.extend(at_once([app.get("/scim2/Me").of(BOB)]).await);

        let (judged, refused) = (count(&answers, 401), count(&answers, 429));

        assert_eq!((judged, refused), (5, MANY - 4), "{answers:?}");
    })
    .await;
}

/// SEC-34, I15: of passwords guessed in parallel from one address, for names of all kinds, exactly as many are judged as
/// the address may get wrong.
#[tokio::test(flavor = "multi_thread")]
async fn parallel_guesses_of_one_source_are_all_counted() {
    given("[countersign.limits]\nlogin_failures_per_source = 3")
        .on_both_databases(async |app| {
            let names: Vec<String> = (0..MANY).map(|index| format!("nobody{index}")).collect();
            let answers = at_once(names.iter().map(|name| app.get("/scim2/Me").basic(name, "a guess"))).await;

            assert_eq!((count(&answers, 401), count(&answers, 429)), (3, MANY - 3), "{answers:?}");
        })
        .await;
}

/// SEC-34: people who share an address sign in at the same moment, more of them than the address may get wrong, and
/// nobody is refused.
#[tokio::test(flavor = "multi_thread")]
async fn people_of_one_source_sign_in_at_the_same_moment() {
    given("[countersign.limits]\nlogin_failures_per_source = 3")
        .on_both_databases(async |app| {
            let names = ["ann", "ben", "cat", "dan", "eve", "fay", "gus", "hal"];
            for name in names {
                app.person(name, None).await;
            }

            let answers = at_once(names.map(|name| app.get("/scim2/Me").basic(name, "pass1234"))).await;

            assert_eq!(count(&answers, 200), names.len(), "{answers:?}");
        })
        .await;
}

/// I13: whoever is locked out while his password waits for its turn to be hashed is not let in any more.
#[tokio::test(flavor = "multi_thread")]
async fn a_lock_stops_a_sign_in_that_is_waiting() {
    given("[countersign.limits]\nlogin_failures_per_source = 0")
        .on_both_databases(async |app| {
            app.get("/scim2/Me").of(ADMIN).await.expect(200);
            let names: Vec<String> = (0..4 * MANY).map(|index| format!("nobody{index}")).collect();
            let queue = names.iter().map(|name| app.get("/scim2/Me").basic(name, "a guess").into_future());
            let mut queue: Vec<_> = queue.map(tokio::spawn).collect();
            let bob = tokio::spawn(app.get("/scim2/Me").of(BOB).into_future());
            queue.swap_remove(0).await.unwrap();

            app.patch(BOB_PATH).of(ADMIN).json(replacing(&json!({"active": false}))).await.expect(200);

            let was_in_time = bob.is_finished();
            assert!(was_in_time || bob.await.unwrap().status == 401);
            join_all(queue).await;
        })
        .await;
}
