//! Which users match, page by page ([`crate::search`] says by which way).

use std::sync::Arc;

use countersign_domain::TenantId;
use deadpool_postgres::Transaction;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Error, IsolationLevel, Row};

use super::fault::fault;
use super::group::read_memberships;
use super::row::{cell, count, text};
use super::user::{read_user, read_view};
use super::{PostgresStore, statement};
use crate::paging::Cut;
use crate::plan::{Condition, Probe, Span};
use crate::search::{Search, Selection, Way};
use crate::sql::{Count, Spelling, Sql, Value, Window};
use crate::{SearchError, StoreError, UserPage, UserQuery, UserView};

const SPELLING: Spelling = Spelling { mark: '$', number: "seq", owner: "user_seq" };

/// A user in the columns `user::read_user` reads.
const USER: &str = "u.id, u.revision, u.version, u.created_at, u.modified_at, u.profile";

/// Candidates fetched at once, and judged away from the threads that serve.
const PORTION: i32 = 1_000;

/// How long one statement of a search may take. They are planned for the values they come with, and by themselves.
const BOUNDS: &str = "SET LOCAL statement_timeout = '5s'";

/// How long, in microseconds, a user who has a number may take to be seen; no transaction of ours lives half as long.
const UNSETTLED: i64 = 60_000_000;

const FAILED: &str = "the PostgreSQL database could not search";

impl PostgresStore {
    pub(crate) async fn users(&self, tenant: &TenantId, query: UserQuery) -> Result<UserPage, SearchError> {
        let search = Search::new(query);
        if let Some(probe) = search.plan.narrow() {
            return Ok(self.narrow(tenant, &search, probe).await?);
        }
        if search.plan.condition == Condition::Nobody {
            return Ok(nobody(&search));
        }
        // Searches take at most half of the connections: the short reads and the commits have the rest.
        let _turn = self.searching.acquire().await.map_err(|error| StoreError::lasting(FAILED, error))?;
        let mut connection = self.connection().await?;
        let outcome = async {
            // One moment for all statements. A search that is dropped half-way rolls back before the connection is used again.
            let transaction = connection
                .build_transaction()
                .isolation_level(IsolationLevel::RepeatableRead)
                .read_only(true)
                .start()
                .await
                .map_err(failed)?;
            transaction.batch_execute(BOUNDS).await.map_err(failed)?;
            let page = self.find(&transaction, tenant, &search).await?;
            transaction.commit().await.map_err(failed)?;
            Ok(page)
        };
        outcome.await
    }

    /// The one user who can match: a read as short as one by id.
    async fn narrow(
        &self,
        tenant: &TenantId,
        search: &Arc<Search>,
        probe: &Probe,
    ) -> Result<UserPage, StoreError> {
        let house = tenant.as_str();
        let row = match probe {
            Probe::Id(id) => self.row(statement::USER, &[&house, &id.uuid()]).await?,
            Probe::UserName(Span::Only(name)) => {
                self.row(statement::USER_BY_NAME, &[&house, &text(name)]).await?
            }
            _ => None,
        };
        let Some(row) = row else { return Ok(nobody(search)) };
        let view = read_view(&row, tenant)?;
        let (total, cut) = Selection::only(search, cell(&row, "number")?, &view);
        let users = if cut.numbers.is_empty() { Vec::new() } else { vec![view] };
        Ok(search.page(total, &cut, users))
    }

