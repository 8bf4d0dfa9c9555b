//! Passwords that everybody tries first (SEC-32).

use std::collections::HashSet;
use std::sync::LazyLock;

/// Stems people build weak passwords from: keyboard walks, names of roles and products, seasons, the word itself.
const STEMS: [&str; 84] = [
    "password",
    "passw0rd",
    "p@ssw0rd",
    "p@ssword",
    "pass",
    "passwd",
    "admin",
    "administrator",
    "root",
    "user",
    "guest",
    "test",
    "demo",
    "default",
    "changeme",
    "letmein",
    "welcome",
    "welc0me",
    "secret",
    "login",
    "master",
    "monkey",
    "dragon",
    "qwerty",
    "qwertz",
    "azerty",
    "qwertyuiop",
    "asdfgh",
    "asdfghjkl",
    "zxcvbn",
    "zxcvbnm",
    "1q2w3e4r",
    "1qaz2wsx",
    "q1w2e3r4",
    "abc",
    "abcd",
    "abcdef",
    "abcdefg",
    "abcdefgh",
    "abc123",
    "iloveyou",
    "sunshine",
    "princess",
    "football",
    "baseball",
    "superman",
    "batman",
    "starwars",
    "pokemon",
    "shadow",
    "michael",
    "jennifer",
    "jordan",
    "hunter",
    "trustno1",
    "whatever",
    "computer",
    "internet",
    "samsung",
    "google",
    "facebook",
    "wso2",
    "carbon",
    "keycloak",
    "oracle",
    "postgres",
    "server",
    "system",
    "manager",
    "support",
    "service",
    "office",
    "company",
    "spring",
    "summer",
    "autumn",
    "winter",
    "january",
    "monday",
    "hello",
    "helloworld",
    "freedom",
    "killer",
    "countersign",
];

/// What people put behind a stem when a policy asks for more.
const TAILS: [&str; 40] = [
    "",
    "1",
    "12",
    "123",
    "1234",
    "12345",
    "123456",
    "0",
    "00",
    "01",
    "007",
    "!",
    "1!",
    "12!",
    "123!",
    "1234!",
    "@",
    "@1",
    "@12",
    "@123",
    "#1",
    "#123",
    "99",
    "69",
    "77",
    "88",
    "2019",
    "2020",
    "2021",
    "2022",
    "2023",
    "2024",
    "2025",
    "2026",
    "2027",
    "2024!",
    "2025!",
    "2026!",
    "123456789",
    "111",
];

static KNOWN: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let built = STEMS.iter().flat_map(|stem| TAILS.iter().map(move |tail| format!("{stem}{tail}")));
    let doubled = STEMS.iter().map(|stem| format!("{stem}{stem}"));
    built.chain(doubled).collect()
});

/// Whether a password is among those tried first: a common stem with a common tail in any case, one character repeated,
/// or digits in a row. More than three thousand, without carrying a list.
pub(crate) fn is_known(password: &str) -> bool {
    let lower = password.to_ascii_lowercase();
    KNOWN.contains(&lower) || repeats(&lower) || walks(&lower)
}

fn repeats(text: &str) -> bool {
    let mut bytes = text.bytes();
    let first = bytes.next();
    bytes.all(|byte| Some(byte) == first)
}

/// `12345678`, `87654321`, `abcdefgh`: each character next to the one before, all in one direction, 9 before 0.
fn walks(text: &str) -> bool {
    let next = |a: u8, b: u8| b == a.wrapping_add(1) || (a == b'9' && b == b'0');
    let pairs = || text.as_bytes().windows(2);
    let up = pairs().all(|pair| matches!(pair, [a, b] if next(*a, *b)));
    let down = pairs().all(|pair| matches!(pair, [a, b] if next(*b, *a)));
    up || down
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SEC-32: what is tried first is known, in any case; what is not is not.
    #[test]
    fn passwords_tried_first_are_known() {
        for weak in [
            "admin",
            "Admin",
            "pass123",
            "Welcome1",
            "qwerty123",
            "aaaaaaaa",
            "12345678",
            "1234567890",
            "Summer2026!",
        ] {
            assert!(is_known(weak), "{weak}");
        }
        for fine in ["tin-goose-orbit", "Xk3v9Qm2", "correct horse battery"] {
            assert!(!is_known(fine), "{fine}");
        }
        assert!(KNOWN.len() > 3_000);
    }
}
