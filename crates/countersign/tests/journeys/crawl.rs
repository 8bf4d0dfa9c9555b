//! Every page and every form there is, met by following links (security §5): what pages hold, and what forms refuse.
//!
//! Nothing here knows the pages by name but by the router: a new page is crawled as soon as something leads to it, and
//! one nothing leads to fails.

mod forged;
mod page;
mod person;
mod scene;

use crate::access::routes;
use crate::email_visitor::Visitor;
use crate::test_app::{BOB, TestApp};
use forged::Forger;
use page::Form;
use person::{Secrets, Seen, crawl, judged, kinds};
use scene::{ADA, Browsers, Links, furnished, token_of, usual};

/// Where people come in.
const DOORS: [&str; 2] = ["/myaccount/", "/console/"];

/// Paths of pages: everything else is for programs.
const PAGES: [&str; 6] =
    ["/login", "/logout", "/theme", "/myaccount", "/console", "/accountrecoveryendpoint"];

/// Routes no link leads to, and why.
const UNMET: [(&str, &str, &str); 4] = [
    ("GET", "/console/dev-inbox", "both channels have a sender: there is no inbox"),
    ("GET", "/myaccount/numbers/preview", "405: the script asks by POST"),
    ("POST", "/myaccount/numbers/preview", "the script asks while a number is typed; nothing changes"),
    ("GET", "/myaccount", "what people type; it leads to the page"),
];

/// As few as there must be: fewer, and the crawl has stopped early.
const PAGES_MIN: usize = 110;
const FORMS_MIN: usize = 120;

/// SEC-25, SEC-27, SEC-29, SEC-31, SEC-15, SEC-38, I11: every page a link leads to has the headers, loads nothing of another
/// origin and runs nothing inline, whatever people are called; every form that changes something carries a token; and no
/// code, link, session, password or digest of one is in any of them.
#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_ours_alone_and_gives_nothing_away() {
    usual()
        .on_both_databases(async |app| {
            let (links, secrets) = furnished(app).await;
            let met = everything(app, &links, secrets).await;

            let (pages, forms) = (met.pages(), met.forms().count());
            println!("crawled: {pages} pages, {forms} forms that change something");
            assert_eq!(met.faults(), [""; 0]);
            for (who, seen) in met.seen.iter().filter(|(who, _)| ["bob", "ada"].contains(who)) {
                assert!(seen.marked > 0, "{who} sees names as they are");
            }
            assert!(pages >= PAGES_MIN && forms >= FORMS_MIN, "only {pages} pages and {forms} forms");
            assert_eq!(unmet(&met), [""; 0], "nothing leads there: a link, a scene, or a reason in UNMET");
            for file in met.seen.iter().flat_map(|(_, seen)| &seen.files) {
                let answer = app.get(file).await;
                assert_eq!((answer.status, answer.header("x-content-type-options")), (200, Some("nosniff")));
            }
        })
        .await;
}

/// SEC-28, SEC-29: every form of every page is refused without its token, with a wrong one, from another site, from a
/// session that has ended, with a token of another session, and by GET; and none of it has changed a single row. With its
/// own token each is taken.
#[tokio::test(flavor = "multi_thread")]
async fn every_form_is_taken_from_its_own_page_alone() {
    usual()
        .on_both_databases(async |app| {
            let (links, secrets) = furnished(app).await;
            let met = everything(app, &links, secrets).await;
            let forgers = met.forgers(app, &links).await;
            let before = app.contents().await;

            let mut faults = Vec::new();
            for (form, forger) in forgers {
                faults.extend(forger.forge(app, form).await);
                if app.contents().await != before {
                    faults.push(format!(
                        "{} has changed something: {:?}",
                        form.action,
                        changed(app, &before).await
                    ));
                    break;
                }
            }
            assert_eq!(faults, [""; 0]);

            let refused = met.taken(app).await;
            assert_eq!(refused, [""; 0]);
            assert_ne!(app.contents().await, before, "what would have changed is seen");
        })
        .await;
}

/// Names of the tables that are not as they were.
async fn changed(app: &TestApp, before: &std::collections::BTreeMap<String, Vec<String>>) -> Vec<String> {
    let now = app.contents().await;
    now.iter()
        .filter(|(table, rows)| before.get(*table) != Some(rows))
        .map(|(table, _)| table.clone())
        .collect()
}

