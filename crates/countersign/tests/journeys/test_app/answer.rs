//! An answer, as `curl -i` would show it.

use std::fmt;

use reqwest::header::HeaderMap;
use serde_json::Value;

/// Status, headers and the whole body.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) async fn read(response: reqwest::Response) -> Self {
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let bytes = response.bytes().await.unwrap();
        Self { status, headers, text: String::from_utf8(bytes.to_vec()).unwrap() }
    }

    /// A header's text, the first if there are several.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("no JSON ({error}): {self}"))
    }

    /// The `code` of an error body.
    pub(crate) fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_else(|| panic!("no code: {self}")).to_owned()
    }

    /// The body without what names this one request: all that a caller may tell refusals apart by.
    pub(crate) fn without_trace(&self) -> (u16, Value) {
        let mut body = self.json();
        assert!(body["traceId"].is_string(), "every refusal can be found in the log: {self}");
        body["traceId"] = Value::Null;
        (self.status, body)
    }

    /// This answer if it has the status, for calls that only prepare what a journey is about.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{self}");
        self
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HTTP {}", self.status)?;
        for (name, value) in &self.headers {
            write!(f, "\n{name}: {}", String::from_utf8_lossy(value.as_bytes()))?;
        }
        write!(f, "\n\n{}", self.text)
    }
}
