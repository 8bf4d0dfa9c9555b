//! People by the thousand, through the same use case and the same commit as a SCIM `POST`.

use std::io::Write as _;
use std::path::Path;

use anyhow::Context as _;
use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use countersign_app::{
    App, Context, FileSettings, Keys, Parts, PasswordPolicy, Passwords, Publishers, Senders, SharedEntropy,
    Surroundings,
};
use countersign_domain::actor::{Actor, Origin, Persona, Requester, Subject, Surface};
use countersign_domain::change::{Limits, MacKey, MacKeys};
use countersign_domain::claim::{ClaimFamily, PerFamily};
use countersign_domain::profile::{Contacts, Entry, Label};
use countersign_domain::user_claim_update::{Connector, Settings, Wanted, WantedContacts};
use countersign_domain::{Entropy, TenantId, Timestamp, UserId};
use countersign_store::{Clock, SealKey, SealKeys, Store};
use futures_util::{StreamExt as _, TryStreamExt as _};
use serde_json::{Map, json};
use tokio::sync::watch;

/// How many are written at once: what fills the writer's groups.
const AT_ONCE: usize = 256;

/// Brings the number of people in the database of `home` up to `users` and prints the ids of all, in order.
///
/// The home must have been started once. Creating a user signs and seals nothing, so the server's keys are not needed.
pub(crate) async fn load(home: &Path, users: usize) -> anyhow::Result<()> {
    let app = app(&home.join("repository/database/countersign.db"))?;
    let cx = loader();
    let ids: Vec<UserId> = futures_util::stream::iter(0..users)
        .map(|number| person_numbered(&app, &cx, number))
        .buffered(AT_ONCE)
        .try_collect()
        .await?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for id in ids {
        writeln!(out, "{id}")?;
    }
    out.flush().context("cannot print the ids")
}

async fn person_numbered(app: &App, cx: &Context, number: usize) -> anyhow::Result<UserId> {
    let wanted = person(number)?;
    if let Some(id) = app.user_named(cx, &wanted.user_name).await? {
        return Ok(id);
    }
    let created = app.create_user(cx, None, &wanted, None).await;
    Ok(created.with_context(|| format!("{} could not be added", wanted.user_name))?.user.id)
}

/// Somebody with a name, an address and a number, whose resource is about 700 bytes long.
fn person(number: usize) -> anyhow::Result<Wanted> {
    let attributes = json!({
        "name": {"givenName": "Robin", "familyName": format!("Example {number:06}")},
        "displayName": format!("Robin Example {number:06}"),
        "title": "Clerk",
        "preferredLanguage": "en-GB",
        "timezone": "Europe/Lisbon",
    });
    Ok(Wanted {
        user_name: format!("user{number:06}"),
        rename_allowed: false,
        active: Some(true),
        locked: None,
        password_set: false,
        attributes: attributes.as_object().cloned().unwrap_or_else(Map::new),
        contacts: PerFamily {
            email: proven(ClaimFamily::Email, format!("user{number:06}@people.example"))?,
            mobile: proven(ClaimFamily::Mobile, format!("+35191{number:07}"))?,
        },
        reason: None,
    })
}

fn proven(family: ClaimFamily, value: String) -> anyhow::Result<WantedContacts> {
    let label = match family {
        ClaimFamily::Email => Label { primary: Some(true), ..Label::default() },
        ClaimFamily::Mobile => Label { kind: Some("mobile".to_owned()), ..Label::default() },
    };
    let (held, others) = Contacts::sort_entries(family, vec![Entry { value, label }])?;
    Ok(WantedContacts { held, others, asserts_verified: Some(true), ..WantedContacts::default() })
}

fn app(database: &Path) -> anyhow::Result<App> {
    let mut entropy = SharedEntropy::new(OsEntropy(SystemRandom::new()));
    let store = Store::open_sqlite(database, Clock::Wall(now))
        .with_context(|| format!("cannot open {}; start a server on this home once", database.display()))?;
    let keys = Keys {
        mac: MacKeys::new(MacKey::new(entropy.secret()), None),
        seal: SealKeys::new(SealKey::new(entropy.secret()), None),
    };
    let file = FileSettings {
        base: Settings {
            limits: Limits { writes_per_minute: 0, ..Limits::default() },
            ..Settings::default()
        },
        connector: Connector::default(),
        public_url: "https://localhost".to_owned(),
        organization: "Bench".to_owned(),
        super_admin: "admin".to_owned(),
        conflict_on_taken: true,
        unique_group_names: true,
    };
    let passwords = Passwords::new(PasswordPolicy { length_min: 8, allow_weak: false }, 1, entropy.clone())?;
    let (_, senders) = watch::channel(Senders::default());
    let (_, publishers) = watch::channel(Publishers::default());
    let (_, surroundings) = watch::channel(Surroundings::default());
    Ok(App::new(Parts { store, keys, entropy, file, passwords, senders, publishers, surroundings }))
}

fn loader() -> Context {
    let requester =
        Requester { persona: Persona::Administrator, subject: Subject::Server, display: "bench".to_owned() };
    let origin = Origin::default();
    let actor = Actor {
        requester,
        origin,
        may_assert: true,
        may_list: true,
        recent_auth: true,
        surface: Surface::Api,
        reason: None,
    };
    Context { tenant: TenantId::carbon_super(), actor, trace_id: String::new() }
}

#[expect(clippy::disallowed_methods, reason = "the edge of this program: it hands the time in")]
fn now() -> Timestamp {
    Timestamp::now()
}

/// The operating system's generator.
struct OsEntropy(SystemRandom);

impl Entropy for OsEntropy {
    fn fill(&mut self, bytes: &mut [u8]) {
        self.0.fill(bytes).expect("the operating system's generator failed; no id can be made without it");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// PERFORMANCE §3: N people are N people, and a second load finds them again.
    #[tokio::test]
    async fn people_are_added_once() {
        let folder = tempfile::tempdir().unwrap();
        let app = app(&folder.path().join("people.db")).unwrap();
        let cx = loader();

        let first = person_numbered(&app, &cx, 7).await.unwrap();
        let again = person_numbered(&app, &cx, 7).await.unwrap();
        let other = person_numbered(&app, &cx, 8).await.unwrap();

        assert_eq!(first, again);
        assert_ne!(first, other);
        let user = app.user_named(&cx, "user000007").await.unwrap();
        assert_eq!(user, Some(first));
    }
}
