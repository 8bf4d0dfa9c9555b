//! Lists of groups (RFC 7644 §3.4.2): what an index answers is asked of the store, what is left of the filter is judged
//! on what the index found, at most so many.

use std::cmp::Ordering;
use std::collections::HashMap;

use axum::http::StatusCode;
use countersign_app::{Context, GroupOrder, GroupTerm, Members, Page};
use countersign_domain::GroupId;
use countersign_domain::groups::{Group, Member};
use countersign_scim::filter::{Comparison, Filter, Literal, Operator};
use countersign_scim::list::{ListRequest, Sort, list_response};
use countersign_scim::{Dialect, ScimError, ScimType, group, render};
use serde_json::Value;

use super::error::Refused;
use super::groups::wanted_members;
use super::resource::{self, Answer};
use super::rights::Asking;

/// The most groups that are looked at for what no index answers.
const CANDIDATES_MAX: u64 = 5_000;
/// The most members that are read for one list.
const MEMBERS_MAX: u64 = 100_000;

/// What a filter asks of the store, and what remains to be judged.
#[derive(Default, PartialEq, Debug)]
struct Query {
    terms: Vec<GroupTerm>,
    rest: Vec<Filter>,
}

/// The page a request asks for.
pub(super) async fn answer(asking: &Asking, cx: &Context, request: &ListRequest) -> Answer {
    if request.cursor.is_some() {
        let detail = "Groups are paged by startIndex and count; leave cursor out.";
        return Err(ScimError::new(ScimType::InvalidCursor, detail).into());
    }
    let (shown, total) = page(asking, cx, request).await?;
    Ok(resource::json(StatusCode::OK, &list_response(shown, total, request.start_index)))
}

/// The groups of that page, and how many match in all.
pub(super) async fn page(
    asking: &Asking,
    cx: &Context,
    request: &ListRequest,
) -> Result<(Vec<Value>, u64), Refused> {
    let dialect = asking.mount.dialect;
    let query = request.filter.as_ref().map(|filter| query_of(filter, dialect)).unwrap_or_default();
    let listing = Listing { asking, cx, request };
    let order = request.sort.map_or(Some(GroupOrder::Created), order_of);
    let (groups, total) = match order {
        Some(order) if query.rest.is_empty() => listing.page(query.terms, order).await?,
        _ => listing.judged(query).await?,
    };
    let schema = asking.mount.groups();
    let members = listing.members(&groups, wanted_members(schema, &request.projection)).await?;
    let rendering = asking.mount.rendering(&asking.web);
    let shown =
        groups.iter().map(|group| render::group(internal(group, &members), &rendering, &request.projection));
    Ok((shown.collect(), total))
}

type MembersOf = HashMap<GroupId, Vec<Member>>;

fn internal(group: &Group, members: &MembersOf) -> Value {
    group::resource_of(group, members.get(&group.id).map_or(&[][..], Vec::as_slice))
}

struct Listing<'l> {
    asking: &'l Asking,
    cx: &'l Context,
    request: &'l ListRequest,
}

