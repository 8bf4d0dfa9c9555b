//! A whole server for one journey: home folder, database, HTTPS listener, mail server, SMS gateway, clock, randomness.
//!
//! ```ignore
//! on_both_databases(async |app| {
//!     let answer = app.patch(BOB_PATH).basic("admin", "admin").json(json!({…})).await;
//!     assert_eq!(answer.status, 200, "{answer}");
//!
//!     let messages = app.deliver_all().await;
//!     let code = messages.sms[0].code();
//! })
//! .await;
//! ```
//!
//! When a case ends, messages that still wait fail it, and so do an invariant that does not hold and an answer that gave
//! away a code.

mod answer;
mod database;
mod given;
mod messages;
mod people;
mod promises;
mod randomness;
mod raw;
mod request;
mod wire;

use std::net::TcpListener;

use countersign::demo;
use countersign::home::Home;
use countersign::server::Server;
use countersign::wire::Ambient;
use countersign_app::{App, SharedEntropy};
use countersign_domain::{SignedDuration, TenantId, Timestamp};
use countersign_notify::trust::Roots;
use countersign_store::{Clock, ManualClock};
use tempfile::TempDir;

use crate::sinks::http::HttpSink;
use crate::sinks::smtp::{Offer, SmtpSink};
use crate::sinks::tls::Certificate;
use database::Database;
use randomness::Seeded;

pub(crate) use answer::Answer;
pub(crate) use given::{Given, USUAL_PUBLISHER, given, on_both_databases};
pub(crate) use messages::{Messages, link_in};
pub(crate) use people::{ADMIN, BOB, BOB_ID, BOB_MAIL, BOB_MOBILE, BOB_PATH, KIM, KIM_MAIL};
pub(crate) use request::{Request, client, form_of};
pub(crate) use wire::{ENTERPRISE, SYSTEM, code, new_mobile, replacing, scenario, scenario_of};

/// The code API.
pub(crate) const CODES: &str = "/api/identity/user/v1.0";

/// When every journey begins.
const START: &str = "2026-03-02T09:00:00.123456Z";

/// The server of one journey and everything round it.
pub(crate) struct TestApp {
    /// What receives mail.
    pub(crate) smtp: SmtpSink,
    /// What receives SMS.
    pub(crate) gateway: HttpSink,
    /// A bearer token of a client that may list, view and update users and send codes again.
    pub(crate) demo_token: String,
    clock: ManualClock,
    ambient: Ambient,
    home: Home,
    port: u16,
    running: Option<(Server, reqwest::Client)>,
    seen: messages::Seen,
    said: request::Said,
    leaves_messages: bool,
    finished: bool,
    database: Database,
    _folder: TempDir,
}

impl TestApp {
    async fn start(given: &Given, database: Database) -> Self {
        let certificate = Certificate::new();
        let clock = ManualClock::new(START.parse().unwrap());
        let ambient = Ambient {
            clock: Clock::Manual(clock.clone()),
            entropy: SharedEntropy::new(Seeded::default()),
            roots: Roots::Only(certificate.pem.clone()),
        };
        let smtp = SmtpSink::start(Offer { tls: Some(certificate), auth: true, injected: "" }).await;
        let gateway = HttpSink::start([]).await;
        let folder = tempfile::tempdir().unwrap();
        let home = Home::new(folder.path());
        home.create().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        given.write(&home, &given::Places { port, smtp: &smtp, gateway: &gateway, database: &database });
        let mut app = Self {
            smtp,
            gateway,
            demo_token: String::new(),
            clock,
            ambient,
            home,
            port,
            running: None,
            seen: messages::Seen::default(),
            said: request::Said::default(),
            leaves_messages: false,
            finished: false,
            database,
            _folder: folder,
        };
        app.serve(listener).await;
        app.demo_token = demo::populate(app.use_cases()).await.unwrap().to_string();
        app
    }

    async fn serve(&mut self, listener: TcpListener) {
        let server = Server::open(&self.home, self.ambient.clone(), listener, true).await.unwrap();
        let certificate = std::fs::read(self.home.security().join("server.crt")).unwrap();
        self.running = Some((server, request::client(&certificate)));
    }

    /// Stops the server and starts another one on the same home folder, database and port.
    pub(crate) async fn restart(&mut self) {
        self.stop().await;
        let listener = TcpListener::bind(("127.0.0.1", self.port)).unwrap();
        self.serve(listener).await;
    }

    async fn stop(&mut self) {
        let (server, client) = self.running.take().unwrap();
        drop(client); // an open connection is a request the server would wait for
        server.stop().await.unwrap();
    }

    fn server(&self) -> &Server {
        &self.running.as_ref().unwrap().0
    }

    /// The use cases behind the sockets, for what has no surface yet.
    pub(crate) fn use_cases(&self) -> &App {
        &self.server().app
    }

    /// Where the server is, as links and `meta.location` say it.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.server().public_url)
    }

    /// The home folder, for publishers, templates and the command line.
    pub(crate) fn home(&self) -> &Home {
        &self.home
    }

    /// What the clock shows.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Lets time pass.
    pub(crate) fn later(&self, by: SignedDuration) {
        self.clock.advance(by);
    }

    /// Asks as the owner would: the code is proof.
    pub(crate) async fn enter_code(&self, who: (&str, &str), given: &str) -> Answer {
        self.post(&format!("{CODES}/me/validate-code")).of(who).json(code(given)).await
    }

    /// Drops a publisher file into the home folder and lets the worker notice it, as a running server would.
    pub(crate) async fn drop_publisher(&self, file: &str, text: &str) {
        std::fs::write(self.home.event_publishers().join(file), text).unwrap();
        let worker = &self.server().delivery.worker;
        worker.look_at_publishers().await;
        worker.look_at_publishers().await;
    }

    /// The audit trail as it stands in the database, oldest first.
    pub(crate) async fn audit(&self) -> Vec<serde_json::Value> {
        self.database.audit(&self.home.database()).await
    }

    /// Every table of the database, row by row: whatever changes shows in it.
    pub(crate) async fn contents(&self) -> std::collections::BTreeMap<String, Vec<String>> {
        self.database.contents(&self.home.database()).await
    }

    /// Writes the file of declared SCIM schemas and lets the server notice it, as a running one would.
    pub(crate) async fn declare_schemas(&self, text: &str) {
        std::fs::write(self.home.scim_schemas(), text).unwrap();
        let schemas = &self.server().schemas;
        schemas.look().await;
        schemas.look().await;
    }

    /// Says that messages left in the outbox are meant to be there.
    pub(crate) fn leaves_messages(&mut self) {
        self.leaves_messages = true;
    }

    /// Fails for messages nobody looked at, for secrets in answers and for broken promises; then stops the server.
    async fn finish(mut self) {
        let store = self.use_cases().store();
        let depth = store.outbox_depth().await.unwrap();
        assert!(
            self.leaves_messages || (depth.queued, depth.dead) == (0, 0),
            "the outbox still holds work nobody looked at: {depth:?}"
        );
        self.said.nothing_of(&messages::secrets_in(&self.gateway.requests.all(), &self.smtp.mails.all()));
        let report = store.invariants(&TenantId::carbon_super()).await.unwrap();
        assert_eq!(report.violations, [], "a promise of security §3 is broken");
        self.stop().await;
        self.database.remove().await;
        self.finished = true;
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        assert!(self.finished || std::thread::panicking(), "the journey ended without its last look");
    }
}
