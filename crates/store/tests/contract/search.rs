//! Finding users: what filters and orders mean, and that pages neither lose nor repeat anybody.

mod differential;
mod paging;
mod reference;

use countersign_domain::profile::{Entry, Label, Profile};
use countersign_domain::{SignedDuration, UserId};
use countersign_scim::filter::Filter;
use countersign_scim::list::Sort;
use countersign_scim::schema::{Dialect, Name, user};
use countersign_store::{Place, SearchError, UserPage, UserQuery};
use serde_json::json;
use uuid::Uuid;

use crate::builder::{email, holding, mobile, profile};
use crate::database::{House, for_each_database};

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

pub(super) fn filter(text: &str) -> Option<Filter> {
    let parsed = |text: &str| Filter::parse(text, user(Dialect::Strict));
    (!text.is_empty()).then(|| parsed(text).unwrap_or_else(|error| panic!("{text}: {error}")))
}

/// `title`, or `-title` for largest first; nothing for the order of creation.
pub(super) fn sort(text: &str) -> Option<Sort> {
    let (is_descending, name) = text.strip_prefix('-').map_or((false, text), |name| (true, name));
    match user(Dialect::Strict).resolve(name)? {
        Name::Attribute(by) => Some(Sort { by, is_descending }),
        Name::Schema(_) => None,
    }
}

pub(super) fn ids(page: &UserPage) -> Vec<UserId> {
    page.users.iter().map(|view| view.user.id).collect()
}

pub(super) async fn search(
    house: &House,
    asked: &str,
    by: &str,
    place: Place,
    limit: u64,
) -> Result<UserPage, SearchError> {
    let query = UserQuery { filter: filter(asked), sort: sort(by), place, limit };
    house.store.users(&house.tenant, query).await
}

async fn find(house: &House, asked: &str, offset: u64, limit: u64) -> (u64, Vec<UserId>) {
    let page = search(house, asked, "", Place::Offset(offset), limit).await.unwrap();
    (page.total, ids(&page))
}

/// The names of all who match, in this order.
async fn names(house: &House, asked: &str, by: &str) -> Vec<String> {
    let page = search(house, asked, by, Place::Offset(0), 1_000).await.unwrap();
    assert_eq!(page.total, page.users.len() as u64, "{asked}");
    page.users.into_iter().map(|view| view.user.profile.user_name).collect()
}

fn with(mut profile: Profile, name: &str, value: serde_json::Value) -> Profile {
    profile.attributes.insert(name.to_owned(), value);
    profile
}

/// SCIM-50, SCIM-66: the total counts all, the page is cut in order of creation.
#[tokio::test(flavor = "multi_thread")]
async fn everybody_is_listed_in_order_of_creation_page_by_page() {
    for_each_database(async |house| {
        let mut created = Vec::new();
        for number in 0..7 {
            created.push(house.user(profile(&format!("user{}", 9 - number))).await);
            house.clock.advance(SignedDuration::from_millis(1));
        }

        assert_eq!(find(&house, "", 0, 3).await, (7, created[..3].to_vec()));
        assert_eq!(find(&house, "", 3, 9).await, (7, created[3..].to_vec()));
        assert_eq!(find(&house, "", 0, 0).await, (7, vec![]));
        assert_eq!(find(&house, "", 99, 9).await, (7, vec![]));
        assert_eq!(find(&house, "", u64::MAX, 9).await, (7, vec![]));
    })
    .await;
}

/// SCIM-53, SCIM-59, D-9.
#[tokio::test(flavor = "multi_thread")]
async fn equalities_find_users_as_the_attribute_compares() {
    for_each_database(async |house| {
        let mut listed = holding(profile("Ann"), email("Ann@Example.com"));
        listed
            .contacts
            .email
            .others
            .push(Entry { value: "Desk@Example.com".to_owned(), label: Label::default() });
        let ann = house.user(with(listed, "externalId", json!("A-1"))).await;
        let bob = house.user(holding(profile("bob"), mobile("+94 77 123 4567"))).await;

        let cases = [
            (format!("id eq \"{ann}\""), vec![ann]),
            (format!("id eq \"{}\"", Uuid::nil()), vec![]),
            (format!("id eq \"{}\"", ann.to_string().to_uppercase()), vec![]),
            ("id eq \"nonsense\"".to_owned(), vec![]),
            (format!("id eq \"{ann}\" and userName eq \"bob\""), vec![]),
            (format!("id eq \"{ann}\" or userName eq \"BOB\""), vec![ann, bob]),
            ("userName eq \"ANN\"".to_owned(), vec![ann]),
            ("emails eq \"ANN@example.com\"".to_owned(), vec![ann]),
            ("emails.value eq \"desk@EXAMPLE.com\"".to_owned(), vec![ann]),
            ("emails eq \"nobody@example.com\"".to_owned(), vec![]),
            ("phoneNumbers eq \"+94771234567\"".to_owned(), vec![bob]),
            ("phoneNumbers sw \"+94 (77)\"".to_owned(), vec![bob]),
            ("phoneNumbers co \"23-45\"".to_owned(), vec![bob]),
            ("externalId eq \"A-1\"".to_owned(), vec![ann]),
            ("externalId eq \"a-1\"".to_owned(), vec![]),
            ("emails eq \"ann@example.com\" and externalId eq \"A-1\"".to_owned(), vec![ann]),
            ("emails eq \"ann@example.com\" and userName eq \"bob\"".to_owned(), vec![]),
        ];
        for (asked, found) in cases {
            assert_eq!(find(&house, &asked, 0, 9).await, (found.len() as u64, found), "{asked}");
        }
    })
    .await;
}

