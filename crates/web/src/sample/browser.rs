//! A browser without script for tests of pages: it keeps cookies, and follows nothing by itself.

use axum::body::Body;
use axum::http::Request;
use axum::http::header::{ACCEPT, CONTENT_TYPE, COOKIE, SET_COOKIE};
use axum::http::request::Builder;
use countersign_domain::TenantId;
use countersign_domain::actor::Origin;

use super::{PASSWORD, Person, Reply, TestServer};
use crate::auth::CsrfKey;

const SESSION: &str = "__Host-cs-session";
/// What a browser says of a form on its own site.
const OWN: [(&str, &str); 1] = [("sec-fetch-site", "same-origin")];

/// Somebody's browser.
#[derive(Clone)]
pub(crate) struct Browser<'s> {
    pub(crate) server: &'s TestServer,
    /// Name and value of every cookie it keeps.
    pub(crate) cookies: Vec<(String, String)>,
}

impl<'s> Browser<'s> {
    /// Of nobody yet.
    pub(crate) fn new(server: &'s TestServer) -> Self {
        Self { server, cookies: Vec::new() }
    }

    /// Signed in as somebody new with these permissions.
    pub(crate) async fn of(server: &'s TestServer, user_name: &str, scopes: &[&str]) -> Self {
        server.person(user_name, Person { scopes, ..Person::default() }).await;
        Self::of_known(server, user_name).await
    }

    /// Signed in as somebody who is there already.
    pub(crate) async fn of_known(server: &'s TestServer, user_name: &str) -> Self {
        let (app, tenant) = (&server.web.app, TenantId::carbon_super());
        let account = app.sign_in(&tenant, user_name, PASSWORD, None).await.unwrap();
        let opened = app.open_session(&tenant, &account, &Origin::default(), None).await.unwrap();
        Self { server, cookies: vec![(SESSION.to_owned(), opened.token.to_string())] }
    }

    /// Signed in as somebody who may do everything.
    pub(crate) async fn admin(server: &'s TestServer) -> Self {
        server.admin().await;
        Self::of_known(server, "admin").await
    }

    /// Signs in as a person does; what comes back is the answer to the form.
    pub(crate) async fn sign_in(&mut self, user_name: &str, password: &str) -> Reply {
        let csrf = csrf_of(&self.open("/login").await);
        self.post("/login", &[("csrf", &csrf), ("userName", user_name), ("password", password)]).await
    }

    /// Looks at a page.
    pub(crate) async fn open(&mut self, path: &str) -> Reply {
        self.send(Request::get(path).header(ACCEPT, "text/html"), "").await
    }

    /// Presses a button, and follows where it leads.
    pub(crate) async fn press(&mut self, path: &str, form: &[(&str, &str)]) -> Reply {
        let answer = self.post(path, form).await;
        match answer.status.as_u16() {
            303 => self.open(answer.header("location")).await,
            _ => answer,
        }
    }

    /// Presses a button. The token of the session is sent along unless the form says another one.
    pub(crate) async fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Reply {
        self.send_form(path, form, &OWN).await
    }

    /// The same with these headers.
    pub(crate) async fn send_form(
        &mut self,
        path: &str,
        form: &[(&str, &str)],
        headers: &[(&str, &str)],
    ) -> Reply {
        let own = self.session().map(|token| self.csrf_key().token(&token));
        let own = own.filter(|_| !form.iter().any(|(name, _)| *name == "csrf"));
        let form: Vec<_> = form.iter().copied().chain(own.iter().map(|own| ("csrf", own.as_str()))).collect();
        let request =
            headers.iter().fold(Request::post(path), |request, (name, value)| request.header(*name, *value));
        let kind = "application/x-www-form-urlencoded";
        let request = request.header(ACCEPT, "text/html").header(CONTENT_TYPE, kind);
        self.send(request, &serde_html_form::to_string(form).unwrap()).await
    }

    /// Sends a request with what it keeps, and keeps what comes back.
    pub(crate) async fn send(&mut self, request: Builder, body: &str) -> Reply {
        let pairs: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = request.header(COOKIE, pairs.join("; "));
        let reply = self.server.send(request.body(Body::from(body.to_owned())).unwrap()).await;
        for cookie in reply.headers.get_all(SET_COOKIE) {
            let (name, value) = cookie.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.retain(|(known, _)| known != name);
            if !value.is_empty() {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        reply
    }

    /// The token of its session.
    pub(crate) fn session(&self) -> Option<String> {
        self.cookies.iter().find(|(known, _)| known == SESSION).map(|(_, value)| value.clone())
    }

    fn csrf_key(&self) -> CsrfKey {
        CsrfKey::new(&self.server.web.options.link_cookie_key)
    }
}

/// The token of the first form of a page.
pub(crate) fn csrf_of(page: &Reply) -> String {
    let (_, after) = page.text.split_once(r#"name="csrf" value=""#).expect("a form");
    after.split('"').next().unwrap().to_owned()
}
