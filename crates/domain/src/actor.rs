//! Who asks, and how he relates to the profile.

use serde::{Deserialize, Serialize};

use crate::ids::{ClientId, UserId};

/// How the caller relates to the profile it wants to change (`verification.md` §2.7).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Persona {
    /// The person the profile is about.
    Owner,
    /// Somebody else with permission.
    Administrator,
    /// A program with a token of its own.
    Application,
}

impl Persona {
    /// Whether the write comes from somebody other than the owner.
    pub const fn is_privileged(self) -> bool {
        !matches!(self, Self::Owner)
    }

    /// The name in audit rows and in the changes API (`requestedBy.type`).
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Administrator => "administrator",
            Self::Application => "application",
        }
    }
}

/// The account behind a credential.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// A user.
    User(UserId),
    /// An OAuth client acting for itself.
    Client(ClientId),
    /// The server: start-up, purge, the command line on the server's own machine.
    Server,
}

impl Subject {
    /// The user, if it is one.
    pub const fn user(self) -> Option<UserId> {
        match self {
            Self::User(id) => Some(id),
            Self::Client(_) | Self::Server => None,
        }
    }
}

/// Who asked for a change, kept with the change and in its audit rows.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Requester {
    /// How he relates to the profile.
    pub persona: Persona,
    /// Whose account it was.
    pub subject: Subject,
    /// What people see: the user name, or the client's name.
    pub display: String,
}

/// How a request reached us.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Surface {
    /// A program's request: SCIM, REST, the command line.
    #[default]
    Api,
    /// A person at a page: an owner shows his password again before a contact changes, whatever the API asks (SEC-24).
    Page,
}

/// A caller, with what the rules need to know about him.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Actor {
    /// Identity and persona.
    pub requester: Requester,
    /// Where the request came from: an address of the network, and the client program if it named itself. For notices.
    pub origin: Origin,
    /// May assert that a value is verified, and write directly where the settings allow it.
    pub may_assert: bool,
    /// May learn that a value is taken (`internal_user_mgt_list`; SEC-21, DESIGN §5).
    pub may_list: bool,
    /// Showed his password (or the like) within the last five minutes (SEC-24).
    pub recent_auth: bool,
    /// How the request came.
    pub surface: Surface,
    /// Why a privileged actor writes directly (SEC-38), where he said so.
    pub reason: Option<String>,
}

/// Where a request came from.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Origin {
    /// The network address of the peer (or what a trusted proxy says it is).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<std::net::IpAddr>,
    /// The first 80 characters of `User-Agent`, control characters removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
}

impl Actor {
    /// The same caller, with the reason a request of his states. The owner of a profile needs none: his is ignored.
    #[must_use]
    pub fn stating(&self, reason: Option<&str>) -> Self {
        let stated = reason.filter(|_| self.persona().is_privileged()).map(str::to_owned);
        Self { reason: stated.or_else(|| self.reason.clone()), ..self.clone() }
    }

    /// The same caller, at a page.
    #[must_use]
    pub fn at_a_page(self) -> Self {
        Self { surface: Surface::Page, ..self }
    }

    /// The persona, shorthand.
    pub const fn persona(&self) -> Persona {
        self.requester.persona
    }
}
