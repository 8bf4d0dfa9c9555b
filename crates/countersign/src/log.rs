//! Logging (SEC-59): one line per event, to stderr, JSON unless the file says text.
//!
//! A thread of its own writes the lines, as many at once as are waiting: a request never waits for whoever reads
//! stderr, and a full disk behind it stops no answer (REL-14). Where lines come faster than they can be written for
//! long, some are dropped, and how many is said at the end.

mod line;

use std::io::{BufWriter, Stderr, Write as _};

use tracing_appender::non_blocking::{ErrorCounter, NonBlocking, NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::EnvFilter;

use crate::config::Settings;
use crate::config::words::{LogFormat, LogLevel};
use line::{Form, Lines};

/// Lines that may wait to be written. A line is about 300 bytes.
const LINES_WAITING: usize = 32_000;

/// What one write takes at most.
const WRITE_BYTES: usize = 64 * 1024;

/// The logger: dropped, it has written every line that was waiting.
#[must_use = "without it nothing is written"]
pub(crate) struct Log {
    writing: Option<WorkerGuard>,
    lines: ErrorCounter,
    form: Form,
}

/// Starts the logger; a second call changes nothing.
pub(crate) fn start(settings: &Settings) -> Log {
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
    let (writer, writing) = writer();
    let lines = writer.error_counter();
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer);
    let form = match settings.log.format {
        LogFormat::Json => Form::Json,
        LogFormat::Text => Form::Text,
    };
    let is_coloured = form == Form::Text && std::io::IsTerminal::is_terminal(&std::io::stderr());
    let builder = builder.with_ansi(is_coloured).fmt_fields(Lines::new(form)).event_format(Lines::new(form));
    let started = builder.try_init();
    if started.is_ok() {
        std::panic::set_hook(Box::new(note_panic));
    }
    Log { writing: Some(writing), lines, form }
}

/// What is odd about the configuration: for people as it is, for collectors an event like any other.
pub(crate) fn configuration_warnings(settings: &Settings, warnings: &str) {
    match settings.log.format {
        LogFormat::Json => tracing::warn!(event = "configuration_warning", warnings),
        LogFormat::Text => eprintln!("{warnings}"),
    }
}

/// Where it happened, not what was said: the words of a panic may quote what was being worked on (SEC-59).
fn note_panic(panic: &std::panic::PanicHookInfo<'_>) {
    let at = panic.location().map(ToString::to_string).unwrap_or_default();
    tracing::error!(event = "panicked", at, thread = std::thread::current().name().unwrap_or_default());
}

fn writer() -> (NonBlocking, WorkerGuard) {
    let stderr: BufWriter<Stderr> = BufWriter::with_capacity(WRITE_BYTES, std::io::stderr());
    NonBlockingBuilder::default()
        .buffered_lines_limit(LINES_WAITING)
        .lossy(true)
        .thread_name("log")
        .finish(stderr)
}

impl Drop for Log {
    fn drop(&mut self) {
        drop(self.writing.take());
        let dropped = self.lines.dropped_lines();
        if dropped > 0 {
            let _ = writeln!(std::io::stderr(), "{}", line::dropped(self.form, dropped));
        }
    }
}

const OURS: [&str; 5] =
    ["countersign_web", "countersign_app", "countersign_store", "countersign_notify", "countersign_domain"];
