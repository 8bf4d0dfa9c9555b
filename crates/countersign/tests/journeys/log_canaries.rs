//! What the log never holds, looked for in everything the built binary writes on a day on which everything happens.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::log_capture::Captured;
use crate::sinks::http::Answer as Reply;
use crate::test_app::{Answer, CODES, code, link_in, replacing, scenario};

/// How long anything may take on a loaded machine.
const PATIENCE: Duration = Duration::from_mins(3);

/// Values that can be recognised wherever they turn up; each is a secret or a full address.
mod canary {
    pub(super) const ADMIN: &str = "canary-admin-Password-1";
    pub(super) const PASSWORD: &str = "canary-user-Password-2";
    pub(super) const WRONG_PASSWORD: &str = "canary-wrong-Password-3";
    pub(super) const NEW_PASSWORD: &str = "canary-new-Password-4";
    pub(super) const USER: &str = "canaryperson";
    pub(super) const HELD_MAIL: &str = "canaryheld@heldcanary.example";
    pub(super) const NEW_MAIL: &str = "canarynew@newcanary.example";
    pub(super) const THIRD_MAIL: &str = "canarythird@thirdcanary.example";
    pub(super) const HELD_MOBILE: &str = "+12025550123";
    pub(super) const NEW_MOBILE: &str = "+12025550187";
    pub(super) const THIRD_MOBILE: &str = "+12025550199";
    pub(super) const MAILER: &str = "canarymailer";
    pub(super) const SMTP_PASSWORD: &str = "canary-smtp-Password-5";
    pub(super) const PROVIDER_USER: &str = "canaryprovideruser";
    pub(super) const PROVIDER_PASSWORD: &str = "canary-provider-Password-6";
    pub(super) const PROVIDER_KEY: &str = "canary-provider-key-7";
    pub(super) const URL_KEY: &str = "canary-url-key-8";
    pub(super) const PROVIDER_SAYS: &str = "canary-provider-says";
    pub(super) const SMTP_SAYS: &str = "canary-smtp-says";
    pub(super) const QUERY: &str = "canary-query";
    pub(super) const PATH: &str = "canary-path";
    pub(super) const COOKIE: &str = "canary-cookie";
    pub(super) const BEARER: &str = "canary-bearer";
    pub(super) const BODY: &str = "canary-body";
    pub(super) const HOST: &str = "canary-host";
    pub(super) const HEADER: &str = "canary-header";

    pub(super) const ALL: [&str; 26] = [
        ADMIN,
        PASSWORD,
        WRONG_PASSWORD,
        NEW_PASSWORD,
        USER,
        HELD_MAIL,
        NEW_MAIL,
        THIRD_MAIL,
        HELD_MOBILE,
        NEW_MOBILE,
        THIRD_MOBILE,
        MAILER,
        SMTP_PASSWORD,
        PROVIDER_USER,
        PROVIDER_PASSWORD,
        PROVIDER_KEY,
        URL_KEY,
        PROVIDER_SAYS,
        SMTP_SAYS,
        QUERY,
        PATH,
        COOKIE,
        BEARER,
        BODY,
        HOST,
        HEADER,
    ];
}

/// The whole day, and the canaries that were born on it.
struct Day {
    server: Captured,
    born: Vec<String>,
}

const PUBLISHER: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<eventPublisher name="Gateway" processing="enable" xmlns="http://wso2.org/carbon/eventpublisher">
    <from streamName="id_gov_sms_notify_stream" version="1.0.0"/>
    <mapping customMapping="enable" type="json"><inline>{"to": {{send-to}}, "text": {{body}}}</inline></mapping>
    <to eventAdapterType="http">
        <property name="http.url">{gateway}?key=canary-url-key-8</property>
        <property name="http.username">canaryprovideruser</property>
        <property name="http.password">canary-provider-Password-6</property>
        <property name="http.headers">X-Api-Key: canary-provider-key-7</property>
    </to>
</eventPublisher>
"#;

