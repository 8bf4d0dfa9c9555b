//! `[identity_mgt.user_claim_update.uniqueness]`.

use crate::config::table::table;

table! {
    /// Whether two people can have the same address or number.
    ["identity_mgt.user_claim_update.uniqueness"] Uniqueness {
        /// Whether a held address or number belongs to one account only. A pending one reserves nothing: the first
        /// proof wins.
        enable: bool = true;
        /// Whether that is so within each user store only, rather than across all of them.
        scope_within_userstore: bool = false;
    }
}
