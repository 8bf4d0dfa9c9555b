//! Groups: what a commit does to them and their members, and what is read of them (scim.md §10).

use countersign_domain::groups::{
    ExternalId, Group, GroupName, MemberChange, MemberKind, MemberRefusal, Membership, RefusedMember,
};
use countersign_domain::{GroupId, MemberId, SignedDuration, UserId};
use countersign_scim::filter::Filter;
use countersign_scim::list::Sort;
use countersign_scim::schema::{Dialect, Name, group as groups, user as schema};
use countersign_store::{
    Commit, CommitError, GroupPage, GroupQuery, GroupStep, GroupUpdate, NewGroup, Place, TakenClaim,
    UserQuery,
};

use crate::builder::profile;
use crate::database::{House, for_each_database};

pub(crate) fn user(id: UserId) -> MemberId {
    MemberId::new(id.uuid())
}

pub(crate) fn group(id: GroupId) -> MemberId {
    MemberId::new(id.uuid())
}

fn named(name: &str) -> GroupName {
    GroupName::parse(name).unwrap()
}

pub(crate) fn adding(members: &[MemberId]) -> MemberChange {
    MemberChange::Delta { add: members.to_vec(), remove: Vec::new() }
}

fn removing(members: &[MemberId]) -> MemberChange {
    MemberChange::Delta { add: Vec::new(), remove: members.to_vec() }
}

/// An update that changes nothing yet.
fn updating(id: GroupId) -> GroupUpdate {
    GroupUpdate {
        id,
        revision: None,
        name: None,
        is_name_unique: true,
        external_id: ExternalId::Keep,
        members: MemberChange::Keep,
    }
}

impl House {
    pub(crate) fn founding(&self, name: &str, members: &[MemberId]) -> (GroupId, Commit) {
        let id = GroupId::new(self.id());
        let new = NewGroup {
            id,
            name: named(name),
            is_name_unique: true,
            external_id: Some(format!("ext {name}")),
            members: members.to_vec(),
        };
        (id, Commit { group: GroupStep::Insert(Box::new(new)), ..self.nothing() })
    }

    pub(crate) async fn founded(&self, name: &str, members: &[MemberId]) -> GroupId {
        let (id, commit) = self.founding(name, members);
        self.commit(commit).await.unwrap();
        id
    }

    fn regrouping(&self, update: GroupUpdate) -> Commit {
        Commit { group: GroupStep::Update(Box::new(update)), ..self.nothing() }
    }

    pub(crate) fn moving(&self, id: GroupId, members: MemberChange) -> Commit {
        self.regrouping(GroupUpdate { members, ..updating(id) })
    }

    async fn group(&self, id: GroupId) -> Group {
        self.store.group(&self.tenant, id).await.unwrap().unwrap()
    }

    async fn members(&self, id: GroupId) -> Vec<MemberId> {
        let members = self.store.members_of(&self.tenant, &[id], false, u64::MAX).await.unwrap();
        members.into_iter().map(|(_, member)| member.id).collect()
    }

    async fn memberships(&self, user: UserId) -> Vec<Membership> {
        self.store.user_view(&self.tenant, user).await.unwrap().unwrap().groups
    }

    pub(crate) async fn groups(&self, filter: &str, by: &str, place: Place, limit: u64) -> GroupPage {
        let parsed = (!filter.is_empty()).then(|| Filter::parse(filter, groups(Dialect::Strict)).unwrap());
        let (by, is_descending) = by.strip_prefix('-').map_or((by, false), |by| (by, true));
        let sort = match groups(Dialect::Strict).resolve(by) {
            Some(Name::Attribute(by)) => Some(Sort { by, is_descending }),
            _ => None,
        };
        let query = GroupQuery { filter: parsed, sort, dialect: Dialect::Strict, place, limit };
        self.store.groups(&self.tenant, query).await.unwrap()
    }