    /// Everybody else, at one moment: the transaction's.
    async fn find(
        &self,
        transaction: &Transaction<'_>,
        tenant: &TenantId,
        search: &Arc<Search>,
    ) -> Result<UserPage, SearchError> {
        let (everybody, deleted) = everybody(transaction, tenant).await?;
        let fitting = match SPELLING.count(tenant.as_str(), &search.plan.condition) {
            Count::Nobody => 0,
            Count::All => everybody,
            Count::Except(sql) => everybody.saturating_sub(counted(transaction, &sql).await?),
            Count::These(sql) => counted(transaction, &sql).await?,
        };
        let (total, cut) = match search.way(fitting, everybody)? {
            Way::Nowhere => (fitting, search.paging.cut(Vec::new())),
            Way::Walk { are_few } => {
                let window = match search.position() {
                    Some(position) => self.seek(transaction, tenant, deleted, position).await?,
                    None => search.paging.window(),
                };
                let size = search.paging.window_size();
                let found = numbers(transaction, tenant, search, are_few, &window, size).await?;
                (fitting, search.paging.cut(found))
            }
            Way::Select => select(transaction, tenant, search).await?,
        };
        let users = views(transaction, tenant, &cut.numbers).await?;
        Ok(search.page(total, &cut, users))
    }

    /// On to the last mark before a position, keeping those on the way. Numbers are given out before their users are
    /// committed: among the newest, one may still come between.
    async fn seek(
        &self,
        transaction: &Transaction<'_>,
        tenant: &TenantId,
        deleted: u64,
        position: u64,
    ) -> Result<Window, SearchError> {
        let mut stage = self.marks.nearest(tenant, deleted, position);
        let everybody = Search::everybody();
        let mut settled = None;
        while let Some(window) = stage.next_mark() {
            let found = numbers(transaction, tenant, &everybody, false, &window, 1).await?;
            let Some(number) = found.first().copied() else { break };
            let settled = match settled {
                Some(settled) => settled,
                None => *settled.insert(self.time(transaction).await?.saturating_sub(UNSETTLED)),
            };
            if created(transaction, tenant, number).await?.is_some_and(|at| at < settled) {
                self.marks.learn(tenant, deleted, &stage, number);
            }
            stage = stage.at(number);
        }
        Ok(stage.window)
    }

    async fn time(&self, transaction: &Transaction<'_>) -> Result<i64, SearchError> {
        if let Some(now) = self.clock.manual_micros() {
            return Ok(now);
        }
        let statement = transaction.prepare_cached(statement::NOW).await.map_err(failed)?;
        Ok(cell(&transaction.query_one(&statement, &[]).await.map_err(failed)?, "now")?)
    }
}

fn nobody(search: &Search) -> UserPage {
    search.page(0, &search.paging.cut(Vec::new()), Vec::new())
}

/// A window of those who match, by an index that has the order.
async fn numbers(
    transaction: &Transaction<'_>,
    tenant: &TenantId,
    search: &Search,
    are_few: bool,
    window: &Window,
    limit: u64,
) -> Result<Vec<i64>, SearchError> {
    let page = SPELLING.page(tenant.as_str(), &search.plan.condition, are_few, search.order, window, limit);
    // A place that is none of this order has nothing behind it.
    let Some(page) = page else { return Ok(Vec::new()) };
    let rows = ask(transaction, &page).await?;
    Ok(rows.iter().map(|row| cell(row, "number")).collect::<Result<_, _>>()?)
}

async fn created(
    transaction: &Transaction<'_>,
    tenant: &TenantId,
    number: i64,
) -> Result<Option<i64>, SearchError> {
    let statement = transaction.prepare_cached(statement::USER_CREATED).await.map_err(failed)?;
    let row = transaction.query_opt(&statement, &[&tenant.as_str(), &number]).await.map_err(failed)?;
    Ok(row.map(|row| cell(&row, "created_at")).transpose()?)
}

