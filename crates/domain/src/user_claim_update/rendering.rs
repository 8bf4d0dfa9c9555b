//! Plans as text, for the decision table: one line for everything that is in a plan, addresses as their letters, `~`
//! for the family a case is not about.

use std::fmt::Write as _;

use super::sample::{Case, address};
use super::{Plan, Step};
use crate::change::{Budget, ChangeEnd, Form};
use crate::claim::{Address, ClaimFamily, PerFamily};
use crate::profile::{self, Contacts, Profile};
use crate::refusal::Refusal;

const LETTERS: &str = "pqwxyzPQWXYZ";

impl Case {
    /// A plan, one line for everything that is in it.
    pub(super) fn render(&self, plan: &Plan) -> String {
        let mut text = String::new();
        self.render_profile(plan, &mut text);
        for step in &plan.steps {
            let _ = writeln!(text, "{}", self.step(step));
        }
        for notice in &plan.notices {
            let (to, about) = (self.letter(&notice.to), self.letter(&notice.about));
            let _ = writeln!(text, "notice {} to {to} about {about}", word(&notice.kind));
        }
        for entry in &plan.audit {
            let subject = entry.value.as_deref().map_or_else(
                || {
                    entry.family.map_or(String::new(), |family| {
                        if family == self.family { " ·" } else { " ~" }.to_owned()
                    })
                },
                |masked| format!(" {}", self.unmask(masked)),
            );
            let detail = entry.detail.as_deref().map_or(String::new(), |detail| format!(" ({detail})"));
            let _ = writeln!(text, "audit {} by {}{subject}{detail}", word(&entry.event), word(&entry.rule));
        }
        for family in ClaimFamily::ALL {
            self.render_budget(family, plan.budget.of(family), &mut text);
        }
        let flags = [(plan.version_moves, "version moves\n"), (plan.credential_moves, "credentials end\n")];
        text.extend(flags.iter().filter(|(on, _)| *on).map(|(_, line)| *line));
        text
    }

    fn render_profile(&self, plan: &Plan, text: &mut String) {
        let Some(profile) = &plan.profile else { return };
        let before = &self.seen.user.profile;
        for family in ClaimFamily::ALL {
            let mark = if family == self.family { "" } else { "~" };
            let (was, is) = (self.shown(before.contacts(family)), self.shown(profile.contacts(family)));
            for ((name, was), (_, is)) in was.into_iter().zip(is).filter(|(was, is)| was != is) {
                let _ = writeln!(text, "{mark}{name}: {was} → {is}");
            }
        }
        let rest = |profile: &Profile| Profile { contacts: PerFamily::default(), ..profile.clone() };
        if rest(before) != rest(profile) {
            text.push_str("plain attributes change\n");
        }
    }