impl Listing<'_> {
    /// The store's own page.
    async fn page(&self, terms: Vec<GroupTerm>, order: GroupOrder) -> Result<(Vec<Group>, u64), Refused> {
        let page = Page { start_index: self.request.start_index, count: self.request.count };
        let found = self.asking.web.app.groups(self.cx, terms, order, page).await?;
        Ok((found.groups, found.total))
    }

    /// Everything the indexed part of the filter finds, judged by the rest of it, sorted, and cut.
    async fn judged(&self, query: Query) -> Result<(Vec<Group>, u64), Refused> {
        let page = Page { start_index: 1, count: CANDIDATES_MAX };
        let found = self.asking.web.app.groups(self.cx, query.terms, GroupOrder::Created, page).await?;
        if found.total > CANDIDATES_MAX {
            return Err(too_many("Too many groups have to be looked at; narrow the filter with eq."));
        }
        let members = self.members(&found.groups, members_judged(&query.rest)).await?;
        let with_form = found.groups.into_iter().map(|group| (internal(&group, &members), group));
        let mut matching: Vec<(Value, Group)> =
            with_form.filter(|(form, _)| query.rest.iter().all(|filter| filter.matches(form))).collect();
        if let Some(sort) = &self.request.sort {
            if sort.by.attribute.name == "members" {
                let detail = "Groups cannot be sorted by their members; sort by another attribute.";
                return Err(ScimError::new(ScimType::InvalidValue, detail).into());
            }
            matching.sort_by(|(one, _), (other, _)| compared(one, other, sort));
        }
        let total = matching.len() as u64;
        let skipped = usize::try_from(self.request.start_index.saturating_sub(1)).unwrap_or(usize::MAX);
        let count = usize::try_from(self.request.count).unwrap_or(usize::MAX);
        let page = matching.into_iter().map(|(_, group)| group).skip(skipped).take(count);
        Ok((page.collect(), total))
    }

    async fn members(&self, groups: &[Group], wanted: Members) -> Result<MembersOf, Refused> {
        let ids: Vec<GroupId> = groups.iter().map(|group| group.id).collect();
        let found = self.asking.web.app.members_of(self.cx, &ids, wanted, MEMBERS_MAX + 1).await?;
        if found.len() as u64 > MEMBERS_MAX {
            return Err(too_many(
                "These groups have too many members for one list; ask with excludedAttributes=members, or read one group.",
            ));
        }
        let mut members = MembersOf::new();
        for (group, member) in found {
            members.entry(group).or_default().push(member);
        }
        Ok(members)
    }
}

fn too_many(detail: &str) -> Refused {
    ScimError::new(ScimType::TooMany, detail).into()
}

/// The order an index has, if it is this one.
fn order_of(sort: Sort) -> Option<GroupOrder> {
    match (sort.by.attribute.name, sort.is_descending) {
        ("displayName", false) => Some(GroupOrder::Name),
        ("displayName", true) => Some(GroupOrder::NameDescending),
        _ => None,
    }
}

/// SCIM-65: as the attribute compares, unassigned last, ties by id; descending the other way round.
fn compared(one: &Value, other: &Value, sort: &Sort) -> Ordering {
    let key = |resource: &Value| {
        let value = resource.get(sort.by.attribute.name)?;
        let value = sort.by.sub.map_or(Some(value), |sub| value.get(sub.name))?;
        let text = value.as_str()?;
        Some(if sort.by.leaf().case_exact { text.to_owned() } else { text.to_lowercase() })
    };
    let by_value = match (key(one), key(other)) {
        (Some(one), Some(other)) => one.cmp(&other),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    };
    let by_value = if sort.is_descending { by_value.reverse() } else { by_value };
    by_value.then_with(|| one["id"].as_str().cmp(&other["id"].as_str()))
}

/// What the rest of a filter needs to know of the members.
fn members_judged(rest: &[Filter]) -> Members {
    let named = rest.iter().flat_map(Filter::attributes).filter(|path| path.attribute.name == "members");
    named.fold(Members::Unseen, |wanted, path| match (wanted, path.sub.map(|sub| sub.name)) {
        (Members::Named, _) | (_, Some("display")) => Members::Named,
        _ => Members::Ids,
    })
}

/// Splits a filter into what indexes answer and what is left (SCIM-59, SCIM-97).
fn query_of(filter: &Filter, dialect: Dialect) -> Query {
    match filter {
        Filter::And(parts) => {
            parts.iter().map(|part| query_of(part, dialect)).fold(Query::default(), |mut all, part| {
                all.terms.extend(part.terms);
                all.rest.extend(part.rest);
                all
            })
        }
        Filter::Compare(comparison) => match term(comparison, dialect) {
            Some(term) => Query { terms: vec![term], rest: Vec::new() },
            None => Query { terms: Vec::new(), rest: vec![filter.clone()] },
        },
        // One value has to satisfy all that is in the brackets: an index finds it by its id, the rest is judged.
        Filter::Value { filter: inner, .. } => {
            let inner = query_of(inner, dialect);
            let rest =
                if inner.rest.is_empty() && inner.terms.len() == 1 { vec![] } else { vec![filter.clone()] };
            Query { terms: inner.terms, rest }
        }
        Filter::Present(_) | Filter::Not(_) | Filter::Or(_) => {
            Query { terms: Vec::new(), rest: vec![filter.clone()] }
        }
    }
}

