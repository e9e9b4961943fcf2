//! The HTTP library, set up so that a credential stays where it belongs.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use reqwest::{Client, Proxy, redirect, retry};

use super::tls;
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::pipeline::options::SendOptions;
use crate::pipeline::tls::setup_error;

/// The HTTP library panics where the end of this limit is no time that the system can tell.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 60 * 60);

pub(crate) fn http_client(endpoint: &Endpoint, options: &SendOptions) -> Result<Client, Error> {
    let builder = Client::builder()
        .connect_timeout(options.connect_timeout)
        .read_timeout(options.read_timeout.min(LONGEST))
        .timeout(options.timeout)
        // Where a redirect leads is the service's choice; where the token goes is not.
        .redirect(redirect::Policy::none())
        // Whether a request may be sent again is a matter of its contract.
        .retry(retry::never())
        .referer(false)
        // The environment is the program's to read; a proxy is an option.
        .no_proxy();
    let builder = if endpoint.is_plain() {
        // `localhost` is loopback whatever a name server says (RFC 6761, section 6.3). The port is the
        // URL's. A proxy would read the token of a plain request.
        let loopback = [
            (Ipv4Addr::LOCALHOST, 0).into(),
            (Ipv6Addr::LOCALHOST, 0).into(),
        ];
        builder.resolve_to_addrs("localhost", &loopback)
    } else {
        let builder = builder.https_only(true);
        match &options.proxy {
            Some(proxy) => builder.proxy(Proxy::https(proxy.clone()).map_err(setup_error)?),
            None => builder,
        }
    };
    tls::choose(builder, endpoint)?
        .build()
        .map_err(|source| setup_error(source.without_url()))
}
