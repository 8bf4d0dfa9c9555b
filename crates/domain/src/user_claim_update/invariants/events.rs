//! What can happen to the two users of the model.

use proptest::sample::Index;

use super::super::sample::{address, addresses, held};
use super::super::{PendingWish, Wanted};
use crate::claim::ClaimFamily;
use crate::snapshot::Snapshot;

/// Something that happens.
#[derive(Clone, Debug)]
pub(super) enum Event {
    Update(Request),
    RightCode { user: usize, family: ClaimFamily },
    WrongCodes { user: usize, family: ClaimFamily, times: u32 },
    OldCode { user: usize, family: ClaimFamily, index: Index },
    Resend { user: usize, family: ClaimFamily },
    Cancel { user: usize, family: ClaimFamily },
    Clock(i64),
    Switch(Switch),
}

/// A request, as far as it matters here.
#[derive(Clone, Debug)]
pub(super) struct Request {
    pub(super) user: usize,
    pub(super) family: ClaimFamily,
    pub(super) who: Who,
    pub(super) recent_auth: bool,
    pub(super) primary: Primary,
    pub(super) all: Option<Vec<char>>,
    pub(super) proven: Option<Vec<char>>,
    pub(super) verify: Option<bool>,
    pub(super) asserts: Option<bool>,
    pub(super) pending: PendingPart,
    pub(super) account: Account,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Who {
    Owner,
    Administrator,
    Application,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Primary {
    Echo,
    Named,
    Cleared,
    Value(char),
}

#[derive(Clone, Copy, Debug)]
pub(super) enum PendingPart {
    Unnamed,
    Cleared,
    Echo,
    Forged(char),
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Account {
    Kept,
    LockToggled,
    ActiveToggled,
    PasswordSet,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Switch {
    Verification(ClaimFamily),
    PrivilegedSkip(ClaimFamily),
    UseVerifyClaim,
    Lists,
    NotifyOld,
}

/// The request in the rules' words.
pub(super) fn wanted(seen: &Snapshot, request: &Request) -> Wanted {
    let mut wanted = Wanted::echo(&seen.user.profile);
    match request.account {
        Account::Kept => {}
        Account::LockToggled => wanted.locked = Some(wanted.locked != Some(true)),
        Account::ActiveToggled => wanted.active = Some(wanted.active == Some(false)),
        Account::PasswordSet => wanted.password_set = true,
    }
    let contacts = wanted.contacts.of_mut(request.family);
    match request.primary {
        Primary::Echo => {}
        Primary::Named => contacts.named = true,
        Primary::Cleared => contacts.held = None,
        Primary::Value(letter) => {
            contacts.held = Some(held(request.family, letter));
            contacts.named = true;
        }
    }
    let list = |letters: &Option<Vec<char>>| {
        letters.as_ref().map(|letters| addresses(request.family, &letters.iter().collect::<String>()))
    };
    (contacts.all, contacts.proven) = (list(&request.all), list(&request.proven));
    (contacts.verify, contacts.asserts_verified) = (request.verify, request.asserts);
    contacts.pending = match request.pending {
        PendingPart::Unnamed => PendingWish::Unnamed,
        PendingPart::Cleared => PendingWish::Cleared,
        PendingPart::Echo => seen
            .pending(request.family)
            .map_or(PendingWish::Unnamed, |pending| PendingWish::Value(pending.value.as_str().to_owned())),
        PendingPart::Forged(letter) => {
            PendingWish::Value(address(request.family, letter).as_str().to_owned())
        }
    };
    wanted
}
