//! An application for tests: a real SQLite database, a clock that stands still, seeded randomness.

use countersign_domain::actor::{Actor, Origin, Persona, Requester, Subject, Surface};
use countersign_domain::change::{MacKey, MacKeys, Presented};
use countersign_domain::claim::{Channel, ClaimFamily, PerFamily};
use countersign_domain::profile::{Contacts, Entry, Label};
use countersign_domain::user_claim_update::{Connector, Settings, Wanted, WantedContacts};
use countersign_domain::{Entropy, SignedDuration, TenantId, UserId};
use countersign_store::{Clock, Leased, ManualClock, SealKey, SealKeys, Settlement, Store, TimelineWord};
use serde_json::Map;
use tokio::sync::watch;

use crate::{
    App, Context, FileSettings, Keys, NewPassword, Parts, PasswordPolicy, Passwords, Senders, SharedEntropy,
};

/// The application, and what a test turns at it.
pub(crate) struct Sample {
    pub(crate) app: App,
    pub(crate) clock: ManualClock,
    _home: tempfile::TempDir,
}

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

impl Sample {
    /// Both verifications on, everything else as the product has it.
    pub(crate) fn start() -> Self {
        Self::start_with(|_| {})
    }

    pub(crate) fn start_with(alter: impl FnOnce(&mut FileSettings)) -> Self {
        let home = tempfile::tempdir().unwrap();
        let clock = ManualClock::new("2026-03-02T10:00:00Z".parse().unwrap());
        let store = Store::open_sqlite(&home.path().join("test.db"), Clock::Manual(clock.clone())).unwrap();
        let entropy = SharedEntropy::new(Seeded(7));
        let policy = PasswordPolicy { length_min: 8, allow_weak: false };
        let passwords = Passwords::new(policy, 1, entropy.clone()).unwrap();
        let keys = Keys {
            mac: MacKeys::new(MacKey::new([1; 32]), None),
            seal: SealKeys::new(SealKey::new([2; 32]), None),
        };
        let connector = Connector {
            email_enable_verification: true,
            mobile_enable_verification: true,
            ..Connector::default()
        };
        let mut file = FileSettings {
            base: Settings::default(),
            connector,
            public_url: "https://id.example.com:9443".to_owned(),
            organization: "Example".to_owned(),
            super_admin: "admin".to_owned(),
            unique_group_names: true,
            conflict_on_taken: true,
        };
        alter(&mut file);
        let (_, senders) = watch::channel(Senders::default());
        let (_, publishers) = watch::channel(crate::Publishers::default());
        let (_, surroundings) = watch::channel(crate::Surroundings::default());
        let parts = Parts { store, keys, entropy, file, passwords, senders, publishers, surroundings };
        let app = App::new(parts);
        Self { app, clock, _home: home }
    }

    /// An administrator at a page.
    #[expect(clippy::unused_self, reason = "asked for like everything else here")]
    pub(crate) fn admin(&self) -> Context {
        context(Persona::Administrator, Subject::Server, "admin", true)
    }

    /// The owner of a profile at a page, who has just shown his password.
    #[expect(clippy::unused_self, reason = "asked for like everything else here")]
    pub(crate) fn owner(&self, user: UserId) -> Context {
        context(Persona::Owner, Subject::User(user), "bob", true).at_a_page()
    }

    /// The same, who showed it long ago.
    #[expect(clippy::unused_self, reason = "asked for like everything else here")]
    pub(crate) fn stale_owner(&self, user: UserId) -> Context {
        context(Persona::Owner, Subject::User(user), "bob", false).at_a_page()
    }

    /// A user with this address, proven on the administrator's word if `proven`.
    pub(crate) async fn person(&self, name: &str, email: Option<&str>, proven: bool) -> UserId {
        let wanted = Wanted {
            user_name: name.to_owned(),
            rename_allowed: false,
            active: Some(true),
            locked: None,
            password_set: false,
            attributes: Map::new(),
            contacts: PerFamily { email: held(email, proven), mobile: WantedContacts::default() },
            reason: None,
        };
        self.app.create_user(&self.admin(), None, &wanted, None).await.unwrap().user.id
    }

    /// The messages waiting on the e-mail channel; asking leases them.
    pub(crate) async fn mails(&self) -> Vec<Leased> {
        let mut all: Vec<Leased> = Vec::new();
        loop {
            let lease = SignedDuration::from_mins(1);
            let next = self.app.store().lease(Channel::Email, 100, lease).await.unwrap();
            if next.is_empty() {
                return all;
            }
            for mail in next {
                self.settle(&mail, Settlement::Delivered { detail: "250 ok".to_owned() }).await;
                all.push(mail);
            }
        }
    }

    /// Records what became of a message, in its change's timeline too.
    pub(crate) async fn settle(&self, mail: &Leased, settlement: Settlement) {
        let word = match settlement {
            Settlement::Delivered { .. } => TimelineWord::HandedOver,
            _ => TimelineWord::GivenUp,
        };
        let word = mail.change.filter(|_| mail.template != "contactChangeRequested").map(|_| word);
        let store = self.app.store();
        assert!(store.settle(&mail.tenant, mail.id, mail.lease, settlement, word).await.unwrap());
    }

    /// Proves what waits at `to` by the link just sent there.
    pub(crate) async fn prove(&self, user: UserId, to: &str) {
        let mails = self.mails().await;
        let mail = mails.iter().rev().find(|mail| mail.to.as_str() == to && mail.sealed.is_some()).unwrap();
        let plain = self.app.keys.seal.open(mail.id, mail.sealed.as_deref().unwrap()).unwrap();
        let secrets: serde_json::Value = serde_json::from_slice(&plain).unwrap();
        let code = secrets["confirmation-code"].as_str().unwrap();
        let presented = Presented::parse(code);
        self.app.validate_own_code(&self.owner(user), user, &presented).await.unwrap();
    }

    pub(crate) fn password() -> NewPassword {
        NewPassword::Chosen("tin-goose-orbit".to_owned().into())
    }
}

fn context(persona: Persona, subject: Subject, display: &str, recent_auth: bool) -> Context {
    let privileged = persona.is_privileged();
    let actor = Actor {
        requester: Requester { persona, subject, display: display.to_owned() },
        origin: Origin {
            address: Some("192.0.2.7".parse().unwrap()),
            client: Some(format!("browser of {display}")),
        },
        may_assert: privileged,
        may_list: privileged,
        recent_auth,
        surface: Surface::Api,
        reason: None,
    };
    Context { tenant: TenantId::carbon_super(), actor, trace_id: "test".to_owned() }
}

fn held(address: Option<&str>, proven: bool) -> WantedContacts {
    let Some(address) = address else { return WantedContacts::default() };
    let label = Label { primary: Some(true), ..Label::default() };
    let entry = Entry { value: address.to_owned(), label };
    let (held, others) = Contacts::sort_entries(ClaimFamily::Email, vec![entry]).unwrap();
    WantedContacts { held, others, asserts_verified: proven.then_some(true), ..WantedContacts::default() }
}
