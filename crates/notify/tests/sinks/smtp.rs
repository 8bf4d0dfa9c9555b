//! An SMTP server (RFC 5321) with STARTTLS (RFC 3207), AUTH PLAIN (RFC 4954) and XOAUTH2, scripted to refuse.

use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::Taken;
use super::mail::Mail;
use super::tls::Certificate;

/// What the server offers.
#[derive(Clone, Default)]
pub struct Offer {
    /// STARTTLS with this certificate.
    pub tls: Option<Certificate>,
    /// AUTH PLAIN and XOAUTH2, in clear as well, as a careless server would.
    pub auth: bool,
    /// Bytes that somebody on the way appends to the answer to STARTTLS.
    pub injected: &'static str,
}

/// The running server.
pub struct SmtpSink {
    pub address: SocketAddr,
    pub mails: Arc<Taken<Mail>>,
    /// Every command line as `clear: EHLO …` or `tls: EHLO …`.
    pub commands: Arc<Taken<String>>,
    refusals: Arc<Mutex<HashMap<&'static str, &'static str>>>,
    revoked: Arc<Mutex<HashSet<String>>>,
}

/// A reply that is never sent.
const HANGS_UP: &str = "";

#[derive(Clone)]
struct Desk {
    offer: Offer,
    mails: Arc<Taken<Mail>>,
    commands: Arc<Taken<String>>,
    refusals: Arc<Mutex<HashMap<&'static str, &'static str>>>,
    revoked: Arc<Mutex<HashSet<String>>>,
}

impl SmtpSink {
    pub async fn start(offer: Offer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let sink = Self {
            address: listener.local_addr().unwrap(),
            mails: Arc::default(),
            commands: Arc::default(),
            refusals: Arc::default(),
            revoked: Arc::default(),
        };
        let desk = Desk {
            offer,
            mails: Arc::clone(&sink.mails),
            commands: Arc::clone(&sink.commands),
            refusals: Arc::clone(&sink.refusals),
            revoked: Arc::clone(&sink.revoked),
        };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(desk.clone().attend(stream));
            }
        });
        sink
    }

    /// From now on hangs up when a mail has been taken, before saying so: the ambiguous end of a delivery.
    pub fn hang_up_after_mails(&self) {
        self.refuse(".", HANGS_UP);
    }

    /// From now on answers a verb (`RCPT`, or `.` for the end of DATA) with this reply line.
    pub fn refuse(&self, verb: &'static str, reply: &'static str) {
        self.refusals.lock().unwrap().insert(verb, reply);
    }

    /// From now on no connection is opened by this access token.
    pub fn revoke(&self, token: &str) {
        self.revoked.lock().unwrap().insert(token.to_owned());
    }

    /// Takes a refusal back.
    pub fn relent(&self) {
        self.refusals.lock().unwrap().clear();
    }
}

impl Desk {
    async fn attend(self, stream: TcpStream) {
        let mut stream = BufReader::new(stream);
        let _ = stream.write_all(b"220 sink ready\r\n").await;
        let upgrade = self.converse(&mut stream, false).await;
        let (true, Some(certificate)) = (upgrade, &self.offer.tls) else { return };
        if let Ok(stream) = certificate.acceptor.accept(stream.into_inner()).await {
            self.converse(&mut BufReader::new(stream), true).await;
        }
    }

