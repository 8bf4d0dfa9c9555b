//! One try of one message: open, write, send, record. Nothing here lets a secret or an address out but to its recipient.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use countersign_domain::claim::Channel;
use countersign_domain::{Entropy, Timestamp};
use countersign_store::{Leased, SealKeys, Settlement, Store};
use futures_util::FutureExt as _;

use super::gate::Pass;
use super::sender::{Sender, Standing};
use super::verdict::{Tried, Verdict};
use crate::inbox::{Inbox, InboxMessage};
use crate::outbound::Outbound;
use crate::outcome::Outcome;
use crate::placeholder::Values;
use crate::publisher;
use crate::render::{Email, RenderError, Sms, Template, Templates};
use crate::templates;

/// One try may take this long; the lease is longer, so that nobody else begins before it is over (DESIGN §2.2).
const TRY_WITHIN: Duration = Duration::from_secs(20);
/// Waits before what came of a try is recorded again, when the database is away. All within the lease.
const RECORD_AGAIN_AFTER: [Duration; 4] =
    [Duration::from_millis(100), Duration::from_millis(400), Duration::from_secs(2), Duration::from_secs(5)];

/// What every try works with.
pub(super) struct Desk {
    pub(super) store: Store,
    pub(super) seal: SealKeys,
    pub(super) templates: Templates,
    pub(super) outbound: Outbound,
    pub(super) entropy: Mutex<Box<dyn Entropy + Send>>,
}

/// A message under lease, with who is to send it.
pub(super) struct Parcel {
    pub(super) leased: Leased,
    pub(super) standing: Standing,
    pub(super) pass: Pass,
}

/// What became of a message, for whoever counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    HandedOver,
    Retry,
    Parked,
    Dropped,
    Dead,
    /// Not recorded: the lease was lost, or the database is away.
    Unrecorded,
}

/// A message as it goes out.
enum Written {
    Email(Email),
    Sms(Sms),
}

impl Desk {
    /// Delivers one message and records what came of it. A panic on the way is a failed try, and stays here.
    pub(super) async fn deliver(&self, parcel: Parcel) -> Fate {
        let leased = &parcel.leased;
        let trying = AssertUnwindSafe(tokio::time::timeout(TRY_WITHIN, self.attempt(&parcel)));
        let tried = match trying.catch_unwind().await {
            Ok(Ok(tried)) => tried,
            Ok(Err(_)) => Tried::Sent(Outcome::unreached("no answer in time")),
            Err(_) => Tried::Sent(Outcome::retry("the delivery failed unexpectedly")),
        };
        let now = match &tried {
            Tried::Sent(Outcome::Retry { .. } | Outcome::Unreached { .. }) => self.now(leased.now).await,
            _ => leased.now,
        };
        heed(&tried, &parcel.pass, now);
        drop(parcel.pass); // recording asks nothing of the provider
        let verdict = tried.verdict(leased, now, self.jitter());
        self.record(leased, verdict).await
    }

    async fn attempt(&self, parcel: &Parcel) -> Tried {
        let leased = &parcel.leased;
        if let Some(reason) = leased.stale {
            return Tried::Stale(reason);
        }
        let Some(sender) = &parcel.standing.sender else {
            return Tried::NoSender(parcel.standing.reason());
        };
        match self.written(leased) {
            Ok((message, values)) => self.send(sender, leased, message, values).await,
            Err(why) => Tried::Unsendable(why),
        }
    }

    /// The message as text, and the values a publisher's own payload may use.
    fn written(&self, leased: &Leased) -> Result<(Written, Values), String> {
        let template = Template::parse(&leased.template)
            .ok_or_else(|| format!("this server has no message called {:?}", leased.template))?;
        let mut values = self.values(leased)?;
        let locale = leased.locale.as_deref();
        let unwritable = |why: RenderError| format!("the message cannot be written: {why}");
        let message = match leased.channel {
            Channel::Email => {
                Written::Email(self.templates.email(template, locale, &values).map_err(unwritable)?)
            }
            Channel::Sms => {
                let sms = self.templates.sms(template, locale, &values).map_err(unwritable)?;
                values.set("mobile", leased.to.as_str());
                values.set("body", sms.text.as_str());
                values.set("body-template", templates::body_template(template, locale));
                Written::Sms(sms)
            }
        };
        Ok((message, values))
    }

    /// What the row carries, with the secrets its sealed part holds (SEC-55).
    fn values(&self, leased: &Leased) -> Result<Values, String> {
        let mut values: Values =
            leased.values.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        values.set("send-to", leased.to.as_str());
        values.set("footer", "");
        if let Some(sealed) = &leased.sealed {
            let plain = self.seal.open(leased.id, sealed).map_err(|why| format!("key changed: {why}"))?;
            let secrets: BTreeMap<String, String> = serde_json::from_slice(&plain)
                .map_err(|_| "the sealed secret is not in a known form".to_owned())?;
            for (name, secret) in secrets {
                values.set(name, secret);
            }
        }
        Ok(values)
    }

    async fn send(&self, sender: &Sender, leased: &Leased, message: Written, values: Values) -> Tried {
        let (id, to, now) = (leased.id.to_string(), leased.to.as_str(), leased.now);
        Tried::Sent(match (sender, message) {
            (Sender::Inbox(inbox), message) => show(inbox, leased, message),
            (Sender::Smtp(smtp), Written::Email(mail)) => smtp.send(&mail, to, &id, now).await,
            (Sender::Publisher(publisher), Written::Sms(_)) => {
                publisher::http::send(&self.outbound, publisher, &values, &id, now).await
            }
            (Sender::Smtp(_), Written::Sms(_)) | (Sender::Publisher(_), Written::Email(_)) => {
                return Tried::Unsendable("the sender is for another channel".to_owned());
            }
        })
    }

