//! Where the messages of an HTTP/1.1 connection begin and end, and that there is only one way to say so (SEC-56).
//!
//! ```text
//!   Between ─▶ line ─▶ line … ─▶ empty line ─┬─ Content-Length: n ──────────▶ n bytes ─────────────┬─▶ Between
//!                                            ├─ Transfer-Encoding: chunked ─▶ chunks ─▶ trailers ──┤
//!                                            └─ neither ───────────────────────────────────────────┘
//! ```
//!
//! Request smuggling lives on two readers that disagree about these ends. The HTTP library behind this is more lenient than
//! is good here: it takes a bare LF for the end of a line, and forgets Content-Length where Transfer-Encoding stands too.
//! What it refuses by itself (names, versions, sizes of heads) stays its own: this machine reads only what frames.
//!
//! Pure and bounded: bytes in, verdict out, a few words of state whatever comes, and the same verdict however the bytes
//! are split.

#[cfg(test)]
mod tests;

use memchr::memchr2;

/// What a client says first that speaks HTTP/2 (RFC 9113 §3.4).
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// The method of that preface, which is nobody else's (RFC 9113 §11.6).
const PREFACE_METHOD: &[u8] = b"PRI ";
/// The one transfer coding understood.
const CHUNKED: &[u8] = b"chunked";

/// The framing of one connection, as far as it has been read.
#[derive(Debug)]
pub(super) struct Framing {
    at: At,
    head: Head,
}

/// Bytes that have no place where they stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Breach {
    /// Which of the bytes given is the first that must not pass.
    pub(super) at: usize,
    pub(super) within: Within,
}

/// What was broken: a request that is still being asked, or the body of one that was already begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Within {
    Head,
    Body,
}

/// What a head has said about its body.
#[derive(Clone, Copy, Debug, Default)]
struct Head {
    length: Option<u64>,
    chunked: bool,
}

/// The two headers that frame.
#[derive(Clone, Copy, Debug)]
enum Name {
    Length,
    Coding,
}

impl Name {
    const fn spelling(self) -> &'static [u8] {
        match self {
            Self::Length => b"content-length",
            Self::Coding => b"transfer-encoding",
        }
    }
}

/// Which byte comes next. A number beside it is what has been read of a word, or the size of what follows.
#[derive(Clone, Copy, Debug)]
enum At {
    /// In the preface of HTTP/2.
    Preface(u8),
    /// Behind it: frames, which are not ours.
    Http2,
    /// Before a request, where empty lines may stand.
    Between,
    BetweenLf,
    Method(u8),
    LineStart(Within),
    Line(Within),
    LineLf(Within),
    EndLf(Within),
    Name(Name, u8),
    /// In the value of Content-Length: before, within and behind its digits.
    LengthStart,
    Length(u64),
    LengthEnd(u64),
    /// In the value of Transfer-Encoding.
    Coding(u8),
    /// A body of so many bytes more; never of none.
    Counted(u64),
    ChunkStart,
    ChunkSize(u64),
    ChunkPadding(u64),
    ChunkExtension(u64),
    ChunkLf(u64),
    /// So many bytes more of a chunk; never none.
    Chunk(u64),
    ChunkEndCr,
    ChunkEndLf,
}

impl Framing {
    /// A connection that speaks HTTP/1.1.
    pub(super) fn http1() -> Self {
        Self { at: At::Between, head: Head::default() }
    }

    /// A connection that was agreed to speak HTTP/2: only its preface is ours to look at.
    pub(super) fn http2() -> Self {
        Self { at: At::Preface(0), head: Head::default() }
    }

    /// Reads on. After a breach there is nothing more to ask.
    pub(super) fn read(&mut self, bytes: &[u8]) -> Result<(), Breach> {
        let mut rest = bytes;
        while let Some((byte, after)) = rest.split_first() {
            let skipped = self.skip(rest);
            if skipped > 0 {
                rest = rest.get(skipped..).unwrap_or_default();
                continue;
            }
            let breach = |within| Breach { at: bytes.len() - rest.len(), within };
            self.at = self.step(*byte).map_err(breach)?;
            rest = after;
        }
        Ok(())
    }

