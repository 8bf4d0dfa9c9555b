//! Numbers by their numbering plan: what is served, and what is the same number (SEC-48).

use crate::actor::Persona;
use crate::claim::{Address, ClaimFamily, Country, InvalidMobile, Region};
use crate::profile::{Held, Profile};
use crate::refusal::Refusal;
use crate::user_claim_update::sample::{self, Case, given, pending};
use crate::user_claim_update::{Plan, Step, Wanted, create, decide, resend};

const NATIONAL: &str = "077 000 0024";
const INTERNATIONAL: &str = "+94770000024";

fn number(text: &str) -> Address {
    Address::parse(ClaimFamily::Mobile, text).unwrap()
}

/// Bob, with both verifications on.
fn bob() -> Case {
    given(ClaimFamily::Mobile)
}

impl Case {
    fn region(self, code: &str) -> Self {
        self.with(|settings| settings.numbering.default_region = Region::parse(code))
    }

    fn serving(self, countries: &[&str]) -> Self {
        let countries = countries.iter().map(|country| Country::parse(country).unwrap()).collect();
        self.with(|settings| settings.numbering.countries = countries)
    }

    /// Has this proven number in force, with the key it was written with.
    fn holding(mut self, held: &Address) -> Self {
        let contacts = self.contacts();
        contacts.held = Some(Held { address: held.clone(), ..sample::held(ClaimFamily::Mobile, 'x') });
        (contacts.verified, contacts.all, contacts.proven) = (true, vec![held.clone()], vec![held.clone()]);
        self
    }

    /// A PUT or a page that makes this P.
    fn sends(&self, text: &str) -> Result<Plan, Refusal> {
        decide(&self.seen, &wanted(&self.seen.user.profile, text), &self.actor, &self.settings)
    }
}

fn wanted(profile: &Profile, text: &str) -> Wanted {
    let mut wanted = Wanted::echo(profile);
    let held = Held { address: number(text), ..sample::held(ClaimFamily::Mobile, 'x') };
    wanted.contacts.mobile.held = Some(held);
    wanted
}

fn refused(attribute: &'static str, why: InvalidMobile) -> Refusal {
    Refusal::Address { attribute, why: why.into() }
}

/// What begins to wait, as typed and as compared.
fn begun(plan: &Plan) -> Vec<(&str, &str)> {
    let begins = plan.steps.iter().filter_map(|step| match step {
        Step::Begin(begin) => Some((begin.value.as_str(), begin.value.key())),
        _ => None,
    });
    begins.collect()
}

/// SEC-48, SCIM-28: what begins to wait is what was typed, compared in international form.
#[test]
fn a_national_number_waits_as_typed_and_is_compared_as_international() {
    assert_eq!(begun(&bob().region("LK").sends(NATIONAL).unwrap()), [(NATIONAL, INTERNATIONAL)]);
    assert_eq!(begun(&bob().sends(NATIONAL).unwrap()), [(NATIONAL, "0770000024")]);
}

/// M7, M8: the number that is proven in one form is proven in the other.
#[test]
fn both_forms_of_a_number_are_one_number() {
    let held = begun_value(&bob().region("LK"), NATIONAL);
    let case = bob().region("LK").holding(&held);

    let respelt = case.sends(INTERNATIONAL).unwrap();

    assert_eq!((respelt.steps, respelt.profile), (vec![], None));
}

/// SEC-48: a region that is configured, changed or gone later changes nothing that is held: an echo is an echo.
#[test]
fn a_region_that_comes_later_changes_nothing_that_is_held() {
    for (then, now) in [("", "LK"), ("LK", "GB"), ("LK", "")] {
        let held = begun_value(&bob().region(then), NATIONAL);
        let case = bob().region(now).holding(&held);

        for echo in [NATIONAL, "(077) 000-0024"] {
            let plan = case.sends(echo).unwrap();
            assert_eq!((plan.steps, plan.profile), (vec![], None), "{then} → {now}: {echo}");
        }
    }
}

