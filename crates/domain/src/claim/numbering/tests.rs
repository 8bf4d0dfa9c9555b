use super::*;

fn numbering(region: &str, countries: &[&str]) -> Numbering {
    Numbering {
        default_region: (!region.is_empty()).then(|| Region::parse(region).unwrap()),
        countries: countries.iter().map(|country| Country::parse(country).unwrap()).collect(),
    }
}

/// The key, or the name of the refusal.
fn judged(numbering: &Numbering, text: &str) -> String {
    match numbering.judge(&MobileNumber::parse(text).unwrap()) {
        Ok(number) => {
            assert_eq!(number.as_str(), text);
            number.key().to_owned()
        }
        Err(why) => format!("{why:?}"),
    }
}

/// SEC-48: with a default region a national number is compared in its international form; without one, or where the
/// region cannot have it, by its digits.
#[test]
fn a_national_number_is_compared_in_international_form() {
    for (region, typed, key) in [
        ("", "0123456789", "0123456789"),
        ("", "+44 (0)7400 123456", "+4407400123456"),
        ("LK", "0771234501", "+94771234501"),
        ("LK", "(077) 123-45.01", "+94771234501"),
        ("LK", "771234501", "+94771234501"),
        ("LK", "+94 77 123 4501", "+94771234501"),
        ("LK", "0094 77 123 4501", "+94771234501"),
        ("LK", "+44 7400 123456", "+447400123456"),
        ("LK", "0123456789", "+94123456789"),
        ("GB", "07400 123456", "+447400123456"),
        ("GB", "+44 (0)7400 123456", "+447400123456"),
        ("US", "(202) 555-0143", "+12025550143"),
        ("US", "1-202-555-0143", "+12025550143"),
        ("IT", "06 698 12345", "+390669812345"),
        ("LK", "1234", "1234"),
        ("LK", "999999999999999", "999999999999999"),
    ] {
        assert_eq!(judged(&numbering(region, &[]), typed), key, "{region} {typed}");
    }
}

/// SEC-48: where countries are listed, numbers of all others are refused, and numbers that do not tell theirs.
#[test]
fn only_listed_countries_are_served() {
    for (region, countries, typed, outcome) in [
        ("", &["LK"][..], "+94771234501", "+94771234501"),
        ("", &["94"], "+94771234501", "+94771234501"),
        ("", &["+94", "IN"], "+94771234501", "+94771234501"),
        ("", &["LK"], "+447400123456", "Country"),
        ("", &["LK"], "0771234501", "Unplaced"),
        ("LK", &["LK"], "0771234501", "+94771234501"),
        ("LK", &["IN"], "0771234501", "Country"),
        ("LK", &["LK"], "00447400123456", "Country"),
        ("LK", &["LK"], "1234", "Unplaced"),
        ("", &["LK"], "+999123456", "Country"),
        ("", &["US"], "+12025550143", "+12025550143"),
        ("", &["US"], "+14165550143", "Country"),
        ("", &["CA"], "+14165550143", "+14165550143"),
        ("", &["1"], "+14165550143", "+14165550143"),
        ("", &["US"], "+18765550143", "Country"),
        ("", &["GB"], "+447400123456", "+447400123456"),
        ("", &[], "+999123456", "+999123456"),
    ] {
        assert_eq!(judged(&numbering(region, countries), typed), outcome, "{region} {countries:?} {typed}");
    }
}

/// SEC-48: premium-rate and shared-cost numbers are refused wherever the number tells its country, listed or not; where
/// it does not, nobody can know.
#[test]
fn premium_numbers_are_refused() {
    for (region, countries, typed, outcome) in [
        ("", &[][..], "+1 900 234 5678", "Premium"),
        ("", &["US"], "+1 900 234 5678", "Premium"),
        ("", &[], "+44 909 8790879", "Premium"),
        ("", &[], "+44 844 1234567", "Premium"),
        ("GB", &[], "0909 8790879", "Premium"),
        ("GB", &["GB"], "0909 8790879", "Premium"),
        ("DE", &[], "0900 1234567", "Premium"),
        ("", &[], "0909 8790879", "09098790879"),
        ("GB", &[], "001 900 234 5678", "Premium"),
    ] {
        assert_eq!(judged(&numbering(region, countries), typed), outcome, "{region} {typed}");
    }
}

/// SEC-48: satellite services stay refused, also behind an international prefix.
#[test]
fn satellites_are_refused_behind_a_dialling_prefix() {
    for region in ["", "LK", "GB"] {
        assert_eq!(judged(&numbering(region, &[]), "00870 773 111 632"), "Unreachable", "{region}");
        assert_eq!(judged(&numbering(region, &[]), "00881 612 345 678"), "Unreachable", "{region}");
    }
}

/// SCIM-28: a key that does not follow from the digits is kept beside what was typed, also when the region has gone.
#[test]
fn a_key_survives_storage_and_another_region() {
    let typed = MobileNumber::parse("077 123 4501").unwrap();
    let number = numbering("LK", &[]).judge(&typed).unwrap();

    let stored = serde_json::to_string(&number).unwrap();
    let read: MobileNumber = serde_json::from_str(&stored).unwrap();

    assert_eq!(stored, r#""077 123 4501=+94771234501""#);
    assert_eq!(
        (read.as_str(), read.key(), read.masked()),
        ("077 123 4501", "+94771234501", "07***01".into())
    );
    assert_eq!(read, number);
    for later in [numbering("", &[]), numbering("GB", &[])] {
        assert_eq!(later.judge(&read).unwrap(), number);
        assert_eq!(later.country_of(&read), "LK");
    }
    assert_eq!(serde_json::to_string(&typed).unwrap(), r#""077 123 4501""#);
}

/// Security §8: every message has a country whose budget it takes from, unknown ones together.
#[test]
fn every_number_counts_for_a_country() {
    for (region, typed, country) in [
        ("", "+94771234501", "LK"),
        ("", "+12025550143", "US"),
        ("", "+14165550143", "CA"),
        ("", "+80012345678", "+800"),
        ("", "+999123456", "unknown"),
        ("", "0771234501", "unknown"),
        ("LK", "0771234501", "LK"),
        ("LK", "00447400123456", "GB"),
    ] {
        let number = MobileNumber::parse(typed).unwrap();
        assert_eq!(numbering(region, &[]).country_of(&number), country, "{region} {typed}");
    }
}

/// What an operator may write: regions with a plan, and calling codes that exist.
#[test]
fn countries_are_regions_or_calling_codes() {
    for (text, shown) in [
        ("LK", Some("LK")),
        ("lk", Some("LK")),
        ("94", Some("94")),
        ("+94", Some("94")),
        ("1", Some("1")),
        ("UK", None),
        ("XX", None),
        ("001", Some("1")),
        ("999", None),
        ("0", None),
        ("-94", None),
        ("", None),
        ("LKA", None),
    ] {
        assert_eq!(Country::parse(text).map(|country| country.to_string()).as_deref(), shown, "{text}");
    }
}
