//! A server that sends prepared responses, one per request.

use billing_test::{Received, Script, Server};

/// A server on loopback that refuses connections after its last response.
pub(crate) struct Stub {
    server: Server,
    url: String,
}

impl Stub {
    /// Sends one of `responses` to each request; an empty one closes the connection instead. `URL`
    /// in a response is the server's own.
    pub(crate) async fn start<'a>(responses: impl IntoIterator<Item = &'a str>) -> Self {
        let scripts = responses
            .into_iter()
            .map(|response| Script::bytes(response.replace("URL", "{origin}")))
            .collect();
        let server = Server::start_limited(scripts).await;
        let url = server.origin();
        Self { server, url }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The requests that were read, each whole.
    pub(crate) fn requests(&self) -> Vec<String> {
        let received = self.server.received().into_iter();
        received
            .map(|Received { head, body, .. }| format!("{head}\r\n\r\n{body}"))
            .collect()
    }

    /// The methods of the requests that were read.
    pub(crate) fn methods(&self) -> Vec<String> {
        let received = self.server.received().into_iter();
        received
            .map(|request| request.method().to_owned())
            .collect()
    }
}

/// A response with a body, after which the connection is closed.
pub(crate) fn response(status: &str, headers: &[&str], body: &str) -> String {
    let headers: String = headers.iter().map(|one| format!("{one}\r\n")).collect();
    format!(
        "HTTP/1.1 {status}\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}