/// SCIM-51 … SCIM-58: what an index answers and what is judged mean the same.
#[tokio::test(flavor = "multi_thread")]
async fn filters_mean_what_the_language_says() {
    for_each_database(async |house| {
        let mut ann = with(holding(profile("Ann"), email("ann@example.com")), "title", json!("Ärztin"));
        ann.contacts.email.others.push(Entry {
            value: "ann@work.example".to_owned(),
            label: Label { kind: Some("work".to_owned()), ..Label::default() },
        });
        ann = with(ann, ENTERPRISE, json!({"department": "R&D", "manager": {"value": "M-1"}}));
        house.user(ann).await;
        house.clock.advance(SignedDuration::from_secs(1));
        // Who is not said to be inactive is active.
        house.user(Profile { active: None, ..with(profile("bob"), "title", json!("")) }).await;
        let carl = with(profile("carl"), "name", json!({"familyName": "O'Neil", "givenName": "Carl"}));
        house.user(Profile { active: Some(false), ..carl }).await;

        let department = format!("{ENTERPRISE}:department eq \"r&d\"");
        let manager = format!("{ENTERPRISE}:manager eq \"M-1\"");
        let cases = [
            ("title eq \"ÄRZTIN\"", "Ann"),
            ("title sw \"är\"", "Ann"),
            ("title ew \"TIN\"", "Ann"),
            ("title pr", "Ann"),
            ("not (title pr)", "bob carl"),
            ("title eq \"\"", "bob"),
            ("title ne \"ärztin\"", "bob carl"),
            ("title eq null", "bob carl"),
            ("title ge \"\" and title lt \"b\"", "bob"),
            ("active eq true", "Ann bob"),
            ("active eq true and title ew \"\"", "Ann bob"),
            ("active pr and nickName co \"x\" or active pr and title co \"\"", "Ann bob"),
            ("active eq false", "carl"),
            ("not (active eq false) and userName ne \"bob\"", "Ann"),
            ("emails pr", "Ann"),
            ("not (emails pr) and active eq true", "bob"),
            ("emails ne \"ann@example.com\"", "Ann bob carl"),
            ("emails[type eq \"work\" and value eq \"ann@work.example\"]", "Ann"),
            ("emails[type eq \"work\" and value eq \"ann@example.com\"]", ""),
            ("emails[type eq \"work\"].value ew \"example\"", "Ann"),
            ("not (emails[type eq \"work\"])", "bob carl"),
            ("name.familyName co \"neil\" or title pr", "Ann carl"),
            ("name.familyName eq \"o'neil\" and name.givenName eq \"carl\"", "carl"),
            (department.as_str(), "Ann"),
            (manager.as_str(), "Ann"),
            ("displayName sw \"b\" or displayName sw \"c\"", "bob carl"),
            ("nickName pr", ""),
            ("not (nickName pr) and userName lt \"b\"", "Ann"),
            ("meta.created eq \"2026-01-02T03:04:05.678Z\"", "Ann"),
            ("meta.created gt \"2026-01-02T03:04:05.678Z\"", "bob carl"),
            ("meta.created le \"2026-01-02T04:04:05.678+01:00\"", "Ann"),
            ("meta.lastModified ge \"2026-01-02T03:04:06.678Z\"", "bob carl"),
            ("meta.resourceType eq \"User\" and active eq false", "carl"),
            ("meta.resourceType eq \"Group\"", ""),
        ];
        for (asked, found) in cases {
            assert_eq!(names(&house, asked, "").await.join(" "), found, "{asked}");
        }
    })
    .await;
}

/// SCIM-65: by the attribute's own comparison, what is unassigned last, turned round as a whole.
#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_the_attributes_own_and_whole() {
    for_each_database(async |house| {
        let titled = |name: &str, title: &str| with(profile(name), "title", json!(title));
        for profile in [
            titled("Dora", "b"),
            profile("carl"),
            titled("Bob", "A"),
            holding(titled("ann", "B"), email("z@example.com")),
            holding(profile("ed"), email("A@example.com")),
        ] {
            house.user(profile).await;
            house.clock.advance(SignedDuration::from_micros(1));
        }

        let cases = [
            ("userName", "ann Bob carl Dora ed"),
            ("-userName", "ed Dora carl Bob ann"),
            ("title", "Bob Dora ann carl ed"),
            ("-title", "ed carl ann Dora Bob"),
            ("emails.value", "ed ann Dora carl Bob"),
            ("meta.created", "Dora carl Bob ann ed"),
            ("-meta.created", "ed ann Bob carl Dora"),
            ("nickName", "Dora carl Bob ann ed"),
            ("active", "Dora carl Bob ann ed"),
        ];
        for (by, found) in cases {
            for asked in ["", "userName pr", "userName co \"\""] {
                assert_eq!(names(&house, asked, by).await.join(" "), found, "{asked} by {by}");
            }
        }
        assert_eq!(names(&house, "title pr", "-title").await.join(" "), "ann Dora Bob");
        assert_eq!(names(&house, "displayName co \"o\"", "title").await.len(), 5);
    })
    .await;
}

