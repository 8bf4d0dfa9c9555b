//! What both databases do alike when users are searched: the bounds, the choice of the way, and the way through memory.
//!
//! ```text
//! filter ─▶ plan ─┬─ names one user ───────────▶ read him, judge him
//!                 ├─ exact, order has an index ▶ count and page by SQL
//!                 └─ otherwise ────────────────▶ candidates by SQL, judged and sorted here, at most CANDIDATES_MAX
//! ```

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use countersign_domain::TenantId;
use countersign_domain::claim::PerFamily;
use countersign_domain::groups::Membership;
use countersign_domain::snapshot::User;
use countersign_scim::filter::Filter;
use countersign_scim::schema::AttributePath;
use countersign_scim::user::{Stored, resource_of};
use serde_json::Value;

use crate::order::{By, Order};
use crate::paging::{Cut, Paging};
use crate::plan::{Condition, Plan};
use crate::sql::Window;
use crate::{Place, SearchError, Spot, UserPage, UserQuery, UserView};

/// The most users one request may have looked at one by one, where no index answers its filter or its order: about two
/// seconds of one processor. A request beyond is refused, not cut short.
pub const CANDIDATES_MAX: u64 = 100_000;

/// An index of everybody is walked where at least one in so many is wanted; fewer are found first and sorted here.
const FEW: u64 = 100;

/// A query, and how it is gone about.
pub(crate) struct Search {
    pub(crate) plan: Plan,
    pub(crate) order: Order,
    pub(crate) paging: Paging,
    filter: Option<Filter>,
    /// Whether candidates are judged or sorted by the groups they are in, which are read with them only then.
    pub(crate) by_groups: bool,
}

impl Search {
    pub(crate) fn new(query: UserQuery) -> Arc<Self> {
        let UserQuery { filter, sort, place, limit } = query;
        let Order { by, is_descending } = Order::of(sort);
        let paging = Paging::new(place, limit, is_descending);
        let order = Order { by, is_descending: paging.is_descending };
        let plan = Plan::of(filter.as_ref());
        let is_judged_by = |filter: &Filter| !plan.is_exact && filter.attributes().iter().any(is_groups);
        let by_groups = filter.as_ref().is_some_and(is_judged_by)
            || matches!(&order.by, By::Computed(sort) if is_groups(&sort.by));
        Arc::new(Self { plan, order, paging, filter, by_groups })
    }

    /// For everybody, in the order of creation.
    pub(crate) fn everybody() -> Arc<Self> {
        Self::new(UserQuery { filter: None, sort: None, place: Place::Offset(0), limit: 0 })
    }

    /// The position the page begins at, where it is one in the list of everybody: what [`Marks`] shorten the way to.
    pub(crate) fn position(&self) -> Option<u64> {
        let is_everybody = self.plan.condition == Condition::All && self.order.by == By::Creation;
        self.paging.position().filter(|_| is_everybody)
    }

    /// How to get at the page when `fitting` users of `everybody` meet the condition. What would take too many looks is
    /// refused before the first.
    pub(crate) fn way(&self, fitting: u64, everybody: u64) -> Result<Way, SearchError> {
        let has_index = match self.order.by {
            By::Computed(_) => false,
            By::Creation => true,
            _ => self.plan.condition == Condition::All || fitting.saturating_mul(FEW) >= everybody,
        };
        let is_beyond = self.paging.is_beyond(fitting);
        match () {
            () if fitting == 0 || (self.plan.is_exact && is_beyond) => Ok(Way::Nowhere),
            () if self.plan.is_exact && has_index => Ok(Way::Walk { are_few: fitting < everybody / 8 }),
            () if fitting > CANDIDATES_MAX => Err(SearchError::TooMany),
            () => Ok(Way::Select),
        }
    }

    /// Whether the one user a narrow plan found need not be judged any more.
    pub(crate) fn is_settled(&self) -> bool {
        self.plan.is_exact && matches!(self.plan.condition, Condition::Is(_))
    }

    /// The candidates' way through memory.
    pub(crate) fn selection(self: &Arc<Self>) -> Selection {
        Selection { search: Arc::clone(self), examined: 0, found: Vec::new() }
    }

    /// The page of these users, who are those of `cut`.
    pub(crate) fn page(&self, total: u64, cut: &Cut, users: Vec<UserView>) -> UserPage {
        let spot = |user: Option<&UserView>, number: Option<&i64>| {
            let (view, number) = (user?, *number?);
            Some(Spot { key: self.order.by.key(&view.user, || internal(view)), number })
        };
        let first = spot(users.first(), cut.numbers.first());
        let last = spot(users.last(), cut.numbers.last());
        let (previous, next) = self.paging.ends(cut, first, last);
        UserPage { total, users, previous, next }
    }
}

