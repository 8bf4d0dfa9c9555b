//! Lists: what a client may ask (RFC 7644 §3.4.2, §3.4.3) and the envelope it gets.

use serde_json::{Map, Value};

use crate::{
    error::{ScimError, ScimType, invalid_value},
    filter::Filter,
    render::Projection,
    schema::{AttributePath, Kind, Name, ResourceSchema, Returned},
};

/// The URN of a list response.
pub const LIST_RESPONSE_URN: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
/// The size of a page when the client does not say (SCIM-29a).
pub const COUNT_DEFAULT: u64 = 100;
/// The largest page (SEC-41).
pub const COUNT_MAX: u64 = 1_000;

/// What a list was asked for, from a query string or a `.search` body.
#[derive(Debug, Clone, PartialEq)]
pub struct ListRequest {
    /// Which resources.
    pub filter: Option<Filter>,
    /// In which order.
    pub sort: Option<Sort>,
    /// The first one wanted, from 1.
    pub start_index: u64,
    /// How many at most. 0 asks only for the total.
    pub count: u64,
    /// The cursor, where the client pages by cursor (RFC 9865); empty asks for the first page.
    pub cursor: Option<String>,
    /// Which of their attributes.
    pub projection: Projection,
    /// What a cursor of this request is bound to.
    pub question: Question,
}

/// Filter and order in one text, equal for requests that ask the same. It may hold addresses and is not shown (SEC-42).
#[derive(Clone, PartialEq, Eq)]
pub struct Question(String);

impl Question {
    fn of(filter: Option<&str>, sort: Option<Sort>) -> Self {
        let (by, way) = sort.map_or((String::new(), '+'), |sort| {
            (sort.by.to_string(), if sort.is_descending { '-' } else { '+' })
        });
        // The length keeps the two apart.
        let filter = filter.unwrap_or_default();
        Self(format!("{}:{filter}{way}{by}", filter.len()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Question {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Question(…)")
    }
}

/// An order of resources (SCIM-65).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    /// By which attribute. Never complex: `name` is refused, `emails` has become `emails.value`.
    pub by: AttributePath,
    /// Largest first.
    pub is_descending: bool,
}

/// The parameters as texts, each given at most once.
#[derive(Default)]
struct Parameters {
    filter: Option<String>,
    sort_by: Option<String>,
    sort_order: Option<String>,
    start_index: Option<String>,
    count: Option<String>,
    cursor: Option<String>,
    attributes: Option<String>,
    excluded: Option<String>,
}

impl Parameters {
    /// The parameter of that name, whatever its case (SCIM-20); `None` for those that are not ours.
    fn slot(&mut self, name: &str) -> Option<&mut Option<String>> {
        let slots = [
            ("filter", &mut self.filter),
            ("sortBy", &mut self.sort_by),
            ("sortOrder", &mut self.sort_order),
            ("startIndex", &mut self.start_index),
            ("count", &mut self.count),
            ("cursor", &mut self.cursor),
            ("attributes", &mut self.attributes),
            ("excludedAttributes", &mut self.excluded),
        ];
        slots.into_iter().find_map(|(known, slot)| known.eq_ignore_ascii_case(name).then_some(slot))
    }

    fn set(&mut self, name: &str, value: String) -> Result<(), ScimError> {
        match self.slot(name) {
            None => Ok(()),
            Some(slot) if slot.is_none() => {
                *slot = Some(value);
                Ok(())
            }
            Some(_) => Err(invalid_value("A list parameter is given twice.")),
        }
    }

    /// Those of a `.search` body.
    fn of_search(body: Value) -> Result<Self, ScimError> {
        let Value::Object(members) = body else {
            return Err(ScimError::new(ScimType::InvalidSyntax, "The body must be a JSON object."));
        };
        let mut parameters = Self::default();
        for (name, value) in members {
            if parameters.slot(&name).is_some() && !value.is_null() {
                let text = search_text(value)
                    .ok_or_else(|| invalid_value("A search parameter has the wrong type."))?;
                parameters.set(&name, text)?;
            }
        }
        Ok(parameters)
    }

    fn filter(&self, schema: &ResourceSchema) -> Result<Option<Filter>, ScimError> {
        self.filter.as_deref().map(|text| searchable(Filter::parse(text, schema)?)).transpose()
    }

    fn sort(&self, schema: &ResourceSchema) -> Result<Option<Sort>, ScimError> {
        sort(self.sort_by.as_deref(), self.sort_order.as_deref(), schema)
    }
}

impl ListRequest {
    /// Reads a query string's decoded pairs. Parameters that are not SCIM's are ignored, one given twice is refused.
    ///
    /// `startIndex` below 1 means 1, `count` below 0 means 0 and above [`COUNT_MAX`] means that; what is no number is
    /// refused (SCIM-66).
    pub fn from_query<'q>(
        pairs: impl IntoIterator<Item = (&'q str, &'q str)>,
        schema: &ResourceSchema,
    ) -> Result<Self, ScimError> {
        let mut parameters = Parameters::default();
        for (name, value) in pairs {
            parameters.set(name, value.to_owned())?;
        }
        Self::new(&parameters, schema)
    }

    /// Reads a `.search` body (SCIM-70): the same parameters as JSON, lists of attributes as arrays.
    pub fn from_search(body: Value, schema: &ResourceSchema) -> Result<Self, ScimError> {
        Self::new(&Parameters::of_search(body)?, schema)
    }

    /// Reads the body of a search over resources of two kinds (SCIM-70): what it asks of each.
    ///
    /// An attribute that only one kind has is unassigned in resources of the other; one that neither has is refused.
    /// Order and projection likewise; a kind without the attribute keeps its own order.
    pub fn from_search_over(body: Value, schemas: [&ResourceSchema; 2]) -> Result<[Self; 2], ScimError> {
        let given = Parameters::of_search(body)?;
        let [users, groups] = schemas;
        let filter = |of: &ResourceSchema, other: &ResourceSchema| {
            given
                .filter
                .as_deref()
                .map(|text| searchable(Filter::parse_among(text, of, &[other])?))
                .transpose()
        };
        let orders = match schemas.map(|schema| given.sort(schema)) {
            [Err(refused), Err(_)] => return Err(refused),
            [users, groups] => [users.unwrap_or_default(), groups.unwrap_or_default()],
        };
        let [user_order, group_order] = orders;
        Ok([
            Self::asking(&given, filter(users, groups)?, user_order, users)?,
            Self::asking(&given, filter(groups, users)?, group_order, groups)?,
        ])
    }

    fn new(given: &Parameters, schema: &ResourceSchema) -> Result<Self, ScimError> {
        let sort = given.sort(schema)?;
        Self::asking(given, given.filter(schema)?, sort, schema)
    }

    fn asking(
        given: &Parameters,
        filter: Option<Filter>,
        sort: Option<Sort>,
        schema: &ResourceSchema,
    ) -> Result<Self, ScimError> {
        let start_index =
            given.start_index.as_deref().map(|text| whole_number(text, ScimType::InvalidValue, "startIndex"));
        let count = given.count.as_deref().map(|text| whole_number(text, ScimType::InvalidCount, "count"));
        Ok(Self {
            filter,
            sort,
            question: Question::of(given.filter.as_deref(), sort),
            start_index: start_index.transpose()?.unwrap_or(1).max(1),
            count: count.transpose()?.unwrap_or(COUNT_DEFAULT).min(COUNT_MAX),
            cursor: given.cursor.clone(),
            projection: Projection::parse(given.attributes.as_deref(), given.excluded.as_deref(), schema)?,
        })
    }
}

/// The filter of a list. What only its owner is told cannot be searched (SEC-42), nor can what hangs on the mount a
/// request came in on.
fn searchable(filter: Filter) -> Result<Filter, ScimError> {
    match filter.attributes().into_iter().find(|path| !is_searchable(path)) {
        Some(path) => {
            Err(ScimError::new(ScimType::InvalidFilter, format!("{path} cannot be searched in a list.")))
        }
        None => Ok(filter),
    }
}

fn is_searchable(path: &AttributePath) -> bool {
    let name = path.attribute.name;
    let is_location = name == "meta" && path.sub.is_some_and(|sub| sub.name == "location");
    !is_location && !matches!(name, "pendingEmails" | "pendingMobileNumber")
}

fn search_text(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(names) => Some(names.iter().map(Value::as_str).collect::<Option<Vec<_>>>()?.join(",")),
        _ => None,
    }
}

