//! What the first start makes: the home folder, its `deployment.toml`, and the first administrator.

use std::io::IsTerminal as _;

use anyhow::Context as _;
use countersign_app::{App, Context, CreateError, NewPassword, SCOPES};
use countersign_domain::actor::{Actor, Origin, Persona, Requester, Subject, Surface};
use countersign_domain::claim::PerFamily;
use countersign_domain::user_claim_update::Wanted;
use countersign_domain::{Entropy, TenantId};
use countersign_store::TakenClaim;
use zeroize::Zeroizing;

use crate::config::{self, Settings};
use crate::home::{Home, write_private};

/// Creates what is missing of a home folder. `true` if there was no configuration before.
pub fn prepare(home: &Home) -> anyhow::Result<bool> {
    home.create()?;
    let path = home.deployment_toml();
    if path.exists() {
        return Ok(false);
    }
    write_private(&path, config::first_start().as_bytes())?;
    Ok(true)
}

/// How the first administrator may sign in.
pub(crate) enum AdminAccount {
    /// The account was there before, or is not wanted.
    Untouched,
    /// It was made with the password of the configuration.
    Configured,
    /// It was made with this password, which is shown once.
    Generated(Zeroizing<String>),
}

/// Makes the first administrator if there is none (SEC-32). `[super_admin] password` only seeds the account.
pub(crate) async fn super_admin(
    app: &App,
    settings: &Settings,
    entropy: &mut dyn Entropy,
) -> anyhow::Result<AdminAccount> {
    let admin = &settings.super_admin;
    let cx = server_context();
    if !admin.create_admin_account || app.user_named(&cx, &admin.username).await?.is_some() {
        return Ok(AdminAccount::Untouched);
    }
    let (password, account) = if let Some(secret) = &admin.password {
        (Zeroizing::new(secret.reveal().to_owned()), AdminAccount::Configured)
    } else {
        let password = generated(entropy);
        (password.clone(), AdminAccount::Generated(password))
    };
    let password = NewPassword::Configured(password);
    let wanted = Wanted {
        user_name: admin.username.clone(),
        rename_allowed: false,
        active: Some(true),
        locked: None,
        password_set: true,
        attributes: serde_json::Map::new(),
        contacts: PerFamily::default(),
        reason: None,
    };
    let user = match app.create_user(&cx, None, &wanted, Some(password)).await {
        Ok(view) => view.user.id,
        Err(CreateError::Taken(TakenClaim::UserName)) => return Ok(AdminAccount::Untouched),
        Err(error) => return Err(error).context("the first administrator could not be made"),
    };
    let scopes: Vec<String> = SCOPES.iter().map(ToString::to_string).collect();
    app.set_grants(&cx, Subject::User(user), &scopes, true).await?;
    Ok(account)
}

/// The server itself, on the machine it runs on: start-up and the command line.
pub(crate) fn server_context() -> Context {
    let requester =
        Requester { persona: Persona::Administrator, subject: Subject::Server, display: "server".to_owned() };
    let origin = Origin { address: None, client: Some("command line".to_owned()) };
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

/// 24 characters of an alphabet without look-alikes: 139 bits.
fn generated(entropy: &mut dyn Entropy) -> Zeroizing<String> {
    const ALPHABET: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";
    let size = u8::try_from(ALPHABET.len()).unwrap_or(u8::MAX);
    let draw = |_| ALPHABET.get(usize::from(entropy.below(size))).copied().map_or('x', char::from);
    Zeroizing::new((0..24).map(draw).collect())
}

/// Shows a generated password once: on the terminal, or in a private file when nobody is watching; never in the log.
pub(crate) fn show_password(home: &Home, user_name: &str, password: &str) -> anyhow::Result<String> {
    if std::io::stdout().is_terminal() {
        return Ok(format!("  Administrator    {user_name} / {password}     (shown this once)"));
    }
    let path = home.security().join("initial-admin-password");
    write_private(&path, format!("{password}\n").as_bytes())?;
    Ok(format!("  Administrator    {user_name}, password in {}", path.display()))
}
