//! Which users match, page by page ([`crate::search`] says by which way).

use std::sync::Arc;

use countersign_domain::TenantId;
use rusqlite::types::ToSqlOutput;
use rusqlite::{Connection, OptionalExtension as _, ToSql, params, params_from_iter};

use super::row::count;
use super::{SqliteStore, statement, user};
use crate::plan::{Condition, Probe, Span};
use crate::search::{Cut, Search, Selection};
use crate::sql::{Count, Spelling, Sql, Value};
use crate::{SearchError, StoreError, UserPage, UserQuery, UserView};

const SPELLING: Spelling = Spelling { mark: '?', number: "pk", owner: "user_pk" };

/// A user in the columns `user::from_row` reads.
const USER: &str = "u.id, u.revision, u.version, u.created_at, u.modified_at, u.profile";

impl SqliteStore {
    pub(crate) async fn users(&self, tenant: &TenantId, query: UserQuery) -> Result<UserPage, SearchError> {
        let search = Search::new(query);
        if let Some(probe) = search.plan.narrow() {
            return Ok(self.readers.point(|db| narrow(db, tenant, &search, probe))?);
        }
        let tenant = tenant.clone();
        let found = self.readers.search(move |db| match find(db, &tenant, &search) {
            Err(SearchError::Fault(fault)) => Err(fault),
            answered => Ok(answered),
        });
        found.await?.unwrap_or(Err(SearchError::TooMany))
    }
}

/// The one user who can match: a read as short as one by id.
fn narrow(
    db: &Connection,
    tenant: &TenantId,
    search: &Arc<Search>,
    probe: &Probe,
) -> Result<UserPage, StoreError> {
    let house = tenant.as_str();
    let number: Option<i64> = match probe {
        Probe::Id(id) => db
            .prepare_cached(statement::USER_PK)?
            .query_row(params![house, id.uuid().into_bytes()], |row| row.get(0))
            .optional()?,
        Probe::UserName(Span::Only(name)) => db
            .prepare_cached(statement::USER_PK_BY_NAME)?
            .query_row(params![house, name], |row| row.get(0))
            .optional()?,
        _ => None,
    };
    let Some(number) = number else { return Ok(nobody(search)) };
    let mut found = views(db, tenant, &[number])?;
    let Some(view) = found.first() else { return Ok(nobody(search)) };
    let (total, cut) = Selection::only(search, number, view);
    if cut.numbers.is_empty() {
        found.clear();
    }
    Ok(search.page(total, &cut, found))
}

fn nobody(search: &Search) -> UserPage {
    search.page(0, &search.cut(Vec::new()), Vec::new())
}

/// Everybody else, at one moment: the scan's transaction.
fn find(db: &Connection, tenant: &TenantId, search: &Arc<Search>) -> Result<UserPage, SearchError> {
    if search.plan.condition == Condition::Nobody {
        return Ok(nobody(search));
    }
    let (total, cut) = if search.plan.is_exact {
        let everybody = everybody(db, tenant)?;
        let total = match SPELLING.count(tenant.as_str(), &search.plan.condition) {
            Count::Nobody => 0,
            Count::All => everybody,
            Count::Except(sql) => everybody.saturating_sub(counted(db, &sql)?),
            Count::These(sql) => counted(db, &sql)?,
        };
        match walk(db, tenant, search, total, everybody)? {
            Some(cut) => (total, cut),
            None => select(db, tenant, search)?,
        }
    } else {
        select(db, tenant, search)?
    };
    let users = views(db, tenant, &cut.numbers)?;
    Ok(search.page(total, &cut, users))
}

/// The page by an index that has the order; `None` where none has, or where few are wanted of many.
fn walk(
    db: &Connection,
    tenant: &TenantId,
    search: &Search,
    total: u64,
    everybody: u64,
) -> Result<Option<Cut>, StoreError> {
    if search.limit == 0 || total == 0 {
        return Ok(Some(search.cut(Vec::new())));
    }
    if !search.is_walked(total, everybody) {
        return Ok(None);
    }
    let (condition, window) = (&search.plan.condition, search.window());
    let page = SPELLING.page(tenant.as_str(), condition, search.order, &window, search.window_size());
    let Some(page) = page else { return Ok(None) };
    let mut statement = db.prepare(&page.text)?;
    let numbers = statement.query_map(params_from_iter(&page.values), |row| row.get("number"))?;
    Ok(Some(search.cut(numbers.collect::<Result<_, _>>()?)))
}

/// The page by looking at every candidate.
fn select(db: &Connection, tenant: &TenantId, search: &Arc<Search>) -> Result<(u64, Cut), SearchError> {
    let limit = crate::CANDIDATES_MAX + 1;
    let sql = SPELLING.candidates(tenant.as_str(), USER, &search.plan.condition, limit);
    let mut selection = search.selection();
    let mut statement = db.prepare(&sql.text).map_err(StoreError::from)?;
    let mut rows = statement.query(params_from_iter(&sql.values)).map_err(StoreError::from)?;
    while let Some(row) = rows.next().map_err(StoreError::from)? {
        let number = row.get("number").map_err(StoreError::from)?;
        selection.consider(number, &user::from_row(tenant, row)?)?;
    }
    Ok(selection.finish())
}

fn everybody(db: &Connection, tenant: &TenantId) -> Result<u64, StoreError> {
    let mut statement = db.prepare_cached(statement::USER_TOTAL)?;
    let total = statement.query_row([tenant.as_str()], |row| row.get(0)).optional()?;
    Ok(total.map_or(0, count))
}

fn counted(db: &Connection, sql: &Sql) -> Result<u64, StoreError> {
    let total = db.prepare(&sql.text)?.query_row(params_from_iter(&sql.values), |row| row.get(0))?;
    Ok(count(total))
}

fn views(db: &Connection, tenant: &TenantId, numbers: &[i64]) -> Result<Vec<UserView>, StoreError> {
    let mut statement = db.prepare_cached(statement::USER_BY_PK)?;
    let read = |number: &i64| {
        let found =
            statement.query_row(params![tenant.as_str(), number], |row| Ok(user::from_row(tenant, row)))??;
        user::view(db, found)
    };
    numbers.iter().map(read).collect()
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Text(text) => text.as_str().into(),
            Self::Number(number) => (*number).into(),
            Self::Id(id) => ToSqlOutput::Owned(id.uuid().into_bytes().to_vec().into()),
        })
    }
}
