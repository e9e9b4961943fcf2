//! One connection: HTTP/1.1 by hyper, and what hyper does not do.
//!
//! Header names are written in the services' case, and a planned fault may write bytes that are not
//! HTTP, or reset the connection.

use std::{
    convert::Infallible,
    future::{self, Future},
    pin::Pin,
    sync::{Arc, OnceLock},
    task::Poll,
    time::Duration,
};

use http_body_util::Empty;
use hyper::{
    Request, Response,
    body::{Bytes, Incoming},
    header::HeaderName,
    http::Extensions,
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    io::{AsyncRead, AsyncWrite, AsyncWriteExt as _},
    net::TcpStream,
    sync::watch,
    time,
};
use tokio_io_timeout::TimeoutStream;

use crate::http::response::Body;

/// The most bytes of a request's line and headers together, and half of what a connection keeps in
/// memory: 64 KiB.
const HEAD_LIMIT: usize = 64 * 1024;

/// The most headers of a request.
const HEADERS_LIMIT: usize = 100;

/// The longest that a connection may take to send the head of its next request.
const HEAD_TIME: Duration = Duration::from_secs(30);

/// The longest that a client may read nothing of a waiting response.
const READ_TIME: Duration = Duration::from_secs(30);

/// The names of headers that are not written with a capital after each hyphen, as recorded.
const NAMES: [&str; 23] = [
    "api-supported-versions",
    "Azure-AsyncOperation",
    "client-request-id",
    "ETag",
    "isMfaCompliant",
    "MS-ContinuationToken",
    "MS-CorrelationId",
    "MS-CV",
    "MS-RequestId",
    "MS-ServerId",
    "WWW-Authenticate",
    "x-ms-client-request-id",
    "x-ms-correlation-request-id",
    "x-ms-error-code",
    "x-ms-failure-cause",
    "x-ms-ratelimit-remaining-tenant-deletes",
    "x-ms-ratelimit-remaining-tenant-reads",
    "x-ms-ratelimit-remaining-tenant-resource-requests",
    "x-ms-ratelimit-remaining-tenant-writes",
    "x-ms-request-id",
    "x-ms-return-client-request-id",
    "x-ms-routing-request-id",
    "x-ms-service-version",
];

/// Returns the name of a header as it is written in a response.
pub(crate) fn spell(name: &HeaderName) -> String {
    let name = name.as_str();
    if let Some(known) = NAMES.iter().find(|known| known.eq_ignore_ascii_case(name)) {
        return (*known).to_owned();
    }
    let words = name.split('-').map(|word| match word.split_at_checked(1) {
        Some((first, rest)) => first.to_ascii_uppercase() + rest,
        None => String::new(),
    });
    words.collect::<Vec<_>>().join("-")
}

/// Takes a connection over from hyper, for one request.
///
/// After one of the two methods was called, the response that is returned is not sent.
#[derive(Clone, Default)]
pub(crate) struct Connection(Arc<OnceLock<Override>>);

/// What a connection does instead of sending a response.
#[derive(Clone)]
pub(crate) enum Override {
    Raw(Bytes),
    Reset,
}

impl Connection {
    /// Writes these bytes instead of a response, whatever they are, and closes the connection.
    pub(crate) fn raw(&self, bytes: Bytes) {
        let _ = self.0.set(Override::Raw(bytes));
    }

    /// Writes nothing, and resets the connection: the client sees an error, not an end.
    pub(crate) fn reset(&self) {
        let _ = self.0.set(Override::Reset);
    }

    /// Returns what the connection does instead of sending the response.
    pub(crate) fn overridden(&self) -> Option<&Override> {
        self.0.get()
    }
}

/// A stream that can be reset as well as closed.
pub(crate) trait Socket: AsyncRead + AsyncWrite + Send + Unpin {
    /// Makes the stream end with a reset when it is dropped, if the platform can.
    fn reset(&self);
}

impl Socket for TcpStream {
    fn reset(&self) {
        // Unsent bytes are discarded then, and the client receives a reset.
        let _ = self.set_zero_linger();
    }
}

/// The case in which the names of headers are written.
///
/// hyper keeps the case of a request's names in an extension that only it can make, and writes the
/// names of a response as the response's extension has them (`preserve_header_case`). So one
/// request with all names is read at the start, and its extensions are copied to each response.
pub(crate) struct HeaderCase(Extensions);

impl HeaderCase {
    /// Reads a request with all known names.
    pub(crate) async fn learn() -> Self {
        let head = format!("GET / HTTP/1.1\r\n{}: \r\n\r\n", NAMES.join(": \r\n"));
        let (mut client, server) = tokio::io::duplex(head.len());
        // It fits, so it is written at once.
        let _ = client.write_all(head.as_bytes()).await;
        drop(client);
        let learned = OnceLock::new();
        let learn = service_fn(|request: Request<Incoming>| {
            let _ = learned.set(request.extensions().clone());
            future::ready(Ok::<_, Infallible>(Response::new(Empty::<Bytes>::new())))
        });
        // The client is gone before the response; the request was read all the same.
        let _ = http1::Builder::new()
            .preserve_header_case(true)
            .serve_connection(TokioIo::new(server), learn)
            .await;
        Self(learned.into_inner().unwrap_or_default())
    }
}

