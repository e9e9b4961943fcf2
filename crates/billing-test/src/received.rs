//! Requests as they arrived.

use std::fmt;
use std::io;

use tokio::io::{AsyncRead, AsyncReadExt as _};

/// A request as it arrived.
#[derive(Clone, Debug)]
pub struct Received {
    /// The request line.
    pub line: String,
    /// The headers in order, with names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, or the part of it that was read.
    pub body: String,
    /// Request line and headers as they arrived.
    pub head: String,
}

impl Received {
    /// Returns the method.
    pub fn method(&self) -> &str {
        self.line.split(' ').next().unwrap()
    }

    /// Returns the path with its query.
    pub fn path(&self) -> &str {
        self.line.split(' ').nth(1).unwrap()
    }

    /// Returns a header by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// Reads a request and at most `limit` bytes of its body; `None` if it does not arrive.
    pub(crate) async fn read(stream: &mut (impl AsyncRead + Unpin), limit: usize) -> Option<Self> {
        let head = read_head(stream).await.ok()?;
        let mut lines = head.lines();
        let line = lines.next()?.to_owned();
        let headers: Vec<(String, String)> = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        let mut received = Self {
            line,
            headers,
            body: String::new(),
            head,
        };
        let length = received.header("content-length").map_or("0", |value| value);
        let mut body = vec![0; limit.min(length.parse().unwrap())];
        stream.read_exact(&mut body).await.ok()?;
        received.body = String::from_utf8_lossy(&body).into_owned();
        Some(received)
    }
}

/// Reads up to the empty line, byte by byte so that nothing of the body is taken.
async fn read_head(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<String> {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") {
        bytes.push(stream.read_u8().await?);
    }
    Ok(String::from_utf8(bytes).unwrap().trim_end().to_owned())
}

/// The request with everything hidden that differs from run to run; body as indented JSON.
impl fmt::Display for Received {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const IDS: [&str; 4] = [
            "ms-requestid",
            "ms-correlationid",
            "ms-cv",
            "x-ms-client-request-id",
        ];
        writeln!(f, "{}", self.line)?;
        let mut headers = self.headers.clone();
        headers.sort();
        for (name, value) in headers {
            // It depends on which packages are tested together, since features add up.
            if name == "accept-encoding" {
                continue;
            }
            let shown = match name.as_str() {
                id if IDS.contains(&id) => "[id]",
                "host" => "[host]",
                "authorization" => "Bearer [token]",
                _ => &value,
            };
            writeln!(f, "{name}: {shown}")?;
        }
        match serde_json::from_str::<serde_json::Value>(&self.body) {
            Ok(json) => write!(f, "\n{json:#}"),
            Err(_) => write!(f, "\n{}", self.body),
        }
    }
}
