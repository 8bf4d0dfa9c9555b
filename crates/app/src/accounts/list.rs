//! The list of users: what each row says of the contacts, and who is listed.
//!
//! Without a state the list is a search, answered by the index of users. With one it goes by an index of that state: what
//! waits for proof, or who has a value in force that is not verified. Of what waits each change is looked at for the fate of
//! its last message; a page looks at a bounded number of users and says where to go on, however few of them it shows.

use std::fmt;
use std::str::FromStr;

use countersign_domain::UserId;
use countersign_domain::claim::{Address, ClaimFamily, PerFamily};
use countersign_store::{
    ChangeQuery, ChangeRecord, Place, Spot, TimelineWord, UserPage, UserQuery, UserView,
};

use super::search;
use crate::app::App;
use crate::listing::ListError;
use crate::mint::Context;
use crate::users::internal_form;

/// Which users are wanted.
#[derive(Clone, Default)]
pub struct AccountQuery {
    /// Words that begin a name, an address or a number; blank: everybody.
    pub text: String,
    /// Only those of whom this is true.
    pub only: Option<AccountState>,
    /// Where the page before ended.
    pub after: Option<AccountCursor>,
    /// How many.
    pub limit: u64,
}

/// Not what is searched for: it may be an address (SEC-42).
impl fmt::Debug for AccountQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccountQuery")
            .field("only", &self.only)
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}

/// What is true of a user's contacts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AccountState {
    /// Something waits for proof.
    Pending,
    /// The last message about it was refused, came back or was given up.
    Undeliverable,
    /// An address or number in force is not verified.
    Unverified,
}

/// A page of users.
#[derive(Clone, PartialEq, Debug)]
pub struct AccountPage {
    /// Those of this page.
    pub rows: Vec<AccountRow>,
    /// How many there are in all; `None` where they are not counted.
    pub total: Option<u64>,
    /// Where the next page begins, if there may be one.
    pub next: Option<AccountCursor>,
}

/// A user, and how his contacts stand.
#[derive(Clone, PartialEq, Debug)]
pub struct AccountRow {
    /// The user.
    pub view: UserView,
    /// Each of the two.
    pub contacts: PerFamily<ContactColumn>,
}

/// One column of a row.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ContactColumn {
    /// The value in force.
    pub value: Option<Address>,
    /// Whether it is verified.
    pub verified: bool,
    /// What waits for proof.
    pub pending: Option<Address>,
    /// Whether its last message was refused, came back or was given up.
    pub undeliverable: bool,
}

/// Where a page of users ended. A text for a link: it names a place in the order, and may hold the beginning of no value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AccountCursor {
    /// In the order of creation.
    Created(i64),
    /// In the order of ids.
    Id(UserId),
}

impl fmt::Display for AccountCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Created(number) => write!(f, "n{number}"),
            Self::Id(id) => write!(f, "u{id}"),
        }
    }
}

/// A text that names no place.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the cursor names no place in the list")]
pub struct InvalidAccountCursor;

impl FromStr for AccountCursor {
    type Err = InvalidAccountCursor;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some(number) = text.strip_prefix('n') {
            return number.parse().map(Self::Created).map_err(|_| InvalidAccountCursor);
        }
        let id = text.strip_prefix('u').ok_or(InvalidAccountCursor)?;
        id.parse().map(Self::Id).map_err(|_| InvalidAccountCursor)
    }
}

/// The longest page.
const PAGE_MAX: u64 = 100;
/// Users one page looks at where not all of them are shown.
const LOOKS_MAX: u64 = 500;

impl App {
    /// A page of users, with the state of their contacts.
    pub async fn accounts(&self, cx: &Context, query: &AccountQuery) -> Result<AccountPage, ListError> {
        let limit = query.limit.clamp(1, PAGE_MAX);
        match query.only {
            None => self.found(cx, query, limit).await,
            Some(state) => self.in_state(cx, query, state, limit).await,
        }
    }

    async fn found(&self, cx: &Context, query: &AccountQuery, limit: u64) -> Result<AccountPage, ListError> {
        let place = match query.after {
            None => Place::Offset(0),
            Some(AccountCursor::Created(number)) => Place::After(Spot { key: String::new(), number }),
            Some(AccountCursor::Id(_)) => return Err(ListError::InvalidCursor),
        };
        let filter = search::filter(&query.text);
        let asked = UserQuery { filter, sort: None, place, limit };
        let UserPage { total, users, next, .. } = self.store.users(&cx.tenant, asked).await?;
        let mut rows = Vec::with_capacity(users.len());
        for view in users {
            rows.push(self.account_row(cx, view).await?);
        }
        let next = next.map(|spot| AccountCursor::Created(spot.number));
        Ok(AccountPage { rows, total: Some(total), next })
    }

