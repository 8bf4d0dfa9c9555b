//! `[identity_mgt.user_claim_update.otp]`.

use crate::config::reader::Reader;
use crate::config::table::table;

table! {
    /// What codes look like. Letters and digits that are easily confused are never used.
    ["identity_mgt.user_claim_update.otp"] Otp {
        /// Whether mails carry a code to type instead of a link.
        send_otp_in_email: bool = false;
        /// Whether codes have capital letters.
        use_uppercase_in_otp: bool = true;
        /// Whether codes have small letters.
        use_lowercase_in_otp: bool = true;
        /// Whether codes have digits. With all three off, all three are on.
        use_numeric_in_otp: bool = true;
        /// How many characters a code has: 6 to 10.
        otp_length: u16 = 6;
    }
}

impl Otp {
    /// Refuses codes that can be guessed (SEC-2: at least 6 characters) and codes nobody can type.
    pub(in crate::config) fn settle(&mut self, reader: &mut Reader<'_>) {
        if self.otp_length < 6 {
            reader.refuse(
                "identity_mgt.user_claim_update.otp.otp_length",
                &format!("must be at least 6, not `{}`: shorter codes can be guessed", self.otp_length),
                "Write a number from 6 to 10.",
            );
        } else if self.otp_length > 10 {
            reader.refuse(
                "identity_mgt.user_claim_update.otp.otp_length",
                &format!("must be at most 10, not `{}`: nobody types longer codes", self.otp_length),
                "Write a number from 6 to 10.",
            );
        }
        if !(self.use_uppercase_in_otp || self.use_lowercase_in_otp || self.use_numeric_in_otp) {
            reader.caution(
                "identity_mgt.user_claim_update.otp.use_numeric_in_otp",
                "leaves codes no characters at all, so all three kinds are used",
                "Switch at least one of `use_uppercase_in_otp`, `use_lowercase_in_otp`, `use_numeric_in_otp` on.",
            );
            self.use_uppercase_in_otp = true;
            self.use_lowercase_in_otp = true;
            self.use_numeric_in_otp = true;
        }
    }
}
