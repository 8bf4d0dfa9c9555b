//! A browser that is signed in, for the tests of these pages.

pub(super) use crate::sample::Browser;
