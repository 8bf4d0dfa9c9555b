//! Where a link leads, and what its page may show.

use countersign_domain::actor::Persona;
use countersign_domain::change::{Cancelled, ChangeEnd};
use countersign_domain::claim::ClaimFamily;
use countersign_domain::user_claim_update::{LinkConfirmation, Settings};
use countersign_domain::{ChangeId, Refusal, SignedDuration, Timestamp};
use countersign_store::LinkRecord;

use super::{Errand, LinkVisit};

/// Where a link leads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LinkOutcome {
    /// It can still do what it was sent for.
    Open(LinkView),
    /// It still can, and waits for its code: none was typed.
    CodeMissing(LinkView),
    /// It still can; the code was wrong, and an attempt is spent.
    CodeWrong(LinkView),
    /// It still can, once its owner has signed in (SEC-23).
    SignInFirst(LinkView),
    /// It still can, for its owner: somebody else is signed in.
    SomebodyElse(LinkView),
    /// It has just done it.
    Done(LinkView),
    /// The value was confirmed before.
    AlreadyDone(LinkView),
    /// A newer change, or a newer message for the same one, has taken its place.
    Replaced(LinkView),
    /// The change was called off.
    Cancelled(LinkView),
    /// Its time is over, too many wrong codes used it up, or it was sent without the code it now needs; a new one can be
    /// sent from here.
    Expired(LinkView),
    /// A new one has just been sent.
    SentAgain(LinkView),
    /// Another account holds the value.
    Taken(LinkView),
    /// No such link, as far as this caller may know.
    Unknown,
    /// Looked at or guessed too often.
    TooMany(SignedDuration),
}

/// What a link page shows: nothing that a stranger could use.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LinkView {
    /// The change.
    pub change: ChangeId,
    /// Which family.
    pub family: ClaimFamily,
    /// The new value, masked with its domain in full.
    pub target: String,
    /// The account, masked.
    pub account: String,
    /// Until when the link proves.
    pub expires_at: Timestamp,
    /// Who asked, by persona.
    pub requested_by: Persona,
    /// When it was asked for.
    pub requested_at: Timestamp,
    /// When the change ended, if it has.
    pub ended_at: Option<Timestamp>,
    /// The code to be typed beside the link, where one is needed (SEC-23).
    pub code: Option<LinkCode>,
}

/// The code a link's page asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LinkCode {
    /// Whether codes are digits only.
    pub numeric: bool,
    /// How many characters codes have.
    pub length: usize,
    /// How many wrong ones are left (SEC-9).
    pub attempts_left: u32,
}

impl LinkOutcome {
    /// Whether something can still be done from here: the page has buttons.
    pub const fn can_go_on(&self) -> bool {
        match self {
            Self::Open(_)
            | Self::CodeMissing(_)
            | Self::CodeWrong(_)
            | Self::SignInFirst(_)
            | Self::SomebodyElse(_)
            | Self::Expired(_) => true,
            Self::Done(_)
            | Self::AlreadyDone(_)
            | Self::Replaced(_)
            | Self::Cancelled(_)
            | Self::SentAgain(_)
            | Self::Taken(_)
            | Self::Unknown
            | Self::TooMany(_) => false,
        }
    }

    /// A refused budget, as the page says it.
    pub(super) fn refused(refusal: &Refusal) -> Self {
        match refusal {
            Refusal::TooManyRequests { retry_after } => Self::TooMany(*retry_after),
            _ => Self::Unknown,
        }
    }
}

/// Where the link stands at `now`, for this visit.
pub(super) fn outcome(
    link: &LinkRecord,
    now: Timestamp,
    visit: &LinkVisit,
    settings: &Settings,
) -> LinkOutcome {
    let (change, errand) = (&link.change, visit.errand);
    let needs_owner = settings.link_confirmation == LinkConfirmation::Session;
    let needs_code = errand == Errand::Confirm && settings.link_confirmation == LinkConfirmation::Code;
    let view = LinkView {
        change: change.id,
        family: change.value.family(),
        target: change.value.masked_with_domain(),
        account: masked_name(&change.user_name),
        expires_at: change.challenge.expires_at,
        requested_by: change.requester.persona,
        requested_at: change.requested_at,
        ended_at: change.ended.as_ref().map(|(_, at)| *at),
        code: needs_code.then(|| LinkCode {
            numeric: settings.otp.is_numeric(),
            length: settings.otp.length(),
            attempts_left: change.challenge.attempts_left(),
        }),
    };
    match (&change.ended, errand) {
        (Some((ChangeEnd::Proven, _)), _) => LinkOutcome::AlreadyDone(view),
        (Some((ChangeEnd::Superseded, _)), _) => LinkOutcome::Replaced(view),
        (Some((ChangeEnd::Cancelled { by: Cancelled::Taken }, _)), _) => LinkOutcome::Taken(view),
        (Some((ChangeEnd::Cancelled { .. }, _)), _) => LinkOutcome::Cancelled(view),
        (None, Errand::Confirm) if link.newest_challenge != change.challenge.id => {
            LinkOutcome::Replaced(view)
        }
        (None, Errand::Confirm) if !change.challenge.is_open(now) => LinkOutcome::Expired(view),
        (None, Errand::Confirm) if needs_code && !change.challenge.form.has_otp() => {
            LinkOutcome::Expired(view)
        }
        (None, Errand::Confirm) if needs_owner => match visit.signed_in {
            None => LinkOutcome::SignInFirst(view),
            Some(user) if user != change.user => LinkOutcome::SomebodyElse(view),
            Some(_) => LinkOutcome::Open(view),
        },
        (None, Errand::Confirm | Errand::Cancel) => LinkOutcome::Open(view),
    }
}

/// `b***`: enough for the account's owner.
fn masked_name(name: &str) -> String {
    let first: String = name.chars().take(1).collect();
    format!("{first}***")
}
