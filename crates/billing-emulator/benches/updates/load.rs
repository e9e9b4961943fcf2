//! Sends updates with as little work as possible.

use billing_emulator::{SAMPLE_ACCOUNT, SAMPLE_CUSTOMER_ID, SAMPLE_PROFILE};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::{process::Process, server::TOKEN};

/// Replaced by the number of the request, in as many digits: in the request id and in a member, so
/// that each update changes the document.
const NUMBER: &str = "############";

/// An update that is sent repeatedly, each time with another number.
pub(crate) struct Update {
    pub(crate) name: &'static str,
    line: String,
    body: String,
    /// The index of the server's host.
    host: usize,
}

impl Update {
    pub(crate) fn partner() -> Self {
        let body = json!({
            "firstName": "Ada",
            "lastName": "Sampleton",
            "email": "ada@fabrikam.example.com",
            "culture": "en-US",
            "language": "en",
            "companyName": format!("Fabrikam {NUMBER}"),
            "defaultAddress": {
                "country": "US",
                "city": "Redmond",
                "state": "WA",
                "addressLine1": "1 Example Way",
                "postalCode": "98052",
                "firstName": "Ada",
                "lastName": "Sampleton",
                "phoneNumber": "4255550100"
            },
            "links": { "self": {
                "uri": format!("/v1/customers/{SAMPLE_CUSTOMER_ID}/profiles/billing"),
                "method": "GET",
                "headers": []
            } },
            "attributes": { "objectType": "CustomerBillingProfile" }
        });
        Self {
            name: "Partner Center PUT",
            line: format!("PUT /v1/customers/{SAMPLE_CUSTOMER_ID}/profiles/billing"),
            body: body.to_string(),
            host: 0,
        }
    }

    /// Returns an update of every writable member, which finishes at once.
    pub(crate) fn arm() -> Self {
        let body = json!({ "properties": {
            "displayName": "Fabrikam Residences",
            "poNumber": format!("PO-{NUMBER}"),
            "invoiceEmailOptIn": true,
            "address": {
                "firstName": "Ada",
                "lastName": "Sampleton",
                "companyName": "Fabrikam, Inc.",
                "addressLine1": "1 Example Way",
                "addressLine2": "Suite 4",
                "city": "Redmond",
                "region": "WA",
                "country": "US",
                "postalCode": "98052"
            },
            "enabledAzurePlans": [{ "skuId": "0001" }, { "skuId": "0002" }]
        } });
        Self {
            name: "ARM PATCH",
            line: format!(
                "PATCH /providers/Microsoft.Billing/billingAccounts/{SAMPLE_ACCOUNT}/billingProfiles/{SAMPLE_PROFILE}?api-version=2019-10-01-preview"
            ),
            body: body.to_string(),
            host: 1,
        }
    }

    /// Returns the bytes of a request, and the offsets of its number.
    fn request(&self, host: &str) -> (Vec<u8>, Vec<usize>) {
        let request = format!(
            "{} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {TOKEN}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\nMS-RequestId: 00000000-0000-4000-8000-{NUMBER}\r\n\r\n{}",
            self.line,
            self.body.len(),
            self.body
        );
        let places = request.match_indices(NUMBER).map(|(at, _)| at).collect();
        (request.into_bytes(), places)
    }
}

/// Persistent connections, each with its own sequence of numbers.
pub(crate) struct Load {
    connections: Vec<Connection>,
}

struct Connection {
    stream: TcpStream,
    request: Vec<u8>,
    places: Vec<usize>,
    next: usize,
    step: usize,
    buffer: Vec<u8>,
}

impl Load {
    pub(crate) async fn connect(process: &Process, update: &Update, count: usize) -> Self {
        let host = &process.hosts[update.host];
        let (request, places) = update.request(host);
        let mut connections = Vec::new();
        for next in 0..count {
            let stream = TcpStream::connect(host).await.unwrap();
            stream.set_nodelay(true).unwrap();
            connections.push(Connection {
                stream,
                request: request.clone(),
                places: places.clone(),
                next,
                step: count,
                buffer: Vec::with_capacity(8192),
            });
        }
        Self { connections }
    }

    /// Sends updates over all connections concurrently, and waits for the last response.
    pub(crate) async fn send(&mut self, updates: usize) {
        let each = updates / self.connections.len();
        let work = self.connections.drain(..);
        let work: JoinSet<Connection> = work.map(|connection| connection.send(each)).collect();
        self.connections = work.join_all().await;
    }
}

impl Connection {
    async fn send(mut self, count: usize) -> Self {
        for _ in 0..count {
            let number = format!("{:012x}", self.next);
            for at in &self.places {
                self.request[*at..at + number.len()].copy_from_slice(number.as_bytes());
            }
            self.next += self.step;
            self.stream.write_all(&self.request).await.unwrap();
            self.read().await;
        }
        self
    }

    async fn read(&mut self) {
        self.buffer.clear();
        while length(&self.buffer).is_none_or(|length| self.buffer.len() < length) {
            assert_ne!(self.stream.read_buf(&mut self.buffer).await.unwrap(), 0);
        }
        let text = String::from_utf8_lossy(&self.buffer);
        assert!(text.starts_with("HTTP/1.1 200 "), "{text}");
    }
}

/// Returns the length of a response, once its head is complete.
fn length(answer: &[u8]) -> Option<usize> {
    let head = answer.windows(4).position(|end| end == b"\r\n\r\n")?;
    let name = b"content-length:";
    let lines = answer[..head].split(|byte| *byte == b'\n');
    let value = lines
        .filter(|line| line.len() > name.len())
        .find(|line| line[..name.len()].eq_ignore_ascii_case(name));
    let digits = &value?[name.len()..];
    let body = digits
        .iter()
        .filter(|byte| byte.is_ascii_digit())
        .fold(0, |sum, digit| sum * 10 + usize::from(digit - b'0'));
    Some(head + 4 + body)
}
