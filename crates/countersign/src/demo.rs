//! `countersign demo`: a throw-away home with the people the product's documents speak of, and lines to paste.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use countersign_app::{App, NewPassword};
use countersign_domain::UserId;
use countersign_domain::claim::{ClaimFamily, PerFamily};
use countersign_domain::profile::{Contacts, Entry, Label};
use countersign_domain::user_claim_update::{Wanted, WantedContacts};
use serde_json::{Map, json};
use zeroize::Zeroizing;

use crate::first_start::server_context;
use crate::home::Home;

/// The configuration of the demo: everybody's first passwords, and both verifications on.
const DEPLOYMENT_TOML: &str = r#"# Written by `countersign demo`, for this machine only and until it stops.
[transport.https.properties]
port = PORT

[super_admin]
username = "admin"
password = "admin"

[identity_mgt.user_claim_update.email]
enable_verification = true

[identity_mgt.user_claim_update.mobile]
enable_verification = true
enable_verification_by_privileged_user = true

[countersign.security]
password_min_length = 7
weak_passwords = "allow"

[countersign.log]
level = "warn"
format = "text"
"#;

/// Bob's id in the documents.
const BOB: &str = "1e624046-520c-4628-a245-091e04b03f21";
/// Kim's.
const KIM: &str = "7a0c3d52-96be-4f18-8f4d-20c1b5e6a973";

/// A folder that goes when the demo ends.
pub struct Folder(PathBuf);

