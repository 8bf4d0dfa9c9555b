//! Opening a home folder: configuration, database, use cases; for every command that needs them.

use anyhow::Context as _;

use super::{Failed, Place};
use crate::config::{self, Loaded, Settings};
use crate::first_start;
use crate::wire::{Ambient, Wired, wire};

/// Reads the configuration of a home folder that exists, or creates the folder first.
pub(super) fn configuration(place: &Place) -> Result<(Settings, bool), Failed> {
    let first = first_start::prepare(&place.home)?;
    let loaded = read(place)?;
    Ok((loaded, first))
}

/// Reads the configuration and prints its warnings to stderr; all problems at once when it is refused.
pub(super) fn read(place: &Place) -> Result<Settings, Failed> {
    let Read { settings, warnings } = load(place)?;
    if let Some(warnings) = warnings {
        eprintln!("{warnings}");
    }
    Ok(settings)
}

/// A configuration that may be used, and its warnings as text.
pub(super) struct Read {
    pub(super) settings: Settings,
    pub(super) warnings: Option<String>,
}

/// Reads the configuration; all problems at once when it is refused.
pub(super) fn load(place: &Place) -> Result<Read, Failed> {
    let path = place.home.deployment_toml();
    let bytes = std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let text = config::text_of(&bytes)
        .map_err(|problem| Failed::Configuration(config::render_problems(&path, "", &[problem])))?;
    let render = |problems: &[_]| config::render_problems(&path, text, problems).trim_end().to_owned();
    let Loaded { settings, warnings } = config::load(&path, text, place.lenient)
        .map_err(|problems| Failed::Configuration(render(&problems)))?;
    Ok(Read { settings, warnings: (!warnings.is_empty()).then(|| render(&warnings)) })
}

/// A runtime for one command.
pub(super) fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().context("cannot start the runtime")
}

/// Opens everything for one administrative command; a running server may have the same database open.
pub(super) async fn wired(place: &Place) -> Result<(Wired, Settings), Failed> {
    let (settings, _) = configuration(place)?;
    let wired = wire(&place.home, &settings, Ambient::machine()).await?;
    Ok((wired, settings))
}
