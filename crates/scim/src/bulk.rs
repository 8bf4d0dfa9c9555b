//! Bulk (RFC 7644 §3.7, SCIM-100 … SCIM-104): several operations in one request.
//!
//! Pure: what was asked ([`Bulk::parse`]), in which order it has to happen and what may happen at once
//! ([`Bulk::steps`]), which id a `bulkId` turned out to be ([`Known`]), and how the answer is written. Carrying an
//! operation out is the caller's, by the same means as a single request.

mod footprint;
mod order;
mod reference;

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::error::{ScimError, ScimType, invalid_value};

pub use self::{
    footprint::{Footprint, of_user},
    order::{Turn, Unresolvable},
    reference::Known,
};

/// The most operations in one request: what `/ServiceProviderConfig` announces (SEC-41).
pub const OPERATIONS_MAX: usize = 1_000;
/// The longest body, in bytes: what `/ServiceProviderConfig` announces (SEC-41).
pub const PAYLOAD_MAX: usize = 4 * 1024 * 1024;

/// The URN of an answer.
const RESPONSE_URN: &str = "urn:ietf:params:scim:api:messages:2.0:BulkResponse";

/// A Bulk request.
#[derive(Debug, Clone)]
pub struct Bulk {
    /// What is asked, in the order of the request.
    pub operations: Vec<Operation>,
    /// After how many errors nothing more is done (`failOnErrors`); 0 on the wire, like leaving it out, is no limit.
    pub errors_max: Option<usize>,
}

/// One operation.
#[derive(Debug, Clone)]
pub struct Operation {
    /// The method, if it is one.
    pub method: Option<Method>,
    /// What the request calls the resource.
    pub bulk_id: Option<String>,
    /// What is asked; an operation that cannot be read is refused alone.
    pub asked: Result<Asked, ScimError>,
    /// The names after `bulkId:` in it.
    references: BTreeSet<String>,
}

/// What an operation that can be read asks for.
#[derive(Clone)]
pub struct Asked {
    /// What to do.
    pub method: Method,
    /// To which kind of resource: the first segment of the path, as it was written.
    pub endpoint: String,
    /// To which one: the second segment, if there is one.
    pub id: Option<String>,
    /// The version it may replace, as an `ETag`: acts as `If-Match`.
    pub version: Option<String>,
    /// What would be the body of a single request; null if there is none.
    pub data: Value,
}

/// Without the data, which may hold an address or a password.
impl std::fmt::Debug for Asked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} /{}", self.method.as_str(), self.endpoint)
    }
}

/// What an operation does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Creates.
    Post,
    /// Replaces.
    Put,
    /// Changes.
    Patch,
    /// Deletes.
    Delete,
}

impl Method {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }

    fn of(word: &str) -> Option<Self> {
        [Self::Post, Self::Put, Self::Patch, Self::Delete]
            .into_iter()
            .find(|method| method.as_str().eq_ignore_ascii_case(word))
    }
}

/// Why nothing of a request is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BulkError {
    /// More than [`OPERATIONS_MAX`] operations: 413 (SCIM-103).
    TooManyOperations,
    /// It is no Bulk request.
    Malformed(ScimError),
}

impl From<ScimError> for BulkError {
    fn from(error: ScimError) -> Self {
        Self::Malformed(error)
    }
}

impl Bulk {
    /// Reads a Bulk request.
    ///
    /// Refuses as a whole what is no list of operations, has too many of them, a `failOnErrors` that is no count, or
    /// one `bulkId` twice: then no reference could be told. An operation that is wrong by itself is kept, to be refused
    /// alone.
    pub fn parse(body: Value) -> Result<Self, BulkError> {
        let Value::Object(mut body) = body else {
            return Err(invalid_syntax("The body must be a JSON object.").into());
        };
        let errors_max = errors_max(take(&mut body, "failOnErrors"))?;
        let operations = match take(&mut body, "Operations") {
            Some(Value::Array(operations)) if !operations.is_empty() => operations,
            _ => return Err(invalid_syntax("Operations must be a list of at least one operation.").into()),
        };
        if operations.len() > OPERATIONS_MAX {
            return Err(BulkError::TooManyOperations);
        }
        let read = |(index, operation)| {
            Operation::read(operation).map_err(|error: ScimError| error.in_operation(index + 1))
        };
        let operations = operations.into_iter().enumerate().map(read).collect::<Result<Vec<_>, _>>()?;
        let mut names = BTreeSet::new();
        for (index, operation) in operations.iter().enumerate() {
            if operation.bulk_id.as_ref().is_some_and(|name| !names.insert(name)) {
                let twice = invalid_value("its bulkId is an earlier operation's; each names one resource.");
                return Err(twice.in_operation(index + 1).into());
            }
        }
        Ok(Self { operations, errors_max })
    }
}

