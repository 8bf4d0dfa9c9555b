//! `[countersign.verification]`.

use super::kind::words;
use super::table::table;

words! {
    /// What happens when somebody other than the owner changes an address or number (D-1).
    NonOwnerUpdate {
        /// The owner proves it, as always.
        Verify = "verify",
        /// It is written at once, marked as unproven and audited.
        Skip = "skip"
    }
}

words! {
    /// What it takes to confirm by the link in a mail (SEC-23).
    LinkConfirmation {
        /// A press of the button on the page.
        Button = "button",
        /// The button, while signed in as the owner.
        Session = "session",
        /// The button, and the short code that stands in the mail beside the link.
        Code = "code"
    }
}

table! {
    /// How a change is verified, beyond what WSO2's keys say.
    ["countersign.verification"] Verification {
        /// What happens when an administrator or a program changes a person's address or number: `"verify"` has the
        /// person prove it; `"skip"` writes it at once, marked as unproven.
        non_owner_update: NonOwnerUpdate = NonOwnerUpdate::Verify;
        /// What confirms a link: the `"button"` on its page; the button and the short `"code"` of the same mail, typed
        /// there, which no robot in a mailbox does (it implies `send_otp_in_email`, and no link proves anything alone,
        /// not in the API either); or the button in a `"session"` of exactly the person whose address it is, to which the
        /// page leads (in the API, too, the link is taken from nobody else). So in the hardened profile.
        link_confirmation: LinkConfirmation = LinkConfirmation::Button;
    }
}
