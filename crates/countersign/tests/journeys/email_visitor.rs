//! A person with a browser that runs no script: opens the link of a mail, keeps cookies, presses a button.

use std::collections::BTreeMap;

use reqwest::header::{LOCATION, SET_COOKIE};

use crate::test_app::{Answer, Request, TestApp};

/// One browser: what it was given to keep.
#[derive(Clone, Default)]
pub(crate) struct Visitor {
    cookies: BTreeMap<String, String>,
}

/// A page, and the address the browser shows for it.
pub(crate) struct Page {
    pub(crate) answer: Answer,
    pub(crate) address: String,
}

impl Visitor {
    /// Opens a link and goes where it is sent on to.
    pub(crate) async fn open(&mut self, app: &TestApp, link: &str) -> Page {
        let mut address = link.to_owned();
        loop {
            let answer = app.get(&address).header("cookie", &self.cookies()).await;
            self.keep(&answer);
            match answer.headers.get(LOCATION) {
                Some(next) => app.url(next.to_str().unwrap()).clone_into(&mut address),
                None => return Page { answer, address },
            }
        }
    }

    /// Presses the button that the form of the page names so.
    pub(crate) async fn press(&mut self, app: &TestApp, page: &Page, button: &str) -> Page {
        assert!(page.buttons().contains(&button.to_owned()), "no button {button}: {}", page.answer);
        self.post(app, page, &[("nonce", &page.nonce()), ("do", button)]).await
    }

    /// Sends the form of the page with these fields.
    pub(crate) async fn post(&mut self, app: &TestApp, page: &Page, fields: &[(&str, &str)]) -> Page {
        let action = page.attribute("<form method=\"post\" action=\"");
        let origin = app.url("");
        let request = app.post(&action).header("cookie", &self.cookies()).header("origin", &origin);
        let answer = request.header("sec-fetch-site", "same-origin").form(fields).await;
        self.keep(&answer);
        Page { answer, address: app.url(&action) }
    }

    /// One request for something to read, and no more.
    pub(crate) async fn look(&mut self, app: &TestApp, address: &str) -> Answer {
        let answer = self.request(app, "GET", address).await;
        self.keep(&answer);
        answer
    }

    /// A request of this browser; what its answer gives is not kept.
    pub(crate) fn request(&self, app: &TestApp, method: &str, address: &str) -> Request {
        app.request(method, address).header("cookie", &self.cookies()).header("accept", "text/html")
    }

    /// Signs in at the page everybody has.
    pub(crate) async fn sign_in(app: &TestApp, (name, password): (&str, &str)) -> Self {
        let mut browser = Self::default();
        let answer = browser.look(app, "/login").await;
        let csrf = Page { answer, address: String::new() }.attribute("name=\"csrf\" value=\"");
        let form = [("csrf", csrf.as_str()), ("userName", name), ("password", password)];
        let answer = browser.request(app, "POST", "/login").form(&form).await.expect(303);
        browser.keep(&answer);
        browser
    }

    /// A cookie by its name.
    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// What the browser sends as `Cookie`.
    pub(crate) fn cookies(&self) -> String {
        let pairs = self.cookies.iter().map(|(name, value)| format!("{name}={value}"));
        pairs.collect::<Vec<_>>().join("; ")
    }

    pub(crate) fn keep(&mut self, answer: &Answer) {
        for cookie in answer.headers.get_all(SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}

impl Page {
    /// What a person reads in the page's card, line by line, buttons included.
    pub(crate) fn lines(&self) -> Vec<String> {
        let html = &self.answer.text;
        let card = html.split_once("<main").and_then(|(_, rest)| rest.split_once("</main>")).unwrap().0;
        let pieces = card.split('<').skip(1).filter_map(|piece| piece.split_once('>'));
        let texts = pieces.map(|(_, text)| text.trim()).filter(|text| !text.is_empty());
        texts.map(|text| text.replace("&#38;", "&").replace("&#39;", "'")).collect()
    }

    /// Status and first line: which of the outcomes it is.
    pub(crate) fn outcome(&self) -> (u16, String) {
        (self.answer.status, self.lines()[0].clone())
    }

    /// The buttons by their names in the form.
    pub(crate) fn buttons(&self) -> Vec<String> {
        let parts = self.answer.text.split("name=\"do\" value=\"").skip(1);
        parts.map(|part| part.split('"').next().unwrap().to_owned()).collect()
    }

    /// The hidden field that ties the form to this page.
    pub(crate) fn nonce(&self) -> String {
        self.attribute("name=\"nonce\" value=\"")
    }

    #[track_caller]
    pub(crate) fn attribute(&self, before: &str) -> String {
        let found = self.answer.text.split_once(before).and_then(|(_, rest)| rest.split_once('"'));
        let (value, _) = found.unwrap_or_else(|| panic!("no {before}: {}", self.answer));
        value.replace("&#38;", "&").replace("&amp;", "&")
    }
}
