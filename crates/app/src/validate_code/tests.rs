use countersign_domain::claim::{Channel, ClaimFamily};
use countersign_domain::{ChangeId, SignedDuration};
use serde_json::Value;

use super::*;
use crate::contact_edit::EditOutcome;
use crate::sample::Sample;

/// Administrators may enter codes.
fn start() -> Sample {
    Sample::start_with(|file| file.connector.mobile_by_privileged = true)
}

/// `number` waits: the change, and the code that was sent to it.
async fn waits(sample: &Sample, user: UserId, number: &str) -> (ChangeId, String) {
    let app = &sample.app;
    let edited = app.set_primary(&sample.admin(), user, ClaimFamily::Mobile, number).await.unwrap();
    let EditOutcome::Waits { change, .. } = edited.outcome else { panic!("{:?}", edited.outcome) };
    let messages = app.store().lease(Channel::Sms, 100, SignedDuration::from_mins(1)).await.unwrap();
    let message = messages.iter().rev().find(|message| message.change == Some(change)).unwrap();
    let secrets = app.keys.seal.open(message.id, message.sealed.as_deref().unwrap()).unwrap();
    let secrets: Value = serde_json::from_slice(&secrets).unwrap();
    (change, secrets["confirmation-code"].as_str().unwrap().to_owned())
}

async fn enter(sample: &Sample, user: UserId, change: ChangeId, code: &str) -> Result<(), CodeError> {
    sample.app.validate_code_of(&sample.admin(), user, change, &Presented::code(code)).await
}

/// SEC-4, SEC-5, D-17: on the page of one user's change the code is compared with that change alone: another user's code is
/// wrong, and stays good; the right one puts the number in force, on record as the administrator's.
#[tokio::test]
async fn a_code_typed_for_a_user_proves_his_change_alone() {
    let sample = start();
    let (bob, kim) = (sample.person("bob", None, false).await, sample.person("kim", None, false).await);
    let (bobs, code) = waits(&sample, bob, "0777777777").await;
    let (kims, other) = waits(&sample, kim, "0777777778").await;

    let of_kim = enter(&sample, bob, bobs, &other).await;
    let elsewhere = enter(&sample, kim, bobs, &code).await;
    let right = enter(&sample, bob, bobs, &code).await;

    assert!(matches!(of_kim, Err(CodeError::Invalid)), "{of_kim:?}");
    assert!(matches!(elsewhere, Err(CodeError::Invalid)), "{elsewhere:?}");
    assert!(right.is_ok(), "{right:?}");
    enter(&sample, kim, kims, &other).await.unwrap();
    let change = sample.app.change(&sample.admin(), crate::Viewer::Privileged, bobs).await.unwrap().unwrap();
    let ended = sample.app.change_ended(&sample.admin(), &change).await.unwrap().unwrap();
    assert_eq!((ended.state, ended.by.unwrap().display.as_str()), ("proven", "admin"));
}

/// `verification.md` §4.2: only with `enable_verification_by_privileged_user`; the code stays valid.
#[tokio::test]
async fn codes_are_entered_for_others_only_where_it_is_switched_on() {
    let sample = Sample::start();
    let bob = sample.person("bob", None, false).await;
    let (change, code) = waits(&sample, bob, "0777777777").await;

    let refused = enter(&sample, bob, change, &code).await;

    assert!(matches!(refused, Err(CodeError::PrivilegedDisabled)), "{refused:?}");
    sample.app.validate_own_code(&sample.owner(bob), bob, &Presented::code(&code)).await.unwrap();
}

/// SEC-9, SEC-5: wrong codes use up the code's attempts, and the administrator's own; over his budget the right one gets the
/// same answer.
#[tokio::test]
async fn wrong_codes_typed_for_a_user_are_counted_twice() {
    let sample = start();
    let (bob, kim) = (sample.person("bob", None, false).await, sample.person("kim", None, false).await);
    let (bobs, _) = waits(&sample, bob, "0777777777").await;
    let (kims, code) = waits(&sample, kim, "0777777778").await;

    for _ in 0..5 {
        let wrong = enter(&sample, bob, bobs, "123ABC").await;
        assert!(matches!(wrong, Err(CodeError::Invalid)), "{wrong:?}");
    }
    let left = sample.app.change(&sample.admin(), crate::Viewer::Privileged, bobs).await.unwrap().unwrap();
    let over = enter(&sample, kim, kims, &code).await;

    assert_eq!(left.attempts_left, 0);
    assert!(matches!(over, Err(CodeError::Refused(Refusal::TooManyRequests { .. }))), "{over:?}");
    sample.clock.advance(SignedDuration::from_mins(3));
    sample.app.validate_own_code(&sample.owner(kim), kim, &Presented::code(&code)).await.unwrap();
}

/// A code of a change that was replaced proves nothing, also not what took its place; an expired one says so.
#[tokio::test]
async fn a_code_of_an_ended_change_proves_nothing() {
    let sample = start();
    let bob = sample.person("bob", None, false).await;
    let (first, old) = waits(&sample, bob, "0777777777").await;
    sample.clock.advance(SignedDuration::from_mins(1));
    let (second, new) = waits(&sample, bob, "0777777778").await;

    let replaced = enter(&sample, bob, first, &new).await;
    let stale = enter(&sample, bob, second, &old).await;
    sample.clock.advance(SignedDuration::from_mins(6));
    let expired = enter(&sample, bob, second, &new).await;

    assert!(matches!(replaced, Err(CodeError::Invalid)), "{replaced:?}");
    assert!(matches!(stale, Err(CodeError::Invalid)), "{stale:?}");
    assert!(matches!(expired, Err(CodeError::Expired)), "{expired:?}");
}
