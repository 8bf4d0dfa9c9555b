//! What the use cases answer, in the words of the catalogue.

use countersign_app::{ContactEditError, TimelineEvent, TimelineWord, UpdateError};
use countersign_domain::Refusal;
use countersign_domain::SignedDuration;
use countersign_domain::claim::{Channel, ClaimFamily, InvalidAddress, InvalidEmail, InvalidMobile};

use crate::pages::PageError;
use crate::pages::component::{Clock, Tone};
use crate::pages::language::Texts;

/// A message of one family: `email-ID` or `mobile-ID`.
pub(super) fn say(t: &'static Texts, family: ClaimFamily, id: &str) -> &'static str {
    t.find(&format!("{}-{id}", family.as_str())).unwrap_or_default()
}

/// The same, with variables.
pub(super) fn fill(t: &'static Texts, family: ClaimFamily, id: &str, values: &[(&str, &str)]) -> String {
    t.fill(&format!("{}-{id}", family.as_str()), values)
}

/// Why an address was not taken, as the person who typed it is told.
pub(super) enum Refused {
    /// Beside the field.
    Field(String),
    /// The password first.
    Password,
    /// Beside the field, and later it may be right.
    Wait(SignedDuration),
}

/// What a refused edit means.
pub(super) fn refused(
    clock: Clock,
    family: ClaimFamily,
    error: UpdateError<ContactEditError>,
) -> Result<Refused, PageError> {
    let t = clock.texts;
    let field = |id: &str| Ok(Refused::Field(t.find(id).unwrap_or_default().to_owned()));
    match error {
        UpdateError::Failure(failure) => Err(failure.into()),
        UpdateError::NoSuchUser => Err(PageError::NotFound),
        UpdateError::StaleVersion | UpdateError::NoMoreVerifications | UpdateError::Password(_) => {
            Err(PageError::Conflict)
        }
        UpdateError::Taken(_) | UpdateError::Refused(Refusal::Taken(_)) => {
            Ok(Refused::Field(say(t, family, "taken").to_owned()))
        }
        UpdateError::Edit(error) => match error {
            ContactEditError::Address(why) => field(invalid(why)),
            ContactEditError::NotThere => Ok(Refused::Field(say(t, family, "not-there").to_owned())),
            ContactEditError::ListsOff => field("wrong-lists-off"),
            ContactEditError::NotVerified => Ok(Refused::Field(say(t, family, "not-verified").to_owned())),
            ContactEditError::VerificationOff => field("wrong-verification-off"),
        },
        UpdateError::Refused(refusal) => match refusal {
            Refusal::StaleAuthentication => Ok(Refused::Password),
            Refusal::TooManyRequests { retry_after } => Ok(Refused::Wait(retry_after)),
            Refusal::Address { why, .. } => field(invalid(why)),
            Refusal::TooMany { max } => {
                Ok(Refused::Field(t.fill("wrong-too-many", &[("count", &max.to_string())])))
            }
            Refusal::SeveralCandidates(_) => field("wrong-one-at-a-time"),
            _ => Err(PageError::Forbidden),
        },
    }
}

/// What is wrong with an address, as a message.
pub(in crate::pages) const fn invalid(why: InvalidAddress) -> &'static str {
    match why {
        InvalidAddress::Email(why) => match why {
            InvalidEmail::Form => "wrong-email-form",
            InvalidEmail::Length => "wrong-email-length",
            InvalidEmail::LocalPart => "wrong-email-name",
            InvalidEmail::Domain => "wrong-email-domain",
            InvalidEmail::InternationalDomain => "wrong-email-international",
        },
        InvalidAddress::Mobile(why) => match why {
            InvalidMobile::Characters => "wrong-mobile-characters",
            InvalidMobile::Length => "wrong-mobile-length",
            InvalidMobile::Unreachable => "wrong-mobile-unreachable",
            InvalidMobile::Premium => "wrong-mobile-premium",
            InvalidMobile::Country => "wrong-mobile-country",
            InvalidMobile::Unplaced => "wrong-mobile-unplaced",
        },
    }
}