impl Folder {
    /// Makes an empty one, readable by its owner alone.
    pub fn create() -> anyhow::Result<Self> {
        let folder =
            tempfile::Builder::new().prefix("countersign-demo-").tempdir().context("no temporary folder")?;
        Ok(Self(folder.keep()))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Writes the configuration of a demo on `port`.
pub fn prepare(home: &Home, port: u16) -> anyhow::Result<()> {
    home.create()?;
    let text = DEPLOYMENT_TOML.replace("PORT", &port.to_string());
    crate::home::write_private(&home.deployment_toml(), text.as_bytes())
}

/// Puts bob and kim in, and gives out the bearer token of an application that may list, view and update people.
pub async fn populate(app: &App) -> anyhow::Result<Zeroizing<String>> {
    let cx = server_context();
    let people = [
        (BOB, person("bob", ["Bob", "Smith"], "bobsmith@abc.com", Some("0111111111"), false)?),
        (KIM, person("kim", ["Kim", "Jackson"], "kim@abc.com", None, true)?),
    ];
    for (id, wanted) in people {
        let id: UserId = id.parse().context("the id of a person of the demo")?;
        let password = NewPassword::Chosen(Zeroizing::new("pass123".to_owned()));
        app.create_user(&cx, Some(id), &wanted, Some(password))
            .await
            .context("a person of the demo could not be added")?;
    }
    let scopes: Vec<String> =
        ["list", "view", "update"].map(|verb| format!("internal_user_mgt_{verb}")).into();
    let scopes = [scopes, vec!["internal_user_code_mgt_create".to_owned()]].concat();
    let grants = vec!["client_credentials".to_owned()];
    let new = app.add_client(&cx, "demo", grants, &scopes).await?;
    let client = app.client_with_secret(&cx.tenant, &new.id.to_string(), &new.secret).await?;
    let client = client.context("the demo's client is gone")?;
    let issued =
        app.issue_token(&cx.tenant, &client, &[]).await?.context("the demo's client has no scopes")?;
    Ok(issued.token)
}

fn person(
    user_name: &str,
    [given, family]: [&str; 2],
    email: &str,
    mobile: Option<&str>,
    listed: bool,
) -> anyhow::Result<Wanted> {
    let name = json!({"givenName": given, "familyName": family});
    let mut email = contact(ClaimFamily::Email, Some(email))?;
    if listed {
        email.all = email.held.as_ref().map(|held| vec![held.address.clone()]);
    }
    Ok(Wanted {
        user_name: user_name.to_owned(),
        rename_allowed: false,
        active: Some(true),
        locked: None,
        password_set: true,
        attributes: Map::from_iter([("name".to_owned(), name)]),
        contacts: PerFamily { email, mobile: contact(ClaimFamily::Mobile, mobile)? },
        reason: None,
    })
}

fn contact(family: ClaimFamily, value: Option<&str>) -> anyhow::Result<WantedContacts> {
    let Some(value) = value else { return Ok(WantedContacts::default()) };
    let kind = (family == ClaimFamily::Mobile).then(|| "mobile".to_owned());
    let label = Label { kind, ..Label::default() };
    let (held, others) = Contacts::sort_entries(family, vec![Entry { value: value.to_owned(), label }])?;
    Ok(WantedContacts { held, others, asserts_verified: Some(true), ..WantedContacts::default() })
}

/// What a newcomer's terminal shows on the very first start.
pub(crate) fn first_lines(url: &str, admin: &str) -> Vec<String> {
    let curl = format!(r"  curl -k -u {admin} -w '\n%{{http_code}}\n'");
    let json = r#"-H "Content-Type: application/json""#;
    let change = r#"{"Operations":[{"op":"replace","value":{"phoneNumbers":[{"type":"mobile","value":"0123456789"}]}}]}"#;
    let codes = format!("{url}/api/identity/user/v1.0");
    vec![
        format!("{curl} {url}/scim2/Me"),
        format!("{curl} -X PATCH {json} {url}/scim2/Me -d '{change}'"),
        format!(r#"{curl} {json} {codes}/me/validate-code -d '{{"code":"CODE","properties":[]}}'"#),
    ]
}

/// The lines to paste, one after the other, and what each shows.
pub fn script(url: &str, home: &Home, token: &str) -> String {
    let publishers = home.event_publishers();
    let publishers = publishers.display();
    let json = r#"-H "Content-Type: application/json""#;
    let shown = r"-w '\n%{http_code}\n'";
    let bearer = format!(r#"-H "Authorization: Bearer {token}""#);
    let (bob, kim) = (format!("{url}/scim2/Users/{BOB}"), format!("{url}/scim2/Users/{KIM}"));
    let codes = format!("{url}/api/identity/user/v1.0");
    let change = r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","value":"#;
    let extension = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    let scenario = r#""properties":[{"key":"RecoveryScenario","value":"#;
    let list = r#"{"urn:scim:wso2:schema":{"verifiedEmailAddresses":"kim@abc.com,kim.second@abc.com"}}"#;
    format!(
        r#"Countersign demo: {url}   (admin/admin, bob/pass123, kim/pass123)
Nobody but this machine reaches it, and everything is gone when you stop it with Ctrl-C.
What would be sent by SMS or e-mail appears here, and as a page at {url}/console/dev-inbox

With a browser (docs/guides/tour.md is the walk; the browser will warn of the demo's own certificate):
   {url}/myaccount/   as bob: change a number or an address
   {url}/console/     as admin: find bob, see what became of it, switch settings
   An SMS publisher dropped into {publishers} is used at once.

With curl, one line after the other pasted into another terminal:

1  An administrator changes bob's number. The old one stays in force; the new one waits as pendingMobileNumber.
curl -k --user admin:admin -X PATCH -d '{change}{{"phoneNumbers":[{{"type":"mobile","value":"0123456789"}}]}}}}]}}' {json} {shown} {bob}

2  Bob enters the code: put the one that appeared here in place of CODE (202). Now the new number is in force.
curl -k --user bob:pass123 -X POST {json} -d '{{"code":"CODE","properties":[]}}' {shown} {codes}/me/validate-code
curl -k --user bob:pass123 {shown} {bob}

3  Bob changes it himself and has the code sent again (201): the second one works, the first one no more.
curl -k --user bob:pass123 -X PATCH -d '{change}{{"{extension}":{{"verifyMobile":"true"}},"phoneNumbers":[{{"type":"mobile","value":"0777777777"}}]}}}}]}}' {json} {shown} {bob}
curl -k --user bob:pass123 -X POST {json} -d '{{{scenario}"MOBILE_VERIFICATION_ON_UPDATE"}}]}}' {shown} {codes}/me/resend-code

4  Bob changes his e-mail address: it waits in pendingEmails, and his old address is told. Open the link to
   confirmregistration.do in a browser (it will warn of the demo's own certificate), press the button, and look again.
curl -k --user bob:pass123 -X PATCH -d '{change}{{"{extension}":{{"verifyEmail":"true"}},"emails":[{{"primary":true,"value":"bob@example.org"}}]}}}}]}}' {json} {shown} {bob}
curl -k --user bob:pass123 {shown} {bob}

5  An application adds a second verified address for kim: it waits in pendingEmails. Then it has the link sent again (201).
curl -k -X PATCH -d '{change}{list}}}]}}' {json} {bearer} {shown} {kim}
curl -k -X POST {json} {bearer} -d '{{"user":{{"username":"kim","realm":"PRIMARY"}},{scenario}"EMAIL_VERIFICATION_ON_VERIFIED_LIST_UPDATE"}}]}}' {shown} {codes}/resend-code

6  What became of each of bob's changes, step by step.
curl -k --user bob:pass123 {shown} {codes}/me/changes
"#
    )
}
