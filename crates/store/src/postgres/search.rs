//! Which users match: the one place where a statement is put together, from fixed parts; every value is bound.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use countersign_domain::{TenantId, UserId};
use tokio_postgres::types::ToSql;

use super::row::{count, stored_count, text};
use super::user::read_view;
use super::{PostgresStore, statement};
use crate::{IndexedValue, StoreError, UserPage, UserQuery, UserTerm, UserView};

type Bound = Vec<Box<dyn ToSql + Sync + Send>>;

impl PostgresStore {
    pub(crate) async fn users(&self, tenant: &TenantId, query: UserQuery) -> Result<UserPage, StoreError> {
        let Some(terms) = Terms::of(query.terms) else { return Ok(UserPage { total: 0, users: Vec::new() }) };
        let mut bound: Bound = vec![Box::new(tenant.as_str().to_owned())];
        let matching = terms.matching(&mut bound);
        if terms.is_narrow() {
            let found = self.views(tenant, &format!("{}{matching}", statement::USERS), &bound).await?;
            let total = u64::try_from(found.len()).unwrap_or(u64::MAX);
            let users = if query.offset == 0 && query.limit > 0 { found } else { Vec::new() };
            return Ok(UserPage { total, users });
        }
        let counting = format!("{}{matching}", statement::USER_COUNT);
        let total = count(&self.one(&counting, &told(&bound)).await?, "total")?;
        if query.limit == 0 || query.offset >= total {
            return Ok(UserPage { total, users: Vec::new() });
        }
        let next = bound.len() + 1;
        bound.push(Box::new(stored_count(query.limit)));
        bound.push(Box::new(stored_count(query.offset)));
        let page =
            format!("{}{matching} ORDER BY u.seq LIMIT ${next} OFFSET ${}", statement::USERS, next + 1);
        Ok(UserPage { total, users: self.views(tenant, &page, &bound).await? })
    }

    async fn views(&self, tenant: &TenantId, sql: &str, bound: &Bound) -> Result<Vec<UserView>, StoreError> {
        self.rows(sql, &told(bound)).await?.iter().map(|row| read_view(row, tenant)).collect()
    }
}

/// The terms in one order and without repetitions, so that few different statements are ever prepared.
#[derive(Default)]
struct Terms {
    ids: BTreeSet<UserId>,
    names: BTreeSet<String>,
    values: BTreeSet<IndexedValue>,
}

impl Terms {
    /// `None` if nobody can match: no term does, or two say different things about the one id or name of a user.
    fn of(terms: Vec<UserTerm>) -> Option<Self> {
        let mut sorted = Self::default();
        for term in terms {
            match term {
                UserTerm::Id(id) => sorted.ids.insert(id),
                UserTerm::UserName(key) => sorted.names.insert(key),
                UserTerm::Value(value) => sorted.values.insert(value),
                UserTerm::Nothing => return None,
            };
        }
        (sorted.ids.len() <= 1 && sorted.names.len() <= 1).then_some(sorted)
    }

    /// Whether at most one user can match, so that nobody needs counting.
    fn is_narrow(&self) -> bool {
        !self.ids.is_empty() || !self.names.is_empty()
    }

    /// The terms as conditions on `u`, after the tenant's.
    fn matching(&self, bound: &mut Bound) -> String {
        let mut conditions = String::new();
        let mut and = |condition: std::fmt::Arguments<'_>| {
            // Writing into a String cannot fail.
            let _ = write!(conditions, " AND {condition}");
        };
        for id in &self.ids {
            bound.push(Box::new(id.uuid()));
            and(format_args!("u.id = ${}", bound.len()));
        }
        for name in &self.names {
            bound.push(Box::new(text(name)));
            and(format_args!("u.user_name_key = ${}", bound.len()));
        }
        for value in &self.values {
            bound.push(Box::new(value.name));
            bound.push(Box::new(text(&value.key)));
            let (name, key) = (bound.len() - 1, bound.len());
            and(format_args!(
                "u.id IN (SELECT v.user_id FROM user_value v \
                 WHERE v.tenant = $1 AND v.attribute = ${name} AND v.value_key = ${key})"
            ));
        }
        conditions
    }
}

fn told(bound: &Bound) -> Vec<&(dyn ToSql + Sync)> {
    bound.iter().map(|value| value.as_ref() as &(dyn ToSql + Sync)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a client sends is never part of a statement.
    #[test]
    fn every_value_is_bound() {
        let mut bound: Bound = vec![Box::new("carbon.super")];
        let injected = UserTerm::UserName("x' OR '1'='1".to_owned());
        let terms = vec![UserTerm::external_id("7; DROP TABLE users"), injected.clone(), injected];

        let conditions = Terms::of(terms).unwrap().matching(&mut bound);

        assert_eq!(
            conditions,
            " AND u.user_name_key = $2 AND u.id IN (SELECT v.user_id FROM user_value v \
             WHERE v.tenant = $1 AND v.attribute = $3 AND v.value_key = $4)"
        );
        assert_eq!(bound.len(), 4);
    }

    #[test]
    fn nobody_has_two_names() {
        let named = |name: &str| UserTerm::UserName(name.to_owned());

        assert!(Terms::of(vec![named("bob"), named("alice")]).is_none());
        assert!(Terms::of(vec![named("bob"), named("bob")]).is_some());
    }
}
