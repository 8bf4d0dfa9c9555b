//! What stands between this configuration and people who depend on it.

use super::database::DatabaseType;
use super::email_adapter::SmtpTls;
use super::log::LogFormat;
use super::settings::Settings;
use super::user_claim_update::UserClaimUpdate;

/// What the home folder holds that no key says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seen {
    /// The certificate in use was made by the first start (SEC-57).
    pub(crate) self_signed_certificate: bool,
    /// An enabled event publisher can send SMS.
    pub(crate) sms_publisher: bool,
}

/// Everything that is missing for production, one sentence each, the most important first. Empty when nothing is.
pub(crate) fn production_gaps(settings: &Settings, seen: Seen) -> Vec<String> {
    let UserClaimUpdate { use_verify_claim, .. } = settings.user_claim_update;
    let email = settings.email.is_configured();
    let gaps = [
        (
            settings.super_admin.is_weak(),
            "The administrator's password is easily guessed: change `[super_admin] password`.",
        ),
        (
            seen.self_signed_certificate,
            "The certificate is self-signed: put your own into `repository/resources/security/`.",
        ),
        (
            settings.server.hostname.is_local() && settings.server.base_path.is_none(),
            "Links in messages lead to this machine: set `[server] hostname` to the public name.",
        ),
        (
            settings.https.address.is_loopback() && settings.security.trusted_proxies.is_empty(),
            "Only this machine can reach the server: set `[transport.https.properties] address`, or name your proxy in \
             `[countersign.security] trusted_proxies`.",
        ),
        (!email, "E-mail goes nowhere: set up `[output_adapter.email]`."),
        (
            email && settings.email.encryption() == SmtpTls::None,
            "E-mail leaves in clear: set `[output_adapter.email] tls = \"required\"`.",
        ),
        (
            !seen.sms_publisher,
            "SMS go nowhere: put a publisher into `repository/deployment/server/eventpublishers/`.",
        ),
        (
            !settings.email_update.enable_verification,
            "New e-mail addresses are not verified: set `[identity_mgt.user_claim_update.email] enable_verification`.",
        ),
        (
            !settings.mobile_update.enable_verification,
            "New mobile numbers are not verified: set `[identity_mgt.user_claim_update.mobile] enable_verification`.",
        ),
        (use_verify_claim, "Clients decide whether a change is verified: switch `use_verify_claim` off."),
        (
            !settings.security.notify_old,
            "Nobody is told when their address is replaced: switch `notify_old` on.",
        ),
        (
            settings.identity_db.kind == DatabaseType::Sqlite,
            "Everything is on one machine: SQLite is fine as long as that is meant; back it up.",
        ),
        (
            settings.log.format == LogFormat::Text,
            "Logs are written for people: set `[countersign.log] format = \"json\"` for a collector.",
        ),
    ];
    gaps.into_iter().filter(|(missing, _)| *missing).map(|(_, sentence)| sentence.to_owned()).collect()
}
