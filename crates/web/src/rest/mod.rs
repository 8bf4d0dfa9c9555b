//! What our own REST surfaces share: who calls, what he sent, and how a refusal becomes an answer.
//!
//! A handler returns a [`Refused`] and does not know the request's trace id. [`as_api`] and [`as_problem`] stand around
//! a surface's routes and word what its handlers refused.

mod refused;
mod request;

pub(crate) use refused::{Refused, as_api, as_problem, told, whole_seconds};
pub(crate) use request::{Body, Segments, Signed};
