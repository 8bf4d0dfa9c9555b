//! Definitions become tables.

use super::super::{Attribute, Collation, Dialect, Place, ResourceSchema, Schema, Schemas, Uniqueness, user};
use super::{Declared, Definition, Definitions};

/// The tables made so far. A table lives as long as the process: paths and filters point into it, and a request that
/// began under the old ones ends under them. So that a file that is changed to and fro does not grow the memory, equal
/// definitions are made into tables once.
#[derive(Debug, Default)]
pub struct Library {
    made: Vec<(Definitions, Schemas)>,
}

impl Library {
    /// The schemas in force with these definitions.
    pub fn schemas(&mut self, definitions: &Definitions) -> Schemas {
        if definitions.schemas.is_empty() {
            return Schemas::built_in();
        }
        if let Some((_, schemas)) = self.made.iter().find(|(known, _)| known == definitions) {
            return *schemas;
        }
        let custom: Vec<&'static Schema> = definitions.schemas.iter().map(table).collect();
        let extended = |dialect| {
            let built_in = user(dialect);
            let extensions = built_in.extensions.iter().chain(&custom).copied().collect::<Vec<_>>();
            let extensions: &'static [&'static Schema] = extensions.leak();
            let resource: &'static ResourceSchema =
                Box::leak(Box::new(ResourceSchema { dialect, core: built_in.core, extensions }));
            resource
        };
        let schemas = Schemas { wso2: extended(Dialect::Wso2), strict: extended(Dialect::Strict) };
        self.made.push((definitions.clone(), schemas));
        schemas
    }
}

fn table(definition: &Definition) -> &'static Schema {
    let parts: &'static [&'static [Attribute]] = vec![rows(&definition.attributes)].leak();
    Box::leak(Box::new(Schema {
        urn: kept(&definition.urn),
        name: kept(&definition.name),
        description: kept(&definition.description),
        parts,
        place: Place::Declared,
    }))
}

fn rows(declared: &[Declared]) -> &'static [Attribute] {
    declared.iter().map(row).collect::<Vec<_>>().leak()
}

fn row(declared: &Declared) -> Attribute {
    let mut row = Attribute::string(kept(&declared.name), kept(&declared.description));
    row.kind = declared.kind;
    row.multi_valued = declared.multi_valued;
    row.required = declared.required;
    row.case_exact = declared.case_exact;
    row.collation = if declared.case_exact { Collation::Exact } else { Collation::Text };
    row.mutability = declared.mutability;
    row.returned = declared.returned;
    row.uniqueness = Uniqueness::None;
    row.canonical_values = words(&declared.canonical_values);
    row.reference_types = words(&declared.reference_types);
    row.sub_attributes = rows(&declared.sub_attributes);
    row
}

fn words(texts: &[String]) -> &'static [&'static str] {
    texts.iter().map(|text| kept(text)).collect::<Vec<_>>().leak()
}

fn kept(text: &str) -> &'static str {
    text.to_owned().leak()
}
