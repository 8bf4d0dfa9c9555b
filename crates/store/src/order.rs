//! In which order users are listed.

use countersign_domain::snapshot::User;
use countersign_scim::list::Sort;
use countersign_scim::order::instant_key;
use serde_json::Value;

use crate::plan::Time;

/// A total order: by key, then by creation. Descending, the whole of it is turned round, so that what is unassigned
/// comes first (RFC 7644 §3.4.2.3).
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Order {
    pub(crate) by: By,
    pub(crate) is_descending: bool,
}

/// By what.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum By {
    /// By creation alone.
    Creation,
    /// By the folded user name, which has an index.
    UserName,
    /// By id.
    Id,
    /// By a time the store keeps, to the microsecond.
    Time(Time),
    /// By a single-valued attribute that is indexed under this name.
    Value(&'static str, Sort),
    /// By anything else: keys are computed and sorted in memory.
    Computed(Sort),
}

impl Order {
    pub(crate) fn of(sort: Option<Sort>) -> Self {
        let Some(sort) = sort else { return Self { by: By::Creation, is_descending: false } };
        let at_top = sort.by.extension().is_none();
        let by = match (sort.by.attribute.name, sort.by.sub.map(|sub| sub.name)) {
            ("userName", None) if at_top => By::UserName,
            ("id", None) if at_top => By::Id,
            ("meta", Some("created")) if at_top => By::Time(Time::Created),
            ("meta", Some("lastModified")) if at_top => By::Time(Time::Modified),
            // Only the inactive have a row.
            ("active", None) if at_top => By::Computed(sort),
            _ if sort.by.attribute.multi_valued => By::Computed(sort),
            _ => sort.by.leaf().index.map_or(By::Computed(sort), |name| By::Value(name, sort)),
        };
        Self { by, is_descending: sort.is_descending }
    }
}

impl By {
    /// The key of a user; `internal` is he in the internal form.
    pub(crate) fn key(&self, user: &User, internal: impl FnOnce() -> Value) -> String {
        match self {
            Self::Creation => String::new(),
            Self::UserName => format!("={}", user.profile.user_name_key()),
            Self::Id => format!("={}", user.id),
            Self::Time(Time::Created) => instant_key(user.created),
            Self::Time(Time::Modified) => instant_key(user.last_modified),
            Self::Value(_, sort) | Self::Computed(sort) => sort.key(&internal()),
        }
    }
}