/// A number of any size; below zero is zero.
fn whole_number(text: &str, kind: ScimType, name: &str) -> Result<u64, ScimError> {
    let digits = text.trim();
    let (is_negative, digits) = digits.strip_prefix('-').map_or((false, digits), |digits| (true, digits));
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(ScimError::new(kind, format!("{name} must be a whole number.")));
    }
    Ok(if is_negative { 0 } else { digits.parse().unwrap_or(u64::MAX) })
}

fn sort(by: Option<&str>, order: Option<&str>, schema: &ResourceSchema) -> Result<Option<Sort>, ScimError> {
    let is_descending = match order {
        None => false,
        Some(order) if order.eq_ignore_ascii_case("ascending") => false,
        Some(order) if order.eq_ignore_ascii_case("descending") => true,
        Some(_) => return Err(invalid_value("sortOrder must be ascending or descending.")),
    };
    let Some(by) = by.filter(|by| !by.trim().is_empty()) else { return Ok(None) };
    let Some(Name::Attribute(path)) = schema.resolve(by.trim()) else {
        return Err(invalid_value("sortBy names an attribute that the schema does not have."));
    };
    let path = if path.leaf().kind == Kind::Complex { path.with_sub("value") } else { Some(path) };
    match path.filter(|path| path.attribute.returned != Returned::Never && is_searchable(path)) {
        Some(by) => Ok(Some(Sort { by, is_descending })),
        None => Err(invalid_value("sortBy names an attribute that cannot be sorted by.")),
    }
}

/// A page of resources (SCIM-50). `Resources` is there even when it is empty (SCIM-22).
pub fn list_response(resources: Vec<Value>, total_results: u64, start_index: u64) -> Value {
    let mut page = Map::new();
    page.insert("schemas".into(), Value::from(vec![LIST_RESPONSE_URN]));
    page.insert("totalResults".into(), total_results.into());
    page.insert("startIndex".into(), start_index.into());
    page.insert("itemsPerPage".into(), resources.len().into());
    page.insert("Resources".into(), resources.into());
    Value::Object(page)
}

/// The same as a page of a cursor walk (RFC 9865 §2.2): it has no position, but tells where to go on.
pub fn cursor_response(
    resources: Vec<Value>,
    total_results: u64,
    next: Option<String>,
    previous: Option<String>,
) -> Value {
    let mut page = Map::new();
    page.insert("schemas".into(), Value::from(vec![LIST_RESPONSE_URN]));
    page.insert("totalResults".into(), total_results.into());
    page.insert("itemsPerPage".into(), resources.len().into());
    page.extend(next.map(|cursor| ("nextCursor".to_owned(), cursor.into())));
    page.extend(previous.map(|cursor| ("previousCursor".to_owned(), cursor.into())));
    page.insert("Resources".into(), resources.into());
    Value::Object(page)
}

#[cfg(test)]
mod tests;
