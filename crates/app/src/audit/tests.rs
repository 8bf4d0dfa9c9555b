use countersign_domain::SignedDuration;

use super::*;
use crate::sample::Sample;

/// pages.md §5, Audit; SEC-63: each row says what, by what rule, by whom and from where, the value masked, and what the user
/// is called as long as he is there.
#[tokio::test]
async fn a_page_of_the_trail_can_be_read() {
    let sample = Sample::start();
    let (app, admin) = (&sample.app, sample.admin());
    let bob = sample.person("bob", Some("bob@example.org"), false).await;
    sample.clock.advance(SignedDuration::from_secs(1));
    app.mark_verified(&admin, bob, ClaimFamily::Email, "bob@example.org", "seen his passport").await.unwrap();
    let filter = AuditFilter { events: vec![Event::VerifiedAsserted], ..AuditFilter::default() };

    let entry = app.audit(&admin, &filter, None, 10).await.unwrap().entries.remove(0);

    assert_eq!((entry.rule, entry.user_name.as_deref()), (Rule::Assertion, Some("bob")));
    assert_eq!(entry.by.display, "admin");
    assert_eq!(entry.origin, admin.actor.origin);
    assert_eq!(entry.detail.as_deref(), Some("seen his passport"));
    let value = entry.value.unwrap();
    assert!(value.contains('*') && value != "bob@example.org", "{value}");

    app.delete_user(&admin, bob, None).await.unwrap();
    let of_bob = AuditFilter { user: Some(bob), ..AuditFilter::default() };
    let left = app.audit(&admin, &of_bob, None, 10).await.unwrap().entries;
    assert_eq!(left[0].event, Event::UserDeleted);
    assert!(left.iter().all(|entry| entry.user_name.is_none()));
}

/// An export asks on until there is no more, and has every row once.
#[tokio::test]
async fn an_export_has_every_row_once() {
    let sample = Sample::start();
    let admin = sample.admin();
    for number in 0..150 {
        sample.person(&format!("user{number}"), Some(&format!("u{number}@example.org")), true).await;
    }

    let (mut ids, mut before, mut portions) = (Vec::new(), None, 0);
    loop {
        let portion = sample.app.audit_portion(&admin, &AuditFilter::default(), before).await.unwrap();
        ids.extend(portion.entries.iter().map(|entry| entry.id));
        portions += 1;
        match portion.next {
            Some(next) => before = Some(next),
            None => break,
        }
    }

    assert_eq!((ids.len(), portions), (300, 2), "a creation and an assertion each");
    assert!(ids.is_sorted_by(|one, other| one > other));
}
