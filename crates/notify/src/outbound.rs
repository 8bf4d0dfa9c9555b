//! The one door for outgoing HTTP (SEC-52): publishers, webhooks and token endpoints name URLs, this module decides whether a request
//! may go there and what of the answer is kept.
//!
//! Without an entry in `[countersign.security] outbound_allow` only `https` to public addresses is possible. A name is
//! resolved once by `resolve`, every address of the answer is checked by [`address`], and the connection goes to
//! exactly those addresses, so a second answer of a rebinding server is never asked for. Redirects are not followed,
//! the environment's proxies are ignored.
//!
//! | URL | goes out when |
//! |---|---|
//! | host and port are listed (`"gateway.internal:8080"`) | always, `http` too |
//! | `https` | every address is public or inside a listed network |
//! | `http` | every address is inside a listed network |

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::HeaderMap;
use reqwest::{Client, Method, Proxy, Url, redirect, tls};

use crate::outcome::Outcome;
use crate::trust::{Roots, TrustError, provider_installed};

pub mod address;
mod allow;
mod answer;
mod resolve;

pub use allow::{AllowError, OutboundAllow};
pub(crate) use answer::Answer;

const CONNECT_WITHIN: Duration = Duration::from_secs(3);
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// A request that is ready to go.
pub struct Request {
    /// POST or PUT.
    pub method: Method,
    /// Where to.
    pub url: Url,
    /// Headers, the content type among them.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
    /// Host and port of the proxy the publisher file names, if any.
    pub proxy: Option<(String, u16)>,
}

/// The outgoing HTTP client. Cheap to clone, built once.
#[derive(Clone)]
pub struct Outbound {
    allow: Arc<OutboundAllow>,
    roots: Roots,
    clients: Arc<Mutex<HashMap<Way, Client>>>,
}

/// Which of the three rules a connection goes by, and through which proxy: one client each.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Way {
    reach: Reach,
    proxy: Option<(String, u16)>,
}

/// Which addresses a connection may go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Reach {
    /// Public addresses and listed networks.
    PublicOrListed,
    /// Listed networks only: the answer for plain `http`.
    ListedOnly,
    /// Any: the operator listed this very host and port.
    Named,
}

impl Outbound {
    /// Builds the client. Refuses when no TLS provider is installed or the given roots are no certificates. Without
    /// any system roots it still comes up; requests then wait with a sentence saying so.
    pub fn new(allow: OutboundAllow, roots: Roots) -> Result<Self, TrustError> {
        provider_installed()?;
        if let Roots::Only(pem) = &roots {
            reqwest::Certificate::from_pem_bundle(pem).map_err(|_| TrustError::Unusable("not PEM".into()))?;
        }
        Ok(Self { allow: Arc::new(allow), roots, clients: Arc::default() })
    }

    /// Sends one request and classifies what came of it (REL-7): any 2xx is handed over; 408, 425, 429, 5xx, time-outs
    /// and connection errors are retried, honouring `Retry-After`; everything else, a refused destination included, is
    /// dead. At most 64 KiB of the answer are read; 200 characters are kept, without the `confidential` values.
    pub async fn send(&self, request: Request, confidential: &[&str], now: Timestamp) -> Outcome {
        match self.ask(request, now).await {
            Ok(answer) => answer.classify(confidential),
            Err(outcome) => outcome,
        }
    }

    /// Sends one request whose answer is of use itself. `Err` says, as [`Outbound::send`] does, why there is none.
    pub(crate) async fn ask(&self, request: Request, now: Timestamp) -> Result<Answer, Outcome> {
        let reach = self.way_out(&request).map_err(Outcome::dead)?;
        let client = self
            .client(Way { reach, proxy: request.proxy })
            .map_err(|why| Outcome::retry(why.to_string()))?;
        let sending =
            client.request(request.method, request.url).headers(request.headers).body(request.body).send();
        match sending.await {
            Ok(response) => Ok(Answer::read(response, now).await),
            Err(error) => Err(answer::classify_failure(&error)),
        }
    }

    /// The rule for the connection of a request. Through a proxy that is the proxy's, and the URL must be permitted too.
    fn way_out(&self, request: &Request) -> Result<Reach, String> {
        let reach = self.reach(&request.url)?;
        let Some((host, port)) = &request.proxy else { return Ok(reach) };
        let proxy =
            Url::parse(&format!("https://{host}:{port}")).map_err(|_| "the proxy is no host and port")?;
        self.reach(&proxy)
    }

    /// The rule for a URL, or one sentence why it is not permitted.
    fn reach(&self, url: &Url) -> Result<Reach, String> {
        let host = url.host_str().ok_or("the URL names no host")?;
        let port = url.port_or_known_default().ok_or("the URL names no port")?;
        if matches!(url.scheme(), "http" | "https") && self.allow.names(host, port) {
            return Ok(Reach::Named);
        }
        let reach = match url.scheme() {
            "https" => Reach::PublicOrListed,
            "http" => Reach::ListedOnly,
            _ => return Err("only https and http can be sent to".into()),
        };
        // a literal address never reaches the resolver; the URL parser has already undone decimal and hex spellings
        match address::literal(host) {
            Some(address) if !reach.permits(address, &self.allow) => Err(reach.refusal()),
            _ if reach == Reach::ListedOnly && self.allow.networks_is_empty() => Err(reach.refusal()),
            _ => Ok(reach),
        }
    }

    fn client(&self, way: Way) -> Result<Client, TrustError> {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = clients.get(&way) {
            return Ok(client.clone());
        }
        let client = self.build(&way)?;
        clients.insert(way, client.clone());
        Ok(client)
    }

    fn build(&self, way: &Way) -> Result<Client, TrustError> {
        let unusable = |error: reqwest::Error| TrustError::Unusable(answer::root_cause(&error));
        let resolver = resolve::Checked { reach: way.reach, allow: Arc::clone(&self.allow) };
        let mut builder = Client::builder()
            .user_agent("Countersign")
            .no_proxy()
            .redirect(redirect::Policy::none())
            .referer(false)
            .retry(reqwest::retry::never())
            .tls_version_min(tls::Version::TLS_1_2)
            .connect_timeout(CONNECT_WITHIN)
            .timeout(ANSWER_WITHIN)
            .dns_resolver(Arc::new(resolver));
        if let Some((host, port)) = &way.proxy {
            builder = builder.proxy(Proxy::all(format!("http://{host}:{port}")).map_err(unusable)?);
        }
        if let Roots::Only(pem) = &self.roots {
            let certificates = reqwest::Certificate::from_pem_bundle(pem).map_err(unusable)?;
            builder = builder.tls_certs_only(certificates);
        }
        builder.build().map_err(unusable)
    }
}

impl Reach {
    fn permits(self, address: std::net::IpAddr, allow: &OutboundAllow) -> bool {
        match self {
            Self::PublicOrListed => address::is_public(address) || allow.contains(address),
            Self::ListedOnly => allow.contains(address),
            Self::Named => true,
        }
    }

    fn refusal(self) -> String {
        match self {
            Self::ListedOnly => "plain http is refused: use https, or list the host and port in \
                [countersign.security] outbound_allow"
                .into(),
            _ => "the address is not public: list its network, or the host and port, in \
                [countersign.security] outbound_allow"
                .into(),
        }
    }
}

#[cfg(test)]
mod tests;
