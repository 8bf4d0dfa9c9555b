//! `[countersign.security]`.

use super::kind::words;
use super::network::{AddressBlock, OutboundPermission};
use super::reader::Reader;
use super::table::table;

words! {
    /// What is done about passwords that everybody tries first.
    WeakPasswords {
        /// They cannot be set.
        Refuse = "refuse",
        /// They can, for demonstrations.
        Allow = "allow"
    }
}

words! {
    /// Which of two sets of rules is in force.
    Profile {
        /// Existing clients work unchanged.
        Compatible = "compatible",
        /// Some of them must change: see the reference.
        Hardened = "hardened"
    }
}

table! {
    /// How strict this server is.
    ["countersign.security"] Security {
        /// Places that SMS publishers and webhooks may reach although they are private or speak plain HTTP, each
        /// `"host:port"` or an address block. The mail server needs no entry.
        outbound_allow: Vec<OutboundPermission> = Vec::new();
        /// Whether the old address is told when a change is asked for and when it happens, with a way to stop or undo it.
        notify_old: bool = true;
        /// Whether changes through the API need a sign-in of the last five minutes. Always so in My Account, and on in
        /// the hardened profile.
        require_recent_auth_api: bool = false;
        /// Whether links may be valid longer than a day and codes longer than ten minutes. Warned about at every start.
        allow_long_validity: bool = false;
        /// How many characters a password has at least.
        password_min_length: u16 = 8;
        /// Whether well-known passwords can be set: `"refuse"`, or `"allow"` for demonstrations. They never work from
        /// another machine.
        weak_passwords: WeakPasswords = WeakPasswords::Refuse;
        /// `"hardened"` asks for recent authentication in the API, confirms links in a session, wants a reason for
        /// direct writes, and refuses `use_verify_claim` and `allow_long_validity`. `"compatible"` leaves these to their
        /// own keys.
        profile: Profile = Profile::Compatible;
        /// Addresses of proxies whose `Forwarded` and `X-Forwarded-For` headers are believed.
        trusted_proxies: Vec<AddressBlock> = Vec::new();
    }
}

impl Security {
    /// Refuses impossible lengths and a proxy that is everybody; says what is given away.
    pub(super) fn settle(&self, reader: &mut Reader<'_>) {
        let key = "countersign.security.password_min_length";
        match self.password_min_length {
            1..8 => reader.caution(
                key,
                &format!("allows passwords of {} characters", self.password_min_length),
                "Use 8 or more outside a demonstration.",
            ),
            8..=1024 => {}
            _ => reader.refuse(key, "must be from 1 to 1024", "Write 8 or more."),
        }
        if self.trusted_proxies.iter().any(|block| block.prefix == 0) {
            reader.refuse(
                "countersign.security.trusted_proxies",
                "would let everybody choose the address they seem to come from",
                "Name only the addresses of your own proxies.",
            );
        }
        if !self.notify_old {
            reader.caution(
                "countersign.security.notify_old",
                "is off, so nobody is told when somebody else takes over the address",
                "Delete the line to have old addresses told again.",
            );
        }
        if self.weak_passwords == WeakPasswords::Allow {
            reader.caution(
                "countersign.security.weak_passwords",
                "lets people choose passwords that are guessed first",
                "Use it only in a demonstration.",
            );
        }
    }
}