    async fn finding(&self, filter: &str, by: &str) -> Vec<GroupId> {
        let page = self.groups(filter, by, Place::Offset(0), 100).await;
        assert_eq!(page.total, page.groups.len() as u64);
        ids(&page)
    }

    async fn is_sound(&self) {
        assert_eq!(self.store.invariants(&self.tenant).await.unwrap().violations, []);
    }
}

fn ids(page: &GroupPage) -> Vec<GroupId> {
    page.groups.iter().map(|group| group.id).collect()
}

/// In the order of their ids, which is not the order they were made in while the clock stands still.
fn sorted<T: Ord + Clone>(ids: &[T]) -> Vec<T> {
    let mut ids = ids.to_vec();
    ids.sort();
    ids
}

fn refused(position: usize, why: MemberRefusal) -> RefusedMember {
    RefusedMember { position, why }
}

fn member_refusal(outcome: Result<(), CommitError>) -> RefusedMember {
    match outcome {
        Err(CommitError::Member(refused)) => refused,
        other => panic!("{other:?}"),
    }
}

/// SCIM-95, SCIM-31: a group as it was made, and its members beside it.
#[tokio::test(flavor = "multi_thread")]
async fn a_group_is_read_as_it_was_made() {
    for_each_database(async |house| {
        let bob = house.user(profile("bob")).await;
        let inner = house.founded("Inner", &[]).await;
        let outer = house.founded("Outer", &[user(bob), group(inner)]).await;

        let read = house.group(outer).await;
        assert_eq!((read.name.as_str(), read.external_id.as_deref()), ("Outer", Some("ext Outer")));
        assert_eq!((read.revision, read.version), (1, 1));
        assert_eq!((read.created, read.last_modified), (house.now(), house.now()));
        let members = house.store.members_of(&house.tenant, &[outer], true, u64::MAX).await.unwrap();
        let told: Vec<_> =
            members.iter().map(|(_, m)| (m.id, m.kind, m.display.as_deref().unwrap())).collect();
        let expected = [(user(bob), MemberKind::User, "bob"), (group(inner), MemberKind::Group, "Inner")];
        assert_eq!(told, sorted(&expected));
        assert_eq!(house.store.members_of(&house.tenant, &[outer], false, 1).await.unwrap().len(), 1);
        assert_eq!(house.store.group(&house.tenant, GroupId::new(house.id())).await.unwrap(), None);
    })
    .await;
}

/// pages.md §5, Groups: members are walked page by page, each met once with his name; counting ends where it is told to.
#[tokio::test(flavor = "multi_thread")]
async fn members_are_walked_page_by_page() {
    for_each_database(async |house| {
        let mut members = Vec::new();
        for number in 0..5 {
            members.push(user(house.user(profile(&format!("user{number}"))).await));
        }
        let (sales, empty) = (house.founded("Sales", &members).await, house.founded("Empty", &[]).await);
        let page =
            async |after, limit| house.store.members_page(&house.tenant, sales, after, limit).await.unwrap();

        let first = page(None, 3).await;
        let rest = page(Some(first[2].id), 3).await;
        let counts = house.store.member_counts(&house.tenant, &[sales, empty], 4).await.unwrap();

        let walked: Vec<_> = first.iter().chain(&rest).map(|member| member.id).collect();
        assert_eq!((first.len(), walked), (3, sorted(&members)));
        assert!(rest.iter().all(|member| member.display.as_deref().unwrap().starts_with("user")));
        assert!(page(Some(rest[1].id), 3).await.is_empty());
        assert_eq!(sorted(&counts), sorted(&[(sales, 4), (empty, 0)]));
    })
    .await;
}