impl Day {
    async fn begin(format: &str, level: &str) -> Self {
        let configure = |listener: &std::net::TcpListener,
                         smtp: &crate::sinks::smtp::SmtpSink,
                         gateway: &crate::sinks::http::HttpSink| {
            format!(
                r#"
                [server]
                hostname = "localhost"
                [transport.https.properties]
                port = {}
                [super_admin]
                username = "admin"
                password = "{}"
                [identity_mgt.user_claim_update.email]
                enable_verification = true
                [identity_mgt.user_claim_update.mobile]
                enable_verification = true
                [identity_mgt.user_claim_update.otp]
                otp_length = 10
                [output_adapter.email]
                from_address = "no-reply@example.org"
                username = "{}"
                password = "{}"
                hostname = "localhost"
                port = {}
                [countersign.security]
                outbound_allow = ["{}"]
                [countersign.limits]
                sends_burst = 0
                sends_interval_seconds = 0
                [countersign.log]
                format = "{format}"
                level = "{level}"
                "#,
                listener.local_addr().unwrap().port(),
                canary::ADMIN,
                canary::MAILER,
                canary::SMTP_PASSWORD,
                smtp.address.port(),
                gateway.address,
            )
        };
        Self { server: Captured::start(configure, PUBLISHER).await, born: Vec::new() }
    }

    /// A request as an administrator or as the person, with a cookie and a header that are nobody's business.
    async fn ask(&self, who: (&str, &str), method: &str, path: &str, body: &Value) -> Answer {
        let request = self.server.request(method, path).basic_auth(who.0, Some(who.1));
        let request = request.header("cookie", canary::COOKIE).header("x-own", canary::HEADER);
        let text = if body.is_null() { String::new() } else { body.to_string() };
        self.server.send(request.header("content-type", "application/json").body(text)).await
    }

    async fn sms(&mut self, index: usize) -> String {
        let sent = self.server.gateway.requests.wait_for(index).await;
        let body: Value = serde_json::from_str(&sent.body).unwrap();
        let code = body["text"].as_str().unwrap().split(' ').next().unwrap().to_owned();
        self.born.push(code.clone());
        code
    }

    /// The link to a page out of the newest mail that has one.
    async fn link(&mut self, to: &str, page: &str) -> String {
        for index in 0.. {
            let mail = self.server.smtp.mails.wait_for(index).await;
            if mail.to == [to] && mail.text().contains(page) {
                let link = link_in(&mail, page);
                let token = link.split("confirmation=").nth(1).unwrap().split('&').next().unwrap();
                self.born.push(token.split_once('.').unwrap().1.to_owned());
                return link;
            }
        }
        unreachable!("mails go on")
    }

    async fn person(&mut self) -> String {
        let user = json!({
            "userName": canary::USER, "password": canary::PASSWORD,
            "emails": [canary::HELD_MAIL],
            "phoneNumbers": [{"type": "mobile", "value": canary::HELD_MOBILE}],
        });
        let made = self.ask(ADMIN, "POST", "/scim2/Users", &user).await.expect(201);
        let path = format!("/scim2/Users/{}", made.json()["id"].as_str().unwrap());
        self.ask(ADMIN, "POST", "/scim2/Users", &user).await.expect(409);
        path
    }

    async fn codes(&mut self, path: &str) {
        let both = json!({
            "emails": [{"primary": true, "value": canary::NEW_MAIL}],
            "phoneNumbers": [{"type": "mobile", "value": canary::NEW_MOBILE}],
        });
        self.ask(ADMIN, "PATCH", path, &replacing(&both)).await.expect(200);
        let right = self.sms(0).await;
        let own = format!("{CODES}/me/validate-code");
        self.ask(PERSON, "POST", &own, &code(canary::BODY)).await.expect(400);
        self.ask(ADMIN, "POST", &format!("{CODES}/introspect-code"), &code(&right)).await;
        self.ask(PERSON, "POST", &format!("{CODES}/me/resend-code"), &scenario(RESEND)).await.expect(201);
        let again = self.sms(1).await;
        self.ask(PERSON, "POST", &own, &code(&right)).await.expect(400);
        self.ask(PERSON, "POST", &own, &code(&again)).await.expect(202);
    }

