//! What the use cases answer, in the words of the catalogue.

use countersign_app::{ContactEditError, TimelineEvent, TimelineWord, UpdateError};
use countersign_domain::Refusal;
use countersign_domain::SignedDuration;
use countersign_domain::actor::Persona;
use countersign_domain::claim::{Channel, ClaimFamily, InvalidAddress, InvalidEmail, InvalidMobile};

use crate::pages::PageError;
use crate::pages::component::Tone;
use crate::pages::language::Texts;

/// The catalogue, as it speaks of addresses and numbers to one kind of reader.
#[derive(Clone, Copy)]
pub(crate) struct Words {
    pub(crate) t: &'static Texts,
    about_others: bool,
}

impl Words {
    /// To the person whose they are.
    pub(crate) const fn to_owner(t: &'static Texts) -> Self {
        Self { t, about_others: false }
    }

    /// To somebody who looks after them. What has to be said in other words then has a message `their-ID`.
    pub(crate) const fn about_others(t: &'static Texts) -> Self {
        Self { t, about_others: true }
    }

    /// Who the rules take the reader for.
    pub(crate) const fn persona(self) -> Persona {
        if self.about_others { Persona::Administrator } else { Persona::Owner }
    }

    /// A message.
    pub(crate) fn plain(self, id: &str) -> &'static str {
        let theirs = || self.t.find(&format!("their-{id}"));
        self.about_others.then(theirs).flatten().or_else(|| self.t.find(id)).unwrap_or_default()
    }

    /// A message of one family: `email-ID` or `mobile-ID`.
    pub(crate) fn of(self, family: ClaimFamily, id: &str) -> &'static str {
        self.plain(&format!("{}-{id}", family.as_str()))
    }

    /// The same, with variables.
    pub(crate) fn filled(self, family: ClaimFamily, id: &str, values: &[(&str, &str)]) -> String {
        self.fill(&format!("{}-{id}", family.as_str()), values)
    }

    /// A message with variables.
    pub(crate) fn fill(self, id: &str, values: &[(&str, &str)]) -> String {
        let theirs = format!("their-{id}");
        let is_theirs = self.about_others && self.t.has(&theirs);
        self.t.fill(if is_theirs { &theirs } else { id }, values)
    }
}

/// Why something was not done, as whoever asked for it is told.
pub(crate) enum Refused {
    /// Beside the field.
    Field(String),
    /// Beside the field for the reason.
    Reason(String),
    /// What the form was about is not as it was when the form was opened.
    Meanwhile(String),
    /// The password first.
    Password,
    /// Beside the field, and later it may be right.
    Wait(SignedDuration),
}

/// What a refused edit means.
pub(crate) fn refused(
    words: Words,
    family: ClaimFamily,
    error: UpdateError<ContactEditError>,
) -> Result<Refused, PageError> {
    let of_family = |id: &str| words.of(family, id).to_owned();
    let field = |id: &str| Ok(Refused::Field(words.plain(id).to_owned()));
    match error {
        UpdateError::Failure(failure) => Err(failure.into()),
        UpdateError::NoSuchUser => Err(PageError::NotFound),
        UpdateError::StaleVersion | UpdateError::NoMoreVerifications | UpdateError::Password(_) => {
            Err(PageError::Conflict)
        }
        UpdateError::Taken(_) | UpdateError::Refused(Refusal::Taken(_)) => {
            Ok(Refused::Field(of_family("taken")))
        }
        UpdateError::Edit(error) => match error {
            ContactEditError::Address(why) => field(invalid(why)),
            ContactEditError::NotThere => Ok(Refused::Meanwhile(of_family("not-there"))),
            ContactEditError::Moved => Ok(Refused::Meanwhile(of_family("moved"))),
            ContactEditError::ListsOff => field("wrong-lists-off"),
            ContactEditError::NotVerified => Ok(Refused::Field(of_family("not-verified"))),
            ContactEditError::VerificationOff => field("wrong-verification-off"),
        },
        UpdateError::Refused(refusal) => match refusal {
            Refusal::StaleAuthentication => Ok(Refused::Password),
            Refusal::TooManyRequests { retry_after } => Ok(Refused::Wait(retry_after)),
            Refusal::Address { why, .. } => field(invalid(why)),
            Refusal::TooMany { max } => {
                Ok(Refused::Field(words.t.fill("wrong-too-many", &[("count", &max.to_string())])))
            }
            Refusal::SeveralCandidates(_) => field("wrong-one-at-a-time"),
            Refusal::ReasonRequired => Ok(Refused::Reason(words.plain("wrong-reason").to_owned())),
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
pub(crate) struct Progress {
    pub(crate) tone: Tone,
    pub(crate) text: String,
    /// What to do about it.
    pub(crate) remedy: Option<&'static str>,
    /// What the provider said.
    pub(crate) detail: Option<String>,
}

/// The newest word about the delivery of a change.
pub(crate) fn progress(words: Words, channel: Channel, timeline: &[TimelineEvent]) -> Option<Progress> {
    let family = of_channel(channel);
    let newest = timeline.iter().rev().find(|event| is_delivery(event.event))?;
    let detail = newest.detail.clone();
    let progress =
        |tone, id: &str| Progress { tone, text: words.of(family, id).to_owned(), remedy: None, detail: None };
    Some(match newest.event {
        TimelineWord::HandedOver => progress(Tone::Good, "handed-over"),
        TimelineWord::Queued | TimelineWord::Resent
            if detail.is_some() && newest.event == TimelineWord::Queued =>
        {
            Progress { remedy: Some(words.plain("remedy-no-sender")), ..progress(Tone::Problem, "no-sender") }
        }
        TimelineWord::Queued | TimelineWord::Resent => progress(Tone::Waiting, "queued"),
        TimelineWord::Refused | TimelineWord::Bounced => Progress {
            remedy: Some(words.of(family, "remedy-refused")),
            detail: detail.clone(),
            ..progress(Tone::Problem, refusal(detail.as_deref().unwrap_or_default()))
        },
        _ => Progress {
            remedy: Some(words.plain("remedy-given-up")),
            detail,
            ..progress(Tone::Problem, "given-up")
        },
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
pub(crate) const fn of_channel(channel: Channel) -> ClaimFamily {
    match channel {
        Channel::Email => ClaimFamily::Email,
        Channel::Sms => ClaimFamily::Mobile,
    }
}

/// A row of a change's timeline: its tone and its title.
pub(crate) fn event(words: Words, channel: Channel, event: &TimelineEvent) -> (Tone, String) {
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
    let text = words.t.find(id).unwrap_or_else(|| words.of(family, id));
    (tone, text.to_owned())
}
