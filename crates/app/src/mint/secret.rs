//! Fresh secrets for a challenge: what is stored of them, and what travels.

use countersign_domain::change::{Binding, Form, LinkToken, Purpose};
use countersign_domain::claim::Address;
use countersign_domain::user_claim_update::Settings;
use countersign_domain::{ChallengeId, Entropy as _, SignedDuration, TenantId, Timestamp, UserId};
use countersign_store::{NewChallenge, NewLink};
use zeroize::Zeroizing;

use crate::app::App;

/// What a challenge is issued for.
pub(super) struct Wanted<'a> {
    pub(super) user: UserId,
    pub(super) purpose: Purpose,
    pub(super) tenant: &'a TenantId,
    pub(super) value: &'a Address,
    pub(super) form: Form,
    pub(super) at: Timestamp,
    pub(super) validity_minutes: u32,
}

/// A challenge, and its secrets in clear: they leave this process only sealed or sent.
pub(super) struct Issued {
    pub(super) challenge: NewChallenge,
    pub(super) code: Option<Zeroizing<String>>,
    pub(super) link: Option<LinkToken>,
    pub(super) validity_minutes: u32,
}

/// Draws the secrets of `wanted.form` and binds their digests to challenge, user, claim and value (SEC-3).
pub(super) fn issue(app: &App, settings: &Settings, wanted: &Wanted<'_>) -> Issued {
    let mut entropy = app.entropy.clone();
    let id = ChallengeId::new(entropy.id(wanted.at));
    let mac = &app.keys.mac;
    let code = wanted.form.has_otp().then(|| settings.otp.draw(&mut entropy));
    let link = wanted.form.has_link().then(|| LinkToken::mint(&mut entropy));
    let binding = Binding { challenge: id, user: wanted.user, purpose: wanted.purpose, value: wanted.value };
    let bound = |secret: &[u8]| mac.challenge_digest(&binding, secret);
    let validity = SignedDuration::from_mins(i64::from(wanted.validity_minutes));
    let challenge = NewChallenge {
        id,
        form: wanted.form,
        otp: code.as_ref().map(|code| bound(code.as_bytes())),
        lookup: code.as_ref().map(|code| mac.lookup_digest(wanted.tenant, code)),
        link: link.as_ref().map(|token| NewLink {
            selector: token.selector.clone(),
            digest: bound(token.secret.as_bytes()),
        }),
        expires_at: wanted.at.saturating_add(validity).unwrap_or(Timestamp::MAX),
        attempts_max: settings.limits.attempts_per_code,
    };
    Issued { challenge, code, link, validity_minutes: wanted.validity_minutes }
}
