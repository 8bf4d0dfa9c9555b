//! From a [`Plan`] to parameterised SQL: one compiler, two spellings. Every value is bound; what stands in a statement
//! is made of fixed parts.

use std::fmt::Write as _;
use std::ops::Bound;

use countersign_domain::{GroupId, UserId};
use countersign_scim::order::instant_micros;

use crate::Spot;
use crate::order::{By, Order};
use crate::plan::{Condition, Probe, Span, Time};

/// What the two databases spell differently.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spelling {
    /// Before the number of a parameter.
    pub(crate) mark: char,
    /// The column of `users` that counts them in the order of creation.
    pub(crate) number: &'static str,
    /// The column of `user_value` that points there.
    pub(crate) owner: &'static str,
}

/// A parameter.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Value {
    Text(String),
    Number(i64),
    Id(UserId),
    Group(GroupId),
}

/// A statement and its parameters; the first is the tenant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Sql {
    pub(crate) text: String,
    pub(crate) values: Vec<Value>,
}

/// How many users meet a condition.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Count {
    /// Nobody.
    Nobody,
    /// Everybody the house has.
    All,
    /// Everybody but those this counts: what is left out is counted where it is less to look at.
    Except(Sql),
    /// What this counts.
    These(Sql),
}

/// Where in an ordered list to begin.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Window {
    /// Behind this place, on in the order; `None`: at the beginning.
    pub(crate) behind: Option<Spot>,
    /// And so many further.
    pub(crate) skip: u64,
}

impl Spelling {
    /// How many meet `condition`.
    pub(crate) fn count(self, tenant: &str, condition: &Condition) -> Count {
        match condition {
            Condition::All => Count::All,
            Condition::Nobody => Count::Nobody,
            Condition::Not(inner) => Count::Except(self.count_these(tenant, inner)),
            Condition::And(parts) if parts.iter().all(|part| matches!(part, Condition::Not(_))) => {
                let left_out = parts.iter().filter_map(|part| match part {
                    Condition::Not(inner) => Some(inner.as_ref().clone()),
                    _ => None,
                });
                Count::Except(self.count_these(tenant, &Condition::Or(left_out.collect())))
            }
            _ => Count::These(self.count_these(tenant, condition)),
        }
    }

    fn count_these(self, tenant: &str, condition: &Condition) -> Sql {
        let mut sql = Writer::new(self, tenant);
        match condition {
            // A question to the side table needs no look at the users.
            Condition::Is(Probe::Value { attribute, is_single, keys }) => {
                let owners = if *is_single || matches!(keys, Span::Only(_)) {
                    "*".to_owned()
                } else {
                    format!("DISTINCT v.{}", self.owner)
                };
                sql.put(format_args!("SELECT count({owners}) AS total FROM user_value v WHERE v.tenant = "));
                sql.tenant();
                sql.value_is("v", attribute, keys);
            }
            Condition::Or(parts) if parts.iter().all(is_of_values) => {
                sql.put(format_args!("SELECT count(*) AS total FROM ("));
                // Nobody counts twice.
                sql.union(&drivers(condition).unwrap_or_default(), " UNION ");
                sql.put(format_args!(") found"));
            }
            _ => {
                sql.put(format_args!("SELECT count(*) AS total FROM users u WHERE u.tenant = "));
                sql.tenant();
                sql.and_matching(condition, true);
            }
        }
        sql.done()
    }