    /// How many bytes mean nothing here.
    fn skip(&mut self, bytes: &[u8]) -> usize {
        match self.at {
            At::Http2 => bytes.len(),
            At::Line(_) | At::ChunkExtension(_) => memchr2(b'\r', b'\n', bytes).unwrap_or(bytes.len()),
            At::Counted(left) => self.count(bytes, left, At::Counted, At::Between),
            At::Chunk(left) => self.count(bytes, left, At::Chunk, At::ChunkEndCr),
            _ => 0,
        }
    }

    fn count(&mut self, bytes: &[u8], left: u64, more: fn(u64) -> At, done: At) -> usize {
        let taken = usize::try_from(left).map_or(bytes.len(), |left| left.min(bytes.len()));
        let left = left.saturating_sub(u64::try_from(taken).unwrap_or(u64::MAX));
        self.at = if left == 0 { done } else { more(left) };
        taken
    }

    fn step(&mut self, byte: u8) -> Result<At, Within> {
        match self.at {
            At::Preface(read) => preface(read, byte),
            At::Between => self.first_of_request(byte),
            At::BetweenLf => line_feed(byte, At::Between, Within::Head),
            At::Method(read) => method(read, byte),
            At::LineStart(within) => first_of_line(within, byte),
            At::LineLf(within) => line_feed(byte, At::LineStart(within), within),
            At::EndLf(Within::Head) => line_feed(byte, self.body(), Within::Head),
            At::EndLf(Within::Body) => line_feed(byte, At::Between, Within::Body),
            At::Line(within) => within_line(within, byte),
            At::Name(name, read) => self.name(name, read, byte),
            At::LengthStart | At::Length(_) | At::LengthEnd(_) => self.length(byte),
            At::Coding(read) => self.coding(read, byte),
            at => chunk(at, byte),
        }
    }

    fn first_of_request(&mut self, byte: u8) -> Result<At, Within> {
        self.head = Head::default();
        match byte {
            b'\r' => Ok(At::BetweenLf),
            _ => method(0, byte),
        }
    }

    /// What follows the empty line of a head.
    fn body(&self) -> At {
        match self.head {
            Head { chunked: true, .. } => At::ChunkStart,
            Head { length: Some(length @ 1..), .. } => At::Counted(length),
            Head { .. } => At::Between,
        }
    }

    fn name(&self, name: Name, read: u8, byte: u8) -> Result<At, Within> {
        match name.spelling().get(usize::from(read)) {
            Some(expected) if byte.eq_ignore_ascii_case(expected) => Ok(At::Name(name, read + 1)),
            // One of the two, once.
            None if byte == b':' && (self.head.chunked || self.head.length.is_some()) => Err(Within::Head),
            None if byte == b':' => Ok(match name {
                Name::Length => At::LengthStart,
                Name::Coding => At::Coding(0),
            }),
            _ => within_line(Within::Head, byte),
        }
    }

    fn length(&mut self, byte: u8) -> Result<At, Within> {
        match (self.at, byte) {
            (At::LengthStart, b' ' | b'\t') => Ok(At::LengthStart),
            (At::LengthStart, b'0'..=b'9') => digit(0, 10, byte).map(At::Length).ok_or(Within::Head),
            (At::Length(length), b'0'..=b'9') => digit(length, 10, byte).map(At::Length).ok_or(Within::Head),
            (At::Length(length) | At::LengthEnd(length), b' ' | b'\t') => Ok(At::LengthEnd(length)),
            (At::Length(length) | At::LengthEnd(length), b'\r') => {
                self.head.length = Some(length);
                Ok(At::LineLf(Within::Head))
            }
            _ => Err(Within::Head),
        }
    }

