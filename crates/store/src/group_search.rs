//! What both databases do alike when groups are searched: what an index answers of a filter, and the way through memory
//! for the rest.
//!
//! ```text
//! filter ─▶ terms, rest ─┬─ neither, order has an index ▶ page by SQL
//!                        ├─ terms, order of creation ───▶ their numbers, intersected
//!                        └─ otherwise ──────────────────▶ candidates, judged and sorted here, at most CANDIDATES_MAX
//! ```

use std::collections::{BTreeMap, HashMap};

use countersign_domain::groups::{Group, GroupName, Member};
use countersign_domain::{GroupId, MemberId};
use countersign_scim::filter::{Comparison, Filter, Literal, Operator};
use countersign_scim::group::{group_id, member_id, plain_name, resource_of};
use countersign_scim::list::Sort;
use countersign_scim::schema::Dialect;

use crate::paging::{Cut, Paging};
use crate::{CANDIDATES_MAX, GroupPage, GroupQuery, Members, SearchError, Spot};

/// The most members that are read to judge or to show the groups of one list.
pub const MEMBERS_MAX: u64 = 100_000;

/// One indexed equality.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Term {
    Id(GroupId),
    /// The folded name.
    Name(String),
    ExternalId(String),
    /// A user or a group that is in it itself.
    Member(MemberId),
    /// Nothing can match: an id that is none.
    Nothing,
}

/// By what groups are listed; ties are by creation.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum By {
    Creation,
    /// By `displayName`, without case, which has an index.
    Name,
    /// By anything else.
    Computed(Sort),
}

/// How to get at a page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Way {
    /// By an index that has the order.
    Walk,
    /// By the numbers that the terms find.
    Numbers,
    /// By looking at every group that the terms find.
    Select,
}

/// A query, and how it is gone about.
pub(crate) struct GroupSearch {
    pub(crate) terms: Vec<Term>,
    pub(crate) by: By,
    pub(crate) paging: Paging,
    rest: Vec<Filter>,
}

/// The members of groups, as far as they were read.
pub(crate) type MembersOf = HashMap<GroupId, Vec<Member>>;

impl GroupSearch {
    pub(crate) fn new(query: &GroupQuery) -> Self {
        let mut search = Self {
            terms: Vec::new(),
            by: query.sort.map_or(By::Creation, By::of),
            paging: Paging::new(
                query.place.clone(),
                query.limit,
                query.sort.is_some_and(|sort| sort.is_descending),
            ),
            rest: Vec::new(),
        };
        if let Some(filter) = &query.filter {
            search.split(filter, query.dialect);
        }
        search
    }

    pub(crate) fn way(&self) -> Way {
        match self.by {
            _ if !self.rest.is_empty() => Way::Select,
            By::Creation if !self.terms.is_empty() => Way::Numbers,
            By::Creation | By::Name if self.terms.is_empty() => Way::Walk,
            By::Creation | By::Name | By::Computed(_) => Way::Select,
        }
    }

    /// What has to be known of the candidates' members.
    pub(crate) fn members(&self) -> Members {
        let named =
            self.rest.iter().flat_map(Filter::attributes).filter(|path| path.attribute.name == "members");
        named.fold(Members::Unseen, |wanted, path| match (wanted, path.sub.map(|sub| sub.name)) {
            (Members::Named, _) | (_, Some("display")) => Members::Named,
            _ => Members::Ids,
        })
    }

    /// The page among the candidates, how many of them match, and the page's own places.
    pub(crate) fn select(
        &self,
        candidates: Vec<(i64, Group)>,
        members: &MembersOf,
    ) -> Result<GroupPage, SearchError> {
        within_bounds(candidates.len() as u64)?;
        let matching: Vec<(i64, Group)> =
            candidates.into_iter().filter(|(_, group)| self.matches(group, members)).collect();
        let (total, cut) =
            self.paging.among(matching.iter().map(|(number, group)| self.spot(*number, group)).collect());
        Ok(self.page(total, cut, matching))
    }

    fn matches(&self, group: &Group, members: &MembersOf) -> bool {
        if self.rest.is_empty() {
            return true;
        }
        let form = resource_of(group, members.get(&group.id).map_or(&[][..], Vec::as_slice));
        self.rest.iter().all(|filter| filter.matches(&form))
    }

    /// The page of those of `cut`, found among these; one that was deleted meanwhile is on no page.
    pub(crate) fn page(&self, total: u64, mut cut: Cut, found: Vec<(i64, Group)>) -> GroupPage {
        let mut found: BTreeMap<i64, Group> = found.into_iter().collect();
        cut.numbers.retain(|number| found.contains_key(number));
        let groups: Vec<Group> = cut.numbers.iter().filter_map(|number| found.remove(number)).collect();
        let spot = |group: Option<&Group>, number: Option<&i64>| Some(self.spot(*number?, group?));
        let first = spot(groups.first(), cut.numbers.first());
        let last = spot(groups.last(), cut.numbers.last());
        let (previous, next) = self.paging.ends(&cut, first, last);
        GroupPage { total, groups, previous, next }
    }

    fn spot(&self, number: i64, group: &Group) -> Spot {
        Spot { key: self.by.key(group), number }
    }

