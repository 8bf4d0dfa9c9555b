//! A and L: what a request makes of them (`verification.md` §2.4).

use super::WantedContacts;
use super::primary::Table;
use crate::claim::{Address, ClaimFamily};
use crate::refusal::Refusal;

/// The lists after a request, and who wants to join L.
pub(super) struct Lists {
    /// A, de-duplicated, first positions kept.
    pub(super) all: Vec<Address>,
    /// L ∩ A: members that were proven before, as they were proven.
    pub(super) proven: Vec<Address>,
    /// The one member of L' that is not in L; under M1 the first of them.
    pub(super) candidate: Option<Address>,
    /// Whether the request carried a list.
    pub(super) named: bool,
    /// Whether it carried an L' that is not L: an echo asks for nothing.
    pub(super) proven_differs: bool,
}

/// Evaluates the lists of a request. While the primary is in the request L' is ignored (D-10): only a proof adds to L.
/// Where values are written straight it is dropped as well (M1).
///
/// Refuses lists that grow over the maximum, and more than one new member (M6).
pub(super) fn evaluate(
    table: &Table<'_>,
    wanted: &WantedContacts,
    primary_in_request: bool,
) -> Result<Lists, Refusal> {
    let (settings, stored, direct) = (table.settings, table.stored(), table.direct().is_some());
    let named = settings.lists && (wanted.all.is_some() || wanted.proven.is_some());
    let all = match &wanted.all {
        Some(all) if settings.lists => distinct(all),
        _ => stored.all.clone(),
    };
    let known = if named || primary_in_request { with_verified(table) } else { stored.proven.clone() };
    let offered = wanted.proven.as_ref().filter(|_| settings.lists && !primary_in_request);
    let offered = offered.map(|offered| distinct(offered));
    let newcomers: Vec<&Address> = offered.iter().flatten().filter(|member| !among(&known, member)).collect();
    if newcomers.len() > 1 && !direct {
        return Err(Refusal::SeveralCandidates(table.family));
    }
    let candidate = newcomers.first().map(|member| (*member).clone());
    let proven_differs =
        candidate.is_some() || offered.as_ref().is_some_and(|offered| offered.len() != known.len());
    let asked = offered.filter(|_| !direct).unwrap_or_else(|| known.clone());
    let too_long = |list: &[Address], before: &[Address]| list.len() > settings.list_max.max(before.len());
    if named && (too_long(&all, &stored.all) || too_long(&asked, &known)) {
        return Err(Refusal::TooMany { max: settings.list_max });
    }
    let proven = asked.iter().filter_map(|member| known.iter().find(|proven| proven.same_as(member)));
    let proven = proven.filter(|member| among(&all, member)).cloned().collect();
    Ok(Lists { all, proven, candidate, named, proven_differs })
}

/// L, with a verified e-mail P that stands in A but not in L (`verification.md` §2.3).
fn with_verified(table: &Table<'_>) -> Vec<Address> {
    let stored = table.stored();
    let repairs = table.settings.lists && table.family == ClaimFamily::Email && stored.verified;
    let held = stored.address().filter(|held| repairs && among(&stored.all, held));
    let missing = held.filter(|held| !among(&stored.proven, held));
    stored.proven.iter().chain(missing).cloned().collect()
}

fn among(list: &[Address], address: &Address) -> bool {
    list.iter().any(|member| member.same_as(address))
}

fn distinct(addresses: &[Address]) -> Vec<Address> {
    let mut kept: Vec<Address> = Vec::with_capacity(addresses.len());
    for address in addresses {
        if !among(&kept, address) {
            kept.push(address.clone());
        }
    }
    kept
}
