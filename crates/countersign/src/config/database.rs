//! `[database.identity_db]`.

use super::kind::words;
use super::reader::Reader;
use super::secret::Secret;
use super::table::table;

words! {
    /// Where everything is kept.
    DatabaseType {
        /// A file in the home folder, `repository/database/countersign.db`.
        Sqlite = "sqlite",
        /// A `PostgreSQL` server.
        Postgresql = "postgresql" | "postgre" | "postgres",
        /// The embedded database of WSO2's own files: `SQLite` takes its place.
        H2 = "h2"
    }
}

table! {
    /// The database. The other keys are for `PostgreSQL` only.
    ["database.identity_db"] IdentityDb {
        /// `"sqlite"` is a file in the home folder and needs nothing else. `"postgresql"` is a server, for several nodes.
        /// `"h2"`, which files of WSO2 name, is read as `"sqlite"` with a warning.
        kind as "type": DatabaseType = DatabaseType::Sqlite;
        /// The whole address in one, instead of the keys below. It may hold a password and is never shown.
        url: Option<Secret> = None, like "postgresql://countersign@db.example.org:5432/countersign";
        /// The machine of the database server.
        hostname: String = "localhost".to_owned();
        /// Its port.
        port: u16 = 5432;
        /// The name of the database.
        name: Option<String> = None, like "countersign";
        /// The database user.
        username: Option<String> = None, like "countersign";
        /// Its password.
        password: Option<Secret> = None, like "$env{DATABASE_PASSWORD}";
        /// A file with the password, instead of `password`. A relative path starts at the folder of this file.
        password_file: Option<String> = None, like "/run/secrets/database_password";
    }
}

impl IdentityDb {
    /// Reads the password file; refuses `PostgreSQL` without a place to find it; says which keys `SQLite` does not use.
    pub(super) fn settle(&mut self, reader: &mut Reader<'_>) {
        reader.fill_from_file(
            &mut self.password,
            self.password_file.as_deref(),
            "database.identity_db.password",
        );
        if self.kind == DatabaseType::Postgresql {
            self.settle_postgresql(reader);
            return;
        }
        if self.kind == DatabaseType::H2 {
            reader.caution(
                "database.identity_db.type",
                "is `h2`, which is not part of this program; SQLite is used, and nothing is taken over from H2",
                "Write `type = \"sqlite\"`, and bring users over with `countersign user import`.",
            );
            self.kind = DatabaseType::Sqlite;
            return;
        }
        for name in ["url", "hostname", "port", "name", "username", "password", "password_file"] {
            reader.caution_if_given(
                &format!("database.identity_db.{name}"),
                "has no effect, because the database is SQLite",
                "Delete the line, or write `type = \"postgresql\"`.",
            );
        }
    }

    fn settle_postgresql(&mut self, reader: &mut Reader<'_>) {
        if let Some(url) = &self.url {
            let plain = url.reveal().strip_prefix("jdbc:").unwrap_or(url.reveal()).to_owned();
            if !plain.starts_with("postgresql://") && !plain.starts_with("postgres://") {
                reader.refuse(
                    "database.identity_db.url",
                    "is no PostgreSQL address",
                    "Write `\"postgresql://user@host:5432/name\"`, and the password in `password`.",
                );
            }
            self.url = Some(Secret::new(plain));
            return;
        }
        let needed = [("name", self.name.is_none()), ("username", self.username.is_none())];
        for (name, _) in needed.into_iter().filter(|(_, missing)| *missing) {
            reader.refuse(
                &format!("database.identity_db.{name}"),
                "is needed for PostgreSQL",
                "Write it below `[database.identity_db]`, or give the whole address as `url`.",
            );
        }
    }
}
