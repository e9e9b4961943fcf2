//! The host names of the emulator: its own addresses, and the names in requests.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use hyper::{HeaderMap, Uri, header, http::uri::Authority};

/// The longest name of a host with its port.
const NAME_LIMIT: usize = 255 + ":65535".len();

/// Returns the address at which a listener can be reached from its own machine. The unspecified
/// address cannot be connected to, and only a client elsewhere knows which other address it uses.
pub(crate) fn reachable(mut listening: SocketAddr) -> SocketAddr {
    if listening.ip().is_unspecified() {
        listening.set_ip(match listening {
            SocketAddr::V4(_) => IpAddr::V4(Ipv4Addr::LOCALHOST),
            SocketAddr::V6(_) => IpAddr::V6(Ipv6Addr::LOCALHOST),
        });
    }
    listening
}

/// Returns the host and the port that a request was sent to: those of its target, or else of its
/// `Host` header. `None` if neither can be read.
pub(crate) fn authority(uri: &Uri, headers: &HeaderMap) -> Option<Authority> {
    let host = || headers.get(header::HOST)?.to_str().ok()?.parse().ok();
    let authority: Authority = uri.authority().cloned().or_else(host)?;
    // Neither has a user, and no name is longer (RFC 1035, section 2.3.4); links with it are
    // stored.
    let is_name = authority.as_str().len() <= NAME_LIMIT && !authority.as_str().contains('@');
    is_name.then_some(authority)
}

/// Normalizes a name or an address for comparison.
pub(crate) fn compared(name: &str) -> String {
    let name = name.trim_end_matches('.').trim_matches(['[', ']']);
    let address = name.parse::<IpAddr>();
    address.map_or_else(|_| name.to_ascii_lowercase(), |address| address.to_string())
}

/// Returns whether a name is one of this machine: `localhost`, a name in it, a loopback address, or
/// one of `others`.
///
/// To a browser, a foreign page whose name was pointed at this machine (DNS rebinding) has the same
/// origin as the emulator, but its requests have the foreign name.
pub(crate) fn is_own(authority: &Authority, others: &[String]) -> bool {
    let host = compared(authority.host());
    let is_loopback = host.parse::<IpAddr>().map_or_else(
        |_| host == "localhost" || host.ends_with(".localhost"),
        |address| address.is_loopback(),
    );
    is_loopback || others.contains(&host)
}
