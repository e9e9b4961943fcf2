//! A plain HTTP/1.1 client, so that tests see the bytes of a response, and the sample data.

use std::{
    fmt::Write as _,
    time::{Duration, SystemTime},
};

use billing_emulator::{
    Emulator, EmulatorBuilder, SAMPLE_ACCOUNT, SAMPLE_CUSTOMER_ID, SAMPLE_PROFILE,
};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

pub(crate) const API_VERSION: &str = "api-version=2019-10-01-preview";

/// Returns the sample data with a fixed seed and time, so that every run gives the same bytes.
pub(crate) fn sample() -> EmulatorBuilder {
    Emulator::builder().sample_data().seed(7).clock_at(start())
}

/// Returns the time of the clock: midnight of 1 October 2019, UTC.
pub(crate) fn start() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_569_888_000)
}

/// Returns the path of the sample customer's billing profile.
pub(crate) fn customer_path() -> String {
    format!("/v1/customers/{SAMPLE_CUSTOMER_ID}/profiles/billing")
}

/// Returns the path of the sample billing profile, with the api version.
pub(crate) fn profile_path() -> String {
    format!(
        "/providers/Microsoft.Billing/billingAccounts/{SAMPLE_ACCOUNT}/billingProfiles/{SAMPLE_PROFILE}?{API_VERSION}"
    )
}

/// Returns how many writes of the sample customer's billing profile took effect.
pub(crate) fn customer_writes(emulator: &Emulator) -> u64 {
    let writes = emulator.customer_effective_writes(SAMPLE_CUSTOMER_ID);
    writes.unwrap()
}

/// Returns how many writes of the sample billing profile took effect.
pub(crate) fn profile_writes(emulator: &Emulator) -> u64 {
    let writes = emulator.billing_profile_effective_writes(SAMPLE_ACCOUNT, SAMPLE_PROFILE);
    writes.unwrap()
}

/// Lists the service, method and status of each logged request.
pub(crate) fn logged(emulator: &Emulator) -> Vec<String> {
    let requests = emulator.requests().into_iter();
    requests
        .map(|request| format!("{} {} {}", request.service, request.method, request.status))
        .collect()
}

/// Sends requests to one of the four addresses, with headers that it keeps.
#[derive(Clone)]
pub(crate) struct HttpClient {
    authority: String,
    host: String,
    headers: Vec<(String, String)>,
}

impl HttpClient {
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

    /// Returns the bearer token that it sends.
    pub(crate) fn token(&self) -> &str {
        let mut headers = self.headers.iter();
        let header = headers.find(|(name, _)| name == "authorization");
        header.map_or("", |(_, value)| value.trim_start_matches("Bearer "))
    }

    /// Returns the snapshot of a response without body and length.
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
        HttpResponse { status, head, body }.snapshot(emulator)
    }

    /// Sends another `Host` to the same address.
    pub(crate) fn with_host(self, host: &str) -> Self {
        Self {
            host: host.to_owned(),
            ..self
        }
    }

    /// Sends this header with each request; an empty value removes it.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) async fn get(&self, path: &str) -> HttpResponse {
        self.send("GET", path, "").await
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> HttpResponse {
        self.send("PUT", path, &body.to_string()).await
    }

    pub(crate) async fn patch(&self, path: &str, body: &Value) -> HttpResponse {
        self.send("PATCH", path, &body.to_string()).await
    }

    /// Sends a request. Its body is `application/json` unless a header sets another type.
    pub(crate) async fn send(&self, method: &str, path: &str, body: &str) -> HttpResponse {
        HttpResponse::parse(&self.raw(self.request(method, path, body).as_bytes()).await)
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

    /// Sends any bytes, and reads until the connection is closed.
    pub(crate) async fn raw(&self, request: &[u8]) -> Vec<u8> {
        let mut stream = TcpStream::connect(&self.authority).await.unwrap();
        stream.write_all(request).await.unwrap();
        let mut response = Vec::new();
        stream.read_to_end(&mut response).await.unwrap();
        response
    }
}

#[derive(Debug)]
pub(crate) struct HttpResponse {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: String,
}

impl HttpResponse {
    pub(crate) fn parse(bytes: &[u8]) -> Self {
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").expect("a head and a body");
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let response = Self {
            status,
            head: head.to_owned(),
            body: body.to_owned(),
        };
        let length = response.header("content-length");
        // A 204 has none (RFC 9110, section 8.6).
        let expected = (status != 204).then(|| body.len().to_string());
        assert_eq!(length, expected.as_deref(), "the length of the body");
        response
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head
            .lines()
            .filter_map(|line| line.split_once(": "))
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    /// Returns the body as JSON, with or without a byte order mark.
    pub(crate) fn json(&self) -> Value {
        let body = self.body.trim_start_matches('\u{feff}');
        serde_json::from_str(body).unwrap()
    }

    /// Returns the whole response as received.
    pub(crate) fn whole(&self) -> String {
        format!("{}\r\n\r\n{}", self.head, self.body)
    }

    /// Status and body in one line.
    pub(crate) fn brief(&self) -> String {
        format!("{} {}", self.status, self.body)
    }

    /// Writes the status, the headers by name, and the body. Only the date and the ports differ
    /// between runs.
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