/// SCIM-31, SCIM-78, SCIM-99: version and `lastModified` move when something changed, and only then.
#[tokio::test(flavor = "multi_thread")]
async fn a_group_moves_only_when_something_changed() {
    for_each_database(async |house| {
        let (bob, kim) = (house.user(profile("bob")).await, house.user(profile("kim")).await);
        let sales = house.founded("Sales", &[user(bob)]).await;
        let nobody = MemberId::new(house.id());
        let same = GroupUpdate {
            name: Some(named("Sales")),
            external_id: ExternalId::Set("ext Sales".to_owned()),
            ..updating(sales)
        };
        let idle = [
            house.moving(sales, adding(&[user(bob)])),
            house.moving(sales, removing(&[user(kim), nobody])),
            house.moving(sales, MemberChange::Replace(vec![user(bob), user(bob)])),
            house.regrouping(same),
        ];
        house.clock.advance(SignedDuration::from_secs(1));
        for commit in idle {
            house.commit(commit).await.unwrap();
            let seen = house.group(sales).await;
            assert_eq!((seen.version, seen.last_modified), (1, seen.created));
        }

        let renamed = GroupUpdate { name: Some(named("sales")), ..updating(sales) };
        let unlabelled = GroupUpdate { external_id: ExternalId::Clear, ..updating(sales) };
        let moves = [
            house.moving(sales, adding(&[user(kim)])),
            house.moving(sales, removing(&[user(bob)])),
            house.moving(sales, MemberChange::Replace(vec![user(bob)])),
            house.regrouping(renamed),
            house.regrouping(unlabelled),
        ];
        for (moved, commit) in moves.into_iter().enumerate() {
            house.commit(Commit { at: house.now(), ..commit }).await.unwrap();
            let seen = house.group(sales).await;
            assert_eq!((seen.version, seen.last_modified), (moved as u64 + 2, house.now()));
        }
        let seen = house.group(sales).await;
        assert_eq!((seen.name.as_str(), seen.external_id), ("sales", None));
        assert_eq!(house.members(sales).await, [user(bob)]);
    })
    .await;
}

/// SCIM-86: replacing leaves exactly who was named.
#[tokio::test(flavor = "multi_thread")]
async fn replacing_leaves_exactly_who_was_named() {
    for_each_database(async |house| {
        let mut people = Vec::new();
        for number in 0..6 {
            people.push(user(house.user(profile(&format!("user{number}"))).await));
        }
        let sales = house.founded("Sales", &people[..4]).await;

        house.commit(house.moving(sales, MemberChange::Replace(people[2..].to_vec()))).await.unwrap();
        assert_eq!(house.members(sales).await, sorted(&people[2..]));

        house.commit(house.moving(sales, MemberChange::Replace(Vec::new()))).await.unwrap();
        assert_eq!(house.members(sales).await, []);
    })
    .await;
}

/// SCIM-99, SCIM-77: an unknown member refuses the whole commit, and is named by its place.
#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_member_refuses_the_whole_commit() {
    for_each_database(async |house| {
        let (bob, kim) = (house.user(profile("bob")).await, house.user(profile("kim")).await);
        let sales = house.founded("Sales", &[user(bob)]).await;
        let nobody = MemberId::new(house.id());
        let wanted = vec![user(bob), user(kim), nobody, MemberId::new(house.id())];

        let delta = MemberChange::Delta { add: wanted.clone(), remove: vec![] };
        for change in [delta, MemberChange::Replace(wanted.clone())] {
            let outcome = house.commit(house.moving(sales, change)).await;
            assert_eq!(member_refusal(outcome), refused(2, MemberRefusal::Unknown));
        }
        let (_, founding) = house.founding("Other", &wanted);
        assert_eq!(member_refusal(house.commit(founding).await), refused(2, MemberRefusal::Unknown));

        assert_eq!(house.members(sales).await, [user(bob)]);
        assert_eq!(house.group(sales).await.version, 1);
        assert_eq!(house.finding("", "").await, [sales]);
    })
    .await;
}

