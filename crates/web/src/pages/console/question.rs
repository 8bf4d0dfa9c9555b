//! What a list of the Console is asked, and how it is asked on: its address, and the choices that narrow it.

use std::borrow::Cow;

use crate::pages::component::{Choice, Choices};

/// The address that asks this of the list at `path`; what is blank is not said.
pub(super) fn address(path: &str, said: &[(&str, &str)]) -> String {
    let said: Vec<_> = said.iter().filter(|(_, value)| !value.is_empty()).collect();
    if said.is_empty() {
        return path.to_owned();
    }
    format!("{path}?{}", serde_html_form::to_string(said).unwrap_or_default())
}

/// One of `options`, each its word in the address and its name, or any.
pub(super) fn choices<'a, W: Into<Cow<'a, str>>>(
    name: &'a str,
    label: &'a str,
    any: &'a str,
    options: impl IntoIterator<Item = (W, &'a str)>,
    chosen: &str,
) -> Choices<'a> {
    let choice = |value: Cow<'a, str>, label: &'a str| Choice {
        is_chosen: value == chosen,
        value,
        label: label.into(),
    };
    let options = options.into_iter().map(|(word, label)| choice(word.into(), label));
    let options = std::iter::once(choice("".into(), any)).chain(options).collect();
    Choices { name, label: label.into(), options, hint: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// pages §1: a list goes on, and is come back to, with what was searched for and nothing else.
    #[test]
    fn an_address_says_what_was_asked() {
        assert_eq!(address("/console/users", &[("q", "a b&c"), ("only", "")]), "/console/users?q=a+b%26c");
        assert_eq!(address("/console/users", &[("q", "")]), "/console/users");
    }

    /// A word that is none of ours chooses nothing.
    #[test]
    fn what_was_chosen_stays_chosen() {
        let chosen = |word| {
            let choices = choices("state", "State", "Any", [("dead", "Given up")], word);
            let chosen = choices.options.into_iter().filter(|option| option.is_chosen);
            chosen.map(|option| option.label.into_owned()).collect::<Vec<_>>()
        };

        assert_eq!((chosen("dead"), chosen("")), (vec!["Given up".to_owned()], vec!["Any".to_owned()]));
        assert!(chosen("elsewhere").is_empty());
    }
}
