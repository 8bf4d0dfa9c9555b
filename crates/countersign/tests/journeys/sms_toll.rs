//! What SMS may cost: by country and day, and where codes do not come back (security §8).

use countersign_domain::SignedDuration;

use crate::test_app::{Answer, BOB, TestApp, given, new_mobile};

/// Everything else that would stop one person from asking for many numbers.
const UNLIMITED: &str = r"
    [countersign.limits]
    sends_burst = 0
    sends_per_hour = 0
    sends_per_day = 0
    pending_values_per_day = 0
    sms_per_block_hour = 0
    writes_per_minute = 0
";

async fn ask(app: &TestApp, number: &str) -> Answer {
    app.patch("/scim2/Me").of(BOB).json(new_mobile(number)).await
}

fn assert_over_budget(answer: &Answer, retry_after: &str) {
    assert_eq!((answer.status, answer.header("retry-after")), (429, Some(retry_after)), "{answer}");
    let detail = format!("Too many requests; try again in {retry_after} seconds.");
    assert!(answer.text.contains(&detail), "{answer}");
}

/// Security §8, I15: a country's budget is for all of its numbers, survives a restart, leaves other countries alone,
/// and is there again a day later. Numbers that do not tell their country share one.
#[tokio::test(flavor = "multi_thread")]
async fn a_country_has_its_budget_for_the_day() {
    given(UNLIMITED)
        .toml("[countersign.limits]\nsms_per_country_day = 3\n")
        .on_both_databases(async |app| {
            for number in ["+94771234501", "+94712345678", "+94763456789"] {
                ask(app, number).await.expect(200);
            }
            assert_over_budget(&ask(app, "+94774567890").await, "86400");
            app.restart().await;
            assert_over_budget(&ask(app, "+94774567890").await, "86400");
            assert_eq!(app.deliver_all().await.sms_to(), ["+94763456789"], "only what waits is sent");

            for number in ["+447400123456", "0123456789", "0777777777", "+999123456"] {
                ask(app, number).await.expect(200);
            }
            assert_over_budget(&ask(app, "0222222222").await, "86400");
            app.later(SignedDuration::from_hours(24));
            ask(app, "+94774567890").await.expect(200);
            app.deliver_all().await;
        })
        .await;
}

/// Security §8: with the stop on, a country where no code of fifty comes back gets no more until the hour is over; one
/// where they do goes on. Without it only the log tells.
#[tokio::test(flavor = "multi_thread")]
async fn a_country_where_no_code_comes_back_can_be_stopped() {
    for stop in [true, false] {
        given(UNLIMITED)
            .toml(&format!("[countersign.sms]\nstop_on_low_conversion = {stop}\n"))
            .on_both_databases(async |app| {
                for number in 0..50 {
                    ask(app, &format!("+94771{number:06}")).await.expect(200);
                }

                let next = ask(app, "+94772000000").await;
                if !stop {
                    next.expect(200);
                    app.deliver_all().await;
                    return;
                }
                assert_over_budget(&next, "3600");
                ask(app, "+447400123456").await.expect(200);
                app.later(SignedDuration::from_hours(1));
                ask(app, "+94772000000").await.expect(200);
                app.deliver_all().await;
            })
            .await;
    }
}

/// Security §8: codes that come back keep a country going.
#[tokio::test(flavor = "multi_thread")]
async fn codes_that_come_back_keep_a_country_going() {
    given(UNLIMITED)
        .toml("[countersign.sms]\nstop_on_low_conversion = true\n")
        .on_both_databases(async |app| {
            for number in 0..5 {
                ask(app, &format!("+94772{number:06}")).await.expect(200);
                let code = app.deliver_all().await.only_code();
                app.enter_code(BOB, &code).await.expect(202);
                app.deliver_all().await;
            }
            for number in 0..46 {
                ask(app, &format!("+94771{number:06}")).await.expect(200);
            }
            assert_over_budget(&ask(app, "+94773000000").await, "3600");
            app.deliver_all().await;
        })
        .await;
}
