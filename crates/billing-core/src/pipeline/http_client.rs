//! Sets the HTTP library up so that a credential is sent only to its own origin.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use reqwest::{Client, Proxy, redirect, retry};

use super::tls;
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::pipeline::options::SendOptions;
use crate::pipeline::tls::setup_error;

/// The longest read timeout. The HTTP library panics if the end of the limit is not a valid time.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// Appends the body of a response to `body`, up to `limit` bytes; `false` if it has more.
///
/// # Errors
/// The connection broke. `body` has what came before.
pub(crate) async fn read_body(
    response: &mut reqwest::Response,
    limit: usize,
    body: &mut Vec<u8>,
) -> reqwest::Result<bool> {
    while let Some(chunk) = response.chunk().await? {
        let room = limit.saturating_sub(body.len());
        body.extend_from_slice(chunk.get(..room).unwrap_or(&chunk));
        if chunk.len() > room {
            return Ok(false);
        }
    }
    Ok(true)
}

pub(crate) fn http_client(endpoint: &Endpoint, options: &SendOptions) -> Result<Client, Error> {
    let builder = Client::builder()
        .connect_timeout(options.connect_timeout)
        .read_timeout(options.read_timeout.min(LONGEST))
        .timeout(options.timeout)
        // The service chooses where a redirect leads, but not where the token is sent.
        .redirect(redirect::Policy::none())
        // The retry loop decides whether a request may be sent again.
        .retry(retry::never())
        .referer(false)
        // A library does not read the environment; the proxy is an option.
        .no_proxy();
    let builder = if endpoint.is_plain() {
        // `localhost` is loopback whatever a name server says (RFC 6761, section 6.3). The port is
        // the URL's. A proxy would read the token of a plain request.
        let loopback = [
            (Ipv4Addr::LOCALHOST, 0).into(),
            (Ipv6Addr::LOCALHOST, 0).into(),
        ];
        builder.resolve_to_addrs("localhost", &loopback)
    } else {
        let builder = builder.https_only(true);
        match &options.proxy {
            // The HTTP library connects without the proxy if it does not know the scheme.
            Some(proxy) if !matches!(proxy.scheme(), "http" | "https") => {
                return Err(Error::invalid_input(
                    "the proxy must start with http:// or https://: others, such as SOCKS, are not \
                     supported",
                ));
            }
            Some(proxy) => builder.proxy(Proxy::https(proxy.clone()).map_err(setup_error)?),
            None => builder,
        }
    };
    tls::choose(builder, endpoint)?
        .build()
        .map_err(|source| setup_error(source.without_url()))
}

#[cfg(all(test, any(feature = "__rustls", feature = "native-tls")))]
mod tests {
    use super::http_client;
    use crate::pipeline::options::SendOptions;

    #[test]
    fn proxy_of_an_unsupported_scheme_is_refused() {
        let client = |endpoint: &str, proxy: &str| {
            let options = SendOptions::default().with_proxy(proxy.parse().unwrap());
            http_client(&endpoint.parse().unwrap(), &options)
        };
        for scheme in ["http", "https", "socks4", "socks5", "socks5h", "ftp"] {
            let proxy = format!("{scheme}://me:s3cret@proxy.example:1080");
            let result = client("https://service.example", &proxy);
            if scheme.starts_with("http") {
                result.unwrap();
            } else {
                let error = result.unwrap_err();
                assert!(error.is_invalid_input(), "{scheme}");
                assert!(!format!("{error:?}").contains("s3cret"), "{scheme}");
            }
            client("http://127.0.0.1:8080", &proxy).unwrap();
        }
    }
}