/// The page by looking at every candidate.
async fn select(
    transaction: &Transaction<'_>,
    tenant: &TenantId,
    search: &Arc<Search>,
) -> Result<(u64, Cut), SearchError> {
    let limit = crate::CANDIDATES_MAX + 1;
    let columns = if search.by_groups { statement::USER_IN_GROUPS } else { USER };
    let sql = SPELLING.candidates(tenant.as_str(), columns, &search.plan.condition, limit);
    let values = told(&sql);
    let types: Vec<Type> = sql.values.iter().map(kind).collect();
    let statement = transaction.client().prepare_typed(&sql.text, &types).await.map_err(failed)?;
    let borrowed: Vec<&(dyn ToSql + Sync)> = values.iter().map(|value| value.as_ref() as _).collect();
    let portal = transaction.bind(&statement, &borrowed).await.map_err(failed)?;
    let mut selection = search.selection();
    loop {
        let rows = transaction.query_portal(&portal, PORTION).await.map_err(failed)?;
        let is_last = rows.len() < usize::try_from(PORTION).unwrap_or(usize::MAX);
        let (tenant, by_groups) = (tenant.clone(), search.by_groups);
        let judged = tokio::task::spawn_blocking(move || {
            for row in &rows {
                let groups = if by_groups { read_memberships(row)? } else { Vec::new() };
                selection.consider(cell(row, "number")?, &read_user(row, &tenant)?, &groups)?;
            }
            Ok::<_, SearchError>(selection)
        });
        selection =
            judged.await.map_err(|error| StoreError::lasting("a judging thread ended early", error))??;
        if is_last {
            return Ok(selection.finish());
        }
    }
}

/// How many users the house has, and has ever lost.
async fn everybody(transaction: &Transaction<'_>, tenant: &TenantId) -> Result<(u64, u64), SearchError> {
    let statement = transaction.prepare_cached(statement::USER_TOTAL).await.map_err(failed)?;
    let row = transaction.query_one(&statement, &[&tenant.as_str()]).await.map_err(failed)?;
    Ok((count(&row, "total")?, count(&row, "deleted")?))
}

async fn counted(transaction: &Transaction<'_>, sql: &Sql) -> Result<u64, SearchError> {
    let rows = ask(transaction, sql).await?;
    let row = rows.first().ok_or_else(|| StoreError::plain("the PostgreSQL database gave no answer"))?;
    Ok(count(row, "total")?)
}

/// Asks a statement that was put together for this request: not kept, and planned for its values.
async fn ask(transaction: &Transaction<'_>, sql: &Sql) -> Result<Vec<Row>, SearchError> {
    let values = told(sql);
    let typed: Vec<(&(dyn ToSql + Sync), Type)> =
        values.iter().zip(&sql.values).map(|(told, value)| (told.as_ref() as _, kind(value))).collect();
    transaction.query_typed(&sql.text, &typed).await.map_err(failed)
}

async fn views(
    transaction: &Transaction<'_>,
    tenant: &TenantId,
    numbers: &[i64],
) -> Result<Vec<UserView>, SearchError> {
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let statement = transaction.prepare_cached(statement::USERS_BY_NUMBER).await.map_err(failed)?;
    let rows = transaction.query(&statement, &[&tenant.as_str(), &numbers]).await.map_err(failed)?;
    let mut found = rows
        .iter()
        .map(|row| Ok((cell(row, "number")?, read_view(row, tenant)?)))
        .collect::<Result<std::collections::BTreeMap<i64, UserView>, StoreError>>()?;
    Ok(numbers.iter().filter_map(|number| found.remove(number)).collect())
}

type Told = Box<dyn ToSql + Sync + Send>;

fn told(sql: &Sql) -> Vec<Told> {
    let told = |value: &Value| -> Told {
        match value {
            Value::Text(value) => Box::new(text(value)),
            Value::Number(number) => Box::new(*number),
            Value::Id(id) => Box::new(id.uuid()),
            Value::Group(id) => Box::new(id.uuid()),
        }
    };
    sql.values.iter().map(told).collect()
}

const fn kind(value: &Value) -> Type {
    match value {
        Value::Text(_) => Type::TEXT,
        Value::Number(_) => Type::INT8,
        Value::Id(_) | Value::Group(_) => Type::UUID,
    }
}

/// 57014: the statement took longer than a search may.
fn failed(error: Error) -> SearchError {
    if error.code().is_some_and(|code| code.code() == "57014") {
        return SearchError::TooMany;
    }
    SearchError::Fault(fault(FAILED, error))
}

#[cfg(test)]
mod tests {
    use countersign_scim::filter::Filter;
    use countersign_scim::schema::{Dialect, user};

    use super::super::scratch::on_scratch;
    use super::*;
    use crate::Place;

