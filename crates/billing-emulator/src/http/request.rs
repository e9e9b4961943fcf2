//! A request as the services see it, with the path and the query decoded and the body read.

use std::borrow::Cow;

use http_body_util::BodyExt as _;
use hyper::{
    HeaderMap, Method, Uri,
    body::{Body as HttpBody, Bytes},
    header::{self, AsHeaderName},
    http::{request::Parts, uri::Authority},
};
use percent_encoding::percent_decode_str;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{
    http::{host, text},
    weight,
};

/// The largest request body that is read: 1 MiB.
pub(crate) const BODY_LIMIT: usize = 1024 * 1024;

/// The most segments of a path and parameters of a query that are read, each of which takes more
/// memory than its bytes. No served path has as many segments.
const SEGMENTS_LIMIT: usize = 100;
const PARAMETERS_LIMIT: usize = 1_000;

/// The limits of a request body.
#[derive(Clone, Copy)]
pub(crate) struct BodyLimits {
    pub(crate) bytes: usize,
    /// Members and items.
    pub(crate) nodes: usize,
}

impl BodyLimits {
    /// For a request that is refused for its head.
    pub(crate) const NOTHING: Self = Self { bytes: 0, nodes: 0 };
    pub(crate) const DOCUMENT: Self = Self {
        bytes: BODY_LIMIT,
        nodes: weight::NODES_LIMIT,
    };

    fn allow(self, body: &[u8]) -> bool {
        // XML elements are counted when they are parsed.
        let is_xml = || body.trim_ascii_start().first() == Some(&b'<');
        body.len() <= self.bytes && (is_xml() || weight::nodes(body) <= self.nodes)
    }
}

/// The bytes that are read and discarded beyond the limit of a request body: 16 MiB.
const DISCARDED_LIMIT: usize = 16 * 1024 * 1024;

pub(crate) struct Request {
    /// The number of the request in this run, from which its ids are generated.
    pub(crate) number: u64,
    pub(crate) method: Method,
    /// The decoded segments of the path: `%2F` inside one does not split it.
    pub(crate) segments: Vec<String>,
    query: Vec<(String, String)>,
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    /// Empty until it is read; `None` if it is larger than the limits.
    pub(crate) body: Option<Bytes>,
}

impl Request {
    /// Creates a request from its head, with an empty body.
    pub(crate) fn new(number: u64, head: Parts) -> Self {
        let path = head.uri.path();
        let path = path.strip_prefix('/').unwrap_or(path);
        let path = path.strip_suffix('/').unwrap_or(path);
        Self {
            number,
            method: head.method,
            segments: path.split('/').take(SEGMENTS_LIMIT).map(decode).collect(),
            query: form_urlencoded::parse(head.uri.query().unwrap_or_default().as_bytes())
                .take(PARAMETERS_LIMIT)
                .map(|(name, value)| (name.into_owned(), value.into_owned()))
                .collect(),
            uri: head.uri,
            headers: head.headers,
            body: Some(Bytes::new()),
        }
    }

    /// Reads the body, and keeps it if it is within the limits.
    pub(crate) async fn read<B: HttpBody<Data = Bytes> + Unpin>(
        &mut self,
        body: B,
        limits: BodyLimits,
    ) {
        let asks_first = self.headers.contains_key(header::EXPECT);
        let read = read_body(body, limits.bytes, asks_first).await;
        self.body = read.filter(|body| limits.allow(body));
    }

    /// Keeps a body that was read already if it is within the limits.
    pub(crate) fn keep(&mut self, body: Bytes, limits: BodyLimits) {
        self.body = Some(body).filter(|body| limits.allow(body));
    }

    /// Serves HEAD as GET; the body is not sent then (RFC 9110, section 9.3.2).
    pub(crate) fn serve_head_as_get(&mut self) {
        if self.method == Method::HEAD {
            self.method = Method::GET;
        }
    }

    pub(crate) fn segments(&self) -> Vec<&str> {
        self.segments.iter().map(String::as_str).collect()
    }

