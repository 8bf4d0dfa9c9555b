//! What a journey starts from: configuration, publishers, and a turn on each database.

use countersign::home::Home;
use toml::{Table, Value};

use super::TestApp;
use super::database::Database;
use crate::sinks::http::HttpSink;
use crate::sinks::smtp::SmtpSink;

/// What differs from the usual beginning.
#[derive(Default)]
pub(crate) struct Given {
    toml: Table,
    publishers: Vec<(&'static str, &'static str)>,
    resources: Vec<(&'static str, &'static str)>,
    has_no_senders: bool,
}

/// Where things are that the configuration has to name.
pub(super) struct Places<'a> {
    pub(super) port: u16,
    pub(super) smtp: &'a SmtpSink,
    pub(super) gateway: &'a HttpSink,
    pub(super) database: &'a Database,
}

/// Runs a journey from the usual beginning: both verifications on, mail and SMS set up, admin, bob and kim there.
pub(crate) async fn on_both_databases(case: impl AsyncFn(&mut TestApp)) {
    Given::default().on_both_databases(case).await;
}

/// The usual beginning with these keys of `deployment.toml` in place of, or beside, its own.
pub(crate) fn given(toml: &str) -> Given {
    Given::default().toml(toml)
}

impl Given {
    /// These keys of `deployment.toml` in place of, or beside, the usual ones.
    pub(crate) fn toml(mut self, toml: &str) -> Self {
        merge(&mut self.toml, toml.parse().unwrap());
        self
    }

    /// This file in the publishers' folder, instead of the usual one; `{gateway}` in it is the gateway's URL.
    pub(crate) fn publisher(mut self, file: &'static str, text: &'static str) -> Self {
        self.publishers.push((file, text));
        self
    }

    /// Neither a mail server nor a publisher: messages appear in the dev inbox, as at a newcomer's first start.
    pub(crate) fn without_senders(mut self) -> Self {
        self.has_no_senders = true;
        self
    }

    /// This file below `repository/resources`.
    pub(crate) fn resource(mut self, file: &'static str, text: &'static str) -> Self {
        self.resources.push((file, text));
        self
    }

    /// Runs a journey on SQLite, then on PostgreSQL where there is one.
    pub(crate) async fn on_both_databases(self, case: impl AsyncFn(&mut TestApp)) {
        self.on(Database::Sqlite, &case).await;
        if let Some(database) = Database::postgres().await {
            self.on(database, &case).await;
        }
    }

    async fn on(&self, database: Database, case: &impl AsyncFn(&mut TestApp)) {
        let mut app = TestApp::start(self, database).await;
        case(&mut app).await;
        app.finish().await;
    }

    /// Writes configuration and publisher into the home folder.
    pub(super) fn write(&self, home: &Home, places: &Places<'_>) {
        let mut settings = usual(places);
        if self.has_no_senders {
            settings.remove("output_adapter");
        }
        merge(&mut settings, self.toml.clone());
        std::fs::write(home.deployment_toml(), settings.to_string()).unwrap();
        for (file, text) in &self.resources {
            std::fs::write(home.resources().join(file), text).unwrap();
        }
        let publishers: &[_] = match self.publishers.as_slice() {
            [] if !self.has_no_senders => &[("sms.xml", USUAL_PUBLISHER)],
            own => own,
        };
        for (file, text) in publishers {
            let text = text.replace("{gateway}", &places.gateway.url("/sms/json"));
            std::fs::write(home.event_publishers().join(file), text).unwrap();
        }
    }
}

/// A publisher as an operator would write it for the gateway.
pub(crate) const USUAL_PUBLISHER: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<eventPublisher name="Gateway" processing="enable" xmlns="http://wso2.org/carbon/eventpublisher">
    <from streamName="id_gov_sms_notify_stream" version="1.0.0"/>
    <mapping customMapping="enable" type="json">
        <inline>{"to": {{send-to}}, "text": {{body}}}</inline>
    </mapping>
    <to eventAdapterType="http">
        <property name="http.client.method">HttpPost</property>
        <property name="http.url">{gateway}</property>
    </to>
</eventPublisher>
"#;

fn usual(places: &Places<'_>) -> Table {
    let text = format!(
        r#"
        [transport.https.properties]
        port = {port}
        [super_admin]
        username = "admin"
        password = "admin"
        [identity_mgt.user_claim_update.email]
        enable_verification = true
        [identity_mgt.user_claim_update.mobile]
        enable_verification = true
        [output_adapter.email]
        from_address = "no-reply@example.org"
        username = "mailer"
        password = "not a secret"
        signature = "Example"
        hostname = "localhost"
        port = {smtp}
        [countersign.security]
        password_min_length = 7
        weak_passwords = "allow"
        outbound_allow = ["{gateway}"]
        "#,
        port = places.port,
        smtp = places.smtp.address.port(),
        gateway = places.gateway.address,
    );
    let mut settings: Table = text.parse().unwrap();
    settings.insert(
        "database".to_owned(),
        Value::Table([("identity_db".to_owned(), places.database.table().into())].into_iter().collect()),
    );
    settings
}

/// Tables are merged, everything else is replaced.
fn merge(into: &mut Table, from: Table) {
    for (key, value) in from {
        match (into.get_mut(&key), value) {
            (Some(Value::Table(old)), Value::Table(new)) => merge(old, new),
            (_, value) => drop(into.insert(key, value)),
        }
    }
}