/// How to get at a page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Way {
    /// Nobody is on it.
    Nowhere,
    /// By an index that has the order; where few fit, it is less work to find them than to walk past the others.
    Walk { are_few: bool },
    /// By looking at everybody who fits.
    Select,
}

/// Candidates, judged one by one.
pub(crate) struct Selection {
    search: Arc<Search>,
    examined: u64,
    found: Vec<Spot>,
}

impl Selection {
    /// Takes a candidate in, if he matches.
    pub(crate) fn consider(
        &mut self,
        number: i64,
        user: &User,
        groups: &[Membership],
    ) -> Result<(), SearchError> {
        self.examined += 1;
        if self.examined > CANDIDATES_MAX {
            return Err(SearchError::TooMany);
        }
        // What waits for proof is neither searched nor sorted by (SEC-42).
        let filter = self.search.filter.as_ref().filter(|_| !self.search.plan.is_exact);
        let is_keyed = matches!(self.search.order.by, By::Value(..) | By::Computed(_));
        let form = (filter.is_some() || is_keyed).then(|| internal_of(user, groups));
        if filter.is_none_or(|filter| form.as_ref().is_some_and(|form| filter.matches(form))) {
            let key = self.search.order.by.key(user, || form.unwrap_or_default());
            self.found.push(Spot { key, number });
        }
        Ok(())
    }

    /// The page among those who match, and how many do.
    pub(crate) fn finish(self) -> (u64, Cut) {
        self.search.paging.among(self.found)
    }

    /// Whether the one candidate of a narrow plan matches, and is in the window.
    pub(crate) fn only(search: &Arc<Search>, number: i64, view: &UserView) -> (u64, Cut) {
        let matches = search.is_settled()
            || search.filter.as_ref().is_none_or(|filter| filter.matches(&internal(view)));
        let mut selection = search.selection();
        if matches {
            let key = search.order.by.key(&view.user, || internal(view));
            selection.found.push(Spot { key, number });
        }
        selection.finish()
    }
}

/// Users between two marks.
const STEP: u64 = 1_000;

/// Who stands at every thousandth position in the order of creation, as far as anybody has asked: so that a page far
/// behind costs about as much as the first.
///
/// Positions move when a user is deleted, never when one is created, who comes last. What is known goes by the count of
/// deletions that was read with it, and is forgotten with the next one.
#[derive(Debug, Default)]
pub(crate) struct Marks(Mutex<BTreeMap<TenantId, Known>>);

#[derive(Debug, Default)]
struct Known {
    deleted: u64,
    numbers: Vec<i64>,
}

/// A place on the way to a position.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Stage {
    /// From where to go on.
    pub(crate) window: Window,
    marks: usize,
}

impl Marks {
    /// The nearest known place before `position`, when so many users have been deleted.
    pub(crate) fn nearest(&self, tenant: &TenantId, deleted: u64, position: u64) -> Stage {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let numbers = known
            .get(tenant)
            .filter(|known| known.deleted == deleted)
            .map_or(&[][..], |known| &known.numbers);
        let wanted = usize::try_from(position / STEP).unwrap_or(usize::MAX).min(numbers.len());
        let number = wanted.checked_sub(1).and_then(|last| numbers.get(last));
        let skip = position - STEP * wanted as u64;
        Stage { window: Window { behind: number.map(|number| spot(*number)), skip }, marks: wanted }
    }

    /// Keeps the next mark behind `stage`.
    pub(crate) fn learn(&self, tenant: &TenantId, deleted: u64, stage: &Stage, number: i64) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = known.entry(tenant.clone()).or_default();
        if known.deleted != deleted {
            *known = Known { deleted, numbers: Vec::new() };
        }
        if known.numbers.len() == stage.marks {
            known.numbers.push(number);
        }
    }
}

impl Stage {
    /// Where the next mark is found, if the position lies beyond it.
    pub(crate) fn next_mark(&self) -> Option<Window> {
        let behind = self.window.behind.clone();
        (self.window.skip >= STEP).then_some(Window { behind, skip: STEP - 1 })
    }

    /// On to that mark.
    pub(crate) fn at(self, number: i64) -> Self {
        let window = Window { behind: Some(spot(number)), skip: self.window.skip.saturating_sub(STEP) };
        Self { window, marks: self.marks + 1 }
    }
}

fn spot(number: i64) -> Spot {
    Spot { key: String::new(), number }
}

/// A user in the internal form, without what waits for proof.
fn internal(view: &UserView) -> Value {
    internal_of(&view.user, &view.groups)
}

