//! Somebody with a browser, and every page he can get to by following links.

use std::collections::{BTreeMap, BTreeSet};

use super::page::{self, Form, Page};
use crate::email_visitor::Visitor;
use crate::test_app::{Answer, TestApp};

/// More than a site of this size has; a link that leads to ever new addresses would never end.
const ADDRESSES_MAX: usize = 600;

/// Headers of every answer to a browser (SEC-25, SEC-27, SEC-31).
const HEADERS: [(&str, &str); 5] = [
    ("x-content-type-options", "nosniff"),
    ("cross-origin-opener-policy", "same-origin"),
    ("referrer-policy", "same-origin"),
    ("cache-control", "no-store"),
    ("x-robots-tag", "noindex"),
];
/// With our module, and without it.
const POLICIES: [&str; 2] = [
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; \
     base-uri 'none'; frame-ancestors 'none'",
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
];

/// What somebody would call himself who wants others to run it (SEC-31), and the end of it, which is text in any case.
pub(super) const MARKUP: &str = "\"><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}";
const LITERAL: &str = "{{7*7}}";

/// What is in play and must be in no page: what it is, and what it looks like.
pub(super) type Secrets = Vec<(String, String)>;

/// What somebody has seen.
#[derive(Default)]
pub(super) struct Seen {
    /// Every address he was shown a page at.
    pub(super) pages: BTreeSet<String>,
    /// These, and every address that led on to one.
    pub(super) met: BTreeSet<String>,
    /// Every form he was shown, each once, with the page it stands in.
    pub(super) forms: Vec<(String, Form)>,
    /// Every file a page loads.
    pub(super) files: BTreeSet<String>,
    pub(super) faults: Vec<String>,
    /// How many pages hold [`MARKUP`], as text.
    pub(super) marked: usize,
}

impl Seen {
    /// The forms that change something.
    pub(super) fn posts(&self) -> impl Iterator<Item = &(String, Form)> {
        self.forms.iter().filter(|(_, form)| form.method == "post")
    }

    fn note(&mut self, address: &str, page: Page) -> Vec<String> {
        self.faults.extend(page.faults.iter().map(|fault| format!("{address}: {fault}")));
        self.files.extend(page.files);
        let mut links = page.links;
        for form in page.forms {
            if form.method == "get" {
                links.push(form.action.clone());
                let pairs = form.filled(None);
                links.push(format!("{}?{}", form.action, crate::test_app::form_of(&pairs)));
            }
            if !self.forms.iter().any(|(_, known)| known.is_like(&form)) {
                self.forms.push((address.to_owned(), form));
            }
        }
        links
    }
}

/// Follows every link from `starts` on, and looks at every page.
pub(super) async fn crawl(app: &TestApp, visitor: &mut Visitor, starts: &[&str], secrets: &Secrets) -> Seen {
    let mut seen = Seen::default();
    let mut next: Vec<(String, String)> =
        starts.iter().map(|start| ("the start".to_owned(), (*start).to_owned())).collect();
    while let Some((from, address)) = next.pop() {
        let address = address.split('#').next().unwrap().to_owned();
        if address.is_empty() || seen.met.contains(&address) {
            continue;
        }
        assert!(seen.met.len() < ADDRESSES_MAX, "there is no end of addresses, as {address} in {from}");
        let answer = visitor.look(app, &address).await;
        let is_file = answer.header("content-disposition").is_some();
        let faults = if is_file { judged_file(&answer, secrets) } else { judged(&answer, secrets) };
        seen.faults.extend(faults.into_iter().map(|fault| format!("{address}: {fault}")));
        seen.met.insert(address.clone());
        if is_file {
            continue;
        }
        match (answer.status, answer.header("location")) {
            (303, Some(to)) => next.push((address, to.to_owned())),
            (200, None) => {
                seen.marked += usize::from(answer.text.contains(LITERAL));
                let links = seen.note(&address, page::read(&answer.text));
                next.extend(links.into_iter().map(|link| (address.clone(), link)));
                seen.pages.insert(address);
            }
            (status, _) => seen.faults.push(format!("{address}, linked from {from}, answers {status}")),
        }
    }
    seen
}

/// What is wrong with an answer, whatever is in it.
pub(super) fn judged(answer: &Answer, secrets: &Secrets) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, wanted) in HEADERS {
        if answer.header(name) != Some(wanted) {
            faults.push(format!("{name} is {:?}", answer.header(name)));
        }
    }
    let policies: Vec<_> = answer.headers.get_all("content-security-policy").iter().collect();
    if policies.len() != 1 || !POLICIES.iter().any(|known| policies[0] == known) {
        faults.push(format!("the policy is {policies:?}"));
    }
    faults.extend(given_away(answer, secrets));
    faults
}

/// What is wrong with a file to keep: no browser may take it for a page of ours, whatever people are called.
fn judged_file(answer: &Answer, secrets: &Secrets) -> Vec<String> {
    let mut faults = given_away(answer, secrets);
    let says = |name: &str, start: &str| answer.header(name).is_some_and(|value| value.starts_with(start));
    let kinds = ["text/csv", "application/jsonl", "application/x-ndjson"];
    for (held, fault) in [
        (answer.status == 200, "it is refused"),
        (says("content-disposition", "attachment;"), "it is shown and not kept"),
        (says("x-content-type-options", "nosniff"), "its kind is guessed"),
        (says("cache-control", "no-store"), "it is cached"),
        (says("content-security-policy", "default-src 'none'"), "it has no policy"),
        (kinds.iter().any(|kind| says("content-type", kind)), "it is of another kind"),
    ] {
        faults.extend((!held).then(|| fault.to_owned()));
    }
    faults
}

fn given_away(answer: &Answer, secrets: &Secrets) -> Vec<String> {
    let found = secrets.iter().filter(|(_, secret)| answer.text.contains(secret.as_str()));
    found.map(|(what, secret)| format!("{what} stands in the page: {secret}")).collect()
}

/// Each kind of form once: the first of those whose addresses differ in ids only.
pub(super) fn kinds<'f>(forms: impl Iterator<Item = &'f (String, Form)>) -> Vec<&'f Form> {
    let mut found = BTreeMap::new();
    for (_, form) in forms {
        let names: Vec<_> = form.fields.iter().map(|field| field.name.as_str()).collect();
        let path = form.action.split('?').next().unwrap();
        let is_id = |part: &&str| part.len() == 36 && part.contains('-');
        let pattern: Vec<_> = path.split('/').map(|part| if is_id(&part) { "{id}" } else { part }).collect();
        found.entry((pattern, names)).or_insert(form);
    }
    found.into_values().collect()
}
