//! One clock, owned by the store (REL-13, I16).

use countersign_domain::SignedDuration;

use crate::builder::profile;
use crate::database::for_each_database;

#[tokio::test(flavor = "multi_thread")]
async fn the_time_of_a_snapshot_never_goes_back() {
    for_each_database(async |house| {
        let user = house.user(profile("bob")).await;
        let before = house.snapshot(user).await.now;

        house.clock.advance(SignedDuration::from_hours(-48));
        assert_eq!(house.snapshot(user).await.now, before);
        assert_eq!(house.store.now().await.unwrap(), before);

        house.clock.advance(SignedDuration::from_hours(48));
        house.clock.advance(SignedDuration::from_micros(1));
        assert_eq!(house.snapshot(user).await.now, before + SignedDuration::from_micros(1));
    })
    .await;
}

/// What is stored is what was decided on: no part of a time is finer than the databases keep it.
#[tokio::test(flavor = "multi_thread")]
async fn the_time_has_whole_microseconds() {
    for_each_database(async |house| {
        house.clock.advance(SignedDuration::from_nanos(1_999));

        let now = house.store.now().await.unwrap();

        assert_eq!(now.as_nanosecond() % 1_000, 0);
    })
    .await;
}
