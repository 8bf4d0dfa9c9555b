//! Numbering plans: which country a number belongs to, and which numbers are served (SEC-48).
//!
//! The one module that knows `rlibphonenumber`: tables of the world's numbering plans, and nothing of this machine.

use std::fmt;

use rlibphonenumber::{
    NumberLengthType, PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberFormat, PhoneNumberType, Region as Plan,
};

use super::mobile::REFUSED_CODES;
use super::{InvalidMobile, MobileNumber};

/// A region with a numbering plan, by its ISO 3166-1 alpha-2 code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Region(Plan);

/// What an operator's list of countries names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Country {
    /// One region, also where it shares its calling code with others.
    Region(Region),
    /// Everything behind one calling code.
    CallingCode(u16),
}

/// How numbers are understood, and which of them are served.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Numbering {
    /// Where a number without a country code belongs.
    pub default_region: Option<Region>,
    /// The countries served; empty for every one.
    pub countries: Vec<Country>,
}

impl Region {
    /// Reads a code such as `LK`, in any case. `None` if no region of that code has a numbering plan.
    pub fn parse(code: &str) -> Option<Self> {
        let letters = code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_alphabetic());
        let plan = letters.then(|| Plan::from_code(&code.to_ascii_uppercase()).ok()).flatten()?;
        PHONE_NUMBER_UTIL.get_country_code_for_region(plan).map(|_| Self(plan))
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Country {
    /// Reads a region's code, or a calling code with or without its `+`.
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(region) = Region::parse(text) {
            return Some(Self::Region(region));
        }
        let code: u16 = text.strip_prefix('+').unwrap_or(text).parse().ok()?;
        PHONE_NUMBER_UTIL.get_region_for_country_code(i32::from(code)).map(|_| Self::CallingCode(code))
    }

    /// Whether numbers of `region` are among those meant.
    pub fn includes(self, region: Region) -> bool {
        match self {
            Self::Region(named) => named == region,
            Self::CallingCode(code) => {
                PHONE_NUMBER_UTIL.get_country_code_for_region(region.0) == Some(i32::from(code))
            }
        }
    }

    fn holds(self, number: &PhoneNumber) -> bool {
        match self {
            Self::Region(region) => number.get_region_code() == Some(region.0),
            Self::CallingCode(code) => number.country_code == i32::from(code),
        }
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Region(region) => region.fmt(f),
            Self::CallingCode(code) => code.fmt(f),
        }
    }
}

impl Numbering {
    /// The number with the key it is compared by: E.164 where a default region is configured and the number is a
    /// possible one, else its digits.
    ///
    /// Refuses satellite services, premium-rate and shared-cost numbers, and, where countries are listed, every number
    /// of another country and every number that does not tell its country.
    pub fn judge(&self, number: &MobileNumber) -> Result<MobileNumber, InvalidMobile> {
        let place = self.place(number);
        let key = self.key(number, place.as_ref());
        let dialled = key.strip_prefix("00").map_or_else(|| key.clone(), |rest| format!("+{rest}"));
        if REFUSED_CODES.iter().any(|code| dialled.starts_with(code)) {
            return Err(InvalidMobile::Unreachable);
        }
        let kind = place.as_ref().map(PhoneNumber::get_type);
        if matches!(kind, Some(PhoneNumberType::PremiumRate | PhoneNumberType::SharedCost)) {
            return Err(InvalidMobile::Premium);
        }
        if !self.countries.is_empty() {
            match &place {
                Some(place) if self.countries.iter().any(|country| country.holds(place)) => {}
                None if !key.starts_with('+') => return Err(InvalidMobile::Unplaced),
                _ => return Err(InvalidMobile::Country),
            }
        }
        Ok(number.keyed(key))
    }

    /// The country whose budget a message to this number takes from: a region's code, a calling code that belongs to
    /// no one region, or `unknown`.
    pub fn country_of(&self, number: &MobileNumber) -> String {
        let Some(place) = self.place(number) else { return "unknown".to_owned() };
        match place.get_region_code() {
            Some(region) if region != Plan::World => region.to_string(),
            _ => format!("+{}", place.country_code),
        }
    }

    /// The number as it is written internationally, and its region where it belongs to one: what a person checks before it
    /// is used. `None` where nobody can tell its country.
    pub fn preview(&self, number: &MobileNumber) -> Option<(String, Option<Region>)> {
        let place = self.place(number).filter(is_possible)?;
        let region = place.get_region_code().filter(|region| *region != Plan::World).map(Region);
        Some((place.format_as(PhoneNumberFormat::International).into_owned(), region))
    }

    /// The number in its numbering plan. A national one is placed only where the default region can have it.
    fn place(&self, number: &MobileNumber) -> Option<PhoneNumber> {
        let key = number.key();
        if key.starts_with('+') {
            return PHONE_NUMBER_UTIL.parse(key, None).ok();
        }
        let region = self.default_region?;
        PHONE_NUMBER_UTIL.parse(key, Some(region.0)).ok().filter(is_possible)
    }

    fn key(&self, number: &MobileNumber, place: Option<&PhoneNumber>) -> String {
        match place.filter(|place| self.default_region.is_some() && is_possible(place)) {
            Some(place) => place.format_as(PhoneNumberFormat::E164).into_owned(),
            None => number.key().to_owned(),
        }
    }
}

/// Whether the number is as long as the numbers of its country are.
fn is_possible(number: &PhoneNumber) -> bool {
    number.is_possible_with_reason() == Ok(NumberLengthType::IsPossible)
}

#[cfg(test)]
mod tests;