/// What is no longer there is no longer found.
#[tokio::test(flavor = "multi_thread")]
async fn a_changed_value_is_found_under_the_new_one_only() {
    for_each_database(async |house| {
        let user = house.user(holding(profile("bob"), email("old@example.com"))).await;

        let seen = house.snapshot(user).await;
        house
            .commit(house.rewriting(&seen, holding(profile("robert"), email("new@example.com"))))
            .await
            .unwrap();

        for (text, found) in [("old@example.com", 0), ("new@example.com", 1)] {
            assert_eq!(find(&house, &format!("emails eq \"{text}\""), 0, 9).await.0, found);
        }
        assert_eq!(house.store.user_id_by_name(&house.tenant, "bob").await.unwrap(), None);
        assert_eq!(house.store.user_id_by_name(&house.tenant, "robert").await.unwrap(), Some(user));
        let seen = house.snapshot(user).await;
        house.commit(house.deleting(&seen)).await.unwrap();
        for asked in ["", "emails pr", "userName co \"\"", "displayName sw \"r\""] {
            assert_eq!(find(&house, asked, 0, 9).await, (0, vec![]), "{asked}");
        }
    })
    .await;
}

/// SCIM-50: the count of everybody is exact whatever came between, and a refused commit does not move it.
#[tokio::test(flavor = "multi_thread")]
async fn the_total_is_exact_after_creations_deletions_and_refusals() {
    for_each_database(async |house| {
        let creations: Vec<_> = (0..40).map(|n| house.creating(profile(&format!("user{n}"))).1).collect();
        assert!(house.commit_together(creations).await.iter().all(Result::is_ok));
        assert!(house.commit(house.creating(profile("USER7")).1).await.is_err());
        let first = find(&house, "", 0, 40).await.1;
        let mut deletions = Vec::new();
        for user in &first[..10] {
            let seen = house.snapshot(*user).await;
            deletions.extend([house.deleting(&seen), house.deleting(&seen)]);
        }

        house.commit_together(deletions).await;

        assert_eq!(find(&house, "", 0, 40).await, (30, first[10..].to_vec()));
        assert_eq!(find(&house, "active eq true", 0, 0).await.0, 30);
    })
    .await;
}

/// A value of any length can be written and is told apart by a filter.
#[tokio::test(flavor = "multi_thread")]
async fn a_value_longer_than_a_key_is_stored_and_found() {
    for_each_database(async |house| {
        let long = |end: &str| format!("{}{end}", "ü".repeat(2_000));
        for (name, end) in [("ann", "a"), ("bob", "b")] {
            house.user(with(profile(name), "title", json!(long(end)))).await;
        }

        assert_eq!(names(&house, &format!("title eq \"{}\"", long("B")), "").await.join(" "), "bob");
        assert_eq!(names(&house, &format!("title sw \"{}\"", "Ü".repeat(1_500)), "").await.len(), 2);
        assert_eq!(names(&house, "title sw \"ÜÜ\"", "title").await.join(" "), "ann bob");
    })
    .await;
}

/// DESIGN §1: pending is shown beside what is held; SEC-42: it is not what a search looks at.
#[tokio::test(flavor = "multi_thread")]
async fn a_view_shows_what_waits_beside_what_is_held() {
    for_each_database(async |house| {
        let user = house.user(holding(profile("bob"), email("old@example.com"))).await;
        house.begun(user, &email("New@example.com")).await;
        house.begun(user, &mobile("+94771234567")).await;

        let view = house.store.user_view(&house.tenant, user).await.unwrap().unwrap();

        assert_eq!(view.user, house.snapshot(user).await.user);
        assert_eq!(view.pending.email, Some(email("New@example.com")));
        assert_eq!(view.pending.mobile, Some(mobile("+94771234567")));
        for asked in [format!("id eq \"{user}\""), "emails co \"old\"".to_owned(), String::new()] {
            let page = search(&house, &asked, "", Place::Offset(0), 1).await.unwrap();
            assert_eq!(page.users, std::slice::from_ref(&view), "{asked}");
        }
        let system = "urn:scim:wso2:schema";
        for asked in
            [format!("{system}:pendingEmails.value co \"new\""), format!("{system}:pendingMobileNumber pr")]
        {
            assert_eq!(find(&house, &asked, 0, 9).await.0, 0, "{asked}");
        }
        assert_eq!(house.store.user_view(&house.tenant, UserId::new(Uuid::nil())).await.unwrap(), None);
    })
    .await;
}
