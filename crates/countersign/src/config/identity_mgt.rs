//! `[identity_mgt]`.

use super::table::table;
use super::validity::ValidityMinutes;

table! {
    /// Settings shared by everything that proves something by mail.
    ["identity_mgt"] IdentityMgt {
        /// How long links in mails are valid where no more particular key says it.
        default_mail_validity_period: ValidityMinutes = ValidityMinutes::new(1440);
    }
}
