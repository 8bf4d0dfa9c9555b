//! The parts are put together; the only file that asks the machine for time and randomness.

use std::sync::Arc;

use anyhow::Context as _;
use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use countersign_app::{
    App, Inbox, Parts, Passwords, Publishers, SenderState, Senders, SharedEntropy, Surroundings,
};
use countersign_domain::{Entropy, Timestamp};
use countersign_notify::trust::Roots;
use countersign_store::{Clock, SealKeys, Store};
use tokio::sync::watch;

use crate::config::Settings;
use crate::home::Home;
use crate::{keys, translate};

/// What a server takes from its surroundings; tests hand in a clock that stands still and a seeded generator.
#[derive(Clone)]
pub struct Ambient {
    /// The time.
    pub clock: Clock,
    /// Randomness.
    pub entropy: SharedEntropy,
    /// Whom outgoing TLS trusts.
    pub roots: Roots,
}

impl Ambient {
    /// The machine's own.
    pub fn machine() -> Self {
        Self {
            clock: Clock::Wall(now),
            entropy: SharedEntropy::new(OsEntropy(SystemRandom::new())),
            roots: Roots::System,
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that asks the machine for the time")]
fn now() -> Timestamp {
    Timestamp::now()
}

/// The operating system's generator.
struct OsEntropy(SystemRandom);

impl Entropy for OsEntropy {
    fn fill(&mut self, bytes: &mut [u8]) {
        self.0
            .fill(bytes)
            .expect("the operating system's generator failed; no secret can be made without it");
    }
}

/// The use cases with everything they stand on.
pub struct Wired {
    /// The use cases.
    pub app: Arc<App>,
    /// Told by the worker, read by the use cases.
    pub(crate) senders: watch::Sender<Senders>,
    /// Told by the worker's folder of publishers.
    pub(crate) publishers: watch::Sender<Publishers>,
    /// Told by whoever starts and stops the server.
    pub(crate) surroundings: watch::Sender<Surroundings>,
    /// What would have been sent, while there is no sender.
    pub inbox: Arc<Inbox>,
    pub(crate) seal: SealKeys,
    pub(crate) link_cookie_key: [u8; 32],
}

/// Opens the database of a home folder, bringing it to this version's schema.
pub(crate) async fn open_store(home: &Home, settings: &Settings, ambient: &Ambient) -> anyhow::Result<Store> {
    if let Some(url) = translate::postgres_url(settings) {
        let opened = Store::open_postgres(&url, ambient.clock.clone()).await;
        return opened.context("the PostgreSQL database cannot be opened");
    }
    let path = home.database();
    Store::open_sqlite(&path, ambient.clock.clone())
        .with_context(|| format!("the database {} cannot be opened", path.display()))
}

/// Opens and wires everything but the network.
pub(crate) async fn wire(home: &Home, settings: &Settings, ambient: Ambient) -> anyhow::Result<Wired> {
    let mut entropy = ambient.entropy.clone();
    let store = open_store(home, settings, &ambient).await?;
    let keys = keys::load(home, &mut entropy)?;
    keys::claim(&store, &keys, home).await?;
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let passwords = Passwords::new(translate::password_policy(settings), cores, entropy.clone())?;
    let (senders, seen) = watch::channel(Senders { email: SenderState::Missing, sms: SenderState::Missing });
    let (publishers, published) = watch::channel(Publishers::default());
    let (surroundings, surrounding) = watch::channel(Surroundings {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        started_at: Some(store.now().await?),
        ..Surroundings::default()
    });
    // Derived, not drawn: any node may answer the press after another one's look.
    let link_cookie_key = *keys.mac.pseudonym("key", "link cookie").as_bytes();
    let file = translate::file_settings(settings);
    let seal = keys.seal.clone();
    let app = App::new(Parts {
        store,
        keys,
        entropy,
        file,
        passwords,
        senders: seen,
        publishers: published,
        surroundings: surrounding,
    });
    let inbox = Arc::new(Inbox::default());
    Ok(Wired { app: Arc::new(app), senders, publishers, surroundings, inbox, seal, link_cookie_key })
}
