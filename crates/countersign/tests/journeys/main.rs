//! The wired server in process, on real sockets, with real mail and SMS receivers: the documents' curl lines, whole.
//!
//! Every journey runs on SQLite, and on PostgreSQL where `COUNTERSIGN_TEST_POSTGRES` names a server. `test_app` is what
//! they stand on: its clock stands still, its randomness repeats itself, and its worker is driven by hand.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a journey that meets what it does not expect has failed, and says where"
)]

#[path = "../../../notify/tests/sinks/mod.rs"]
mod sinks;
mod test_app;

mod access;
mod browser_access;
mod browser_confirm;
mod browser_console;
mod browser_delivery;
mod browser_driver;
mod browser_lists;
mod browser_look;
mod browser_modes;
mod browser_myaccount;
mod browser_places;
mod browser_session;
mod browser_sign_in;
mod browser_tour;
mod browser_user;
mod bulk;
mod change_reason;
mod channel_test;
mod code_guessing;
mod configuration_slips;
mod crawl;
mod demo_script;
mod email_adapter;
mod email_change;
mod email_code;
mod email_delivery;
mod email_link;
mod email_link_code;
mod email_link_session;
mod email_lists;
mod email_notice;
mod email_resend;
mod email_resource;
mod email_visitor;
mod governance;
mod group_provisioning;
mod hostile_input;
mod log_canaries;
mod log_capture;
mod message_language;
mod message_replay;
mod mobile_change;
mod mobile_code;
mod mobile_country;
mod mobile_resend;
mod people_import;
mod publisher_files;
mod race;
mod request_smuggling;
mod scim_schemas;
mod sms_publisher;
mod sms_toll;
mod system_state;
mod user_list;
