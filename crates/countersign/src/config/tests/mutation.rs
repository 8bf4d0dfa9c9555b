//! REL-20: whatever the bytes, the answer is settings or problems, and it can be drawn.

use super::super::text_of;
use super::{drawn, load};

const FILE: &str = "\
[]
from_address= \"a@example.org\"
[server]
hostname = “ü.example”
offset = \"1\"
[super_admin]
password = '''p
w''' # “x”
[countersign.security]
outbound_allow = [ \"10.0.0.0/8\", { a.b = 1 } ]
[server]
base_path = \"https://$ref{server.hostname}:${carbon.management.port}$env{X}\"
[[list]]
[list.a]
verification.\"x.y\" = 1979-05-27
";

/// Loads in both modes and draws whatever is said. Returning at all is the promise.
fn survives(bytes: &[u8]) {
    let Ok(text) = text_of(bytes) else { return };
    for lenient in [false, true] {
        match load(text, lenient) {
            Ok(loaded) => drop(drawn(text, &loaded.warnings)),
            Err(problems) => assert!(!drawn(text, &problems).is_empty()),
        }
    }
}

/// REL-20: every file that is one edit away from a file with every slip: cut there, or one byte gone, or replaced.
#[test]
fn every_single_edit_of_a_file_is_answered() {
    let file = FILE.as_bytes();
    for at in 0..file.len() {
        survives(&file[..at]);
        survives(&[&file[..at], &file[at + 1..]].concat());
        for edit in ["\"", "]", "=", "\n", "“", "$", "\0"] {
            survives(&[&file[..at], edit.as_bytes(), &file[at + 1..]].concat());
        }
        for edit in ["[", "'''", "{"] {
            survives(&[&file[..at], edit.as_bytes(), &file[at..]].concat());
        }
    }
}

/// REL-20: sequences of what a scanner has to decide about, drawn from a fixed seed.
#[test]
fn arbitrary_sequences_of_tokens_are_answered() {
    let tokens = [
        "[",
        "]",
        "[[",
        "]]",
        "{",
        "}",
        "\"",
        "'",
        "\"\"\"",
        "'''",
        "“",
        "”",
        "=",
        ".",
        ",",
        "\n",
        "\r\n",
        " ",
        "#",
        "\\",
        "$env{",
        "}",
        "$ref{server.offset}",
        "server",
        "offset",
        "[]",
        "[server]\n",
        "1",
        "é",
        "\u{feff}",
        "\t",
        "\0",
        "0x",
        "inf",
        "password",
        "[output_adapter.email]\n",
        "a = 1\n",
    ];
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 33).unwrap_or_default() % below
    };

    for _ in 0..6_000 {
        let text: String = (0..next(40)).map(|_| tokens[next(tokens.len())]).collect();
        survives(text.as_bytes());
    }
}

/// REL-20: any bytes, from the same kind of seed; most are no UTF-8.
#[test]
fn arbitrary_bytes_are_answered() {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    for length in 0..2_000_usize {
        let bytes: Vec<u8> = (0..length % 64)
            .map(|_| {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                state.to_be_bytes()[0] & if length % 2 == 0 { 0x7f } else { 0xff }
            })
            .collect();
        survives(&bytes);
    }
}

/// REL-20, SEC-41: depth is bounded by the parser, not by the stack.
#[test]
fn deep_nesting_is_answered() {
    for opening in ["[", "{a=", "a.", "[a.", "x=[", "\"", "“", "[]\n", "[a]\n"] {
        survives(opening.repeat(5_000).as_bytes());
        survives(format!("x = {}", opening.repeat(5_000)).as_bytes());
    }
}