    async fn links(&mut self, path: &str) {
        let link = self.link(canary::NEW_MAIL, "confirmregistration.do").await;
        self.server.follow(&link, "confirm").await.expect(200);
        self.server.send(self.server.request("GET", &link)).await;
        let selector = link.split("confirmation=").nth(1).unwrap().split('.').next().unwrap();
        let wrong = format!(
            "/accountrecoveryendpoint/confirmregistration.do?confirmation={selector}.{}",
            canary::QUERY
        );
        self.server.send(self.server.request("GET", &wrong)).await;
        let third = replacing(&json!({"emails": [{"primary": true, "value": canary::THIRD_MAIL}]}));
        self.ask(PERSON, "PATCH", "/scim2/Me", &third).await.expect(200);
        let cancel = self.link(canary::NEW_MAIL, "cancel.do").await;
        self.server.follow(&cancel, "stop").await.expect(200);
        let whole = self.ask(ADMIN, "GET", path, &Value::Null).await.expect(200).json();
        self.ask(ADMIN, "PUT", path, &whole).await.expect(200);
        let secret = replacing(&json!({"password": canary::NEW_PASSWORD}));
        self.ask(ADMIN, "PATCH", path, &secret).await.expect(200);
    }

    async fn programs(&mut self) {
        let printed = self.server.command(&[
            "client",
            "add",
            "--name",
            "probe",
            "--grant",
            "client_credentials",
            "--scope",
            "internal_user_mgt_view",
            "--format",
            "json",
        ]);
        let client: Value = serde_json::from_str(&printed).unwrap();
        let (id, secret) = (client["client_id"].as_str().unwrap(), client["client_secret"].as_str().unwrap());
        let form =
            |secret: &str| format!("grant_type=client_credentials&client_id={id}&client_secret={secret}");
        let token = async |form: String| {
            let request = self.server.request("POST", "/oauth2/token").body(form);
            self.server.send(request.header("content-type", "application/x-www-form-urlencoded")).await
        };
        let token_answer = token(form(secret)).await.expect(200).json();
        token(form(canary::BEARER)).await.expect(401);
        token(format!("grant_type={}", canary::BODY)).await.expect(400);
        let token = token_answer["access_token"].as_str().unwrap().to_owned();
        for bearer in [token.as_str(), canary::BEARER] {
            self.server.send(self.server.request("GET", "/scim2/Users?count=1").bearer_auth(bearer)).await;
        }
        self.born.extend([secret.to_owned(), token]);
    }

    async fn what_nobody_serves(&self) {
        for path in [
            "/scim2",
            "/scim/v2",
            "/api/identity/user/v1.0",
            "",
            "/api/server/v1/identity-governance",
            "/oauth2",
        ] {
            let path = format!("{path}/{}?{}={}", canary::PATH, canary::QUERY, canary::QUERY);
            self.server.send(self.server.request("GET", &path)).await;
            self.ask(ADMIN, "POST", &path, &json!(canary::BODY)).await;
        }
        let found = format!(
            "/scim2/Users?filter=emails%20eq%20%22{}%22&q={}",
            "canarynew%40newcanary.example",
            canary::QUERY
        );
        self.ask(ADMIN, "GET", &found, &Value::Null).await.expect(200);
        self.ask(ADMIN, "GET", &format!("/scim2/Users?filter={}", canary::QUERY), &Value::Null)
            .await
            .expect(400);
        for (method, path) in BODIES {
            let broken = format!("{{\"{}\": \"{}", canary::BODY, canary::BODY);
            let request = self.server.request(method, path).basic_auth(ADMIN.0, Some(ADMIN.1));
            self.server.send(request.header("content-type", "application/json").body(broken)).await;
        }
        self.server
            .send(self.server.request("GET", "/scim2/Me").header("host", canary::HOST))
            .await
            .expect(400);
        for who in [(canary::USER, canary::WRONG_PASSWORD), ("nobody", canary::WRONG_PASSWORD)] {
            self.ask(who, "GET", "/scim2/Me", &Value::Null).await.expect(401);
        }
        let odd = self
            .server
            .request("GET", "/scim2/Me")
            .header("authorization", format!("Odd {}", canary::BEARER));
        self.server.send(odd).await.expect(401);
    }

