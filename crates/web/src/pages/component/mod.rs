//! What pages are built of. Each component takes what it shows as a struct and reads nothing else; each says what it
//! looks like in a template of its own name, and `/dev/components` shows every one with its samples (debug builds).

mod choice;
mod field;
mod menu;
mod moment;
mod notice;
mod pager;
mod tabs;
mod timeline;

pub(crate) use choice::{Choice, Choices, Switch};
pub(crate) use field::Field;
pub(crate) use menu::{Menu, MenuItem};
pub(crate) use moment::{Clock, Moment};
pub(crate) use notice::{Badge, Empty, ErrorSummary, Notice, Tone};
pub(crate) use pager::Pager;
pub(crate) use tabs::{Tab, Tabs};
pub(crate) use timeline::{Step, Timeline};
