//! `[super_admin]`.

use super::https::Https;
use super::reader::Reader;
use super::secret::Secret;
use super::table::table;

table! {
    /// The first administrator. These keys only create the account; after that it is changed with
    /// `countersign user set-password` or in the Console, and a later edit here is reported, not applied.
    ["super_admin"] SuperAdmin {
        /// The name of the account.
        username: String = "admin".to_owned();
        /// Its first password. Without one the first start makes one and shows it once. A well-known one, such as
        /// `admin`, is refused unless the server listens on this machine only.
        password: Option<Secret> = None, like "a long sentence nobody else knows";
        /// A file with the password, instead of `password`. A relative path starts at the folder of this file.
        password_file: Option<String> = None, like "/run/secrets/admin_password";
        /// Whether to create the account when it does not exist.
        create_admin_account: bool = true;
    }
}

/// Passwords that documents, samples and scanners begin with. Sign-in knows a far longer list (SEC-32).
const WELL_KNOWN: [&str; 14] = [
    "admin123",
    "administrator",
    "changeit",
    "changeme",
    "letmein1",
    "p@ssw0rd",
    "passw0rd",
    "password",
    "password1",
    "qwerty123",
    "secret123",
    "welcome1",
    "wso2carbon",
    "countersign",
];

impl SuperAdmin {
    /// Whether anybody would try this password among the first: short, the user's own name, one repeated character,
    /// digits in a row, or known from documents.
    pub(crate) fn is_weak(&self) -> bool {
        let Some(password) = self.password.as_ref().map(Secret::reveal) else { return false };
        let lower = password.to_lowercase();
        let mut characters = lower.chars();
        let first = characters.next();
        lower.chars().count() < 8
            || lower == self.username.to_lowercase()
            || characters.all(|c| Some(c) == first)
            || "01234567890123456789".contains(&lower)
            || WELL_KNOWN.contains(&lower.as_str())
    }

    /// Reads the password file, and refuses a weak password where others could use it (SEC-32).
    pub(super) fn settle(&mut self, https: &Https, reader: &mut Reader<'_>) {
        reader.fill_from_file(&mut self.password, self.password_file.as_deref(), "super_admin.password");
        let key =
            if self.password_file.is_some() { "super_admin.password_file" } else { "super_admin.password" };
        if !self.is_weak() {
            return;
        }
        if https.address.is_loopback() {
            reader.caution(
                key,
                "is easily guessed, so this account can sign in from this machine only",
                "Choose a longer password before others may reach the server.",
            );
        } else {
            reader.refuse(
                key,
                "is easily guessed, and the server would listen beyond this machine",
                "Choose a longer password, or delete the key to have one made at the first start; \
                 or set `[transport.https.properties] address = \"127.0.0.1\"`.",
            );
        }
    }
}
