//! `[identity_mgt.user_claim_update.mobile]`.

use crate::config::table::table;
use crate::config::validity::ValidityMinutes;

table! {
    /// Verification of mobile numbers.
    ["identity_mgt.user_claim_update.mobile"] MobileUpdate {
        /// Whether a new number must be proven before it replaces the old one.
        enable_verification: bool = false;
        /// How long the code in the SMS is valid: at most `10`, unless `allow_long_validity`.
        verification_sms_otp_validity: ValidityMinutes = ValidityMinutes::new(5);
        /// Whether a privileged user may enter the code for somebody else.
        enable_verification_by_privileged_user: bool = false;
    }
}