fn is_groups(path: &AttributePath) -> bool {
    path.extension().is_none() && path.attribute.name == "groups"
}

fn internal_of(user: &User, groups: &[Membership]) -> Value {
    let mut form = resource_of(&Stored {
        id: user.id,
        profile: &user.profile,
        groups,
        pending: PerFamily::default(),
        version: user.version,
        created: user.created,
        last_modified: user.last_modified,
    });
    // Who is not said to be inactive is active, which is what the index says too.
    if let Value::Object(members) = &mut form {
        members.entry("active").or_insert(Value::Bool(user.profile.is_active()));
    }
    form
}

#[cfg(test)]
mod tests {
    use countersign_domain::profile::Profile;
    use countersign_domain::{Timestamp, UserId};
    use countersign_scim::list::Sort;
    use countersign_scim::schema::{Dialect, Name, user};

    use super::*;

    fn query(by: &str) -> UserQuery {
        let sort = match user(Dialect::Strict).resolve(by) {
            Some(Name::Attribute(by)) => Some(Sort { by, is_descending: false }),
            _ => None,
        };
        UserQuery { filter: None, sort, place: Place::Offset(0), limit: 1 }
    }

    /// SEC-41: what would cost too much is refused, not cut short.
    #[test]
    fn nobody_is_looked_at_beyond_the_bound() {
        let profile = Profile {
            user_name: "bob".to_owned(),
            active: Some(true),
            locked: None,
            contacts: PerFamily::default(),
            attributes: serde_json::Map::new(),
        };
        let user = User {
            tenant: TenantId::carbon_super(),
            id: UserId::new(uuid::Uuid::nil()),
            revision: 1,
            version: 1,
            created: Timestamp::UNIX_EPOCH,
            last_modified: Timestamp::UNIX_EPOCH,
            profile,
        };
        let mut selection = Search::new(query("id")).selection();
        for number in 1..=CANDIDATES_MAX {
            selection.consider(i64::try_from(number).unwrap(), &user, &[]).unwrap();
        }

        assert!(matches!(selection.consider(0, &user, &[]), Err(SearchError::TooMany)));
    }

    /// SEC-41, REL-17: a refusal costs a count, not a hundred thousand looks.
    #[test]
    fn what_would_take_too_many_looks_is_refused_before_the_first() {
        let way = |filter: &str, by: &str, fitting: u64| {
            let filter = Filter::parse(filter, user(Dialect::Strict)).unwrap();
            Search::new(UserQuery { filter: Some(filter), ..query(by) }).way(fitting, 1_000_000)
        };

        assert!(matches!(way("title co \"a\"", "", 100_000), Ok(Way::Select)));
        assert!(matches!(way("title co \"a\"", "", 100_001), Err(SearchError::TooMany)));
        assert!(matches!(way("title sw \"a\"", "emails.value", 100_001), Err(SearchError::TooMany)));
        assert!(matches!(way("title sw \"a\"", "", 900_000), Ok(Way::Walk { are_few: false })));
        assert!(matches!(way("title sw \"a\"", "userName", 9_000), Ok(Way::Select)));
        assert!(matches!(way("title sw \"a\"", "userName", 90_000), Ok(Way::Walk { are_few: true })));
        assert!(matches!(way("nickName pr", "", 0), Ok(Way::Nowhere)));
    }

    /// A page far behind begins at the nearest mark; a deletion forgets them all.
    #[test]
    fn marks_shorten_the_way_until_somebody_is_deleted() {
        let (marks, tenant) = (Marks::default(), TenantId::carbon_super());
        let mut stage = marks.nearest(&tenant, 3, 2_500);
        let mut asked = Vec::new();
        while let Some(window) = stage.next_mark() {
            asked.push((window.behind.map(|spot| spot.number), window.skip));
            let number = 7_000 * i64::try_from(asked.len()).unwrap();
            marks.learn(&tenant, 3, &stage, number);
            stage = stage.at(number);
        }
        assert_eq!(asked, [(None, 999), (Some(7_000), 999)]);
        assert_eq!(stage.window, Window { behind: Some(spot(14_000)), skip: 500 });

        let behind = |deleted, position| {
            let window = marks.nearest(&tenant, deleted, position).window;
            (window.behind.map(|spot| spot.number), window.skip)
        };
        assert_eq!(behind(3, 2_500), (Some(14_000), 500));
        assert_eq!(behind(3, 999), (None, 999));
        assert_eq!(behind(3, 1_000), (Some(7_000), 0));
        assert_eq!(behind(4, 2_500), (None, 2_500));
    }
}