    /// Splits a filter into what indexes answer and what is left (SCIM-59, SCIM-97).
    fn split(&mut self, filter: &Filter, dialect: Dialect) {
        match filter {
            Filter::And(parts) => parts.iter().for_each(|part| self.split(part, dialect)),
            Filter::Compare(comparison) => match term(comparison, dialect) {
                Some(term) => self.terms.push(term),
                None => self.rest.push(filter.clone()),
            },
            // One value has to satisfy all that is in the brackets: an index finds it by its id, the rest is judged.
            Filter::Value { filter: inner, .. } => {
                let (terms, rest) = (self.terms.len(), self.rest.len());
                self.split(inner, dialect);
                let is_said = self.rest.len() == rest && self.terms.len() == terms + 1;
                self.rest.truncate(rest);
                if !is_said {
                    self.rest.push(filter.clone());
                }
            }
            Filter::Never => self.terms.push(Term::Nothing),
            Filter::Present(_) | Filter::Not(_) | Filter::Or(_) => self.rest.push(filter.clone()),
        }
    }
}

impl By {
    fn of(sort: Sort) -> Self {
        match sort.by.attribute.name {
            "displayName" => Self::Name,
            _ => Self::Computed(sort),
        }
    }

    fn key(&self, group: &Group) -> String {
        match self {
            Self::Creation => String::new(),
            Self::Name => group.name.key(),
            Self::Computed(sort) => sort.key(&resource_of(group, &[])),
        }
    }
}

/// Refuses a search that has more to look at than one request may (SEC-41).
pub(crate) fn within_bounds(candidates: u64) -> Result<(), SearchError> {
    if candidates > CANDIDATES_MAX { Err(SearchError::TooMany) } else { Ok(()) }
}

/// Members as they were read, by their groups; one more than [`MEMBERS_MAX`] were asked for.
pub(crate) fn by_group(members: Vec<(GroupId, Member)>) -> Result<MembersOf, SearchError> {
    if members.len() as u64 > MEMBERS_MAX {
        return Err(SearchError::TooMany);
    }
    let mut by_group = MembersOf::new();
    for (group, member) in members {
        by_group.entry(group).or_default().push(member);
    }
    Ok(by_group)
}

fn term(comparison: &Comparison, dialect: Dialect) -> Option<Term> {
    let (Operator::Eq, Literal::String(text)) = (comparison.operator, &comparison.literal) else {
        return None;
    };
    let target = &comparison.target;
    match (target.attribute.name, target.sub.map(|sub| sub.name)) {
        ("id", None) => Some(group_id(text).map_or(Term::Nothing, Term::Id)),
        ("displayName", None) => Some(Term::Name(GroupName::key_of(plain_name(text, dialect)))),
        ("externalId", None) => Some(Term::ExternalId(text.clone())),
        ("members", Some("value")) => Some(member_id(text).map_or(Term::Nothing, Term::Member)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use countersign_scim::schema::{Name, group as schema};

    use super::*;
    use crate::Place;

    const ID: &str = "00000000-0000-7000-8000-000000000001";

    fn search(filter: &str, by: &str, dialect: Dialect) -> GroupSearch {
        let filter = Filter::parse(&filter.replace("ID", ID), schema(dialect)).unwrap();
        let sort = match schema(dialect).resolve(by) {
            Some(Name::Attribute(by)) => Some(Sort { by, is_descending: false }),
            _ => None,
        };
        GroupSearch::new(&GroupQuery {
            filter: Some(filter),
            sort,
            dialect,
            place: Place::Offset(0),
            limit: 10,
        })
    }

    fn split(filter: &str) -> (usize, usize, Members) {
        let search = search(filter, "", Dialect::Wso2);
        (search.terms.len(), search.rest.len(), search.members())
    }

    /// SCIM-59, SCIM-97: what an index answers leaves nothing to be judged, and no member to be read.
    #[test]
    fn indexed_equalities_are_answered_by_an_index() {
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
            assert_eq!(split(text), (terms, 0, Members::Unseen), "{text}");
            assert_eq!(search(text, "", Dialect::Strict).way(), Way::Numbers, "{text}");
            assert_eq!(search(text, "displayName", Dialect::Strict).way(), Way::Select, "{text}");
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
            assert_eq!(split(text), expected, "{text}");
            assert_eq!(search(text, "", Dialect::Strict).way(), Way::Select, "{text}");
        }
    }

    /// scim.md §14: the user store before a name, at `/scim2` only.
    #[test]
    fn the_user_store_is_no_part_of_a_name() {
        let terms = |dialect| search("displayName eq \"PRIMARY/Sales\"", "", dialect).terms;

        assert_eq!(terms(Dialect::Wso2), [Term::Name("sales".to_owned())]);
        assert_eq!(terms(Dialect::Strict), [Term::Name("primary/sales".to_owned())]);
    }

    /// SEC-41: what would have to look at too many is refused, not cut short.
    #[test]
    fn too_many_candidates_are_refused() {
        assert!(within_bounds(CANDIDATES_MAX).is_ok());
        assert!(matches!(within_bounds(CANDIDATES_MAX + 1), Err(SearchError::TooMany)));
    }
}
