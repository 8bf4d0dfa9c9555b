//! The attributes the random documents speak of, copied by hand from RFC 7643 §4 and `docs/scim.md`.

pub(super) const CORE: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
pub(super) const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    Text(Fold),
    Flag,
    Time,
    Parts(&'static [Part]),
}

/// How texts compare.
#[derive(Clone, Copy, Debug)]
pub(super) enum Fold {
    Exact,
    Lower,
    Ascii,
    Number,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) is_closed: bool,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Attribute {
    /// The extension it is in.
    pub(super) home: Option<&'static str>,
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) is_many: bool,
    /// readOnly.
    pub(super) is_closed: bool,
    pub(super) is_required: bool,
    /// Never returned, and so never searched.
    pub(super) is_secret: bool,
}

const fn part(name: &'static str, kind: Kind) -> Part {
    Part { name, kind, is_closed: false }
}

const fn one(name: &'static str, kind: Kind) -> Attribute {
    Attribute {
        home: None,
        name,
        kind,
        is_many: false,
        is_closed: false,
        is_required: false,
        is_secret: false,
    }
}

const fn many(name: &'static str, parts: &'static [Part]) -> Attribute {
    Attribute { is_many: true, ..one(name, Kind::Parts(parts)) }
}

const fn closed(attribute: Attribute) -> Attribute {
    Attribute { is_closed: true, ..attribute }
}

const fn enterprise(name: &'static str, kind: Kind) -> Attribute {
    Attribute { home: Some(ENTERPRISE), ..one(name, kind) }
}

const TEXT: Kind = Kind::Text(Fold::Lower);
const EXACT: Kind = Kind::Text(Fold::Exact);
const DISPLAY: Part = part("display", TEXT);
const TYPE: Part = part("type", TEXT);
const PRIMARY: Part = part("primary", Kind::Flag);

const NAME: &[Part] =
    &[part("formatted", TEXT), part("familyName", TEXT), part("givenName", TEXT), part("middleName", TEXT)];
const EMAIL: &[Part] = &[part("value", Kind::Text(Fold::Ascii)), DISPLAY, TYPE, PRIMARY];
const PHONE: &[Part] = &[part("value", Kind::Text(Fold::Number)), DISPLAY, TYPE, PRIMARY];
const PLAIN: &[Part] = &[part("value", TEXT), DISPLAY, TYPE, PRIMARY];
const ADDRESS: &[Part] = &[part("locality", TEXT), part("country", TEXT), TYPE, PRIMARY];
const GROUP: &[Part] = &[
    Part { is_closed: true, ..part("value", EXACT) },
    Part { is_closed: true, ..part("display", TEXT) },
    Part { is_closed: true, ..part("type", TEXT) },
];
const META: &[Part] = &[
    Part { is_closed: true, ..part("created", Kind::Time) },
    Part { is_closed: true, ..part("lastModified", Kind::Time) },
    Part { is_closed: true, ..part("version", EXACT) },
];
const MANAGER: &[Part] =
    &[part("value", EXACT), part("$ref", EXACT), Part { is_closed: true, ..part("displayName", TEXT) }];

pub(super) const ATTRIBUTES: &[Attribute] = &[
    closed(one("id", EXACT)),
    one("externalId", EXACT),
    closed(one("meta", Kind::Parts(META))),
    Attribute { is_required: true, ..one("userName", Kind::Text(Fold::Ascii)) },
    one("name", Kind::Parts(NAME)),
    one("title", TEXT),
    one("nickName", TEXT),
    one("active", Kind::Flag),
    Attribute { is_secret: true, ..one("password", EXACT) },
    many("emails", EMAIL),
    many("phoneNumbers", PHONE),
    many("addresses", ADDRESS),
    many("roles", PLAIN),
    closed(many("groups", GROUP)),
    enterprise("employeeNumber", TEXT),
    enterprise("department", TEXT),
    enterprise("costCenter", TEXT),
    enterprise("organization", TEXT),
    enterprise("division", TEXT),
    enterprise("manager", Kind::Parts(MANAGER)),
];

impl Attribute {
    pub(super) fn parts(&self) -> &'static [Part] {
        match self.kind {
            Kind::Parts(parts) => parts,
            _ => &[],
        }
    }

    pub(super) fn part(&self, name: &str) -> Option<&'static Part> {
        self.parts().iter().find(|part| part.name.to_lowercase() == name.to_lowercase())
    }
}

/// What a name means.
pub(super) enum Named {
    Enterprise,
    Attribute(&'static Attribute, Option<&'static Part>),
}

/// `attr`, `attr.sub`, either under a URN, or the extension's URN alone, in any case (SCIM-20, SCIM-21).
pub(super) fn find(text: &str) -> Option<Named> {
    let text = text.to_lowercase();
    let (home, rest) =
        match (text.strip_prefix(&ENTERPRISE.to_lowercase()), text.strip_prefix(&CORE.to_lowercase())) {
            (Some(""), _) => return Some(Named::Enterprise),
            (Some(rest), _) => (Some(ENTERPRISE), rest.strip_prefix(':')?),
            (None, Some(rest)) => (None, rest.strip_prefix(':')?),
            (None, None) => (None, text.as_str()),
        };
    let (name, sub) = rest.split_once('.').map_or((rest, None), |(name, sub)| (name, Some(sub)));
    let attribute = ATTRIBUTES.iter().find(|one| one.home == home && one.name.to_lowercase() == name)?;
    match sub {
        None => Some(Named::Attribute(attribute, None)),
        Some(sub) => Some(Named::Attribute(attribute, Some(attribute.part(sub)?))),
    }
}
