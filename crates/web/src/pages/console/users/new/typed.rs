//! What the form says, and what it asks for in the words of SCIM.

use countersign_domain::actor::Persona;
use countersign_domain::claim::{Address, ClaimFamily, InvalidAddress};
use countersign_domain::user_claim_update::Wanted;
use countersign_scim::schema::{Dialect, ResourceSchema, SYSTEM_URN};
use countersign_scim::{ScimError, body, user};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use zeroize::Zeroizing;

use crate::pages::posted;
use crate::pages::visitor::Visitor;

/// The longest name an index takes.
pub(super) const NAME_MAX: usize = 255;

/// The form, its inputs named by the SCIM attributes.
#[derive(Deserialize)]
pub(in crate::pages::console) struct NewUserForm {
    #[serde(flatten)]
    typed: Typed,
    #[serde(default, deserialize_with = "posted::secret")]
    password: Zeroizing<String>,
}

impl posted::Form for NewUserForm {
    const KEPT: &'static [&'static str] = &[
        "userName",
        "name.givenName",
        "name.familyName",
        "emails",
        "phoneNumbers",
        "verifyEmail",
        "verifyMobile",
    ];
}

impl NewUserForm {
    /// What was typed, without the blanks around it, and the password, exactly as it was.
    pub(super) fn taken(self) -> (Typed, Option<Zeroizing<String>>) {
        let Self { typed, password } = self;
        let trimmed = |text: String| text.trim().to_owned();
        let typed = Typed {
            user_name: trimmed(typed.user_name),
            given_name: trimmed(typed.given_name),
            family_name: trimmed(typed.family_name),
            emails: trimmed(typed.emails),
            phone_numbers: trimmed(typed.phone_numbers),
            ..typed
        };
        (typed, Some(password).filter(|password| !password.is_empty()))
    }
}

/// Everything but the password.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Typed {
    #[serde(rename = "userName")]
    pub(super) user_name: String,
    #[serde(rename = "name.givenName")]
    pub(super) given_name: String,
    #[serde(rename = "name.familyName")]
    pub(super) family_name: String,
    emails: String,
    #[serde(rename = "phoneNumbers")]
    phone_numbers: String,
    #[serde(rename = "verifyEmail")]
    verify_email: String,
    #[serde(rename = "verifyMobile")]
    verify_mobile: String,
}

/// What a ticked box sends.
const TICKED: &str = "true";

impl Typed {
    /// What was typed before the session ended; else nothing, with the proofs to be asked for.
    pub(super) fn kept(here: &str, visitor: &Visitor) -> Self {
        let typed = |name: &str| visitor.typed(here, name).unwrap_or_default().to_owned();
        let is_kept = visitor.typed(here, "userName").is_some();
        let ticked = |name: &str| if is_kept { typed(name) } else { TICKED.to_owned() };
        Self {
            user_name: typed("userName"),
            given_name: typed("name.givenName"),
            family_name: typed("name.familyName"),
            emails: typed("emails"),
            phone_numbers: typed("phoneNumbers"),
            verify_email: ticked("verifyEmail"),
            verify_mobile: ticked("verifyMobile"),
        }
    }

    /// The address or number as typed, and whether its proof is asked for.
    pub(super) fn contact(&self, family: ClaimFamily) -> (&str, bool) {
        match family {
            ClaimFamily::Email => (&self.emails, self.verify_email == TICKED),
            ClaimFamily::Mobile => (&self.phone_numbers, self.verify_mobile == TICKED),
        }
    }

    /// The address or number; `None` where none was typed.
    pub(super) fn address(&self, family: ClaimFamily) -> Result<Option<Address>, InvalidAddress> {
        let (value, _) = self.contact(family);
        if value.is_empty() { Ok(None) } else { Address::parse(family, value).map(Some) }
    }

    /// The user as `POST /Users` would be asked for him, so that the page and the API mean the same.
    pub(super) fn wanted(&self, schema: &ResourceSchema, password_set: bool) -> Result<Wanted, ScimError> {
        let mut resource = Map::new();
        resource.insert("schemas".into(), json!([schema.core.urn, SYSTEM_URN]));
        resource.insert("userName".into(), self.user_name.as_str().into());
        let names = [("givenName", &self.given_name), ("familyName", &self.family_name)];
        let names = names.into_iter().filter(|(_, name)| !name.is_empty());
        let names: Map<String, Value> =
            names.map(|(part, name)| (part.to_owned(), name.as_str().into())).collect();
        resource.insert("name".into(), names.into());
        let mut system = Map::new();
        for (family, attribute, verify, label) in [
            (ClaimFamily::Email, "emails", "verifyEmail", ("primary", json!(true))),
            (ClaimFamily::Mobile, "phoneNumbers", "verifyMobile", ("type", json!("mobile"))),
        ] {
            let (value, is_asked) = self.contact(family);
            if !value.is_empty() {
                resource.insert(attribute.into(), json!([{"value": value, label.0: label.1}]));
                system.insert(verify.into(), is_asked.into());
            }
        }
        resource.insert(SYSTEM_URN.into(), system.into());
        let edited = body::created(resource.into(), schema)?;
        let request = user::Request {
            before: None,
            how: user::How::Whole,
            persona: Persona::Administrator,
            dialect: Dialect::Strict,
        };
        Ok(Wanted { password_set, ..user::wanted_of(&edited, &request)?.wanted })
    }
}
