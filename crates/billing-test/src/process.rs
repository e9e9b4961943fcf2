//! Servers in processes of their own, so that benchmarks do not count their CPU time.

use std::future::Future;
use std::io::{self, BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// This program, started again as a server; dropping it ends the process.
#[derive(Debug)]
pub struct ServerProcess {
    child: Child,
    ready: String,
}

impl ServerProcess {
    /// Starts this program with the argument `role` and reads the line that it prints once it
    /// listens.
    pub fn start(role: &str) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .arg(role)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut ready = String::new();
        let stdout = child.stdout.take().unwrap();
        BufReader::new(stdout).read_line(&mut ready).unwrap();
        let ready = ready.trim().to_owned();
        Self { child, ready }
    }

    /// Returns the line that it printed.
    pub fn ready(&self) -> &str {
        &self.ready
    }

    /// Returns the id of the process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// Runs `server` on a runtime of one thread until the parent process ends and closes stdin.
pub fn serve_for_parent(server: impl Future<Output = ()>) {
    std::thread::spawn(|| {
        let _ = io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(server);
}

/// Responds to every request on every connection, which stays open; `respond` takes the request.
pub async fn respond_forever(listener: TcpListener, respond: fn(&[u8]) -> &'static [u8]) {
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        tokio::spawn(respond_on(stream, respond));
    }
}

async fn respond_on(mut stream: TcpStream, respond: fn(&[u8]) -> &'static [u8]) {
    stream.set_nodelay(true).unwrap();
    let mut buffer = Vec::with_capacity(4096);
    loop {
        let Some(length) = request_length(&buffer) else {
            match stream.read_buf(&mut buffer).await {
                Ok(0) | Err(_) => return,
                Ok(_) => continue,
            }
        };
        let response = respond(&buffer[..length]);
        buffer.drain(..length);
        if stream.write_all(response).await.is_err() {
            return;
        }
    }
}

/// The length of the first request in the buffer, once all of it is there.
fn request_length(buffer: &[u8]) -> Option<usize> {
    let head = buffer.windows(4).position(|end| end == b"\r\n\r\n")?;
    // The HTTP library under test writes header names in lower case.
    let name = b"\r\ncontent-length: ";
    let at = buffer[..head].windows(name.len()).position(|at| at == name);
    let body = at.map_or(0, |at| {
        let digits = buffer[at + name.len()..].iter();
        digits
            .take_while(|byte| byte.is_ascii_digit())
            .fold(0, |sum, digit| sum * 10 + usize::from(digit - b'0'))
    });
    let length = head + 4 + body;
    (buffer.len() >= length).then_some(length)
}