    /// Records a verdict; while the database is away, a few times. Unrecorded, the message goes out again when its lease
    /// is over: at least once, never lost (REL-6).
    async fn record(&self, leased: &Leased, verdict: Verdict) -> Fate {
        let Verdict { settlement, word } = verdict;
        tell(leased, &settlement);
        let mut pauses = RECORD_AGAIN_AFTER.into_iter();
        loop {
            let settling =
                self.store.settle(&leased.tenant, leased.id, leased.lease, settlement.clone(), word);
            let error = match settling.await {
                Ok(true) => return Fate::of(&settlement),
                Ok(false) => {
                    tracing::warn!(event = "message_lease_lost", message = %leased.id);
                    return Fate::Unrecorded;
                }
                Err(error) => error,
            };
            let Some(pause) = pauses.next().filter(|_| error.passing) else {
                let error = &error as &dyn std::error::Error;
                tracing::error!(event = "message_not_settled", message = %leased.id, error);
                return Fate::Unrecorded;
            };
            tokio::time::sleep(pause).await;
        }
    }

    /// The store's time, or what it was at the lease when the store cannot say.
    async fn now(&self, at_lease: Timestamp) -> Timestamp {
        self.store.now().await.unwrap_or(at_lease)
    }

    fn jitter(&self) -> f64 {
        let mut bytes = [0_u8; 2];
        self.entropy.lock().unwrap_or_else(PoisonError::into_inner).fill(&mut bytes);
        f64::from(u16::from_be_bytes(bytes)) / f64::from(u16::MAX)
    }
}

impl Fate {
    fn of(settlement: &Settlement) -> Self {
        match settlement {
            Settlement::Delivered { .. } => Self::HandedOver,
            Settlement::Retry { .. } => Self::Retry,
            Settlement::Parked { .. } => Self::Parked,
            Settlement::Dropped { .. } => Self::Dropped,
            Settlement::Dead { .. } => Self::Dead,
        }
    }
}

/// What the try says about the destination.
fn heed(tried: &Tried, pass: &Pass, now: Timestamp) {
    match tried {
        Tried::Sent(Outcome::HandedOver { .. } | Outcome::Retry { .. }) => pass.answered(),
        Tried::Sent(Outcome::Unreached { .. }) if pass.unreached(now) => {
            tracing::warn!(event = "destination_unreached", destination = pass.destination());
        }
        _ => {}
    }
}

fn show(inbox: &Inbox, leased: &Leased, message: Written) -> Outcome {
    let (channel, to, at) = (leased.channel, leased.to.as_str().to_owned(), leased.now);
    inbox.take(match message {
        Written::Email(Email { subject, text, html }) => {
            InboxMessage { channel, to, subject: Some(subject), text, html: Some(html), at }
        }
        Written::Sms(Sms { text }) => InboxMessage { channel, to, subject: None, text, html: None, at },
    });
    Outcome::HandedOver { detail: "shown in the dev inbox".to_owned() }
}

/// One line per try: user by id, address masked (SEC-59). What the other side said stands in the timeline only: its words
/// are a stranger's, and may repeat what we sent.
fn tell(leased: &Leased, settlement: &Settlement) {
    let (message, user, to) = (leased.id, leased.user, leased.to.masked());
    let (template, tries) = (leased.template.as_str(), leased.attempts.saturating_add(1));
    match settlement {
        Settlement::Delivered { detail } => {
            let detail = own_words(detail);
            tracing::info!(event = "message_handed_over", %message, %user, to, template, tries, detail);
        }
        Settlement::Retry { due_at, detail } => {
            let detail = own_words(detail);
            tracing::warn!(event = "message_retry", %message, %user, to, template, tries, %due_at, detail);
        }
        Settlement::Parked { detail, .. } if leased.lease <= 1 => {
            tracing::warn!(event = "message_parked", %message, %user, to, template, detail);
        }
        Settlement::Parked { .. } => {}
        Settlement::Dropped { reason } => {
            tracing::info!(event = "message_dropped", %message, %user, to, template, reason);
        }
        Settlement::Dead { reason } => {
            let reason = own_words(reason);
            tracing::error!(event = "message_dead", %message, %user, to, template, tries, reason);
        }
    }
}

/// A detail up to and with the status of the answer, after which the answer's own words would stand.
fn own_words(detail: &str) -> &str {
    let status = ["HTTP ", "SMTP "].iter().filter_map(|word| Some(detail.find(word)? + word.len())).min();
    status.and_then(|at| detail.get(..at + 3)).unwrap_or(detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SEC-59: of an answer the log has the status only.
    #[test]
    fn the_log_does_not_repeat_an_answer() {
        let said = [
            "HTTP 500: no such key k-1",
            "HTTP 202",
            "SMTP 550 5.1.1 user unknown",
            "the mail server refused our sign-in: SMTP 535 5.7.8 mailer",
            "the mail server did not answer in time",
        ];

        assert_eq!(
            said.map(own_words),
            [
                "HTTP 500",
                "HTTP 202",
                "SMTP 550",
                "the mail server refused our sign-in: SMTP 535",
                "the mail server did not answer in time",
            ]
        );
    }
}
