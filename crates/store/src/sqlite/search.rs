//! Which users match, page by page ([`crate::search`] says by which way).

use std::sync::Arc;

use countersign_domain::TenantId;
use rusqlite::types::ToSqlOutput;
use rusqlite::{Connection, OptionalExtension as _, ToSql, params, params_from_iter};

use super::row::count;
use super::{SqliteStore, group, statement, user};
use crate::paging::Cut;
use crate::plan::{Condition, Probe, Span};
use crate::search::{Marks, Search, Selection, Stage, Way};
use crate::sql::{Count, Spelling, Sql, Value, Window};
use crate::{SearchError, StoreError, UserPage, UserQuery, UserView};

const SPELLING: Spelling = Spelling { mark: '?', number: "pk", owner: "user_pk" };

/// A user in the columns `user::from_row` reads.
const USER: &str = "u.id, u.revision, u.version, u.created_at, u.modified_at, u.profile";

/// Looks at what a search has cost, each some 100,000 steps of the database's machine, after which it has cost too much:
/// a few seconds of one processor. Steps are counted, not time, so that the same search is refused or answered whatever
/// else the machine does.
const LOOKS: u32 = 1_000;

impl SqliteStore {
    pub(crate) async fn users(&self, tenant: &TenantId, query: UserQuery) -> Result<UserPage, SearchError> {
        let search = Search::new(query);
        if let Some(probe) = search.plan.narrow() {
            return Ok(self.readers.row(|db| narrow(db, tenant, &search, probe))?);
        }
        let (tenant, marks) = (tenant.clone(), Arc::clone(&self.marks));
        let found = self.readers.search(LOOKS, move |db| match find(db, &tenant, &search, &marks) {
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
    let found = match probe {
        Probe::Id(id) => user::one_view(db, tenant, statement::USER, params![house, id.uuid().into_bytes()])?,
        Probe::UserName(Span::Only(name)) => {
            user::one_view(db, tenant, statement::USER_BY_NAME, params![house, name])?
        }
        _ => None,
    };
    let Some((number, view)) = found else { return Ok(nobody(search)) };
    let (total, cut) = Selection::only(search, number, &view);
    let shown = if cut.numbers.is_empty() { Vec::new() } else { vec![view] };
    Ok(search.page(total, &cut, shown))
}

fn nobody(search: &Search) -> UserPage {
    search.page(0, &search.paging.cut(Vec::new()), Vec::new())
}

/// Everybody else, at one moment: the scan's transaction.
fn find(
    db: &Connection,
    tenant: &TenantId,
    search: &Arc<Search>,
    marks: &Marks,
) -> Result<UserPage, SearchError> {
    if search.plan.condition == Condition::Nobody {
        return Ok(nobody(search));
    }
    let (everybody, deleted) = everybody(db, tenant)?;
    let fitting = match SPELLING.count(tenant.as_str(), &search.plan.condition) {
        Count::Nobody => 0,
        Count::All => everybody,
        Count::Except(sql) => everybody.saturating_sub(counted(db, &sql)?),
        Count::These(sql) => counted(db, &sql)?,
    };
    let (total, cut) = match search.way(fitting, everybody)? {
        Way::Nowhere => (fitting, search.paging.cut(Vec::new())),
        Way::Walk { are_few } => {
            let window = match search.position() {
                Some(position) => {
                    seek(db, tenant, marks.nearest(tenant, deleted, position), |stage, number| {
                        marks.learn(tenant, deleted, stage, number);
                    })?
                }
                None => search.paging.window(),
            };
            (
                fitting,
                search.paging.cut(numbers(
                    db,
                    tenant,
                    search,
                    are_few,
                    &window,
                    search.paging.window_size(),
                )?),
            )
        }
        Way::Select => select(db, tenant, search)?,
    };
    let users = views(db, tenant, &cut.numbers)?;
    Ok(search.page(total, &cut, users))
}

/// On to the last mark before a position, keeping those on the way.
fn seek(
    db: &Connection,
    tenant: &TenantId,
    mut stage: Stage,
    learn: impl Fn(&Stage, i64),
) -> Result<Window, StoreError> {
    let everybody = Search::everybody();
    while let Some(window) = stage.next_mark() {
        let Some(number) = numbers(db, tenant, &everybody, false, &window, 1)?.pop() else { break };
        learn(&stage, number);
        stage = stage.at(number);
    }
    Ok(stage.window)
}

/// A window of those who match, by an index that has the order.
fn numbers(
    db: &Connection,
    tenant: &TenantId,
    search: &Search,
    are_few: bool,
    window: &Window,
    limit: u64,
) -> Result<Vec<i64>, StoreError> {
    let page = SPELLING.page(tenant.as_str(), &search.plan.condition, are_few, search.order, window, limit);
    // A place that is none of this order has nothing behind it.
    let Some(page) = page else { return Ok(Vec::new()) };
    let mut statement = db.prepare(&page.text)?;
    let numbers = statement.query_map(params_from_iter(&page.values), |row| row.get("number"))?;
    Ok(numbers.collect::<Result<_, _>>()?)
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
        let user = user::from_row(tenant, row)?;
        let groups = if search.by_groups { group::memberships(db, tenant, user.id)? } else { Vec::new() };
        selection.consider(number, &user, &groups)?;
    }
    Ok(selection.finish())
}

/// How many users the house has, and has ever lost.
fn everybody(db: &Connection, tenant: &TenantId) -> Result<(u64, u64), StoreError> {
    let mut statement = db.prepare_cached(statement::USER_TOTAL)?;
    let total = statement.query_row([tenant.as_str()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    Ok(total.map_or((0, 0), |(users, deleted)| (count(users), count(deleted))))
}

fn counted(db: &Connection, sql: &Sql) -> Result<u64, StoreError> {
    let total = db.prepare(&sql.text)?.query_row(params_from_iter(&sql.values), |row| row.get(0))?;
    Ok(count(total))
}

fn views(db: &Connection, tenant: &TenantId, numbers: &[i64]) -> Result<Vec<UserView>, StoreError> {
    let mut views = Vec::with_capacity(numbers.len());
    for number in numbers {
        let found = user::one_view(db, tenant, statement::USER_BY_PK, params![tenant.as_str(), number])?;
        views.extend(found.map(|(_, view)| view));
    }
    Ok(views)
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Text(text) => text.as_str().into(),
            Self::Number(number) => (*number).into(),
            Self::Id(id) => ToSqlOutput::Owned(id.uuid().into_bytes().to_vec().into()),
            Self::Group(id) => ToSqlOutput::Owned(id.uuid().into_bytes().to_vec().into()),
        })
    }
}

#[cfg(test)]
mod tests {
    use countersign_scim::filter::Filter;
    use countersign_scim::list::Sort;
    use countersign_scim::schema::{Dialect, Name, user as schema};

