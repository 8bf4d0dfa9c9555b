//! `[countersign.sms]` and the budgets of SMS.

use super::{loaded, refused, warned};

/// SEC-48: regions and calling codes, in the spellings people use.
#[test]
fn countries_are_codes_of_either_kind() {
    let sms =
        loaded("[countersign.sms]\ndefault_region = \"lk\"\ncountries = [\"LK\", 44, \"+1\", \"91\"]\n");

    let shown: Vec<String> = sms.settings.sms.countries.iter().map(ToString::to_string).collect();
    assert_eq!(shown, ["LK", "44", "1", "91"]);
    assert_eq!(sms.settings.sms.default_region.map(|region| region.to_string()).as_deref(), Some("LK"));
    assert!(sms.warnings.is_empty(), "{:?}", sms.warnings);
    let nothing = loaded("").settings.sms;
    assert_eq!(
        (nothing.default_region, nothing.countries.len(), nothing.stop_on_low_conversion),
        (None, 0, false)
    );
}

/// REL-20: what is no country is refused at its place, with what to write instead.
#[test]
fn what_is_no_country_is_refused() {
    let text = "[countersign.sms]\ndefault_region = \"UK\"\ncountries = [\"LK\", \"Ceylon\"]\n";

    insta::assert_snapshot!(refused(text), @r#"
    error: `countersign.sms.default_region` cannot be `UK`
     --> deployment.toml:2:18
      |
    2 | default_region = "UK"
      |                  ^^^^
      |
      = help: Write the two letters of a country, such as `"LK"` or `"GB"`.

    error: `countersign.sms.countries` has an entry 2 that cannot be `Ceylon`
     --> deployment.toml:3:13
      |
    3 | countries = ["LK", "Ceylon"]
      |             ^^^^^^^^^^^^^^^^
      |
      = help: Write the two letters of a country or its calling code, such as `"LK"` or `94`.
    "#);
}

/// SEC-48: a list that shuts out every number without a country code is said to.
#[test]
fn a_list_that_shuts_out_national_numbers_is_told() {
    let told = |region: &str| warned(&format!("[countersign.sms]\n{region}countries = [\"IN\", 94]\n"));

    assert_eq!(
        told(""),
        [
            "2: `countersign.sms.countries` refuses every number without a country code, since `default_region` does not say where it belongs"
        ]
    );
    assert_eq!(
        told("default_region = \"GB\"\n"),
        [
            "3: `countersign.sms.countries` does not hold the `default_region`, so every number without a country code is refused"
        ]
    );
    assert_eq!(told("default_region = \"LK\"\n"), <[&str; 0]>::default());
}

/// Security §8: a budget that is switched off is said to be, at every start.
#[test]
fn a_budget_for_countries_that_is_off_is_told() {
    let warnings = warned("[countersign.limits]\nsms_per_country_day = 0\n");

    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(warnings[0].starts_with("2: `countersign.limits.sms_per_country_day` "), "{warnings:?}");
    assert_eq!(loaded("").settings.limits.sms_per_country_day.0, 1_000);
}
