//! A real headless Chromium, spoken to by `WebDriver` (W3C): the few commands a journey needs, over plain HTTP.

use std::io::{BufRead as _, BufReader};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::test_app::{Given, TestApp};

/// How long a page may take on a loaded machine.
const PATIENCE: Duration = Duration::from_mins(1);
/// The key under which `WebDriver` names an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";
/// The tab key, as `WebDriver` writes it.
pub(crate) const TAB: &str = "\u{e004}";
/// The enter key.
pub(crate) const ENTER: &str = "\u{e007}";

/// A browser window with a profile of its own.
pub(crate) struct Browser {
    driver: Child,
    client: Client,
    session: String,
    /// Whether pages may run scripts.
    has_scripts: AtomicBool,
}

/// Runs a journey in a browser, on both databases, where `COUNTERSIGN_TEST_BROWSER` is set.
pub(crate) async fn in_a_browser(given: Given, case: impl AsyncFn(&mut TestApp, &Browser)) {
    if std::env::var_os("COUNTERSIGN_TEST_BROWSER").is_none() {
        println!("skipped: COUNTERSIGN_TEST_BROWSER is not set");
        return;
    }
    let with_browser = async |app: &mut TestApp| {
        let browser = Browser::start().await;
        case(app, &browser).await;
        browser.quit().await;
    };
    given.on_both_databases(with_browser).await;
}

