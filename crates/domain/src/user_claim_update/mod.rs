//! What happens when a profile is updated: which values land now, which wait for proof, which are skipped.
//!
//! [`decide`] is the one door (SEC-1): every surface describes what it wants as a [`Wanted`], and gets a [`Plan`] or a
//! [`crate::Refusal`]. [`land`], [`wrong_code`], [`resend`], [`cancel`] and [`create`] are the other five things that
//! can happen to an address; nothing else writes P, V, L or N.

mod create;
mod decide;
mod entries;
mod follow_up;
mod landing;
mod lists;
mod notices;
mod numbers;
mod plan;
mod primary;
mod property;
mod setting;
mod wanted;

#[cfg(test)]
mod decision_table;
#[cfg(test)]
mod invariants;
#[cfg(test)]
mod rendering;
#[cfg(test)]
mod sample;

pub use create::{Creation, create};
pub use decide::decide;
pub use follow_up::{cancel, resend, wrong_code};
pub use landing::land;
pub use plan::{Begin, Plan, Reissue, Step};
pub use property::{Connector, InvalidProperty, Property, PropertyType};
pub use setting::{FamilySettings, LinkConfirmation, NonOwnerUpdate, Settings};
pub use wanted::{PendingWish, Wanted, WantedContacts};
