//! What a request wants of a user, in the rules' own words.

use countersign_domain::{
    actor::Persona,
    claim::{Address, ClaimFamily, PerFamily},
    profile::{Contacts, Entry, Held, Label, OWNER_WRITABLE, Profile},
    user_claim_update::{PendingWish, Wanted, WantedContacts},
};
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::{FamilyNames, names};
use crate::{
    body::Edited,
    error::{ScimError, ScimType, invalid_value},
    schema::{Dialect, REASON, SYSTEM_URN},
};

/// The longest text that users are looked up by: an index takes no text of any length.
const KEY_CHARACTERS_MAX: usize = 255;

/// How a request describes the resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// POST and PUT: whole. What it repeats it has not addressed (D-6).
    Whole,
    /// PATCH: by naming what is to change.
    Patch,
}

/// What besides the edited resource decides what a request means.
#[derive(Debug, Clone, Copy)]
pub struct Request<'p> {
    /// The user before, `None` for one that is created.
    pub before: Option<&'p Profile>,
    /// Which kind of request it is.
    pub how: How,
    /// How the caller relates to the user.
    pub persona: Persona,
    /// Which mount it came in on: `userName` may change only at the strict one (DESIGN §5).
    pub dialect: Dialect,
}

/// What to write: the claims as wanted, and the password beside them, which the rules never see.
#[derive(Clone)]
pub struct Write {
    /// For the rules.
    pub wanted: Wanted,
    /// A new password in clear.
    pub password: Option<Zeroizing<String>>,
}

/// Neither the password nor the addresses.
impl std::fmt::Debug for Write {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Write").field("sets_password", &self.password.is_some()).finish_non_exhaustive()
    }
}

/// Translates an edited resource into what the rules decide on.
///
/// - P is found among the entries as DESIGN §5 says. A P that is no address is `invalidValue`, naming the attribute;
///   plain entries are not judged.
/// - `/scim2` does not show whether P is marked as primary; an echo of P there does not mark it.
/// - P counts as named only if a PATCH stated that very value (D-6).
/// - A list, a verified flag or a pending value that the request does not mention asks for nothing, also when a PUT
///   leaves out the whole system schema (`verification.md` §2.6).
/// - `active` left out of a POST or PUT is true; removed by a PATCH it is not stated any more, which means the same. `verify…`, `password` and everything guarded stay out of the plain attributes.
/// - `changeReason` is of this request only: at most 500 characters, without control characters (SEC-38).
/// - A PUT by the owner keeps what he may not write and did not mention: to him it is readOnly (SCIM-44).
pub fn wanted_of(edited: &Edited, request: &Request<'_>) -> Result<Write, ScimError> {
    let empty = Map::new();
    let resource = edited.resource.as_object().unwrap_or(&empty);
    let system = resource.get(SYSTEM_URN).and_then(Value::as_object).unwrap_or(&empty);
    let reading = Reading { edited, request, resource, system };
    let user_name = resource.get("userName").and_then(Value::as_str);
    let user_name = user_name.ok_or_else(|| invalid_value("userName is required."))?.to_owned();
    for name in ["userName", "externalId"] {
        let text = resource.get(name).and_then(Value::as_str).unwrap_or_default();
        if text.chars().count() > KEY_CHARACTERS_MAX {
            return Err(invalid_value(format!("{name} has at most {KEY_CHARACTERS_MAX} characters.")));
        }
    }
    let password = reading.password()?;
    let mut attributes = plain_attributes(resource);
    let mut active = truth(resource, "active");
    if active.is_none() && request.how == How::Whole {
        // Left out is the default; where nothing was said, nothing is said.
        active = request.before.is_none_or(|before| before.active.is_some()).then_some(true);
    }
    if let Some(before) =
        request.before.filter(|_| request.how == How::Whole && request.persona == Persona::Owner)
    {
        reading.keep_what_owner_may_not_write(before, &mut attributes);
        active = if edited.named.contains("active") { active } else { before.active };
    }
    let wanted = Wanted {
        user_name,
        rename_allowed: request.dialect == Dialect::Strict,
        active,
        locked: truth(system, "accountLocked"),
        password_set: password.is_some(),
        attributes,
        contacts: PerFamily {
            email: reading.contacts(ClaimFamily::Email)?,
            mobile: reading.contacts(ClaimFamily::Mobile)?,
        },
        reason: reading.reason()?,
    };
    Ok(Write { wanted, password })
}

