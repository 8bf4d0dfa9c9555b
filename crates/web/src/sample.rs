//! A server for tests: the whole router on a real SQLite database, a clock that stands still, seeded randomness, and
//! requests by value.

mod browser;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign_app::{
    App, Context, FileSettings, Keys, NewPassword, Parts, PasswordPolicy, Passwords, Publishers, Senders,
    SharedEntropy, Surroundings,
};
use countersign_domain::actor::{Actor, Origin, Persona, Requester, Subject, Surface};
use countersign_domain::change::{MacKey, MacKeys};
use countersign_domain::claim::{Channel, ClaimFamily, PerFamily};
use countersign_domain::profile::{Contacts, Entry, Label};
use countersign_domain::user_claim_update::{Connector, Settings, Wanted, WantedContacts};
use countersign_domain::{Entropy, SignedDuration, TenantId, Timestamp, UserId};
use countersign_scim::schema::Schemas;
use countersign_store::{Clock, Leased, ManualClock, SealKey, SealKeys, Store};
use serde_json::{Map, Value};
use tokio::sync::watch;
use tower::ServiceExt as _;

use crate::{Peers, Web, WebOptions, WebParts};

pub(crate) use browser::{Browser, csrf_of};

/// The password of every user here.
pub(crate) const PASSWORD: &str = "tin-goose-orbit";
/// Where the server thinks it is.
pub(crate) const PUBLIC_URL: &str = "https://id.example.com:9443";

/// A server, and what a test turns at it.
pub(crate) struct TestServer {
    pub(crate) web: Web,
    pub(crate) clock: ManualClock,
    /// What the worker says of its senders.
    pub(crate) senders: watch::Sender<Senders>,
    /// What it says of the publishers' files.
    pub(crate) publishers: watch::Sender<Publishers>,
    /// What the process says of itself.
    pub(crate) surroundings: watch::Sender<Surroundings>,
    router: Router,
    _home: tempfile::TempDir,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Reply {
    /// The body as JSON; null if it is none.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }

    /// One header.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// A small generator with a seed: ids and codes are the same in every run.
struct Seeded(u64);

impl Entropy for Seeded {
    fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            *byte = (mixed ^ (mixed >> 27)).to_be_bytes()[0];
        }
    }
}

/// A user to be there from the start: addresses held and proven.
#[derive(Default)]
pub(crate) struct Person<'p> {
    pub(crate) email: Option<&'p str>,
    pub(crate) mobile: Option<&'p str>,
    pub(crate) scopes: &'p [&'p str],
}

impl TestServer {
    /// Both verifications on, everything else as the product has it.
    pub(crate) fn start() -> Self {
        Self::start_with(|_| {})
    }

    /// The same with other settings of the file.
    pub(crate) fn start_with(alter: impl FnOnce(&mut FileSettings)) -> Self {
        let home = tempfile::tempdir().unwrap();
        let clock = ManualClock::new("2026-03-02T10:00:00Z".parse::<Timestamp>().unwrap());
        let store = Store::open_sqlite(&home.path().join("test.db"), Clock::Manual(clock.clone())).unwrap();
        let entropy = SharedEntropy::new(Seeded(7));
        let policy = PasswordPolicy { length_min: 8, allow_weak: false };
        let passwords = Passwords::new(policy, 2, entropy.clone()).unwrap();
        let keys = Keys {
            mac: MacKeys::new(MacKey::new([1; 32]), None),
            seal: SealKeys::new(SealKey::new([2; 32]), None),
        };
        let mut file = file();
        alter(&mut file);
        let senders = watch::Sender::new(Senders::default());
        let publishers = watch::Sender::new(Publishers::default());
        let surroundings = watch::Sender::new(Surroundings::default());
        let app = Arc::new(App::new(Parts {
            store,
            keys,
            entropy,
            file,
            passwords,
            senders: senders.subscribe(),
            publishers: publishers.subscribe(),
            surroundings: surroundings.subscribe(),
        }));
        let (_, ready) = watch::channel(true);
        let (_, schemas) = watch::channel(Schemas::built_in());
        let web = Web::new(WebParts { app, options: options(), schemas, ready, inbox: None });
        let router = crate::router(web.clone());
        Self { web, clock, senders, publishers, surroundings, router, _home: home }
    }

    /// Goes on with what `web` says instead.
    pub(crate) fn serve(&mut self, web: Web) {
        self.router = crate::router(web.clone());
        self.web = web;
    }

    /// The operator.
    #[expect(clippy::unused_self, reason = "asked for like everything else here")]
    pub(crate) fn operator(&self) -> Context {
        let requester = Requester {
            persona: Persona::Administrator,
            subject: Subject::Server,
            display: "server".to_owned(),
        };
        let actor = Actor {
            requester,
            origin: Origin::default(),
            may_assert: true,
            may_list: true,
            recent_auth: true,
            surface: Surface::Api,
            reason: None,
        };
        Context { tenant: TenantId::carbon_super(), actor, trace_id: "test".to_owned() }
    }

