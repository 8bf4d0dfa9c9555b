//! A mail as the sink took it, and enough MIME to read it back.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// A mail with its envelope and how it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    pub from: String,
    pub to: Vec<String>,
    /// The message between DATA and the final dot, dots unstuffed.
    pub raw: String,
    pub over_tls: bool,
    pub signed_in_as: Option<String>,
}

impl Mail {
    /// A header of the message, unfolded.
    pub fn header(&self, name: &str) -> Option<String> {
        header(&self.raw, name)
    }

    /// The plain-text twin.
    pub fn text(&self) -> String {
        self.part("text/plain")
    }

    /// The HTML twin.
    pub fn html(&self) -> String {
        self.part("text/html")
    }

    fn part(&self, kind: &str) -> String {
        let content_type = self.header("content-type").unwrap_or_default();
        let boundary = content_type
            .split("boundary=\"")
            .nth(1)
            .and_then(|rest| rest.split('"').next())
            .unwrap_or_default();
        self.raw
            .split(&format!("--{boundary}"))
            .map(|part| part.trim_start_matches("\r\n"))
            .find(|part| header(part, "content-type").is_some_and(|found| found.starts_with(kind)))
            .map(decoded)
            .unwrap_or_default()
    }
}

fn header(part: &str, name: &str) -> Option<String> {
    let head = part.split("\r\n\r\n").next()?.replace("\r\n ", " ").replace("\r\n\t", " ");
    head.lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(found, _)| found.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.trim().to_owned())
}

fn decoded(part: &str) -> String {
    let body = part.split_once("\r\n\r\n").map(|(_, body)| body.trim_end_matches("\r\n")).unwrap_or_default();
    let bytes = match header(part, "content-transfer-encoding").as_deref() {
        Some("quoted-printable") => quoted_printable(body),
        Some("base64") => STANDARD.decode(body.replace("\r\n", "")).unwrap(),
        _ => body.as_bytes().to_vec(),
    };
    String::from_utf8(bytes).unwrap().replace("\r\n", "\n")
}

fn quoted_printable(body: &str) -> Vec<u8> {
    let joined = body.replace("=\r\n", "");
    let mut pieces = joined.split('=');
    let mut bytes = pieces.next().unwrap_or_default().as_bytes().to_vec();
    for piece in pieces {
        let (code, rest) = piece.split_at(2);
        bytes.push(u8::from_str_radix(code, 16).unwrap());
        bytes.extend_from_slice(rest.as_bytes());
    }
    bytes
}
