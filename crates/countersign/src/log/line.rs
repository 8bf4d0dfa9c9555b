//! What one line of the log looks like: UTC time, level, the event's own word, its fields, the request it belongs to.

use std::error::Error;
use std::fmt;

use serde_json::Value;
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::fmt::format::{FormatEvent, FormatFields, Writer};
use tracing_subscriber::fmt::time::{FormatTime, SystemTime};
use tracing_subscriber::fmt::{FmtContext, FormattedFields};
use tracing_subscriber::registry::{LookupSpan, SpanRef};

/// How a line is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Form {
    /// One JSON object.
    Json,
    /// Words for people.
    Text,
}

/// Writes events as lines; control characters never reach the terminal or the collector as such (SEC-59).
#[derive(Clone, Copy, Debug)]
pub(super) struct Lines {
    form: Form,
}

/// The word for what a library says: of that only its sentence is kept, since its fields may hold what came off the wire.
const LIBRARY: &str = "library";
/// The word for a line of ours that forgot its own.
const UNNAMED: &str = "unnamed";

impl Lines {
    pub(super) const fn new(form: Form) -> Self {
        Self { form }
    }
}

impl<S, N> FormatEvent<S, N> for Lines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, cx: &FmtContext<'_, S, N>, mut out: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let (level, target) = (event.metadata().level().as_str(), event.metadata().target());
        let mut fields = Fields::default();
        event.record(&mut fields);
        let (word, fields) = fields.of(target);
        let ours =
            cx.event_scope().and_then(|mut spans| spans.find(|span| is_ours(span.metadata().target())));
        let extensions = ours.as_ref().map(SpanRef::extensions);
        let request = extensions.as_ref().and_then(|all| all.get::<FormattedFields<N>>());
        match self.form {
            Form::Json => {
                out.write_str("{\"timestamp\":\"")?;
                SystemTime.format_time(&mut out)?;
                write!(out, "\",\"level\":\"{level}\",\"event\":{word}")?;
                fields.iter().try_for_each(|(name, value)| write!(out, ",\"{name}\":{value}"))?;
                write!(out, ",\"target\":\"{target}\"")?;
                if let Some(request) = request {
                    write!(out, ",\"request\":{{{request}}}")?;
                }
                out.write_str("}\n")
            }
            Form::Text => {
                SystemTime.format_time(&mut out)?;
                write!(out, " {level:>5} {}", word.as_str().unwrap_or_default())?;
                fields.iter().try_for_each(|(name, value)| write!(out, " {name}={value}"))?;
                request.map_or(Ok(()), |request| write!(out, " {request}"))?;
                writeln!(out)
            }
        }
    }
}

/// The fields of a span, as they stand in the lines of its events.
impl<'w> FormatFields<'w> for Lines {
    fn format_fields<R: RecordFields>(&self, mut out: Writer<'w>, span: R) -> fmt::Result {
        let mut fields = Fields::default();
        span.record(&mut fields);
        for (index, (name, value)) in fields.0.iter().enumerate() {
            match (self.form, index) {
                (Form::Json, 0) => write!(out, "\"{name}\":{value}")?,
                (Form::Json, _) => write!(out, ",\"{name}\":{value}")?,
                (Form::Text, 0) => write!(out, "{name}={value}")?,
                (Form::Text, _) => write!(out, " {name}={value}")?,
            }
        }
        Ok(())
    }
}

const SAID: &str = "log lines were dropped: they came faster than stderr took them";

/// The last line of a log that has lost some.
pub(super) fn dropped(form: Form, lines: usize) -> String {
    let mut time = String::new();
    let timed = SystemTime.format_time(&mut Writer::new(&mut time));
    match form {
        Form::Json if timed.is_ok() => serde_json::json!({
            "timestamp": time, "level": "WARN", "event": "log_lines_dropped", "message": SAID, "lines": lines,
        })
        .to_string(),
        Form::Json | Form::Text => format!("{lines} {SAID}."),
    }
}

fn is_ours(target: &str) -> bool {
    target.starts_with("countersign")
}

/// An event's fields in the order they were written. Their names are words of the program's text.
#[derive(Default)]
struct Fields(Vec<(&'static str, Value)>);

impl Fields {
    fn put(&mut self, field: &Field, value: impl Into<Value>) {
        self.0.push((field.name(), value.into()));
    }

    /// The event's word and what else is kept of it.
    fn of(mut self, target: &str) -> (Value, Vec<(&'static str, Value)>) {
        let at = self.0.iter().position(|(name, value)| *name == "event" && value.is_string());
        let word = at.map(|at| self.0.remove(at).1);
        if is_ours(target) {
            return (word.unwrap_or_else(|| UNNAMED.into()), self.0);
        }
        self.0.retain(|(name, _)| *name == "message");
        (LIBRARY.into(), self.0)
    }
}

impl Visit for Fields {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, plain(value));
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        let mut text = value.to_string();
        let mut source = value.source();
        while let Some(cause) = source {
            text = format!("{text}: {cause}");
            source = cause.source();
        }
        self.put(field, plain(&text));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field, plain(&format!("{value:?}")));
    }
}

/// Control characters spelled out: what a stranger wrote must not end a line or speak to a terminal.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() { plain.extend(c.escape_default()) } else { plain.push(c) }
    }
    plain
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    use serde_json::json;

    use super::*;

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn said(form: Form, say: impl FnOnce()) -> String {
        let kept = Kept::default();
        let writer = kept.clone();
        let builder = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone());
        let builder = builder.fmt_fields(Lines::new(form)).event_format(Lines::new(form));
        tracing::subscriber::with_default(builder.finish(), say);
        let bytes = kept.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    fn say() {
        let span = tracing::info_span!("request", trace_id = "t1", route = "/x");
        let _entered = span.enter();
        let error = std::io::Error::other("line one\nline two\u{9b}31m");
        tracing::warn!(event = "tried", error = &error as &dyn Error, tries = 3_u64, "a sentence");
    }

    /// SEC-59: one object, one line, with time, level, event and the request; nothing a terminal would obey.
    #[test]
    fn a_line_is_one_object() {
        let line = said(Form::Json, say);

        let mut object: Value = serde_json::from_str(&line).unwrap();
        let time = object["timestamp"].take();
        assert!(time.as_str().unwrap().ends_with('Z'), "{time}");
        assert_eq!(
            object,
            json!({
                "timestamp": null, "level": "WARN", "event": "tried", "message": "a sentence",
                "error": "line one\\nline two\\u{9b}31m", "tries": 3, "target": module_path!(),
                "request": {"trace_id": "t1", "route": "/x"},
            })
        );
        assert_eq!(line.matches('\n').count(), 1);
    }

    /// SEC-59: the same for people.
    #[test]
    fn a_line_for_people_is_one_line() {
        let line = said(Form::Text, say);

        let (_, rest) = line.split_once('Z').unwrap();
        let expected =
            " WARN tried message=\"a sentence\" error=\"line one\\\\nline two\\\\u{9b}31m\" tries=3";
        assert_eq!(rest, format!(" {expected} trace_id=\"t1\" route=\"/x\"\n"));
    }

    /// SEC-59: what a library says is a line like any other, without the fields it adds.
    #[test]
    fn what_a_library_says_is_kept_without_its_fields() {
        let line = said(Form::Json, || {
            tracing::warn!(target: "h2::server", event = "e", peer = "bob@example.org", "malformed");
        });

        let object: Value = serde_json::from_str(&line).unwrap();
        assert_eq!((&object["event"], &object["message"]), (&json!("library"), &json!("malformed")));
        assert_eq!(object.get("peer"), None);
    }
}
