//! Where a page says that the next one is.

use billing_core::http::HeaderName;
use billing_core::pipeline::Request;
use billing_core::{Error, Url};

use crate::PartnerClient;
use crate::models::Link;

/// The only header of a link that is sent: a link's headers are the service's choice, and a token,
/// a host or a cookie must never be.
const CONTINUATION: HeaderName = HeaderName::from_static("ms-continuationtoken");

/// What is kept of `links.next`.
#[derive(Clone)]
pub(super) struct Next {
    uri: Option<String>,
    method: Option<String>,
    pub(super) token: Option<String>,
}

impl Next {
    /// `None` for a link that says nothing.
    pub(super) fn read(link: &Link) -> Option<Self> {
        let said = |text: &Option<String>| {
            let text = text.as_deref().map(str::trim);
            text.filter(|text| !text.is_empty()).map(str::to_owned)
        };
        let pairs = link.headers.as_deref().unwrap_or_default();
        let token = pairs.iter().flatten().find(|pair| {
            let key = pair.key.as_deref().unwrap_or_default();
            key.eq_ignore_ascii_case(CONTINUATION.as_str())
        });
        let next = Self {
            uri: said(&link.uri),
            method: said(&link.method),
            token: token.and_then(|pair| said(&pair.value)),
        };
        (next.uri.is_some() || next.token.is_some()).then_some(next)
    }

    /// The address of the page, which is on the client's origin.
    pub(super) fn url(&self, client: &PartnerClient, on: &Url) -> Result<Url, Error> {
        let is_get = |method: &String| method.eq_ignore_ascii_case("GET");
        if !self.method.as_ref().is_none_or(is_get) {
            return Err(Error::protocol(
                "the service wants the next page of customers asked for by another method than GET",
            ));
        }
        let Some(uri) = &self.uri else {
            return Err(Error::protocol(
                "the service names a next page of customers, but not its address",
            ));
        };
        let endpoint = client.transport().endpoint();
        let uri = mended(uri);
        match below_version(&uri, client.api_version()) {
            // As the other requests: behind the endpoint's own path, and behind the version.
            Some(path) => {
                let version = client.url(&[], "path")?;
                endpoint.resolve(on, &format!("{version}/{path}"))
            }
            None => endpoint.resolve(on, &uri),
        }
    }

    pub(super) fn put_on(&self, request: &mut Request) -> Result<(), Error> {
        let Some(token) = &self.token else {
            return Ok(());
        };
        /// More than any server takes in one header.
        const LONGEST: usize = 32 * 1024;
        let refuse =
            || Error::protocol("the service sent a continuation token that no header can carry");
        if token.len() > LONGEST {
            return Err(refuse());
        }
        request
            .set_header(CONTINUATION, token)
            .map_err(|_| refuse())
    }
}

/// The service has written `?` where its query goes on, as in `size=2?seekOperation=Next`
/// ("Get invoice line items", sample).
fn mended(uri: &str) -> String {
    match uri.split_once('?') {
        Some((path, query)) => {
            let query = query.replace("?seekOperation=", "&seekOperation=");
            format!("{path}?{query}")
        }
        None => uri.to_owned(),
    }
}

/// What stands behind the version in a path such as `/v1/customers?size=2`. Later answers leave the
/// version out ("Get a customer by ID", sample). `None` for what is no path.
fn below_version<'u>(uri: &'u str, version: &str) -> Option<&'u str> {
    let path = uri.strip_prefix('/')?;
    // `//host` is an address without its scheme, and `/\\host` is read as one.
    if path.starts_with(['/', '\\']) {
        return None;
    }
    let first = path.split(['/', '?']).next().unwrap_or_default();
    if first.eq_ignore_ascii_case(version) {
        return path
            .get(first.len()..)
            .map(|rest| rest.trim_start_matches('/'));
    }
    Some(path)
}
