//! The line under a value in force: what waits for proof, how far its message is, what can be done (pages §3.3).

use countersign_app::{PendingProof, TimelineWord};
use countersign_domain::actor::Persona;
use countersign_domain::change::Form;
use countersign_domain::claim::ClaimFamily;
use countersign_domain::user_claim_update::Settings;

use super::words::{self, Progress, fill};
use crate::pages::component::{Clock, Moment};

/// What waits.
pub(super) struct Pending {
    /// Unique in the page.
    pub(super) id: String,
    /// Where its code is entered, and where it is acted upon.
    pub(super) path: String,
    pub(super) title: String,
    /// "Open the mail", where that is how it is proven.
    pub(super) how: Option<String>,
    /// Whether there is a code to enter.
    pub(super) has_code: bool,
    pub(super) sent: Moment,
    /// Until when the code or link is good, or that it is not any more.
    pub(super) until: Moment,
    pub(super) is_expired: bool,
    pub(super) is_exhausted: bool,
    pub(super) progress: Option<Progress>,
    /// How long sending again has to wait.
    pub(super) wait: Option<String>,
    /// Where another value is asked for instead.
    pub(super) change_href: String,
    /// Who asked for it, where it was somebody else.
    pub(super) asked_by: Option<String>,
    /// What it looks like now, so that the page sees when it changes.
    pub(super) key: String,
    pub(super) family: ClaimFamily,
}

/// Whether a value is proven by a code that is typed here, and not only by the link of its mail.
pub(super) fn needs_code(family: ClaimFamily, settings: &Settings) -> bool {
    family == ClaimFamily::Mobile || settings.of(family).form == Form::Otp
}

impl Pending {
    /// As it stands now.
    pub(super) fn of(proof: &PendingProof, settings: &Settings, clock: Clock) -> Self {
        let (t, change) = (clock.texts, &proof.change);
        let family = proof.value.family();
        let value = proof.value.as_str();
        let is_sent = |word| matches!(word, TimelineWord::Queued | TimelineWord::Resent);
        let sent = change.timeline.iter().rev().find(|event| is_sent(event.event));
        let wait = change.resend_available_at.filter(|at| *at > clock.now);
        let has_code = needs_code(family, settings);
        let stranger = change.requested_by.persona != Persona::Owner;
        Self {
            id: format!("{}-pending", family.as_str()),
            path: format!("/myaccount/changes/{}", change.id),
            title: fill(t, family, "waits", &[("value", value)]),
            how: (!has_code).then(|| t.fill("open-the-mail", &[("value", value)])),
            has_code,
            sent: clock.tell(sent.map_or(change.requested_at, |event| event.at)),
            until: clock.tell(change.expires_at),
            is_expired: change.expired,
            is_exhausted: !change.expired && change.attempts_left == 0,
            progress: words::progress(t, change.channel, &change.timeline),
            wait: wait.map(|at| {
                let span = clock.span(at.duration_since(clock.now));
                t.fill("again-in", &[("wait", &span)])
            }),
            change_href: format!("/myaccount/?edit={}", family.as_str()),
            asked_by: stranger.then(|| t.fill("asked-by", &[("name", &change.requested_by.display)])),
            key: format!("{}-{}-{}", change.id, change.timeline.len(), change.expired),
            family,
        }
    }
}
