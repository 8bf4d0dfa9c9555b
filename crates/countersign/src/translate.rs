//! The file's words become the rules' words: one checked struct into the others, nothing decided.

use std::sync::Arc;

use countersign_app::{
    FileSettings, PasswordPolicy, PublisherFacts, PublisherProblem, PublisherState, PublisherView, Publishers,
};
use countersign_domain::change::Limits;
use countersign_domain::claim::Numbering;
use countersign_domain::user_claim_update::{Connector, LinkConfirmation, NonOwnerUpdate, Settings as Rules};
use countersign_notify::email::{OauthKeys, SmtpKeys, SmtpTls};
use countersign_notify::publisher::mapping::MappingType;
use countersign_notify::publisher::{self, EventPublisher, FileReport, FileState, Severity};
use countersign_web::{Peers, WebOptions};

use crate::config::Settings;
use crate::config::words;

/// For the use cases.
pub(crate) fn file_settings(settings: &Settings) -> FileSettings {
    FileSettings {
        base: rules(settings),
        connector: connector(settings),
        public_url: settings.public_url(),
        organization: settings.email.signature.clone().unwrap_or_else(|| "Countersign".to_owned()),
        super_admin: settings.super_admin.username.clone(),
        unique_group_names: settings.scim2.unique_group_names,
        conflict_on_taken: settings.scim2.return_conflict_on_claim_uniqueness_violation,
    }
}

fn rules(settings: &Settings) -> Rules {
    let hardened = settings.security.profile == words::Profile::Hardened;
    Rules {
        use_verify_claim: settings.user_claim_update.use_verify_claim,
        lists: settings.user_claim_update.enable_multiple_emails_and_mobile_numbers,
        non_owner_update: match settings.verification.non_owner_update {
            words::NonOwnerUpdate::Verify => NonOwnerUpdate::Verify,
            words::NonOwnerUpdate::Skip => NonOwnerUpdate::Skip,
        },
        link_confirmation: match settings.verification.link_confirmation {
            words::LinkConfirmation::Button => LinkConfirmation::Button,
            words::LinkConfirmation::Session => LinkConfirmation::Session,
            words::LinkConfirmation::Code => LinkConfirmation::Code,
        },
        notify_old: settings.security.notify_old,
        unique: settings.uniqueness.enable,
        require_recent_auth: settings.security.require_recent_auth_api,
        reason_required: hardened,
        limits: limits(settings),
        numbering: Numbering {
            default_region: settings.sms.default_region,
            countries: settings.sms.countries.clone(),
        },
        stop_on_low_conversion: settings.sms.stop_on_low_conversion,
        ..Rules::default()
    }
}

fn connector(settings: &Settings) -> Connector {
    Connector {
        email_enable_verification: settings.email_update.enable_verification,
        email_expiry_minutes: settings.email_link_validity().minutes(),
        email_notify_existing: settings.email_update.enable_notify_existing_email,
        otp_send_in_email: settings.otp.send_otp_in_email,
        otp_uppercase: settings.otp.use_uppercase_in_otp,
        otp_lowercase: settings.otp.use_lowercase_in_otp,
        otp_numbers: settings.otp.use_numeric_in_otp,
        otp_length: u32::from(settings.otp.otp_length),
        mobile_enable_verification: settings.mobile_update.enable_verification,
        mobile_expiry_minutes: settings.mobile_update.verification_sms_otp_validity.minutes(),
        mobile_by_privileged: settings.mobile_update.enable_verification_by_privileged_user,
        long_validity: settings.security.allow_long_validity,
        ..Connector::default()
    }
}

fn limits(settings: &Settings) -> Limits {
    let file = &settings.limits;
    Limits {
        wrong_codes_per_user_hour: file.wrong_codes_per_user_hour.0,
        wrong_codes_per_source: file.wrong_codes_per_source.0,
        sends_burst: file.sends_burst.0,
        sends_interval_seconds: file.sends_interval_seconds.0,
        sends_per_hour: file.sends_per_hour.0,
        sends_per_day: file.sends_per_day.0,
        sends_per_destination_hour: file.sends_per_destination_hour.0,
        sends_per_destination_day: file.sends_per_destination_day.0,
        pending_values_per_day: file.pending_values_per_day.0,
        sms_per_block_hour: file.sms_per_block_hour.0,
        sms_per_day: file.sms_per_day.0,
        sms_per_country_day: file.sms_per_country_day.0,
        login_failures_per_source: file.login_failures_per_source.0,
        login_delay_after: file.login_delay_after.0,
        landing_per_selector_hour: file.landing_per_selector_hour.0,
        privileged_resends_per_hour: file.privileged_resends_per_hour.0,
        privileged_wrong_codes: file.privileged_wrong_codes.0,
        writes_per_minute: file.writes_per_minute.0,
        ..Limits::default()
    }
}

/// For new passwords.
pub(crate) fn password_policy(settings: &Settings) -> PasswordPolicy {
    PasswordPolicy {
        length_min: usize::from(settings.security.password_min_length),
        allow_weak: settings.security.weak_passwords == words::WeakPasswords::Allow,
    }
}

/// For the HTTP surfaces.
pub(crate) fn web_options(settings: &Settings, link_cookie_key: [u8; 32]) -> WebOptions {
    let public_url = settings.public_url();
    let blocks = &settings.security.trusted_proxies;
    WebOptions {
        hosts: hosts(settings, &public_url),
        public_url,
        peers: Peers { trusted: blocks.iter().map(|block| (block.address, block.prefix)).collect() },
        spec_compliant_emails: settings.scim2.enable_spec_compliant_email_handling,
        multi_valued_as_string: settings.scim2.multi_valued_as_string,
        group_patch_returns_group: settings.scim2.return_updated_group_in_group_patch_response,
        link_cookie_key,
    }
}

