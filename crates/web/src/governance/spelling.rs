//! The governance API's wire words: every value is a text, `true` and `12` too.

use countersign_app::PropertyView;
use countersign_domain::user_claim_update::Property;
use serde_json::{Map, Value, json};

use super::catalogue::{self, CATEGORY, CONNECTOR};
use super::error;
use crate::pages::Language;
use crate::rest::Refused;

const BASE: &str = "/api/server/v1/identity-governance";

/// The list of categories, connectors by reference.
pub(super) fn categories() -> Value {
    let (category, connector) = (catalogue::id_of(CATEGORY), catalogue::id_of(CONNECTOR));
    json!([{
        "id": category,
        "name": CATEGORY,
        "self": format!("{BASE}/{category}"),
        "connectors": [{"id": connector, "self": format!("{BASE}/{category}/connectors/{connector}")}],
    }])
}

/// The category with its connectors whole.
pub(super) fn category(properties: &[PropertyView]) -> Value {
    json!({"id": catalogue::id_of(CATEGORY), "name": CATEGORY, "connectors": [connector(properties)]})
}

/// The connector with its properties. `source` is ours: which of runtime, file and default is in force.
pub(super) fn connector(properties: &[PropertyView]) -> Value {
    json!({
        "id": catalogue::id_of(CONNECTOR),
        "name": CONNECTOR,
        "category": CATEGORY,
        "friendlyName": "User Claim Update",
        "order": 0,
        "subCategory": "DEFAULT",
        "properties": properties.iter().map(property).collect::<Vec<_>>(),
    })
}

fn property(view: &PropertyView) -> Value {
    let (display_name, description) = catalogue::words(view.property, Language::English.texts());
    json!({
        "name": view.property.name(),
        "value": view.value,
        "displayName": display_name,
        "description": description,
        "meta": {
            "type": catalogue::type_of(view.property),
            "regex": catalogue::pattern_of(view.property),
            "groupID": 0,
        },
        "source": view.source.as_str(),
    })
}

/// Lists cannot be cut, filtered or sorted: saying nothing to such a wish would be to ignore it.
pub(super) fn refuse_listing(query: Option<&str>) -> Result<(), Refused> {
    let names = query.unwrap_or_default().split('&').map(|pair| pair.split('=').next().unwrap_or_default());
    let wish = names.into_iter().find(|name| ["limit", "offset", "filter", "sort"].contains(name));
    wish.map_or(Ok(()), |name| Err(error::not_implemented(name)))
}

/// `{"operation": "UPDATE", "properties": [{"name", "value"}]}`.
pub(super) fn update(body: &Value) -> Result<Vec<(String, String)>, Refused> {
    values(operation(body)?)
}

/// `{"operation": "UPDATE", "connectors": [{"id", "properties"}]}`: all of them or none.
pub(super) fn update_several(body: &Value) -> Result<Vec<(String, String)>, Refused> {
    let connectors = operation(body)?.get("connectors").and_then(Value::as_array);
    let connectors = connectors.ok_or_else(|| Refused::shape("connectors has to be an array of objects."))?;
    let mut all = Vec::new();
    for connector in connectors {
        let id = connector.get("id").and_then(Value::as_str);
        let (Some(id), Some(members)) = (id, connector.as_object()) else {
            return Err(Refused::shape("Each connector has to be an object with an id and properties."));
        };
        catalogue::find_connector(id)?;
        all.extend(values(members)?);
    }
    Ok(all)
}

fn operation(body: &Value) -> Result<&Map<String, Value>, Refused> {
    let body = body.as_object().ok_or_else(|| Refused::shape("The body has to be a JSON object."))?;
    match body.get("operation").and_then(Value::as_str) {
        Some("UPDATE") => Ok(body),
        _ => Err(Refused::shape("operation has to be UPDATE.")),
    }
}

fn values(members: &Map<String, Value>) -> Result<Vec<(String, String)>, Refused> {
    let shape = || Refused::shape("properties has to be an array of objects, each with a name and a value.");
    let properties = members.get("properties").and_then(Value::as_array).ok_or_else(shape)?;
    let value = |property: &Value| {
        let name = property.get("name")?.as_str()?;
        Some((name.to_owned(), text(property.get("value")?)?))
    };
    properties.iter().map(|property| value(property).ok_or_else(shape)).collect()
}

/// A value as the text it stands for: clients send JSON booleans and numbers as well.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// `{"properties": ["name", …]}`.
pub(super) fn reverted(body: &Value) -> Result<Vec<String>, Refused> {
    let shape = || Refused::shape("properties has to be an array of property names.");
    let names = body.get("properties").and_then(Value::as_array).ok_or_else(shape)?;
    if names.is_empty() {
        return Err(error::nothing_to_revert());
    }
    names.iter().map(|name| name.as_str().map(ToOwned::to_owned).ok_or_else(shape)).collect()
}

/// Which properties of which connector a client asks for; without a list, all of them.
pub(super) fn asked_preferences(body: &Value) -> Result<Vec<Vec<Property>>, Refused> {
    let shape =
        || Refused::shape("The body has to be an array of objects, each with connector-name and properties.");
    let connectors = body.as_array().ok_or_else(shape)?;
    let mut asked = Vec::with_capacity(connectors.len());
    for connector in connectors {
        let name = connector.get("connector-name").and_then(Value::as_str).ok_or_else(shape)?;
        if name != CONNECTOR {
            return Err(error::no_connector_named());
        }
        asked.push(match connector.get("properties") {
            None | Some(Value::Null) => Property::ALL.to_vec(),
            Some(Value::Array(names)) => names.iter().map(named).collect::<Result<_, _>>()?,
            Some(_) => return Err(shape()),
        });
    }
    Ok(asked)
}

fn named(name: &Value) -> Result<Property, Refused> {
    name.as_str().and_then(Property::named).ok_or_else(error::no_such_property)
}

/// The values in force, in the order they were asked for.
pub(super) fn preferences(asked: &[Vec<Property>], properties: &[PropertyView]) -> Result<Value, Refused> {
    let value = |property: &Property| {
        let view =
            properties.iter().find(|view| view.property == *property).ok_or_else(error::no_such_property)?;
        Ok(json!({"name": property.name(), "value": view.value}))
    };
    let connector = |asked: &Vec<Property>| {
        let values: Vec<Value> = asked.iter().map(value).collect::<Result<_, Refused>>()?;
        Ok(json!({"connector-name": CONNECTOR, "properties": values}))
    };
    asked.iter().map(connector).collect::<Result<Vec<_>, _>>().map(Value::Array)
}

#[cfg(test)]
mod tests;
