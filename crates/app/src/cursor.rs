//! Cursors (RFC 9865): a place in a list, sealed for whoever asked.
//!
//! ```text
//! cursor = base64url( AES-256-GCM( way (1) ‖ page size (8) ‖ given out at, µs (8) ‖ number (8) ‖ key ) )
//! ```
//!
//! Sealed rather than signed: the key is a value of somebody's attribute, and a cursor stands in URLs. What is listed,
//! tenant, mount, filter and order are associated data: with any of them changed, it does not open.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_domain::{Entropy, SignedDuration, Timestamp};
use countersign_scim::list::ListRequest;
use countersign_store::{Place, SealKeys, Spot};

use crate::listing::ListError;
use crate::mint::Context;

/// How long a cursor can be used (`pagination.cursorTimeout`).
pub const LIFETIME: SignedDuration = SignedDuration::from_hours(24);

const PURPOSE: &str = "countersign cursor";
const ONWARDS: u8 = b'>';
const BACK: u8 = b'<';
const BEGINNING: u8 = b'^';

/// What is listed: a cursor of one list is none of another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Listing {
    /// Users.
    Users,
    /// Groups.
    Groups,
    /// Users and then groups, among the users.
    BothAtUsers,
    /// The same, among the groups.
    BothAtGroups,
}

impl Listing {
    const fn word(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::Groups => "groups",
            Self::BothAtUsers => "both, at users",
            Self::BothAtGroups => "both, at groups",
        }
    }
}

/// What all pages of a walk have in common.
pub(crate) struct Walk {
    bound: Vec<u8>,
    count: u64,
}

impl Walk {
    pub(crate) fn new(listing: Listing, cx: &Context, mount: &str, request: &ListRequest) -> Self {
        Self::of(listing, cx.tenant.as_str(), mount, request)
    }

    fn of(listing: Listing, tenant: &str, mount: &str, request: &ListRequest) -> Self {
        let mut bound = Vec::new();
        for part in [listing.word(), tenant, mount, request.question.as_str()] {
            bound.extend((part.len() as u64).to_be_bytes());
            bound.extend(part.as_bytes());
        }
        Self { bound, count: request.count }
    }

    /// The cursor for a page that begins there; a position other than the first has none.
    pub(crate) fn cursor(
        &self,
        keys: &SealKeys,
        entropy: &mut dyn Entropy,
        place: &Place,
        now: Timestamp,
    ) -> Option<String> {
        let beginning = Spot { key: String::new(), number: 0 };
        let (way, spot) = match place {
            Place::Offset(0) => (BEGINNING, &beginning),
            Place::Offset(_) => return None,
            Place::After(spot) => (ONWARDS, spot),
            Place::Before(spot) => (BACK, spot),
        };
        let mut plain = vec![way];
        plain.extend(self.count.to_be_bytes());
        plain.extend(now.as_microsecond().to_be_bytes());
        plain.extend(spot.number.to_be_bytes());
        plain.extend(spot.key.as_bytes());
        Some(URL_SAFE_NO_PAD.encode(keys.derived(PURPOSE).seal_bound(entropy, &self.bound, &plain)))
    }

    /// The place a cursor names; an empty one is the beginning.
    pub(crate) fn place(&self, keys: &SealKeys, cursor: &str, now: Timestamp) -> Result<Place, ListError> {
        if cursor.is_empty() {
            return Ok(Place::Offset(0));
        }
        let sealed = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| ListError::InvalidCursor)?;
        let plain = keys.derived(PURPOSE).open_bound(&self.bound, &sealed);
        let plain = plain.map_err(|_| ListError::InvalidCursor)?;
        let read = read(&plain).ok_or(ListError::InvalidCursor)?;
        if read.given_at > now || now.duration_since(read.given_at) >= LIFETIME {
            return Err(ListError::ExpiredCursor);
        }
        if read.count != self.count {
            return Err(ListError::OtherCount);
        }
        Ok(read.place)
    }
}

struct Read {
    count: u64,
    given_at: Timestamp,
    place: Place,
}

fn read(plain: &[u8]) -> Option<Read> {
    let (way, rest) = plain.split_first()?;
    let (count, rest) = rest.split_first_chunk::<8>()?;
    let (given_at, rest) = rest.split_first_chunk::<8>()?;
    let (number, key) = rest.split_first_chunk::<8>()?;
    let key = std::str::from_utf8(key).ok()?.to_owned();
    let spot = Spot { key, number: i64::from_be_bytes(*number) };
    let place = match *way {
        ONWARDS => Place::After(spot),
        BACK => Place::Before(spot),
        BEGINNING => Place::Offset(0),
        _ => return None,
    };
    let given_at = Timestamp::from_microsecond(i64::from_be_bytes(*given_at)).ok()?;
    Some(Read { count: u64::from_be_bytes(*count), given_at, place })
}

