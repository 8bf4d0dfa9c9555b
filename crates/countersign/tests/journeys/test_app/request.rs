//! Requests that read like the documents' curl lines.

use std::pin::Pin;
use std::sync::{Arc, Mutex};

use reqwest::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, RequestBuilder};
use serde_json::Value;

use super::{Answer, TestApp};
use crate::sinks::tls::install_provider;

/// A request being put together; awaiting it sends it.
pub(crate) struct Request {
    builder: RequestBuilder,
    said: Said,
}

/// Everything the server has answered.
#[derive(Clone, Default)]
pub(super) struct Said(Arc<Mutex<Vec<String>>>);

impl Said {
    /// Keeps one more answer.
    pub(super) fn add(&self, answer: String) {
        self.0.lock().unwrap().push(answer);
    }

    /// SEC-15, SEED-47: no answer carries one of these.
    pub(super) fn nothing_of(&self, secrets: &[String]) {
        for answer in self.0.lock().unwrap().iter() {
            let told = secrets.iter().find(|secret| answer.contains(secret.as_str()));
            assert!(told.is_none(), "an answer gives a secret away ({told:?}): {answer}");
        }
    }
}

/// A client that trusts the server's own certificate and nobody else's, and follows no redirect.
pub(crate) fn client(certificate: &[u8]) -> Client {
    install_provider();
    let certificate = reqwest::Certificate::from_pem(certificate).unwrap();
    Client::builder().tls_certs_only([certificate]).redirect(Policy::none()).no_proxy().build().unwrap()
}

impl TestApp {
    pub(crate) fn get(&self, path: &str) -> Request {
        self.request("GET", path)
    }

    pub(crate) fn post(&self, path: &str) -> Request {
        self.request("POST", path)
    }

    pub(crate) fn put(&self, path: &str) -> Request {
        self.request("PUT", path)
    }

    pub(crate) fn patch(&self, path: &str) -> Request {
        self.request("PATCH", path)
    }

    pub(crate) fn delete(&self, path: &str) -> Request {
        self.request("DELETE", path)
    }

    /// A request with any method; `path` may be a whole URL out of an answer.
    pub(crate) fn request(&self, method: &str, path: &str) -> Request {
        let (server, client) = self.running.as_ref().unwrap();
        let path = path.strip_prefix(&server.public_url).unwrap_or(path);
        let url = format!("{}{path}", server.public_url);
        let builder = client.request(Method::from_bytes(method.as_bytes()).unwrap(), url);
        Request { builder, said: self.said.clone() }
    }
}

impl Request {
    /// `--user name:password`
    pub(crate) fn basic(self, name: &str, password: &str) -> Self {
        self.with(|builder| builder.basic_auth(name, Some(password)))
    }

    /// `--user` with one of the people.
    pub(crate) fn of(self, (name, password): (&str, &str)) -> Self {
        self.basic(name, password)
    }

    /// `-H "Authorization: Bearer …"`
    pub(crate) fn bearer(self, token: &str) -> Self {
        self.with(|builder| builder.bearer_auth(token))
    }

    /// `-H "name: value"`, in place of a value set before.
    pub(crate) fn header(self, name: &str, value: &str) -> Self {
        let (name, value): (HeaderName, HeaderValue) = (name.parse().unwrap(), value.parse().unwrap());
        self.with(|builder| builder.headers([(name, value)].into_iter().collect()))
    }

    /// `-H "Content-Type: application/json" -d '…'`
    #[expect(clippy::needless_pass_by_value, reason = "bodies are written where they are sent")]
    pub(crate) fn json(self, body: Value) -> Self {
        self.text("application/json", &body.to_string())
    }

    /// A body of any kind, byte for byte.
    pub(crate) fn text(self, kind: &str, body: &str) -> Self {
        self.with(|builder| builder.header(CONTENT_TYPE, kind).body(body.to_owned()))
    }

    fn with(self, change: impl FnOnce(RequestBuilder) -> RequestBuilder) -> Self {
        Self { builder: change(self.builder), ..self }
    }

    /// A form's fields.
    pub(crate) fn form(self, fields: &[(&str, &str)]) -> Self {
        let encoded: Vec<String> =
            fields.iter().map(|(name, value)| format!("{name}={}", escaped(value))).collect();
        self.text("application/x-www-form-urlencoded", &encoded.join("&"))
    }
}

/// Fields as a form or an address carries them.
pub(crate) fn form_of(fields: &[(String, String)]) -> String {
    let encoded: Vec<String> =
        fields.iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(value))).collect();
    encoded.join("&")
}

/// Percent-encodes what is not unreserved (RFC 3986 §2.3).
pub(crate) fn escaped(text: &str) -> String {
    let escape = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(escape).collect()
}

impl IntoFuture for Request {
    type Output = Answer;
    type IntoFuture = Pin<Box<dyn Future<Output = Answer> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let answer = Answer::read(self.builder.send().await.unwrap()).await;
            self.said.add(answer.to_string());
            answer
        })
    }
}
