//! The connector's properties are read and changed at runtime (`verification.md` §5.2).

use countersign_domain::audit::{Event, Rule};
use countersign_domain::claim::Channel;
use countersign_domain::user_claim_update::{Connector, InvalidProperty, Property};
use countersign_store::{AdminWrite, Commit, CommitError};

use crate::app::App;
use crate::error::Failure;
use crate::mint::{Context, audit_row, entry};
use crate::senders::SenderState;

/// A property with its value in force and where that comes from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PropertyView {
    /// Which.
    pub property: Property,
    /// The value in force, as a string.
    pub value: String,
    /// Where that value comes from.
    pub source: Source,
}

/// Which of the three is in force (`verification.md` §5.2): the first that says something.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Source {
    /// Set while running, in the Console or through the API.
    Runtime,
    /// `deployment.toml`, where it says something else than the built-in default.
    File,
    /// The built-in default.
    Default,
}

impl Source {
    /// The word surfaces show.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Runtime => "runtime",
            Self::File => "file",
            Self::Default => "default",
        }
    }
}

/// Why settings were not changed. Nothing has been.
#[derive(Debug, thiserror::Error)]
pub enum SettingError {
    /// No such property.
    #[error("{0} is not a property of this connector")]
    Unknown(String),
    /// The value is refused.
    #[error("{name}: {why}")]
    Invalid {
        /// The property.
        name: &'static str,
        /// Why.
        why: InvalidProperty,
    },
    /// SMS verification cannot be switched on while its publisher cannot work (D-19).
    #[error("SMS verification cannot be switched on: {0}")]
    BrokenSender(String),
    /// Ours.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl App {
    /// All properties, in the product's order.
    pub async fn properties(&self, cx: &Context) -> Result<Vec<PropertyView>, Failure> {
        let overrides = self.store.overrides(&cx.tenant).await?;
        let (file, built_in) = (&self.file.connector, Connector::default());
        let connector = file.with(&overrides);
        let view = |property: Property| PropertyView {
            property,
            value: connector.get(property),
            source: match overrides.contains_key(property.name()) {
                true => Source::Runtime,
                false if file.get(property) != built_in.get(property) => Source::File,
                false => Source::Default,
            },
        };
        Ok(Property::ALL.into_iter().map(view).collect())
    }

    /// Sets properties, all or none; in force with the next request.
    pub async fn set_properties(
        &self,
        cx: &Context,
        values: &[(String, String)],
    ) -> Result<(), SettingError> {
        let overrides = self.store.overrides(&cx.tenant).await.map_err(Failure::from)?;
        let mut connector = self.file.connector.with(&overrides);
        let mut writes = Vec::with_capacity(values.len());
        for (name, value) in values {
            let property = Property::named(name).ok_or_else(|| SettingError::Unknown(name.clone()))?;
            let invalid = |why| SettingError::Invalid { name: property.name(), why };
            connector.set(property, value).map_err(invalid)?;
            let name = property.name().to_owned();
            writes.push(AdminWrite::Setting { name, value: Some(connector.get(property)) });
        }
        let before = self.file.connector.with(&overrides);
        self.check_sender(&before, &connector)?;
        Ok(self.write_settings(cx, writes).await?)
    }

    /// What [`App::set_properties`] would refuse of these, each on its own: a form tells all of it at once. Names that are
    /// no property's are not in it.
    pub async fn invalid_properties(
        &self,
        cx: &Context,
        values: &[(String, String)],
    ) -> Result<Vec<(Property, InvalidProperty)>, Failure> {
        let mut connector = self.file.connector.with(&self.store.overrides(&cx.tenant).await?);
        let mut refused = |(name, value): &(String, String)| {
            let property = Property::named(name)?;
            connector.set(property, value).err().map(|why| (property, why))
        };
        Ok(values.iter().filter_map(&mut refused).collect())
    }

    /// Returns properties to the file's values.
    pub async fn revert_properties(&self, cx: &Context, names: &[String]) -> Result<(), SettingError> {
        let mut writes = Vec::with_capacity(names.len());
        for name in names {
            let property = Property::named(name).ok_or_else(|| SettingError::Unknown(name.clone()))?;
            writes.push(AdminWrite::Setting { name: property.name().to_owned(), value: None });
        }
        Ok(self.write_settings(cx, writes).await?)
    }

    /// D-19: a channel whose sender is known to be broken is not switched on.
    fn check_sender(&self, before: &Connector, after: &Connector) -> Result<(), SettingError> {
        let switched_on = after.mobile_enable_verification && !before.mobile_enable_verification;
        match self.senders().of(Channel::Sms) {
            SenderState::Broken(why) if switched_on => Err(SettingError::BrokenSender(why.clone())),
            _ => Ok(()),
        }
    }

    async fn write_settings(&self, cx: &Context, writes: Vec<AdminWrite>) -> Result<(), Failure> {
        let now = self.store.now().await?;
        let mut commit = Commit::new(self.operation(now), cx.tenant.clone(), now);
        for write in &writes {
            let AdminWrite::Setting { name, value } = write else { continue };
            let mut row = entry(Event::SettingChanged, Rule::Request, None, &cx.actor);
            let value = value.as_deref().unwrap_or("the file's value");
            row.detail = Some(format!("{name} = {value}"));
            commit.audit.push(audit_row(self, now, row));
        }
        commit.admin = writes;
        self.commit_admin(commit).await
    }

    /// Commits administrative rows, which guard on nothing.
    pub(crate) async fn commit_admin(&self, commit: Commit) -> Result<(), Failure> {
        match self.store.commit(commit).await {
            Ok(()) => Ok(()),
            Err(CommitError::Fault(fault)) => Err(fault.into()),
            Err(
                CommitError::Conflict
                | CommitError::Taken(_)
                | CommitError::Member(_)
                | CommitError::Exhausted(_),
            ) => Err(Failure::Busy),
        }
    }
}