    /// Until the client leaves (false) or asks for TLS (true).
    async fn converse<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        stream: &mut BufReader<S>,
        over_tls: bool,
    ) -> bool {
        let mut mail =
            Mail { from: String::new(), to: vec![], raw: String::new(), over_tls, signed_in_as: None };
        while let Some(line) = line(stream).await {
            self.commands.push(format!("{}: {line}", if over_tls { "tls" } else { "clear" }));
            let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
            let refusal = self.refusals.lock().unwrap().get(verb.as_str()).copied();
            let reply = match verb.as_str() {
                _ if refusal.is_some() => refusal.unwrap_or_default().to_owned(),
                "EHLO" => self.greeting(over_tls),
                "STARTTLS" => {
                    let reply = format!("220 go ahead\r\n{}", self.offer.injected);
                    let _ = stream.write_all(reply.as_bytes()).await;
                    return true;
                }
                "AUTH" => {
                    mail.signed_in_as = line.split(' ').nth(2).map(signed_in);
                    self.welcome(stream, mail.signed_in_as.as_deref().unwrap_or_default()).await
                }
                "MAIL" => {
                    mail.from = address(&line);
                    "250 ok".to_owned()
                }
                "RCPT" => {
                    mail.to.push(address(&line));
                    "250 ok".to_owned()
                }
                "DATA" => {
                    let _ = stream.write_all(b"354 go on\r\n").await;
                    self.data(stream, &mut mail).await
                }
                "QUIT" => "221 bye".to_owned(),
                _ => "250 ok".to_owned(),
            };
            if reply == HANGS_UP {
                return false;
            }
            if stream.write_all(format!("{reply}\r\n").as_bytes()).await.is_err() || verb == "QUIT" {
                return false;
            }
        }
        false
    }

    /// A revoked token is refused the way of the large providers: the reason first, as a challenge (RFC 7628 §3.2.3).
    async fn welcome<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        stream: &mut BufReader<S>,
        signed_in_as: &str,
    ) -> String {
        let token = signed_in_as.rsplit(':').next().unwrap_or_default();
        if !self.revoked.lock().unwrap().contains(token) {
            return "235 welcome".to_owned();
        }
        let reason = STANDARD.encode(r#"{"status":"401","schemes":"Bearer"}"#);
        let _ = stream.write_all(format!("334 {reason}\r\n").as_bytes()).await;
        match line(stream).await.as_deref() {
            Some("") => "535 5.7.8 token refused".to_owned(),
            _ => "501 5.5.2 an empty line was expected".to_owned(),
        }
    }

    fn greeting(&self, over_tls: bool) -> String {
        let mut lines = vec!["sink"];
        lines.extend((self.offer.tls.is_some() && !over_tls).then_some("STARTTLS"));
        lines.extend(self.offer.auth.then_some("AUTH PLAIN XOAUTH2"));
        lines.push("8BITMIME");
        let last = lines.len() - 1;
        let numbered = lines
            .iter()
            .enumerate()
            .map(|(at, line)| format!("250{}{line}", if at == last { ' ' } else { '-' }));
        numbered.collect::<Vec<_>>().join("\r\n")
    }

    async fn data<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        stream: &mut BufReader<S>,
        mail: &mut Mail,
    ) -> String {
        mail.raw.clear();
        while let Some(line) = line(stream).await {
            if line == "." {
                break;
            }
            mail.raw.push_str(line.strip_prefix('.').unwrap_or(&line));
            mail.raw.push_str("\r\n");
        }
        let refusal = self.refusals.lock().unwrap().get(".").copied();
        if let Some(refusal) = refusal.filter(|refusal| *refusal != HANGS_UP) {
            return refusal.to_owned();
        }
        self.mails.push(mail.clone());
        mail.to.clear();
        refusal.unwrap_or("250 queued as Q1").to_owned()
    }
}

async fn line<S: AsyncRead + Unpin>(stream: &mut BufReader<S>) -> Option<String> {
    let mut bytes = Vec::new();
    let read = stream.read_until(b'\n', &mut bytes).await.ok()?;
    (read > 0).then(|| String::from_utf8_lossy(&bytes).trim_end_matches(['\r', '\n']).to_owned())
}

fn address(line: &str) -> String {
    line.split(['<', '>']).nth(1).unwrap_or_default().to_owned()
}

/// `user:password` of an AUTH PLAIN response, `user:token` of an XOAUTH2 one.
fn signed_in(response: &str) -> String {
    let bytes = STANDARD.decode(response).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let fields = text.strip_prefix("user=").and_then(|rest| rest.strip_suffix("\x01\x01"));
    match fields.and_then(|fields| fields.split_once("\x01auth=Bearer ")) {
        Some((user, token)) => format!("{user}:{token}"),
        None => text.trim_start_matches('\0').replace('\0', ":"),
    }
}
