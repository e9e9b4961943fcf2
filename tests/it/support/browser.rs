//! A headless Chromium, controlled through its WebDriver.

use std::env;
use std::io::Write as _;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use fantoccini::actions::{InputSource as _, KeyAction, KeyActions};
use fantoccini::key::Key;
use fantoccini::wd::{PrintConfiguration, PrintSize, WebDriverCompatibleCommand};
use fantoccini::{Client, ClientBuilder};
use futures_util::FutureExt as _;
use http::Method;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::Mutex;
use url::{ParseError, Url};

use super::in_time;

/// Allows one browser at a time, for small machines.
static ONE: Mutex<()> = Mutex::const_new(());

/// How often a driver is started.
const STARTS: u32 = 5;

/// The time limit of a condition of the page, in milliseconds.
const LIMIT: u32 = 240_000;

/// Opens the page at this address and runs `work`; fails if the browser has logged errors.
///
/// Without a browser it prints that the test is skipped, or fails if `BILLING_REQUIRE_BROWSER` is
/// set.
pub(crate) async fn browse(address: &str, work: impl AsyncFnOnce(Page)) {
    let Some((driver, browser)) = find("chromedriver").zip(find("chromium")) else {
        return skip();
    };
    let _one = ONE.lock().await;
    let (mut driver, port) = start(&driver).await;
    let client = connect(port, browser).await;
    let page = Page {
        client: client.clone(),
    };
    client.goto(address).await.unwrap();
    // The browser is closed after a failure too.
    let done = AssertUnwindSafe(work(page.clone())).catch_unwind().await;
    let complaints = page.complaints().await;
    client.close().await.unwrap();
    driver.kill().await.unwrap();
    if let Err(failure) = done {
        panic::resume_unwind(failure);
    }
    assert_eq!(complaints, Vec::<String>::new());
}

fn skip() {
    let reason = "no chromedriver and chromium on the PATH";
    #[expect(clippy::disallowed_methods, reason = "CI says what must be there")]
    let is_required = env::var_os("BILLING_REQUIRE_BROWSER").is_some();
    assert!(!is_required, "{reason}");
    // Not through the macro, whose output a test that passes does not show.
    let line = format!("skipped: {reason} (Debian: chromium, chromium-driver)\n");
    std::io::stderr().write_all(line.as_bytes()).unwrap();
}

#[expect(clippy::disallowed_methods, reason = "as a shell finds it")]
fn find(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let mut programs = env::split_paths(&path).map(|folder| folder.join(program));
    programs.find(|program| program.is_file())
}

/// Starts a driver; returns it with its port.
async fn start(driver: &Path) -> (Child, u16) {
    // The driver takes a free port of IPv4, and ends if IPv6 has it in use.
    for _ in 0..STARTS {
        let mut child = Command::new(driver)
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        while let Some(line) = in_time(lines.next_line()).await.unwrap() {
            if let Some((_, port)) = line.split_once("started successfully on port ") {
                // The driver must be able to write until it ends.
                tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
                return (child, port.trim_end_matches('.').parse().unwrap());
            }
        }
    }
    panic!("the driver of the browser ended {STARTS} times before it listened");
}

async fn connect(port: u16, browser: PathBuf) -> Client {
    let options = json!({
        "goog:chromeOptions": {
            "binary": browser,
            // Containers lack the privileges of the sandbox and have little shared memory.
            "args": ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=1280,900"],
        },
        "goog:loggingPrefs": { "browser": "ALL" },
        "timeouts": { "script": LIMIT },
    });
    let mut builder = ClientBuilder::new(HttpConnector::new());
    builder.capabilities(serde_json::from_value(options).unwrap());
    let address = format!("http://127.0.0.1:{port}");
    in_time(builder.connect(&address)).await.unwrap()
}

/// The page in the browser.
#[derive(Clone)]
pub(crate) struct Page {
    client: Client,
}

impl Page {
    /// Runs a script and returns its result.
    pub(crate) async fn run(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.unwrap()
    }

