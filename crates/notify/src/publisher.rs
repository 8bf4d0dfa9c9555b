//! Event publishers: the operator's XML files that say how an SMS reaches a provider (verification.md §7).
//!
//! [`parse`] reads one file, [`mapping`] fills its payload, [`http`] builds and sends the request, [`folder`] watches
//! the directory while the server runs. A file written for WSO2 Identity Server works unchanged.

use std::fmt;

use reqwest::header::HeaderName;
use reqwest::{Method, Url};

mod excerpt;
pub mod folder;
pub mod http;
pub mod mapping;
pub mod parse;

pub use excerpt::Excerpt;
pub use folder::{FileReport, FileState, Folder, Publishers};
pub use mapping::Mapping;

/// The stream whose events are text messages.
pub const SMS_STREAM: &str = "id_gov_sms_notify_stream:1.0.0";
/// The stream whose events are e-mails; they are sent by `[output_adapter.email]`, not by a publisher.
pub const EMAIL_STREAM: &str = "id_gov_notify_stream:1.0.0";

/// A publisher that can send. Its `Debug` shows no property values: they hold keys.
#[derive(Clone, PartialEq, Eq)]
pub struct EventPublisher {
    /// The `name` attribute.
    pub name: String,
    /// `streamName:version`.
    pub stream: String,
    /// The payload.
    pub mapping: Mapping,
    /// Where it goes.
    pub http: HttpTarget,
}

/// The properties of the `http` adapter. URL, header values, user name and password may hold placeholders.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpTarget {
    /// `http.url`.
    pub url: String,
    /// `http.client.method`: PUT when it says `HttpPut`, else POST.
    pub method: Method,
    /// `http.headers`, cut at commas and then at the first colon.
    pub headers: Vec<(HeaderName, String)>,
    /// `http.username` and `http.password`.
    pub basic: Option<(String, String)>,
    /// `http.proxy.host` and `http.proxy.port`.
    pub proxy: Option<(String, u16)>,
}

/// What a well-formed file declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Declared {
    /// A publisher in working order.
    Sends(Box<EventPublisher>),
    /// `processing="disable"`.
    Disabled,
    /// The file as it is shipped, without URL and mapping: nobody has set it up yet.
    NotConfigured,
    /// Another adapter than `http`: this server sends such messages by itself or not at all.
    OtherAdapter,
}

/// How bad a [`Problem`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The file is used; this should be looked at.
    Warning,
    /// The file is not used.
    Error,
}

/// Something wrong with a file: where, and one sentence that says what to do. Never holds a property's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file's name.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
    /// Whether the file can be used all the same.
    pub severity: Severity,
    /// What is wrong, and the remedy.
    pub text: String,
    /// The line it is on, as far as that can be shown.
    pub excerpt: Option<Excerpt>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.text)
    }
}

impl EventPublisher {
    /// Host and port its requests go to; `None` when the host itself is a placeholder.
    pub fn host(&self) -> Option<String> {
        let url = Url::parse(&self.http.url).ok()?;
        Some(format!("{}:{}", url.host_str()?, url.port_or_known_default()?))
    }
}

impl fmt::Debug for EventPublisher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventPublisher")
            .field("name", &self.name)
            .field("stream", &self.stream)
            .finish_non_exhaustive()
    }
}