    fn shown(&self, contacts: &Contacts) -> [(&'static str, String); 5] {
        let list = |list: &[Address]| {
            format!("[{}]", list.iter().map(|address| self.letter(address)).collect::<Vec<_>>().join(" "))
        };
        let held = contacts.address().map_or_else(|| "–".to_owned(), |address| self.letter(address));
        let entries = contacts.entries().iter().map(|entry| self.entry(entry)).collect::<Vec<_>>().join(" ");
        let entries = if entries.is_empty() { "–".to_owned() } else { entries };
        [
            ("P", held),
            ("V", contacts.verified.to_string()),
            ("entries", entries),
            ("A", list(&contacts.all)),
            ("L", list(&contacts.proven)),
        ]
    }

    fn entry(&self, entry: &profile::Entry) -> String {
        let letter = LETTERS.chars().find(|letter| address(self.family, *letter).as_str() == entry.value);
        let kind = entry.label.kind.as_deref().filter(|kind| *kind != "mobile");
        let display = entry.label.display.as_deref().map_or(String::new(), |display| format!("“{display}”"));
        let primary = if entry.label.is_primary() { "*" } else { "" };
        let kind = kind.map_or(String::new(), |kind| format!(":{kind}"));
        format!("{}{kind}{display}{primary}", letter.map_or(entry.value.clone(), String::from))
    }

    fn step(&self, step: &Step) -> String {
        match step {
            Step::Begin(begin) => {
                let link = begin.cancel_link_to.as_ref();
                let link = link.map_or(String::new(), |to| format!(", cancel link to {}", self.letter(to)));
                let kept = if begin.entry.keeps_held { ", P stays as an entry" } else { "" };
                let form = match (begin.form, begin.validity_minutes) {
                    (Form::Otp, 10) => String::new(),
                    (form, minutes) => format!(", by {} for {minutes} min", word(&form)),
                };
                let (purpose, value) = (word(&begin.purpose), self.letter(&begin.value));
                format!("begin {purpose} {value} for {}{form}{kept}{link}", begin.requester.display)
            }
            Step::Reissue(reissue) => {
                let value = self.letter(&reissue.pending.value);
                format!("reissue {value} for {} min", reissue.validity_minutes)
            }
            Step::Attempt { wrong, .. } => {
                let last = if wrong.exhausted { ", the last" } else { "" };
                format!("attempt {}{last}", wrong.attempts_before + 1)
            }
            Step::Prove { .. } => "prove N".to_owned(),
            Step::End { end: ChangeEnd::Cancelled { by }, .. } => format!("cancel N: {}", by.as_str()),
            Step::End { end, .. } => format!("end N: {}", end.as_str()),
        }
    }

    fn render_budget(&self, family: ClaimFamily, after: &Budget, text: &mut String) {
        let before = self.seen.budget.of(family);
        let mark = if family == self.family { "" } else { "~" };
        let counts = |budget: &Budget| {
            [
                ("send", budget.sends_hour.count),
                ("value", budget.values_day.count),
                ("wrong", budget.wrong_hour.count),
            ]
        };
        let mut spent: Vec<&str> = counts(before)
            .into_iter()
            .zip(counts(after))
            .filter_map(|(was, is)| (was != is).then_some(is.0))
            .collect();
        if before.noticed_at != after.noticed_at {
            spent.push("notice");
        }
        if !spent.is_empty() {
            let _ = writeln!(text, "{mark}spends {}", spent.join(", "));
        }
    }

    /// The letter of an address; `~` marks the other family.
    fn letter(&self, wanted: &Address) -> String {
        let letter = LETTERS.chars().find(|letter| address(wanted.family(), *letter) == *wanted);
        let mark = if wanted.family() == self.family { "" } else { "~" };
        format!("{mark}{}", letter.map_or_else(|| wanted.as_str().to_owned(), String::from))
    }

    /// A masked address shows no spelling.
    fn unmask(&self, masked: &str) -> String {
        let mut known =
            ClaimFamily::ALL.iter().flat_map(|family| LETTERS.chars().map(|c| address(*family, c)));
        let found = known.find(|known| known.masked() == masked);
        found.map_or(masked.to_owned(), |found| self.letter(&found).to_lowercase())
    }
}

/// Checks a rendering for one family, or, with [`both`], for each. A line that begins with `email:` or `mobile:` is
/// expected of that family only.
#[track_caller]
pub(super) fn expect(family: ClaimFamily, actual: &str, expected: &str) {
    let mine = format!("{}: ", family.as_str());
    let other = ClaimFamily::ALL.into_iter().find(|other| *other != family).unwrap();
    let others = format!("{}: ", other.as_str());
    let lines = expected.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with(&others));
    let expected: Vec<&str> = lines.map(|line| line.strip_prefix(&mine).unwrap_or(line)).collect();
    let actual: Vec<&str> = actual.lines().collect();
    assert_eq!(actual, expected, "{family:?}:\n{}", actual.join("\n"));
}

/// Runs a case for both families.
#[track_caller]
pub(super) fn both(case: impl Fn(ClaimFamily) -> String, expected: &str) {
    for family in ClaimFamily::ALL {
        expect(family, &case(family), expected);
    }
}

/// A refusal by its name.
pub(super) fn refused(refusal: &Refusal) -> String {
    match refusal {
        Refusal::TooManyRequests { retry_after } => format!("TooManyRequests, {} s", retry_after.as_secs()),
        other => format!("{other:?}").replace("(Email)", "").replace("(Mobile)", ""),
    }
}

/// The stored word of an enum.
fn word(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).unwrap().as_str().unwrap().to_owned()
}
