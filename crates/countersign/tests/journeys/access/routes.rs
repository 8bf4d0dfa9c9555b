//! What the router serves, read off its source: every `.route(…)` with a path in it, and the few with a named one.

use std::fs;
use std::path::Path;

/// A method on a path as the router writes it.
#[derive(Debug)]
pub(crate) struct Served {
    pub(crate) method: &'static str,
    pub(crate) path: String,
}

/// Routes whose path is not written where they are mounted.
const NAMED: [(&str, &str); 6] = [
    ("GET", "/accountrecoveryendpoint/confirmregistration.do"),
    ("POST", "/accountrecoveryendpoint/confirmregistration.do"),
    ("GET", "/accountrecoveryendpoint/cancel.do"),
    ("POST", "/accountrecoveryendpoint/cancel.do"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
];

const METHODS: [(&str, &str); 5] =
    [("GET", "get("), ("POST", "post("), ("PUT", "put("), ("PATCH", "patch("), ("DELETE", "delete(")];

impl Served {
    /// Whether a row of the table is about this.
    pub(crate) fn is(&self, method: &str, path: &str) -> bool {
        let path = path.trim_start_matches('~').split('?').next().unwrap_or_default();
        let (own, other): (Vec<&str>, Vec<&str>) =
            (self.path.split('/').collect(), path.split('/').collect());
        let fits = |(own, other): (&&str, &&str)| own.starts_with('{') || own == other;
        self.method == method && own.len() == other.len() && own.iter().zip(&other).all(fits)
    }
}

/// Everything the surfaces mount.
pub(crate) fn served() -> Vec<Served> {
    let mut found: Vec<Served> =
        NAMED.iter().map(|(method, path)| Served { method, path: (*path).to_owned() }).collect();
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../web/src"), &mut found);
    assert!(
        found.len() > 40,
        "the router's source is not where it was, or is written differently: {found:?}"
    );
    found
}

fn read(folder: &Path, found: &mut Vec<Served>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        match path.is_dir() {
            _ if name == "tests" || name.contains("tests.rs") => {}
            true => read(&path, found),
            false => {
                let source = fs::read_to_string(&path).unwrap();
                let production = source.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
                production.split(".route(").skip(1).for_each(|mounted| note(mounted, found));
            }
        }
    }
}

/// What follows `.route(`: the path if it is written there, and the methods up to the end of the call.
fn note(mounted: &str, found: &mut Vec<Served>) {
    let Some(rest) = mounted.trim_start().strip_prefix('"') else { return };
    let (path, rest) = rest.split_once('"').unwrap();
    let mut depth = 1_usize;
    let call: String = rest
        .chars()
        .take_while(|character| {
            match character {
                '(' => depth += 1,
                ')' => depth -= 1,
                _ => {}
            }
            depth > 0
        })
        .collect();
    for (method, word) in METHODS {
        let begins =
            |at: usize| !call[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_');
        if call.match_indices(word).any(|(at, _)| begins(at)) {
            found.push(Served { method, path: path.to_owned() });
        }
    }
}
