//! `[identity_mgt.user_claim_update.email]`.

use crate::config::table::table;
use crate::config::validity::ValidityMinutes;

table! {
    /// Verification of e-mail addresses.
    ["identity_mgt.user_claim_update.email"] EmailUpdate {
        /// Whether a new address must be proven before it replaces the old one.
        enable_verification: bool = false;
        /// How long the link is valid: at most `1440` (a day), unless `allow_long_validity`. When not set,
        /// `identity_mgt.default_mail_validity_period`. A code sent instead of a link lives at most 10 minutes.
        verification_email_validity: Option<ValidityMinutes> = None, like "1440";
        /// Whether the product's own two notices go to the old address. Only looked at when
        /// `[countersign.security] notify_old` is off.
        enable_notify_existing_email: bool = false;
    }
}
