//! The proxy that the environment names, as other commands read it: `HTTPS_PROXY`, else `ALL_PROXY`,
//! but for the hosts of `NO_PROXY`; each in upper or lower case.

use billing_core::{Endpoint, SendOptions, Url};

use crate::config;
use crate::failure::Failure;

/// The options for sending to an endpoint, with the proxy for it. The core keeps loopback out of it.
///
/// # Errors
/// A usage failure for a proxy that is no address; it is not repeated, as it may hold a password.
pub(crate) fn sending(endpoint: &Endpoint) -> Result<SendOptions, Failure> {
    let options = SendOptions::default();
    let proxy = match variable("https_proxy")? {
        None => variable("all_proxy")?,
        found => found,
    };
    let Some((name, proxy)) = proxy else {
        return Ok(options);
    };
    let host = Url::parse(&endpoint.origin()).ok();
    let host = host.as_ref().and_then(Url::host_str).unwrap_or_default();
    if variable("no_proxy")?.is_some_and(|(_, hosts)| is_listed(host, &hosts)) {
        return Ok(options);
    }
    let address = if proxy.contains("://") {
        proxy
    } else {
        format!("http://{proxy}")
    };
    match Url::parse(&address) {
        Ok(proxy) if proxy.has_host() => Ok(options.with_proxy(proxy)),
        _ => Err(Failure::usage(
            format!("the environment variable {name} holds no address of a proxy"),
            "give it one such as http://proxy.example:8080, or unset it",
        )),
    }
}

/// The name under which it was found, and what it holds, if that is anything.
fn variable(name: &str) -> Result<Option<(String, String)>, Failure> {
    for name in [name.to_owned(), name.to_ascii_uppercase()] {
        if let Some(value) = config::variable(&name)? {
            return Ok(Some((name, value)));
        }
    }
    Ok(None)
}

/// Whether a list such as `example.com,.example.org` names the host or a domain that it is in.
fn is_listed(host: &str, list: &str) -> bool {
    list.split(',').map(str::trim).any(|entry| {
        let domain = entry.trim_start_matches("*.").trim_start_matches('.');
        entry == "*"
            || (!domain.is_empty()
                && host
                    .strip_suffix(domain)
                    .is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
    })
}

#[cfg(test)]
mod tests {
    use super::is_listed;

    #[test]
    fn a_host_is_listed_by_its_name_or_a_domain_that_it_is_in() {
        let host = "management.azure.com";
        for list in [
            "*",
            host,
            "azure.com",
            ".azure.com",
            "*.azure.com",
            "a.example, azure.com",
        ] {
            assert!(is_listed(host, list), "{list}");
        }
        for list in [
            "",
            ",",
            ".",
            "zure.com",
            "management.azure",
            "x.management.azure.com",
        ] {
            assert!(!is_listed(host, list), "{list}");
        }
    }
}
