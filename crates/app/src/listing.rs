//! What lists of users and of groups have in common: why one is not answered, and how its pages hang together.

use countersign_domain::Timestamp;
use countersign_scim::list::ListRequest;
use countersign_store::{Place, SearchError, Spot};

use crate::app::App;
use crate::cursor::{Listing, Walk};
use crate::error::Failure;
use crate::mint::Context;

/// A page of a list.
#[derive(Clone, PartialEq, Debug)]
pub struct Listed<T> {
    /// How many match in all.
    pub total: u64,
    /// Those of this page.
    pub resources: Vec<T>,
    /// Where to go on, where the client pages by cursor and there is more (RFC 9865).
    pub next: Option<String>,
    /// Where the page before begins, likewise.
    pub previous: Option<String>,
}

impl<T> Listed<T> {
    /// The same page, its resources as something else: one for each, in their order.
    pub fn map<U>(self, shown: impl FnOnce(Vec<T>) -> Vec<U>) -> Listed<U> {
        let Self { total, resources, next, previous } = self;
        Listed { total, resources: shown(resources), next, previous }
    }
}

/// Why a list is not answered.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// More resources would have to be looked at than one request may cost.
    #[error("the list would have to look at too many resources")]
    TooMany,
    /// The cursor is none of ours, or was given out for another question.
    #[error("the cursor does not belong to this question")]
    InvalidCursor,
    /// The cursor is too old.
    #[error("the cursor is too old")]
    ExpiredCursor,
    /// The cursor was given out for pages of another size.
    #[error("the cursor belongs to pages of another size")]
    OtherCount,
    /// Not the caller's doing.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<SearchError> for ListError {
    fn from(error: SearchError) -> Self {
        match error {
            SearchError::TooMany => Self::TooMany,
            SearchError::Fault(fault) => Self::Failure(fault.into()),
        }
    }
}

/// Where the page that is asked for begins, and what its neighbours' cursors are made of.
pub(crate) struct Paged {
    pub(crate) place: Place,
    walk: Option<(Walk, Timestamp)>,
}

impl App {
    /// The page a request asks for, at the mount it came in on (a cursor of one is none of the other).
    pub(crate) async fn paged(
        &self,
        listing: Listing,
        cx: &Context,
        mount: &str,
        request: &ListRequest,
    ) -> Result<Paged, ListError> {
        let Some(cursor) = &request.cursor else {
            return Ok(Paged { place: Place::Offset(request.start_index.saturating_sub(1)), walk: None });
        };
        let mut paged = self.walked(listing, cx, mount, request).await?;
        if let Some((walk, now)) = &paged.walk {
            paged.place = walk.place(&self.keys.seal, cursor, *now)?;
        }
        Ok(paged)
    }

    /// The first page of a walk by cursor.
    pub(crate) async fn walked(
        &self,
        listing: Listing,
        cx: &Context,
        mount: &str,
        request: &ListRequest,
    ) -> Result<Paged, Failure> {
        let walk = Walk::new(listing, cx, mount, request);
        Ok(Paged { place: Place::Offset(0), walk: Some((walk, self.now().await?)) })
    }

    /// The cursor of a place in the same list, where the client pages by cursor.
    pub(crate) fn cursor(&self, paged: &Paged, place: Option<Place>) -> Option<String> {
        let ((walk, now), place) = (paged.walk.as_ref()?, place?);
        walk.cursor(&self.keys.seal, &mut self.entropy(), &place, *now)
    }

    /// A page with the cursors of its neighbours.
    pub(crate) fn listed<T>(
        &self,
        paged: &Paged,
        total: u64,
        resources: Vec<T>,
        (previous, next): (Option<Spot>, Option<Spot>),
    ) -> Listed<T> {
        let next = self.cursor(paged, next.map(Place::After));
        let previous = self.cursor(paged, previous.map(Place::Before));
        Listed { total, resources, next, previous }
    }
}