fn errors_max(given: Option<Value>) -> Result<Option<usize>, ScimError> {
    let count = match given {
        None | Some(Value::Null) => 0,
        Some(value) => value.as_u64().ok_or_else(|| invalid_value("failOnErrors must be a whole number."))?,
    };
    Ok((count > 0).then(|| usize::try_from(count).unwrap_or(usize::MAX)))
}

impl Operation {
    fn read(operation: Value) -> Result<Self, ScimError> {
        let Value::Object(mut members) = operation else {
            return Err(invalid_syntax("an operation must be an object."));
        };
        let method = take(&mut members, "method").and_then(|method| method.as_str().and_then(Method::of));
        let bulk_id = match take(&mut members, "bulkId") {
            None | Some(Value::Null) => None,
            Some(Value::String(name)) if !name.is_empty() => Some(name),
            Some(_) => return Err(invalid_value("bulkId must be a text that is not empty.")),
        };
        let mut asked = Asked::read(method, bulk_id.is_some(), members);
        let mut references = BTreeSet::new();
        if let Ok(asked) = &mut asked {
            asked.each_reference(&mut |name| {
                references.insert(name.to_owned());
                None
            });
        }
        Ok(Self { method, bulk_id, asked, references })
    }

    /// Whether other operations may refer to what it creates.
    fn creates(&self) -> Option<&str> {
        self.bulk_id.as_deref().filter(|_| self.method == Some(Method::Post))
    }

    /// The operation's part of the answer (RFC 7644 §3.7.3).
    pub fn answered(&self, outcome: Outcome) -> Value {
        let mut item = Map::new();
        let mut put = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                item.insert(name.to_owned(), value);
            }
        };
        put("location", outcome.location.map(Value::from));
        put("method", self.method.map(|method| method.as_str().into()));
        put("bulkId", self.bulk_id.clone().map(Value::from));
        put("version", outcome.version.map(Value::from));
        put("status", Some(outcome.status.to_string().into()));
        put("response", outcome.response);
        Value::Object(item)
    }
}

impl Asked {
    fn read(
        method: Option<Method>,
        is_named: bool,
        mut members: Map<String, Value>,
    ) -> Result<Self, ScimError> {
        let method = method.ok_or_else(|| invalid_syntax("method must be POST, PUT, PATCH or DELETE."))?;
        if method == Method::Post && !is_named {
            return Err(invalid_value("A POST needs a bulkId."));
        }
        let Some(Value::String(path)) = take(&mut members, "path") else { return Err(invalid_path()) };
        let mut segments = path.strip_prefix('/').unwrap_or(&path).split('/');
        let (endpoint, id) = match (segments.next(), segments.next(), segments.next()) {
            (Some(endpoint), None, _) if !endpoint.is_empty() => (endpoint, None),
            (Some(endpoint), Some(id), None) if !endpoint.is_empty() && !id.is_empty() => {
                (endpoint, Some(id))
            }
            _ => return Err(invalid_path()),
        };
        let version = match take(&mut members, "version") {
            None | Some(Value::Null) => None,
            Some(Value::String(version)) => Some(version),
            Some(_) => return Err(invalid_value("version must be a text, as ETag has it.")),
        };
        let data = take(&mut members, "data").unwrap_or(Value::Null);
        Ok(Self { method, endpoint: endpoint.to_owned(), id: id.map(str::to_owned), version, data })
    }
}

/// What an operation came to.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outcome {
    /// Where the resource is; nowhere if it was not created.
    pub location: Option<String>,
    /// Its version now.
    pub version: Option<String>,
    /// The HTTP status.
    pub status: u16,
    /// The error body of a refusal.
    pub response: Option<Value>,
}

/// The answer to a request: the items of what was done, in the order of the request.
pub fn response(items: Vec<Value>) -> Value {
    let mut body = Map::new();
    body.insert("schemas".into(), json!([RESPONSE_URN]));
    body.insert("Operations".into(), items.into());
    Value::Object(body)
}

/// A member by its name in any case (SCIM-20).
fn take(members: &mut Map<String, Value>, name: &str) -> Option<Value> {
    let key = members.keys().find(|key| key.eq_ignore_ascii_case(name))?.clone();
    members.shift_remove(&key)
}

fn invalid_syntax(detail: &str) -> ScimError {
    ScimError::new(ScimType::InvalidSyntax, detail)
}

fn invalid_path() -> ScimError {
    let detail = "path must be an endpoint, as /Users, or one with an id, as /Users/{id}.";
    ScimError::new(ScimType::InvalidPath, detail)
}

#[cfg(test)]
mod tests;
