//! The options for sending, the same for both services.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use url::Url;

use crate::clock::Clock;
use crate::clock::SystemClock;
use crate::option_setters::option_setters;
#[cfg(feature = "__client")]
use crate::pipeline::in_process::InProcessServer;
use crate::pipeline::retry_policy::RetryPolicy;

/// How requests are sent: time limits, retries, limits of what a service may send and ask for, a
/// proxy, and the clock.
///
/// ```
/// use std::time::Duration;
/// use billing_core::SendOptions;
///
/// let options = SendOptions::default()
///     .with_timeout(Duration::from_secs(60))
///     .with_connect_timeout(Duration::from_secs(5))
///     .with_read_timeout(Duration::from_secs(30))
///     .with_read_back(Duration::from_secs(60))
///     .with_max_body(1024 * 1024)
///     .with_proxy("http://proxy.example:8080".parse()?);
/// # drop(options);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct SendOptions {
    pub(crate) timeout: Duration,
    pub(crate) connect_timeout: Duration,
    pub(crate) read_timeout: Duration,
    pub(crate) retry: RetryPolicy,
    pub(crate) read_back: Duration,
    pub(crate) max_body: usize,
    pub(crate) max_shared_pause: Duration,
    pub(crate) proxy: Option<Url>,
    pub(crate) clock: Arc<dyn Clock>,
    #[cfg(feature = "__client")]
    pub(crate) server: Option<Arc<dyn InProcessServer>>,
}

impl SendOptions {
    /// Sets a server in this process that gets the requests instead of the endpoint.
    #[cfg(feature = "__client")]
    #[doc(hidden)]
    #[must_use]
    pub fn with_in_process_server(mut self, server: Arc<dyn InProcessServer>) -> Self {
        self.server = Some(server);
        self
    }

    /// Sets the proxy for an `https` endpoint, such as `http://proxy.example:8080`; none by
    /// default. The library does not read the environment.
    ///
    /// The proxy forwards encrypted bytes and never sees the token. Plain `http`, which only
    /// loopback may be, does not use it. The URL starts with `http` or `https`, and may have a user
    /// name and a password; a client refuses others, such as `socks5`, when it is created.
    #[must_use]
    pub fn with_proxy(mut self, proxy: Url) -> Self {
        self.proxy = Some(proxy);
        self
    }
}

option_setters! { SendOptions {
    /// Sets the time for one attempt, from connecting to the response's last byte, and before that
    /// for its token; 3 minutes by default. [`RetryPolicy::with_total_time`] limits all attempts
    /// together.
    with_timeout(timeout: Duration);

    /// Sets the time for connecting; 10 seconds by default.
    with_connect_timeout(connect_timeout: Duration);

    /// Sets the time between two pieces of a response, the wait for the first one included; 90
    /// seconds by default, since Azure Resource Manager itself waits 60 for its resource providers
    /// ("Common API details").
    with_read_timeout(read_timeout: Duration);

    /// Sets when and how often a request is retried.
    with_retry(retry: RetryPolicy);

    /// Sets how long a resource is read back after a write whose outcome is unknown, to see whether
    /// it shows the change; 2 minutes by default, zero for not at all. Only for Resource Manager: a
    /// request to Partner Center can be sent again under its id.
    ///
    /// The first read comes after a second, and the intervals double up to 30 seconds. A resource
    /// that does not show the change yet after its operation has succeeded gets the same time.
    with_read_back(read_back: Duration);

    /// Sets the largest response that is read, in bytes; 8 MiB by default, the most that Azure
    /// Resource Manager sends ("Common API details"). Of an error response, at most 256 KiB are
    /// read.
    with_max_body(max_body: usize);

    /// Sets the longest pause that one 429 sets for the other requests of its
    /// [scope](crate::ThrottleScope), whatever the service asks for; 10 minutes by default, the
    /// longest that Azure Resource Manager allows itself ("Asynchronous API reference").
    ///
    /// [`RetryPolicy::with_max_retry_after`] limits the pause of the throttled request itself.
    with_max_shared_pause(max_shared_pause: Duration);

    /// Sets the clock that dates are compared with and pauses are measured by.
    with_clock(clock: Arc<dyn Clock>);
} }

impl Default for SendOptions {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(180),
            connect_timeout: Duration::from_secs(10),
            read_timeout: Duration::from_secs(90),
            retry: RetryPolicy::default(),
            read_back: Duration::from_secs(120),
            max_body: 8 * 1024 * 1024,
            max_shared_pause: Duration::from_secs(600),
            proxy: None,
            clock: Arc::new(SystemClock::new()),
            #[cfg(feature = "__client")]
            server: None,
        }
    }
}

// A proxy's URL may hold a password.
impl fmt::Debug for SendOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let proxy = self
            .proxy
            .as_ref()
            .map(|url| url.origin().ascii_serialization());
        f.debug_struct("SendOptions")
            .field("timeout", &self.timeout)
            .field("connect_timeout", &self.connect_timeout)
            .field("read_timeout", &self.read_timeout)
            .field("retry", &self.retry)
            .field("read_back", &self.read_back)
            .field("max_body", &self.max_body)
            .field("max_shared_pause", &self.max_shared_pause)
            .field("proxy", &proxy)
            .field("clock", &self.clock)
            .finish_non_exhaustive()
    }
}
