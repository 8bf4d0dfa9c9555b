//! Which users match: indexed equalities, intersected, in order of creation.

use std::collections::BTreeSet;

use countersign_domain::TenantId;
use rusqlite::{Connection, Params, params};

use super::row::{count, stored_count};
use super::{SqliteStore, statement, user};
use crate::{StoreError, UserPage, UserQuery, UserTerm, UserView};

impl SqliteStore {
    pub(crate) async fn users(&self, tenant: &TenantId, query: UserQuery) -> Result<UserPage, StoreError> {
        if is_narrow(&query) {
            return self.readers.point(|db| matching(db, tenant, &query));
        }
        let tenant = tenant.clone();
        self.readers
            .scan(move |db| {
                if query.terms.is_empty() { all(db, &tenant, &query) } else { matching(db, &tenant, &query) }
            })
            .await
    }
}

/// Whether at most one user can match, so that the read is as short as one by id.
fn is_narrow(query: &UserQuery) -> bool {
    query.terms.iter().any(|term| matches!(term, UserTerm::Id(_) | UserTerm::UserName(_) | UserTerm::Nothing))
}

/// A page of everybody, cut on the narrow index.
fn all(db: &Connection, tenant: &TenantId, query: &UserQuery) -> Result<UserPage, StoreError> {
    let total: i64 =
        db.prepare_cached(statement::USER_COUNT)?.query_row([tenant.as_str()], |row| row.get(0))?;
    let window = params![tenant.as_str(), stored_count(query.limit), stored_count(query.offset)];
    let keys: Vec<i64> = keys(db, statement::USER_PAGE, window)?;
    Ok(UserPage { total: count(total), users: views(db, tenant, keys.into_iter())? })
}

/// A page of those that every term finds. The first terms are asked first: the ones with at most one answer.
fn matching(db: &Connection, tenant: &TenantId, query: &UserQuery) -> Result<UserPage, StoreError> {
    let mut terms: Vec<&UserTerm> = query.terms.iter().collect();
    terms.sort_by_key(|term| matches!(term, UserTerm::Value(_)));
    let mut found: Option<BTreeSet<i64>> = None;
    for term in terms {
        let these: BTreeSet<i64> = keys_of(db, tenant, term)?.into_iter().collect();
        let both = found.map_or_else(|| these.clone(), |those| those.intersection(&these).copied().collect());
        let over = both.is_empty();
        found = Some(both);
        if over {
            break;
        }
    }
    let found = found.unwrap_or_default();
    let total = u64::try_from(found.len()).unwrap_or(u64::MAX);
    let (offset, limit) = (usize::try_from(query.offset), usize::try_from(query.limit));
    let page = found.into_iter().skip(offset.unwrap_or(usize::MAX)).take(limit.unwrap_or(usize::MAX));
    Ok(UserPage { total, users: views(db, tenant, page)? })
}

fn keys_of(db: &Connection, tenant: &TenantId, term: &UserTerm) -> Result<Vec<i64>, StoreError> {
    let tenant = tenant.as_str();
    match term {
        UserTerm::Id(id) => keys(db, statement::USER_PK, params![tenant, id.uuid().into_bytes()]),
        UserTerm::UserName(key) => keys(db, statement::USER_PK_BY_NAME, params![tenant, key]),
        UserTerm::Value(value) => {
            keys(db, statement::USER_PKS_BY_VALUE, params![tenant, value.name, value.key])
        }
        UserTerm::Nothing => Ok(Vec::new()),
    }
}

fn keys(db: &Connection, sql: &str, with: impl Params) -> Result<Vec<i64>, StoreError> {
    let mut statement = db.prepare_cached(sql)?;
    let rows = statement.query_map(with, |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn views(
    db: &Connection,
    tenant: &TenantId,
    keys: impl Iterator<Item = i64>,
) -> Result<Vec<UserView>, StoreError> {
    let mut statement = db.prepare_cached(statement::USER_BY_PK)?;
    keys.map(|key| {
        let found =
            statement.query_row(params![tenant.as_str(), key], |row| Ok(user::from_row(tenant, row)))??;
        user::view(db, found)
    })
    .collect()
}
