//! A server that does nothing but answer, in a process of its own.

use std::io::{self, BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::documents;

/// The argument that makes this program the stub.
pub(crate) const SERVE: &str = "serve-stub";

/// The stub's process; it ends with this value.
pub(crate) struct Stub {
    process: Child,
    origin: String,
}

impl Stub {
    pub(crate) fn start() -> Self {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .arg(SERVE)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut origin = String::new();
        let stdout = process.stdout.take().unwrap();
        BufReader::new(stdout).read_line(&mut origin).unwrap();
        Self {
            process,
            origin: origin.trim().to_owned(),
        }
    }

    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }
}

impl Drop for Stub {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

/// Answers until whoever started it has gone, and the end of its input tells so.
pub(crate) fn serve() {
    let arm = answer(
        "x-ms-request-id: 6a1f0c2e-31d4-4f7b-9c55-0d2b8e7a4c10\r\n\
         x-ms-correlation-request-id: 0f3c9d1e-5b7a-4e2d-8a61-3c4b5d6e7f80\r\n\
         x-ms-ratelimit-remaining-tenant-writes: 1199\r\n",
        &documents::arm_answer(),
    );
    let partner = answer(
        "MS-RequestId: 6a1f0c2e-31d4-4f7b-9c55-0d2b8e7a4c10\r\n\
         MS-CorrelationId: 0f3c9d1e-5b7a-4e2d-8a61-3c4b5d6e7f80\r\n\
         MS-CV: xqqtn+OEVE2ridoS.0\r\n",
        &documents::partner_answer(),
    );
    let (arm, partner): (&'static str, &'static str) = (arm.leak(), partner.leak());
    std::thread::spawn(|| {
        let _ = io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("http://{}", listener.local_addr().unwrap());
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(keep_answering(stream, arm, partner));
        }
    });
}

fn answer(headers: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 200 OK\r\nDate: Sat, 21 Nov 2026 08:00:00 GMT\r\n\
         Content-Type: application/json; charset=utf-8\r\n{headers}Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

async fn keep_answering(mut stream: TcpStream, arm: &str, partner: &str) {
    stream.set_nodelay(true).unwrap();
    let mut buffer = Vec::with_capacity(4096);
    loop {
        let Some(length) = request_length(&buffer) else {
            match stream.read_buf(&mut buffer).await {
                Ok(0) | Err(_) => return,
                Ok(_) => continue,
            }
        };
        let answer = if buffer.starts_with(b"PATCH") {
            arm
        } else {
            partner
        };
        buffer.drain(..length);
        if stream.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}

/// How long the first request in the buffer is, once all of it is there.
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
