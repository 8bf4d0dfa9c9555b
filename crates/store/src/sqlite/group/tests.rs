use rusqlite::StatementStatus;

use super::super::{migration, statement};
use super::*;

const TENANT: &str = "carbon.super";

fn uuid(kind: u128, number: u128) -> [u8; 16] {
    Uuid::from_u128(kind << 64 | number).into_bytes()
}

/// A house with a group of so many members, and one person who is in none.
fn house(members: u128) -> Connection {
    let mut db = Connection::open_in_memory().unwrap();
    migration::bring_forward(&mut db).unwrap();
    let mut person = db
        .prepare(
            "INSERT INTO users (tenant, id, user_name, user_name_key, revision, version, created_at, modified_at,
                                profile, may_act, budget)
             VALUES (?1, ?2, ?3, ?3, 1, 1, 0, 0, '{}', 1, '{}')",
        )
        .unwrap();
    for number in 0..=members {
        person.execute(params![TENANT, uuid(1, number), format!("user{number}")]).unwrap();
    }
    let mut group = db.prepare(statement::GROUP_INSERT).unwrap();
    let name = "sales";
    group.execute(params![TENANT, uuid(2, 0), name, name, name, Option::<String>::None, 0]).unwrap();
    let mut add = db.prepare(statement::MEMBER_ADD).unwrap();
    for number in 1..=members {
        let (id, nobody) = (uuid(1, number), Option::<[u8; 16]>::None);
        add.execute(params![TENANT, uuid(2, 0), id, id, nobody]).unwrap();
    }
    drop((person, group, add));
    db
}

/// Carries out a step and tells how many instructions each statement took.
fn cost(db: &Connection, change: MemberChange) -> Vec<(&'static str, i32)> {
    let told = [
        statement::GROUP_REVISION,
        statement::MEMBER_KIND,
        statement::MEMBER_ADD,
        statement::MEMBER_REMOVE,
        statement::GROUP_WRITE,
    ];
    let spent = |sql| db.prepare_cached(sql).unwrap().reset_status(StatementStatus::VmStep);
    for sql in told {
        spent(sql);
    }
    let step = GroupStep::Update(Box::new(GroupUpdate {
        id: GroupId::new(Uuid::from_bytes(uuid(2, 0))),
        revision: None,
        name: None,
        is_name_unique: true,
        external_id: ExternalId::Keep,
        members: change,
    }));
    write(db, &TenantId::carbon_super(), &step, Timestamp::UNIX_EPOCH).unwrap();
    told.into_iter().map(|sql| (sql, spent(sql))).collect()
}

/// SCIM-98: one member more, or less, takes the same instructions in a group of ten and of ten thousand.
#[test]
fn one_member_costs_the_same_however_many_there_are() {
    let (small, large) = (house(10), house(10_000));
    let one = |number| vec![MemberId::new(Uuid::from_bytes(uuid(1, number)))];
    let changes = [
        MemberChange::Delta { add: one(0), remove: Vec::new() },
        MemberChange::Delta { add: one(0), remove: Vec::new() },
        MemberChange::Delta { add: Vec::new(), remove: one(5) },
        MemberChange::Delta { add: one(5), remove: one(0) },
    ];
    for change in changes {
        let spent = cost(&small, change.clone());
        assert_eq!(spent, cost(&large, change));
        assert!(spent.iter().any(|(_, steps)| *steps > 0));
    }
}

/// SCIM-97: what reads groups without their members does not so much as name where those are.
#[test]
fn a_group_without_members_is_read_without_the_member_table() {
    for sql in [
        statement::GROUP,
        statement::GROUP_BY_PK,
        statement::GROUP_PK,
        statement::GROUP_PKS_BY_NAME,
        statement::GROUP_PKS_BY_EXTERNAL,
        statement::GROUP_COUNT,
        statement::GROUP_PAGE,
        statement::GROUP_PAGE_BY_NAME,
        statement::GROUP_PAGE_BY_NAME_DESCENDING,
    ] {
        assert!(!sql.contains("member"), "{sql}");
    }
}

/// SCIM-90, W1: for somebody who is in no group, his groups are one probe of one index.
#[test]
fn the_groups_of_somebody_in_none_are_one_probe() {
    let db = house(3);
    let person = UserId::new(Uuid::from_bytes(uuid(1, 0)));

    assert_eq!(memberships(&db, &TenantId::carbon_super(), person).unwrap(), []);

    let asked = |sql| db.prepare_cached(sql).unwrap().get_status(StatementStatus::Run);
    assert_eq!((asked(statement::GROUPS_OF_USER), asked(statement::GROUPS_OF_GROUP)), (1, 0));
}
