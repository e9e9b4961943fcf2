//! Fault plans, as they are written in Rust, TOML and JSON.

use serde::{Deserialize, Serialize};

use crate::faults::fault::Fault;

/// A plan of the faults that requests meet.
///
/// A plan is written in Rust, in TOML (`billing emulator --faults FILE`) or in JSON (the control
/// API's `/api/faults`), with the same members everywhere; [`Fault`] has a method for each. The
/// list of faults is `[[fault]]` in TOML and `faults` in JSON; either name is accepted in both.
///
/// ```
/// use billing_emulator::{Fault, FaultPlan, Service};
///
/// // The first update is done, and its response is lost; every poll is throttled.
/// let read: FaultPlan = r#"
///     [[fault]]
///     name = "lost response"
///     service = "partner"
///     method = "PUT"
///     nth = 1
///     committed = true
///     reset = true
///
///     [[fault]]
///     service = "arm"
///     path = "/operationResults/"
///     status = 429
///     headers = { Retry-After = "5" }
/// "#
/// .parse()?;
///
/// let lost = Fault::new().name("lost response").service(Service::Partner).method("PUT").nth(1);
/// let busy = Fault::new().service(Service::Arm).path("/operationResults/");
/// let built = FaultPlan::new()
///     .fault(lost.committed().reset())
///     .fault(busy.status(429).header("Retry-After", "5"));
/// assert_eq!(read, built);
/// # Ok::<(), billing_emulator::Error>(())
/// ```
///
/// # Which requests
///
/// A request matches a fault by its `service`, `method` and `path`; `nth`, `times` and
/// `probability` choose among the matching requests. If several faults would hit a request, the
/// first in the plan does.
///
/// | key | value | example |
/// |---|---|---|
/// | `service` | `"partner"`, `"arm"` or `"authority"`; by default either of the first two | `service = "arm"` |
/// | `method` | the method, in any case; by default any | `method = "PATCH"` |
/// | `path` | a part of the path with its query, as it is sent; by default any | `path = "/profiles/billing"` |
/// | `name` | a unique name for the request log; by default `"fault 2"` by its number | `name = "lost response"` |
/// | `enabled` | whether the fault can hit, and counts requests; by default `true` | `enabled = false` |
/// | `nth` | the first matching request that is hit, from 1; by default each | `nth = 3` |
/// | `times` | the number of matching requests that are hit, from the `nth` or the first; by default 1 with `nth`, else all | `times = 2` |
/// | `per_resource` | whether the requests of each path are counted apart, so that each resource has an `nth` of its own; the query does not count, and after 100,000 paths no other is hit | `per_resource = true` |
/// | `probability` | the probability with which each of these is hit, from 0 to 1; by default 1 | `probability = 0.05` |
///
/// `seed` stands before the faults and decides with `probability`; by default it is the emulator's
/// own ([`Emulator::seed`](crate::Emulator::seed)), and `GET /api/faults` shows it. Whether a fault
/// hits depends on the seed, on its position in the plan and on the number of requests that matched
/// it. So the same requests meet the same faults, whatever other requests are sent at the same
/// time.
///
/// ```
/// # use billing_emulator::FaultPlan;
/// let plan: FaultPlan = r#"
///     seed = 42
///
///     [[fault]]
///     path = "/customers/"
///     probability = 0.1
///     status = 500
/// "#
/// .parse()?;
/// # Ok::<(), billing_emulator::Error>(())
/// ```
///
/// # What goes wrong
///
/// A fault has at least one of these members. Without `status`, `locked`, `reset` and `garbage` the
/// service handles the request, and the other members apply to its response.
///
/// | key | value | example |
/// |---|---|---|
/// | `status` | the status of another response, from 200 to 999 | `status = 503` |
/// | `headers` | the headers of that response; by default only `Date` | `headers = { Retry-After = "5" }` |
/// | `body` | the text of that response, unless its status is 204 or 304; by default empty | `body = '{"error":{"code":"ServerBusy"}}'` |
/// | `reset` | no response: the connection is reset | `reset = true` |
/// | `garbage` | no response but bytes that are not HTTP: so many from the seed (1 to 1,048,576), or this text | `garbage = 64` or `garbage = "SSH-2.0-server"` |
/// | `committed` | with `status`, `locked`, `reset` or `garbage`: whether the service handles the request first; by default `false` | `committed = true` |
/// | `locked` | 429 with the code `RetryableErrorDueToAnotherOperation`, as for a resource that another operation has locked; needs `service = "arm"` and may have `headers` | `locked = true` |
/// | `duplicate` | the service handles the request twice, and the second response is sent | `duplicate = true` |
/// | `truncate` | the number of bytes after which the body ends, although the length is that of all of it | `truncate = 20` |
/// | `content_length` | the `Content-Length` of the response | `content_length = 9000` |
/// | `location` | the origin to which `Location`, `Azure-AsyncOperation`, `nextLink` and `links.next` in the service's response are rewritten | `location = "http://127.0.0.1:9"` |
/// | `operation` | how the long-running update ends that the request begins: `"failed"` or `"canceled"`, when it would have succeeded; `"never"`; or the statuses that its polls find in turn, at most 100 | `operation = "failed"` or `operation = ["Running", "Updating", "Succeeded"]` |
/// | `operation_time_s` | the seconds of the emulator's clock after which the long-running update ends that the request begins; polls do not end it earlier | `operation_time_s = 900` |
/// | `delay_ms` | the delay of the response in milliseconds | `delay_ms = 1500` |
/// | `clock_advance_s` | how far the emulator's clock is advanced, in seconds, before the request is handled | `clock_advance_s = 3600` |
/// | `clock_set` | the time of RFC 3339 to which the emulator's clock is set before the request is handled | `clock_set = "2026-01-31T08:30:00Z"` |
///
/// At most one of `reset`, `garbage`, `truncate` and `content_length` is allowed; each closes the
/// connection.
///
/// A delay is measured by the emulator's clock. On a standing clock
/// ([`EmulatorBuilder::clock_at`](crate::EmulatorBuilder::clock_at)) the response comes when the
/// clock is moved past it, so that no test has to wait; a shutdown ends every delay. The service
/// handles the request at once, and other requests get their responses meanwhile.
///
/// The statuses `Succeeded`, `Failed` and `Canceled` end an operation, in any case, and the update
/// is written only with the first. Every other status means that it is running; if the last
/// status is another one, the operation never ends. The statuses are shown by
/// [`LocationStyle::AsyncOperation`](crate::LocationStyle::AsyncOperation); polls of a `Location`
/// find a 202 while the operation runs, then the profile, or a 409 with an error. An update that
/// would be written at once ([`polls_until_done`](crate::EmulatorOptions::polls_until_done) of 0)
/// takes one poll.
///
/// An update that ends late is merged into the document that is stored then, over the writes that
/// came in the meantime. It ends whether its 202 arrived or not, also with `committed` and `reset`.
///
/// # Further examples
///
/// ```
/// # use billing_emulator::FaultPlan;
/// let plan: FaultPlan = r#"
///     ## The third to the seventh list end in the middle.
///     [[fault]]
///     method = "GET"
///     path = "/customers?"
///     nth = 3
///     times = 5
///     truncate = 40
///
///     ## An hour passes before the second request.
///     [[fault]]
///     service = "arm"
///     nth = 2
///     clock_advance_s = 3600
///
///     ## The update is accepted late, and then fails.
///     [[fault]]
///     name = "bad luck"
///     method = "PATCH"
///     operation = "failed"
///     delay_ms = 250
///
///     ## The first update of each profile is lost, and takes effect after five minutes.
///     [[fault]]
///     method = "PATCH"
///     per_resource = true
///     nth = 1
///     operation_time_s = 300
///     committed = true
///     reset = true
///
///     ## Switched on later through the control API.
///     [[fault]]
///     name = "stranger"
///     enabled = false
///     location = "https://stranger.example.com"
/// "#
/// .parse()?;
/// # Ok::<(), billing_emulator::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a plan with its faults")]
pub struct FaultPlan {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) seed: Option<u64>,
    #[serde(default, alias = "fault")]
    pub(super) faults: Vec<Fault>,
}

impl FaultPlan {
    /// Creates a plan without faults.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the seed that decides with a fault's probability; by default the emulator's.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Adds a fault after the others.
    ///
    /// A fault that contradicts itself is refused when the emulator starts.
    #[must_use]
    pub fn fault(mut self, fault: Fault) -> Self {
        self.faults.push(fault);
        self
    }
}
