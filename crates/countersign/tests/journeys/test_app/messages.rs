//! What the worker handed over, as the provider and the mail server took it.

use countersign_notify::worker::Deliveries;
use serde_json::Value;

use super::TestApp;
use crate::sinks::http::Received;
use crate::sinks::mail::Mail;

/// How much of the sinks' lists has been looked at.
#[derive(Default)]
pub(super) struct Seen {
    sms: usize,
    mails: usize,
}

/// Everything that arrived since the last look.
pub(crate) struct Messages {
    /// What became of the messages that were due.
    pub(crate) outcome: Deliveries,
    /// At the SMS gateway, in the order of arrival.
    pub(crate) sms: Vec<Sms>,
    /// At the mail server, in the order of arrival.
    pub(crate) mails: Vec<Mail>,
}

/// A request to the SMS gateway.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Sms(pub(crate) Received);

impl TestApp {
    /// Lets the worker deliver everything that is due, and hands over what arrived since the last look.
    pub(crate) async fn deliver_all(&mut self) -> Messages {
        let outcome = self.server().delivery.worker.deliver_due().await.unwrap();
        let sms: Vec<Sms> = self.gateway.requests.all().into_iter().skip(self.seen.sms).map(Sms).collect();
        let mails: Vec<Mail> = self.smtp.mails.all().into_iter().skip(self.seen.mails).collect();
        self.seen.sms += sms.len();
        self.seen.mails += mails.len();
        Messages { outcome, sms, mails }
    }
}

impl Messages {
    /// The code of the one SMS there is.
    #[track_caller]
    pub(crate) fn only_code(&self) -> String {
        assert_eq!(self.sms.len(), 1, "exactly one SMS was expected: {:?}", self.sms);
        self.sms[0].code()
    }

    /// Whom the SMS went to.
    pub(crate) fn sms_to(&self) -> Vec<String> {
        self.sms.iter().map(Sms::to).collect()
    }

    /// Whom the mails went to.
    pub(crate) fn mails_to(&self) -> Vec<String> {
        self.mails.iter().flat_map(|mail| mail.to.clone()).collect()
    }

    /// The one mail to this address.
    #[track_caller]
    pub(crate) fn mail_to(&self, address: &str) -> &Mail {
        let found: Vec<&Mail> = self.mails.iter().filter(|mail| mail.to == [address]).collect();
        assert_eq!(found.len(), 1, "exactly one mail to {address} was expected: {:?}", self.mails_to());
        found[0]
    }
}

impl Sms {
    /// The body as the provider reads it.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.0.body).unwrap_or_else(|error| panic!("no JSON ({error}): {:?}", self.0))
    }

    /// The number it is for, by the usual publisher's `to`.
    pub(crate) fn to(&self) -> String {
        self.json()["to"].as_str().unwrap().to_owned()
    }

    /// The code: what its text begins with.
    pub(crate) fn code(&self) -> String {
        self.json()["text"].as_str().unwrap().split(' ').next().unwrap().to_owned()
    }
}

/// What must never be in an answer: codes, and the secret half of links.
pub(super) fn secrets_in(sms: &[Received], mails: &[Mail]) -> Vec<String> {
    let said = sms.iter().filter_map(|sms| serde_json::from_str::<Value>(&sms.body).ok());
    let codes = said.filter_map(|body| Some(body["text"].as_str()?.split(' ').next()?.to_owned()));
    let tokens =
        mails.iter().flat_map(|mail| mail.text().split_whitespace().map(str::to_owned).collect::<Vec<_>>());
    let tokens =
        tokens.filter_map(|word| Some(word.split("confirmation=").nth(1)?.split('&').next()?.to_owned()));
    let halves = tokens.filter_map(|token| Some(token.split_once('.')?.1.to_owned()));
    codes.filter(|code| code.len() == 6).chain(halves).collect()
}

/// The first link of a mail that leads to this page under `/accountrecoveryendpoint/`, e.g. `confirmregistration.do`.
#[track_caller]
pub(crate) fn link_in(mail: &Mail, page: &str) -> String {
    let text = mail.text();
    let link =
        text.split_whitespace().find(|word| word.contains(&format!("/accountrecoveryendpoint/{page}?")));
    link.unwrap_or_else(|| panic!("no link to {page}: {text}")).to_owned()
}
