//! `migrate`.

use std::process::ExitCode;

use super::{Failed, Place, open};

pub(super) fn run(place: &Place) -> Result<ExitCode, Failed> {
    open::runtime()?.block_on(async {
        let (settings, _) = open::configuration(place)?;
        crate::wire::open_store(&place.home, &settings, &crate::wire::Ambient::machine()).await?;
        println!("The database has this version's schema.");
        Ok(ExitCode::SUCCESS)
    })
}
