//! The link of a page of customers to the next page.

use billing_core::http::HeaderName;
use billing_core::pipeline::Request;
use billing_core::{Error, Url};

use crate::client::PartnerClient;
use crate::models::Link;

/// The only header of a link that is sent: the service chooses a link's headers, and must not
/// choose a token, a host or a cookie.
const CONTINUATION: HeaderName = HeaderName::from_static("ms-continuationtoken");

/// The members of `links.next` that are used.
#[derive(Clone)]
pub(super) struct NextLink {
    uri: Option<String>,
    method: Option<String>,
    pub(super) token: Option<String>,
}

impl NextLink {
    /// Returns the link, or `None` for an empty one.
    pub(super) fn read(link: &Link) -> Option<Self> {
        let non_blank = |text: &Option<String>| {
            let text = text.as_deref().map(str::trim);
            text.filter(|text| !text.is_empty()).map(str::to_owned)
        };
        let pairs = link.headers.as_deref().unwrap_or_default();
        let token = pairs.iter().flatten().find(|pair| {
            let key = pair.key.as_deref().unwrap_or_default();
            key.eq_ignore_ascii_case(CONTINUATION.as_str())
        });
        let next = Self {
            uri: non_blank(&link.uri),
            method: non_blank(&link.method),
            token: token.and_then(|pair| non_blank(&pair.value)),
        };
        (next.uri.is_some() || next.token.is_some()).then_some(next)
    }

    /// Returns the URL of the page, which is on the client's origin; `page` is that of the page
    /// with the link.
    ///
    /// # Errors
    /// A foreign-origin error for a link to another origin, and a protocol error for a link without
    /// an address or with a method other than GET. Nothing was sent.
    pub(super) fn url(&self, client: &PartnerClient, page: &Url) -> Result<Url, Error> {
        let is_get = |method: &String| method.eq_ignore_ascii_case("GET");
        if !self.method.as_ref().is_none_or(is_get) {
            return Err(Error::protocol(
                "the link to the next page of customers has another method than GET",
            ));
        }
        let Some(uri) = &self.uri else {
            return Err(Error::protocol(
                "the link to the next page of customers has no address",
            ));
        };
        let endpoint = client.transport().endpoint();
        let uri = repair_query(uri);
        match below_version(&uri, client.api_version()) {
            // Below the endpoint's own path and the version, as the other requests.
            Some(path) => {
                let version = client.url(&[], "path")?;
                endpoint.resolve(page, &format!("{version}/{path}"))
            }
            None => endpoint.resolve(page, &uri),
        }
    }

    /// Sets the continuation token, if the link has one.
    ///
    /// # Errors
    /// A protocol error for a token that no header can carry. Nothing was sent.
    pub(super) fn set_continuation(&self, request: &mut Request) -> Result<(), Error> {
        let Some(token) = &self.token else {
            return Ok(());
        };
        /// More than any server accepts in one header.
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

/// Repairs a second `?` in the query of a link, which the service has sent, as in
/// `size=2?seekOperation=Next` ("Get invoice line items", sample).
fn repair_query(uri: &str) -> String {
    match uri.split_once('?') {
        Some((path, query)) => {
            let query = query.replace("?seekOperation=", "&seekOperation=");
            format!("{path}?{query}")
        }
        None => uri.to_owned(),
    }
}

/// Returns what follows the version in a path such as `/v1/customers?size=2`, or `None` if the link
/// is not a path. Later responses leave the version out ("Get a customer by ID", sample).
fn below_version<'u>(uri: &'u str, version: &str) -> Option<&'u str> {
    let path = uri.strip_prefix('/')?;
    // `//host` is a URL without its scheme, and `/\\host` is read as one.
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
