//! Forms as nobody's page sends them, and what becomes of them: refused, and nothing has changed (SEC-29).

use super::page::{Form, is_token};
use crate::email_visitor::Visitor;
use crate::test_app::{Answer, TestApp};

/// What a forger has, and what the real sender has.
pub(super) struct Forger<'p> {
    /// The browser that was shown the form.
    pub(super) owner: &'p Visitor,
    /// What its token is worth elsewhere: a token of another session of the same person, or of another link.
    pub(super) other_token: String,
    /// A browser whose session has ended, and the token it had.
    pub(super) ended: (&'p Visitor, String),
    /// What that one is told: to sign in again, or that there is nothing.
    pub(super) told_when_ended: u16,
}

/// What is wrong, by whom, with which token and headers, and the status that refuses it.
type Way<'a> = (&'a str, &'a Visitor, Option<&'a str>, &'a [(&'a str, &'a str)], u16);

const OWN: (&str, &str) = ("sec-fetch-site", "same-origin");
/// What the page of a refused form says, and that of a link.
const STALE: [&str; 2] = ["This form is out of date", "Please open the link again"];

impl Forger<'_> {
    /// Sends a form in every way it must not be taken; says which was answered otherwise.
    pub(super) async fn forge(&self, app: &TestApp, form: &Form) -> Vec<String> {
        let (own, other) = (form.token().unwrap().value.clone(), self.other_token.as_str());
        let wrong = own.chars().rev().collect::<String>();
        let evil = ("origin", "https://evil.example");
        let owner = self.owner;
        let (ended, ended_token) = (self.ended.0, self.ended.1.as_str());
        let mut faults = Vec::new();
        for button in form.presses() {
            let pairs = form.filled(button);
            let ways: [Way<'_>; 9] = [
                ("without its token", owner, None, &[OWN], 403),
                ("with an empty token", owner, Some(""), &[OWN], 403),
                ("with a wrong token", owner, Some(&wrong), &[OWN], 403),
                ("from another site", owner, Some(&own), &[("sec-fetch-site", "cross-site"), evil], 403),
                ("from a neighbour", owner, Some(&own), &[("sec-fetch-site", "same-site")], 403),
                ("from another origin", owner, Some(&own), &[evil], 403),
                ("from no origin", owner, Some(&own), &[("origin", "null")], 403),
                ("from an ended session", ended, Some(ended_token), &[OWN], self.told_when_ended),
                ("with a token of another session", owner, Some(other), &[OWN], 403),
            ];
            for (way, visitor, token, headers, expected) in ways {
                let answer = visitor.submit(app, form, &pairs, token, headers).await;
                if !is_refused(&answer, expected) {
                    faults.push(format!("{} {way} is answered {}", form.action, answer.status));
                }
            }
            // SEC-29: a look does nothing, whatever is in its address.
            let address = format!("{}{}", form.action, query(&form.action, &pairs, &own, form));
            owner.request(app, "GET", &address).await;
        }
        faults
    }
}

/// Refused as expected: a lack of permission, say, is another 403.
fn is_refused(answer: &Answer, expected: u16) -> bool {
    let leads_to_sign_in = answer.header("location").is_some_and(|to| to.starts_with("/login?back="));
    match (answer.status, expected) {
        (303, 303) => leads_to_sign_in,
        (403, 403) => STALE.iter().any(|stale| answer.text.contains(stale)),
        (status, expected) => status == expected,
    }
}

fn query(action: &str, pairs: &[(String, String)], token: &str, form: &Form) -> String {
    let mut pairs = pairs.to_vec();
    pairs.extend(
        form.fields
            .iter()
            .find(|field| is_token(&field.name))
            .map(|field| (field.name.clone(), token.to_owned())),
    );
    let joint = if action.contains('?') { "&" } else { "?" };
    format!("{joint}{}", crate::test_app::form_of(&pairs))
}

impl Visitor {
    /// Sends a form with this token, or with none.
    pub(super) async fn submit(
        &self,
        app: &TestApp,
        form: &Form,
        pairs: &[(String, String)],
        token: Option<&str>,
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut pairs = pairs.to_vec();
        let name = form.token().map_or("csrf", |field| field.name.as_str());
        pairs.extend(token.map(|token| (name.to_owned(), token.to_owned())));
        let pairs: Vec<(&str, &str)> =
            pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let request =
            headers.iter().fold(self.request(app, "POST", &form.action), |request, (name, value)| {
                request.header(name, value)
            });
        request.form(&pairs).await
    }
}
