//! A server on loopback that follows scripts.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};

use crate::clock::{move_on, until_others_wait};
use crate::received::Received;
use crate::script::{Script, Step};

/// A server on loopback; it ends with the test's runtime.
///
/// Each connection on which a request arrives takes the next script, as does each connection whose
/// script does not begin by reading one.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    log: Log,
}

#[derive(Clone, Debug, Default)]
struct Log(Arc<Mutex<(Vec<Received>, usize)>>);

impl Server {
    /// Starts a server that follows `scripts` in order and responds 599 after the last.
    pub async fn start(scripts: Vec<Script>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self::start_on(listener, scripts)
    }

    /// Does the same as [`start`](Self::start) on a listener whose address the scripts name.
    pub fn start_on(listener: TcpListener, scripts: Vec<Script>) -> Self {
        let mut scripts = scripts.into_iter();
        let none_left = || Script::new("599 Not In The Script", "");
        Self::run(listener, move || {
            Some(scripts.next().unwrap_or_else(none_left))
        })
    }

    /// Starts a server that refuses connections after the last script.
    pub async fn start_limited(scripts: Vec<Script>) -> Self {
        let mut scripts = scripts.into_iter();
        Self::start_with(move || scripts.next()).await
    }

    /// Starts a server that follows the scripts that `next` returns, until there is none.
    pub async fn start_with(next: impl FnMut() -> Option<Script> + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self::run(listener, next)
    }

    /// Does the same as [`start`](Self::start) on a thread and a runtime of its own, for callers
    /// that block theirs.
    pub fn start_apart(scripts: Vec<Script>) -> Self {
        let (ready, started) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                ready.send(Self::start(scripts).await).unwrap();
                std::future::pending::<()>().await;
            });
        });
        started.recv().unwrap()
    }

    fn run(
        listener: TcpListener,
        mut next: impl FnMut() -> Option<Script> + Send + 'static,
    ) -> Self {
        let address = listener.local_addr().unwrap();
        let log = Log::default();
        let server = Self {
            address,
            log: log.clone(),
        };
        tokio::spawn(async move {
            while let Some(script) = next() {
                let mut steps = script.steps;
                let connection = loop {
                    let Ok((stream, _)) = listener.accept().await else {
                        return;
                    };
                    log.0.lock().unwrap().1 += 1;
                    let mut connection = Connection {
                        stream,
                        origin: format!("http://{address}"),
                        log: log.clone(),
                        last: None,
                    };
                    if !matches!(steps.first(), Some(Step::Read)) {
                        break connection;
                    }
                    // Here and not in its task, so that requests are kept in order.
                    connection.read(usize::MAX).await;
                    if connection.last.is_some() {
                        steps.remove(0);
                        break connection;
                    }
                };
                tokio::spawn(connection.follow(steps));
            }
        });
        server
    }

    /// Returns `http://` and the address.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the requests that were read, in order.
    pub fn received(&self) -> Vec<Received> {
        self.log.0.lock().unwrap().0.clone()
    }

    /// Returns the request lines, in order.
    pub fn lines(&self) -> Vec<String> {
        self.received()
            .into_iter()
            .map(|request| request.line)
            .collect()
    }

    /// Returns how many connections were accepted.
    pub fn connections(&self) -> usize {
        self.log.0.lock().unwrap().1
    }
}

struct Connection {
    stream: TcpStream,
    origin: String,
    log: Log,
    last: Option<Received>,
}

impl Connection {
    async fn follow(mut self, steps: Vec<Step>) {
        for step in steps {
            // The client may be gone at any moment.
            if self.step(step).await.is_err() {
                return;
            }
        }
    }

    async fn read(&mut self, limit: usize) {
        self.last = Received::read(&mut self.stream, limit).await;
        let mut log = self.log.0.lock().unwrap();
        log.0.extend(self.last.clone());
    }

    /// Lets time pass for the client of this connection, but not for the next one: fails if the
    /// client has closed the connection.
    async fn let_pass(&mut self, time: Duration) -> io::Result<()> {
        // A client whose time is over gives up after the first wait, and has closed the connection
        // before the second one ends.
        until_others_wait().await;
        until_others_wait().await;
        match self.stream.try_read(&mut [0]) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Ok(1..) => {}
            Ok(0) => return Err(io::ErrorKind::NotConnected.into()),
            Err(error) => return Err(error),
        }
        move_on(time);
        Ok(())
    }

    async fn step(&mut self, step: Step) -> io::Result<()> {
        match step {
            Step::Read => self.read(usize::MAX).await,
            Step::ReadHeadAnd(length) => self.read(length).await,
            Step::Respond(head, body) => {
                let bytes = response(&head, body, &self.origin);
                self.stream.write_all(&bytes).await?;
            }
            Step::RespondWith(respond) => {
                if let Some(request) = &self.last {
                    let bytes = respond(request);
                    self.stream.write_all(&bytes).await?;
                }
            }
            Step::Write(bytes) => {
                let bytes = with_origin(bytes, &self.origin);
                self.stream.write_all(&bytes).await?;
            }
            Step::WriteForever(bytes) => loop {
                self.stream.write_all(&bytes).await?;
            },
            Step::Reset => self.stream.set_zero_linger()?,
            Step::LetPass(time) => self.let_pass(time).await?,
            Step::Stall => std::future::pending().await,
        }
        Ok(())
    }
}

fn response(head: &str, body: Vec<u8>, origin: &str) -> Vec<u8> {
    let body = with_origin(body, origin);
    let port = origin.rsplit(':').next().unwrap();
    let head = head.replace("{origin}", origin).replace("{port}", port);
    let length = body.len();
    let head = format!("HTTP/1.1 {head}\nContent-Length: {length}\nConnection: close\n\n");
    let mut bytes = head.replace('\n', "\r\n").into_bytes();
    bytes.extend_from_slice(&body);
    bytes
}

fn with_origin(bytes: Vec<u8>, origin: &str) -> Vec<u8> {
    match String::from_utf8(bytes) {
        Ok(text) => text.replace("{origin}", origin).into_bytes(),
        Err(other) => other.into_bytes(),
    }
}
