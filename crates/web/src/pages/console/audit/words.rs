//! The trail in words: what happened, what decided, who it was, where he sat.

use countersign_app::AuditEntry;
use countersign_domain::actor::{Origin, Persona, Requester, Subject};
use countersign_domain::audit::{Event, Means, Rule};

use crate::pages::component::Choices;
use crate::pages::console::question;
use crate::pages::device;
use crate::pages::language::Texts;

/// What happened.
pub(super) fn event(t: &'static Texts, event: Event) -> &'static str {
    t.find(&format!("event-{}", event.as_str())).unwrap_or(event.as_str())
}

/// What decided, and by which secret a value was proven.
pub(super) fn decided(t: &'static Texts, entry: &AuditEntry) -> String {
    match entry.means {
        Some(Means::Code) => t.say("rule-proof-code").to_owned(),
        Some(Means::Link) => t.say("rule-proof-link").to_owned(),
        None => rule(t, entry.rule).to_owned(),
    }
}

fn rule(t: &'static Texts, rule: Rule) -> &'static str {
    t.find(&format!("rule-{}", rule.as_str())).unwrap_or(rule.as_str())
}

/// What whoever did it is to the account it was done to.
pub(super) fn kind(t: &'static Texts, by: &Requester) -> &'static str {
    match (by.subject, by.persona) {
        (Subject::Server, _) => t.say("by-server"),
        (_, Persona::Owner) => t.say("by-owner"),
        (_, Persona::Administrator) => t.say("by-administrator"),
        (_, Persona::Application) => t.say("by-application"),
    }
}

/// From where, as far as that is known.
pub(super) fn place(origin: &Origin) -> Option<String> {
    let client = origin.client.as_deref().map(device::named);
    let address = origin.address.map(|address| address.to_string());
    let known: Vec<_> = [address, client].into_iter().flatten().collect();
    (!known.is_empty()).then(|| known.join(", "))
}

/// Every kind of event, to choose one from, in the order of their names.
pub(super) fn events(t: &'static Texts, chosen: &str) -> Choices<'static> {
    let mut events = Event::ALL.map(|one| (one.as_str(), event(t, one)));
    events.sort_by_key(|(_, name)| name.to_lowercase());
    question::choices("event", t.say("audit-event"), t.say("audit-any-event"), events, chosen)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::pages::Language;

    /// pages §1: plain words, in both languages; no two kinds of event are called the same.
    #[test]
    fn every_event_and_every_rule_has_words() {
        for t in Language::ALL.map(Language::texts) {
            let named: BTreeSet<&str> = Event::ALL.into_iter().map(|one| event(t, one)).collect();
            assert_eq!(named.len(), Event::ALL.len());
            for one in Event::ALL {
                assert_ne!(event(t, one), one.as_str());
            }
            for one in Rule::ALL {
                assert_ne!(rule(t, one), one.as_str());
            }
        }
    }
}