    async fn in_state(
        &self,
        cx: &Context,
        query: &AccountQuery,
        state: AccountState,
        limit: u64,
    ) -> Result<AccountPage, ListError> {
        let filter = search::filter(&query.text);
        let mut page = AccountPage { rows: Vec::new(), total: None, next: query.after.clone() };
        let mut looked = 0;
        loop {
            let candidates = self.candidates(cx, state, page.next.as_ref(), limit).await?;
            let is_last = (candidates.len() as u64) < limit;
            for (place, id) in candidates {
                looked += 1;
                page.next = Some(place);
                let Some(view) = self.view(cx, id).await? else { continue };
                if filter.as_ref().is_some_and(|filter| !filter.matches(&internal_form(view.clone()))) {
                    continue;
                }
                let row = self.account_row(cx, view).await?;
                if row.is(state) {
                    page.rows.push(row);
                }
                if page.rows.len() as u64 == limit {
                    return Ok(page);
                }
            }
            if is_last {
                page.next = None;
                return Ok(page);
            }
            if looked >= LOOKS_MAX {
                return Ok(page);
            }
        }
    }

    /// The next users of whom `state` may be true.
    async fn candidates(
        &self,
        cx: &Context,
        state: AccountState,
        after: Option<&AccountCursor>,
        limit: u64,
    ) -> Result<Vec<(AccountCursor, UserId)>, ListError> {
        let failed = crate::error::Failure::from;
        match (state, after) {
            (AccountState::Unverified, None | Some(AccountCursor::Created(_))) => {
                let after = after.and_then(|after| match after {
                    AccountCursor::Created(number) => Some(*number),
                    AccountCursor::Id(_) => None,
                });
                let found = self.store.users_unverified(&cx.tenant, after, limit).await.map_err(failed)?;
                Ok(found.into_iter().map(|(place, id)| (AccountCursor::Created(place), id)).collect())
            }
            (AccountState::Pending | AccountState::Undeliverable, None | Some(AccountCursor::Id(_))) => {
                let after = after.and_then(|after| match after {
                    AccountCursor::Id(id) => Some(*id),
                    AccountCursor::Created(_) => None,
                });
                let found = self.store.users_pending(&cx.tenant, after, limit).await.map_err(failed)?;
                Ok(found.into_iter().map(|id| (AccountCursor::Id(id), id)).collect())
            }
            _ => Err(ListError::InvalidCursor),
        }
    }

    async fn account_row(&self, cx: &Context, view: UserView) -> Result<AccountRow, ListError> {
        let mut contacts = PerFamily::<ContactColumn>::default();
        for family in ClaimFamily::ALL {
            let held = view.user.profile.contacts(family);
            *contacts.of_mut(family) = ContactColumn {
                value: held.address().cloned(),
                verified: held.verified,
                pending: view.pending.of(family).clone(),
                undeliverable: false,
            };
        }
        if view.pending.email.is_some() || view.pending.mobile.is_some() {
            let query =
                ChangeQuery { user: Some(view.user.id), state: Some("pending"), before: None, limit: 2 };
            let waiting = self.store.changes(&cx.tenant, query).await.map_err(crate::error::Failure::from)?;
            for change in waiting {
                contacts.of_mut(change.value.family()).undeliverable = is_undeliverable(&change);
            }
        }
        Ok(AccountRow { view, contacts })
    }
}

impl AccountRow {
    /// Whether it is true of the user now.
    fn is(&self, state: AccountState) -> bool {
        let columns = [&self.contacts.email, &self.contacts.mobile];
        columns.into_iter().any(|column| match state {
            AccountState::Pending => column.pending.is_some(),
            AccountState::Undeliverable => column.undeliverable,
            AccountState::Unverified => column.value.is_some() && !column.verified,
        })
    }
}

/// Whether the last that is known of a change's messages is that one did not get through.
fn is_undeliverable(change: &ChangeRecord) -> bool {
    let of_delivery = change.events.iter().rev().find_map(|event| match event.event {
        TimelineWord::Refused | TimelineWord::Bounced | TimelineWord::GivenUp => Some(true),
        TimelineWord::Queued | TimelineWord::HandedOver => Some(false),
        _ => None,
    });
    of_delivery == Some(true)
}