    async fn settings(&self) {
        let governance =
            "/api/server/v1/identity-governance/T3RoZXIgU2V0dGluZ3M/connectors/dXNlci1jbGFpbS11cGRhdGU";
        let set = |name: &str, value: &str| {
            let property = json!({"name": format!("UserClaimUpdate.{name}"), "value": value});
            json!({"operation": "UPDATE", "properties": [property]})
        };
        self.ask(ADMIN, "PATCH", governance, &set("MobileNumber.VerificationCode.ExpiryTime", "4"))
            .await
            .expect(200);
        self.ask(ADMIN, "PATCH", governance, &set(canary::BODY, canary::BODY)).await;
        self.ask(ADMIN, "PATCH", governance, &set("Email.EnableVerification", canary::BODY))
            .await
            .expect(400);
        self.ask(ADMIN, "GET", &format!("{CODES}/changes?cursor={}", canary::QUERY), &Value::Null).await;
        self.ask(PERSON_LATER, "GET", &format!("{CODES}/me/changes"), &Value::Null).await.expect(200);
        self.ask(PERSON_LATER, "GET", &format!("{CODES}/me/changes/{}", canary::PATH), &Value::Null).await;
    }

    /// A provider and a mail server that fail, and repeat everything they were told.
    async fn failures(&mut self, path: &str) {
        let echo = |code: &str| {
            [
                canary::PROVIDER_SAYS,
                canary::PROVIDER_KEY,
                canary::PROVIDER_PASSWORD,
                canary::URL_KEY,
                canary::THIRD_MOBILE,
            ]
            .join(" ")
                + code
        };
        self.server.gateway.then(Reply::Says(400, "", echo("")));
        let mobile =
            |number: &str| replacing(&json!({"phoneNumbers": [{"type": "mobile", "value": number}]}));
        self.ask(ADMIN, "PATCH", path, &mobile(canary::THIRD_MOBILE)).await.expect(200);
        self.server.line_with("message_dead").await;
        self.server.gateway.then(Reply::Says(500, "", echo("")));
        self.ask(ADMIN, "PATCH", path, &mobile(canary::HELD_MOBILE)).await.expect(200);
        self.server.line_with("message_retry").await;
        self.server.smtp.refuse("RCPT", "550 5.1.1 canary-smtp-says <canarythird@thirdcanary.example>");
        self.server.smtp.refuse("AUTH", "535 5.7.8 canary-smtp-says canarymailer canary-smtp-Password-5");
        let third = replacing(&json!({"emails": [{"primary": true, "value": canary::THIRD_MAIL}]}));
        self.ask(ADMIN, "PATCH", path, &third).await.expect(200);
        self.server.line_with("SMTP 5").await;
        let broken = PUBLISHER.replace("{{body}}", "{{body").replace("Gateway", "Broken");
        std::fs::write(self.server.home.event_publishers().join("broken.xml"), broken).unwrap();
        self.server.line_with("publisher_problem").await;
    }

    /// The database loses a table: every write is the server's own fault from now on.
    async fn a_fault(&self, path: &str) {
        let database = rusqlite::Connection::open(self.server.home.database()).unwrap();
        database.execute_batch("ALTER TABLE audit RENAME TO lost").unwrap();
        let body = replacing(&json!({"nickName": canary::BODY}));
        let scim = self.ask(ADMIN, "PATCH", path, &body).await.expect(500);
        assert!(scim.json()["detail"].as_str().unwrap().contains("traceId"), "{scim}");
        self.ask(ADMIN, "PATCH", path, &replacing(&json!({"password": canary::NEW_PASSWORD})))
            .await
            .expect(500);
    }

    async fn whole(format: &str, level: &str) -> Self {
        let mut day = Self::begin(format, level).await;
        let path = day.person().await;
        day.codes(&path).await;
        day.links(&path).await;
        day.programs().await;
        day.what_nobody_serves().await;
        day.settings().await;
        day.failures(&path).await;
        day.a_fault(&path).await;
        day.server.stop();
        day
    }

    /// Everything that must not be found, in the forms it travels in.
    fn canaries(&self) -> Vec<String> {
        let mut all: Vec<String> = canary::ALL.map(str::to_owned).into();
        all.extend(self.born.iter().cloned());
        all.extend(self.server.cookies.lock().unwrap().iter().cloned());
        for (name, password) in
            [ADMIN, PERSON, PERSON_LATER, (canary::PROVIDER_USER, canary::PROVIDER_PASSWORD)]
        {
            all.push(STANDARD.encode(format!("{name}:{password}")));
        }
        all.push(STANDARD.encode(format!("\0{}\0{}", canary::MAILER, canary::SMTP_PASSWORD)));
        all.extend(["heldcanary.example", "newcanary.example", "thirdcanary.example"].map(str::to_owned));
        all.extend(
            ["canaryheld", "canarynew", "canarythird", "2025550123", "2025550187", "2025550199"]
                .map(str::to_owned),
        );
        all
    }

