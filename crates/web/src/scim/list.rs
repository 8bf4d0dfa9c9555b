//! Lists of users (RFC 7644 §3.4.2): which filters this release answers, and how.
//!
//! A filter needs one equality the store has an index for (SCIM-59), alone or and-ed with anything else the grammar
//! has. What the index finds is then judged by the filter itself, so `emails[type eq "work"].value eq "…"` means what
//! it says. Filters without such an equality are refused rather than answered slowly or wrongly.

use axum::http::StatusCode;
use countersign_app::{Context, Page, UserTerm, UserView};
use countersign_domain::claim::ClaimFamily;
use countersign_scim::filter::{Comparison, Filter, Literal, Operator};
use countersign_scim::list::{ListRequest, list_response};
use countersign_scim::render;
use countersign_scim::{ScimError, ScimType};
use serde_json::Value;

use super::error::Refused;
use super::resource::{self, Answer};
use super::rights::Asking;

/// The most users the index may find for a filter that is more than its equalities.
const CANDIDATES_MAX: u64 = 1_000;

/// What a filter asks of the store, and what remains to be judged.
#[derive(PartialEq, Debug)]
struct Query {
    terms: Vec<UserTerm>,
    /// Whether the terms alone say all the filter says.
    is_exact: bool,
}

/// The page a request asks for.
pub(super) async fn answer(asking: &Asking, cx: &Context, request: &ListRequest) -> Answer {
    if request.sort.is_some() {
        let detail = "This release lists users in the order of their creation; leave sortBy out.";
        return Err(ScimError::new(ScimType::InvalidValue, detail).into());
    }
    if request.cursor.is_some() {
        let detail = "This release pages by startIndex and count; leave cursor out.";
        return Err(ScimError::new(ScimType::InvalidCursor, detail).into());
    }
    let (users, total) = found(asking, cx, request).await?;
    let rendering = asking.mount.rendering(&asking.web);
    let shown = users.iter().map(|user| render::user(user, &rendering, &request.projection)).collect();
    Ok(resource::json(StatusCode::OK, &list_response(shown, total, request.start_index)))
}

/// The users of the page in the internal form, and how many match in all.
async fn found(asking: &Asking, cx: &Context, request: &ListRequest) -> Result<(Vec<Value>, u64), Refused> {
    let app = &asking.web.app;
    let page = Page { start_index: request.start_index, count: request.count };
    let filter = request.filter.as_ref();
    let query =
        filter.map_or(Some(Query { terms: Vec::new(), is_exact: true }), query_of).ok_or_else(unsupported)?;
    let internal = |users: &[UserView]| users.iter().map(resource::internal_of).collect::<Vec<Value>>();
    let Some(filter) = filter.filter(|_| !query.is_exact) else {
        let found = app.users(cx, query.terms, page).await?;
        return Ok((internal(&found.users), found.total));
    };
    let candidates = app.users(cx, query.terms, Page { start_index: 1, count: CANDIDATES_MAX }).await?;
    if candidates.total > CANDIDATES_MAX {
        let detail = "Too many users fit the indexed part of the filter; make it narrower.";
        return Err(ScimError::new(ScimType::TooMany, detail).into());
    }
    let matching: Vec<Value> =
        internal(&candidates.users).into_iter().filter(|user| filter.matches(user)).collect();
    let total = matching.len() as u64;
    let skipped = usize::try_from(page.start_index.saturating_sub(1)).unwrap_or(usize::MAX);
    let count = usize::try_from(page.count).unwrap_or(usize::MAX);
    Ok((matching.into_iter().skip(skipped).take(count).collect(), total))
}

fn unsupported() -> ScimError {
    let detail = "This release answers filters with eq on userName, emails, phoneNumbers, externalId or id, alone or \
                  joined by and with other comparisons.";
    ScimError::new(ScimType::InvalidFilter, detail)
}

/// `None` for a filter no index helps with.
fn query_of(filter: &Filter) -> Option<Query> {
    match filter {
        Filter::Compare(comparison) => Some(Query { terms: vec![term(comparison)?], is_exact: true }),
        Filter::And(parts) => all_of(parts),
        // One value of the list has to satisfy everything in the brackets, which the index cannot tell.
        Filter::Value { filter, .. } => Some(Query { is_exact: false, ..query_of(filter)? }),
        Filter::Present(_) | Filter::Not(_) | Filter::Or(_) => None,
    }
}

fn all_of(parts: &[Filter]) -> Option<Query> {
    let known: Vec<Option<Query>> = parts.iter().map(query_of).collect();
    let is_exact = known.iter().all(|part| part.as_ref().is_some_and(|part| part.is_exact));
    let terms: Vec<UserTerm> = known.into_iter().flatten().flat_map(|part| part.terms).collect();
    (!terms.is_empty()).then_some(Query { terms, is_exact })
}

fn term(comparison: &Comparison) -> Option<UserTerm> {
    let (Operator::Eq, Literal::String(text)) = (comparison.operator, &comparison.literal) else {
        return None;
    };
    let target = &comparison.target;
    let is_value = target.sub.is_some_and(|sub| sub.name == "value");
    match (target.extension(), target.attribute.name, target.sub) {
        (None, "id", None) => Some(match text.parse() {
            Ok(id) if countersign_domain::UserId::to_string(&id) == *text => UserTerm::Id(id),
            _ => UserTerm::Nothing,
        }),
        (None, "userName", None) => Some(UserTerm::UserName(text.to_ascii_lowercase())),
        (None, "externalId", None) => Some(UserTerm::external_id(text)),
        (None, "emails", _) if is_value => Some(UserTerm::address(ClaimFamily::Email, text)),
        (None, "phoneNumbers", _) if is_value => Some(UserTerm::address(ClaimFamily::Mobile, text)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use countersign_scim::schema::{Dialect, user};

    use super::*;

    fn query(text: &str) -> Option<(usize, bool)> {
        let query = query_of(&Filter::parse(text, user(Dialect::Strict)).unwrap());
        query.map(|query| (query.terms.len(), query.is_exact))
    }

    /// SCIM-59: what an index answers, alone and and-ed.
    #[test]
    fn indexed_equalities_are_answered_by_the_store() {
        for text in ["userName eq \"Bob\"", "id eq \"x\"", "externalId eq \"7\"", "emails eq \"b@x.org\""] {
            assert_eq!(query(text), Some((1, true)), "{text}");
        }
        assert_eq!(
            query("emails.value eq \"b@x.org\" and phoneNumbers.value eq \"+4912345\""),
            Some((2, true))
        );
    }

    /// SCIM-58: what the index only narrows is judged by the filter.
    #[test]
    fn what_an_index_narrows_is_judged_afterwards() {
        for text in [
            "emails[type eq \"work\" and value eq \"b@x.org\"]",
            "emails[type eq \"work\"].value eq \"b@x.org\"",
            "userName eq \"bob\" and (active eq true or title pr)",
        ] {
            assert_eq!(query(text), Some((1, false)), "{text}");
        }
    }

    /// DESIGN §3.5: nothing is answered half.
    #[test]
    fn what_no_index_helps_with_is_refused() {
        for text in
            ["userName sw \"b\"", "active eq true", "userName eq \"a\" or userName eq \"b\"", "not (id pr)"]
        {
            assert_eq!(query(text), None, "{text}");
        }
    }
}
