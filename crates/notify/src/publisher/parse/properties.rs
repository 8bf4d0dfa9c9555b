//! The properties of the `http` adapter.

use std::collections::BTreeMap;

use reqwest::header::HeaderName;
use reqwest::{Method, Url};
use roxmltree::Node;

use super::{Place, Report, attribute, place};
use crate::placeholder::{Context, Piece, Values, fill, scan};
use crate::publisher::HttpTarget;

const KNOWN: [&str; 7] = [
    "http.url",
    "http.client.method",
    "http.headers",
    "http.username",
    "http.password",
    "http.proxy.host",
    "http.proxy.port",
];
/// Headers that frame the request; a publisher may not set them.
const OURS: [&str; 6] = ["host", "content-length", "transfer-encoding", "connection", "upgrade", "te"];

/// The non-empty properties by name, with their places.
pub(super) struct Properties(BTreeMap<&'static str, (String, Place)>);

/// Reads the property elements; reports unknown, repeated and encrypted ones.
pub(super) fn read(to: Node<'_, '_>, report: &mut Report<'_>) -> Properties {
    let mut properties = BTreeMap::new();
    for node in to.children().filter(|node| node.is_element() && node.tag_name().name() == "property") {
        let Some(name) = attribute(node, "name", report) else { continue };
        let Some(known) = KNOWN.into_iter().find(|known| *known == name) else {
            report.warning(place(node), format!("The property {name} is not used: remove it."));
            continue;
        };
        if node.attribute("encrypted") == Some("true") {
            report.error(
                place(node),
                format!("The property {name} is encrypted for another product: write it in clear."),
            );
        }
        let value: String = node.children().filter_map(|child| child.text()).collect();
        if value.trim().is_empty() {
            continue;
        }
        if properties.insert(known, (value.trim().to_owned(), place(node))).is_some() {
            report.warning(
                place(node),
                format!("The property {name} stands here a second time; this one is used."),
            );
        }
    }
    Properties(properties)
}

impl Properties {
    pub(super) fn url_is_empty(&self) -> bool {
        !self.0.contains_key("http.url")
    }

    /// The checked target; `None` when there was an error. Looks at everything first, so that all is reported.
    pub(super) fn target(&self, to: Node<'_, '_>, report: &mut Report<'_>) -> Option<HttpTarget> {
        let (url, method, proxy) = (self.url(to, report), self.method(report), self.proxy(report));
        let headers = match self.0.get("http.headers") {
            Some((headers, at)) => headers_of(headers, *at, report),
            None => Some(Vec::new()),
        };
        Some(HttpTarget { url: url?, method, headers: headers?, basic: self.basic(), proxy: proxy? })
    }

    fn url(&self, to: Node<'_, '_>, report: &mut Report<'_>) -> Option<String> {
        let Some((url, at)) = self.0.get("http.url") else {
            report
                .error(place(to), "The property http.url is missing or empty: write the provider's address.");
            return None;
        };
        check_url(url).map_err(|text| report.error(*at, text)).ok()?;
        Some(url.clone())
    }

    fn method(&self, report: &mut Report<'_>) -> Method {
        match self.0.get("http.client.method") {
            Some((method, _)) if method.eq_ignore_ascii_case("HttpPut") => Method::PUT,
            Some((method, at)) if !method.eq_ignore_ascii_case("HttpPost") => {
                report.warning(*at, "http.client.method is neither HttpPost nor HttpPut; POST is used.");
                Method::POST
            }
            _ => Method::POST,
        }
    }

    fn basic(&self) -> Option<(String, String)> {
        let value = |name| self.0.get(name).map(|(value, _)| value.clone());
        Some((value("http.username")?, value("http.password").unwrap_or_default()))
    }

    /// `Some(None)` without a proxy, `None` after an error.
    #[expect(clippy::option_option, reason = "absent, present or refused, as every reader here says it")]
    fn proxy(&self, report: &mut Report<'_>) -> Option<Option<(String, u16)>> {
        let Some((host, at)) = self.0.get("http.proxy.host") else { return Some(None) };
        let port = self.0.get("http.proxy.port").and_then(|(port, _)| port.parse().ok());
        match port {
            Some(port) if Url::parse(&format!("http://{host}:{port}")).is_ok() => {
                Some(Some((host.clone(), port)))
            }
            _ => {
                report.error(
                    *at,
                    "The proxy is incomplete: http.proxy.host is a host name and http.proxy.port a number.",
                );
                None
            }
        }
    }
}

/// The URL must be one whatever the placeholders bring, and they must not choose the host.
fn check_url(template: &str) -> Result<(), &'static str> {
    let (_, after_scheme) = template.split_once("://").ok_or(NOT_A_URL)?;
    let authority = after_scheme.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.is_empty() {
        return Err(NOT_A_URL); // the URL parser would take the path for the host
    }
    let origin = template.get(..template.len() - after_scheme.len() + authority.len()).unwrap_or_default();
    if scan(origin).any(|piece| matches!(piece, Piece::Placeholder(_))) {
        return Err("A placeholder in http.url must not choose the host: write the host itself.");
    }
    let dummies: Values = scan(template)
        .filter_map(|piece| match piece {
            Piece::Placeholder(name) => Some((name, "0")),
            Piece::Literal(_) => None,
        })
        .collect();
    let filled = fill(template, Context::Form, &dummies).map_err(|_| NOT_A_URL)?;
    match Url::parse(&filled) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => Ok(()),
        _ => Err(NOT_A_URL),
    }
}

const NOT_A_URL: &str =
    "http.url is not an http or https address: write it like https://sms.example.com/send.";

/// Cut at commas, then at the first colon (verification.md §7.1).
fn headers_of(text: &str, at: Place, report: &mut Report<'_>) -> Option<Vec<(HeaderName, String)>> {
    let mut headers = Vec::new();
    for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let parsed = part.split_once(':').and_then(|(name, value)| {
            Some((HeaderName::try_from(name.trim()).ok()?, value.trim().to_owned()))
        });
        match parsed {
            Some((name, _)) if OURS.contains(&name.as_str()) => {
                report.error(at, format!("http.headers must not set {name}: remove it."));
                return None;
            }
            Some(header) => headers.push(header),
            None => {
                report.error(at, "http.headers must be written as Name: value, separated by commas.");
                return None;
            }
        }
    }
    Some(headers)
}
