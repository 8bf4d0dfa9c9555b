//! The worker is put together, run, and asked what stands behind each channel.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use countersign_app::{InboxMessage, SenderState, Senders};
use countersign_domain::TenantId;
use countersign_domain::claim::Channel;
use countersign_notify::email::{SmtpSender, SmtpSettings};
use countersign_notify::inbox::Inbox;
use countersign_notify::outbound::{Outbound, OutboundAllow};
use countersign_notify::publisher::Folder;
use countersign_notify::render::Templates;
use countersign_notify::worker::{self, SenderStates, Worker};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::config::Settings;
use crate::home::Home;
use crate::translate;
use crate::wire::{Ambient, Wired};

/// How long messages on their way may finish when the server stops (REL-12).
const FINISH_WITHIN: Duration = Duration::from_secs(12);

/// Messages on their way.
pub struct Delivery {
    /// The worker, to be driven by hand where nobody else drives it.
    pub worker: Arc<Worker>,
    stop: watch::Sender<bool>,
    running: Option<JoinHandle<()>>,
}

impl Delivery {
    /// Whether any channel was without a sender at start and may use the inbox.
    pub fn uses_inbox(&self) -> bool {
        let states = self.worker.states();
        let states = states.borrow();
        [&states.email, &states.sms].into_iter().any(|state| *state == worker::SenderState::Inbox)
    }

    /// One line per channel for the terminal.
    pub fn described(&self) -> Vec<String> {
        let states = self.worker.states();
        let states = senders(&states.borrow());
        Channel::ALL
            .map(|channel| format!("  {:<17}{}", channel.as_str(), described(states.of(channel))))
            .into()
    }

    /// Stops leasing and waits for what is on its way.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        if let Some(running) = self.running
            && tokio::time::timeout(FINISH_WITHIN, running).await.is_err()
        {
            tracing::warn!(
                event = "delivery_cut_off",
                "messages on their way did not finish; they are tried again"
            );
        }
    }
}

fn described(state: &SenderState) -> String {
    match state {
        SenderState::Ready(name) => format!("sent by {name}"),
        SenderState::Inbox => "no sender: messages appear here, as lines of the dev inbox".to_owned(),
        SenderState::Missing => "no sender: messages wait until one is configured".to_owned(),
        SenderState::Broken(why) => format!("cannot be sent: {why}"),
    }
}

/// Puts the worker together and, unless it is driven by hand, lets it run.
pub(crate) async fn start(
    home: &Home,
    settings: &Settings,
    wired: &Wired,
    ambient: &Ambient,
    by_hand: bool,
) -> anyhow::Result<Delivery> {
    let parts = parts(home, settings, wired, ambient, by_hand)?;
    // Reads the publishers' folder.
    let worker = Arc::new(tokio::task::spawn_blocking(move || Worker::new(parts)).await?);
    wired.senders.send_replace(senders(&worker.states().borrow()));
    wired.publishers.send_replace(translate::publishers(&worker.publishers().borrow()));
    let (stop, stopping) = watch::channel(false);
    let running = (!by_hand).then(|| {
        let (worker, stopping) = (Arc::clone(&worker), stopping.clone());
        tokio::spawn(async move { worker.run(stopping).await })
    });
    tokio::spawn(tell(worker.states(), wired.senders.clone(), senders, stopping.clone()));
    let publishers = |known: &Arc<_>| translate::publishers(known);
    tokio::spawn(tell(worker.publishers(), wired.publishers.clone(), publishers, stopping));
    Ok(Delivery { worker, stop, running })
}

fn parts(
    home: &Home,
    settings: &Settings,
    wired: &Wired,
    ambient: &Ambient,
    by_hand: bool,
) -> anyhow::Result<worker::Parts> {
    let allow = OutboundAllow::parse(translate::outbound_allow(settings)).context("outbound_allow")?;
    let smtp = SmtpSettings::try_new(&translate::smtp_keys(settings)).map_err(|problems| {
        let said: Vec<String> =
            problems.iter().map(|problem| format!("{}: {}", problem.key, problem.text)).collect();
        anyhow::anyhow!("[output_adapter.email] {}", said.join("; "))
    })?;
    let outbound = Outbound::new(allow, ambient.roots.clone()).context("outgoing HTTP")?;
    let email =
        smtp.map(|smtp| SmtpSender::new(smtp, &ambient.roots, &outbound)).transpose().context("e-mail")?;
    Ok(worker::Parts {
        store: wired.app.store().clone(),
        tenant: TenantId::carbon_super(),
        seal: wired.seal.clone(),
        entropy: Box::new(ambient.entropy.clone()),
        templates: templates(home),
        email,
        outbound,
        publishers: Folder::new(home.event_publishers()),
        inbox: settings.dev_inbox_is_possible().then(|| inbox(wired, !by_hand)),
    })
}

/// The wording; an override that cannot be used is said, and the built-in text stands in.
fn templates(home: &Home) -> Templates {
    let (templates, problems) = Templates::load(&home.resources());
    for problem in problems {
        tracing::warn!(event = "template_problem", "{problem}");
    }
    templates
}

fn inbox(wired: &Wired, prints: bool) -> Inbox {
    let kept = Arc::clone(&wired.inbox);
    let keep = move |message: countersign_notify::inbox::InboxMessage| {
        let countersign_notify::inbox::InboxMessage { channel, to, subject, text, html: _, at } = message;
        kept.put(InboxMessage { at, channel, to, subject, text });
    };
    Inbox::new(keep, prints)
}

/// Keeps the use cases told of what the worker knows, in their own words.
async fn tell<K, T>(
    mut known: watch::Receiver<K>,
    told: watch::Sender<T>,
    in_words: impl Fn(&K) -> T,
    mut stop: watch::Receiver<bool>,
) {
    loop {
        tokio::select! {
            changed = known.changed() => if changed.is_err() { return },
            _ = stop.wait_for(|stop| *stop) => return,
        }
        let words = in_words(&known.borrow_and_update());
        told.send_replace(words);
    }
}

fn senders(states: &SenderStates) -> Senders {
    let translated = |state: &worker::SenderState| match state {
        worker::SenderState::Missing => SenderState::Missing,
        worker::SenderState::Inbox => SenderState::Inbox,
        worker::SenderState::Ready(name) => SenderState::Ready(name.clone()),
        worker::SenderState::Broken(why) => SenderState::Broken(why.clone()),
    };
    Senders { email: translated(&states.email), sms: translated(&states.sms) }
}