/// How far the newest message of a change is.
pub(super) struct Progress {
    pub(super) tone: Tone,
    pub(super) text: String,
    /// What to do about it.
    pub(super) remedy: Option<&'static str>,
    /// What the provider said.
    pub(super) detail: Option<String>,
}

/// The newest word about the delivery of a change.
pub(super) fn progress(t: &'static Texts, channel: Channel, timeline: &[TimelineEvent]) -> Option<Progress> {
    let family = of_channel(channel);
    let newest = timeline.iter().rev().find(|event| is_delivery(event.event))?;
    let detail = newest.detail.clone();
    let progress =
        |tone, id: &str| Progress { tone, text: say(t, family, id).to_owned(), remedy: None, detail: None };
    Some(match newest.event {
        TimelineWord::HandedOver => progress(Tone::Good, "handed-over"),
        TimelineWord::Queued | TimelineWord::Resent
            if detail.is_some() && newest.event == TimelineWord::Queued =>
        {
            Progress { remedy: Some(t.say("remedy-no-sender")), ..progress(Tone::Problem, "no-sender") }
        }
        TimelineWord::Queued | TimelineWord::Resent => progress(Tone::Waiting, "queued"),
        TimelineWord::Refused | TimelineWord::Bounced => Progress {
            remedy: Some(say(t, family, "remedy-refused")),
            detail: detail.clone(),
            ..progress(Tone::Problem, refusal(detail.as_deref().unwrap_or_default()))
        },
        _ => {
            Progress { remedy: Some(t.say("remedy-given-up")), detail, ..progress(Tone::Problem, "given-up") }
        }
    })
}

/// A provider's refusal in plain words (RFC 3463: 5.1.x is about the mailbox, 5.2.x about its state).
fn refusal(detail: &str) -> &'static str {
    let says = |codes: &[&str]| codes.iter().any(|code| detail.contains(code));
    if says(&["5.2.2", " 552"]) {
        "refused-full"
    } else if says(&["5.1.", "SMTP 550", "SMTP 551", "SMTP 553"]) {
        "refused-unknown"
    } else {
        "refused-other"
    }
}

const fn is_delivery(word: TimelineWord) -> bool {
    use TimelineWord::{Bounced, GivenUp, HandedOver, Queued, Refused, Resent};
    matches!(word, Queued | HandedOver | Refused | Bounced | GivenUp | Resent)
}

/// The family whose messages travel this way.
pub(super) const fn of_channel(channel: Channel) -> ClaimFamily {
    match channel {
        Channel::Email => ClaimFamily::Email,
        Channel::Sms => ClaimFamily::Mobile,
    }
}

/// A row of a change's timeline: its tone and its title.
pub(super) fn event(t: &'static Texts, channel: Channel, event: &TimelineEvent) -> (Tone, String) {
    let family = of_channel(channel);
    let (tone, id) = match event.event {
        TimelineWord::Requested => (Tone::Neutral, "event-requested"),
        TimelineWord::Queued if event.detail.is_some() => (Tone::Problem, "no-sender"),
        TimelineWord::Queued => (Tone::Waiting, "queued"),
        TimelineWord::HandedOver => (Tone::Good, "handed-over"),
        TimelineWord::Refused | TimelineWord::Bounced => {
            (Tone::Problem, refusal(event.detail.as_deref().unwrap_or_default()))
        }
        TimelineWord::GivenUp => (Tone::Problem, "given-up"),
        TimelineWord::Told => (Tone::Neutral, "event-told"),
        TimelineWord::NotTold => (Tone::Problem, "event-not-told"),
        TimelineWord::Resent => (Tone::Neutral, "event-resent"),
        TimelineWord::WrongCode => (Tone::Neutral, "event-wrong-code"),
        TimelineWord::Exhausted => (Tone::Problem, "event-exhausted"),
        TimelineWord::Expired => (Tone::Problem, "event-expired"),
        TimelineWord::Superseded => (Tone::Neutral, "event-superseded"),
        TimelineWord::Cancelled => (Tone::Neutral, "event-cancelled"),
        TimelineWord::Proven => (Tone::Good, "event-proven"),
    };
    let text = t.find(id).unwrap_or_else(|| say(t, family, id));
    (tone, text.to_owned())
}