/// SCIM-98: adding to one group at once conflicts with nobody, and nobody is lost.
#[tokio::test(flavor = "multi_thread")]
async fn concurrent_additions_all_land() {
    for_each_database(async |house| {
        let sales = house.founded("Sales", &[]).await;
        let mut commits = Vec::new();
        let mut everybody = Vec::new();
        for number in 0..40 {
            let person = user(house.user(profile(&format!("user{number}"))).await);
            everybody.push(person);
            commits.push(house.moving(sales, adding(&[person])));
        }

        let outcomes = house.commit_together(commits).await;

        assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
        everybody.sort();
        assert_eq!(house.members(sales).await, everybody);
        assert_eq!(house.group(sales).await.version, 41);
    })
    .await;
}

/// SCIM-34, SCIM-33: of two who insist on one revision, one wins.
#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_insist_on_a_revision_one_wins() {
    for_each_database(async |house| {
        let sales = house.founded("Sales", &[]).await;
        let mut commits = Vec::new();
        for number in 0..8 {
            let person = user(house.user(profile(&format!("user{number}"))).await);
            let update = GroupUpdate { revision: Some(1), members: adding(&[person]), ..updating(sales) };
            commits.push(house.regrouping(update));
        }

        let outcomes = house.commit_together(commits).await;

        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
        assert!(outcomes.iter().all(|o| matches!(o, Ok(()) | Err(CommitError::Conflict))));
        assert_eq!(house.members(sales).await.len(), 1);
        let gone = house.moving(GroupId::new(house.id()), MemberChange::Keep);
        assert!(matches!(house.commit(gone).await, Err(CommitError::Conflict)));
    })
    .await;
}

/// SCIM-95: a group is not in itself, however far down.
#[tokio::test(flavor = "multi_thread")]
async fn a_loop_of_groups_is_refused() {
    for_each_database(async |house| {
        let bob = house.user(profile("bob")).await;
        let c = house.founded("C", &[]).await;
        let b = house.founded("B", &[group(c)]).await;
        let a = house.founded("A", &[group(b)]).await;

        for (into, who) in [(a, a), (b, a), (c, a), (c, b)] {
            let outcome = house.commit(house.moving(into, adding(&[user(bob), group(who)]))).await;
            assert_eq!(member_refusal(outcome), refused(1, MemberRefusal::Loop));
        }
        house.commit(house.moving(a, adding(&[group(c)]))).await.unwrap();

        assert_eq!(house.members(c).await, []);
        house.is_sound().await;
    })
    .await;
}

/// SCIM-95: A into B and B into A at once: exactly one lands. The same in a ring of many.
#[tokio::test(flavor = "multi_thread")]
async fn of_two_nestings_that_would_make_a_loop_one_lands() {
    for_each_database(async |house| {
        for round in 0..12 {
            let a = house.founded(&format!("A{round}"), &[]).await;
            let b = house.founded(&format!("B{round}"), &[]).await;

            let outcomes = house
                .commit_together(vec![
                    house.moving(a, adding(&[group(b)])),
                    house.moving(b, adding(&[group(a)])),
                ])
                .await;

            let landed = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
            assert_eq!(landed, 1, "{outcomes:?}");
            assert!(outcomes.iter().any(|outcome| matches!(outcome, Err(CommitError::Member(_)))));
        }
        let mut ring = Vec::new();
        for place in 0..8 {
            ring.push(house.founded(&format!("R{place}"), &[]).await);
        }
        let commits = (0..8).map(|place| house.moving(ring[place], adding(&[group(ring[(place + 1) % 8])])));
        let outcomes = house.commit_together(commits.collect()).await;

        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 7, "{outcomes:?}");
        house.is_sound().await;
    })
    .await;
}

