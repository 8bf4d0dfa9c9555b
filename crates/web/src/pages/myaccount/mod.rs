//! My Account: what a person sees of himself, and changes (pages §3).
//!
//! ```text
//! Personal info   personal.rs shows · contact.rs rows · edit.rs, profile.rs take forms; what the Console shows too, ../contact/
//! Enter code      code.rs · change.rs sends again and calls off
//! Security        security.rs      Activity   activity.rs
//! ```

mod activity;
mod change;
mod code;
mod contact;
mod edit;
mod personal;
mod profile;
mod security;
mod tabs;

use axum::Router;
use axum::routing::{get, post};

use super::contact::number;
use super::posted::only_by_form;
use crate::state::Web;

/// `/myaccount/…`.
pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/myaccount", get(personal::front_door))
        .route("/myaccount/", get(personal::show))
        .route("/myaccount/profile", get(profile::opened).post(profile::save))
        .route("/myaccount/{family}", get(edit::opened).post(edit::set))
        .route("/myaccount/{family}/{act}", get(edit::opened_act).post(edit::act))
        .route("/myaccount/changes/{id}/code", get(code::ask).post(code::enter))
        .route("/myaccount/changes/{id}/resend", get(only_by_form).post(change::resend))
        .route("/myaccount/changes/{id}/cancel", get(only_by_form).post(change::cancel))
        .route(number::PATH, get(only_by_form).post(number::read))
        .route("/myaccount/activity", get(activity::show))
        .route("/myaccount/security", get(security::show))
        .route("/myaccount/security/password", get(security::opened).post(security::change_password))
        .route("/myaccount/security/sessions/{id}/end", get(only_by_form).post(security::end_one))
        .route("/myaccount/security/sessions/end-others", post(security::end_others))
}

#[cfg(test)]
mod tests;
