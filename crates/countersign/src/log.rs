//! Logging (SEC-59): one line per event, to stderr, JSON unless the file says text.

use crate::config::Settings;
use crate::config::words::{LogFormat, LogLevel};

/// Starts the logger; a second call changes nothing.
pub(crate) fn start(settings: &Settings) {
    use tracing_subscriber::EnvFilter;
    let level = match settings.log.level {
        LogLevel::Error => "error",
        LogLevel::Warn => "warn",
        LogLevel::Info => "info",
        LogLevel::Debug => "debug",
        LogLevel::Trace => "trace",
    };
    let filter = EnvFilter::new(format!(
        "warn,countersign={level},{}",
        OURS.map(|c| format!("{c}={level}")).join(",")
    ));
    let builder =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(true);
    let _ = match settings.log.format {
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
        LogFormat::Text => builder.with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr())).try_init(),
    };
}

const OURS: [&str; 5] =
    ["countersign_web", "countersign_app", "countersign_store", "countersign_notify", "countersign_domain"];
