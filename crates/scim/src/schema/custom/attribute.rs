//! One declared attribute, read and kept until it becomes a table row.

use serde_json::{Map, Value};

use super::super::{Kind, Mutability, Returned};
use super::{Fault, Step};

/// A declared attribute or sub-attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Declared {
    pub(super) name: String,
    pub(super) description: String,
    pub(super) kind: Kind,
    pub(super) multi_valued: bool,
    pub(super) required: bool,
    pub(super) case_exact: bool,
    pub(super) mutability: Mutability,
    pub(super) returned: Returned,
    pub(super) canonical_values: Vec<String>,
    pub(super) reference_types: Vec<String>,
    pub(super) sub_attributes: Vec<Declared>,
}

const MEMBERS: [&str; 12] = [
    "name",
    "type",
    "multiValued",
    "description",
    "required",
    "canonicalValues",
    "caseExact",
    "mutability",
    "returned",
    "uniqueness",
    "referenceTypes",
    "subAttributes",
];

const KINDS: [(&str, Kind); 8] = [
    ("string", Kind::String),
    ("boolean", Kind::Boolean),
    ("decimal", Kind::Decimal),
    ("integer", Kind::Integer),
    ("dateTime", Kind::DateTime),
    ("binary", Kind::Binary),
    ("reference", Kind::Reference),
    ("complex", Kind::Complex),
];
const MUTABILITIES: [(&str, Mutability); 4] = [
    ("readWrite", Mutability::ReadWrite),
    ("readOnly", Mutability::ReadOnly),
    ("immutable", Mutability::Immutable),
    ("writeOnly", Mutability::WriteOnly),
];
const RETURNS: [(&str, Returned); 4] = [
    ("default", Returned::Default),
    ("always", Returned::Always),
    ("never", Returned::Never),
    ("request", Returned::Request),
];

impl Declared {
    /// Whether whatever was right under `before` is right under this.
    pub(super) fn keeps(&self, before: &Self) -> bool {
        let told = |one: &Self| Self {
            description: String::new(),
            canonical_values: Vec::new(),
            reference_types: Vec::new(),
            sub_attributes: Vec::new(),
            ..one.clone()
        };
        let has_same_parts = self.sub_attributes.len() == before.sub_attributes.len()
            && self.sub_attributes.iter().zip(&before.sub_attributes).all(|(own, one)| own.keeps(one));
        told(self) == told(before) && has_same_parts
    }

    fn read(item: &Value, is_part: bool) -> Result<Self, Fault> {
        let members = object(item, &MEMBERS)?;
        let name = text(members, "name")?.ok_or_else(|| Fault::new("An attribute needs a name."))?;
        if !is_name(name, is_part) {
            let reason =
                "A name begins with a letter and goes on with letters, digits, - and _, at most 64 in all.";
            return Err(Fault::new(reason).below(Step::Key("name")));
        }
        let kind = word(members, "type", &KINDS)?.unwrap_or(Kind::String);
        if is_part && kind == Kind::Complex {
            let reason = "A sub-attribute cannot be complex: RFC 7643 §2.3.8 knows one level.";
            return Err(Fault::new(reason).below(Step::Key("type")));
        }
        let mutability = word(members, "mutability", &MUTABILITIES)?.unwrap_or(Mutability::ReadWrite);
        word(members, "uniqueness", &[("none", ())]).map_err(|fault| Fault {
            reason: "Only uniqueness none is supported in a declared schema.".to_owned(),
            ..fault
        })?;
        let declared = Self {
            name: name.to_owned(),
            description: text(members, "description")?.unwrap_or(name).to_owned(),
            kind,
            multi_valued: flag(members, "multiValued")?,
            required: flag(members, "required")?,
            case_exact: flag(members, "caseExact")?,
            mutability,
            returned: returned(members, mutability)?,
            canonical_values: texts(members, "canonicalValues")?,
            reference_types: texts(members, "referenceTypes")?,
            sub_attributes: list(members.get("subAttributes"), true)
                .map_err(|fault| fault.below(Step::Key("subAttributes")))?,
        };
        declared.consistent()
    }

