//! HTTP/1.1 by hand, so that a test sees the bytes and not what a client makes of them.

use std::{
    fmt::Write as _,
    time::{Duration, SystemTime},
};

use billing_emulator::{Emulator, EmulatorBuilder};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

pub(crate) const API_VERSION: &str = "api-version=2019-10-01-preview";

/// The sample data under a fixed seed and at a fixed time: every byte is the same in every run.
pub(crate) fn sample() -> EmulatorBuilder {
    Emulator::builder().sample_data().seed(7).clock_at(start())
}

/// The first of October 2019, midnight.
pub(crate) fn start() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_569_888_000)
}

/// Sends requests to one of the four addresses, with headers that it keeps.
#[derive(Clone)]
pub(crate) struct Caller {
    authority: String,
    host: String,
    headers: Vec<(String, String)>,
}

impl Caller {
    pub(crate) fn partner(emulator: &Emulator) -> Self {
        Self::anonymous(emulator.partner_url()).authorized(emulator)
    }

    pub(crate) fn arm(emulator: &Emulator) -> Self {
        Self::anonymous(emulator.arm_url()).authorized(emulator)
    }

    pub(crate) fn anonymous(url: &str) -> Self {
        let authority = url.strip_prefix("http://").unwrap();
        Self {
            authority: authority.to_owned(),
            host: authority.to_owned(),
            headers: Vec::new(),
        }
    }

    fn authorized(self, emulator: &Emulator) -> Self {
        let token = emulator.token().reveal();
        self.with("authorization", &format!("Bearer {token}"))
    }

    pub(crate) fn authority(&self) -> &str {
        &self.authority
    }

    /// What it sends behind `Bearer `.
    pub(crate) fn token(&self) -> &str {
        let mut headers = self.headers.iter();
        let header = headers.find(|(name, _)| name == "authorization");
        header.map_or("", |(_, value)| value.trim_start_matches("Bearer "))
    }

    /// The snapshot of an answer that has no body and no length.
    pub(crate) async fn snapshot_of(
        &self,
        method: &str,
        path: &str,
        emulator: &Emulator,
    ) -> String {
        let request = self.request(method, path, "");
        let seen = String::from_utf8(self.raw(request.as_bytes()).await).unwrap();
        let (head, body) = seen.split_once("\r\n\r\n").unwrap();
        let (head, body) = (head.to_owned(), body.to_owned());
        let status = 0;
        Reply { status, head, body }.snapshot(emulator)
    }

    /// Says this `Host`, and connects to where it did before.
    pub(crate) fn called(self, host: &str) -> Self {
        Self {
            host: host.to_owned(),
            ..self
        }
    }

    /// Sends this header too; an empty value takes it away again.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.send("GET", path, "").await
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> Reply {
        self.send("PUT", path, &body.to_string()).await
    }

    pub(crate) async fn patch(&self, path: &str, body: &Value) -> Reply {
        self.send("PATCH", path, &body.to_string()).await
    }

    /// A body is `application/json` unless the caller's headers say something else.
    pub(crate) async fn send(&self, method: &str, path: &str, body: &str) -> Reply {
        Reply::parse(&self.raw(self.request(method, path, body).as_bytes()).await)
    }

    fn request(&self, method: &str, path: &str, body: &str) -> String {
        let mut request = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n",
            self.host
        );
        if !body.is_empty() {
            write!(request, "content-length: {}\r\n", body.len()).unwrap();
            if !self.headers.iter().any(|(name, _)| name == "content-type") {
                request.push_str("content-type: application/json\r\n");
            }
        }
        for (name, value) in self.headers.iter().filter(|(_, value)| !value.is_empty()) {
            write!(request, "{name}: {value}\r\n").unwrap();
        }
        request.push_str("\r\n");
        request.push_str(body);
        request
    }

    /// Sends bytes that need not be HTTP, and reads until the other side closes.
    pub(crate) async fn raw(&self, request: &[u8]) -> Vec<u8> {
        let mut stream = TcpStream::connect(&self.authority).await.unwrap();
        stream.write_all(request).await.unwrap();
        let mut reply = Vec::new();
        stream.read_to_end(&mut reply).await.unwrap();
        reply
    }
}

#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: String,
}

impl Reply {
    pub(crate) fn parse(bytes: &[u8]) -> Self {
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").expect("a head and a body");
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let reply = Self {
            status,
            head: head.to_owned(),
            body: body.to_owned(),
        };
        let length = reply.header("content-length").unwrap();
        assert_eq!(length, body.len().to_string(), "the length of the body");
        reply
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head
            .lines()
            .filter_map(|line| line.split_once(": "))
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    /// The body as JSON, behind a byte order mark or not.
    pub(crate) fn json(&self) -> Value {
        let body = self.body.trim_start_matches('\u{feff}');
        serde_json::from_str(body).unwrap()
    }

    /// All of it, as it came.
    pub(crate) fn whole(&self) -> String {
        format!("{}\r\n\r\n{}", self.head, self.body)
    }

    /// Status and body in one line.
    pub(crate) fn brief(&self) -> String {
        format!("{} {}", self.status, self.body)
    }

    /// Status, headers by name, and body. Only the date and the ports differ between runs.
    pub(crate) fn snapshot(&self, emulator: &Emulator) -> String {
        let mut lines = self.head.lines();
        let status = lines.next().unwrap();
        let mut headers: Vec<_> = lines
            .filter(|line| !line.starts_with("Date: ") && *line != "Connection: close")
            .collect();
        headers.sort_unstable();
        format!("{status}\n{}\n\n{}", headers.join("\n"), self.body)
            .replace('\u{feff}', "<BOM>")
            .replace(emulator.arm_url(), "http://arm")
            .replace(emulator.authority_url(), "http://authority")
    }
}