/// Every `Host` that is answered (DESIGN §5, Public URL).
fn hosts(settings: &Settings, public_url: &str) -> Vec<String> {
    let authority = public_url.trim_start_matches("https://").split('/').next().unwrap_or_default();
    let mut hosts = vec![authority.to_ascii_lowercase()];
    hosts.extend(settings.server.host_aliases.iter().map(|alias| alias.to_ascii_lowercase()));
    if settings.https.address.is_loopback() {
        let port = settings.port();
        hosts.extend(["localhost", "127.0.0.1", "[::1]"].map(|name| format!("{name}:{port}")));
    }
    hosts
}

/// For the mail sender.
pub(crate) fn smtp_keys(settings: &Settings) -> SmtpKeys {
    let email = &settings.email;
    let text =
        |address: &Option<crate::config::words::MailAddress>| address.as_ref().map(|a| a.as_str().to_owned());
    SmtpKeys {
        from_address: text(&email.from_address),
        username: email.username.clone(),
        password: email.password.as_ref().map(|secret| secret.reveal().to_owned()),
        hostname: Some(email.relay().to_owned()),
        port: Some(email.port),
        tls: Some(match email.encryption() {
            words::SmtpTls::Required => SmtpTls::Required,
            words::SmtpTls::Implicit => SmtpTls::Implicit,
            words::SmtpTls::None => SmtpTls::None,
        }),
        enable_authentication: Some(email.enable_authentication),
        signature: email.signature.clone(),
        reply_to: text(&email.reply_to),
        oauth: (email.auth_type == words::AuthType::ClientCredential).then(|| OauthKeys {
            client_id: email.client_id.clone(),
            client_secret: email.client_secret.as_ref().map(|secret| secret.reveal().to_owned()),
            token_endpoint: email.token_endpoint.as_ref().map(|url| url.as_str().to_owned()),
            scopes: email.scopes.clone(),
        }),
    }
}

/// Where outgoing requests may go although the place is private or speaks plain HTTP (SEC-52), as written.
pub(crate) fn outbound_allow(settings: &Settings) -> Vec<String> {
    settings.security.outbound_allow.iter().map(ToString::to_string).collect()
}

/// Where the SQLite file is, or the address of PostgreSQL.
pub(crate) fn postgres_url(settings: &Settings) -> Option<String> {
    let database = &settings.identity_db;
    if database.kind != words::DatabaseType::Postgresql {
        return None;
    }
    if let Some(url) = &database.url {
        return Some(url.reveal().to_owned());
    }
    let escaped = |text: &str| url_escape(text);
    let user = escaped(database.username.as_deref().unwrap_or_default());
    let password =
        database.password.as_ref().map(|secret| format!(":{}", escaped(secret.reveal()))).unwrap_or_default();
    let name = escaped(database.name.as_deref().unwrap_or_default());
    Some(format!("postgresql://{user}{password}@{}:{}/{name}", escaped(&database.hostname), database.port))
}

/// Percent-encodes what is not unreserved (RFC 3986 §2.3).
fn url_escape(text: &str) -> String {
    use std::fmt::Write as _;
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            let _ = write!(escaped, "%{byte:02X}");
        }
    }
    escaped
}

/// What the worker's folder knows, for the Console: of a publisher's properties the host only (SEC-51).
pub(crate) fn publishers(known: &publisher::Publishers) -> Publishers {
    Arc::new(known.reports.iter().map(publisher_view).collect())
}

fn publisher_view(report: &FileReport) -> PublisherView {
    PublisherView {
        file: report.file.clone(),
        state: match &report.state {
            FileState::Active => PublisherState::Sends,
            FileState::Shadowed { by } => PublisherState::Shadowed(by.clone()),
            FileState::Disabled => PublisherState::Disabled,
            FileState::NotConfigured => PublisherState::NotConfigured,
            FileState::OtherAdapter => PublisherState::OtherAdapter,
            FileState::Settling => PublisherState::Settling,
            FileState::Refused => PublisherState::Refused,
        },
        publisher: report.publisher.as_deref().map(publisher_facts),
        uses_last_good_version: report.keeps_last_good,
        problems: report.problems.iter().map(publisher_problem).collect(),
    }
}

fn publisher_facts(publisher: &EventPublisher) -> PublisherFacts {
    let payload = match publisher.mapping.kind() {
        MappingType::Json => "JSON",
        MappingType::Text => "text",
        MappingType::Form => "form",
        MappingType::Xml => "XML",
    };
    PublisherFacts {
        name: publisher.name.clone(),
        stream: publisher.stream.clone(),
        kind: format!("HTTP {}, {payload}", publisher.http.method),
        host: publisher.host(),
        proxy: publisher.http.proxy.as_ref().map(|(host, port)| format!("{host}:{port}")),
    }
}

fn publisher_problem(problem: &publisher::Problem) -> PublisherProblem {
    PublisherProblem {
        line: problem.line,
        column: problem.column,
        is_error: problem.severity == Severity::Error,
        text: problem.text.clone(),
        excerpt: problem.excerpt.as_ref().map(|excerpt| (excerpt.line.clone(), excerpt.before)),
    }
}