/// SEC-48: refused at request time, whole, whoever asks and whichever attribute it stands in.
#[test]
fn a_number_of_a_country_that_is_not_served_is_refused() {
    for persona in [Persona::Owner, Persona::Administrator, Persona::Application] {
        for switched_on in [true, false] {
            let case = bob().by(persona).serving(&["GB"]);
            let case = if switched_on { case } else { case.switched_off() };

            assert_eq!(
                case.sends(INTERNATIONAL),
                Err(refused("phoneNumbers", InvalidMobile::Country)),
                "{persona:?}"
            );
            let mut listed = Wanted::echo(&case.seen.user.profile);
            listed.contacts.mobile.all = Some(vec![number(INTERNATIONAL)]);
            assert_eq!(
                decide(&case.seen, &listed, &case.actor, &case.settings),
                Err(refused("mobileNumbers", InvalidMobile::Country))
            );
            listed.contacts.mobile.all = None;
            listed.contacts.mobile.proven = Some(vec![number(INTERNATIONAL)]);
            assert_eq!(
                decide(&case.seen, &listed, &case.actor, &case.settings),
                Err(refused("verifiedMobileNumbers", InvalidMobile::Country))
            );
        }
    }
}

/// SEC-48: the same at creation.
#[test]
fn nobody_is_created_with_a_number_that_is_not_served() {
    let case = bob().by(Persona::Administrator).serving(&["GB"]);
    let wanted = wanted(&case.seen.user.profile, INTERNATIONAL);

    let refusal = create(&wanted, &case.actor, &case.settings).unwrap_err();

    assert_eq!(refusal, refused("phoneNumbers", InvalidMobile::Country));
}

/// SEC-48: what is held stays valid when its country goes: it can be sent back and edited around; but no new code goes
/// there, neither for a proof asked for anew nor by a resend.
#[test]
fn a_held_number_outlives_its_country_and_gets_no_more_codes() {
    let held = number(INTERNATIONAL);
    let mut case = bob().holding(&held).serving(&["GB"]);

    let echo = case.sends(INTERNATIONAL).unwrap();
    assert_eq!((echo.steps, echo.profile), (vec![], None));

    case.seen.user.profile.contacts.mobile.verified = false;
    case.seen.user.profile.contacts.mobile.proven.clear();
    let mut again = wanted(&case.seen.user.profile, INTERNATIONAL);
    (again.contacts.mobile.named, again.contacts.mobile.verify) = (true, Some(true));
    let asked = decide(&case.seen, &again, &case.actor, &case.settings);
    assert_eq!(asked, Err(refused("phoneNumbers", InvalidMobile::Country)));

    let waits = pending(held, crate::change::Purpose::Primary, case.actor.requester.clone());
    let resent = resend(&case.seen, &waits, &case.actor, &case.settings);
    assert_eq!(resent, Err(refused("phoneNumbers", InvalidMobile::Country)));
}

/// SEC-38: the reason a request states stands in its audit rows; the owner's does not.
#[test]
fn a_stated_reason_is_audited_for_privileged_callers() {
    for (persona, expected) in [(Persona::Administrator, Some("moved")), (Persona::Owner, None)] {
        let case = bob().by(persona);
        let mut wanted = wanted(&case.seen.user.profile, INTERNATIONAL);
        wanted.reason = Some("moved".to_owned());

        let plan = decide(&case.seen, &wanted, &case.actor, &case.settings).unwrap();

        assert!(plan.audit.iter().all(|entry| entry.detail.as_deref() == expected), "{:?}", plan.audit);
        assert!(!plan.audit.is_empty());
    }
}

/// What `text` begins to wait as.
fn begun_value(case: &Case, text: &str) -> Address {
    let plan = case.sends(text).unwrap();
    let begun = plan.steps.into_iter().find_map(|step| match step {
        Step::Begin(begin) => Some(begin.value),
        _ => None,
    });
    begun.unwrap()
}