    /// Creates a user who signs in with [`PASSWORD`].
    pub(crate) async fn person(&self, user_name: &str, person: Person<'_>) -> UserId {
        self.person_with(user_name, person, NewPassword::Chosen(PASSWORD.to_owned().into())).await
    }

    /// Creates a user who signs in with another password.
    pub(crate) async fn person_with(
        &self,
        user_name: &str,
        person: Person<'_>,
        password: NewPassword,
    ) -> UserId {
        let cx = self.operator();
        let wanted = Wanted {
            user_name: user_name.to_owned(),
            rename_allowed: false,
            active: Some(true),
            locked: None,
            password_set: true,
            attributes: Map::new(),
            contacts: PerFamily {
                email: held(ClaimFamily::Email, person.email),
                mobile: held(ClaimFamily::Mobile, person.mobile),
            },
            reason: None,
        };
        let view = self.web.app.create_user(&cx, None, &wanted, Some(password)).await.unwrap();
        let scopes: Vec<String> = person.scopes.iter().map(|&scope| scope.to_owned()).collect();
        self.web.app.set_grants(&cx, Subject::User(view.user.id), &scopes, true).await.unwrap();
        view.user.id
    }

    /// Creates somebody who may do everything.
    pub(crate) async fn admin(&self) -> UserId {
        self.person("admin", Person { scopes: &countersign_app::SCOPES, ..Person::default() }).await
    }

    /// Adds a client with these scopes and issues a token to it.
    pub(crate) async fn program(&self, scopes: &[&str]) -> String {
        let (cx, app) = (self.operator(), &self.web.app);
        let scopes: Vec<String> = scopes.iter().map(|&scope| scope.to_owned()).collect();
        let client =
            app.add_client(&cx, "program", vec!["client_credentials".to_owned()], &scopes).await.unwrap();
        let id = client.id.to_string();
        let record = app.client_with_secret(&cx.tenant, &id, &client.secret).await.unwrap().unwrap();
        app.issue_token(&cx.tenant, &record, &[]).await.unwrap().unwrap().token.to_string()
    }

    /// Sends a request; `as_whom` signs in by Basic, an empty name does not.
    pub(crate) async fn ask(&self, as_whom: &str, method: Method, path: &str, body: Option<Value>) -> Reply {
        let mut request = Request::builder().method(method).uri(path);
        if !as_whom.is_empty() {
            request = request.header(header::AUTHORIZATION, basic(as_whom));
        }
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        self.send(request.header(header::CONTENT_TYPE, "application/json").body(body).unwrap()).await
    }

    /// Sends a request as it is; `Host` and the peer, a loopback address, are added where they are missing.
    pub(crate) async fn send(&self, mut request: Request<Body>) -> Reply {
        let host = PUBLIC_URL.strip_prefix("https://").unwrap().parse().unwrap();
        request.headers_mut().entry(header::HOST).or_insert(host);
        let peer: SocketAddr = "127.0.0.1:50000".parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(peer));
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        Reply {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }

    /// The messages waiting on a channel, of all users; asking leases them for a minute.
    pub(crate) async fn messages(&self, channel: Channel) -> Vec<Leased> {
        self.web.app.store().lease(channel, 100, SignedDuration::from_mins(1)).await.unwrap()
    }

    /// Template and target of the messages waiting on a channel.
    pub(crate) async fn sent(&self, channel: Channel) -> Vec<(String, String)> {
        let messages = self.messages(channel).await;
        messages.into_iter().map(|message| (message.template, message.to.as_str().to_owned())).collect()
    }
}

/// The header of a Basic credential with [`PASSWORD`].
pub(crate) fn basic(user_name: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user_name}:{PASSWORD}")))
}

fn file() -> FileSettings {
    let connector = Connector {
        email_enable_verification: true,
        mobile_enable_verification: true,
        ..Connector::default()
    };
    FileSettings {
        base: Settings::default(),
        connector,
        public_url: PUBLIC_URL.to_owned(),
        organization: "Example".to_owned(),
        super_admin: "admin".to_owned(),
        unique_group_names: true,
        conflict_on_taken: true,
    }
}

fn options() -> WebOptions {
    WebOptions {
        public_url: PUBLIC_URL.to_owned(),
        hosts: vec!["id.example.com:9443".to_owned(), "localhost:9443".to_owned()],
        peers: Peers::default(),
        spec_compliant_emails: false,
        multi_valued_as_string: false,
        group_patch_returns_group: true,
        link_cookie_key: [3; 32],
    }
}

/// In force and asserted as proven.
fn held(family: ClaimFamily, address: Option<&str>) -> WantedContacts {
    let Some(address) = address else { return WantedContacts::default() };
    let label = match family {
        ClaimFamily::Email => Label { primary: Some(true), ..Label::default() },
        ClaimFamily::Mobile => Label { kind: Some("mobile".to_owned()), ..Label::default() },
    };
    let entry = Entry { value: address.to_owned(), label };
    let (held, others) = Contacts::sort_entries(family, vec![entry]).unwrap();
    WantedContacts { held, others, asserts_verified: Some(true), ..WantedContacts::default() }
}