/// Who has seen what.
struct Met {
    nobody: Visitor,
    stranger: Visitor,
    by_link: Visitor,
    bob: Browsers,
    ada: Browsers,
    ada_id: String,
    /// By the stranger, by whoever has the links, by bob, by ada.
    seen: [(&'static str, Seen); 4],
    secrets: Secrets,
}

/// Everybody looks at everything.
async fn everything(app: &TestApp, links: &Links, mut secrets: Secrets) -> Met {
    let mut bob = Browsers::of(app, BOB).await;
    let mut ada = Browsers::of(app, ADA).await;
    for browser in [&bob.own, &bob.ended.0, &ada.own, &ada.ended.0] {
        let session = browser.cookie("__Host-cs-session").unwrap().to_owned();
        secrets.push(("a session".to_owned(), session));
    }
    let (mut stranger, mut by_link) = (Visitor::default(), Visitor::default());
    let seen = [
        ("a stranger", crawl(app, &mut stranger, &DOORS, &secrets).await),
        ("a link", crawl(app, &mut by_link, &[&links.confirm, &links.cancel], &secrets).await),
        ("bob", crawl(app, &mut bob.own, &DOORS[..1], &secrets).await),
        ("ada", crawl(app, &mut ada.own, &DOORS, &secrets).await),
    ];
    Met {
        nobody: Visitor::default(),
        stranger,
        by_link,
        bob,
        ada,
        ada_id: app.id_of(ADA.0).await,
        seen,
        secrets,
    }
}

impl Met {
    fn pages(&self) -> usize {
        self.seen.iter().map(|(_, seen)| seen.pages.len()).sum()
    }

    fn forms(&self) -> impl Iterator<Item = &Form> {
        self.seen.iter().flat_map(|(_, seen)| seen.posts().map(|(_, form)| form))
    }

    fn faults(&self) -> Vec<String> {
        let of = |(who, seen): &(&str, Seen)| {
            seen.faults.iter().map(|fault| format!("{who}: {fault}")).collect::<Vec<_>>()
        };
        self.seen.iter().flat_map(of).collect()
    }

    /// Every form, and who could forge it.
    async fn forgers(&self, app: &TestApp, links: &Links) -> Vec<(&Form, Forger<'_>)> {
        let mut kim = Visitor::default();
        let others = kim.open(app, &links.other).await.nonce();
        let mut neighbour = Visitor::default();
        neighbour.look(app, "/login").await;
        let neighbours = token_of(app, &neighbour, "/login").await;
        let mut all = Vec::new();
        for (who, seen) in &self.seen {
            for (_, form) in seen.posts() {
                let own = form.token().unwrap().value.clone();
                let (owner, other_token, ended, told_when_ended) = match *who {
                    "bob" => (
                        &self.bob.own,
                        self.bob.other_token.clone(),
                        (&self.bob.ended.0, self.bob.ended.1.clone()),
                        303,
                    ),
                    "ada" => (
                        &self.ada.own,
                        self.ada.other_token.clone(),
                        (&self.ada.ended.0, self.ada.ended.1.clone()),
                        303,
                    ),
                    "a link" => (&self.by_link, others.clone(), (&self.nobody, own), 400),
                    _ => (&self.stranger, neighbours.clone(), (&self.nobody, own), 403),
                };
                all.push((form, Forger { owner, other_token, ended, told_when_ended }));
            }
        }
        all
    }

    /// The control: each kind of form, sent as a person does, is not refused for its sender. What was said to that gives
    /// nothing away, either.
    async fn taken(&self, app: &TestApp) -> Vec<String> {
        let mut faults = Vec::new();
        for (who, seen) in &self.seen {
            // Ada does nothing to herself: she is needed for the next form.
            let posts = seen.posts().filter(|(_, form)| !form.action.contains(&self.ada_id));
            for form in kinds(posts) {
                let (browser, token) = match *who {
                    "bob" => fresh(app, BOB).await,
                    "ada" => fresh(app, ADA).await,
                    "a link" => (self.by_link.clone(), form.token().unwrap().value.clone()),
                    _ => (self.stranger.clone(), form.token().unwrap().value.clone()),
                };
                let pairs = form.filled(form.presses()[0]);
                let own = [("sec-fetch-site", "same-origin")];
                let answer = browser.submit(app, form, &pairs, Some(&token), &own).await;
                let led_away = answer.header("location").is_some_and(|to| to.starts_with("/login?"));
                if [400, 403, 500].contains(&answer.status) || led_away {
                    faults.push(format!("{who}: {} {pairs:?} is answered\n{answer}", form.action));
                }
                let told = judged(&answer, &self.secrets);
                faults.extend(told.into_iter().map(|fault| format!("{who}: {}: {fault}", form.action)));
            }
        }
        faults
    }
}

/// A new session, and what its forms carry.
async fn fresh(app: &TestApp, who: (&str, &str)) -> (Visitor, String) {
    let browser = Visitor::sign_in(app, who).await;
    let token = token_of(app, &browser, "/logout").await;
    (browser, token)
}

/// The routes of pages that nobody met: no form goes there, no link leads there.
fn unmet(met: &Met) -> Vec<String> {
    let actions: Vec<&str> = met.forms().map(|form| form.action.as_str()).collect();
    let pages: Vec<&str> =
        met.seen.iter().flat_map(|(_, seen)| seen.met.iter().map(String::as_str)).collect();
    let is_page = |path: &str| PAGES.iter().any(|page| path.starts_with(page));
    let is_met = |served: &routes::Served| {
        // The address of a form, looked at, leads back to the page it stands in.
        let by_form = actions.iter().any(|action| served.is(served.method, action));
        by_form || (served.method == "GET" && pages.iter().any(|page| served.is("GET", page)))
    };
    let excused = |served: &routes::Served| {
        UNMET.iter().any(|(method, path, _)| *method == served.method && *path == served.path)
    };
    let unmet = routes::served().into_iter().filter(|served| is_page(&served.path));
    let unmet = unmet.filter(|served| !is_met(served) && !excused(served));
    unmet.map(|served| format!("{} {}", served.method, served.path)).collect()
}
