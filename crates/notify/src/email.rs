//! E-mail: [`settings`] from `[output_adapter.email]`, `message` as RFC 5322 text, `session` with the mail server,
//! `token` to sign in there where no password is taken.
//!
//! One recipient per mail; STARTTLS is required unless the operator switches it off, and then nothing is
//! authenticated (SEC-53). A mail's Message-ID comes from the message's stable id, so a repeat is recognisable (REL-6).

use std::time::Duration;

use jiff::Timestamp;

use crate::outbound::Outbound;
use crate::outcome::{Outcome, excerpt};
use crate::render::Email;
use crate::trust::{Roots, TrustError, provider_installed};
use session::Failure;

mod lookahead;
mod message;
mod session;
pub mod settings;
mod token;

pub use message::MessageError;
pub use settings::{OauthKeys, SmtpKeys, SmtpProblem, SmtpSettings, SmtpTls};

/// One attempt may take this long in all; the lease of the message is longer (DESIGN §2.2).
const ATTEMPT_WITHIN: Duration = Duration::from_secs(20);

/// The mail server of an operator, with its open connections. Cheap to share, built once.
pub struct SmtpSender {
    settings: SmtpSettings,
    server: session::Server,
}

impl SmtpSender {
    /// Prepares to send; connects to nothing. Access tokens, where they are needed, come through `outbound`. Refuses when no TLS provider is installed or the roots are unusable.
    pub fn new(settings: SmtpSettings, roots: &Roots, outbound: &Outbound) -> Result<Self, TrustError> {
        provider_installed()?;
        let server = session::Server::new(&settings, roots, outbound)?;
        Ok(Self { settings, server })
    }

    /// Where mails go: `host:port`.
    pub fn server(&self) -> String {
        self.settings.server()
    }

    /// Hands one mail to the server and says what came of it (REL-7): 2xx is handed over; 4xx, time-outs, connection
    /// and TLS errors are retried; 5xx is dead. A server that refuses *us* (530, 534, 535, 538: sign-in) is retried as
    /// well: the operator can mend that, and no notice should be lost to it.
    pub async fn send(&self, mail: &Email, to: &str, message_id: &str, now: Timestamp) -> Outcome {
        let prepared = match message::prepare(&self.settings, mail, to, message_id, now) {
            Ok(prepared) => prepared,
            Err(why) => return Outcome::dead(why.to_string()),
        };
        let attempt = tokio::time::timeout(ATTEMPT_WITHIN, self.server.send(&prepared, now));
        match attempt.await {
            Err(_) => Outcome::unreached("the mail server did not answer in time"),
            Ok(Ok(said)) => Outcome::HandedOver { detail: excerpt(&said, &[to]) },
            Ok(Err(error)) => classify(error, to),
        }
    }
}

/// Replies that speak about our sign-in, not about the mail (RFC 4954 §6).
const SIGN_IN_REFUSED: [u16; 4] = [530, 534, 535, 538];

fn classify(failure: Failure, to: &str) -> Outcome {
    let error = match failure {
        Failure::Unreached(error) => {
            return Outcome::unreached(format!("the mail server was not reached: {error}"));
        }
        Failure::SignIn(outcome) => return outcome,
        Failure::Smtp(error) => error,
    };
    let said = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
    let said = excerpt(&said, &[to]);
    let Some(code) = error.status().map(u16::from) else {
        return if said.contains("SMTPUTF8") || said.contains("8BITMIME") {
            Outcome::dead(format!("the mail server cannot take this address: {said}"))
        } else {
            Outcome::unreached(format!("the mail server was not reached: {said}"))
        };
    };
    if SIGN_IN_REFUSED.contains(&code) {
        return Outcome::retry(format!("the mail server refused our sign-in: SMTP {code} {said}"));
    }
    let why = format!("SMTP {code} {said}");
    if error.is_permanent() { Outcome::dead(why) } else { Outcome::retry(why) }
}
