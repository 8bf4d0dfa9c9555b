//! A browser that is signed in, for the tests of these pages.

use axum::body::Body;
use axum::http::Request;
use axum::http::header::{ACCEPT, CONTENT_TYPE, COOKIE, SET_COOKIE};
use countersign_app::Account;
use countersign_domain::TenantId;
use countersign_domain::actor::Origin;

use crate::auth::CsrfKey;
use crate::sample::{PASSWORD, Person, Reply, TestServer};

/// One that keeps its session and what it was told.
pub(super) struct Browser<'s> {
    server: &'s TestServer,
    session: String,
    csrf: String,
    said: String,
}

impl<'s> Browser<'s> {
    /// Of somebody new with these permissions.
    pub(super) async fn of(server: &'s TestServer, user_name: &str, scopes: &[&str]) -> Self {
        server.person(user_name, Person { scopes, ..Person::default() }).await;
        Self::of_known(server, user_name).await
    }

    /// Of somebody who is there already.
    pub(super) async fn of_known(server: &'s TestServer, user_name: &str) -> Self {
        let (app, tenant) = (&server.web.app, TenantId::carbon_super());
        let account: Account = app.sign_in(&tenant, user_name, PASSWORD, None).await.unwrap();
        let opened = app.open_session(&tenant, &account, &Origin::default(), None).await.unwrap();
        let csrf = CsrfKey::new(&server.web.options.link_cookie_key).token(&opened.token);
        Self { server, session: opened.token.to_string(), csrf, said: String::new() }
    }

    /// Of somebody who may do everything.
    pub(super) async fn admin(server: &'s TestServer) -> Self {
        server.admin().await;
        Self::of_known(server, "admin").await
    }

    /// Looks at a page.
    pub(super) async fn open(&mut self, path: &str) -> Reply {
        let request = Request::get(path).header(ACCEPT, "text/html");
        self.send(request, String::new()).await
    }

    /// Presses a button, and follows where it leads.
    pub(super) async fn press(&mut self, path: &str, form: &[(&str, &str)]) -> Reply {
        let answer = self.post(path, form).await;
        match answer.status.as_u16() {
            303 => self.open(answer.header("location")).await,
            _ => answer,
        }
    }

    /// Presses a button.
    pub(super) async fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Reply {
        let form: Vec<_> = form.iter().copied().chain([("csrf", self.csrf.as_str())]).collect();
        let body = serde_html_form::to_string(form).unwrap();
        let request = Request::post(path)
            .header(ACCEPT, "text/html")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        self.send(request, body).await
    }

    async fn send(&mut self, request: axum::http::request::Builder, body: String) -> Reply {
        let cookies = format!("__Host-cs-session={}; __Host-cs-said={}", self.session, self.said);
        let reply = self.server.send(request.header(COOKIE, cookies).body(Body::from(body)).unwrap()).await;
        let set = |name: &str| {
            let mut cookies =
                reply.headers.get_all(SET_COOKIE).iter().filter_map(|cookie| cookie.to_str().ok());
            let value = cookies.find_map(|cookie| cookie.strip_prefix(name)?.strip_prefix('='))?;
            Some(value.split(';').next().unwrap().to_owned())
        };
        if let Some(said) = set("__Host-cs-said") {
            self.said = said;
        }
        if let Some(session) = set("__Host-cs-session") {
            self.csrf = CsrfKey::new(&self.server.web.options.link_cookie_key).token(&session);
            self.session = session;
        }
        reply
    }
}
