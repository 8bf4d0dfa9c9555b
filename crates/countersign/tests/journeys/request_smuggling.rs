//! One connection, one reading (SEC-56): what could hide a second request in a first one is refused, over real sockets,
//! and the hidden one is never answered. Who speaks rightly is answered as ever.

use crate::test_app::{TestApp, on_both_databases};

const BASIC: &str = "Authorization: Basic YWRtaW46YWRtaW4=\r\n"; // admin:admin

/// How the bytes arrive: at once, one by one, and cut anywhere.
const PIECES: [usize; 3] = [usize::MAX, 1, 37];

/// What must never be answered where it is hidden.
const HIDDEN: &str = "GET /healthz HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n";

/// Requests with a head that can be read in two ways; `{hidden}` is what one of the readings finds.
const HEADS: [(&str, &str); 21] = [
    (
        "CL.TE",
        "POST / HTTP/1.1\r\nHost: {host}\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{hidden}",
    ),
    (
        "TE.CL",
        "POST / HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n{hidden}",
    ),
    (
        "CL.0 + TE",
        "POST / HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{hidden}",
    ),
    (
        "two lengths",
        "POST / HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\nContent-Length: 90\r\n\r\n{hidden}",
    ),
    (
        "a length twice",
        "POST / HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n{hidden}",
    ),
    ("a list of lengths", "POST / HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0, 0\r\n\r\n{hidden}"),
    ("a signed length", "POST / HTTP/1.1\r\nHost: {host}\r\nContent-Length: +0\r\n\r\n{hidden}"),
    ("a length behind a blank", "POST / HTTP/1.1\r\nHost: {host}\r\nContent-Length : 90\r\n\r\n{hidden}"),
    (
        "a coding behind a blank",
        "POST / HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n{hidden}",
    ),
    (
        "a coding twice",
        "POST / HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{hidden}",
    ),
    (
        "two codings",
        "POST / HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{hidden}",
    ),
    (
        "a list of codings",
        "POST / HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n{hidden}",
    ),
    (
        "chunked before another",
        "POST / HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n{hidden}",
    ),
    (
        "a coding in HTTP/1.0",
        "POST / HTTP/1.0\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{hidden}",
    ),
    (
        "a folded coding",
        "POST / HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n{hidden}",
    ),
    (
        "a folded header",
        "GET /healthz HTTP/1.1\r\nHost: {host}\r\nX: a\r\n\tContent-Length: 90\r\n\r\n{hidden}",
    ),
    ("a bare LF behind the request line", "GET /healthz HTTP/1.1\nHost: {host}\r\n\r\n{hidden}"),
    ("a bare LF behind a header", "GET /healthz HTTP/1.1\r\nHost: {host}\nX: y\r\n\r\n{hidden}"),
    ("a bare LF for an empty line", "GET /healthz HTTP/1.1\r\nHost: {host}\r\n\n{hidden}"),
    ("a bare LF before everything", "\n{hidden}"),
    ("a bare CR", "GET /healthz HTTP/1.1\r\nHost: {host}\r\nX: a\rContent-Length: 90\r\n\r\n{hidden}"),
];

/// Bodies whose chunks can be read in two ways, behind a sound head.
const CHUNKS: [(&str, &str); 9] = [
    ("a bare LF behind a size", "2\n{}\r\n0\r\n\r\n{hidden}"),
    ("a bare LF behind an extension", "2;a\n{}\r\n0\r\n\r\n{hidden}"),
    ("a bare CR in an extension", "2;a\rb\r\n{}\r\n0\r\n\r\n{hidden}"),
    ("a bare LF behind a chunk", "2\r\n{}\n0\r\n\r\n{hidden}"),
    ("a chunk longer than it says", "2\r\n{} \r\n0\r\n\r\n{hidden}"),
    ("a bare LF for the end", "2\r\n{}\r\n0\r\n\n{hidden}"),
    ("a bare LF in the trailers", "2\r\n{}\r\n0\r\nX: y\n\r\n{hidden}"),
    ("a folded trailer", "2\r\n{}\r\n0\r\nX: y\r\n z\r\n\r\n{hidden}"),
    ("a size too large", "ffffffffffffffff0\r\n{}\r\n0\r\n\r\n{hidden}"),
];

