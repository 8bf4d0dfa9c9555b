//! Connections that end where somebody could read them in two ways (SEC-56).
//!
//! Between TLS and the HTTP library: what a client sends passes as it is, and `framing` reads along. Where it finds a breach,
//! the library is given the end of a head that it refuses by itself instead, and so answers 400 and closes; within a body
//! its reader is told that the body is broken. Nothing behind the breach is ever seen by anybody.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum_server::accept::{Accept, NoDelayAcceptor};
use axum_server::tls_rustls::RustlsAcceptor;
use futures_util::TryFutureExt as _;
use futures_util::future::MapOk;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

use super::framing::{Breach, Framing, Within};

/// What is read instead of a breach in a head: a byte that stands in no head, and the end of this one.
const REFUSED: &[u8] = b"\0\r\n\r\n";

type Tls = RustlsAcceptor<NoDelayAcceptor>;

/// Accepts connections over TLS and looks at what they carry.
#[derive(Clone)]
pub(super) struct StrictAcceptor {
    tls: Tls,
}

impl StrictAcceptor {
    pub(super) fn new(tls: Tls) -> Self {
        Self { tls }
    }
}

impl<S> Accept<TcpStream, S> for StrictAcceptor {
    type Stream = Strict<TlsStream<TcpStream>>;
    type Service = S;
    type Future =
        MapOk<<Tls as Accept<TcpStream, S>>::Future, fn((TlsStream<TcpStream>, S)) -> (Self::Stream, S)>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        self.tls.accept(stream, service).map_ok(|(stream, service)| {
            let framing = match stream.get_ref().1.alpn_protocol() {
                Some(b"h2") => Framing::http2(),
                _ => Framing::http1(),
            };
            (Strict::new(stream, framing), service)
        })
    }
}

/// A stream whose bytes are read along.
pub(super) struct Strict<T> {
    stream: T,
    state: State,
}

enum State {
    Sound(Framing),
    /// In the midst of saying so: what is left to be read.
    Refusing(&'static [u8]),
    BrokenBody,
}

impl<T> Strict<T> {
    fn new(stream: T, framing: Framing) -> Self {
        Self { stream, state: State::Sound(framing) }
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Strict<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if let State::Sound(framing) = &mut this.state {
            let before = buf.filled().len();
            ready!(Pin::new(&mut this.stream).poll_read(cx, buf))?;
            let Err(Breach { at, within }) = framing.read(buf.filled().get(before..).unwrap_or_default())
            else {
                return Poll::Ready(Ok(()));
            };
            buf.set_filled(before + at);
            this.state = match within {
                Within::Head => State::Refusing(REFUSED),
                Within::Body => State::BrokenBody,
            };
            if matches!(within, Within::Body) && at > 0 {
                return Poll::Ready(Ok(()));
            }
        }
        if let State::Refusing(rest) = &mut this.state {
            let (now, later) = rest.split_at_checked(buf.remaining()).unwrap_or((rest, &[]));
            buf.put_slice(now);
            *rest = later;
            return Poll::Ready(Ok(()));
        }
        Poll::Ready(Err(io::Error::new(io::ErrorKind::InvalidData, "the body of the request is broken")))
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Strict<T> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