    fn holds_no_canary(&self) {
        let canaries = self.canaries();
        assert!(canaries.len() > 45, "{canaries:?}");
        for line in self.server.lines.all() {
            let found: Vec<_> = canaries.iter().filter(|canary| line.contains(canary.as_str())).collect();
            assert!(found.is_empty(), "{found:?} in: {line}");
        }
    }
}

const ADMIN: (&str, &str) = ("admin", canary::ADMIN);
const PERSON: (&str, &str) = (canary::USER, canary::PASSWORD);
const PERSON_LATER: (&str, &str) = (canary::USER, canary::NEW_PASSWORD);
const RESEND: &str = "MOBILE_VERIFICATION_ON_UPDATE";

/// Where bodies are read.
const BODIES: [(&str, &str); 7] = [
    ("POST", "/scim2/Users"),
    ("PATCH", "/scim2/Me"),
    ("PUT", "/scim/v2/Me"),
    ("POST", "/api/identity/user/v1.0/validate-code"),
    ("POST", "/api/identity/user/v1.0/me/resend-code"),
    ("PATCH", "/api/server/v1/identity-governance/T3RoZXIgU2V0dGluZ3M/connectors/dXNlci1jbGFpbS11cGRhdGU"),
    ("POST", "/oauth2/token"),
];

/// SEC-59, SEC-60, SEC-62: at the most talkative level no secret and no full address; every line is an object with UTC
/// time, level and the event's word; every request is found by the id its answer named.
#[tokio::test(flavor = "multi_thread")]
async fn the_log_holds_no_secret_and_every_trace_id() {
    let day = tokio::time::timeout(PATIENCE, Day::whole("json", "trace")).await.expect("the day ends");

    day.holds_no_canary();
    let mut traced = Vec::new();
    for line in day.server.lines.all() {
        let object: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("no object: {line}"));
        let word =
            |name: &str| object[name].as_str().unwrap_or_else(|| panic!("no {name}: {line}")).to_owned();
        assert!(word("timestamp").ends_with('Z') && word("timestamp").contains('T'), "{line}");
        assert!(["ERROR", "WARN", "INFO", "DEBUG", "TRACE"].contains(&word("level").as_str()), "{line}");
        assert!(
            !["", "unnamed"].contains(&word("event").as_str()),
            "a line without a word of its own: {line}"
        );
        traced.extend(object["request"]["trace_id"].as_str().map(str::to_owned));
    }
    for answer in day.server.answers.lock().unwrap().iter() {
        let id = answer.header("x-request-id").unwrap_or_else(|| panic!("no id: {answer}"));
        assert!(traced.iter().any(|traced| traced == id), "the log does not know {answer}");
        let body: Value = serde_json::from_str(&answer.text).unwrap_or_default();
        let told = body["traceId"].as_str().or_else(|| {
            body["detail"].as_str()?.split_once("(traceId ").map(|(_, rest)| rest.trim_end_matches(')'))
        });
        assert!(told.is_none_or(|told| told == id), "{answer}");
        let is_own = ["application/json", "application/problem+json"];
        let kind = answer.header("content-type").unwrap_or_default();
        let is_oauth = body["error"].is_string();
        assert!(answer.status < 400 || is_oauth || !is_own.contains(&kind) || told.is_some(), "{answer}");
    }
    for event in [
        "request",
        "sign_in_failed",
        "token_refused",
        "message_handed_over",
        "message_dead",
        "publisher_problem",
    ] {
        day.server
            .lines
            .all()
            .iter()
            .find(|line| line.contains(&format!("\"event\":\"{event}\"")))
            .expect(event);
    }
}

/// SEC-59: nor do the lines for people.
#[tokio::test(flavor = "multi_thread")]
async fn the_log_for_people_holds_no_secret() {
    let day = tokio::time::timeout(PATIENCE, Day::whole("text", "debug")).await.expect("the day ends");

    day.holds_no_canary();
}
