//! The clients' HTTP library as a transport for credentials of `azure_identity`.

use async_trait::async_trait;
use azure_core::error::ErrorKind;
use azure_core::http::headers::{HeaderName, Headers};
use azure_core::http::{AsyncRawResponse, Body, HttpClient, Request};

use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::pipeline::connect_error::connect_error;
use crate::pipeline::http_client::{http_client, read_body};
use crate::pipeline::options::SendOptions;

const MAX_BODY: usize = 256 * 1024;

#[derive(Debug)]
pub(super) struct HttpTransport {
    secure: reqwest::Client,
    /// For the platform's own services: a managed identity is requested at an address of this
    /// machine or its host, over plain `http` and never through a proxy ("Managed identities: REST
    /// endpoint").
    plain: reqwest::Client,
    max_body: usize,
}

impl HttpTransport {
    pub(super) fn new(options: &SendOptions) -> Result<Self, Error> {
        let secure: Endpoint = "https://localhost".parse()?;
        let plain: Endpoint = "http://localhost".parse()?;
        Ok(Self {
            secure: http_client(&secure, options)?,
            plain: http_client(&plain, options)?,
            max_body: options.max_body.min(MAX_BODY),
        })
    }
}

#[async_trait]
impl HttpClient for HttpTransport {
    async fn execute_request(&self, request: &Request) -> azure_core::Result<AsyncRawResponse> {
        let url = request.url();
        let client = match url.scheme() {
            "https" => &self.secure,
            _ => &self.plain,
        };
        let method = reqwest::Method::from_bytes(request.method().as_ref().as_bytes());
        let method = method.map_err(|source| other_error("the method is not valid", source))?;
        let mut ready = client.request(method, url.clone());
        for (name, value) in request.headers().iter() {
            ready = ready.header(name.as_str(), value.as_str());
        }
        if let Body::Bytes(bytes) = request.body() {
            ready = ready.body(bytes.clone());
        }
        let origin = url.origin().ascii_serialization();
        let broken = |source: reqwest::Error| {
            let what = if source.is_connect() {
                let (_, why) = connect_error(&source);
                format!("could not connect to {origin}{why}")
            } else if source.is_timeout() {
                format!("{origin} did not respond in time")
            } else {
                format!("the connection to {origin} broke")
            };
            other_error(&what, source.without_url())
        };
        let mut response = ready.send().await.map_err(broken)?;
        let mut body = Vec::new();
        let limit = self.max_body;
        if !read_body(&mut response, limit, &mut body)
            .await
            .map_err(broken)?
        {
            let why = format!("the response of {origin} is larger than a token may be");
            return Err(azure_core::Error::with_message(ErrorKind::Other, why));
        }
        let status = response.status().as_u16().into();
        Ok(AsyncRawResponse::from_bytes(
            status,
            headers(response.headers()),
            body,
        ))
    }
}

/// Creates an error that `azure_core` does not retry: without a managed identity there never is a
/// response, and the retries would take more than a minute.
fn other_error(
    what: &str,
    source: impl std::error::Error + Send + Sync + 'static,
) -> azure_core::Error {
    azure_core::Error::with_error(ErrorKind::Other, source, what.to_owned())
}

fn headers(from: &http::HeaderMap) -> Headers {
    let mut headers = Headers::new();
    for (name, value) in from {
        if let Ok(value) = value.to_str() {
            headers.insert(HeaderName::from(name.as_str().to_owned()), value.to_owned());
        }
    }
    headers
}