    const USERS: &str = "
        INSERT INTO users (tenant, id, user_name, user_name_key, revision, version, created_at, modified_at, profile,
                           password_weak, credential_version, may_act, budget)
        SELECT 'carbon.super', gen_random_uuid(), 'user' || n, 'user' || n, 1, 1, n, n, '{}', false, 1, true, '{}'
        FROM generate_series(1, 20000) n;
        INSERT INTO user_value (tenant, attribute, value_key, user_seq)
        SELECT 'carbon.super', a.name, CASE WHEN a.part = 0 OR u.seq % 20 < a.part THEN '=' || a.name || u.seq ELSE '~' END, u.seq
        FROM users u, (VALUES ('emails', 0), ('title', 19), ('externalId', 1), ('name.familyName', 0)) a (name, part);
        ANALYZE users;
        ANALYZE user_value;";

    async fn plan(transaction: &Transaction<'_>, sql: &Sql) -> String {
        let explained = Sql { text: format!("EXPLAIN {}", sql.text), values: sql.values.clone() };
        let rows = ask(transaction, &explained).await.unwrap();
        rows.iter().map(|row| row.get::<_, String>(0)).collect::<Vec<_>>().join("\n")
    }

    /// SCIM-59, SCIM-65: what an index answers is answered by it, and no filter walks everybody.
    #[tokio::test]
    async fn indexed_filters_and_orders_use_their_index() {
        on_scratch(async |store| {
            let mut connection = store.connection().await.unwrap();
            connection.batch_execute(USERS).await.unwrap();
            let transaction = connection.transaction().await.unwrap();
            // Twenty thousand are so few that a look at all of them would do.
            transaction.batch_execute("SET LOCAL enable_seqscan = off").await.unwrap();
            for (filter, may_walk) in [
                ("emails eq \"emails7\"", false),
                ("emails sw \"emails77\"", false),
                ("title pr", true),
                ("not (title pr)", true),
                ("title ge \"title99990\"", false),
                ("userName sw \"user77\"", false),
                ("userName eq \"user1\" or emails eq \"emails2\"", false),
                ("emails eq \"emails7\" and title pr", false),
                ("name.familyName sw \"name.familyname123\" and not (title eq \"x\")", false),
                ("meta.lastModified gt \"1970-01-01T00:00:00.019Z\"", false),
            ] {
                let parsed = Filter::parse(filter, user(Dialect::Strict)).unwrap();
                let query =
                    UserQuery { filter: Some(parsed), sort: None, place: Place::Offset(0), limit: 10 };
                let search = Search::new(query);
                let (condition, window) = (&search.plan.condition, search.paging.window());
                let page = SPELLING
                    .page("carbon.super", condition, !may_walk, search.order, &window, 1_000)
                    .unwrap();
                let counted = match SPELLING.count("carbon.super", condition) {
                    Count::These(sql) | Count::Except(sql) => sql,
                    Count::All | Count::Nobody => panic!("{filter} is counted by no index"),
                };
                for (sql, may_walk) in [(page, may_walk), (counted, false)] {
                    let plan = plan(&transaction, &sql).await;
                    let walks =
                        plan.lines().any(|line| line.ends_with("Cond: (tenant = 'carbon.super'::text)"));
                    assert!(
                        !plan.contains("Seq Scan") && (may_walk || !walks),
                        "{filter}\n{}\n{plan}",
                        sql.text
                    );
                }
            }
        })
        .await;
    }

    /// SEC-41: a statement that takes too long is a search that costs too much.
    #[tokio::test]
    async fn a_statement_over_its_time_is_a_search_too_wide() {
        on_scratch(async |store| {
            let mut connection = store.connection().await.unwrap();
            let transaction = connection.transaction().await.unwrap();
            transaction.batch_execute("SET LOCAL statement_timeout = '20ms'").await.unwrap();

            let error = transaction.batch_execute("SELECT pg_sleep(30)").await.unwrap_err();

            assert!(matches!(failed(error), SearchError::TooMany));
        })
        .await;
    }
}