    /// The numbers of those who meet `condition`, a window of them in this order. Those who are few are found by what
    /// `condition` asks an index; where they are not, the order is walked past the others. `None` if the order has no
    /// index.
    pub(crate) fn page(
        self,
        tenant: &str,
        condition: &Condition,
        are_few: bool,
        order: Order,
        window: &Window,
        limit: u64,
    ) -> Option<Sql> {
        let mut sql = Writer::new(self, tenant);
        let number = self.number;
        // The side table itself holds the users of one key in the order of creation.
        if let (By::Creation, Condition::Is(Probe::Value { attribute, keys: keys @ Span::Only(_), .. })) =
            (order.by, condition)
        {
            sql.put(format_args!("SELECT v.{} AS number FROM user_value v WHERE v.tenant = ", self.owner));
            sql.tenant();
            sql.value_is("v", attribute, keys);
            sql.end(None, &format!("v.{}", self.owner), order, window, limit)?;
            return Some(sql.done());
        }
        let column = match order.by {
            By::Creation => None,
            By::UserName => Some("u.user_name_key"),
            By::Id => Some("u.id"),
            By::Time(Time::Created) => Some("u.created_at"),
            By::Time(Time::Modified) => Some("u.modified_at"),
            By::Value(..) => Some("s.value_key"),
            By::Computed(_) => return None,
        };
        let owner = if let By::Value(name, _) = order.by {
            sql.put(format_args!("SELECT s.{} AS number FROM user_value s", self.owner));
            if *condition != Condition::All {
                sql.put(format_args!(
                    " JOIN users u ON u.tenant = s.tenant AND u.{number} = s.{}",
                    self.owner
                ));
            }
            sql.put(format_args!(" WHERE s.tenant = "));
            sql.tenant();
            sql.put(format_args!(" AND s.attribute = "));
            sql.bind(Value::Text(name.to_owned()));
            format!("s.{}", self.owner)
        } else {
            sql.put(format_args!("SELECT u.{number} AS number FROM users u WHERE u.tenant = "));
            sql.tenant();
            format!("u.{number}")
        };
        sql.and_matching(condition, are_few);
        sql.end(column, &owner, order, window, limit)?;
        Some(sql.done())
    }

    /// The users who meet `condition`, in `columns`, in the order of creation, so many of them at most.
    pub(crate) fn candidates(self, tenant: &str, columns: &str, condition: &Condition, limit: u64) -> Sql {
        let mut sql = Writer::new(self, tenant);
        sql.put(format_args!("SELECT {columns}, u.{} AS number FROM users u WHERE u.tenant = ", self.number));
        sql.tenant();
        sql.and_matching(condition, true);
        sql.put(format_args!(" ORDER BY u.{} LIMIT ", self.number));
        sql.bind(Value::Number(i64::try_from(limit).unwrap_or(i64::MAX)));
        sql.done()
    }
}

/// The key of a place as the column of the order holds it; `None` for one that is no key of this order.
fn key_of(spot: &Spot, by: By) -> Option<Value> {
    let text = || spot.key.strip_prefix('=');
    match by {
        By::UserName => text().map(|name| Value::Text(name.to_owned())),
        By::Id => text()?.parse().ok().map(Value::Id),
        By::Time(_) => instant_micros(&spot.key).map(Value::Number),
        By::Creation | By::Value(..) | By::Computed(_) => Some(Value::Text(spot.key.clone())),
    }
}

/// What, of a condition, finds users by itself: the questions whose answers together hold everybody who meets it, taken
/// from the part that promises the fewest. `None` where everybody has to be looked at.
fn drivers(condition: &Condition) -> Option<Vec<&Probe>> {
    match condition {
        Condition::Is(probe) => Some(vec![probe]),
        Condition::Or(parts) => {
            Some(parts.iter().map(drivers).collect::<Option<Vec<_>>>()?.into_iter().flatten().collect())
        }
        Condition::And(parts) => {
            let found = parts.iter().filter_map(drivers);
            found.min_by_key(|probes| probes.iter().map(|probe| promise(probe)).max())
        }
        Condition::All | Condition::Nobody | Condition::Not(_) => None,
    }
}

