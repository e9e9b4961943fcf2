//! The network settings of the environment: proxies and trusted certificates.
//!
//! The proxy is `HTTPS_PROXY`, else `ALL_PROXY`, except for the hosts of `NO_PROXY`; each in upper
//! or lower case, as in other commands.

use billing_core::http::Uri;
use billing_core::{Endpoint, SendOptions, Url};
use hyper_util::client::proxy::matcher::Matcher;

use crate::failure::{Failure, Result};
use crate::input::environment_variable;

/// Returns the options for sending to an endpoint, with its proxy. The core uses no proxy for
/// loopback.
///
/// # Errors
/// A usage failure for a proxy that is not an address of `http` or `https`. Its text is not
/// repeated, as it may hold a password.
pub(crate) fn send_options(endpoint: &Endpoint) -> Result<SendOptions> {
    let options = SendOptions::default();
    let proxy = match variable("https_proxy")? {
        None => variable("all_proxy")?,
        found => found,
    };
    let Some((name, proxy)) = proxy else {
        return Ok(options);
    };
    if let Some((_, hosts)) = variable("no_proxy")?
        && is_excepted(&endpoint.origin(), &hosts)
    {
        return Ok(options);
    }
    let address = if proxy.contains("://") {
        proxy
    } else {
        format!("http://{proxy}")
    };
    match Url::parse(&address) {
        Ok(proxy) if proxy.has_host() && matches!(proxy.scheme(), "http" | "https") => {
            Ok(options.with_proxy(proxy))
        }
        // The emulator is reached without it.
        Ok(proxy) if proxy.has_host() && endpoint.origin().starts_with("http://") => Ok(options),
        _ => Err(Failure::usage(
            format!("the environment variable {name} is not the address of an HTTP proxy"),
            "set it to an address such as http://proxy.example:8080, or unset it",
        )),
    }
}

/// Returns the name and the value of an environment variable in lower or upper case, if it is set.
fn variable(name: &str) -> Result<Option<(String, String)>> {
    for name in [name.to_owned(), name.to_ascii_uppercase()] {
        if let Some(value) = environment_variable(&name)? {
            return Ok(Some((name, value)));
        }
    }
    Ok(None)
}

/// Whether a `NO_PROXY` list, such as `example.com,.example.org,10.0.0.0/8`, has the origin's host
/// or a domain or network of it.
fn is_excepted(origin: &str, list: &str) -> bool {
    // curl and others take `*.example.com` for `.example.com`.
    let list = list.replace("*.", ".");
    let proxy = Matcher::builder().all("http://proxy").no(list).build();
    let origin = origin.parse::<Uri>();
    origin.is_ok_and(|origin| proxy.intercept(&origin).is_none())
}

/// Returns the hint for a server whose certificate this machine does not trust.
pub(crate) fn untrusted_certificate_hint(origin: &str) -> String {
    format!(
        "nothing was sent, as this machine does not trust the certificate of {origin}; if it is \
         the right one, or that of a proxy that inspects TLS, add its authority to those that the \
         system trusts; on Linux, SSL_CERT_FILE names a file of authorities to use instead of the \
         system's"
    )
}

#[cfg(test)]
mod tests {
    use super::is_excepted;

    #[test]
    fn no_proxy_lists_hosts_domains_and_networks() {
        let host = "management.azure.com";
        let is_listed = |list| is_excepted("https://management.azure.com", list);
        for list in [
            "*",
            host,
            "azure.com",
            ".azure.com",
            "*.azure.com",
            "a.example, azure.com",
            "Azure.com",
        ] {
            assert!(is_listed(list), "{list}");
        }
        for list in [
            "",
            ",",
            ".",
            "zure.com",
            "management.azure",
            "x.management.azure.com",
            "10.0.0.0/8",
        ] {
            assert!(!is_listed(list), "{list}");
        }
        assert!(is_excepted("https://10.1.2.3:8443", "10.0.0.0/8"));
    }
}
