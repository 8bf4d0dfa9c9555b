//! What both databases do alike when users are searched: the bounds, the choice of the way, and the way through memory.
//!
//! ```text
//! filter ─▶ plan ─┬─ names one user ───────────▶ read him, judge him
//!                 ├─ exact, order has an index ▶ count and page by SQL
//!                 └─ otherwise ────────────────▶ candidates by SQL, judged and sorted here, at most CANDIDATES_MAX
//! ```

use std::sync::Arc;

use countersign_domain::claim::{Address, PerFamily};
use countersign_domain::snapshot::User;
use countersign_scim::filter::Filter;
use countersign_scim::user::{Stored, resource_of};
use serde_json::Value;

use crate::order::{By, Order};
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
    filter: Option<Filter>,
    place: Place,
    pub(crate) limit: u64,
}

impl Search {
    pub(crate) fn new(query: UserQuery) -> Arc<Self> {
        let UserQuery { filter, sort, place, limit } = query;
        let mut order = Order::of(sort);
        // A page before a place is one behind it in the order turned round.
        order.is_descending ^= matches!(place, Place::Before(_));
        Arc::new(Self { plan: Plan::of(filter.as_ref()), order, filter, place, limit })
    }

    /// The window to ask the database for.
    pub(crate) fn window(&self) -> Window<'_> {
        match &self.place {
            Place::Offset(offset) => Window::Offset(*offset),
            Place::After(spot) | Place::Before(spot) => Window::Behind(spot),
        }
    }

    /// One more than wanted: whether there is more.
    pub(crate) fn window_size(&self) -> u64 {
        self.limit.saturating_add(1)
    }

    /// Whether `total` users of `everybody` are paged by an index that has the order.
    pub(crate) fn is_walked(&self, total: u64, everybody: u64) -> bool {
        match self.order.by {
            By::Computed(_) => false,
            By::Creation => true,
            _ => self.plan.condition == Condition::All || total.saturating_mul(FEW) >= everybody,
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

    /// The numbers of a window that was asked for with [`Self::window_size`], as those of the page.
    pub(crate) fn cut(&self, mut numbers: Vec<i64>) -> Cut {
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let has_more = numbers.len() > limit;
        numbers.truncate(limit);
        if matches!(self.place, Place::Before(_)) {
            numbers.reverse();
        }
        Cut { numbers, has_more }
    }

    /// The page of these users, who are those of `cut`.
    pub(crate) fn page(&self, total: u64, cut: &Cut, users: Vec<UserView>) -> UserPage {
        let spot = |user: Option<&UserView>, number: Option<&i64>| {
            let (view, number) = (user?, *number?);
            Some(Spot { key: self.order.by.key(&view.user, || internal(view)), number })
        };
        let first = spot(users.first(), cut.numbers.first());
        let last = spot(users.last(), cut.numbers.last());
        let (has_previous, has_next) = match self.place {
            Place::Offset(offset) => (offset > 0, cut.has_more),
            Place::After(_) => (true, cut.has_more),
            Place::Before(_) => (cut.has_more, true),
        };
        UserPage { total, users, previous: first.filter(|_| has_previous), next: last.filter(|_| has_next) }
    }
}

/// The users of a page, by number, in order.
#[derive(Debug)]
pub(crate) struct Cut {
    pub(crate) numbers: Vec<i64>,
    has_more: bool,
}

/// Candidates, judged one by one.
pub(crate) struct Selection {
    search: Arc<Search>,
    examined: u64,
    found: Vec<Spot>,
}

impl Selection {
    /// Takes a candidate in, if he matches.
    pub(crate) fn consider(&mut self, number: i64, user: &User) -> Result<(), SearchError> {
        self.examined += 1;
        if self.examined > CANDIDATES_MAX {
            return Err(SearchError::TooMany);
        }
        // What waits for proof is neither searched nor sorted by (SEC-42).
        let filter = self.search.filter.as_ref().filter(|_| !self.search.plan.is_exact);
        let is_keyed = matches!(self.search.order.by, By::Value(..) | By::Computed(_));
        let form = (filter.is_some() || is_keyed).then(|| internal_of(user, PerFamily::default()));
        if filter.is_none_or(|filter| form.as_ref().is_some_and(|form| filter.matches(form))) {
            let key = self.search.order.by.key(user, || form.unwrap_or_default());
            self.found.push(Spot { key, number });
        }
        Ok(())
    }

    /// The page among those who match, and how many do.
    pub(crate) fn finish(mut self) -> (u64, Cut) {
        let total = u64::try_from(self.found.len()).unwrap_or(u64::MAX);
        self.found.sort_unstable();
        if self.search.order.is_descending {
            self.found.reverse();
        }
        let is_behind = |spot: &Spot, place: &Spot| {
            if self.search.order.is_descending { spot < place } else { spot > place }
        };
        let begin = match self.search.window() {
            Window::Offset(offset) => usize::try_from(offset).unwrap_or(usize::MAX),
            Window::Behind(place) => self.found.partition_point(|spot| !is_behind(spot, place)),
        };
        let size = usize::try_from(self.search.window_size()).unwrap_or(usize::MAX);
        let numbers = self.found.iter().skip(begin).take(size).map(|spot| spot.number).collect();
        (total, self.search.cut(numbers))
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

/// A user in the internal form, without what waits for proof.
fn internal(view: &UserView) -> Value {
    internal_of(&view.user, PerFamily::default())
}

fn internal_of(user: &User, pending: PerFamily<Option<&Address>>) -> Value {
    resource_of(&Stored {
        id: user.id,
        profile: &user.profile,
        pending,
        version: user.version,
        created: user.created,
        last_modified: user.last_modified,
    })
}
