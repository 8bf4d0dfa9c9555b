//! What is known of the event publisher files, told by the worker's folder, for the Console's *Publishers*.
//!
//! No property's value is ever in here (SEC-51): of the URL the host only.

use std::sync::Arc;

use crate::app::App;

/// One file, as it is shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PublisherView {
    /// The file's name.
    pub file: String,
    /// What it does.
    pub state: PublisherState,
    /// What the version in use declares; `None` where there is none, or where it is for another adapter.
    pub publisher: Option<PublisherFacts>,
    /// Whether the file on the disk is bad and the last good version of it is still in use.
    pub uses_last_good_version: bool,
    /// What is wrong with the file as it is on the disk now.
    pub problems: Vec<PublisherProblem>,
}

/// What a file does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PublisherState {
    /// Sends the messages of its stream.
    Sends,
    /// In order, but this other file comes first by name.
    Shadowed(String),
    /// Switched off in the file.
    Disabled,
    /// As shipped: nobody has set it up.
    NotConfigured,
    /// For an adapter this server does not run from a file.
    OtherAdapter,
    /// New or just changed; read at the next look if it stands still.
    Settling,
    /// Cannot be used, and there was no good version before.
    Refused,
}

impl PublisherState {
    /// A word for pages and tests.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Sends => "sends",
            Self::Shadowed(_) => "shadowed",
            Self::Disabled => "disabled",
            Self::NotConfigured => "not_configured",
            Self::OtherAdapter => "other_adapter",
            Self::Settling => "settling",
            Self::Refused => "refused",
        }
    }
}

/// What a publisher that can send declares.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PublisherFacts {
    /// The `name` attribute.
    pub name: String,
    /// `streamName:version`.
    pub stream: String,
    /// The adapter, the method and the payload: `HTTP POST, JSON`.
    pub kind: String,
    /// Host and port its requests go to; `None`: a placeholder decides.
    pub host: Option<String>,
    /// The proxy they go through, as `host:port`.
    pub proxy: Option<String>,
}

/// Something wrong with a file: where, and one sentence that says what to do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PublisherProblem {
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
    /// Whether the file is not used because of it; a warning otherwise.
    pub is_error: bool,
    /// What is wrong, and the remedy.
    pub text: String,
    /// The line, with `…` for everything but markup, and how many characters of it stand before the place meant.
    pub excerpt: Option<(String, usize)>,
}

impl PublisherProblem {
    /// The line and a caret under the place meant, for a monospaced font.
    pub fn caret_text(&self) -> Option<String> {
        let (line, before) = self.excerpt.as_ref()?;
        Some(format!("{line}\n{}^", " ".repeat(*before)))
    }
}

/// All files, by name.
pub type Publishers = Arc<Vec<PublisherView>>;

impl App {
    /// The files of the publishers' folder as the worker knows them now, by name. Needs `internal_config_mgt_view`.
    pub fn publishers(&self) -> Publishers {
        Arc::clone(&self.publishers.borrow())
    }
}
