//! What a server does on one connection.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::received::Received;

const HOUR: Duration = Duration::from_secs(3600);

/// What a server does on one connection, in order; after the last step it closes the connection.
#[derive(Clone, Debug)]
pub struct Script {
    pub(crate) steps: Vec<Step>,
}

/// A function that returns the bytes of the response to a request.
pub type Respond = dyn Fn(&Received) -> Vec<u8> + Send + Sync;

/// A step of a [`Script`].
#[derive(Clone)]
pub enum Step {
    /// Reads a whole request.
    Read,
    /// Reads a request's head and this many bytes of its body.
    ReadHeadAnd(usize),
    /// Writes a response: status line and headers, one per line, and a body. Length and
    /// `Connection: close` are added. In both, `{origin}` stands for the server's own origin; in
    /// the head, `{port}` for its port.
    Respond(String, Vec<u8>),
    /// Writes the bytes that the function returns for the request that was read last.
    RespondWith(Arc<Respond>),
    /// Writes these bytes, with `{origin}` replaced.
    Write(Vec<u8>),
    /// Writes until the client no longer reads.
    WriteForever(Vec<u8>),
    /// Makes the connection end with a RST.
    Reset,
    /// Lets this much time pass at once, as [`let_pass`](crate::let_pass) does, unless the client
    /// has closed the connection.
    LetPass(Duration),
    /// Keeps the connection open in silence.
    Stall,
}

impl Script {
    /// Reads a request and responds, as [`Step::Respond`] describes.
    pub fn new(head: &str, body: impl AsRef<[u8]>) -> Self {
        let respond = Step::Respond(head.to_owned(), body.as_ref().to_vec());
        Self::from([Step::Read, respond])
    }

    /// Reads a request and responds with 200 and this JSON.
    pub fn json(body: &str) -> Self {
        Self::new(
            "200 OK\nContent-Type: application/json; charset=utf-8",
            body,
        )
    }

    /// Changes the body of the response.
    pub fn map_body(mut self, change: impl Fn(String) -> String) -> Self {
        for step in &mut self.steps {
            if let Step::Respond(_, body) = step {
                *body = change(String::from_utf8(body.clone()).unwrap()).into_bytes();
            }
        }
        self
    }

    /// Reads a request, writes these bytes and closes the connection.
    pub fn bytes(bytes: impl Into<Vec<u8>>) -> Self {
        Self::from([Step::Read, Step::Write(bytes.into())])
    }

    /// Reads a request and closes the connection.
    pub fn hang_up() -> Self {
        Self::from([Step::Read])
    }

    /// Closes the connection before the request is read.
    pub fn close() -> Self {
        Self::from([])
    }

    /// Reads a request and keeps the connection open in silence.
    pub fn silence() -> Self {
        Self::from([Step::Read, Step::Stall])
    }

    /// Does the same as [`silence`](Self::silence) and lets an hour pass at once, so that the
    /// request reaches its time limit. The limit can be long then, and no other response is late.
    pub fn hour_of_silence() -> Self {
        Self::from([Step::Read, Step::LetPass(HOUR), Step::Stall])
    }
}

impl<const N: usize> From<[Step; N]> for Script {
    fn from(steps: [Step; N]) -> Self {
        Self::from(Vec::from(steps))
    }
}

impl From<Vec<Step>> for Script {
    fn from(steps: Vec<Step>) -> Self {
        Self { steps }
    }
}

impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = String::from_utf8_lossy;
        match self {
            Self::Read => write!(f, "Read"),
            Self::ReadHeadAnd(length) => write!(f, "ReadHeadAnd({length})"),
            Self::Respond(head, body) => write!(f, "Respond({head:?}, {:?})", text(body)),
            Self::RespondWith(_) => write!(f, "RespondWith(…)"),
            Self::Write(bytes) => write!(f, "Write({:?})", text(bytes)),
            Self::WriteForever(bytes) => write!(f, "WriteForever({:?})", text(bytes)),
            Self::Reset => write!(f, "Reset"),
            Self::LetPass(time) => write!(f, "LetPass({time:?})"),
            Self::Stall => write!(f, "Stall"),
        }
    }
}
