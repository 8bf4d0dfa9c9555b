//! What can happen to a change that waits, besides being proven: a wrong code, a resend, a cancellation.

use super::plan::{Plan, Reissue, Step, Trail};
use super::{LinkConfirmation, Settings, numbers};
use crate::actor::Actor;
use crate::audit::{Event, Rule};
use crate::change::{Cancelled, ChangeEnd, Form, Pending, WrongCode};
use crate::refusal::Refusal;
use crate::snapshot::Snapshot;

/// A wrong guess, to be committed before it is answered (I4).
pub fn wrong_code(seen: &Snapshot, pending: &Pending, wrong: WrongCode, actor: &Actor) -> Plan {
    let mut plan = Plan::new(seen);
    plan.budget.of_mut(pending.family()).record_wrong(seen.now);
    plan.steps.push(Step::Attempt { change: pending.id, wrong });
    let event = if wrong.exhausted { Event::CodeExhausted } else { Event::CodeWrong };
    plan.audit.push(Trail { seen, actor }.change(event, Rule::Request, pending));
    plan
}

/// A new secret for the value that waits, sent there and nowhere else (SEC-12). Also for a challenge that is expired or
/// exhausted; the budgets go on counting (SEC-10). Refused where its country is served no more (SEC-48).
pub fn resend(
    seen: &Snapshot,
    pending: &Pending,
    actor: &Actor,
    settings: &Settings,
) -> Result<Plan, Refusal> {
    numbers::check_served(&pending.value, settings)?;
    let mut plan = Plan::new(seen);
    plan.budget.of_mut(pending.family()).take_send(&settings.limits, seen.now)?;
    let validity_minutes = settings.of(pending.family()).validity_minutes;
    let form = match (pending.challenge.form, settings.link_confirmation) {
        (Form::Link, LinkConfirmation::Code) => Form::LinkAndOtp,
        (form, _) => form,
    };
    plan.steps.push(Step::Reissue(Reissue { pending: pending.clone(), form, validity_minutes }));
    plan.audit.push(Trail { seen, actor }.change(Event::CodeResent, Rule::Request, pending));
    Ok(plan)
}

/// Calls a change off.
pub fn cancel(seen: &Snapshot, pending: &Pending, by: Cancelled, actor: &Actor) -> Plan {
    let mut plan = Plan::new(seen);
    let rule = match by {
        Cancelled::CancelLink => Rule::CancelLink,
        Cancelled::Taken => Rule::Taken,
        Cancelled::Security | Cancelled::Purge => Rule::Security,
        Cancelled::Request | Cancelled::Declined | Cancelled::Overwritten | Cancelled::SwitchedOff => {
            Rule::Request
        }
    };
    plan.audit.push(Trail { seen, actor }.change(Event::ChangeCancelled, rule, pending));
    plan.end(pending.id, ChangeEnd::Cancelled { by });
    plan
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actor::Persona;
    use crate::claim::ClaimFamily;
    use crate::user_claim_update::rendering::{both, expect, refused};
    use crate::user_claim_update::sample::{Case, given};

    fn waiting(family: ClaimFamily) -> (Case, Pending) {
        let case = given(family).p('p').v().n('x');
        let pending = case.seen.pending(family).cloned().unwrap();
        (case, pending)
    }

    /// I4, SEC-9: a wrong code is one attempt on the challenge and one on the user, and moves no version.
    #[test]
    fn a_wrong_code_spends_an_attempt() {
        for (exhausted, expected) in [
            (false, "attempt 3\naudit code_wrong by request x\nspends wrong"),
            (true, "attempt 3, the last\naudit code_exhausted by request x\nspends wrong"),
        ] {
            both(
                |family| {
                    let (case, pending) = waiting(family);
                    let wrong = WrongCode { challenge: pending.challenge.id, attempts_before: 2, exhausted };
                    case.render(&wrong_code(&case.seen, &pending, wrong, &case.actor))
                },
                expected,
            );
        }
    }

    /// SEED-20, SEC-12: a resend is a send, and no new value; it goes to the value that waits.
    #[test]
    fn a_resend_reissues_to_the_value_that_waits() {
        both(
            |family| {
                let (case, pending) = waiting(family);
                case.render(&resend(&case.seen, &pending, &case.actor, &case.settings).unwrap())
            },
            "reissue x for 10 min
             audit code_resent by request x
             spends send",
        );
    }

    /// SEC-23: a link from before codes were asked for is reissued with one; what is no link stays what it was.
    #[test]
    fn a_resend_brings_the_code_a_link_needs_by_now() {
        let (mut case, mut pending) = waiting(ClaimFamily::Email);
        let mut reissued = |form, asked| {
            (pending.challenge.form, case.settings.link_confirmation) = (form, asked);
            let plan = resend(&case.seen, &pending, &case.actor, &case.settings).unwrap();
            match plan.steps.as_slice() {
                [Step::Reissue(reissue)] => reissue.form,
                steps => panic!("{steps:?}"),
            }
        };

        assert_eq!(reissued(Form::Link, LinkConfirmation::Button), Form::Link);
        assert_eq!(reissued(Form::Link, LinkConfirmation::Code), Form::LinkAndOtp);
        assert_eq!(reissued(Form::Otp, LinkConfirmation::Code), Form::Otp);
        assert_eq!(reissued(Form::LinkAndOtp, LinkConfirmation::Button), Form::LinkAndOtp);
    }

    /// §3.4: a resend works for an expired and for an exhausted challenge; budgets go on (SEC-10).
    #[test]
    fn a_resend_works_after_expiry_and_exhaustion_but_not_over_the_limit() {
        let (mut case, mut pending) = waiting(ClaimFamily::Mobile);
        pending.challenge.expires_at = case.seen.now;
        pending.challenge.state = crate::change::ChallengeState::Exhausted;
        for _ in 0..3 {
            case.seen.budget = resend(&case.seen, &pending, &case.actor, &case.settings).unwrap().budget;
        }

        let refusal = resend(&case.seen, &pending, &case.actor, &case.settings).unwrap_err();

        assert_eq!(refused(&refusal), "TooManyRequests, 30 s");
    }

    /// A change that is called off ends, with the rule that did it.
    #[test]
    fn a_cancelled_change_ends_with_its_cause() {
        for (by, rule) in [
            (Cancelled::Request, "request"),
            (Cancelled::CancelLink, "cancel_link"),
            (Cancelled::Declined, "request"),
            (Cancelled::Taken, "taken"),
            (Cancelled::Security, "security"),
            (Cancelled::Purge, "security"),
        ] {
            let (case, pending) = waiting(ClaimFamily::Email);
            let case = case.by(Persona::Administrator);

            let text = case.render(&cancel(&case.seen, &pending, by, &case.actor));

            let cause = by.as_str();
            let expected = format!("cancel N: {cause}\naudit change_cancelled by {rule} x\nversion moves");
            expect(ClaimFamily::Email, &text, &expected);
        }
    }
}
