mod ending;
mod life;
mod renewal;

use std::net::IpAddr;

use countersign_domain::actor::{Actor, Persona, Requester, Subject};
use countersign_domain::change::{MacKey, MacKeys};
use countersign_domain::claim::{ClaimFamily, PerFamily};
use countersign_domain::profile::{Contacts, Entry, Label};
use countersign_domain::user_claim_update::{Connector, Settings, Wanted, WantedContacts};
use countersign_store::{Clock, ManualClock, SealKey, SealKeys, Store};
use serde_json::Map;
use tokio::sync::watch;

use super::*;
use crate::{
    Context, Edit, FileSettings, Keys, NewPassword, Parts, PasswordPolicy, Passwords, Senders, SharedEntropy,
};

const PASSWORD: &str = "tin-goose-orbit";
const NEXT: &str = "brass-heron-comet";
const MINUTE: SignedDuration = SignedDuration::from_mins(1);

/// An application on an empty database, with a clock that stands still and one person.
struct House {
    app: App,
    clock: ManualClock,
    bob: UserId,
    _folder: tempfile::TempDir,
}

/// The same bytes in every run.
struct Seeded(u64);

impl countersign_domain::Entropy for Seeded {
    fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            *byte = (mixed >> 56) as u8;
        }
    }
}

impl House {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = ManualClock::new("2026-03-02T10:00:00Z".parse().unwrap());
        let path = folder.path().join("test.db");
        let store = Store::open_sqlite(&path, Clock::Manual(clock.clone())).unwrap();
        let entropy = SharedEntropy::new(Seeded(7));
        let policy = PasswordPolicy { length_min: 8, allow_weak: false };
        let passwords = Passwords::new(policy, 2, entropy.clone()).unwrap();
        let mac = MacKeys::new(MacKey::new([1; 32]), None);
        let keys = Keys { mac, seal: SealKeys::new(SealKey::new([2; 32]), None) };
        let connector = Connector { email_enable_verification: true, ..Connector::default() };
        let file = FileSettings {
            base: Settings::default(),
            connector,
            public_url: "https://id.example.com".to_owned(),
            organization: "Example".to_owned(),
            super_admin: "admin".to_owned(),
            unique_group_names: true,
            conflict_on_taken: true,
        };
        let (_, senders) = watch::channel(Senders::default());
        let (_, publishers) = watch::channel(crate::Publishers::default());
        let (_, surroundings) = watch::channel(crate::Surroundings::default());
        let parts = Parts { store, keys, entropy, file, passwords, senders, publishers, surroundings };
        let app = App::new(parts);
        let wanted = Wanted {
            user_name: "Bob".to_owned(),
            rename_allowed: false,
            active: Some(true),
            locked: None,
            password_set: true,
            attributes: Map::new(),
            contacts: PerFamily::default(),
            reason: None,
        };
        let password = NewPassword::Chosen(PASSWORD.to_owned().into());
        let view = app.create_user(&operator(), None, &wanted, Some(password)).await.unwrap();
        Self { app, clock, bob: view.user.id, _folder: folder }
    }

    async fn sign_in(&self, password: &str) -> Result<Account, BasicRefusal> {
        self.app.sign_in(&TenantId::carbon_super(), "bob", password, origin().address).await
    }

    async fn opened(&self) -> OpenSession {
        let account = self.sign_in(PASSWORD).await.unwrap();
        self.open(&account, None).await.unwrap()
    }

    async fn open(&self, account: &Account, replaces: Option<&str>) -> Result<OpenSession, BasicRefusal> {
        self.app.open_session(&TenantId::carbon_super(), account, &origin(), replaces).await
    }

    async fn session(&self, opened: &OpenSession) -> Option<SignedIn> {
        self.app.session(&opened.token).await.unwrap()
    }

    async fn alive(&self, opened: &OpenSession) -> bool {
        self.session(opened).await.is_some()
    }

    async fn again(&self, opened: &OpenSession, password: &str) -> Result<OpenSession, BasicRefusal> {
        let signed_in = self.session(opened).await.unwrap();
        self.app.reauthenticate(&signed_in, &opened.token, password, &origin()).await
    }

    async fn change(&self, opened: &OpenSession, old: &str, new: &str) -> Result<OpenSession, PasswordError> {
        let signed_in = self.session(opened).await.unwrap();
        let new = NewPassword::Chosen(new.to_owned().into());
        self.app.change_password(&self.owner(), &signed_in, &opened.token, old, new).await
    }

    /// Bob at his own settings, his password not shown lately.
    fn owner(&self) -> Context {
        context(Persona::Owner, Subject::User(self.bob))
    }

    /// Writes him as an administrator does.
    async fn write(&self, write: impl Fn(&mut Wanted)) {
        let edit = |seen: &countersign_domain::snapshot::Snapshot| {
            let mut wanted = Wanted::echo(&seen.user.profile);
            write(&mut wanted);
            let password = wanted.password_set.then(|| NewPassword::Chosen(NEXT.to_owned().into()));
            Ok::<_, std::convert::Infallible>(Edit { wanted, password })
        };
        self.app.update_profile(&operator(), self.bob, None, edit).await.unwrap();
    }
}

fn context(persona: Persona, subject: Subject) -> Context {
    let requester = Requester { persona, subject, display: "somebody".to_owned() };
    let privileged = persona.is_privileged();
    let actor = Actor {
        requester,
        origin: origin(),
        may_assert: privileged,
        may_list: privileged,
        recent_auth: privileged,
        surface: countersign_domain::actor::Surface::Api,
        reason: None,
    };
    Context { tenant: TenantId::carbon_super(), actor, trace_id: "test".to_owned() }
}

fn operator() -> Context {
    context(Persona::Administrator, Subject::Server)
}

fn origin() -> Origin {
    Origin { address: Some(IpAddr::from([192, 0, 2, 1])), client: Some("Browser/1".to_owned()) }
}