    fn consistent(self) -> Result<Self, Fault> {
        let reason = if (self.kind == Kind::Complex) == self.sub_attributes.is_empty() {
            "A complex attribute has subAttributes, and no other has."
        } else if (self.kind == Kind::Reference) == self.reference_types.is_empty() {
            "A reference has referenceTypes, and nothing else has."
        } else if self.multi_valued
            && self.sub_attributes.iter().any(|part| part.mutability == Mutability::Immutable)
        {
            "Parts of a list's values cannot be immutable; make the attribute immutable."
        } else {
            return Ok(self);
        };
        Err(Fault::new(format!("{}: {reason}", self.name)))
    }
}

/// What is write-only is never returned (RFC 7643 §7); whatever else is declared contradicts it.
fn returned(members: &Map<String, Value>, mutability: Mutability) -> Result<Returned, Fault> {
    match (word(members, "returned", &RETURNS)?, mutability) {
        (None | Some(Returned::Never), Mutability::WriteOnly) => Ok(Returned::Never),
        (Some(_), Mutability::WriteOnly) => {
            Err(Fault::new("What is writeOnly is returned never.").below(Step::Key("returned")))
        }
        (given, _) => Ok(given.unwrap_or(Returned::Default)),
    }
}

/// RFC 7643 §2.1; `$ref` is a sub-attribute's.
fn is_name(name: &str, is_part: bool) -> bool {
    let rest = |character: char| character.is_ascii_alphanumeric() || "-_".contains(character);
    is_part && name == "$ref"
        || name.len() <= 64
            && name.starts_with(|first: char| first.is_ascii_alphabetic())
            && name.chars().all(rest)
}

/// The attributes in a list; none where there is no list.
pub(super) fn list(value: Option<&Value>, is_part: bool) -> Result<Vec<Declared>, Fault> {
    let items = match value {
        None => return Ok(Vec::new()),
        Some(Value::Array(items)) => items,
        Some(_) => return Err(Fault::new("Attributes are a list.")),
    };
    let mut declared: Vec<Declared> = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        let attribute = Declared::read(item, is_part).map_err(|fault| fault.below(Step::Index(index)))?;
        if declared.iter().any(|other| other.name.eq_ignore_ascii_case(&attribute.name)) {
            let reason = format!("{} is declared twice; case does not count.", attribute.name);
            return Err(Fault::new(reason).below(Step::Index(index)));
        }
        declared.push(attribute);
    }
    Ok(declared)
}

/// An object with no other members than these: a slip of the pen must not become a default.
pub(super) fn object<'v>(
    value: &'v Value,
    members: &[&'static str],
) -> Result<&'v Map<String, Value>, Fault> {
    let object = value.as_object().ok_or_else(|| Fault::new("A definition is an object."))?;
    match object.keys().find(|key| !members.contains(&key.as_str())) {
        Some(_) => Err(Fault::new(format!("A member is unknown here; there are: {}.", members.join(", ")))),
        None => Ok(object),
    }
}

pub(super) fn text<'v>(members: &'v Map<String, Value>, key: &'static str) -> Result<Option<&'v str>, Fault> {
    match members.get(key) {
        None => Ok(None),
        Some(Value::String(text)) if !text.is_empty() => Ok(Some(text)),
        Some(_) => Err(Fault::new(format!("{key} is a text that is not empty.")).below(Step::Key(key))),
    }
}

fn texts(members: &Map<String, Value>, key: &'static str) -> Result<Vec<String>, Fault> {
    let texts = match members.get(key) {
        None => Some(Vec::new()),
        Some(Value::Array(items)) => items.iter().map(|item| item.as_str().map(str::to_owned)).collect(),
        Some(_) => None,
    };
    texts.ok_or_else(|| Fault::new(format!("{key} is a list of texts.")).below(Step::Key(key)))
}

fn flag(members: &Map<String, Value>, key: &'static str) -> Result<bool, Fault> {
    match members.get(key) {
        None => Ok(false),
        Some(Value::Bool(flag)) => Ok(*flag),
        Some(_) => Err(Fault::new(format!("{key} is true or false.")).below(Step::Key(key))),
    }
}

fn word<T: Copy>(
    members: &Map<String, Value>,
    key: &'static str,
    words: &[(&'static str, T)],
) -> Result<Option<T>, Fault> {
    let Some(given) = members.get(key) else { return Ok(None) };
    let found = words.iter().find(|(word, _)| given == word);
    let known = || words.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", ");
    let unknown = || Fault::new(format!("{key} is one of: {}.", known())).below(Step::Key(key));
    found.map(|(_, value)| Some(*value)).ok_or_else(unknown)
}
