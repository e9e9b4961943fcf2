//! A service that misbehaves once or always, and between that does what a service does.
//!
//! It works on sockets, so that it can break what an HTTP library cannot. It keeps count of how often
//! the write took effect.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What a server does on a connection, in order; after the last the connection is closed.
#[derive(Clone)]
pub(crate) enum Move {
    /// Reads the whole request.
    Read,
    /// Reads the request's head and this much of its body.
    ReadHeadAnd(usize),
    /// `{origin}` stands for the server's own origin.
    Write(Vec<u8>),
    /// Writes until nobody reads any more.
    WriteForever(Vec<u8>),
    /// Writes this again and again, never so seldom that the client would call it silence.
    Drip(Vec<u8>),
    /// Ends the connection with a RST.
    Reset,
    /// Keeps the connection open without a word.
    Stall,
}

/// The two ways in which a profile is kept.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kept {
    /// With an etag, behind a byte order mark; a PUT with a known id is answered and not done again.
    AtPartnerCenter,
    /// A PATCH is done as often as it comes.
    AtResourceManager,
}

/// A request as far as it came.
#[derive(Clone)]
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) id: String,
    pub(crate) head: String,
    pub(crate) body: String,
}

/// What is asked of the server.
#[derive(Clone)]
pub(crate) struct Script {
    pub(crate) kept: Kept,
    /// What it does to the first requests.
    pub(crate) hostile: Vec<Move>,
    /// How many requests it does that to.
    pub(crate) times: usize,
    /// Whether a write takes effect before its answer is spoiled.
    pub(crate) is_done: bool,
    /// Whether the first request is accepted and done, and the polls are what it misbehaves to.
    pub(crate) is_accepted: bool,
    /// How many reads still show the profile from before, once it was written.
    pub(crate) lag: usize,
}

pub(crate) struct Hostile {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    seen: Vec<Seen>,
    known_ids: BTreeSet<String>,
    written: usize,
    reads: usize,
    connections: usize,
}