/// What right clients send, and what they are answered.
const RIGHT: [(&str, &[&str]); 10] = [
    ("{ok}{last}", &["200", "200"]),
    ("{ok}{ok}\r\n{ok}{last}", &["200", "200", "200", "200"]),
    ("HEAD /healthz HTTP/1.1\r\nhOST:{host}\r\n\r\n{last}", &["200", "200"]),
    ("GET /healthz HTTP/1.0\r\nHost: {host}\r\n\r\n", &["200"]),
    ("GET /healthz HTTP/1.0\r\nHost: {host}\r\nConnection: keep-alive\r\n\r\n{last}", &["200", "200"]),
    ("GET /healthz HTTP/1.1\r\nHost: \t{host} \t\r\nContent-Length: 0\r\n\r\n{last}", &["200", "200"]),
    ("{search}{admin}CONTENT-LENGTH: \t2 \r\n\r\n{}{last}", &["200", "200"]),
    ("{search}{admin}Expect: 100-continue\r\nContent-Length: 2\r\n\r\n{}{last}", &["200", "200"]),
    (
        "{search}{admin}transfer-ENCODING:\tChunked \r\n\r\n1;a=\"b\"\r\n{\r\n1 ;c\r\n}\r\n0\r\n\r\n{last}",
        &["200", "200"],
    ),
    (
        "{search}{admin}Transfer-Encoding: chunked\r\nTrailer: X\r\n\r\n2\r\n{}\r\n000;a\r\nX: y\r\n\r\n{last}",
        &["200", "200"],
    ),
];

fn written(app: &TestApp, text: &str) -> String {
    text.replace("{ok}", "GET /healthz HTTP/1.1\r\nHost: {host}\r\n\r\n")
        .replace(
            "{search}",
            "POST /scim2/Users/.search HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n",
        )
        .replace("{admin}", BASIC)
        .replace("{last}", HIDDEN)
        .replace("{hidden}", HIDDEN)
        .replace("{host}", &app.authority())
}

/// The statuses of everything that was answered.
fn statuses(said: &str) -> Vec<&str> {
    let heads = said.match_indices("HTTP/1.").map(|(at, _)| &said[at..]);
    heads.map(|head| head.split(' ').nth(1).unwrap()).collect()
}

/// SEC-56: refused with 400, and nothing behind it is looked at.
#[tokio::test]
async fn a_head_with_two_readings_is_answered_400_and_hides_nothing() {
    on_both_databases(async |app| {
        for (what, text) in HEADS {
            for piece in PIECES {
                let said = app.raw(Some("http/1.1"), written(app, text).as_bytes(), piece).await;
                assert_eq!(statuses(&said), ["400"], "{what}, by {piece}: {said}");
            }
        }
    })
    .await;
}

/// SEC-56: also behind a request that was right, which is answered first.
#[tokio::test]
async fn a_right_request_before_it_is_answered_first() {
    on_both_databases(async |app| {
        for (what, text) in HEADS {
            let both = written(app, &format!("{{ok}}{text}"));
            let said = app.raw(None, both.as_bytes(), usize::MAX).await;
            assert_eq!(statuses(&said), ["200", "400"], "{what}: {said}");
        }
    })
    .await;
}

/// SEC-56: a body is broken when its request is already being answered; whatever that says, nobody reads on.
#[tokio::test]
async fn chunks_with_two_readings_hide_nothing() {
    on_both_databases(async |app| {
        for (what, chunks) in CHUNKS {
            for (who, allowed) in [(BASIC, &["400"][..]), ("", &["400", "401"])] {
                let text = format!("{{search}}{who}Transfer-Encoding: chunked\r\n\r\n{chunks}");
                for piece in PIECES {
                    let said = app.raw(Some("http/1.1"), written(app, &text).as_bytes(), piece).await;
                    let answered = statuses(&said);
                    let right = matches!(answered[..], [status] if allowed.contains(&status));
                    assert!(answered.is_empty() || right, "{what}, by {piece}: {said}");
                }
            }
        }
    })
    .await;
}

/// SEC-56: HTTP/2 is what TLS agreed on, or it is not spoken; and behind that agreement HTTP/1.1 is not spoken either.
#[tokio::test]
async fn the_protocol_is_the_one_agreed_on() {
    const PREFACE: &str = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
    on_both_databases(async |app| {
        for piece in PIECES {
            for protocol in [None, Some("http/1.1")] {
                let said = app.raw(protocol, PREFACE.as_bytes(), piece).await;
                assert_eq!(statuses(&said), ["400"], "{protocol:?}, by {piece}: {said}");
            }
            let said = app.raw(Some("h2"), written(app, "{ok}{last}").as_bytes(), piece).await;
            assert_eq!(statuses(&said), ["400"], "by {piece}: {said}");
        }
    })
    .await;
}

/// SEC-56, RFC 9112: pipelines, empty lines between requests, HTTP/1.0, HEAD, chunks with extensions and trailers, blanks
/// and letters of any case.
#[tokio::test]
async fn whoever_speaks_rightly_is_answered() {
    on_both_databases(async |app| {
        for (text, answers) in RIGHT {
            for protocol in [None, Some("http/1.1")] {
                for piece in PIECES {
                    let said = app.raw(protocol, written(app, text).as_bytes(), piece).await;
                    let said = said.replace("HTTP/1.1 100 Continue\r\n\r\n", "");
                    assert_eq!(statuses(&said), *answers, "{text:?}, by {piece}: {said}");
                }
            }
        }
    })
    .await;
}
