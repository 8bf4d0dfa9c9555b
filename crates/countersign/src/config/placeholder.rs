//! What may stand for a value: `$env{NAME}` and `$ref{key}`, as files of WSO2 write them.

use super::problem::Complaint;

/// Where the text behind a placeholder comes from. What it answers is not looked at for placeholders again.
pub(super) type Source<'s> = dyn Fn(&Placeholder<'_>) -> Result<String, Complaint> + 's;

/// A placeholder in a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Placeholder<'t> {
    /// `$env{NAME}`: an environment variable.
    Environment(&'t str),
    /// `$ref{table.key}`: another key of the file.
    Reference(&'t str),
    /// `${carbon.management.port}`: the port this server listens on.
    ManagementPort,
}

/// Fills the placeholders in. Those of the product that have no counterpart here are refused rather than taken for text.
pub(super) fn filled(text: &str, source: &Source<'_>) -> Result<String, Complaint> {
    let mut done = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        let (before, found) = rest.split_at(at);
        done.push_str(before);
        if let Some((placeholder, length)) = placeholder(found)? {
            done.push_str(&source(&placeholder)?);
            rest = found.get(length..).unwrap_or_default();
        } else {
            done.push('$');
            rest = found.get(1..).unwrap_or_default();
        }
    }
    done.push_str(rest);
    Ok(done)
}

/// The placeholder that `text`, which begins with `$`, begins with, and its length.
fn placeholder(text: &str) -> Result<Option<(Placeholder<'_>, usize)>, Complaint> {
    let Some((head, rest)) = text.split_once('{') else { return Ok(None) };
    let Some((name, _)) = rest.split_once('}') else { return Ok(None) };
    let length = head.len() + name.len() + 2;
    let placeholder = match head {
        "$env" => Placeholder::Environment(name),
        "$ref" => Placeholder::Reference(name),
        "$" if name == "carbon.management.port" => Placeholder::ManagementPort,
        "$secret" | "$sys" | "$" => {
            return Err(Complaint::new(
                format!("holds a placeholder `{head}{{…}}` that has no meaning here"),
                "Use `$env{NAME}` for an environment variable, or a file for a secret.",
            ));
        }
        _ => return Ok(None),
    };
    Ok(Some((placeholder, length)))
}

#[cfg(test)]
mod tests {
    use super::{Placeholder, filled};
    use crate::config::problem::Complaint;

    fn fill(text: &str) -> Result<String, String> {
        let source = |placeholder: &Placeholder<'_>| match placeholder {
            Placeholder::Environment("A") => Ok("$env{B}".to_owned()),
            Placeholder::Reference("server.hostname") => Ok("id".to_owned()),
            Placeholder::ManagementPort => Ok("9444".to_owned()),
            other => Err(Complaint::new(format!("no {other:?}"), "")),
        };
        filled(text, &source).map_err(|complaint| complaint.message)
    }

    /// SEC-58: a value comes from the environment; what comes from there is text, whatever it looks like.
    #[test]
    fn placeholders_are_filled_once() {
        assert_eq!(fill("a$env{A}b"), Ok("a$env{B}b".to_owned()));
        assert_eq!(
            fill("https://$ref{server.hostname}:${carbon.management.port}"),
            Ok("https://id:9444".to_owned())
        );
        assert_eq!(fill("pa$$word$ {x} $env{A"), Ok("pa$$word$ {x} $env{A".to_owned()));
        assert_eq!(fill("$env{C}"), Err("no Environment(\"C\")".to_owned()));
    }

    /// A password that would silently be the text `$secret{…}` is worse than no start.
    #[test]
    fn placeholders_without_a_meaning_are_refused() {
        let refused = ["$secret{admin}", "$sys{x}", "${x}"].map(|text| fill(text).is_err());

        assert_eq!(refused, [true; 3]);
    }
}
