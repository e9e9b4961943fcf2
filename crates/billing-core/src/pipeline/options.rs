//! How to send, alike for both services.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use url::Url;

use crate::clock::Clock;
use crate::clock::SystemClock;
use crate::pipeline::retry_policy::RetryPolicy;

/// How requests are sent: time limits, retries, limits of what a service may send and ask for, a
/// proxy, and the clock.
///
/// ```
/// use std::time::Duration;
/// use billing_core::SendOptions;
///
/// let options = SendOptions::default().with_timeout(Duration::from_secs(30));
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
}

impl SendOptions {
    /// The time for one request from connecting to the answer's last byte, and before that for its token;
    /// 3 minutes by default. How long all the attempts may take is said by
    /// [`RetryPolicy::with_total_time`].
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The time for connecting; 10 seconds by default.
    #[must_use]
    pub fn with_connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// The time between two pieces of an answer, the wait for its first included; 90 seconds by default,
    /// since Azure Resource Manager itself waits 60 for what stands behind it ("Common API details").
    #[must_use]
    pub fn with_read_timeout(mut self, timeout: Duration) -> Self {
        self.read_timeout = timeout;
        self
    }

    /// When and how often a request is sent again.
    #[must_use]
    pub fn with_retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// How long a resource is read back after a write whose outcome is unknown, to see whether it shows
    /// the change; 2 minutes by default, and zero for not at all. Only for Resource Manager: a request to
    /// Partner Center can be sent again under its id.
    ///
    /// The first look comes after a second, and the intervals double up to 30 seconds. The same time is
    /// given to a resource that does not show the change yet after its operation has succeeded.
    #[must_use]
    pub fn with_read_back(mut self, time: Duration) -> Self {
        self.read_back = time;
        self
    }

    /// The largest answer that is read, in bytes; 8 MiB by default, the most that Azure Resource
    /// Manager sends ("Common API details"). Of an error response, 256 KiB at most are read, and
    /// the rest is left.
    #[must_use]
    pub fn with_max_body(mut self, bytes: usize) -> Self {
        self.max_body = bytes;
        self
    }

    /// The longest pause that one 429 sets for the other requests of its
    /// [scope](crate::ThrottleScope), whatever the service asks for; 10 minutes by default, the
    /// longest that Azure Resource Manager allows itself ("Asynchronous API reference").
    ///
    /// How long the throttled request itself may pause is said by
    /// [`RetryPolicy::with_max_retry_after`].
    #[must_use]
    pub fn with_max_shared_pause(mut self, longest: Duration) -> Self {
        self.max_shared_pause = longest;
        self
    }

    /// The proxy that leads to an `https` endpoint, such as `http://proxy.example:8080`; none by
    /// default, whatever the environment says, since a library does not read it.
    ///
    /// The proxy passes on encrypted bytes and never sees the token. Plain `http`, which only loopback
    /// may be, goes without it.
    #[must_use]
    pub fn with_proxy(mut self, proxy: Url) -> Self {
        self.proxy = Some(proxy);
        self
    }

    /// The clock by which dates are read and polls are paced.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }
}

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
            .finish()
    }
}
