//! The line under a value in force: what waits for proof, how far its message is, what can be done (pages §3.3).

use countersign_app::{PendingProof, TimelineWord};
use countersign_domain::actor::Persona;
use countersign_domain::change::Form;
use countersign_domain::claim::ClaimFamily;
use countersign_domain::user_claim_update::Settings;

use super::Place;
use super::words::{self, Progress};
use crate::pages::component::{Clock, Moment};

/// What waits.
pub(crate) struct Pending {
    /// Unique in the page.
    pub(crate) id: String,
    /// Where its code is entered, and where it is acted upon.
    pub(crate) path: String,
    pub(crate) title: String,
    /// "Open the mail", where that is how it is proven.
    pub(crate) how: Option<String>,
    /// Whether there is a code to enter.
    pub(crate) has_code: bool,
    pub(crate) sent: Moment,
    /// Until when the code or link is good, or that it is not any more.
    pub(crate) until: Moment,
    pub(crate) is_expired: bool,
    pub(crate) is_exhausted: bool,
    pub(crate) progress: Option<Progress>,
    /// How long sending again has to wait.
    pub(crate) wait: Option<String>,
    /// Where another value is asked for instead.
    pub(crate) change_href: String,
    /// Who asked for it, where it was somebody else than the reader.
    pub(crate) asked_by: Option<String>,
    /// What it looks like now, so that the page sees when it changes.
    pub(crate) key: String,
    pub(crate) family: ClaimFamily,
}

/// Whether a value is proven by a code that is typed here, and not only by the link of its mail.
pub(crate) fn needs_code(family: ClaimFamily, settings: &Settings) -> bool {
    family == ClaimFamily::Mobile || settings.of(family).form == Form::Otp
}

impl Pending {
    /// As it stands now.
    pub(crate) fn of(proof: &PendingProof, settings: &Settings, place: &Place, clock: Clock) -> Self {
        let (t, change) = (clock.texts, &proof.change);
        let family = proof.value.family();
        let value = proof.value.as_str();
        let is_sent = |word| matches!(word, TimelineWord::Queued | TimelineWord::Resent);
        let sent = change.timeline.iter().rev().find(|event| is_sent(event.event));
        let wait = change.resend_available_at.filter(|at| *at > clock.now);
        let has_code = needs_code(family, settings);
        let is_worth_telling =
            place.words.persona().is_privileged() || change.requested_by.persona != Persona::Owner;
        Self {
            id: format!("{}-pending", family.as_str()),
            path: place.change(change.id),
            title: place.words.filled(family, "waits", &[("value", value)]),
            how: (!has_code).then(|| place.words.fill("open-the-mail", &[("value", value)])),
            has_code,
            sent: clock.tell(sent.map_or(change.requested_at, |event| event.at)),
            until: clock.tell(change.expires_at),
            is_expired: change.expired,
            is_exhausted: !change.expired && change.attempts_left == 0,
            progress: words::progress(place.words, change.channel, &change.timeline),
            wait: wait.map(|at| {
                let span = clock.span(at.duration_since(clock.now));
                t.fill("again-in", &[("wait", &span)])
            }),
            change_href: place.editing(family),
            asked_by: is_worth_telling.then(|| t.fill("asked-by", &[("name", &change.requested_by.display)])),
            key: format!("{}-{}-{}", change.id, change.timeline.len(), change.expired),
            family,
        }
    }
}
