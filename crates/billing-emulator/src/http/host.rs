//! The names under which the emulator is reached: from inside, and in what callers say.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use hyper::{HeaderMap, Uri, header, http::uri::Authority};

/// How long the name of a host and its port may be.
const NAME_LIMIT: usize = 255 + ":65535".len();

/// Where a listener can be reached from its own machine. Nobody can connect to the address that
/// stands for all, and which of the others a caller elsewhere takes, only that caller knows.
pub(crate) fn reachable(mut listening: SocketAddr) -> SocketAddr {
    if listening.ip().is_unspecified() {
        listening.set_ip(match listening {
            SocketAddr::V4(_) => IpAddr::V4(Ipv4Addr::LOCALHOST),
            SocketAddr::V6(_) => IpAddr::V6(Ipv6Addr::LOCALHOST),
        });
    }
    listening
}

/// The host and the port that a request was sent to: those of its target if it names one, else
/// those of its `Host`. `None` where neither can be read.
pub(crate) fn authority(uri: &Uri, headers: &HeaderMap) -> Option<Authority> {
    let host = || headers.get(header::HOST)?.to_str().ok()?.parse().ok();
    let authority: Authority = uri.authority().cloned().or_else(host)?;
    // A user has no place in either, and no name is longer (RFC 1035, section 2.3.4); links with it
    // are kept.
    let is_name = authority.as_str().len() <= NAME_LIMIT && !authority.as_str().contains('@');
    is_name.then_some(authority)
}

/// A name or an address as names are compared.
pub(crate) fn compared(name: &str) -> String {
    let name = name.trim_end_matches('.').trim_matches(['[', ']']);
    let address = name.parse::<IpAddr>();
    address.map_or_else(|_| name.to_ascii_lowercase(), |address| address.to_string())
}

/// Whether a name is one of this machine's own: `localhost`, a name in it, a loopback address, or
/// one of `others`.
///
/// The page of a stranger whose name was made to lead here (DNS rebinding) is the same origin to a
/// browser, but it says the stranger's name.
pub(crate) fn is_own(authority: &Authority, others: &[String]) -> bool {
    let host = compared(authority.host());
    let is_loopback = host.parse::<IpAddr>().map_or_else(
        |_| host == "localhost" || host.ends_with(".localhost"),
        |address| address.is_loopback(),
    );
    is_loopback || others.contains(&host)
}