/// Serves the requests of one connection until it ends. When `stop` changes, it ends after the
/// current request, and at the latest after `patience`.
pub(crate) async fn serve<F, R>(
    socket: impl Socket,
    header_case: &HeaderCase,
    respond: F,
    mut stop: watch::Receiver<()>,
    patience: Duration,
) where
    F: Fn(Request<Incoming>, Connection) -> R,
    R: Future<Output = Response<Body>>,
{
    let taken = Connection::default();
    let service = service_fn(|request: Request<Incoming>| {
        let response = respond(request, taken.clone());
        let taken = &taken;
        async move {
            let mut response = response.await;
            if taken.overridden().is_some() {
                // hyper must not write this response: the connection is taken over below.
                future::pending::<()>().await;
            }
            *response.extensions_mut() = header_case.0.clone();
            Ok::<_, Infallible>(response)
        }
    });
    let mut http = http1::Builder::new();
    http.title_case_headers(true)
        // Responses are dated by the emulator's clock, not by the machine's.
        .auto_date_header(false)
        .max_buf_size(HEAD_LIMIT)
        .max_header_size(HEAD_LIMIT)
        .max_headers(HEADERS_LIMIT)
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME);
    let mut socket = TimeoutStream::new(socket);
    socket.set_write_timeout(Some(READ_TIME));
    let mut connection = http.serve_connection(TokioIo::new(Box::pin(socket)), service);
    // Until the connection ends, or is taken over. A poll of it may do either.
    let mut end = async |stopping: bool| {
        let mut connection = Pin::new(&mut connection);
        if stopping {
            connection.as_mut().graceful_shutdown();
        }
        future::poll_fn(|cx| {
            let ended = connection.as_mut().poll(cx).map(|_| None);
            taken
                .overridden()
                .map_or(ended, |overridden| Poll::Ready(Some(overridden.clone())))
        })
        .await
    };
    let overridden = tokio::select! {
        overridden = end(false) => overridden,
        // An error says that the sender is gone, which stops the connection as well.
        _ = stop.changed() => time::timeout(patience, end(true)).await.unwrap_or_default(),
    };
    let mut socket = connection.into_parts().io.into_inner();
    match overridden {
        None => {}
        Some(Override::Raw(bytes)) => {
            // A client that does not read all of it in time loses the rest.
            let written = async {
                socket.write_all(&bytes).await?;
                socket.shutdown().await
            };
            let _ = time::timeout(patience, written).await;
        }
        Some(Override::Reset) => socket.get_ref().reset(),
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use hyper::header::HeaderValue;
    use tokio::{io::AsyncReadExt as _, net::TcpListener};

    use super::*;
    use crate::http::response;

    /// Returns what a client reads of a connection on which every request gets this response.
    async fn talk<F, R>(request: String, respond: F) -> io::Result<String>
    where
        F: Fn(Request<Incoming>, Connection) -> R,
        R: Future<Output = Response<Body>>,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let mut client = TcpStream::connect(listener.local_addr()?).await?;
        let (socket, _) = listener.accept().await?;
        let (_running, stop) = watch::channel(());
        client.write_all(request.as_bytes()).await?;
        let mut seen = String::new();
        let (read, ()) = tokio::join!(client.read_to_string(&mut seen), async {
            let header_case = HeaderCase::learn().await;
            serve(socket, &header_case, respond, stop, HEAD_TIME).await;
        });
        read.map(|_| seen)
    }

    const REQUEST: &str = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";

    #[tokio::test]
    async fn header_names_have_the_case_of_the_services() {
        const LAST: &str = "GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
        let body = "\r\n\r\nms-cv: 1\r\n\r\nHTTP/1.1 200 OK\r\nms-cv: 2\r\n\r\n";
        let seen = talk(format!("{REQUEST}{LAST}"), move |_, _| {
            let mut response = Response::new(response::body(Bytes::from(body)));
            for name in NAMES {
                let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
                response.headers_mut().append(name, HeaderValue::from(1));
            }
            for name in ["retry-after", "x-content-type-options", "x-locale"] {
                let name = HeaderName::from_static(name);
                response.headers_mut().append(name, HeaderValue::from(2));
            }
            future::ready(response)
        });
        let head = NAMES.map(|name| format!("{name}: 1\r\n")).concat();
        let head = format!(
            "HTTP/1.1 200 OK\r\n{head}Retry-After: 2\r\nX-Content-Type-Options: 2\r\nX-Locale: 2\r\n"
        );
        let tail = format!("Content-Length: {}\r\n\r\n{body}", body.len());
        let expected = format!("{head}{tail}{head}Connection: close\r\n{tail}");
        assert_eq!(seen.await.unwrap(), expected);
    }

    #[tokio::test]
    async fn raw_bytes_replace_the_response_and_end_the_connection() {
        let raw = "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf";
        let seen = talk(REQUEST.repeat(2), move |_, connection| {
            connection.raw(Bytes::from(raw));
            future::ready(Response::new(response::body(Bytes::from("never seen"))))
        });
        assert_eq!(seen.await.unwrap(), raw);
    }

    #[tokio::test]
    async fn a_client_sees_a_reset_and_not_an_end() {
        let seen = talk(REQUEST.to_owned(), |_, connection| {
            connection.reset();
            future::ready(Response::new(response::body(Bytes::from("never seen"))))
        });
        let error = seen.await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_does_not_read_is_disconnected() {
        let (mut client, server) = tokio::io::duplex(1024);
        client.write_all(REQUEST.as_bytes()).await.unwrap();
        let (_running, stop) = watch::channel(());
        let long = |_, _| {
            future::ready(Response::new(response::body(Bytes::from(
                "a".repeat(10_000),
            ))))
        };
        serve(server, &HeaderCase::learn().await, long, stop, HEAD_TIME).await;
        let mut seen = String::new();
        client.read_to_string(&mut seen).await.unwrap();
        assert_eq!(seen.len(), 1024);
    }
}
