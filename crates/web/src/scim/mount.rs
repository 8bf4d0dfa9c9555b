//! A mount: where a dialect is served, and what it says.

use countersign_scim::Dialect;
use countersign_scim::render::Rendering;
use countersign_scim::schema::{ResourceSchema, Schemas, group, user};

use crate::state::Web;

/// One of the two base paths, and the schemas in force at it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Mount {
    pub(super) dialect: Dialect,
    users: &'static ResourceSchema,
}

impl Mount {
    pub(super) const ALL: [Self; 2] = [Self::of(Dialect::Wso2), Self::of(Dialect::Strict)];

    const fn of(dialect: Dialect) -> Self {
        Self { dialect, users: user(dialect) }
    }

    /// The same with what is declared now: taken once for a request.
    pub(super) const fn with(self, schemas: Schemas) -> Self {
        Self { dialect: self.dialect, users: schemas.user(self.dialect) }
    }

    pub(super) const fn path(self) -> &'static str {
        match self.dialect {
            Dialect::Wso2 => "/scim2",
            Dialect::Strict => "/scim/v2",
        }
    }

    /// The tables of this dialect for groups.
    pub(super) fn groups(self) -> &'static ResourceSchema {
        group(self.dialect)
    }

    /// The tables of this dialect for users.
    pub(super) fn schema(self) -> &'static ResourceSchema {
        self.users
    }

    /// The public URL of this mount: every location starts with it, whatever `Host` the request had (SEC-54).
    pub(super) fn base_url(self, web: &Web) -> String {
        format!("{}{}", web.options.public_url, self.path())
    }

    pub(super) fn rendering(self, web: &Web) -> Rendering {
        Rendering {
            dialect: self.dialect,
            users: self.users,
            spec_compliant_emails: web.options.spec_compliant_emails,
            multi_valued_as_string: web.options.multi_valued_as_string,
            base_url: self.base_url(web),
        }
    }
}

/// Whether this path is under one of the mounts, whatever its case (SCIM-8).
pub(crate) fn is_mounted_at(path: &str) -> bool {
    Mount::ALL.into_iter().any(|mount| below(mount, path).is_some())
}

/// Whether this path, spelled as the router has it, is the Bulk endpoint of one of the mounts.
pub(crate) fn is_bulk(path: &str) -> bool {
    Mount::ALL.into_iter().any(|mount| below(mount, path) == Some("/Bulk"))
}

/// What follows the mount in `path`: nothing, or something that starts with a slash.
pub(super) fn below(mount: Mount, path: &str) -> Option<&str> {
    let (head, rest) = path.split_at_checked(mount.path().len())?;
    (head.eq_ignore_ascii_case(mount.path()) && (rest.is_empty() || rest.starts_with('/'))).then_some(rest)
}
