//! Which part of an ordered list is wanted, and what of it was found: alike for users and groups, and for both databases.

use crate::sql::Window;
use crate::{Place, Spot};

/// The part that is wanted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Paging {
    place: Place,
    pub(crate) limit: u64,
    /// The way to walk: that of the order, and the other one for the page before a place.
    pub(crate) is_descending: bool,
}

/// The resources of a page, by number, in order.
#[derive(Debug)]
pub(crate) struct Cut {
    pub(crate) numbers: Vec<i64>,
    has_more: bool,
}

impl Paging {
    /// Of an order that is descending or not.
    pub(crate) fn new(place: Place, limit: u64, is_descending: bool) -> Self {
        let is_before = matches!(place, Place::Before(_));
        Self { place, limit, is_descending: is_descending ^ is_before }
    }

    /// The position the page begins at, where it is said by one.
    pub(crate) fn position(&self) -> Option<u64> {
        match self.place {
            Place::Offset(offset) => Some(offset),
            Place::After(_) | Place::Before(_) => None,
        }
    }

    /// Whether none of so many can be on the page.
    pub(crate) fn is_beyond(&self, total: u64) -> bool {
        self.limit == 0 || self.position().is_some_and(|position| position >= total)
    }

    /// The window to ask the database for.
    pub(crate) fn window(&self) -> Window {
        match &self.place {
            Place::Offset(offset) => Window { behind: None, skip: *offset },
            Place::After(spot) | Place::Before(spot) => Window { behind: Some(spot.clone()), skip: 0 },
        }
    }

    /// One more than wanted: whether there is more.
    pub(crate) fn window_size(&self) -> u64 {
        self.limit.saturating_add(1)
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

    /// The page among all that match, and how many do.
    pub(crate) fn among(&self, mut found: Vec<Spot>) -> (u64, Cut) {
        let total = u64::try_from(found.len()).unwrap_or(u64::MAX);
        found.sort_unstable();
        if self.is_descending {
            found.reverse();
        }
        let is_behind =
            |spot: &Spot, place: &Spot| if self.is_descending { spot < place } else { spot > place };
        let window = self.window();
        let skip = usize::try_from(window.skip).unwrap_or(usize::MAX);
        let begin =
            window.behind.map_or(skip, |place| found.partition_point(|spot| !is_behind(spot, &place)));
        let size = usize::try_from(self.window_size()).unwrap_or(usize::MAX);
        let numbers = found.iter().skip(begin).take(size).map(|spot| spot.number).collect();
        (total, self.cut(numbers))
    }

    /// The places before and behind the page, where there is more, given those of its first and its last resource.
    pub(crate) fn ends(
        &self,
        cut: &Cut,
        first: Option<Spot>,
        last: Option<Spot>,
    ) -> (Option<Spot>, Option<Spot>) {
        let (has_previous, has_next) = match self.place {
            Place::Offset(offset) => (offset > 0, cut.has_more),
            Place::After(_) => (true, cut.has_more),
            Place::Before(_) => (cut.has_more, true),
        };
        (first.filter(|_| has_previous), last.filter(|_| has_next))
    }
}
