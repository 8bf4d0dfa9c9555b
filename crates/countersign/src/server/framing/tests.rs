use proptest::prelude::*;

use super::{Breach, Framing, Within};

/// Requests any right client may send, each with its body.
const RIGHT: [&str; 16] = [
    "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET / HTTP/1.0\r\n\r\n",
    "HEAD /a?b=c HTTP/1.1\r\nHOST: a\r\nx-empty:\r\n\r\n",
    "\r\n\r\nGET /after-empty-lines HTTP/1.1\r\nHost: a\r\n\r\n",
    "PRIVATE / HTTP/1.1\r\nHost: a\r\n\r\n",
    "P / HTTP/1.1\r\nC: c\r\nT: t\r\nContent-Type: a/b\r\nContent-Lengths: x\r\nTE: trailers\r\n\r\n",
    "POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n",
    "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\na\n\r\0b",
    "POST / HTTP/1.1\r\nCONTENT-LENGTH:\t 005 \t\r\nExpect: 100-continue\r\n\r\nPRI *",
    "POST / HTTP/1.0\r\ncontent-length:5\r\n\r\nGET /",
    "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "POST / HTTP/1.1\r\ntRANSFER-eNCODING:\t CHUNKED \t\r\n\r\n3\r\n\n\r\0\r\n0A\r\n0123456789\r\n000\r\n\r\n",
    "POST / HTTP/1.1\r\nTransfer-Encoding:chunked\r\n\r\n1;a=\"b c\";d\r\nx\r\n1 ; e\r\nx\r\n1  \r\nx\r\n0;z\r\n\r\n",
    "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTrailer: a\r\n\r\n0\r\na: b\r\nContent-Length: 7\r\n\r\n",
    "PUT / HTTP/1.1\r\nX: Content-Length: 5\r\nY: Transfer-Encoding: chunked\r\n\r\n",
    "OPTIONS * HTTP/1.1\r\nUser-Agent: \u{fc}\u{1f600}\r\n\r\n",
];

