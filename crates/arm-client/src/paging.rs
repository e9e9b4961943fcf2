//! Pages of a list, which hold their elements in `value` and the link to the next page in
//! `nextLink`.

use billing_core::http::Method;
use billing_core::pipeline::{Page, Request, Transport};
use billing_core::{Error, Url, decode};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// Makes the request for the page that `link` on `page` leads to.
///
/// # Errors
/// A foreign-origin or protocol error for a link that may not be followed. Nothing was sent.
pub(crate) fn next_request(
    transport: &Transport,
    operation: &'static str,
    page: &Url,
    link: &str,
) -> Result<Request, Error> {
    let url = transport.endpoint().resolve(page, link)?;
    let mut request = transport.request(Method::GET, url);
    request.set_operation(operation);
    Ok(request)
}

/// Reads the body of a page.
///
/// # Errors
/// A decode error.
pub(crate) fn read_page<T: DeserializeOwned>(body: &[u8]) -> Result<Page<T, String>, Error> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Body<T> {
        value: Option<Vec<Option<T>>>,
        next_link: Option<String>,
    }

    let Body { value, next_link } = decode(body)?;
    let next = next_link.as_deref().map(str::trim);
    Ok(Page {
        next: next.filter(|link| !link.is_empty()).map(str::to_owned),
        items: value,
    })
}