/// SCIM-96: names are unique without case, also at once; where the policy is off they need not be, and a later claim
/// finds those that were made then.
#[tokio::test(flavor = "multi_thread")]
async fn names_are_unique_where_the_policy_says_so() {
    for_each_database(async |house| {
        let taken = |outcome| matches!(outcome, Err(CommitError::Taken(TakenClaim::GroupName)));
        let sales = house.founded("Sales", &[]).await;
        let other = house.founded("Other", &[]).await;

        assert!(taken(house.commit(house.founding("SALES", &[]).1).await));
        let rename = GroupUpdate { name: Some(named("sALES")), ..updating(other) };
        assert!(taken(house.commit(house.regrouping(rename.clone())).await));
        let own = GroupUpdate { name: Some(named("SALES")), ..updating(sales) };
        house.commit(house.regrouping(own)).await.unwrap();

        let commits = (0..16).map(|_| house.founding("Race", &[]).1).collect();
        let outcomes = house.commit_together(commits).await;
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
        assert_eq!(outcomes.into_iter().filter(|o| matches!(o, Err(CommitError::Taken(_)))).count(), 15);

        let lax = GroupUpdate { is_name_unique: false, ..rename };
        house.commit(house.regrouping(lax)).await.unwrap();
        assert_eq!(house.finding("displayName eq \"Sales\"", "").await, [sales, other]);
        let (_, mut twin) = house.founding("Twin", &[]);
        let GroupStep::Insert(new) = &mut twin.group else { panic!("a group is founded") };
        new.is_name_unique = false;
        house.commit(twin).await.unwrap();
        assert!(taken(house.commit(house.founding("twin", &[]).1).await));
    })
    .await;
}

/// SCIM-45: whoever is deleted is in no group any more, and those groups have changed.
#[tokio::test(flavor = "multi_thread")]
async fn memberships_vanish_with_the_member() {
    for_each_database(async |house| {
        let (bob, kim) = (house.user(profile("bob")).await, house.user(profile("kim")).await);
        let inner = house.founded("Inner", &[user(bob), user(kim)]).await;
        let outer = house.founded("Outer", &[group(inner), user(kim)]).await;

        house.clock.advance(SignedDuration::from_secs(1));
        let seen = house.snapshot(bob).await;
        house.commit(house.deleting(&seen)).await.unwrap();
        assert_eq!(house.members(inner).await, [user(kim)]);
        assert_eq!((house.group(inner).await.version, house.group(outer).await.version), (2, 1));
        assert_eq!(house.group(inner).await.last_modified, house.now());

        let step = GroupStep::Delete { id: inner, revision: Some(1) };
        let stale = Commit { group: step, ..house.nothing() };
        assert!(matches!(house.commit(stale).await, Err(CommitError::Conflict)));
        let step = GroupStep::Delete { id: inner, revision: None };
        house.commit(Commit { group: step.clone(), ..house.nothing() }).await.unwrap();
        assert_eq!(house.store.group(&house.tenant, inner).await.unwrap(), None);
        assert_eq!(house.members(outer).await, [user(kim)]);
        assert_eq!(house.group(outer).await.version, 2);
        assert_eq!(house.snapshot(kim).await.user.version, 1);
        let again = Commit { group: step, ..house.nothing() };
        assert!(matches!(house.commit(again).await, Err(CommitError::Conflict)));
        house.founded("Inner", &[]).await;
        house.is_sound().await;
    })
    .await;
}

/// SCIM-45, SCIM-95: who is deleted and added at the same moment is either refused or gone with his membership.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_added_and_deleted_at_once() {
    for_each_database(async |house| {
        for round in 0..12 {
            let bob = house.user(profile(&format!("bob{round}"))).await;
            let sales = house.founded(&format!("Sales{round}"), &[]).await;
            let seen = house.snapshot(bob).await;

            let outcomes = house
                .commit_together(vec![house.deleting(&seen), house.moving(sales, adding(&[user(bob)]))])
                .await;

            assert!(outcomes[0].is_ok(), "{outcomes:?}");
            assert_eq!(house.members(sales).await, []);
        }
        house.is_sound().await;
    })
    .await;
}