    /// Waits until a condition holds; checks it whenever the page changes.
    pub(crate) async fn until(&self, condition: &str) {
        let script = format!(
            "const done = arguments[arguments.length - 1];
             const look = () => {{ if ({condition}) {{ observer.disconnect(); done(); }} }};
             const observer = new MutationObserver(look);
             const all = {{ subtree: true, childList: true, attributes: true, characterData: true }};
             observer.observe(document, all);
             look();"
        );
        if let Err(error) = self.client.execute_async(&script, Vec::new()).await {
            let text = self.run("return document.body.innerText").await;
            panic!("{condition}: {error}\n{}", text.as_str().unwrap());
        }
    }

    /// Returns the visible text of the first element that a selector finds; empty if it is hidden.
    pub(crate) async fn text(&self, selector: &str) -> String {
        let script = format!(
            "const found = document.querySelector({selector:?});
             return found.checkVisibility() ? found.innerText : ''"
        );
        self.run(&script).await.as_str().unwrap().to_owned()
    }

    pub(crate) async fn press(&self, key: Key) {
        let value = key.into();
        let keys = KeyActions::new("keyboard".to_owned())
            .then(KeyAction::Down { value })
            .then(KeyAction::Up { value });
        self.client.perform_actions(keys).await.unwrap();
    }

    /// Presses the tab key until the focus is on the element that a selector finds.
    pub(crate) async fn tab_to(&self, selector: &str) {
        let is_there = format!("return document.activeElement.matches({selector:?})");
        for _ in 0..100 {
            self.press(Key::Tab).await;
            if self.run(&is_there).await == json!(true) {
                return;
            }
        }
        panic!("the tab key does not lead to {selector}");
    }

    /// Types text into the element with the focus.
    pub(crate) async fn write(&self, text: &str) {
        let focused = self.client.active_element().await.unwrap();
        focused.send_keys(text).await.unwrap();
    }

    /// Sets the preferred colour scheme to `dark` or `light`.
    pub(crate) async fn prefer(&self, scheme: &str) {
        self.emulate("screen", scheme).await;
    }

    /// Sets the medium, `screen` or `print`, and the preferred colour scheme.
    pub(crate) async fn emulate(&self, medium: &str, scheme: &str) {
        let feature = json!({ "name": "prefers-color-scheme", "value": scheme });
        let media = json!({ "media": medium, "features": [feature] });
        self.devtools("Emulation.setEmulatedMedia", media).await;
    }

    /// Sets the width of the page, in CSS pixels.
    pub(crate) async fn resize(&self, width: u32) {
        self.resize_to(width, 800).await;
    }

    async fn resize_to(&self, width: u32, height: u64) {
        let size =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", size)
            .await;
    }

    /// Returns a picture of the page at this width as PNG; of a long one, the first part.
    pub(crate) async fn picture(&self, width: u32) -> Vec<u8> {
        let hidden = json!({ "hidden": true });
        self.devtools("Emulation.setScrollbarsHidden", hidden).await;
        self.resize(width).await;
        let height = self
            .run("return document.documentElement.scrollHeight")
            .await;
        let height = height.as_u64().unwrap().min(6_000);
        self.resize_to(width, height).await;
        let picture = self.client.screenshot().await.unwrap();
        self.resize(width).await;
        picture
    }

    /// Prints the page on paper of A4, as PDF.
    pub(crate) async fn printed(&self) -> Vec<u8> {
        let configuration = PrintConfiguration::builder()
            .size(PrintSize {
                width: 21.0,
                height: 29.7,
            })
            .build()
            .unwrap();
        self.client.print(configuration).await.unwrap()
    }

    async fn devtools(&self, command: &str, parameters: Value) {
        let body = json!({ "cmd": command, "params": parameters });
        self.issue("goog/cdp/execute", body).await;
    }

    /// Discards the errors so far.
    pub(crate) async fn forget_complaints(&self) {
        self.complaints().await;
    }

    /// Returns the errors that the browser has logged since the last call.
    async fn complaints(&self) -> Vec<String> {
        let entries = self.issue("se/log", json!({ "type": "browser" })).await;
        let entries = entries.as_array().unwrap().iter();
        entries.map(ToString::to_string).collect()
    }

    async fn issue(&self, path: &'static str, body: Value) -> Value {
        self.client.issue_cmd(Extra { path, body }).await.unwrap()
    }
}

/// A command that only this driver has.
#[derive(Debug)]
struct Extra {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Extra {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        let session = session.unwrap_or_default();
        base.join(&format!("session/{session}/{}", self.path))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.to_string()))
    }
}
