//! A TCP stream that never reads ahead while it is in clear (SEC-53).
//!
//! Whoever sits between us and the mail server may append bytes to its answer to STARTTLS. A client that has read them
//! into a buffer would later take them for something said inside TLS. Here the clear part is read byte by byte, so the
//! SMTP client never holds more than the line it asked for: appended bytes stay in the socket, where the TLS handshake
//! meets them and fails.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// The first byte of a TLS handshake record (RFC 8446 §5.1); no SMTP command begins with it.
const HANDSHAKE: u8 = 22;

#[derive(Debug)]
pub(super) struct NoLookahead {
    stream: TcpStream,
    in_clear: bool,
}

impl NoLookahead {
    pub(super) fn new(stream: TcpStream) -> Self {
        Self { stream, in_clear: true }
    }
}

impl AsyncRead for NoLookahead {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if !this.in_clear || into.remaining() == 0 {
            return Pin::new(&mut this.stream).poll_read(cx, into);
        }
        let mut one = [0_u8];
        let mut byte = ReadBuf::new(&mut one);
        ready!(Pin::new(&mut this.stream).poll_read(cx, &mut byte))?;
        into.put_slice(byte.filled());
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for NoLookahead {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if bytes.first() == Some(&HANDSHAKE) {
            this.in_clear = false;
        }
        Pin::new(&mut this.stream).poll_write(cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}

impl AsyncTokioStream for NoLookahead {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.stream.peer_addr()
    }
}
