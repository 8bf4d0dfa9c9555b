//! Which users match, page by page ([`crate::search`] says by which way).

use std::sync::Arc;

use countersign_domain::TenantId;
use deadpool_postgres::Transaction;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Error, IsolationLevel, Row};

use super::fault::fault;
use super::row::{cell, count, text};
use super::user::{read_user, read_view};
use super::{PostgresStore, statement};
use crate::plan::{Condition, Probe, Span};
use crate::search::{Cut, Search, Selection};
use crate::sql::{Count, Spelling, Sql, Value};
use crate::{SearchError, StoreError, UserPage, UserQuery, UserView};

const SPELLING: Spelling = Spelling { mark: '$', number: "seq", owner: "user_seq" };

/// A user in the columns `user::read_user` reads.
const USER: &str = "u.id, u.revision, u.version, u.created_at, u.modified_at, u.profile";

/// Candidates fetched at once, and judged away from the threads that serve.
const PORTION: i32 = 1_000;

/// How long one statement of a search may take. They are planned for the values they come with, and by themselves.
const BOUNDS: &str = "SET LOCAL statement_timeout = '5s'";

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
            let page = find(&transaction, tenant, &search).await?;
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
}

fn nobody(search: &Search) -> UserPage {
    search.page(0, &search.cut(Vec::new()), Vec::new())
}

/// Everybody else, at one moment: the transaction's.
async fn find(
    transaction: &Transaction<'_>,
    tenant: &TenantId,
    search: &Arc<Search>,
) -> Result<UserPage, SearchError> {
    let (total, cut) = if search.plan.is_exact {
        let everybody = everybody(transaction, tenant).await?;
        let total = match SPELLING.count(tenant.as_str(), &search.plan.condition) {
            Count::Nobody => 0,
            Count::All => everybody,
            Count::Except(sql) => everybody.saturating_sub(counted(transaction, &sql).await?),
            Count::These(sql) => counted(transaction, &sql).await?,
        };
        match walk(transaction, tenant, search, total, everybody).await? {
            Some(cut) => (total, cut),
            None => select(transaction, tenant, search).await?,
        }
    } else {
        select(transaction, tenant, search).await?
    };
    let users = views(transaction, tenant, &cut.numbers).await?;
    Ok(search.page(total, &cut, users))
}

/// The page by an index that has the order; `None` where none has, or where few are wanted of many.
async fn walk(
    transaction: &Transaction<'_>,
    tenant: &TenantId,
    search: &Search,
    total: u64,
    everybody: u64,
) -> Result<Option<Cut>, SearchError> {
    if search.limit == 0 || total == 0 {
        return Ok(Some(search.cut(Vec::new())));
    }
    if !search.is_walked(total, everybody) {
        return Ok(None);
    }
    let (condition, window) = (&search.plan.condition, search.window());
    let page = SPELLING.page(tenant.as_str(), condition, search.order, &window, search.window_size());
    let Some(page) = page else { return Ok(None) };
    let rows = ask(transaction, &page).await?;
    let numbers = rows.iter().map(|row| cell(row, "number")).collect::<Result<_, _>>()?;
    Ok(Some(search.cut(numbers)))
}

/// The page by looking at every candidate.
async fn select(
    transaction: &Transaction<'_>,
    tenant: &TenantId,
    search: &Arc<Search>,
) -> Result<(u64, Cut), SearchError> {
    let limit = crate::CANDIDATES_MAX + 1;
    let sql = SPELLING.candidates(tenant.as_str(), USER, &search.plan.condition, limit);
    let values = told(&sql);
    let types: Vec<Type> = sql.values.iter().map(kind).collect();
    let statement = transaction.client().prepare_typed(&sql.text, &types).await.map_err(failed)?;
    let borrowed: Vec<&(dyn ToSql + Sync)> = values.iter().map(|value| value.as_ref() as _).collect();
    let portal = transaction.bind(&statement, &borrowed).await.map_err(failed)?;
    let mut selection = search.selection();
    loop {
        let rows = transaction.query_portal(&portal, PORTION).await.map_err(failed)?;
        let is_last = rows.len() < usize::try_from(PORTION).unwrap_or(usize::MAX);
        let tenant = tenant.clone();
        let judged = tokio::task::spawn_blocking(move || {
            for row in &rows {
                selection.consider(cell(row, "number")?, &read_user(row, &tenant)?)?;
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

async fn everybody(transaction: &Transaction<'_>, tenant: &TenantId) -> Result<u64, SearchError> {
    let statement = transaction.prepare_cached(statement::USER_TOTAL).await.map_err(failed)?;
    let row = transaction.query_one(&statement, &[&tenant.as_str()]).await.map_err(failed)?;
    Ok(count(&row, "total")?)
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
        }
    };
    sql.values.iter().map(told).collect()
}

const fn kind(value: &Value) -> Type {
    match value {
        Value::Text(_) => Type::TEXT,
        Value::Number(_) => Type::INT8,
        Value::Id(_) => Type::UUID,
    }
}

/// 57014: the statement took longer than a search may.
fn failed(error: Error) -> SearchError {
    if error.code().is_some_and(|code| code.code() == "57014") {
        return SearchError::TooMany;
    }
    SearchError::Fault(fault(FAILED, error))
}