/// How many users a question is likely to find: 0 for one, more for more.
fn promise(probe: &Probe) -> u8 {
    let few = ["externalId", "emails", "phoneNumbers", "employeeNumber"];
    let some = ["displayName", "name.familyName", "name.givenName", "manager"];
    match probe {
        Probe::Id(_) | Probe::UserName(Span::Only(_)) => 0,
        Probe::Value { attribute, keys: Span::Only(_), .. } if few.contains(attribute) => 1,
        Probe::Value { attribute, keys: Span::Only(_), .. } if some.contains(attribute) => 2,
        Probe::Value { keys: Span::Only(_), .. } => 4,
        Probe::Time(_, Span::Between(Bound::Included(_) | Bound::Excluded(_), _)) => 5,
        Probe::UserName(_) | Probe::Group(_) => 3,
        Probe::Value { attribute, .. } if few.contains(attribute) || some.contains(attribute) => 3,
        Probe::Value { .. } | Probe::Time(..) => 6,
    }
}

struct Writer {
    spelling: Spelling,
    text: String,
    values: Vec<Value>,
}

impl Writer {
    fn new(spelling: Spelling, tenant: &str) -> Self {
        Self { spelling, text: String::new(), values: vec![Value::Text(tenant.to_owned())] }
    }

    fn done(self) -> Sql {
        Sql { text: self.text, values: self.values }
    }

    fn put(&mut self, part: std::fmt::Arguments<'_>) {
        // Writing into a String cannot fail.
        let _ = self.text.write_fmt(part);
    }

    fn tenant(&mut self) {
        let mark = self.spelling.mark;
        self.put(format_args!("{mark}1"));
    }

    fn bind(&mut self, value: Value) {
        // The same value twice is one parameter.
        let place = self.values.iter().position(|bound| *bound == value).unwrap_or_else(|| {
            self.values.push(value);
            self.values.len() - 1
        });
        let mark = self.spelling.mark;
        self.put(format_args!("{mark}{}", place + 1));
    }

    /// What stands behind the conditions of a page: where it begins, the order, how many. `None` for a place that is not
    /// one of this order.
    fn end(
        &mut self,
        column: Option<&str>,
        owner: &str,
        order: Order,
        window: &Window,
        limit: u64,
    ) -> Option<()> {
        if let Some(spot) = &window.behind {
            let compares = if order.is_descending { "<" } else { ">" };
            if let Some(column) = column {
                self.put(format_args!(" AND ({column}, {owner}) {compares} ("));
                self.bind(key_of(spot, order.by)?);
                self.put(format_args!(", "));
                self.bind(Value::Number(spot.number));
                self.put(format_args!(")"));
            } else {
                self.put(format_args!(" AND {owner} {compares} "));
                self.bind(Value::Number(spot.number));
            }
        }
        let direction = if order.is_descending { " DESC" } else { "" };
        self.put(format_args!(" ORDER BY "));
        if let Some(column) = column {
            self.put(format_args!("{column}{direction}, "));
        }
        self.put(format_args!("{owner}{direction} LIMIT "));
        self.bind(Value::Number(i64::try_from(limit).unwrap_or(i64::MAX)));
        if window.skip > 0 {
            self.put(format_args!(" OFFSET "));
            self.bind(Value::Number(i64::try_from(window.skip).unwrap_or(i64::MAX)));
        }
        Some(())
    }

    /// ` AND …`: where they are few first what finds the users, if anything does, then what must hold of them besides.
    fn and_matching(&mut self, condition: &Condition, are_few: bool) {
        if *condition == Condition::All {
            return;
        }
        if let Some(probes) = drivers(condition).filter(|_| are_few && !is_of_one_row(condition)) {
            let number = self.spelling.number;
            self.put(format_args!(" AND u.{number} IN ("));
            self.union(&probes, " UNION ALL ");
            self.put(format_args!(")"));
            if matches!(condition, Condition::Is(_)) || is_union(condition) {
                return;
            }
        }
        self.put(format_args!(" AND "));
        self.holds(condition, "u");
    }

    fn union(&mut self, probes: &[&Probe], word: &str) {
        for (place, probe) in probes.iter().enumerate() {
            if place > 0 {
                self.put(format_args!("{word}"));
            }
            self.find(probe);
        }
    }

