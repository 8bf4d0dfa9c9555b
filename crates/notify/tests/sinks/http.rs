//! An HTTP/1.1 server that records every request and answers from a script.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use super::Taken;

/// What the gateway does with the next request.
#[derive(Debug, Clone)]
pub enum Answer {
    /// Status, further header lines (each ended by CR LF), body.
    Says(u16, &'static str, String),
    /// Closes without a word.
    HangsUp,
    /// Keeps the connection and never answers.
    IsSilent,
    /// Answers 200 once the test gives a permit.
    Waits(Arc<Semaphore>),
}

impl Answer {
    pub fn status(status: u16) -> Self {
        Self::Says(status, "", String::new())
    }

    fn usual() -> Self {
        Self::Says(200, "", r#"{"ok":true}"#.to_owned())
    }
}

/// A request as it arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    pub method: String,
    pub target: String,
    /// Names in lower case, in the order of arrival.
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Received {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// The running gateway. With an empty script it answers `200 {"ok":true}`.
pub struct HttpSink {
    pub address: SocketAddr,
    pub requests: Arc<Taken<Received>>,
    script: Arc<Mutex<VecDeque<Answer>>>,
}

impl HttpSink {
    pub async fn start(script: impl IntoIterator<Item = Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let sink = Self {
            address: listener.local_addr().unwrap(),
            requests: Arc::default(),
            script: Arc::new(Mutex::new(script.into_iter().collect())),
        };
        let (requests, script) = (Arc::clone(&sink.requests), Arc::clone(&sink.script));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&requests), Arc::clone(&script)));
            }
        });
        sink
    }

    /// Adds to the script.
    pub fn then(&self, answer: Answer) {
        self.script.lock().unwrap().push_back(answer);
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

async fn serve(stream: TcpStream, requests: Arc<Taken<Received>>, script: Arc<Mutex<VecDeque<Answer>>>) {
    let mut stream = BufReader::new(stream);
    let Some(received) = receive(&mut stream).await else { return };
    requests.push(received);
    let next = script.lock().unwrap().pop_front();
    let mut next = next.unwrap_or_else(Answer::usual);
    if let Answer::Waits(permits) = &next {
        permits.acquire().await.unwrap().forget();
        next = Answer::usual();
    }
    match next {
        Answer::HangsUp | Answer::Waits(_) => {}
        Answer::IsSilent => drop(stream.read_u8().await), // until the client gives up
        Answer::Says(status, headers, body) => {
            let length = body.len();
            let text = format!(
                "HTTP/1.1 {status} X\r\nContent-Length: {length}\r\nConnection: close\r\n{headers}\r\n{body}"
            );
            let _ = stream.write_all(text.as_bytes()).await; // the client may have read enough
        }
    }
}

async fn receive(stream: &mut BufReader<TcpStream>) -> Option<Received> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        match line.trim_end() {
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let mut words = lines.first()?.split(' ').map(str::to_owned);
    let headers: Vec<(String, String)> = lines
        .iter()
        .skip(1)
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let length =
        headers.iter().find(|(name, _)| name == "content-length").and_then(|(_, value)| value.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body).await.ok()?;
    Some(Received {
        method: words.next()?,
        target: words.next()?,
        headers,
        body: String::from_utf8(body).ok()?,
    })
}
