//! OAuth clients and their tokens: the client credentials grant (RFC 6749 §4.4), opaque tokens, stored hashed.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_domain::actor::Subject;
use countersign_domain::audit::{Event, Rule};
use countersign_domain::{ClientId, Entropy as _, SignedDuration, TenantId};
use countersign_store::{AdminWrite, ClientRecord, Commit};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::app::App;
use crate::error::Failure;
use crate::grants::SCOPES;
use crate::mint::{Context, audit_row, entry};

/// How long an access token lives.
const TOKEN_LIFETIME: SignedDuration = SignedDuration::from_hours(1);

/// A new client: the only time its secret is seen.
#[derive(Clone, PartialEq, Eq)]
pub struct NewClientSecret {
    /// `client_id`.
    pub id: ClientId,
    /// `client_secret`.
    pub secret: Zeroizing<String>,
}

/// An access token just issued.
#[derive(Clone, PartialEq, Eq)]
pub struct IssuedToken {
    /// The token itself: the only time it is seen.
    pub token: Zeroizing<String>,
    /// What it may do.
    pub scopes: Vec<String>,
    /// For how many seconds.
    pub expires_in: i64,
}

/// Why a client was not added or changed.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// No such client.
    #[error("no such client")]
    NoSuchClient,
    /// A name that is none: blank, too long, or of more than one line.
    #[error("a client's name is one line of at most {NAME_MAX} characters")]
    Name,
    /// A scope there is not.
    #[error("{0} is no scope")]
    UnknownScope(String),
    /// A scope the caller does not hold: nobody gets at more than he may by way of a program (SEC-37).
    #[error("{0} can be granted only by who holds it")]
    BeyondOwn(String),
    /// Ours.
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// The longest name of a client.
const NAME_MAX: usize = 100;

impl App {
    /// Adds a client with its scopes, all of which the caller holds himself; a running server knows it at once.
    pub async fn add_client(
        &self,
        cx: &Context,
        name: &str,
        grants: Vec<String>,
        scopes: &[String],
    ) -> Result<NewClientSecret, ClientError> {
        let name = client_name(name)?;
        known(scopes)?;
        self.holds(cx, scopes).await?;
        let now = self.store.now().await.map_err(Failure::from)?;
        let mut entropy = self.entropy.clone();
        let id = ClientId::new(entropy.id(now));
        let secret = Zeroizing::new(URL_SAFE_NO_PAD.encode(entropy.secret()));
        let mut commit = Commit::new(self.operation(now), cx.tenant.clone(), now);
        let secret_hash = sha256(&secret);
        commit.admin.push(AdminWrite::AddClient { id, name: name.to_owned(), secret_hash, grants });
        let subject = Subject::Client(id);
        commit.admin.extend(scopes.iter().map(|scope| AdminWrite::Grant {
            subject,
            scope: scope.clone(),
            granted: true,
        }));
        let mut row = entry(Event::ClientAdded, Rule::Request, None, &cx.actor);
        row.detail = Some(format!("{name} ({id}): {}", scopes.join(" ")));
        commit.audit.push(audit_row(self, now, row));
        self.commit_admin(commit).await?;
        Ok(NewClientSecret { id, secret })
    }

    /// Removes a client; its tokens end at once. `false` if there is none.
    pub async fn remove_client(&self, cx: &Context, id: ClientId) -> Result<bool, Failure> {
        let Some(client) = self.store.client(&cx.tenant, id).await? else { return Ok(false) };
        let now = self.store.now().await?;
        let mut commit = Commit::new(self.operation(now), cx.tenant.clone(), now);
        commit.admin.push(AdminWrite::RemoveClient(id));
        let mut row = entry(Event::ClientRemoved, Rule::Request, None, &cx.actor);
        row.detail = Some(format!("{} ({id})", client.name));
        commit.audit.push(audit_row(self, now, row));
        self.commit_admin(commit).await?;
        Ok(true)
    }

    /// Gives a client another secret, the only time it is seen. The old one and every token of the client end at once: they
    /// may be somebody else's by now. Whoever sees a secret can do what the client may, so he has to hold its scopes.
    pub async fn rotate_client_secret(
        &self,
        cx: &Context,
        id: ClientId,
    ) -> Result<NewClientSecret, ClientError> {
        let client = self.client(cx, id).await?.ok_or(ClientError::NoSuchClient)?;
        self.holds(cx, &client.scopes).await?;
        let secret = Zeroizing::new(URL_SAFE_NO_PAD.encode(self.entropy.clone().secret()));
        let secret_hash = Some(sha256(&secret));
        let write = AdminWrite::ChangeClient { id, name: None, secret_hash };
        self.change_client(cx, id, vec![write], "another secret").await?;
        Ok(NewClientSecret { id, secret })
    }

    /// Gives a client another name.
    pub async fn rename_client(&self, cx: &Context, id: ClientId, name: &str) -> Result<(), ClientError> {
        let name = client_name(name)?;
        let write = AdminWrite::ChangeClient { id, name: Some(name.to_owned()), secret_hash: None };
        self.change_client(cx, id, vec![write], &format!("called {name}")).await
    }

