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
        /// The button, and a code shown where the change was made.
        Code = "code"
    }
}

table! {
    /// How a change is verified, beyond what WSO2's keys say.
    ["countersign.verification"] Verification {
        /// What happens when an administrator or a program changes a person's address or number: `"verify"` has the
        /// person prove it; `"skip"` writes it at once, marked as unproven.
        non_owner_update: NonOwnerUpdate = NonOwnerUpdate::Verify;
        /// What confirms a link: the `"button"` on its page, the button in a signed-in `"session"`, or the button with
        /// a `"code"` shown where the change was made. This version has the `"button"` only.
        link_confirmation: LinkConfirmation = LinkConfirmation::Button;
    }
}
