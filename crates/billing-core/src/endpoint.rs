//! The address of a service, and the origins that receive a credential's token.

use std::fmt;
use std::str::FromStr;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use url::{Host, Origin, Url};

use crate::error::Error;
use crate::error::kind::ErrorKind;

/// The base URL of a service: `https`, or plain `http` on loopback. A path in it, such as a
/// gateway's, is kept.
///
/// It ends before the part of the path that the clients add: an endpoint that ends in a version
/// such as `/v1`, or has a segment such as `subscriptions`, `providers` or `customers`, is refused,
/// and so is one with a query or a user name. The error names the endpoint to use.
///
/// ```
/// use billing_core::Endpoint;
///
/// let endpoint: Endpoint = "https://management.azure.com".parse()?;
/// let url = endpoint.join(["billingAccounts", "a:b/c"])?;
/// assert_eq!(url.as_str(), "https://management.azure.com/billingAccounts/a%3Ab%2Fc");
/// # Ok::<(), billing_core::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint {
    base: Url,
    /// The origins that are trusted beside the base's own.
    trusted: Vec<Origin>,
}

/// All characters except the unreserved ones of RFC 3986, section 2.3, which need no encoding
/// anywhere.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

impl Endpoint {
    /// Trusts another origin, which the service's links may lead to and **the credential's token is
    /// sent to**: for a cloud whose Resource Manager sends the result of an update, or the next
    /// page, from a regional host. Neither its subdomains nor its other ports are trusted.
    ///
    /// Requests that change something are sent to the endpoint itself, whatever is trusted.
    ///
    /// ```
    /// use billing_core::Endpoint;
    ///
    /// let endpoint = "https://management.azure.com".parse::<Endpoint>()?
    ///     .with_trusted_origin("https://westeurope.management.azure.com")?;
    /// # Ok::<(), billing_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Invalid input for a text that is not an origin such as `https://host.example`: plain `http`
    /// (accepted on loopback beside an endpoint that is plain too), a path, a query, a user name, a
    /// `*`. Nothing was sent.
    pub fn with_trusted_origin(mut self, origin: &str) -> Result<Self, Error> {
        let refuse = |why: &str| Error::invalid_input(format!("the trusted origin {why}"));
        let url = Url::parse(origin).map_err(|source| {
            refuse("is not one such as https://host.example").with_source(source)
        })?;
        if has_user(&url) || url.path() != "/" || url.query().is_some() || url.fragment().is_some()
        {
            return Err(refuse("must be scheme, host and port alone"));
        }
        if url.host_str().is_some_and(|host| host.contains('*')) {
            return Err(refuse("must be one host: name each, there is no pattern"));
        }
        if url.scheme() != self.base.scheme() || (self.is_plain() && !is_loopback(&url)) {
            return Err(refuse(
                "must be https (plain http is accepted on loopback, beside an endpoint on loopback)",
            ));
        }
        self.trusted.push(url.origin());
        Ok(self)
    }

    /// Returns the endpoint's URL with these segments added to its path, each percent-encoded.
    ///
    /// # Errors
    /// Invalid input for a segment that a URL cannot have: an empty one, `.` and `..`, which every
    /// URL parser removes. Nothing was sent.
    pub fn join<'a>(&self, segments: impl IntoIterator<Item = &'a str>) -> Result<Url, Error> {
        let mut path = String::with_capacity(256);
        path.push_str(self.base.path().trim_end_matches('/'));
        for segment in segments {
            require_segment("id", segment)?;
            path.push('/');
            path.extend(utf8_percent_encode(segment, RESERVED));
        }
        // Scheme, host and port are parsed already.
        let mut url = self.base.clone();
        url.set_path(&path);
        Ok(url)
    }

    /// Returns the URL of `link`, relative to `from` or absolute, if it is on this endpoint's
    /// origin or on a [trusted](Self::with_trusted_origin) one.
    ///
    /// The link's own path and query are kept unchanged; a fragment, which is never sent, is
    /// removed.
    ///
    /// # Errors
    /// A foreign-origin error for another scheme, host or port, and for a link that has a user
    /// name, is not a URL, or is longer than 32 KiB. Nothing was sent there.
    pub fn resolve(&self, from: &Url, link: &str) -> Result<Url, Error> {
        /// No server accepts a longer link; a poll token stores it, and each page's request sends
        /// it.
        const LONGEST: usize = 32 * 1024;
        let refuse = |what: &str| {
            let message = format!("the service sent a link {what}; it was not followed");
            Error::new(ErrorKind::ForeignOrigin, message)
        };
        if link.len() > LONGEST {
            return Err(refuse(&format!("of more than {LONGEST} bytes")));
        }
        let mut url = from
            .join(link)
            .map_err(|source| refuse("that is not a URL").with_source(source))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(refuse("that is neither http nor https"));
        }
        if !self.trusts(&url) {
            let origin = url.origin().ascii_serialization();
            return Err(refuse(&format!(
                "to {origin}, which is not {}",
                self.origin()
            )));
        }
        if has_user(&url) {
            return Err(refuse("that carries a user name or password"));
        }
        url.set_fragment(None);
        Ok(url)
    }

    /// Returns whether `url` has this endpoint's scheme, host and port.
    pub fn same_origin(&self, url: &Url) -> bool {
        self.base.scheme() == url.scheme()
            && self.base.host() == url.host()
            && self.base.port_or_known_default() == url.port_or_known_default()
    }

    /// Returns whether the credential's token may be sent to `url`.
    pub(crate) fn trusts(&self, url: &Url) -> bool {
        // The schemes are compared because a `blob:` URL has the origin of the URL inside it.
        let is_trusted = self.base.scheme() == url.scheme() && self.trusted.contains(&url.origin());
        self.same_origin(url) || is_trusted
    }

    /// Returns scheme, host and port, such as `https://management.azure.com`.
    pub fn origin(&self) -> String {
        self.base.origin().ascii_serialization()
    }

    /// Returns whether the endpoint is plain `http`, which only loopback may be.
    pub(crate) fn is_plain(&self) -> bool {
        self.base.scheme() == "http"
    }
}

