//! `[countersign.sms]`.

use countersign_domain::claim::{Country, Region};

use super::kind::{Kind, Raw, mistaken, quoted};
use super::problem::Complaint;
use super::reader::Reader;
use super::table::table;

table! {
    /// Which numbers messages are sent to, and how numbers are compared. Satellite, premium-rate and shared-cost numbers
    /// are never accepted where the number, or `default_region`, tells what it is.
    ["countersign.sms"] Sms {
        /// The region, by its ISO 3166-1 code, that numbers without a country code belong to. With it `077 123 4501` and
        /// `+94 77 123 4501` are one number. What is typed is stored, shown and sent to as it was typed. Set it before the
        /// first person: numbers that are held already are compared as they were when they were written.
        default_region: Option<Region> = None, like "LK";
        /// The countries whose numbers are accepted, as ISO 3166-1 codes or calling codes, such as `["LK", 44]`; without it
        /// all are. Numbers of other countries are refused when they are asked for; those that are held already stay, and
        /// get no more codes.
        /// Calling code `1` covers all of North America, `"US"` only what is known to be there.
        countries: Vec<Country> = Vec::new();
        /// Whether no more SMS go to a country for the rest of the hour once fewer than one in ten of at least 50 codes
        /// came back. The log tells of it either way.
        stop_on_low_conversion: bool = false;
    }
}

impl Sms {
    /// Says what an allow-list shuts out that the operator may not have meant.
    pub(super) fn settle(&self, reader: &mut Reader<'_>) {
        if self.countries.is_empty() {
            return;
        }
        let key = "countersign.sms.countries";
        match self.default_region {
            None => reader.caution(
                key,
                "refuses every number without a country code, since `default_region` does not say where it belongs",
                "Set `default_region` in the same table, or leave it if people write their numbers with +.",
            ),
            Some(region) if !self.countries.iter().any(|country| country.includes(region)) => reader.caution(
                key,
                "does not hold the `default_region`, so every number without a country code is refused",
                "Add the region to the list.",
            ),
            Some(_) => {}
        }
    }
}

impl Kind for Region {
    fn name() -> String {
        "an ISO 3166-1 alpha-2 code".to_owned()
    }

    fn read(raw: &Raw) -> Result<Self, Complaint> {
        let wanted = "the two letters of a country, such as `\"LK\"` or `\"GB\"`";
        match raw {
            Raw::Text(text) => Self::parse(text.trim()).ok_or_else(|| mistaken(raw, wanted)),
            _ => Err(mistaken(raw, wanted)),
        }
    }

    fn show(&self) -> Option<String> {
        Some(quoted(&self.to_string()))
    }
}

impl Kind for Country {
    fn name() -> String {
        "an ISO 3166-1 alpha-2 code or a calling code".to_owned()
    }

    fn read(raw: &Raw) -> Result<Self, Complaint> {
        let wanted = "the two letters of a country or its calling code, such as `\"LK\"` or `94`";
        let text = match raw {
            Raw::Text(text) => text.trim().to_owned(),
            Raw::Integer(code) => code.to_string(),
            _ => return Err(mistaken(raw, wanted)),
        };
        Self::parse(&text).ok_or_else(|| mistaken(raw, wanted))
    }

    fn show(&self) -> Option<String> {
        Some(match self {
            Self::Region(region) => quoted(&region.to_string()),
            Self::CallingCode(code) => code.to_string(),
        })
    }
}
