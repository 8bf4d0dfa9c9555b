//! The core User (RFC 7643 §4.1, §8.7.1).

use super::{Attribute, Collation, Place, Schema};

/// The URN of the core User.
pub const CORE_USER_URN: &str = "urn:ietf:params:scim:schemas:core:2.0:User";

const NAME: &[Attribute] = &[
    Attribute::string("formatted", "The whole name, ready to be shown."),
    Attribute::string("familyName", "The family name.").indexed("name.familyName"),
    Attribute::string("givenName", "The given name.").indexed("name.givenName"),
    Attribute::string("middleName", "The middle names."),
    Attribute::string("honorificPrefix", "A title before the name."),
    Attribute::string("honorificSuffix", "A title after the name."),
];

const DISPLAY: Attribute = Attribute::string("display", "A name for this value, ready to be shown.");
const PRIMARY: Attribute =
    Attribute::boolean("primary", "Whether this is the preferred value. At most one is.");
const VALUE: Attribute = Attribute::string("value", "The value.");
const TYPE: Attribute = Attribute::string("type", "What this value is used for.");

const EMAIL: &[Attribute] = &[
    Attribute::string("value", "The e-mail address.").compared(Collation::Email).indexed("emails"),
    DISPLAY,
    TYPE.suggesting(&["work", "home", "other"]),
    PRIMARY,
];

const PHONE: &[Attribute] = &[
    Attribute::string("value", "The number.").compared(Collation::Number).indexed("phoneNumbers"),
    DISPLAY,
    TYPE.suggesting(&["work", "home", "mobile", "fax", "pager", "other"]),
    PRIMARY,
];

const IM: &[Attribute] = &[
    Attribute::string("value", "The address in the messaging service."),
    DISPLAY,
    TYPE.suggesting(&["aim", "gtalk", "icq", "xmpp", "msn", "skype", "qq", "yahoo"]),
    PRIMARY,
];

const PHOTO: &[Attribute] = &[
    Attribute::reference("value", "Where the picture is.", &["external"]),
    DISPLAY,
    TYPE.suggesting(&["photo", "thumbnail"]),
    PRIMARY,
];

const ADDRESS: &[Attribute] = &[
    Attribute::string("formatted", "The whole address, ready to be printed."),
    Attribute::string("streetAddress", "Street and house number."),
    Attribute::string("locality", "City."),
    Attribute::string("region", "State or region."),
    Attribute::string("postalCode", "Postal code."),
    Attribute::string("country", "Country, in two letters."),
    TYPE.suggesting(&["work", "home", "other"]),
    PRIMARY,
];

const GROUP: &[Attribute] = &[
    Attribute::string("value", "The id of the group.").case_exact().read_only(),
    Attribute::reference("$ref", "Where the group is.", &["User", "Group"]).read_only(),
    Attribute::string("display", "The name of the group.").read_only(),
    Attribute::string("type", "How the user belongs to it.").suggesting(&["direct", "indirect"]).read_only(),
];

const PLAIN: &[Attribute] = &[VALUE, DISPLAY, TYPE, PRIMARY];

const CERTIFICATE: &[Attribute] =
    &[Attribute::binary("value", "The DER certificate, in base64."), DISPLAY, TYPE, PRIMARY];

const ATTRIBUTES: &[Attribute] = &[
    Attribute::string("userName", "The name the user signs in with.")
        .compared(Collation::Ascii)
        .required()
        .server_unique(),
    Attribute::complex("name", "The parts of the user's name.", NAME),
    Attribute::string("displayName", "The name to show to others.").indexed("displayName"),
    Attribute::string("nickName", "What friends say."),
    Attribute::reference("profileUrl", "A page about the user.", &["external"]),
    Attribute::string("title", "The position in the organization.").indexed("title"),
    Attribute::string("userType", "How the user relates to the organization.").indexed("userType"),
    Attribute::string("preferredLanguage", "The language to speak to the user in."),
    Attribute::string("locale", "Where the user is, for dates, numbers and currency."),
    Attribute::string("timezone", "The user's time zone, by its Olson name."),
    Attribute::boolean("active", "Whether the user may sign in.").indexed("active"),
    Attribute::string("password", "The password. It can be set and is never told.").case_exact().write_only(),
    Attribute::complex("emails", "The user's e-mail addresses.", EMAIL).multi_valued(),
    Attribute::complex("phoneNumbers", "The user's numbers.", PHONE).multi_valued(),
    Attribute::complex("ims", "The user's messaging addresses.", IM).multi_valued(),
    Attribute::complex("photos", "Pictures of the user.", PHOTO).multi_valued(),
    Attribute::complex("addresses", "The user's postal addresses.", ADDRESS).multi_valued(),
    Attribute::complex("groups", "The groups the user is in.", GROUP).multi_valued().read_only(),
    Attribute::complex("entitlements", "What the user has a right to.", PLAIN).multi_valued(),
    Attribute::complex("roles", "The roles of the user.", PLAIN).multi_valued(),
    Attribute::complex("x509Certificates", "The user's certificates.", CERTIFICATE).multi_valued(),
];

pub(super) static CORE_USER: Schema = Schema {
    urn: CORE_USER_URN,
    name: "User",
    description: "A person's account.",
    parts: &[ATTRIBUTES],
    place: Place::Top,
};
