use countersign_app::Failure;
use countersign_domain::SignedDuration;

use super::*;

fn wait() -> Refusal {
    Refusal::TooManyRequests { retry_after: SignedDuration::from_secs(30) }
}

fn of_code(make: impl Fn() -> CodeError) -> [(u16, &'static str); 2] {
    [Asker::Owner, Asker::Privileged].map(|asker| {
        let refused = code(make(), asker);
        (refused.status.as_u16(), refused.code)
    })
}

fn of_resend(make: impl Fn() -> ResendError) -> [(u16, &'static str); 2] {
    [Asker::Owner, Asker::Privileged].map(|asker| {
        let refused = resend(make(), asker);
        (refused.status.as_u16(), refused.code)
    })
}

fn of_scenario(why: NoScenario) -> [(u16, &'static str); 2] {
    [Asker::Owner, Asker::Privileged].map(|asker| {
        let refused = scenario(why, asker);
        (refused.status.as_u16(), refused.code)
    })
}

/// `verification.md` §4.7, DESIGN §5 "Codes refused": to the owner, to a privileged caller.
#[test]
fn every_refused_code_has_its_status_and_code() {
    assert_eq!(of_code(|| CodeError::Invalid), [(400, "18001"), (400, "18001")]);
    assert_eq!(of_code(|| CodeError::Expired), [(400, "18002"), (400, "18001")]);
    assert_eq!(of_code(|| CodeError::Superseded), [(400, "18023"), (400, "18001")]);
    assert_eq!(of_code(|| CodeError::PrivilegedDisabled), [(400, "18001"), (400, "17007")]);
    assert_eq!(of_code(|| wait().into()), [(429, "CS-42901"), (429, "CS-42901")]);
    assert_eq!(of_code(|| Refusal::StaleAuthentication.into()), [(400, "18001"), (400, "18001")]);
    assert_eq!(of_code(|| Failure::Busy.into()), [(503, "CS-50301"), (503, "CS-50301")]);
    assert_eq!(of_code(|| Failure::Crypto.into()), [(500, "18013"), (500, "18013")]);
}

/// `verification.md` §4.4, §4.5, D-15.
#[test]
fn every_refused_resend_has_its_status_and_code() {
    assert_eq!(of_resend(|| ResendError::NothingPending), [(400, "UAR-10011"), (400, "18005")]);
    assert_eq!(of_resend(|| wait().into()), [(429, "CS-42901"), (429, "CS-42901")]);
    assert_eq!(of_resend(|| Failure::Overloaded.into()), [(503, "CS-50301"), (503, "CS-50301")]);
    assert_eq!(of_resend(|| Failure::Crypto.into()), [(500, "18013"), (500, "18013")]);
}

/// `verification.md` §4.4, §4.5, D-16.
#[test]
fn every_scenario_that_is_none_of_ours_has_its_code() {
    assert_eq!(of_scenario(NoScenario::Missing), [(400, "UAR-10011"), (400, "20021")]);
    assert_eq!(of_scenario(NoScenario::Twice), [(400, "UAR-10011"), (400, "20021")]);
    assert_eq!(of_scenario(NoScenario::SignUp), [(400, "UAR-10011"), (400, "20021")]);
    assert_eq!(of_scenario(NoScenario::NotServed), [(400, "UAR-10011"), (400, "UAR-10011")]);
    assert_eq!(of_scenario(NoScenario::Unknown), [(400, "UAR-10011"), (400, "UAR-10011")]);
}

/// D-16: never 500 for a body.
#[test]
fn every_misspelt_body_has_its_code() {
    let answer = |why: Misspelt| {
        let refused = Refused::from(why);
        (refused.status.as_u16(), refused.code)
    };

    assert_eq!(answer(Misspelt::NotAnObject), (400, "CS-40002"));
    assert_eq!(answer(Misspelt::Properties), (400, "CS-40002"));
    assert_eq!(answer(Misspelt::Channel), (400, "CS-40002"));
    assert_eq!(answer(Misspelt::Code), (400, "18001"));
    assert_eq!(answer(Misspelt::User), (400, "PWR-60001"));
    assert_eq!(answer(Misspelt::Realm), (400, "CS-40002"));
}

/// SEC-14: what a stranger to the code is told does not depend on why.
#[test]
fn a_privileged_caller_gets_one_answer_for_every_wrong_code() {
    let answers = [CodeError::Invalid, CodeError::Expired, CodeError::Superseded];

    let answers = answers.map(|error| code(error, Asker::Privileged));

    assert_eq!(answers, [invalid_code(), invalid_code(), invalid_code()]);
    assert_eq!(Refused::from(Misspelt::Code), invalid_code());
}