    /// Returns the first query parameter with this name, in any case, if it is not empty.
    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(key, value)| key.eq_ignore_ascii_case(name) && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    /// Returns the first query parameter with this name, in any case, even if it is empty.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        let mut query = self.query.iter();
        let found = query.find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn header(&self, name: impl AsHeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Returns whether a header is `true`, in any case.
    pub(crate) fn is_true(&self, name: &str) -> bool {
        let value = self.header(name);
        value.is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    /// Returns the host and the port that the request was sent to, if they can be read.
    pub(crate) fn authority(&self) -> Option<Authority> {
        host::authority(&self.uri, &self.headers)
    }

    /// Returns the origin that the request was sent to, for absolute links in the response; `own`
    /// if the request has none.
    pub(crate) fn origin(&self, own: &str) -> String {
        match (own.split_once("://"), self.authority()) {
            (Some((scheme, _)), Some(authority)) => {
                let scheme = self.forwarded_scheme().unwrap_or(scheme);
                format!("{scheme}://{authority}")
            }
            _ => own.to_owned(),
        }
    }

    /// Returns the scheme of `X-Forwarded-Proto`, with which a proxy tells how the client reached
    /// it; of several proxies the first one counts. Anything except `http` and `https` is ignored.
    fn forwarded_scheme(&self) -> Option<&'static str> {
        let first = self.header("x-forwarded-proto")?.split(',').next()?.trim();
        let known = ["http", "https"];
        known
            .into_iter()
            .find(|known| known.eq_ignore_ascii_case(first))
    }

    /// Returns the token after `Bearer `, in any case.
    pub(crate) fn bearer(&self) -> Option<&str> {
        let (scheme, token) = self.header(header::AUTHORIZATION)?.split_once(' ')?;
        scheme
            .eq_ignore_ascii_case("bearer")
            .then(|| token.trim())
            .filter(|token| !token.is_empty())
    }

    /// Returns the media type of the body, in lower case and without its parameters; `None` if
    /// there are several `Content-Type` headers.
    pub(crate) fn media_type(&self) -> Option<String> {
        let media_type = self.content_type()?.split(';').next()?;
        Some(media_type.trim().to_ascii_lowercase())
    }

    /// Returns the charset of the body, in lower case and without quotes.
    pub(crate) fn charset(&self) -> Option<String> {
        let mut parameters = self.content_type()?.split(';').skip(1);
        let charset = parameters.find_map(|parameter| {
            let (name, value) = parameter.split_once('=')?;
            name.trim().eq_ignore_ascii_case("charset").then_some(value)
        })?;
        Some(charset.trim().trim_matches('"').to_ascii_lowercase())
    }

    fn content_type(&self) -> Option<&str> {
        let mut types = self.headers.get_all(header::CONTENT_TYPE).iter();
        let first = types.next()?.to_str().ok()?;
        types.next().is_none().then_some(first)
    }

    /// Decodes the text of a body.
    pub(crate) fn text<'a>(&self, body: &'a [u8]) -> Result<Cow<'a, str>, &'static str> {
        text::decode(body, self.charset().as_deref())
    }

    /// Decodes the text of a document with a limited number of members and items.
    pub(crate) fn document<'a>(&self, body: &'a [u8]) -> Result<Cow<'a, str>, &'static str> {
        let text = self.text(body)?;
        // In UTF-8 they were counted when the body was read.
        let is_transcoded = matches!(text, Cow::Owned(_));
        if is_transcoded && weight::nodes(text.as_bytes()) > weight::NODES_LIMIT {
            return Err("the body has too many members and items");
        }
        Ok(text)
    }

    /// Reads the body as a JSON object. (Serde would also accept an array.)
    ///
    /// # Errors
    ///
    /// `expected`, or what is wrong with the encoding.
    pub(crate) fn object<T: DeserializeOwned>(
        &self,
        body: &[u8],
        expected: &'static str,
    ) -> Result<T, &'static str> {
        let value: Value = serde_json::from_str(&self.document(body)?).map_err(|_| expected)?;
        if !value.is_object() {
            return Err(expected);
        }
        serde_json::from_value(value).map_err(|_| expected)
    }
}

/// Reads a body; `None` if it is too large. The part beyond the limit is discarded, so that a
/// client that sends all of it before it reads gets a response. But that has a limit, too, and is
/// not done for a client that sends `Expect` first.
async fn read_body<B: HttpBody<Data = Bytes> + Unpin>(
    mut body: B,
    limit: usize,
    asks_first: bool,
) -> Option<Bytes> {
    let discarded = limit.saturating_add(DISCARDED_LIMIT);
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if announced > discarded || (announced > limit && asks_first) {
        return None;
    }
    // Allocated at once if the body announces its length, for which there is room.
    let mut kept = Vec::with_capacity(if announced > limit { 0 } else { announced });
    let mut length = 0_usize;
    while let Some(frame) = body.frame().await {
        // A body that breaks off has no client any more, so both failures are the same.
        if let Ok(chunk) = frame.ok()?.into_data() {
            length = length.saturating_add(chunk.len());
            if length <= limit {
                // Copied: a client may send the body byte by byte, and each chunk keeps a whole
                // buffer alive.
                kept.extend_from_slice(&chunk);
            } else if length <= discarded {
                kept = Vec::new();
            } else {
                return None;
            }
        }
    }
    (length <= limit).then(|| kept.into())
}

fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}