impl Hostile {
    pub(crate) async fn start(script: Script) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::<Mutex<State>>::default();
        let shared = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let number = {
                    let mut state = shared.lock().unwrap();
                    state.connections += 1;
                    state.connections
                };
                let (script, shared) = (script.clone(), Arc::clone(&shared));
                tokio::spawn(async move {
                    let place = number.checked_sub(if script.is_accepted { 2 } else { 1 });
                    let turn = match place {
                        None => Turn::Accepts,
                        Some(place) if place < script.times => Turn::Misbehaves,
                        Some(_) => Turn::Behaves,
                    };
                    let mut connection = Connection {
                        stream,
                        origin: format!("http://{address}"),
                        script,
                        state: shared,
                    };
                    // The client may be gone at any moment.
                    let _ = connection.serve(turn).await;
                });
            }
        });
        Self { address, state }
    }

    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.state.lock().unwrap().seen.clone()
    }

    /// How often a write took effect.
    pub(crate) fn written(&self) -> usize {
        self.state.lock().unwrap().written
    }

    pub(crate) fn connections(&self) -> usize {
        self.state.lock().unwrap().connections
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Turn {
    Accepts,
    Misbehaves,
    Behaves,
}

struct Connection {
    stream: TcpStream,
    origin: String,
    script: Script,
    state: Arc<Mutex<State>>,
}

impl Connection {
    async fn serve(&mut self, turn: Turn) -> std::io::Result<()> {
        if turn != Turn::Misbehaves {
            let Some(seen) = self.read(usize::MAX).await? else {
                return Ok(());
            };
            let mut answer = self.answer(&seen);
            if turn == Turn::Accepts {
                answer = http("202 Accepted\nLocation: /op", "");
            }
            return self.stream.write_all(&answer).await;
        }
        for step in self.script.hostile.clone() {
            match step {
                Move::Read => {
                    let seen = self.read(usize::MAX).await?;
                    if let (Some(seen), true) = (seen, self.script.is_done) {
                        self.answer(&seen);
                    }
                }
                Move::ReadHeadAnd(length) => {
                    self.read(length).await?;
                }
                Move::Write(bytes) => {
                    let bytes = replace(&bytes, &self.origin);
                    self.stream.write_all(&bytes).await?;
                }
                Move::WriteForever(bytes) => loop {
                    self.stream.write_all(&bytes).await?;
                },
                Move::Drip(bytes) => {
                    let mut pace = tokio::time::interval(Duration::from_millis(200));
                    loop {
                        pace.tick().await;
                        self.stream.write_all(&bytes).await?;
                    }
                }
                Move::Reset => self.stream.set_zero_linger()?,
                Move::Stall => std::future::pending().await,
            }
        }
        Ok(())
    }

    /// Reads the head and at most so much of the body, and writes down what came.
    async fn read(&mut self, length: usize) -> std::io::Result<Option<Seen>> {
        let mut bytes = Vec::new();
        while !bytes.ends_with(b"\r\n\r\n") {
            match self.stream.read_u8().await {
                Ok(byte) => bytes.push(byte),
                Err(_) => return Ok(None),
            }
        }
        let head = String::from_utf8(bytes).unwrap();
        let value = |name: &str| {
            head.lines().find_map(|line| {
                let (key, value) = line.split_once(": ")?;
                key.eq_ignore_ascii_case(name).then(|| value.to_owned())
            })
        };
        let announced = value("content-length").map_or(0, |length| length.parse().unwrap());
        let mut body = vec![0; length.min(announced)];
        self.stream.read_exact(&mut body).await?;
        let mut words = head.split(' ');
        let seen = Seen {
            method: words.next().unwrap().to_owned(),
            path: words.next().unwrap().to_owned(),
            id: value("ms-requestid")
                .or_else(|| value("x-ms-client-request-id"))
                .unwrap(),
            body: String::from_utf8_lossy(&body).into_owned(),
            head,
        };
        self.state.lock().unwrap().seen.push(seen.clone());
        Ok(Some(seen))
    }

    /// What the service does, and what it says then.
    fn answer(&self, seen: &Seen) -> Vec<u8> {
        let mut state = self.state.lock().unwrap();
        match (seen.method.as_str(), self.script.kept) {
            ("PUT", Kept::AtPartnerCenter) if state.known_ids.insert(seen.id.clone()) => {
                let etag = etag(state.written);
                if !seen.head.contains(&format!("if-match: \"{etag}\"")) {
                    return http("400 Bad Request", STALE);
                }
                state.written += 1;
            }
            ("PATCH", Kept::AtResourceManager) => state.written += 1,
            ("GET", _) if state.written > 0 && state.reads < self.script.lag => {
                state.reads += 1;
                return http("200 OK", &profile(self.script.kept, 0));
            }
            _ => {}
        }
        http("200 OK", &profile(self.script.kept, state.written))
    }
}

const STALE: &str =
    r#"{"code":2055,"description":"Etag is no longer valid","data":[],"source":"PartnerFD"}"#;

/// The etag after so many writes.
pub(crate) fn etag(written: usize) -> usize {
    10 + written
}

/// The profile after so many writes.
pub(crate) fn profile(kept: Kept, written: usize) -> String {
    let changed = if written == 0 { "before" } else { "after" };
    match kept {
        Kept::AtPartnerCenter => format!(
            "\u{feff}{{\"id\":\"8c1d3a52-64f0-5b7e-9d2a-1f0e3b4c5d6e\",\"companyName\":\"{changed}\",\
             \"attributes\":{{\"etag\":\"{}\",\"objectType\":\"CustomerBillingProfile\"}}}}",
            etag(written)
        ),
        Kept::AtResourceManager => format!(
            "{{\"id\":\"/providers/Microsoft.Billing/billingAccounts/account:1/billingProfiles/p1\",\"name\":\"p1\",\"type\":\"Microsoft.Billing/billingAccounts/billingProfiles\",\
             \"properties\":{{\"poNumber\":\"{changed}\"}}}}"
        ),
    }
}

/// A whole answer, after which the connection is closed; `head` is the status and the headers, one
/// per line.
pub(crate) fn http(head: &str, body: &str) -> Vec<u8> {
    let head = head.replace('\n', "\r\n");
    format!(
        "HTTP/1.1 {head}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

fn replace(bytes: &[u8], origin: &str) -> Vec<u8> {
    match str::from_utf8(bytes) {
        Ok(text) if text.contains("{origin}") => text.replace("{origin}", origin).into_bytes(),
        _ => bytes.to_vec(),
    }
}
