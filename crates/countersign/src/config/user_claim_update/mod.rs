//! `[identity_mgt.user_claim_update]` and the four tables below it: verification of changed addresses and numbers.
//!
//! What stands here is the default of every tenant; a value set in the Console wins over it.

pub(crate) mod email;
pub(crate) mod mobile;
pub(crate) mod otp;
pub(crate) mod uniqueness;

use super::reader::Reader;
use super::table::table;

table! {
    /// What happens when an e-mail address or mobile number changes. The Console can override the tables below.
    ["identity_mgt.user_claim_update"] UserClaimUpdate {
        /// Whether a change is verified only when the request says `verifyEmail` or `verifyMobile`. Whoever leaves the
        /// flag out then changes the value unproven, so this is warned about at every start.
        use_verify_claim: bool = false;
        /// Whether a person may have several addresses and numbers, each verified by itself.
        enable_multiple_emails_and_mobile_numbers: bool = true;
        /// Whether claims that are marked as immutable stay so in a local update.
        restrict_immutable_local_claim_update: bool = true;
    }
}

impl UserClaimUpdate {
    /// Says what `use_verify_claim` gives away (SEC-16).
    pub(super) fn settle(&self, reader: &mut Reader<'_>) {
        if self.use_verify_claim {
            reader.caution(
                "identity_mgt.user_claim_update.use_verify_claim",
                "lets every client decide whether a new address or number is proven",
                "Delete the line, unless an existing client depends on the verify flags.",
            );
        }
    }
}