/// SCIM-90: the groups of a user, his own and those he is in through them.
#[tokio::test(flavor = "multi_thread")]
async fn a_user_is_read_with_his_groups() {
    for_each_database(async |house| {
        let (bob, kim) = (house.user(profile("bob")).await, house.user(profile("kim")).await);
        let inner = house.founded("Inner", &[user(bob)]).await;
        let outer = house.founded("Outer", &[group(inner), user(kim)]).await;
        let top = house.founded("Top", &[group(outer), user(bob)]).await;

        let own = |group, name: &str, is_direct| Membership { group, name: name.to_owned(), is_direct };
        let by_id = |mut groups: Vec<Membership>| {
            groups.sort_by_key(|membership| membership.group);
            groups
        };
        assert_eq!(
            house.memberships(bob).await,
            by_id(vec![own(inner, "Inner", true), own(outer, "Outer", false), own(top, "Top", true)])
        );
        assert_eq!(
            house.memberships(kim).await,
            by_id(vec![own(outer, "Outer", true), own(top, "Top", false)])
        );
        let nobody = house.user(profile("ann")).await;
        assert_eq!(house.memberships(nobody).await, []);
        let found = async |filter: &str| {
            let filter =
                (!filter.is_empty()).then(|| Filter::parse(filter, schema(Dialect::Strict)).unwrap());
            let query = UserQuery { filter, sort: None, place: Place::Offset(0), limit: 10 };
            let page = house.store.users(&house.tenant, query).await.unwrap();
            assert_eq!(page.total, page.users.len() as u64);
            page.users.iter().map(|view| (view.user.id, view.groups.len())).collect::<Vec<_>>()
        };
        assert_eq!(found("").await, [(bob, 3), (kim, 2), (nobody, 0)]);
        // SCIM-57, SCIM-59: by an index where it is one group, judged otherwise.
        assert_eq!(found(&format!("groups eq \"{inner}\"")).await, [(bob, 3)]);
        assert_eq!(found(&format!("groups.value eq \"{top}\"")).await, [(bob, 3), (kim, 2)]);
        assert_eq!(found(&format!("not (groups.value eq \"{top}\")")).await, [(nobody, 0)]);
        assert_eq!(found(&format!("groups[value eq \"{top}\" and type eq \"direct\"]")).await, [(bob, 3)]);
        assert_eq!(found("groups.display co \"inn\"").await, [(bob, 3)]);
        assert_eq!(found("groups pr and userName sw \"k\"").await, [(kim, 2)]);
        assert_eq!(found("groups eq \"nonsense\"").await, []);
    })
    .await;
}

/// SCIM-59, SCIM-97, SCIM-65: groups are found by index, alone and and-ed, and listed in two orders.
#[tokio::test(flavor = "multi_thread")]
async fn groups_are_found_and_listed() {
    for_each_database(async |house| {
        let bob = house.user(profile("bob")).await;
        let beta = house.founded("beta", &[user(bob)]).await;
        let alpha = house.founded("Alpha", &[group(beta)]).await;
        let gamma = house.founded("Gamma", &[user(bob), group(beta)]).await;
        let (bob_in, beta_in) = (format!("members eq \"{bob}\""), format!("members[value eq \"{beta}\"]"));

        for (filter, expected) in [
            (String::new(), vec![beta, alpha, gamma]),
            ("displayName eq \"ALPHA\"".to_owned(), vec![alpha]),
            (format!("id eq \"{beta}\""), vec![beta]),
            ("id eq \"none\"".to_owned(), vec![]),
            ("externalId eq \"ext Gamma\"".to_owned(), vec![gamma]),
            ("externalId eq \"ext gamma\"".to_owned(), vec![]),
            (bob_in.clone(), vec![beta, gamma]),
            (beta_in.clone(), vec![alpha, gamma]),
            (format!("{bob_in} and displayName eq \"gamma\""), vec![gamma]),
            (format!("{bob_in} and {beta_in}"), vec![gamma]),
            (format!("{bob_in} and id eq \"{alpha}\""), vec![]),
            (format!("{bob_in} or {beta_in}"), vec![beta, alpha, gamma]),
            (format!("not ({bob_in})"), vec![alpha]),
            (format!("{bob_in} and displayName sw \"G\""), vec![gamma]),
            ("members.type eq \"Group\"".to_owned(), vec![alpha, gamma]),
            ("members.display eq \"BOB\"".to_owned(), vec![beta, gamma]),
            ("displayName co \"a\" and externalId ew \"ha\"".to_owned(), vec![alpha]),
        ] {
            assert_eq!(house.finding(&filter, "").await, expected, "{filter}");
        }
        assert_eq!(house.finding("", "displayName").await, [alpha, beta, gamma]);
        assert_eq!(house.finding("", "-displayName").await, [gamma, beta, alpha]);
        // With case, and so lower case behind.
        assert_eq!(house.finding("", "-externalId").await, [beta, gamma, alpha]);
        assert_eq!(house.finding(&bob_in, "-displayName").await, [gamma, beta]);
        for (filter, by, second) in [("", "displayName", beta), (&bob_in, "", gamma)] {
            let page = house.groups(filter, by, Place::Offset(1), 1).await;
            assert_eq!(ids(&page), [second]);
            assert!(page.total > 1);
        }
    })
    .await;
}

