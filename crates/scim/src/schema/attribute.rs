//! One attribute and its characteristics (RFC 7643 §7), as constants that read like the RFC's own tables.

use super::Collation;

/// The type of an attribute's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A JSON string.
    String,
    /// `true` or `false`.
    Boolean,
    /// A number.
    Decimal,
    /// A whole number.
    Integer,
    /// An instant, written as xsd:dateTime.
    DateTime,
    /// Base64 in a string.
    Binary,
    /// A URI in a string.
    Reference,
    /// An object of sub-attributes.
    Complex,
}

/// When a client may write the attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mutability {
    /// Never.
    ReadOnly,
    /// Any time.
    ReadWrite,
    /// Once.
    Immutable,
    /// Any time, and it is never read back.
    WriteOnly,
}

/// When the attribute is in an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Returned {
    /// In every answer.
    Always,
    /// In none.
    Never,
    /// Unless it was excluded, or others were asked for.
    Default,
    /// Only where it was asked for.
    Request,
}

/// Among whom a value must be unique.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Uniqueness {
    /// Nobody.
    None,
    /// All resources of this server.
    Server,
    /// Everywhere.
    Global,
}

/// An attribute or sub-attribute: what `/Schemas` announces and what the server enforces are this one value (SCIM-15).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "they are RFC 7643 §7's own characteristics")]
pub struct Attribute {
    /// Its name, in the spelling every answer uses.
    pub name: &'static str,
    /// What it is, in a sentence.
    pub description: &'static str,
    /// The type of its value, or of each of its values.
    pub kind: Kind,
    /// Whether it holds a list.
    pub multi_valued: bool,
    /// Whether a resource must have it.
    pub required: bool,
    /// Whether case matters when its values are compared.
    pub case_exact: bool,
    /// How its texts compare, exactly: `case_exact` is what can be announced of it.
    pub collation: Collation,
    /// The name its values are indexed under, if they are: what is written there stays findable without a scan
    /// (SCIM-59). Changing which attributes have one means raising the store's generation of the index.
    pub index: Option<&'static str>,
    /// When it may be written.
    pub mutability: Mutability,
    /// When it is returned.
    pub returned: Returned,
    /// Among whom it is unique.
    pub uniqueness: Uniqueness,
    /// Values that are suggested (never a closed list: SCIM-14).
    pub canonical_values: &'static [&'static str],
    /// What a reference may point at.
    pub reference_types: &'static [&'static str],
    /// The parts of a complex attribute.
    pub sub_attributes: &'static [Attribute],
    /// The most values it may hold, or be sent, at once.
    pub values_max: usize,
    /// State that the server itself keeps (a pending value, a verified flag, a list of proven addresses, a lock). A PUT
    /// that leaves it out keeps it, an empty string in it is no value, and a write reaches the caller, who decides by
    /// rules no schema can say (`verification.md` §2.4, D-12), whatever `mutability` announces.
    pub server_kept: bool,
}

/// The most values a multi-valued attribute holds, where its table says nothing else.
const VALUES_MAX: usize = 1_000;

impl Attribute {
    const fn new(kind: Kind, name: &'static str, description: &'static str) -> Self {
        Self {
            name,
            description,
            kind,
            multi_valued: false,
            required: false,
            case_exact: false,
            collation: Collation::Text,
            index: None,
            mutability: Mutability::ReadWrite,
            returned: Returned::Default,
            uniqueness: Uniqueness::None,
            canonical_values: &[],
            reference_types: &[],
            sub_attributes: &[],
            values_max: VALUES_MAX,
            server_kept: false,
        }
    }

    pub(super) const fn string(name: &'static str, description: &'static str) -> Self {
        Self::new(Kind::String, name, description)
    }

    pub(super) const fn boolean(name: &'static str, description: &'static str) -> Self {
        Self::new(Kind::Boolean, name, description)
    }

    pub(super) const fn integer(name: &'static str, description: &'static str) -> Self {
        Self::new(Kind::Integer, name, description)
    }

    pub(super) const fn date_time(name: &'static str, description: &'static str) -> Self {
        Self::new(Kind::DateTime, name, description)
    }

    pub(super) const fn binary(name: &'static str, description: &'static str) -> Self {
        Self::new(Kind::Binary, name, description).case_exact()
    }

    pub(super) const fn reference(
        name: &'static str,
        description: &'static str,
        types: &'static [&'static str],
    ) -> Self {
        let mut attribute = Self::new(Kind::Reference, name, description).case_exact();
        attribute.reference_types = types;
        attribute
    }

    pub(super) const fn complex(
        name: &'static str,
        description: &'static str,
        sub_attributes: &'static [Attribute],
    ) -> Self {
        let mut attribute = Self::new(Kind::Complex, name, description);
        attribute.sub_attributes = sub_attributes;
        attribute
    }

    pub(super) const fn multi_valued(mut self) -> Self {
        self.multi_valued = true;
        self
    }

    pub(super) const fn at_most(mut self, values: usize) -> Self {
        self.values_max = values;
        self
    }

    pub(super) const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    pub(super) const fn case_exact(mut self) -> Self {
        self.case_exact = true;
        self.collation = Collation::Exact;
        self
    }

    pub(super) const fn compared(mut self, collation: Collation) -> Self {
        self.collation = collation;
        self
    }

    pub(super) const fn indexed(mut self, name: &'static str) -> Self {
        self.index = Some(name);
        self
    }

    pub(super) const fn read_only(mut self) -> Self {
        self.mutability = Mutability::ReadOnly;
        self
    }

    pub(super) const fn immutable(mut self) -> Self {
        self.mutability = Mutability::Immutable;
        self
    }

    pub(super) const fn write_only(mut self) -> Self {
        self.mutability = Mutability::WriteOnly;
        self.returned = Returned::Never;
        self
    }

    pub(super) const fn always_returned(mut self) -> Self {
        self.returned = Returned::Always;
        self
    }

    pub(super) const fn on_request(mut self) -> Self {
        self.returned = Returned::Request;
        self
    }

    pub(super) const fn server_unique(mut self) -> Self {
        self.uniqueness = Uniqueness::Server;
        self
    }

    pub(super) const fn suggesting(mut self, values: &'static [&'static str]) -> Self {
        self.canonical_values = values;
        self
    }

    pub(super) const fn server_kept(mut self) -> Self {
        self.server_kept = true;
        self
    }

    /// Whether the schema itself forbids a client to write it. Server-kept state is let through to the caller.
    pub fn is_closed(&self) -> bool {
        self.mutability == Mutability::ReadOnly && !self.server_kept
    }

    /// Its sub-attribute of that name, whatever the case (SCIM-20).
    pub fn sub(&self, name: &str) -> Option<&'static Attribute> {
        self.sub_attributes.iter().find(|sub| sub.name.eq_ignore_ascii_case(name))
    }
}