impl Browser {
    async fn start() -> Self {
        let program = |name: &str, usual: &str| std::env::var(name).unwrap_or_else(|_| usual.to_owned());
        let mut command = Command::new(program("CHROMEDRIVER", "/usr/bin/chromedriver"));
        let mut driver = command
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines().map_while(Result::ok);
        let ready = lines.find(|line| line.contains("started successfully on port")).unwrap();
        let port = ready.trim_end_matches('.').rsplit(' ').next().unwrap().to_owned();
        std::thread::spawn(move || lines.for_each(drop)); // a full pipe would stop the driver
        let client = Client::builder().no_proxy().build().unwrap();
        let mut browser = Self {
            driver,
            client,
            session: format!("http://127.0.0.1:{port}/session"),
            has_scripts: AtomicBool::new(true),
        };
        // The sandbox needs rights that containers rarely have; the pages are our own.
        let arguments = ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--hide-scrollbars"];
        let options = json!({"binary": program("CHROME", "/usr/bin/chromium"), "args": arguments});
        let wanted = json!({"alwaysMatch": {
            "acceptInsecureCerts": true, "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"},
        }});
        let session = browser.tell("", &json!({"capabilities": wanted})).await;
        browser.session = format!("{}/{}", browser.session, session["sessionId"].as_str().unwrap());
        browser
    }

    async fn quit(&self) {
        self.command(Method::DELETE, "", None).await;
    }

    /// Goes to an address.
    pub(crate) async fn open(&self, address: &str) {
        self.tell("/url", &json!({"url": address})).await;
    }

    /// The address that is shown.
    pub(crate) async fn address(&self) -> String {
        self.command(Method::GET, "/url", None).await.as_str().unwrap().to_owned()
    }

    /// What a person reads in the first element that fits a CSS selector.
    pub(crate) async fn text(&self, selector: &str) -> String {
        let element = self.element(selector).await;
        self.command(Method::GET, &format!("/element/{element}/text"), None)
            .await
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// Clicks the first element that fits, and waits for the page it leads to.
    pub(crate) async fn click(&self, selector: &str) {
        let element = self.element(selector).await;
        let (path, nothing) = (format!("/element/{element}/click"), json!({}));
        self.leads_on(self.tell(&path, &nothing)).await;
    }

    /// Does what leads to another page, and waits until the old one is gone; the driver itself waits for the new one.
    pub(crate) async fn leads_on<T>(&self, act: impl Future<Output = T>) {
        let before = format!("/element/{}/name", self.element("html").await);
        act.await;
        let gone = async { while self.answer(Method::GET, &before, None).await["error"].is_null() {} };
        tokio::time::timeout(PATIENCE, gone).await.expect("the page leads on");
    }

    /// Presses keys one after the other.
    pub(crate) async fn press(&self, keys: &[&str]) {
        let strokes =
            keys.iter().flat_map(|key| ["keyDown", "keyUp"].map(|kind| json!({"type": kind, "value": key})));
        let actions = json!([{"type": "key", "id": "keyboard", "actions": strokes.collect::<Vec<_>>()}]);
        self.tell("/actions", &json!({"actions": actions})).await;
    }

    /// The value of an expression in the page.
    pub(crate) async fn value_of(&self, expression: &str) -> Value {
        self.tell("/execute/sync", &json!({"script": format!("return {expression}"), "args": []})).await
    }

    /// Types a text, key by key, into what has the focus.
    pub(crate) async fn types(&self, text: &str) {
        let keys: Vec<String> = text.chars().map(String::from).collect();
        self.press(&keys.iter().map(String::as_str).collect::<Vec<_>>()).await;
    }

    /// Gives an element the focus, as tabbing to it does.
    pub(crate) async fn focus(&self, selector: &str) {
        self.value_of(&format!("document.querySelector({selector:?}).focus()")).await;
    }

    /// Types into a field and sends its form by the enter key.
    pub(crate) async fn enters(&self, selector: &str, text: &str) {
        self.focus(selector).await;
        self.types(text).await;
        self.leads_on(self.press(&[ENTER])).await;
    }

    /// Presses the enter key on an element.
    pub(crate) async fn presses(&self, selector: &str) {
        self.focus(selector).await;
        self.leads_on(self.press(&[ENTER])).await;
    }

    /// Goes on without script, or with it again: as for somebody who has switched it off.
    pub(crate) async fn scripts(&self, on: bool) {
        self.has_scripts.store(on, Ordering::Relaxed);
        self.devtools("Emulation.setScriptExecutionDisabled", json!({"value": !on})).await;
    }

    /// What a script returns that calls back when it is done. It may run where the page's own may not.
    pub(crate) async fn awaited(&self, script: &str) -> Value {
        let has_scripts = self.has_scripts.load(Ordering::Relaxed);
        self.scripts(true).await;
        let value = self.tell("/execute/async", &json!({"script": script, "args": []})).await;
        self.scripts(has_scripts).await;
        value
    }

    /// Forgets every cookie: what follows is another person's visit.
    pub(crate) async fn forget(&self) {
        self.command(Method::DELETE, "/cookie", None).await;
    }

    /// The session of whoever is signed in, to come back with.
    pub(crate) async fn session(&self) -> Value {
        let cookie = self.command(Method::GET, "/cookie/__Host-cs-session", None).await;
        json!({"name": cookie["name"], "value": cookie["value"], "secure": true, "httpOnly": true})
    }

    /// Comes back with a session of before.
    pub(crate) async fn comes_back(&self, session: &Value) {
        self.tell("/cookie", &json!({"cookie": session})).await;
    }

    /// What the browser complained of since the last look: refused by policy, not found, failed. A page that is itself
    /// answered with a 4xx is none.
    pub(crate) async fn complaints(&self) -> Vec<String> {
        let entries = self.tell("/se/log", &json!({"type": "browser"})).await;
        let messages = entries.as_array().unwrap().iter().map(|entry| entry["message"].as_str().unwrap());
        let is_page = |message: &&str| {
            message.contains("responded with a status of 4") && !message.contains("/assets/")
        };
        messages.filter(|message| !is_page(message)).map(str::to_owned).collect()
    }

    /// Shows the page in a window of this width, by day or by night.
    pub(crate) async fn look(&self, width: u32, theme: &str) {
        let size = json!({"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": false});
        self.devtools("Emulation.setDeviceMetricsOverride", size).await;
        let media = json!({"features": [{"name": "prefers-color-scheme", "value": theme}]});
        self.devtools("Emulation.setEmulatedMedia", media).await;
    }

    /// Writes a picture of the whole page into the folder for screenshots.
    pub(crate) async fn picture(&self, name: &str) {
        self.taken(&format!("{name}.png"), json!({"captureBeyondViewport": true})).await;
    }

    /// Writes a small picture of what the window shows, for a guide.
    pub(crate) async fn small_picture(&self, name: &str) {
        self.taken(&format!("{name}.webp"), json!({"format": "webp", "quality": 80})).await;
    }

    async fn taken(&self, file: &str, how: Value) {
        let taken = self.devtools("Page.captureScreenshot", how).await;
        let picture = STANDARD.decode(taken["data"].as_str().unwrap()).unwrap();
        let path = screenshots().join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, picture).unwrap();
    }

    pub(crate) async fn devtools(&self, command: &str, parameters: Value) -> Value {
        self.tell("/goog/cdp/execute", &json!({"cmd": command, "params": parameters})).await
    }

    async fn element(&self, selector: &str) -> String {
        let found = self.tell("/element", &json!({"using": "css selector", "value": selector})).await;
        found[ELEMENT].as_str().unwrap().to_owned()
    }

    async fn tell(&self, path: &str, body: &Value) -> Value {
        self.command(Method::POST, path, Some(body)).await
    }

    async fn command(&self, method: Method, path: &str, body: Option<&Value>) -> Value {
        let value = self.answer(method, path, body).await;
        assert!(value["error"].is_null(), "{path}: {value}");
        value
    }

    async fn answer(&self, method: Method, path: &str, body: Option<&Value>) -> Value {
        let mut request = self.client.request(method, format!("{}{path}", self.session));
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer: Value = request.send().await.unwrap().json().await.unwrap();
        answer["value"].clone()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // with the browser it started: a journey that failed would leave it behind
        let group = format!("-{}", self.driver.id());
        let _ = Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status();
        let _ = self.driver.wait();
    }
}

/// Where pictures are to be looked at.
pub(crate) fn screenshots() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("screenshots")
}