/// The characters of a reason: enough for a sentence and a ticket, too few for a document.
const REASON_MAX: usize = 500;

/// Everything that is neither guarded, nor the server's, nor of this request only.
fn plain_attributes(resource: &Map<String, Value>) -> Map<String, Value> {
    const ELSEWHERE: [&str; 10] = [
        "schemas",
        "id",
        "meta",
        "userName",
        "active",
        "password",
        "emails",
        "phoneNumbers",
        "groups",
        SYSTEM_URN,
    ];
    let plain = resource.iter().filter(|(name, _)| !ELSEWHERE.contains(&name.as_str()));
    plain.map(|(name, value)| (name.clone(), value.clone())).collect()
}

fn truth(members: &Map<String, Value>, name: &str) -> Option<bool> {
    members.get(name).and_then(Value::as_bool)
}

struct Reading<'r> {
    edited: &'r Edited,
    request: &'r Request<'r>,
    resource: &'r Map<String, Value>,
    system: &'r Map<String, Value>,
}

impl Reading<'_> {
    fn password(&self) -> Result<Option<Zeroizing<String>>, ScimError> {
        match self.resource.get("password").and_then(Value::as_str) {
            Some(password) => Ok(Some(Zeroizing::new(password.to_owned()))),
            None if self.request.how == How::Patch && self.edited.named.contains("password") => {
                Err(ScimError::new(ScimType::Mutability, "password can be set, not removed."))
            }
            None => Ok(None),
        }
    }

    /// Why the caller writes. Blank is none.
    fn reason(&self) -> Result<Option<String>, ScimError> {
        let Some(given) = self.system.get(REASON).and_then(Value::as_str) else { return Ok(None) };
        if given.chars().count() > REASON_MAX {
            return Err(invalid_value(format!("{REASON} has at most {REASON_MAX} characters.")));
        }
        let stated: String = given.chars().filter(|c| !c.is_control()).collect();
        let stated = stated.trim();
        Ok((!stated.is_empty()).then(|| stated.to_owned()))
    }

    fn contacts(&self, family: ClaimFamily) -> Result<WantedContacts, ScimError> {
        let names = names(family);
        let (mut held, mut others) = Contacts::sort_entries(family, self.entries(names))
            .map_err(|why| invalid_value(format!("{}: {why}.", names.entries)))?;
        if let (Some(asked), Some(stored)) = (&mut held, self.stored(family)) {
            self.unmark(asked, stored);
        }
        self.keep_unseen_marks(family, &mut others);
        let named = self.request.how == How::Patch
            && held
                .as_ref()
                .is_some_and(|held| self.edited.named.states(names.entries, held.address.as_str()));
        Ok(WantedContacts {
            held,
            others,
            named,
            all: self.list(family, names.all)?,
            proven: self.list(family, names.proven)?,
            verify: truth(self.system, names.verify),
            asserts_verified: self
                .mentions(names.verified)
                .then(|| truth(self.system, names.verified).unwrap_or(false)),
            asserts_listed: false,
            pending: self.pending(names)?,
        })
    }

    fn stored(&self, family: ClaimFamily) -> Option<&Held> {
        self.request.before?.contacts(family).held.as_ref()
    }

    /// What a plain string of `/scim2` says about P is not that somebody marked it as primary (SCIM-126).
    fn unmark(&self, asked: &mut Held, stored: &Held) {
        let as_stored = Label { primary: stored.label.primary, ..asked.label.clone() };
        let is_echo = asked.address.as_str() == stored.address.as_str() && as_stored == stored.label;
        if is_echo && self.request.dialect == Dialect::Wso2 {
            asked.label = as_stored;
        }
    }

    /// `/scim2` shows no `primary: false`; an echo from there does not take it away (SCIM-126).
    fn keep_unseen_marks(&self, family: ClaimFamily, others: &mut [Entry]) {
        let Some(before) = self.request.before.filter(|_| self.request.dialect == Dialect::Wso2) else {
            return;
        };
        let stored = &before.contacts(family).others;
        for asked in others.iter_mut().filter(|asked| asked.label.primary.is_none()) {
            let as_refused = Label { primary: Some(false), ..asked.label.clone() };
            if stored.iter().any(|entry| entry.value == asked.value && entry.label == as_refused) {
                asked.label = as_refused;
            }
        }
    }

    fn entries(&self, names: &FamilyNames) -> Vec<Entry> {
        let values =
            self.resource.get(names.entries).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        values.iter().filter_map(entry).collect()
    }

    /// Whether the request mentions an attribute of the system schema.
    fn mentions(&self, name: &str) -> bool {
        self.edited.named.contains(&format!("{SYSTEM_URN}:{name}"))
    }

    fn list(&self, family: ClaimFamily, name: &str) -> Result<Option<Vec<Address>>, ScimError> {
        if !self.mentions(name) {
            return Ok(None);
        }
        let members = self.system.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let members = members.iter().filter_map(Value::as_str).map(|text| Address::parse(family, text));
        let members: Result<Vec<Address>, _> = members.collect();
        members.map(Some).map_err(|why| invalid_value(format!("{name}: {why}.")))
    }

    /// D-12. What the value has to be is the rules' to say.
    fn pending(&self, names: &FamilyNames) -> Result<PendingWish, ScimError> {
        if !self.mentions(names.pending) {
            return Ok(PendingWish::Unnamed);
        }
        let value = match self.system.get(names.pending) {
            Some(Value::Array(values)) => match values.as_slice() {
                [] => None,
                [one] => one["value"].as_str(),
                _ => {
                    let detail = format!("{} cannot be written: one value waits at a time.", names.pending);
                    return Err(ScimError::new(ScimType::Mutability, detail));
                }
            },
            Some(Value::String(text)) => Some(text.as_str()),
            _ => None,
        };
        Ok(value.map_or(PendingWish::Cleared, |value| PendingWish::Value(value.to_owned())))
    }

    /// SCIM-44: readOnly attributes are not cleared by leaving them out, and most of the profile is readOnly to its
    /// owner.
    fn keep_what_owner_may_not_write(&self, before: &Profile, attributes: &mut Map<String, Value>) {
        for (name, held) in
            before.attributes.iter().filter(|(name, _)| !OWNER_WRITABLE.contains(&name.as_str()))
        {
            if is_extension(name) {
                self.keep_members(name, held, attributes);
            } else if !self.edited.named.contains(name) {
                attributes.insert(name.clone(), held.clone());
            }
        }
    }

    fn keep_members(&self, urn: &str, held: &Value, attributes: &mut Map<String, Value>) {
        let unnamed = |name: &str| !self.edited.named.contains(&format!("{urn}:{name}"));
        let kept = held.as_object().into_iter().flatten().filter(|(name, _)| unnamed(name));
        let kept: Vec<(String, Value)> = kept.map(|(name, value)| (name.clone(), value.clone())).collect();
        if kept.is_empty() {
            return;
        }
        let slot = attributes.entry(urn).or_insert_with(|| Value::Object(Map::new()));
        if let Value::Object(members) = slot {
            members.extend(kept);
        }
    }
}

fn is_extension(name: &str) -> bool {
    name.contains(':')
}

fn entry(value: &Value) -> Option<Entry> {
    let text = |name: &str| value.get(name).and_then(Value::as_str).map(ToOwned::to_owned);
    let kind = super::type_of(value).map(ToOwned::to_owned);
    let label = Label { kind, display: text("display"), primary: value["primary"].as_bool() };
    Some(Entry { value: text("value")?, label })
}