    /// The numbers of the users a question finds.
    fn find(&mut self, probe: &Probe) {
        let Spelling { number, owner, .. } = self.spelling;
        match probe {
            Probe::Value { attribute, keys, .. } => {
                self.put(format_args!("SELECT v.{owner} FROM user_value v WHERE v.tenant = "));
                self.tenant();
                self.value_is("v", attribute, keys);
            }
            Probe::Group(group) => self.members_of(*group),
            column => {
                self.put(format_args!("SELECT w.{number} FROM users w WHERE w.tenant = "));
                self.tenant();
                self.put(format_args!(" AND "));
                self.column_is("w", column);
            }
        }
    }

    /// The numbers of the users in a group, or in one that is in it, however deep.
    fn members_of(&mut self, group: GroupId) {
        let number = self.spelling.number;
        self.put(format_args!(
            "SELECT w.{number} FROM group_member m JOIN users w ON w.tenant = m.tenant AND w.id = m.user_id \
             WHERE m.tenant = "
        ));
        self.tenant();
        self.put(format_args!(" AND m.group_id IN (WITH RECURSIVE below (id) AS (SELECT "));
        self.bind(Value::Group(group));
        self.put(format_args!(" UNION SELECT n.subgroup_id FROM below b JOIN group_member n ON n.tenant = "));
        self.tenant();
        self.put(format_args!(
            " AND n.group_id = b.id AND n.subgroup_id IS NOT NULL) SELECT below.id FROM below)"
        ));
    }

    fn holds(&mut self, condition: &Condition, users: &str) {
        let Spelling { number, owner, .. } = self.spelling;
        match condition {
            Condition::All => self.put(format_args!("1 = 1")),
            Condition::Nobody => self.put(format_args!("1 = 0")),
            Condition::Not(inner) => {
                self.put(format_args!("NOT "));
                self.holds(inner, users);
            }
            Condition::And(parts) => self.joined(parts, " AND ", users),
            Condition::Or(parts) => self.joined(parts, " OR ", users),
            // One key of one user is one look; the users of many keys are found once for all.
            Condition::Is(Probe::Value { attribute, keys: keys @ Span::Only(_), .. }) => {
                self.put(format_args!("EXISTS (SELECT 1 FROM user_value v WHERE v.tenant = "));
                self.tenant();
                self.value_is("v", attribute, keys);
                self.put(format_args!(" AND v.{owner} = {users}.{number})"));
            }
            Condition::Is(probe @ (Probe::Value { .. } | Probe::Group(_))) => {
                self.put(format_args!("{users}.{number} IN ("));
                self.find(probe);
                self.put(format_args!(")"));
            }
            Condition::Is(column) => self.column_is(users, column),
        }
    }

    fn joined(&mut self, parts: &[Condition], word: &str, users: &str) {
        self.put(format_args!("("));
        for (place, part) in parts.iter().enumerate() {
            if place > 0 {
                self.put(format_args!("{word}"));
            }
            self.holds(part, users);
        }
        self.put(format_args!(")"));
    }

    fn value_is(&mut self, values: &str, attribute: &str, keys: &Span<String>) {
        self.put(format_args!(" AND {values}.attribute = "));
        self.bind(Value::Text(attribute.to_owned()));
        self.put(format_args!(" AND "));
        self.span(&format!("{values}.value_key"), keys, |key| Value::Text(key.clone()));
    }

    fn column_is(&mut self, users: &str, probe: &Probe) {
        match probe {
            Probe::Id(id) => {
                self.put(format_args!("{users}.id = "));
                self.bind(Value::Id(*id));
            }
            Probe::UserName(names) => {
                self.span(&format!("{users}.user_name_key"), names, |name| Value::Text(name.clone()));
            }
            Probe::Time(which, times) => {
                let column = match which {
                    Time::Created => "created_at",
                    Time::Modified => "modified_at",
                };
                self.span(&format!("{users}.{column}"), times, |at| Value::Number(*at));
            }
            Probe::Value { .. } | Probe::Group(_) => self.put(format_args!("1 = 1")),
        }
    }