/// What must not pass, parted where the breach is.
const BROKEN_HEADS: [(&str, &str); 35] = [
    // lines that end in other ways than CRLF
    ("", "\nGET / HTTP/1.1\r\n\r\n"),
    ("\r", "GET / HTTP/1.1\r\n\r\n"),
    ("GET / HTTP/1.1", "\n\n"),
    ("GET / HTTP/1.1", "\nHost: a\r\n\r\n"),
    ("GET / HTTP/1.1\r", "\r\nHost: a\r\n\r\n"),
    ("GET / HTTP/1.1\r\nHost: a", "\n\r\n"),
    ("GET / HTTP/1.1\r\nHost: a\r\n", "\n"),
    ("GET / HTTP/1.1\r\nHost: a\r\n\r", "GET"),
    ("GET / HTTP/1.1\r\nHost: a\r", "X: b\r\n\r\n"),
    ("GET / HTTP/1.1\r\nHost: a\r", "\r\n\r\n"),
    ("GET / HTTP/1.1\r\nContent", "\n-Length: 5\r\n\r\n"),
    ("POST / HTTP/1.1\r\nContent-Length", "\n: 5\r\n\r\n"),
    ("POST / HTTP/1.1\r\nContent-Length: 5", "\n\r\n"),
    ("POST / HTTP/1.1\r\nContent-Length: 5\r", "X: y\r\n\r\n"),
    ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked", "\n\r\n"),
    // lines that go on
    ("GET / HTTP/1.1\r\n", " Host: a\r\n\r\n"),
    ("GET / HTTP/1.1\r\nX: a\r\n", " b\r\n\r\n"),
    ("GET / HTTP/1.1\r\nX: a\r\n", "\tContent-Length: 5\r\n\r\n"),
    ("POST / HTTP/1.1\r\nTransfer-Encoding:", "\r\n chunked\r\n\r\n"),
    // a body with two ends
    ("POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding", ": chunked\r\n\r\n"),
    ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nX: y\r\ncontent-length", ": 5\r\n\r\n"),
    ("POST / HTTP/1.1\r\nContent-Length: 0\r\nTransfer-Encoding", ": chunked\r\n\r\n"),
    ("POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length", ": 6\r\n\r\n"),
    ("POST / HTTP/1.1\r\nContent-Length: 5\r\nCONTENT-LENGTH", ": 5\r\n\r\n"),
    ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding", ": chunked\r\n\r\n"),
    // or none
    ("POST / HTTP/1.1\r\nContent-Length: 5", ", 5\r\n\r\n"),
    ("POST / HTTP/1.1\r\nContent-Length: 5 ", "5\r\n\r\n"),
    ("POST / HTTP/1.1\r\nContent-Length: ", "+5\r\n\r\n"),
    ("POST / HTTP/1.1\r\nContent-Length: 0", "x5\r\n\r\n"),
    ("POST / HTTP/1.1\r\nContent-Length:", "\r\n\r\n"),
    ("POST / HTTP/1.1\r\nContent-Length: 1844674407370955161", "6\r\n\r\n"),
    ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked", ", identity\r\n\r\n"),
    ("POST / HTTP/1.1\r\nTransfer-Encoding: ", "gzip, chunked\r\n\r\n"),
    ("POST / HTTP/1.1\r\nTransfer-Encoding: ", "\u{b}chunked\r\n\r\n"),
    // another protocol
    ("PRI", " * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
];

/// The same behind the head of a chunked body.
const BROKEN_CHUNKS: [(&str, &str); 18] = [
    ("", "\r\n"),
    ("", ";a\r\n"),
    ("", "-1\r\n"),
    ("0", "x1\r\n"),
    ("1", "\nx\r\n0\r\n\r\n"),
    ("1\r", "x"),
    ("1 ", "1\r\n"),
    ("1;a", "\nx\r\n0\r\n\r\n"),
    ("1;a\r", "b\r\n"),
    ("ffffffffffffffff", "0\r\n"),
    ("1\r\nx", "\n0\r\n\r\n"),
    ("1\r\nx", "y\r\n0\r\n\r\n"),
    ("1\r\nx\r", "0\r\n\r\n"),
    ("0\r\n", "\n"),
    ("0", "\n\n"),
    ("0\r\na: b", "\n\r\n"),
    ("0\r\na: b\r", "c: d\r\n\r\n"),
    ("0\r\na: b\r\n", " c\r\n\r\n"),
];

const CHUNKED_HEAD: &str = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";

fn verdict(bytes: &[u8]) -> Result<(), Breach> {
    Framing::http1().read(bytes)
}

/// The verdict on bytes that come in pieces; each size says how long the next piece is, again and again.
fn verdict_in_pieces(mut framing: Framing, bytes: &[u8], sizes: &[usize]) -> Result<(), Breach> {
    let mut from = 0;
    for size in sizes.iter().cycle() {
        let piece = &bytes[from..bytes.len().min(from + size)];
        framing.read(piece).map_err(|breach| Breach { at: from + breach.at, ..breach })?;
        from += piece.len();
        if from == bytes.len() {
            break;
        }
    }
    Ok(())
}

/// SEC-56: nobody who speaks rightly is refused, alone or one behind the other.
#[test]
fn what_a_right_client_sends_passes() {
    for first in RIGHT {
        assert_eq!(verdict(first.as_bytes()), Ok(()), "{first:?}");
        for second in RIGHT {
            let both = format!("{first}{second}{first}");
            assert_eq!(verdict(both.as_bytes()), Ok(()), "{both:?}");
        }
    }
}

/// SEC-56: and each is known to have ended where it ends: a bare LF behind it is one in a head.
#[test]
fn a_request_ends_where_it_says() {
    for request in RIGHT {
        let more = format!("{request}\n");
        let breach = Breach { at: request.len(), within: Within::Head };
        assert_eq!(verdict(more.as_bytes()), Err(breach), "{more:?}");
    }
}

/// SEC-56: no CL+TE, no repeated length, no obs-fold, no bare LF or CR, no other coding; the breach is named to the byte.
#[test]
fn a_head_that_can_be_read_in_two_ways_is_refused() {
    for (sound, rest) in BROKEN_HEADS {
        for before in RIGHT {
            let sound = format!("{before}{sound}");
            let breach = Breach { at: sound.len(), within: Within::Head };
            assert_eq!(verdict(format!("{sound}{rest}").as_bytes()), Err(breach), "{sound:?} {rest:?}");
        }
    }
}

/// SEC-56: the same between and behind chunks.
#[test]
fn chunks_that_can_be_read_in_two_ways_are_refused() {
    for (sound, rest) in BROKEN_CHUNKS {
        let sound = format!("{CHUNKED_HEAD}{sound}");
        let breach = Breach { at: sound.len(), within: Within::Body };
        assert_eq!(verdict(format!("{sound}{rest}").as_bytes()), Err(breach), "{sound:?} {rest:?}");
    }
}

/// SEC-56: who agreed on HTTP/2 begins with its preface, and nobody looks behind it.
#[test]
fn http2_begins_with_its_preface() {
    let preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    let frames = format!("{preface}\0\0\0\x04\0\0\0\0\0\n\n\r");
    for sizes in [vec![1], vec![7], vec![frames.len()]] {
        assert_eq!(verdict_in_pieces(Framing::http2(), frames.as_bytes(), &sizes), Ok(()));
    }

    let breach = |at| Err(Breach { at, within: Within::Head });
    assert_eq!(Framing::http2().read(b"GET / HTTP/1.1\r\n\r\n"), breach(0));
    assert_eq!(Framing::http2().read(b"PRI * HTTP/2.0\r\n\r\nSX\r\n\r\n"), breach(19));
}

/// Pieces of requests, right and wrong, so that random walks get somewhere.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    let known: Vec<&str> = vec![
        "GET / HTTP/1.1",
        "PRI ",
        "PRI * HTTP/2.0",
        "\r\n",
        "\r\n",
        "\r\n\r\n",
        "\n",
        "\r",
        " ",
        "\t",
        ":",
        "Content-Length:",
        "Transfer-Encoding:",
        "chunked",
        "5",
        "0",
        "1\r\nx\r\n",
        "0\r\n\r\n",
        ";a=b",
        "Host: a",
        CHUNKED_HEAD,
        "POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\n",
    ];
    prop_oneof![
        9 => prop::sample::select(known).prop_map(|text| text.as_bytes().to_vec()),
        2 => prop::sample::select(RIGHT.to_vec()).prop_map(|text| text.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..12),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// SEC-56: whatever comes, nothing panics, and how reads cut it changes nothing.
    #[test]
    fn the_verdict_is_the_same_however_the_bytes_are_split(
        pieces in prop::collection::vec(piece(), 0..24),
        sizes in prop::collection::vec(1_usize..40, 1..8),
    ) {
        let bytes = pieces.concat();
        let whole = verdict(&bytes);
        prop_assert_eq!(verdict_in_pieces(Framing::http1(), &bytes, &sizes), whole);
        prop_assert_eq!(verdict_in_pieces(Framing::http1(), &bytes, &[1]), whole);
    }

    /// SEC-56: bodies of any bytes and sizes pass, and the request behind them is found.
    #[test]
    fn bodies_are_skipped_by_count(
        body in prop::collection::vec(any::<u8>(), 1..600),
        cut in 1_usize..200,
        sizes in prop::collection::vec(1_usize..90, 1..4),
    ) {
        let mut bytes = format!("POST / HTTP/1.1\r\nContent-Length: {}\r\n\r\n", body.len()).into_bytes();
        bytes.extend_from_slice(&body);
        bytes.extend_from_slice(CHUNKED_HEAD.as_bytes());
        for chunk in body.chunks(cut) {
            bytes.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
            bytes.extend_from_slice(chunk);
            bytes.extend_from_slice(b"\r\n");
        }
        bytes.extend_from_slice(b"0\r\n\r\n");
        let end = bytes.len();
        bytes.extend_from_slice(b"GET / HTTP/1.1\n");

        let breach = Breach { at: end + "GET / HTTP/1.1".len(), within: Within::Head };
        prop_assert_eq!(verdict_in_pieces(Framing::http1(), &bytes, &sizes), Err(breach));
    }
}
