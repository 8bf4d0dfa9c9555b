//! A house with a database, a mail server and an SMS gateway; and commits in the words of the cases.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use countersign_domain::actor::{Persona, Requester, Subject};
use countersign_domain::change::{ChangeEnd, Entry, Form, Purpose, SecretDigest};
use countersign_domain::claim::{Address, ClaimFamily, PerFamily};
use countersign_domain::profile::Profile;
use countersign_domain::{
    ChallengeId, ChangeId, Entropy, MessageId, OperationId, SignedDuration, TenantId, Timestamp, UserId,
};
use countersign_notify::email::{SmtpKeys, SmtpSender, SmtpSettings, SmtpTls};
use countersign_notify::outbound::{Outbound, OutboundAllow};
use countersign_notify::publisher::Folder;
use countersign_notify::render::{Template, Templates};
use countersign_notify::trust::Roots;
use countersign_notify::worker::{Deliveries, Parts, Worker};
use countersign_store::{
    ChangeStep, Clock, Commit, IndexDiff, ManualClock, MessageKind, NewChallenge, NewChange, NewMessage,
    NewUser, SealKey, SealKeys, Store, TimelineWord, UserStep,
};

use crate::sinks::http::HttpSink;
use crate::sinks::smtp::{Offer, SmtpSink};
use crate::sinks::tls::install_provider;

/// What every secret message of these cases carries.
pub(crate) const CODE: &str = "815204";
/// How long it is worth something, in seconds.
pub(crate) const VALIDITY: i64 = 300;

/// The one publisher file, sending to a gateway on loopback.
const PUBLISHER: &str = include_str!("../fixtures/send-to.xml");

pub(crate) struct House {
    pub(crate) store: Store,
    pub(crate) clock: ManualClock,
    pub(crate) smtp: SmtpSink,
    pub(crate) gateway: HttpSink,
    pub(crate) tenant: TenantId,
    pub(crate) folder: tempfile::TempDir,
    entropy: Shared,
}

/// A change that began, and the message that carries its secret.
pub(crate) struct Begun {
    pub(crate) change: ChangeId,
    pub(crate) message: MessageId,
}

impl House {
    /// With an SMS publisher in its folder.
    pub(crate) async fn new() -> Self {
        let house = Self::without_publisher().await;
        house.publish(PUBLISHER);
        house
    }

