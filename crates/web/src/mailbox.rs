//! For tests: a change begins to wait, and what its messages carry is read as its receiver would.

use countersign_app::{Context, Edit};
use countersign_domain::UserId;
use countersign_domain::actor::{Persona, Requester, Subject};
use countersign_domain::claim::{Channel, ClaimFamily};
use countersign_domain::profile::{Contacts, Entry, Label};
use countersign_domain::user_claim_update::{Wanted, WantedContacts};
use countersign_store::{SealKey, SealKeys, Settlement};
use serde_json::Value;

use crate::sample::TestServer;

/// A message, opened.
pub(crate) struct Mail {
    pub(crate) template: String,
    pub(crate) to: String,
    secrets: Value,
}

impl Mail {
    /// The code in an SMS, or the token of the link in a mail.
    pub(crate) fn code(&self) -> String {
        self.secret("confirmation-code")
    }

    /// The short code that stands beside a link.
    pub(crate) fn otp(&self) -> String {
        self.secret("OTPCode")
    }

    /// The path and query of the link that calls the change off.
    pub(crate) fn cancel_link(&self) -> String {
        let link = self.secret("cancel-link");
        let path = link.split_once("/accountrecoveryendpoint/").unwrap().1;
        format!("/accountrecoveryendpoint/{path}")
    }

    fn secret(&self, name: &str) -> String {
        self.secrets[name].as_str().unwrap().to_owned()
    }
}

/// The user asks, through his own profile, for another e-mail address or mobile number.
pub(crate) async fn ask_for(server: &TestServer, user: UserId, family: ClaimFamily, value: &str) {
    let requester =
        Requester { persona: Persona::Owner, subject: Subject::User(user), display: "owner".to_owned() };
    let mut cx: Context = server.operator();
    cx.actor.requester = requester;
    (cx.actor.may_assert, cx.actor.may_list) = (false, false);
    let kind = (family == ClaimFamily::Mobile).then(|| "mobile".to_owned());
    let entry = Entry { value: value.to_owned(), label: Label { kind, ..Label::default() } };
    let (held, others) = Contacts::sort_entries(family, vec![entry]).unwrap();
    let wish = WantedContacts { held, others, named: true, ..WantedContacts::default() };
    let edit = |seen: &countersign_domain::snapshot::Snapshot| {
        let mut wanted = Wanted::echo(&seen.user.profile);
        *wanted.contacts.of_mut(family) = wish.clone();
        Ok::<_, ()>(Edit { wanted, password: None })
    };
    server.web.app.update_profile(&cx, user, None, edit).await.unwrap();
}

/// Every message worth sending on a channel, handed over.
pub(crate) async fn delivered(server: &TestServer, channel: Channel) -> Vec<Mail> {
    let keys = SealKeys::new(SealKey::new([2; 32]), None);
    let store = server.web.app.store();
    let mut mails = Vec::new();
    loop {
        let leased = server.messages(channel).await;
        if leased.is_empty() {
            return mails;
        }
        for message in leased {
            let settled = match message.stale {
                Some(reason) => Settlement::Dropped { reason: reason.to_owned() },
                None => Settlement::Delivered { detail: "taken".to_owned() },
            };
            store.settle(&message.tenant, message.id, message.lease, settled, None).await.unwrap();
            if message.stale.is_some() {
                continue;
            }
            let sealed = message.sealed.as_deref().map(|blob| keys.open(message.id, blob).unwrap());
            let secrets = sealed.map_or(Value::Null, |plain| serde_json::from_slice(&plain).unwrap());
            mails.push(Mail { template: message.template, to: message.to.as_str().to_owned(), secrets });
        }
    }
}

/// The newest code sent by SMS.
pub(crate) async fn sms_code(server: &TestServer) -> String {
    delivered(server, Channel::Sms).await.last().unwrap().code()
}

/// The token of the newest link sent by e-mail.
pub(crate) async fn link_token(server: &TestServer) -> String {
    let mails = delivered(server, Channel::Email).await;
    mails.iter().rfind(|mail| mail.template.ends_with("erifyEmailOnUpdate")).unwrap().code()
}