#[cfg(test)]
mod tests {
    use countersign_scim::schema::{Dialect, user};
    use countersign_store::SealKey;

    use super::*;

    struct Counting(u8);

    impl Entropy for Counting {
        fn fill(&mut self, bytes: &mut [u8]) {
            for byte in bytes {
                self.0 = self.0.wrapping_add(1);
                *byte = self.0;
            }
        }
    }

    fn keys() -> SealKeys {
        SealKeys::new(SealKey::new([2; 32]), None)
    }

    fn noon() -> Timestamp {
        "2026-03-01T12:00:00Z".parse().unwrap()
    }

    fn walk(mount: &str, tenant: &str, parameters: &[(&str, &str)]) -> Walk {
        let request = ListRequest::from_query(parameters.iter().copied(), user(Dialect::Strict));
        Walk::of(Listing::Users, tenant, mount, &request.unwrap())
    }

    fn spot() -> Spot {
        Spot { key: "=bob@example.com".to_owned(), number: 7 }
    }

    const ASKED: [(&str, &str); 3] = [("filter", "userName sw \"b\""), ("sortBy", "emails"), ("count", "5")];

    fn given_out() -> String {
        walk("/scim2", "carbon.super", &ASKED)
            .cursor(&keys(), &mut Counting(0), &Place::After(spot()), noon())
            .unwrap()
    }

    /// SCIM-67: opaque and of unreserved characters, good for a day.
    #[test]
    fn a_cursor_names_its_place_for_a_day_and_shows_nothing() {
        let (cursor, walk) = (given_out(), walk("/scim2", "carbon.super", &ASKED));
        let at = |later: SignedDuration| walk.place(&keys(), &cursor, noon() + later);

        assert!(cursor.chars().all(|c| c.is_ascii_alphanumeric() || "-._~".contains(c)));
        assert_eq!(at(SignedDuration::from_hours(23)).unwrap(), Place::After(spot()));
        assert!(matches!(at(LIFETIME), Err(ListError::ExpiredCursor)));
        assert!(matches!(at(SignedDuration::from_secs(-1)), Err(ListError::ExpiredCursor)));
        assert_eq!(walk.place(&keys(), "", noon()).unwrap(), Place::Offset(0));
        let shown = URL_SAFE_NO_PAD.decode(&cursor).unwrap();
        assert!(!String::from_utf8_lossy(&shown).contains("bob"));
    }

    /// SCIM-67: a cursor is good for the question it was given out for, and cannot be made up.
    #[test]
    fn a_cursor_opens_only_for_the_same_question() {
        let cursor = given_out();
        let other = |mount: &str, tenant: &str, parameters: &[(&str, &str)]| {
            walk(mount, tenant, parameters).place(&keys(), &cursor, noon()).unwrap_err()
        };
        let changed = |name: &'static str, value: &'static str| {
            let kept = ASKED.iter().filter(|(known, _)| *known != name).copied();
            kept.chain([(if value.is_empty() { "x" } else { name }, value)]).collect::<Vec<_>>()
        };
        let is_invalid = |error: ListError| matches!(error, ListError::InvalidCursor);

        assert!(is_invalid(other("/scim/v2", "carbon.super", &ASKED)));
        assert!(is_invalid(other("/scim2", "other", &ASKED)));
        assert!(is_invalid(other("/scim2", "carbon.super", &changed("filter", "userName sw \"a\""))));
        assert!(is_invalid(other("/scim2", "carbon.super", &changed("filter", ""))));
        assert!(is_invalid(other("/scim2", "carbon.super", &changed("sortBy", "userName"))));
        let request = ListRequest::from_query(ASKED, user(Dialect::Strict)).unwrap();
        let groups = Walk::of(Listing::Groups, "carbon.super", "/scim2", &request);
        assert!(is_invalid(groups.place(&keys(), &cursor, noon()).unwrap_err()));
        let count = other("/scim2", "carbon.super", &changed("count", "6"));
        assert!(matches!(count, ListError::OtherCount));
        let own = walk("/scim2", "carbon.super", &ASKED);
        for bent in [&cursor[1..], "abc", "!", &cursor.to_lowercase()] {
            assert!(is_invalid(own.place(&keys(), bent, noon()).unwrap_err()), "{bent}");
        }
        let others = SealKeys::new(SealKey::new([3; 32]), None);
        assert!(is_invalid(own.place(&others, &cursor, noon()).unwrap_err()));
    }
}