    use super::*;
    use crate::Place;

    fn search(filter: &str, by: &str) -> Arc<Search> {
        let schema = schema(Dialect::Strict);
        let filter = (!filter.is_empty()).then(|| Filter::parse(filter, schema).unwrap());
        let sort = match schema.resolve(by) {
            Some(Name::Attribute(by)) => Some(Sort { by, is_descending: false }),
            _ => None,
        };
        Search::new(UserQuery { filter, sort, place: Place::Offset(0), limit: 10 })
    }

    fn plan(db: &Connection, sql: &Sql) -> String {
        let mut plan = db.prepare(&format!("EXPLAIN QUERY PLAN {}", sql.text)).unwrap();
        let steps = plan.query_map(params_from_iter(&sql.values), |row| row.get::<_, String>(3)).unwrap();
        steps.map(Result::unwrap).collect::<Vec<_>>().join("; ")
    }

    fn page(db: &Connection, filter: &str, by: &str) -> String {
        let search = search(filter, by);
        let (condition, window) = (&search.plan.condition, search.paging.window());
        plan(db, &SPELLING.page("t", condition, by.is_empty(), search.order, &window, 10).unwrap())
    }

    fn counting(db: &Connection, filter: &str) -> String {
        match SPELLING.count("t", &search(filter, "").plan.condition) {
            Count::These(sql) | Count::Except(sql) => plan(db, &sql),
            Count::All | Count::Nobody => String::new(),
        }
    }

    fn migrated() -> (tempfile::TempDir, Connection) {
        let folder = tempfile::tempdir().unwrap();
        let mut db = super::super::connect::writer(&folder.path().join("test.db")).unwrap();
        super::super::migration::bring_forward(&mut db).unwrap();
        (folder, db)
    }

    /// SCIM-59: what an index answers is answered by it, alone, and-ed and or-ed: nobody walks a table, or a house.
    #[test]
    fn indexed_filters_use_their_index() {
        let (_folder, db) = migrated();
        for filter in [
            "emails eq \"a\"",
            "emails sw \"a\"",
            "title sw \"a\" and active eq true",
            "not (title pr)",
            "externalId gt \"a\"",
            "userName sw \"a\"",
            "userName eq \"a\" or emails eq \"b\" or externalId eq \"c\"",
            "emails eq \"a\" and name.familyName eq \"b\" and title pr",
            "meta.lastModified gt \"2026-01-01T00:00:00Z\"",
            "active eq false",
        ] {
            for plan in [page(&db, filter, ""), counting(&db, filter)] {
                let walks =
                    plan.split("; ").any(|step| step.starts_with("SCAN u") || step.ends_with("(tenant=?)"));
                assert!(!walks && plan.contains("SEARCH"), "{filter}: {plan}");
            }
        }
    }

    /// `pr` of an attribute everybody has counts those who have it not, and pages past them with one look each.
    #[test]
    fn presence_is_looked_up_by_key() {
        let (_folder, db) = migrated();

        let (page, counting) = (page(&db, "title pr", ""), counting(&db, "title pr"));

        let looked_up = "SEARCH v USING PRIMARY KEY (tenant=? AND attribute=? AND value_key=? AND user_pk=?)";
        assert!(page.contains(looked_up), "{page}");
        assert!(page.contains("users_in_order") && !page.contains("TEMP B-TREE"), "{page}");
        assert!(counting.contains("(tenant=? AND attribute=? AND value_key=?)"), "{counting}");
    }

    /// SCIM-65: an order that has an index is walked, not sorted.
    #[test]
    fn indexed_orders_are_walked() {
        let (_folder, db) = migrated();
        for (filter, by) in [
            ("", ""),
            ("", "userName"),
            ("", "id"),
            ("", "meta.created"),
            ("", "title"),
            ("title eq \"a\"", ""),
            ("active eq true", "name.familyName"),
        ] {
            let plan = page(&db, filter, by);
            assert!(!plan.contains("TEMP B-TREE") && !plan.contains("SCAN"), "{filter} by {by}: {plan}");
        }
    }
}
