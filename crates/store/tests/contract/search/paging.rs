//! Pages: by position, and by places that hold while others come and go.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};

use countersign_domain::SignedDuration;
use countersign_domain::UserId;
use countersign_domain::profile::Profile;
use countersign_store::{Place, Spot};
use serde_json::json;

use super::{ids, search};
use crate::builder::profile;
use crate::database::{House, for_each_database};

const ORDERS: [&str; 8] =
    ["", "userName", "-userName", "title", "-title", "-meta.created", "id", "emails.value"];

fn titled(number: usize) -> Profile {
    let mut profile = profile(&format!("user{:03}", number * 37 % 101));
    if !number.is_multiple_of(4) {
        profile.attributes.insert("title".to_owned(), json!(format!("T{}", number % 3)));
    }
    profile
}

async fn fill(house: &House, users: usize) -> Vec<UserId> {
    let mut created = Vec::new();
    for number in 0..users {
        created.push(house.user(titled(number)).await);
        house.clock.advance(SignedDuration::from_millis(3));
    }
    created
}

/// Walks all pages from the first to the last, and back again.
async fn walk(house: &House, asked: &str, by: &str, size: u64) -> Vec<UserId> {
    let mut seen: Vec<Vec<UserId>> = Vec::new();
    let mut place = Place::Offset(0);
    let back: Option<Spot> = loop {
        let page = search(house, asked, by, place, size).await.unwrap();
        assert!(page.users.len() as u64 <= size);
        assert_eq!(page.previous.is_some(), !seen.is_empty() && !page.users.is_empty());
        seen.push(ids(&page));
        match page.next {
            Some(next) => place = Place::After(next),
            None => break page.previous,
        }
    };
    let mut turned = seen.len().saturating_sub(1);
    let mut back = back;
    while let Some(spot) = back {
        let page = search(house, asked, by, Place::Before(spot), size).await.unwrap();
        turned -= 1;
        assert_eq!(ids(&page), seen[turned], "page {turned} by {by}");
        assert!(page.next.is_some());
        back = page.previous;
    }
    assert_eq!(turned, 0);
    seen.concat()
}

/// SCIM-67, SCIM-65: whatever the order, a walk shows everybody once, forwards and backwards, as one page would.
#[tokio::test(flavor = "multi_thread")]
async fn a_walk_by_places_shows_everybody_once_in_any_order() {
    for_each_database(async |house| {
        fill(&house, 23).await;

        for by in ORDERS {
            for asked in ["", "title pr", "active eq true", "userName co \"1\"", "title eq \"t1\""] {
                let whole = ids(&search(&house, asked, by, Place::Offset(0), 1_000).await.unwrap());
                assert_eq!(walk(&house, asked, by, 5).await, whole, "{asked} by {by}");
                let mut cut = Vec::new();
                for offset in (0..25).step_by(4) {
                    cut.extend(ids(&search(&house, asked, by, Place::Offset(offset), 4).await.unwrap()));
                }
                assert_eq!(cut, whole, "{asked} by {by}, by position");
            }
        }
    })
    .await;
}

/// SCIM-68: who is there all the time is shown exactly once, while others come and go.
#[tokio::test(flavor = "multi_thread")]
async fn a_walk_neither_skips_nor_repeats_while_others_come_and_go() {
    for_each_database(async |house| {
        let kept: BTreeSet<UserId> = fill(&house, 40).await.into_iter().collect();
        let done = AtomicBool::new(false);

        let writing = async {
            let mut number = 1_000;
            let mut passing: Vec<UserId> = Vec::new();
            while !done.load(Ordering::Relaxed) {
                let mut come = titled(number);
                come.user_name = format!("{}{number}", come.user_name);
                passing.push(house.user(come).await);
                if number.is_multiple_of(3) {
                    let gone = passing.swap_remove(passing.len() / 2);
                    let seen = house.snapshot(gone).await;
                    house.commit(house.deleting(&seen)).await.unwrap();
                }
                number += 1;
            }
        };
        let walking = async {
            for by in ORDERS {
                for asked in ["", "displayName co \"user\""] {
                    let (mut place, mut seen) = (Place::Offset(0), Vec::new());
                    loop {
                        let page = search(&house, asked, by, place, 7).await.unwrap();
                        seen.extend(ids(&page).into_iter().filter(|user| kept.contains(user)));
                        // Newcomers at the end could keep a walk going for ever.
                        match page.next.filter(|_| seen.len() < kept.len()) {
                            Some(next) => place = Place::After(next),
                            None => break,
                        }
                    }
                    let once: BTreeSet<UserId> = seen.iter().copied().collect();
                    assert_eq!(seen.len(), once.len(), "{by}: somebody is repeated");
                    assert_eq!(once, kept, "{by}: somebody is skipped");
                }
            }
            done.store(true, Ordering::Relaxed);
        };
        tokio::join!(writing, walking);
    })
    .await;
}