    fn coding(&mut self, read: u8, byte: u8) -> Result<At, Within> {
        match CHUNKED.get(usize::from(read)) {
            Some(_) if read == 0 && is_blank(byte) => Ok(At::Coding(read)),
            Some(expected) if byte.eq_ignore_ascii_case(expected) => Ok(At::Coding(read + 1)),
            None if is_blank(byte) => Ok(At::Coding(read)),
            None if byte == b'\r' => {
                self.head.chunked = true;
                Ok(At::LineLf(Within::Head))
            }
            _ => Err(Within::Head),
        }
    }
}

fn preface(read: u8, byte: u8) -> Result<At, Within> {
    let next = usize::from(read) + 1;
    match PREFACE.get(usize::from(read)) {
        Some(expected) if byte == *expected && next == PREFACE.len() => Ok(At::Http2),
        Some(expected) if byte == *expected => Ok(At::Preface(read + 1)),
        _ => Err(Within::Head),
    }
}

/// HTTP/2 is what TLS agrees on, never what a client just begins to speak: behind its preface nobody would look.
fn method(read: u8, byte: u8) -> Result<At, Within> {
    let next = usize::from(read) + 1;
    match PREFACE_METHOD.get(usize::from(read)) {
        Some(expected) if byte == *expected && next == PREFACE_METHOD.len() => Err(Within::Head),
        Some(expected) if byte == *expected => Ok(At::Method(read + 1)),
        _ => within_line(Within::Head, byte),
    }
}

/// The first byte of a header or of a trailer.
fn first_of_line(within: Within, byte: u8) -> Result<At, Within> {
    match (within, byte) {
        (_, b'\r') => Ok(At::EndLf(within)),
        // A line that goes on with the one before (obs-fold).
        (_, b' ' | b'\t') => Err(within),
        (Within::Head, b'c' | b'C') => Ok(At::Name(Name::Length, 1)),
        (Within::Head, b't' | b'T') => Ok(At::Name(Name::Coding, 1)),
        _ => within_line(within, byte),
    }
}

fn within_line(within: Within, byte: u8) -> Result<At, Within> {
    match byte {
        b'\r' => Ok(At::LineLf(within)),
        b'\n' => Err(within),
        _ => Ok(At::Line(within)),
    }
}

/// Behind a CR nothing but LF may stand.
fn line_feed(byte: u8, then: At, within: Within) -> Result<At, Within> {
    if byte == b'\n' { Ok(then) } else { Err(within) }
}

/// The bytes round the chunks of a body (RFC 9112 §7.1).
fn chunk(at: At, byte: u8) -> Result<At, Within> {
    match (at, byte) {
        (At::ChunkStart, b'0'..=b'9' | b'a'..=b'f' | b'A'..=b'F') => chunk_size(0, byte),
        (At::ChunkSize(size), b'0'..=b'9' | b'a'..=b'f' | b'A'..=b'F') => chunk_size(size, byte),
        (At::ChunkSize(size) | At::ChunkPadding(size), b' ' | b'\t') => Ok(At::ChunkPadding(size)),
        (At::ChunkSize(size) | At::ChunkPadding(size), b';') => Ok(At::ChunkExtension(size)),
        (At::ChunkSize(size) | At::ChunkPadding(size) | At::ChunkExtension(size), b'\r') => {
            Ok(At::ChunkLf(size))
        }
        (At::ChunkLf(0), b'\n') => Ok(At::LineStart(Within::Body)),
        (At::ChunkLf(size), b'\n') => Ok(At::Chunk(size)),
        (At::ChunkEndCr, b'\r') => Ok(At::ChunkEndLf),
        (At::ChunkEndLf, b'\n') => Ok(At::ChunkStart),
        _ => Err(Within::Body),
    }
}

fn chunk_size(size: u64, byte: u8) -> Result<At, Within> {
    digit(size, 16, byte).map(At::ChunkSize).ok_or(Within::Body)
}

/// A number with one more digit, unless it grows too large.
fn digit(number: u64, radix: u32, byte: u8) -> Option<u64> {
    let digit = char::from(byte).to_digit(radix)?;
    number.checked_mul(radix.into())?.checked_add(digit.into())
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}
