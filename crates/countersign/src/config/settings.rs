//! All tables together, in the order of the file.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::agreement::settle;
use super::database::IdentityDb;
use super::dev::Dev;
use super::email_adapter::{EmailAdapter, EmailCustomProperties};
use super::https::Https;
use super::identity_mgt::IdentityMgt;
use super::limits::Limits;
use super::log::Log;
use super::reader::{Origin, Reader};
use super::scim2::{Scim2, Scim2Me};
use super::security::Security;
use super::server::Server;
use super::sms::Sms;
use super::super_admin::SuperAdmin;
use super::table::{Description, Key, Table};
use super::user_claim_update::UserClaimUpdate;
use super::user_claim_update::email::EmailUpdate;
use super::user_claim_update::mobile::MobileUpdate;
use super::user_claim_update::otp::Otp;
use super::user_claim_update::uniqueness::Uniqueness;
use super::verification::Verification;

macro_rules! settings {
    ($($(#[doc = $doc:literal])+ $field:ident: $table:ty),+ $(,)?) => {
        /// What `deployment.toml` says, checked, with the default for everything it does not say.
        #[derive(Debug, Clone, PartialEq)]
        pub(crate) struct Settings {
            $( $(#[doc = $doc])+ pub(crate) $field: $table, )+
            /// Where the values that are no defaults come from, by dotted key.
            pub(crate) origins: BTreeMap<String, Origin>,
        }

        impl Settings {
            /// Takes every table from the reader, then lets them agree.
            pub(super) fn read(reader: &mut Reader<'_>) -> Self {
                let mut settings = Self { $( $field: <$table>::read(reader), )+ origins: BTreeMap::new() };
                settle(&mut settings, reader);
                settings.origins.clone_from(&reader.origins);
                settings
            }

            /// Each table's keys with the values in force.
            pub(super) fn effective(&self) -> Vec<(&'static str, Vec<(String, Option<String>)>)> {
                vec![$( (<$table as Table>::PATH, self.$field.effective()) ),+]
            }
        }

        static DESCRIPTIONS: LazyLock<Vec<Description>> = LazyLock::new(|| vec![$( <$table>::describe() ),+]);
    };
}

settings! {
    /// Who this server is.
    server: Server,
    /// Where it listens.
    https: Https,
    /// The first administrator.
    super_admin: SuperAdmin,
    /// The database.
    identity_db: IdentityDb,
    /// The mail server.
    email: EmailAdapter,
    /// More about the mail server.
    email_custom_properties: EmailCustomProperties,
    /// Shared by everything that proves something by mail.
    identity_mgt: IdentityMgt,
    /// Verification of changes.
    user_claim_update: UserClaimUpdate,
    /// Of e-mail addresses.
    email_update: EmailUpdate,
    /// Of mobile numbers.
    mobile_update: MobileUpdate,
    /// What codes look like.
    otp: Otp,
    /// Whether values belong to one account only.
    uniqueness: Uniqueness,
    /// The dialect at `/scim2`.
    scim2: Scim2,
    /// The own profile.
    scim2_me: Scim2Me,
    /// How a change is verified.
    verification: Verification,
    /// How strict the server is.
    security: Security,
    /// How often things may happen.
    limits: Limits,
    /// Which numbers are served.
    sms: Sms,
    /// Trying the server out.
    dev: Dev,
    /// What the server says about itself.
    log: Log,
}

/// Every table, as the reference describes it.
pub(super) fn describe() -> &'static [Description] {
    &DESCRIPTIONS
}

/// Every key of every table.
pub(super) fn known_keys() -> &'static [Key] {
    static KEYS: LazyLock<Vec<Key>> =
        LazyLock::new(|| DESCRIPTIONS.iter().flat_map(|table| table.keys.iter().cloned()).collect());
    &KEYS
}
