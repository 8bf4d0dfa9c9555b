use countersign_app::TimelineWord;
use countersign_domain::actor::{Persona, Requester, Subject};
use countersign_domain::change::Scenario;
use countersign_domain::claim::Channel;
use countersign_domain::{SignedDuration, UserId};
use uuid::Uuid;

use super::*;

const ID: ChangeId = ChangeId::new(Uuid::from_u128(7));
const BOB: UserId = UserId::new(Uuid::from_u128(1));

fn waiting() -> ChangeView {
    let at: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
    ChangeView {
        id: ID,
        user: BOB,
        user_name: "bob".to_owned(),
        channel: Channel::Sms,
        scenario: Scenario::MobileOnUpdate,
        state: "pending",
        target: "+94***01".to_owned(),
        requested_by: Requester {
            persona: Persona::Owner,
            subject: Subject::User(BOB),
            display: "bob".to_owned(),
        },
        requested_at: at,
        expires_at: at + SignedDuration::from_mins(5),
        expired: false,
        attempts_left: 5,
        resend_available_at: Some(at),
        ended_at: None,
        timeline: vec![
            TimelineEvent { change: ID, at, event: TimelineWord::Requested, detail: None },
            TimelineEvent { change: ID, at, event: TimelineWord::HandedOver, detail: Some("202".to_owned()) },
        ],
    }
}

/// DESIGN §6: the change, as JSON, to its owner.
#[test]
fn a_change_that_waits_shows_everything_but_whose_it_is() {
    let shown = change(&waiting(), Viewer::Owner(BOB));

    assert_eq!(
        shown,
        json!({
            "id": "00000000-0000-0000-0000-000000000007",
            "channel": "SMS",
            "scenario": "MOBILE_VERIFICATION_ON_UPDATE",
            "state": "pending",
            "target": "+94***01",
            "requestedBy": {"type": "owner", "display": "bob"},
            "requestedAt": "2026-03-01T12:00:00.000Z",
            "expiresAt": "2026-03-01T12:05:00.000Z",
            "expired": false,
            "attemptsLeft": 5,
            "resendAvailableAt": "2026-03-01T12:00:00.000Z",
            "timeline": [
                {"at": "2026-03-01T12:00:00.000Z", "event": "requested"},
                {"at": "2026-03-01T12:00:00.000Z", "event": "handed_over", "detail": "202"},
            ],
        })
    );
}

/// DESIGN §6: the user only under `/changes`; the end only when there is one.
#[test]
fn those_who_see_all_changes_see_whose_they_are() {
    let ended = waiting().requested_at + SignedDuration::from_mins(2);
    let view = ChangeView { state: "proven", ended_at: Some(ended), resend_available_at: None, ..waiting() };

    let shown = change(&view, Viewer::Privileged);

    assert_eq!(shown["userName"], json!("bob"));
    assert_eq!(shown["userId"], json!(BOB.to_string()));
    assert_eq!(shown["endedAt"], json!("2026-03-01T12:02:00.000Z"));
    assert_eq!(shown["resendAvailableAt"], Value::Null);
}

#[test]
fn a_page_says_where_the_next_one_begins() {
    let next = page(&[], Some(ID), Viewer::Privileged);
    let last = page(&[], None, Viewer::Privileged);

    assert_eq!(next, json!({"changes": [], "nextCursor": ID.to_string()}));
    assert_eq!(last, json!({"changes": []}));
}

#[test]
fn a_query_names_a_state_and_a_page_of_ours_or_is_refused() {
    let listing =
        |state: &str, cursor: &str| Listing { state: Some(state.into()), cursor: Some(cursor.into()) };

    assert_eq!(listing("superseded", "").state(), Ok(Some("superseded")));
    assert_eq!(listing("", &ID.to_string()).cursor(), Ok(Some(ID)));
    assert_eq!(listing("PENDING", "").state(), Err(error::listing()));
    assert_eq!(listing("", "2").cursor(), Err(error::listing()));
}
