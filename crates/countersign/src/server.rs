//! One running server: listener, TLS, router, worker; started by the binary and by the journeys alike.

mod framing;
mod strict;

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use axum_server::Handle;
use axum_server::accept::NoDelayAcceptor;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use countersign_app::{App, Inbox, Surroundings};
use countersign_web::{Web, WebParts};
use hyper_util::rt::TokioTimer;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::config::{self, Loaded, Settings};
use crate::delivery::{self, Delivery};
use crate::home::Home;
use crate::scim_schemas::ScimSchemas;
use crate::wire::{Ambient, Wired, wire};
use crate::{first_start, tls, translate};
use strict::StrictAcceptor;

/// How long a client may take to send its head.
const HEADERS_WITHIN: Duration = Duration::from_secs(10);
/// How long requests in flight may finish when the server stops (REL-12).
const FINISH_WITHIN: Duration = Duration::from_secs(10);
/// How many requests one HTTP/2 connection may have open.
const STREAMS_MAX: u32 = 100;

/// A server that answers.
pub struct Server {
    /// The use cases, for whoever started it.
    pub app: Arc<App>,
    /// What would have been sent, while there is no sender.
    pub inbox: Option<Arc<Inbox>>,
    /// Where it listens.
    pub address: SocketAddr,
    /// Where links lead.
    pub public_url: String,
    /// Whether its certificate is its own.
    pub self_signed: bool,
    /// Messages on their way.
    pub delivery: Delivery,
    /// SCIM schemas an administrator declares.
    pub schemas: Arc<ScimSchemas>,
    looking: Option<JoinHandle<()>>,
    ready: watch::Sender<bool>,
    surroundings: watch::Sender<Surroundings>,
    handle: Handle<SocketAddr>,
    serving: JoinHandle<std::io::Result<()>>,
}

impl Server {
    /// Opens a home folder that has its `deployment.toml` and serves on `listener`: what `countersign serve` does, for a
    /// caller who brings the surroundings. Makes the first administrator if there is none. A configuration with problems
    /// is refused, with all of them in the error.
    pub async fn open(
        home: &Home,
        mut ambient: Ambient,
        listener: TcpListener,
        by_hand: bool,
    ) -> anyhow::Result<Self> {
        let path = home.deployment_toml();
        let bytes = std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let refused = |text, problems: &[_]| anyhow::anyhow!(config::render_problems(&path, text, problems));
        let text = config::text_of(&bytes).map_err(|problem| refused("", &[problem]))?;
        let Loaded { settings, warnings } =
            config::load(&path, text, false).map_err(|problems| refused(text, &problems))?;
        let wired = wire(home, &settings, ambient.clone()).await?;
        first_start::super_admin(&wired.app, &settings, &mut ambient.entropy).await?;
        let server = Self::start(home, &settings, wired, listener, &ambient, by_hand).await?;
        server.warned(&config::render_problems(&path, text, &warnings));
        Ok(server)
    }

    /// What the configuration was warned of, as the terminal shows it, for the Console.
    pub(crate) fn warned(&self, rendered: &str) {
        let warnings = rendered.split("\n\n").map(str::trim_end).filter(|warning| !warning.is_empty());
        let warnings = warnings.map(ToOwned::to_owned).collect();
        self.surroundings.send_modify(|known| known.warnings = warnings);
    }

    /// Starts serving on `listener`. Messages are delivered by the worker's own loop, or by hand through `delivery`
    /// where `by_hand` says so.
    pub(crate) async fn start(
        home: &Home,
        settings: &Settings,
        wired: Wired,
        listener: TcpListener,
        ambient: &Ambient,
        by_hand: bool,
    ) -> anyhow::Result<Self> {
        let identity = tls::load(home, settings.server.hostname.as_str())?;
        let address = listener.local_addr().context("the listener has no address")?;
        let delivery = delivery::start(home, settings, &wired, ambient, by_hand).await?;
        let inbox = delivery.uses_inbox().then(|| wired.inbox.clone());
        let schemas = Arc::new(ScimSchemas::open(home, wired.app.clone()).await?);
        let looking = (!by_hand).then(|| schemas.run());
        let (ready, seen) = watch::channel(false);
        let options = translate::web_options(settings, wired.link_cookie_key);
        let public_url = options.public_url.clone();
        let web = Web::new(WebParts {
            app: wired.app.clone(),
            options,
            inbox: inbox.clone(),
            schemas: schemas.watch(),
            ready: seen,
        });
        let handle = Handle::new();
        let serving =
            tokio::spawn(serve(listener, identity.config, countersign_web::router(web), handle.clone())?);
        handle.listening().await.context("the server did not begin to listen")?;
        ready.send_replace(true);
        let surroundings = wired.surroundings;
        surroundings.send_modify(|known| {
            (known.is_ready, known.is_self_signed) = (true, Some(identity.self_signed));
        });
        Ok(Self {
            app: wired.app,
            inbox,
            address,
            public_url,
            self_signed: identity.self_signed,
            delivery,
            schemas,
            looking,
            ready,
            surroundings,
            handle,
            serving,
        })
    }

    /// Stops (REL-12): no new connection, requests in flight finish, leases are released, the database file is whole.
    pub async fn stop(self) -> anyhow::Result<()> {
        self.ready.send_replace(false);
        self.surroundings.send_modify(|known| known.is_ready = false);
        self.handle.graceful_shutdown(Some(FINISH_WITHIN));
        if let Some(looking) = self.looking {
            looking.abort();
        }
        self.delivery.stop().await;
        let served = self.serving.await;
        self.app.store().close().await;
        served.context("the listener ended badly")?.context("the listener failed")
    }

    /// Waits until the listener ends by itself: it never does while all is well.
    pub async fn ended(&mut self) -> anyhow::Result<()> {
        (&mut self.serving).await.context("the listener ended badly")?.context("the listener failed")
    }
}

fn serve(
    listener: TcpListener,
    tls: Arc<rustls::ServerConfig>,
    router: axum::Router,
    handle: Handle<SocketAddr>,
) -> anyhow::Result<impl Future<Output = std::io::Result<()>>> {
    listener.set_nonblocking(true).context("the listener cannot be made non-blocking")?;
    let tls = RustlsAcceptor::new(RustlsConfig::from_config(tls)).acceptor(NoDelayAcceptor::new());
    let server = axum_server::from_tcp(listener).context("cannot listen")?;
    let mut server = server.acceptor(StrictAcceptor::new(tls)).handle(handle);
    let http = server.http_builder();
    http.http1().timer(TokioTimer::new()).header_read_timeout(HEADERS_WITHIN);
    http.http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(Some(Duration::from_secs(30)))
        .keep_alive_timeout(Duration::from_secs(20))
        .max_concurrent_streams(STREAMS_MAX)
        .max_pending_accept_reset_streams(20);
    Ok(server.serve(router.into_make_service_with_connect_info::<SocketAddr>()))
}
