//! `check --invariants`: the promises of `spec/security.md` §3 that can be read off the data.

use std::process::ExitCode;

use clap::Args;
use countersign_domain::TenantId;

use super::{Failed, Place, open, say};

#[derive(Args, Debug)]
pub(super) struct CheckArguments {
    /// Check the invariants of the data; the report is JSON, the exit status 1 on a violation.
    #[arg(long, required = true)]
    invariants: bool,
}

pub(super) fn run(place: &Place, arguments: &CheckArguments) -> Result<ExitCode, Failed> {
    if !arguments.invariants {
        return Ok(ExitCode::SUCCESS);
    }
    open::runtime()?.block_on(async {
        let settings = open::read(place)?;
        let store = crate::wire::open_store(&place.home, &settings, &crate::wire::Ambient::machine()).await?;
        let report = store.invariants(&TenantId::carbon_super()).await?;
        say(&format!("{}\n", serde_json::to_string_pretty(&report)?))?;
        Ok(if report.violations.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    })
}