    pub(crate) async fn without_publisher() -> Self {
        install_provider();
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("eventpublishers")).unwrap();
        let clock = ManualClock::new("2026-03-01T10:00:00Z".parse().unwrap());
        let store =
            Store::open_sqlite(&folder.path().join("countersign.db"), Clock::Manual(clock.clone())).unwrap();
        Self {
            store,
            clock,
            smtp: SmtpSink::start(Offer::default()).await,
            gateway: HttpSink::start([]).await,
            tenant: TenantId::carbon_super(),
            folder,
            entropy: Shared(Mutex::new(7)),
        }
    }

    /// Puts a publisher file into the folder, or replaces it.
    pub(crate) fn publish(&self, file: &str) {
        let text = file.replace("https://gateway.example.com/messages", &self.gateway.url("/messages"));
        std::fs::write(self.publisher_file(), text).unwrap();
    }

    pub(crate) fn publish_default(&self) {
        self.publish(PUBLISHER);
    }

    pub(crate) fn publisher_file(&self) -> PathBuf {
        self.folder.path().join("eventpublishers/TextGateway.xml")
    }

    /// What a worker of this house is put together from.
    pub(crate) fn parts(&self) -> Parts {
        Parts {
            store: self.store.clone(),
            tenant: self.tenant.clone(),
            seal: seal(1),
            entropy: Box::new(Middle),
            templates: Templates::built_in(),
            email: Some(self.mail_server(self.smtp.address.port())),
            outbound: self.outbound(),
            publishers: Folder::new(self.folder.path().join("eventpublishers")),
            inbox: None,
        }
    }

    /// The usual one.
    pub(crate) fn worker(&self) -> Worker {
        Worker::new(self.parts())
    }

    pub(crate) fn mail_server(&self, port: u16) -> SmtpSender {
        let keys = SmtpKeys {
            from_address: Some("no-reply@shop.example".into()),
            hostname: Some("127.0.0.1".into()),
            port: Some(port),
            tls: Some(SmtpTls::None),
            enable_authentication: Some(false),
            ..SmtpKeys::default()
        };
        let settings = SmtpSettings::try_new(&keys).unwrap().unwrap();
        SmtpSender::new(settings, &Roots::System, &self.outbound()).unwrap()
    }

    fn outbound(&self) -> Outbound {
        let allow = OutboundAllow::parse([self.gateway.address.to_string(), "127.0.0.0/8".into()]).unwrap();
        Outbound::new(allow, Roots::System).unwrap()
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn pass(&self, seconds: i64) {
        self.clock.advance(SignedDuration::from_secs(seconds));
    }

    fn entropy(&self) -> impl Entropy + '_ {
        &self.entropy
    }

    fn nothing(&self) -> Commit {
        Commit::new(OperationId::new(self.entropy().id(self.now())), self.tenant.clone(), self.now())
    }

    /// A user without any address.
    pub(crate) async fn user(&self, name: &str) -> UserId {
        let id = UserId::new(self.entropy().id(self.now()));
        let profile = Profile {
            user_name: name.to_owned(),
            active: Some(true),
            locked: None,
            contacts: PerFamily::default(),
            attributes: serde_json::Map::new(),
        };
        let index = IndexDiff::between(None, Some(&profile), true);
        let user = UserStep::Insert(Box::new(NewUser { id, profile, password: None, index }));
        self.store.commit(Commit { user, ..self.nothing() }).await.unwrap();
        id
    }

    /// Begins a change, with the message that carries its secret; `after` ends an earlier one in the same commit.
    pub(crate) async fn change(&self, user: UserId, to: &Address, after: Option<&Begun>) -> Begun {
        let change = ChangeId::new(self.entropy().id(self.now()));
        let challenge = NewChallenge {
            id: ChallengeId::new(self.entropy().id(self.now())),
            form: Form::Otp,
            otp: Some(SecretDigest::new(self.entropy().secret())),
            lookup: None,
            link: None,
            expires_at: self.now() + SignedDuration::from_secs(VALIDITY),
            attempts_max: 5,
        };
        let message = self.secret(user, change, challenge.id, to);
        let begun = Begun { change, message: message.id };
        let mut commit = self.nothing();
        let end = |begun: &Begun| ChangeStep::End { change: begun.change, end: ChangeEnd::Superseded };
        commit.steps.extend(after.map(end));
        commit.steps.push(ChangeStep::Begin {
            change: Box::new(NewChange {
                id: change,
                user,
                purpose: Purpose::Primary,
                value: to.clone(),
                entry: Entry::default(),
                requester: Requester {
                    persona: Persona::Owner,
                    subject: Subject::User(user),
                    display: "the owner".into(),
                },
                cancel: None,
            }),
            challenge,
        });
        commit.outbox.push(message);
        self.store.commit(commit).await.unwrap();
        begun
    }

    /// A notice owed to an address.
    pub(crate) async fn notice(&self, user: UserId, to: &Address) -> MessageId {
        let message = self.message(user, to, Template::ContactChanged);
        let id = message.id;
        self.store.commit(Commit { outbox: vec![message], ..self.nothing() }).await.unwrap();
        id
    }

    fn secret(&self, user: UserId, change: ChangeId, challenge: ChallengeId, to: &Address) -> NewMessage {
        let template = match to.family() {
            ClaimFamily::Email => Template::EmailOtp,
            ClaimFamily::Mobile => Template::VerifyMobile,
        };
        let message = self.message(user, to, template);
        let secrets = serde_json::json!({"confirmation-code": CODE, "otpTokenString": CODE, "OTPCode": CODE})
            .to_string();
        let sealed = seal(1).seal(&mut self.entropy(), message.id, secrets.as_bytes());
        NewMessage {
            change: Some(change),
            challenge: Some(challenge),
            kind: MessageKind::Secret,
            sealed: Some(sealed),
            ..message
        }
    }

    /// Everything but the secrets, as the application fills it.
    fn message(&self, user: UserId, to: &Address, template: Template) -> NewMessage {
        let secret =
            |name: &str| ["confirmation-code", "otpTokenString", "OTPCode", "cancel-link"].contains(&name);
        let samples = Template::samples();
        let values = samples.iter().filter(|(name, _)| !secret(name));
        NewMessage {
            id: MessageId::new(self.entropy().id(self.now())),
            user,
            change: None,
            challenge: None,
            channel: to.family().channel(),
            kind: MessageKind::Notice,
            template: template.name().to_owned(),
            locale: Some("en_US".to_owned()),
            to: to.clone(),
            values: values.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            sealed: None,
        }
    }

    /// What the timeline of a change says of its messages.
    pub(crate) async fn timeline(&self, begun: &Begun) -> Vec<(TimelineWord, String)> {
        let record = self.store.change(&self.tenant, begun.change).await.unwrap().unwrap();
        record.events.into_iter().map(|event| (event.event, event.detail.unwrap_or_default())).collect()
    }

    /// How many messages still wait.
    pub(crate) async fn queued(&self) -> u64 {
        self.store.outbox_depth().await.unwrap().queued
    }
}

/// What became of the messages that were due.
pub(crate) async fn deliver(worker: &Worker) -> Deliveries {
    worker.deliver_due().await.unwrap()
}

pub(crate) fn email(text: &str) -> Address {
    Address::parse(ClaimFamily::Email, text).unwrap()
}

pub(crate) fn mobile(text: &str) -> Address {
    Address::parse(ClaimFamily::Mobile, text).unwrap()
}

pub(crate) fn seal(key: u8) -> SealKeys {
    SealKeys::new(SealKey::new([key; 32]), None)
}

/// Jitter in the middle: the schedule as it is written.
pub(crate) struct Middle;

impl Entropy for Middle {
    fn fill(&mut self, bytes: &mut [u8]) {
        bytes.fill(0xff);
        if let Some(first) = bytes.first_mut() {
            *first = 0x7f;
        }
    }
}

/// The same bytes in every run.
struct Shared(Mutex<u64>);

impl Entropy for &Shared {
    fn fill(&mut self, bytes: &mut [u8]) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for byte in bytes {
            *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            *byte = state.to_be_bytes()[0];
        }
    }
}