    fn span<T>(&mut self, column: &str, span: &Span<T>, value: impl Fn(&T) -> Value) {
        let (from, to) = match span {
            Span::Only(key) => {
                self.put(format_args!("{column} = "));
                return self.bind(value(key));
            }
            Span::Between(from, to) => (from, to),
        };
        self.put(format_args!("("));
        let mut is_first = true;
        for (bound, included, excluded) in [(from, ">=", ">"), (to, "<=", "<")] {
            let (word, key) = match bound {
                Bound::Included(key) => (included, key),
                Bound::Excluded(key) => (excluded, key),
                Bound::Unbounded => continue,
            };
            if !std::mem::take(&mut is_first) {
                self.put(format_args!(" AND "));
            }
            self.put(format_args!("{column} {word} "));
            self.bind(value(key));
        }
        if is_first {
            self.put(format_args!("1 = 1"));
        }
        self.put(format_args!(")"));
    }
}

/// Whether it is about one row of the users' own table.
fn is_of_one_row(condition: &Condition) -> bool {
    matches!(condition, Condition::Is(Probe::Id(_) | Probe::UserName(Span::Only(_))))
}

fn is_of_values(condition: &Condition) -> bool {
    matches!(condition, Condition::Is(Probe::Value { .. }))
}

/// Whether those whom the parts find are exactly those who meet it.
fn is_union(condition: &Condition) -> bool {
    matches!(condition, Condition::Or(parts) if parts.iter().all(|part| matches!(part, Condition::Is(_))))
}

#[cfg(test)]
mod tests {
    use countersign_scim::filter::Filter;
    use countersign_scim::schema::{Dialect, user};

    use super::*;
    use crate::plan::Plan;

    const SQLITE: Spelling = Spelling { mark: '?', number: "pk", owner: "user_pk" };
    const CREATION: Order = Order { by: By::Creation, is_descending: false };

    fn page(filter: &str) -> Sql {
        let filter = Filter::parse(filter, user(Dialect::Strict)).unwrap();
        let condition = Plan::of(Some(&filter)).condition;
        SQLITE
            .page("carbon.super", &condition, true, CREATION, &Window { behind: None, skip: 0 }, 10)
            .unwrap()
    }

    /// SEC-42: what a client sends is never part of a statement.
    #[test]
    fn every_value_is_bound() {
        let injected = "x' OR '1'='1";
        for filter in [
            format!("userName eq \"{injected}\""),
            format!("emails sw \"{injected}\" and not (title eq \"{injected}\")"),
            format!("externalId ge \"{injected}\" or active eq false"),
        ] {
            let sql = page(&filter);

            assert!(!sql.text.to_lowercase().contains("x'"), "{}", sql.text);
            assert!(sql.values.iter().any(|value| matches!(value, Value::Text(text) if text.contains("x'"))));
        }
    }

    #[test]
    fn the_part_that_promises_the_fewest_finds_the_users() {
        let department = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department";

        let sql = page(&format!("active eq true and {department} eq \"R&D\" and emails eq \"b@x.org\""));

        let found_by = "u.pk IN (SELECT v.user_pk FROM user_value v \
                        WHERE v.tenant = ?1 AND v.attribute = ?2 AND v.value_key = ?3)";
        assert!(sql.text.contains(found_by), "{}", sql.text);
        assert_eq!(sql.values[1..3], [Value::Text("emails".into()), Value::Text("=b@x.org".into())]);
    }

    #[test]
    fn what_is_left_out_is_counted_instead() {
        let counted = |filter: &str| {
            let filter = Filter::parse(filter, user(Dialect::Strict)).unwrap();
            SQLITE.count("carbon.super", &Plan::of(Some(&filter)).condition)
        };

        assert!(matches!(counted("active eq true"), Count::Except(_)));
        assert!(matches!(counted("title pr and active eq true"), Count::Except(_)));
        assert!(matches!(counted("title eq \"x\""), Count::These(_)));
        assert!(matches!(counted("userName pr"), Count::All));
        assert!(matches!(counted("id eq \"x\""), Count::Nobody));
    }
}