fn term(comparison: &Comparison, dialect: Dialect) -> Option<GroupTerm> {
    let (Operator::Eq, Literal::String(text)) = (comparison.operator, &comparison.literal) else {
        return None;
    };
    let target = &comparison.target;
    match (target.attribute.name, target.sub.map(|sub| sub.name)) {
        ("id", None) => Some(group::group_id(text).map_or(GroupTerm::Nothing, GroupTerm::Id)),
        ("displayName", None) => Some(GroupTerm::Name(group::plain_name(text, dialect).to_lowercase())),
        ("externalId", None) => Some(GroupTerm::ExternalId(text.clone())),
        ("members", Some("value")) => {
            Some(group::member_id(text).map_or(GroupTerm::Nothing, GroupTerm::Member))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use countersign_scim::schema;

    use super::*;

    const ID: &str = "00000000-0000-7000-8000-000000000001";

    fn query(text: &str) -> (usize, usize, Members) {
        let schema = schema::group(Dialect::Wso2);
        let query = query_of(&Filter::parse(&text.replace("ID", ID), schema).unwrap(), Dialect::Wso2);
        (query.terms.len(), query.rest.len(), members_judged(&query.rest))
    }

    /// SCIM-59, SCIM-97: what an index answers leaves nothing to be judged, and no member to be read.
    #[test]
    fn indexed_equalities_are_answered_by_the_store() {
        for (text, terms) in [
            ("displayName eq \"Sales\"", 1),
            ("id eq \"ID\"", 1),
            ("externalId eq \"7\"", 1),
            ("members eq \"ID\"", 1),
            ("members.value eq \"ID\"", 1),
            ("members[value eq \"ID\"]", 1),
            ("id eq \"ID\" and members eq \"ID\"", 2),
            ("displayName eq \"Sales\" and members[value eq \"ID\"]", 2),
        ] {
            assert_eq!(query(text), (terms, 0, Members::Unseen), "{text}");
        }
    }

    /// SCIM-57: everything else is judged on what the index found, or on all.
    #[test]
    fn what_no_index_answers_is_judged() {
        for (text, expected) in [
            ("displayName sw \"S\"", (0, 1, Members::Unseen)),
            ("displayName co \"S\" and members eq \"ID\"", (1, 1, Members::Unseen)),
            ("displayName eq \"a\" or displayName eq \"b\"", (0, 1, Members::Unseen)),
            ("meta.lastModified gt \"2026-01-01T00:00:00Z\"", (0, 1, Members::Unseen)),
            ("not (members eq \"ID\")", (0, 1, Members::Ids)),
            ("members pr", (0, 1, Members::Ids)),
            ("members[value eq \"ID\" and type eq \"User\"]", (1, 1, Members::Ids)),
            ("members[value eq \"ID\" and value eq \"ID\"]", (2, 1, Members::Ids)),
            ("members.display eq \"bob\"", (0, 1, Members::Named)),
        ] {
            assert_eq!(query(text), expected, "{text}");
        }
    }

    /// scim.md §14: the user store before a name, at `/scim2` only.
    #[test]
    fn the_user_store_is_no_part_of_a_name() {
        let name = |dialect| {
            let filter = Filter::parse("displayName eq \"PRIMARY/Sales\"", schema::group(dialect)).unwrap();
            query_of(&filter, dialect).terms
        };
        assert_eq!(name(Dialect::Wso2), [GroupTerm::Name("sales".to_owned())]);
        assert_eq!(name(Dialect::Strict), [GroupTerm::Name("primary/sales".to_owned())]);
    }
}
