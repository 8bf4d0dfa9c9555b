//! The built binary with a home folder of its own, real receivers behind it, and everything it writes to stderr.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use countersign::home::Home;
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use tempfile::TempDir;

use crate::sinks::Taken;
use crate::sinks::http::HttpSink;
use crate::sinks::smtp::{Offer, SmtpSink};
use crate::sinks::tls::Certificate;
use crate::test_app::{Answer, client};

/// A running server and what surrounds it.
pub(crate) struct Captured {
    pub(crate) smtp: SmtpSink,
    pub(crate) gateway: HttpSink,
    pub(crate) home: Home,
    /// Every line of stderr, in order.
    pub(crate) lines: Arc<Taken<String>>,
    /// Every answer.
    pub(crate) answers: Mutex<Vec<Answer>>,
    /// Every cookie that was set.
    pub(crate) cookies: Mutex<Vec<String>>,
    process: Child,
    client: reqwest::Client,
    url: String,
    _folder: TempDir,
}

impl Captured {
    /// Starts `countersign serve`; `configure` and `publisher` say what stands in its files.
    pub(crate) async fn start(
        configure: impl Fn(&TcpListener, &SmtpSink, &HttpSink) -> String,
        publisher: &str,
    ) -> Self {
        let certificate = Certificate::new();
        let smtp = SmtpSink::start(Offer { tls: Some(certificate.clone()), auth: true, injected: "" }).await;
        let gateway = HttpSink::start([]).await;
        let folder = tempfile::tempdir().unwrap();
        let home = Home::new(folder.path());
        home.create().unwrap();
        let roots = folder.path().join("roots.pem");
        std::fs::write(&roots, &certificate.pem).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("https://localhost:{}", listener.local_addr().unwrap().port());
        std::fs::write(home.deployment_toml(), configure(&listener, &smtp, &gateway)).unwrap();
        let publisher = publisher.replace("{gateway}", &gateway.url("/sms"));
        std::fs::write(home.event_publishers().join("sms.xml"), publisher).unwrap();
        drop(listener); // its port is the server's now
        let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
        command.arg("--home").arg(home.root()).arg("serve").env("SSL_CERT_FILE", &roots);
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let lines: Arc<Taken<String>> = Arc::default();
        let (stderr, kept) = (BufReader::new(process.stderr.take().unwrap()), Arc::clone(&lines));
        std::thread::spawn(move || stderr.lines().map_while(Result::ok).for_each(|line| kept.push(line)));
        let mut stdout = BufReader::new(process.stdout.take().unwrap());
        let mut first = String::new();
        stdout.read_line(&mut first).unwrap();
        assert!(first.starts_with("Countersign is ready"), "{first} {:?}", lines.all());
        std::thread::spawn(move || stdout.lines().map_while(Result::ok).for_each(drop));
        let client = client(&std::fs::read(home.security().join("server.crt")).unwrap());
        let (answers, cookies) = (Mutex::default(), Mutex::default());
        Self { smtp, gateway, home, lines, answers, cookies, process, client, url, _folder: folder }
    }

    /// A request to the server; `path` may be a whole URL of its.
    pub(crate) fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let path = path.strip_prefix(&self.url).unwrap_or(path);
        self.client.request(method.parse().unwrap(), format!("{}{path}", self.url))
    }

    /// Sends it and keeps the answer.
    pub(crate) async fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        let answer = Answer::read(request.send().await.unwrap()).await;
        self.answers.lock().unwrap().push(answer.clone());
        answer
    }

    /// Opens the link of a mail as a browser does, and presses the button of the page it leads to.
    pub(crate) async fn follow(&self, link: &str, button: &str) -> Answer {
        let first = self.send(self.request("GET", link)).await.expect(303);
        let cookie = first.header(SET_COOKIE.as_str()).unwrap().split(';').next().unwrap().to_owned();
        self.cookies.lock().unwrap().push(cookie.split_once('=').unwrap().1.to_owned());
        let clean = first.header(LOCATION.as_str()).unwrap().to_owned();
        let page = self.send(self.request("GET", &clean).header(COOKIE, &cookie)).await.expect(200);
        let part =
            |before: &str| page.text.split_once(before).unwrap().1.split('"').next().unwrap().to_owned();
        let (action, nonce) = (part("action=\"").replace("&#38;", "&"), part("name=\"nonce\" value=\""));
        self.cookies.lock().unwrap().push(nonce.clone());
        let press =
            self.request("POST", &action).header(COOKIE, &cookie).header("sec-fetch-site", "same-origin");
        let form = format!("nonce={nonce}&do={button}");
        let press = press.header("content-type", "application/x-www-form-urlencoded").body(form);
        self.send(press).await
    }

    /// Runs another command on the same home, beside the server.
    pub(crate) fn command(&self, arguments: &[&str]) -> String {
        let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
        let output = command.arg("--home").arg(self.home.root()).args(arguments).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// The next line that says this, from the beginning of the log.
    pub(crate) async fn line_with(&self, part: &str) -> String {
        for index in 0.. {
            let line = self.lines.wait_for(index).await;
            if line.contains(part) {
                return line;
            }
        }
        unreachable!("the log has no last line")
    }

    /// Tells the server to end, and waits for it.
    pub(crate) fn stop(&mut self) {
        let told = Command::new("kill").args(["-TERM", &self.process.id().to_string()]).status().unwrap();
        assert!(told.success());
        assert_eq!(self.process.wait().unwrap().code(), Some(0));
    }
}

impl Drop for Captured {
    fn drop(&mut self) {
        let _ = self.process.kill(); // already gone where the journey went well
    }
}