    /// Grants a client exactly these scopes; those that are new the caller holds himself, and takes away what he likes. What a
    /// token of its may do changes with the next request.
    pub async fn set_client_scopes(
        &self,
        cx: &Context,
        id: ClientId,
        scopes: &[String],
    ) -> Result<(), ClientError> {
        known(scopes)?;
        let held = self.client(cx, id).await?.ok_or(ClientError::NoSuchClient)?.scopes;
        let new: Vec<String> = scopes.iter().filter(|scope| !held.contains(scope)).cloned().collect();
        self.holds(cx, &new).await?;
        let grant = |scope: &String, granted| AdminWrite::Grant {
            subject: Subject::Client(id),
            scope: scope.clone(),
            granted,
        };
        let given = new.iter().map(|scope| grant(scope, true));
        let taken = held.iter().filter(|scope| !scopes.contains(scope)).map(|scope| grant(scope, false));
        let mut writes: Vec<AdminWrite> = given.chain(taken).collect();
        if writes.is_empty() {
            return Ok(());
        }
        // The client must still be there when its scopes land.
        writes.insert(0, AdminWrite::ChangeClient { id, name: None, secret_hash: None });
        self.change_client(cx, id, writes, &format!("scopes {}", scopes.join(" "))).await
    }

    async fn change_client(
        &self,
        cx: &Context,
        id: ClientId,
        writes: Vec<AdminWrite>,
        what: &str,
    ) -> Result<(), ClientError> {
        let client = self.client(cx, id).await?.ok_or(ClientError::NoSuchClient)?;
        let now = self.store.now().await.map_err(Failure::from)?;
        let mut commit = Commit::new(self.operation(now), cx.tenant.clone(), now);
        commit.admin = writes;
        let mut row = entry(Event::ClientChanged, Rule::Request, None, &cx.actor);
        row.detail = Some(format!("{} ({id}): {what}", client.name));
        commit.audit.push(audit_row(self, now, row));
        Ok(self.commit_admin(commit).await?)
    }

    /// Refuses scopes the caller does not hold.
    async fn holds(&self, cx: &Context, scopes: &[String]) -> Result<(), ClientError> {
        self.beyond(cx, scopes).await?.map_or(Ok(()), |beyond| Err(ClientError::BeyondOwn(beyond)))
    }

    /// One client.
    pub async fn client(&self, cx: &Context, id: ClientId) -> Result<Option<ClientRecord>, Failure> {
        Ok(self.store.client(&cx.tenant, id).await?)
    }

    /// The clients there are.
    pub async fn clients(&self, cx: &Context) -> Result<Vec<ClientRecord>, Failure> {
        Ok(self.store.clients(&cx.tenant).await?)
    }

    /// The client with this secret; `None` for an unknown one and a wrong secret alike. Which grants it may use is in
    /// the record.
    pub async fn client_with_secret(
        &self,
        tenant: &TenantId,
        id: &str,
        secret: &str,
    ) -> Result<Option<ClientRecord>, Failure> {
        let Ok(id) = id.parse::<ClientId>() else { return Ok(None) };
        let client = self.store.client(tenant, id).await?;
        Ok(client.filter(|client| client.secret_hash.ct_eq(&sha256(secret)).into()))
    }

    /// Issues a token for what the client asks and holds; everything it holds when it asks for nothing.
    /// `None`: it asked for a scope it does not hold (`invalid_scope`).
    pub async fn issue_token(
        &self,
        tenant: &TenantId,
        client: &ClientRecord,
        asked: &[String],
    ) -> Result<Option<IssuedToken>, Failure> {
        if asked.iter().any(|scope| !client.scopes.contains(scope)) {
            return Ok(None);
        }
        let scopes = if asked.is_empty() { client.scopes.clone() } else { asked.to_vec() };
        let now = self.store.now().await?;
        let token = Zeroizing::new(URL_SAFE_NO_PAD.encode(self.entropy.clone().secret()));
        let mut commit = Commit::new(self.operation(now), tenant.clone(), now);
        commit.admin.push(AdminWrite::AddToken {
            hash: sha256(&token),
            client: client.id,
            scopes: scopes.clone(),
            expires_at: now.saturating_add(TOKEN_LIFETIME).unwrap_or(now),
        });
        self.commit_admin(commit).await?;
        Ok(Some(IssuedToken { token, scopes, expires_in: TOKEN_LIFETIME.as_secs() }))
    }
}

/// A name people can read in a list.
fn client_name(name: &str) -> Result<&str, ClientError> {
    let name = name.trim();
    let is_line = !name.chars().any(char::is_control) && name.chars().count() <= NAME_MAX;
    if name.is_empty() || !is_line { Err(ClientError::Name) } else { Ok(name) }
}

fn known(scopes: &[String]) -> Result<(), ClientError> {
    match scopes.iter().find(|scope| !SCOPES.contains(&scope.as_str())) {
        Some(unknown) => Err(ClientError::UnknownScope(unknown.clone())),
        None => Ok(()),
    }
}

pub(crate) fn sha256(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

#[cfg(test)]
mod tests;
