//! A scripted server on loopback and a clock that does not wait, for the tests of three packages.
//!
//! It works on sockets, not on an HTTP library, so that it can misbehave.

#![allow(dead_code, reason = "each package uses its part")]

use std::fmt;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use billing_core::{BoxFuture, Clock, RetryPolicy, SendOptions};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What the server does with one request.
#[derive(Clone)]
pub(crate) enum Answer {
    /// Head and body, to which length and end of the connection are added.
    Http(String, Vec<u8>),
    /// These bytes and the end of the connection.
    Bytes(Vec<u8>),
    /// Reads the request and closes the connection.
    HangUp,
    /// Closes the connection before the request is read.
    Reset,
    /// Reads the request and keeps the connection open without a word.
    Silence,
}

impl Answer {
    /// `head` is the status line and the headers, one per line. In both, `{origin}` stands for the
    /// server's own origin; in the head, `{port}` for its port.
    pub(crate) fn new(head: &str, body: impl AsRef<[u8]>) -> Self {
        Self::Http(head.to_owned(), body.as_ref().to_vec())
    }

    pub(crate) fn json(body: &str) -> Self {
        Self::new(
            "200 OK\nContent-Type: application/json; charset=utf-8",
            body,
        )
    }
}

/// A request as it arrived.
#[derive(Clone)]
pub(crate) struct Received {
    pub(crate) line: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
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
            // Whether it is there depends on which packages are tested together: features add up.
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

/// Gives its answers in order, one per request; a request too many is answered 599.
pub(crate) struct Server {
    address: SocketAddr,
    received: Arc<Mutex<Vec<Received>>>,
}

impl Server {
    pub(crate) async fn start(answers: Vec<Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self::start_on(listener, answers)
    }

    /// For answers that name the server's address.
    pub(crate) fn start_on(listener: TcpListener, answers: Vec<Answer>) -> Self {
        let address = listener.local_addr().unwrap();
        let received = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&received);
        tokio::spawn(async move {
            let mut silent = Vec::new();
            let mut answers = answers.into_iter();
            while let Ok((mut stream, _)) = listener.accept().await {
                if matches!(answers.as_slice().first(), Some(Answer::Reset)) {
                    answers.next();
                    continue;
                }
                let Some(request) = read_request(&mut stream).await else {
                    continue;
                };
                log.lock().unwrap().push(request);
                let none_left = || Answer::new("599 Not In The Script", "");
                match answers.next().unwrap_or_else(none_left) {
                    Answer::Http(head, body) => {
                        let bytes = render(&head, body, &format!("http://{address}"));
                        stream.write_all(&bytes).await.unwrap();
                    }
                    Answer::Bytes(bytes) => stream.write_all(&bytes).await.unwrap(),
                    Answer::HangUp | Answer::Reset => drop(stream),
                    Answer::Silence => silent.push(stream),
                }
            }
        });
        Self { address, received }
    }

    /// The same on a thread and a runtime of its own, for callers that block theirs.
    pub(crate) fn start_apart(answers: Vec<Answer>) -> Self {
        let (ready, started) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                ready.send(Self::start(answers).await).unwrap();
                std::future::pending::<()>().await;
            });
        });
        started.recv().unwrap()
    }

    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    /// The request lines, in order.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.received()
            .into_iter()
            .map(|request| request.line)
            .collect()
    }
}

fn render(head: &str, body: Vec<u8>, origin: &str) -> Vec<u8> {
    let body = match String::from_utf8(body) {
        Ok(text) => text.replace("{origin}", origin).into_bytes(),
        Err(other) => other.into_bytes(),
    };
    let length = format!("Content-Length: {}\nConnection: close\n\n", body.len());
    let port = origin.rsplit(':').next().unwrap();
    let head = head.replace("{origin}", origin).replace("{port}", port);
    let head = format!("HTTP/1.1 {head}\n{length}");
    let mut bytes = head.replace('\n', "\r\n").into_bytes();
    bytes.extend_from_slice(&body);
    bytes
}

async fn read_request(stream: &mut TcpStream) -> Option<Received> {
    let mut bytes = Vec::new();
    let end = loop {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
        if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break at;
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let mut lines = head.lines();
    let line = lines.next()?.to_owned();
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let length = headers
        .iter()
        .find(|(name, _)| name == "content-length")
        .map_or(0, |(_, value)| value.parse().unwrap());
    let mut body = bytes[end + 4..].to_vec();
    while body.len() < length {
        if stream.read_buf(&mut body).await.ok()? == 0 {
            return None;
        }
    }
    Some(Received {
        line,
        headers,
        body: String::from_utf8(body).unwrap(),
    })
}

/// Starts at 2026-01-02 03:04:05 UTC; sleeping takes no time and is written down.
#[derive(Debug, Default)]
pub(crate) struct TestClock(Mutex<Vec<Duration>>);

impl TestClock {
    pub(crate) fn sleeps(&self) -> Vec<Duration> {
        self.0.lock().unwrap().clone()
    }

    pub(crate) fn seconds(&self) -> Vec<u64> {
        self.sleeps().iter().map(Duration::as_secs).collect()
    }
}

impl Clock for TestClock {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_323_045) + self.elapsed()
    }

    fn elapsed(&self) -> Duration {
        self.0.lock().unwrap().iter().sum()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        self.0.lock().unwrap().push(duration);
        Box::pin(std::future::ready(()))
    }
}

/// Options by which every request is sent once, and nothing is read back.
pub(crate) fn once() -> SendOptions {
    SendOptions::default()
        .with_retry(RetryPolicy::never())
        .with_read_back(Duration::ZERO)
}

/// Options by which a request is sent up to four times, with pauses of one, two and four seconds, and
/// a resource is read back for two minutes.
pub(crate) fn persistent(clock: &Arc<TestClock>) -> SendOptions {
    let policy = RetryPolicy::default()
        .with_backoff(Duration::from_secs(1), Duration::from_secs(60))
        .with_jitter(false);
    sending(clock)
        .with_retry(policy)
        .with_read_back(Duration::from_secs(120))
}

/// The same as [`once`] with the test's clock.
pub(crate) fn sending(clock: &Arc<TestClock>) -> SendOptions {
    once().with_clock(Arc::clone(clock) as Arc<dyn Clock>)
}

/// An error and its causes, one per line, without what differs from run to run.
pub(crate) fn chain(error: &billing_core::Error, server: &Server) -> String {
    let mut lines = vec![error.to_string()];
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        lines.push(error.to_string());
        cause = error.source();
    }
    lines.join("\n").replace(&server.origin(), "[origin]")
}