impl FromStr for Endpoint {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let refuse = |why: &str| Error::invalid_input(format!("the endpoint {why}"));
        let base = Url::parse(text).map_err(|source| {
            refuse("is not a URL such as https://management.azure.com").with_source(source)
        })?;
        // Without the refused part, which may be a secret.
        let corrected = |path: &str| format!("use {}{path}", base.origin().ascii_serialization());
        if has_user(&base) {
            let corrected = corrected("");
            return Err(refuse(&format!(
                "must not carry a user name or password: {corrected}"
            )));
        }
        let kept = path_of_service(&base);
        if base.query().is_some() || base.fragment().is_some() {
            let corrected = corrected(&kept.unwrap_or_else(|| path_of(&base)));
            return Err(refuse(&format!(
                "must not carry a query or fragment: {corrected}"
            )));
        }
        if let Some(kept) = kept {
            let corrected = corrected(&kept);
            return Err(refuse(&format!(
                "must end before the path of the service, such as `/v1` or `/subscriptions`, which \
                 the client adds: {corrected}"
            )));
        }
        let endpoint = |base| Self {
            base,
            trusted: Vec::new(),
        };
        match base.scheme() {
            "https" => Ok(endpoint(base)),
            "http" if is_loopback(&base) => Ok(endpoint(base)),
            "http" => Err(refuse(
                "must be https: plain http is accepted for loopback only",
            )),
            _ => Err(refuse("must start with https://")),
        }
    }
}

/// Refuses a `segment` that a URL's path cannot have: an empty one, and `.` and `..`, which every
/// URL parser removes. For the client crates, before [`Endpoint::join`].
///
/// # Errors
/// Invalid input that names the id as `what`. Nothing was sent.
pub fn require_segment(what: &str, segment: &str) -> Result<(), Error> {
    match segment {
        "" => Err(Error::invalid_input(format!("the {what} is empty"))),
        "." | ".." => Err(Error::invalid_input(format!(
            "the {what} is `{segment}`, which cannot be part of a URL's path"
        ))),
        _ => Ok(()),
    }
}

/// Returns the path before the part that the clients add themselves, if it has such a part: a
/// version at its end, or a segment of the services' own paths.
fn path_of_service(url: &Url) -> Option<String> {
    const OURS: [&str; 6] = [
        "subscriptions",
        "providers",
        "billingaccounts",
        "customers",
        "profiles",
        ".default",
    ];
    let path = path_of(url);
    let decoded = percent_decode_str(&path).decode_utf8_lossy();
    let lower = decoded.to_ascii_lowercase();
    let segments: Vec<_> = lower.split('/').collect();
    let is_version = |segment: &str| {
        let number = segment.strip_prefix('v').unwrap_or_default();
        let is_number = |letter: char| letter.is_ascii_digit() || letter == '.';
        number.starts_with(|letter: char| letter.is_ascii_digit()) && number.chars().all(is_number)
    };
    let at = segments.iter().position(|segment| OURS.contains(segment));
    let at = at.unwrap_or(segments.len());
    // A version elsewhere may be a gateway's own path.
    let before = at.saturating_sub(1);
    let has_version = segments
        .get(before)
        .is_some_and(|segment| is_version(segment));
    let end = if has_version { before } else { at };
    (end < segments.len()).then(|| {
        let segments: Vec<_> = path.split('/').take(end).collect();
        segments.join("/")
    })
}

/// Returns the path without the slashes at its end.
fn path_of(url: &Url) -> String {
    url.path().trim_end_matches('/').to_owned()
}

pub(crate) fn has_user(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some()
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.base.as_str())
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Endpoint({})", self.base)
    }
}