/// SCIM-67, SCIM-65: whatever the order, a walk shows every group once, forwards and backwards, as one page would.
#[tokio::test(flavor = "multi_thread")]
async fn a_walk_by_places_shows_every_group_once_in_any_order() {
    for_each_database(async |house| {
        let bob = house.user(profile("bob")).await;
        // Names of equal keys among them: their order is that of creation.
        for name in ["delta", "Beta", "alpha", "beta 2", "Alpha 2", "gamma", "Delta 2"] {
            house.founded(name, &[user(bob)]).await;
        }
        let bob_in = format!("members eq \"{bob}\"");
        for filter in ["", &bob_in, "displayName co \"a\"", "displayName sw \"zz\""] {
            for by in ["", "displayName", "-displayName", "externalId", "-meta.created", "id"] {
                let whole = house.groups(filter, by, Place::Offset(0), 100).await;
                let (mut place, mut walked, mut last) = (Place::Offset(0), Vec::new(), None);
                loop {
                    let page = house.groups(filter, by, place, 3).await;
                    assert_eq!(page.total, whole.total);
                    walked.extend(ids(&page));
                    last = page.previous.or(last);
                    match page.next {
                        Some(next) => place = Place::After(next),
                        None => break,
                    }
                }
                assert_eq!(walked, ids(&whole), "{filter} by {by}");
                let mut back = Vec::new();
                while let Some(spot) = last {
                    let page = house.groups(filter, by, Place::Before(spot), 3).await;
                    back.splice(0..0, ids(&page));
                    last = page.previous;
                }
                assert_eq!(back, walked[..back.len()], "{filter} by {by}, back");
                assert_eq!(back.len(), walked.len().saturating_sub(1) / 3 * 3);
            }
        }
    })
    .await;
}

/// SCIM-68: who was there all the time is neither left out nor shown twice, whoever comes and goes.
#[tokio::test(flavor = "multi_thread")]
async fn a_walk_over_groups_neither_skips_nor_repeats() {
    for_each_database(async |house| {
        let mut there = Vec::new();
        for name in ["b", "d", "f", "h"] {
            there.push(house.founded(name, &[]).await);
        }
        let first = house.groups("", "displayName", Place::Offset(0), 2).await;
        assert_eq!(ids(&first), there[..2]);

        // Before the place, behind it, and the one the place names.
        house.founded("a", &[]).await;
        let late = house.founded("e", &[]).await;
        let gone = house.group(there[1]).await;
        let step = GroupStep::Delete { id: gone.id, revision: Some(gone.revision) };
        house.commit(Commit { group: step, ..house.nothing() }).await.unwrap();

        let rest = house.groups("", "displayName", Place::After(first.next.unwrap()), 5).await;
        assert_eq!(ids(&rest), [late, there[2], there[3]]);
        assert_eq!((rest.total, rest.next), (5, None));
    })
    .await;
}
