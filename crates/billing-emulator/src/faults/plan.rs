//! What the services do wrong on purpose, by a plan.

use serde::{Deserialize, Serialize};

use crate::faults::fault::Fault;

/// Which requests meet which fault.
///
/// Written in Rust, in TOML (`billing emulator --faults FILE`) or in JSON (the control API's
/// `/api/faults`): the same members everywhere, and [`Fault`] has a method for each. A list of
/// faults is `[[fault]]` in TOML and `faults` in JSON; each is known in both.
///
/// ```
/// use billing_emulator::{Fault, FaultPlan, Service};
///
/// // The first update is done, and its answer is lost; each poll is told to wait.
/// let read: FaultPlan = r#"
///     [[fault]]
///     name = "lost answer"
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
/// let lost = Fault::new().name("lost answer").service(Service::Partner).method("PUT").nth(1);
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
/// A request fits a fault by its `service`, `method` and `path`; `nth`, `times` and `probability`
/// then choose among those that fit. Of several faults that would hit one request, the first in the
/// plan does.
///
/// | key | is | example |
/// |---|---|---|
/// | `service` | `"partner"`, `"arm"` or `"authority"`, which gives tokens; either of the first two without it | `service = "arm"` |
/// | `method` | the method, in any case; any without it | `method = "PATCH"` |
/// | `path` | a part of the path with its query, as it is sent; any without it | `path = "/profiles/billing"` |
/// | `name` | what the log calls it, unlike any other; `"fault 2"` by its number without it | `name = "lost answer"` |
/// | `enabled` | whether it can hit at all, `true` without it; what is off does not count either | `enabled = false` |
/// | `nth` | the first that it hits, of those that fit, from 1; each without it | `nth = 3` |
/// | `times` | how many of them it hits, from the `nth` or the first; without it 1 with `nth`, else all | `times = 2` |
/// | `probability` | how likely each of these is hit, from 0 to 1; 1 without it | `probability = 0.05` |
///
/// `seed` stands before the faults and decides what is probable; without it the emulator's own does
/// ([`Emulator::seed`](crate::Emulator::seed)), and `GET /api/faults` shows which one it was.
/// Whether a fault hits depends on the seed, on its place in the plan and on how many requests have
/// fitted it, so the same requests meet the same faults, whatever is asked elsewhere at the same
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
/// At least one of these. Without `status`, `reset` and `garbage` the service does what it was
/// asked and gives the right answer, to which the rest happens.
///
/// | key | is | example |
/// |---|---|---|
/// | `status` | another answer, with this status from 200 to 999 | `status = 503` |
/// | `headers` | the headers of that answer; none but `Date` without it | `headers = { Retry-After = "5" }` |
/// | `body` | the text of that answer, if its status is not 204 or 304; empty without it | `body = '{"error":{"code":"ServerBusy"}}'` |
/// | `reset` | no answer: the connection is reset | `reset = true` |
/// | `garbage` | no answer but bytes that are no HTTP: so many from the seed (1 to 1,048,576), or this text | `garbage = 64` or `garbage = "SSH-2.0-server"` |
/// | `committed` | with `status`, `reset` or `garbage`: the service does what it was asked before; `false` without it | `committed = true` |
/// | `truncate` | the answer says how long it is, and ends after this many bytes of its body | `truncate = 20` |
/// | `content_length` | the answer says that its body is so many bytes long | `content_length = 9000` |
/// | `location` | the origin to which `Location`, `Azure-AsyncOperation`, `nextLink` and `links.next` lead in the right answer, if it has them | `location = "http://127.0.0.1:9"` |
/// | `operation` | how the long-running update ends that the request begins: `"failed"` or `"canceled"`, when it would have been done; `"never"`; or the names of the statuses that its polls find in turn, 100 at most | `operation = "failed"` or `operation = ["Running", "Updating", "Succeeded"]` |
/// | `delay_ms` | the answer comes this many milliseconds late | `delay_ms = 1500` |
/// | `clock_advance_s` | the emulator's clock moves forward by so many seconds, before the request is looked at | `clock_advance_s = 3600` |
/// | `clock_set` | the emulator's clock is set to this time of RFC 3339, before the request is looked at | `clock_set = "2026-01-31T08:30:00Z"` |
///
/// Of `reset`, `garbage`, `truncate` and `content_length` there is at most one; the connection
/// closes after each.
///
/// A delay goes by the emulator's clock. On one that stands
/// ([`EmulatorBuilder::clock_at`](crate::EmulatorBuilder::clock_at)) the answer comes when the clock is moved past
/// it, so that no test has to wait; a shutdown ends every delay. What was asked is done at once,
/// and others are answered meanwhile.
///
/// Of the names in `operation`, `Succeeded`, `Failed` and `Canceled` end it, in any case, and the
/// update is written with the first of these only; every other name means that it is running. When
/// the last is none of the three, it never ends. The names are shown by
/// [`LocationStyle::AsyncOperation`](crate::LocationStyle::AsyncOperation); the polls of a
/// `Location` find 202 while it runs, the profile when it is done, and else a 409 with an error. An
/// update that would be written at once ([`polls_until_done`](crate::EmulatorBuilder::polls_until_done) of
/// 0) takes one poll.
///
/// # Further examples
///
/// ```
/// # use billing_emulator::FaultPlan;
/// let plan: FaultPlan = r#"
///     ## The third of the lists and the four after it end in the middle.
///     [[fault]]
///     method = "GET"
///     path = "/customers?"
///     nth = 3
///     times = 5
///     truncate = 40
///
///     ## An hour has passed when the second request comes.
///     [[fault]]
///     service = "arm"
///     nth = 2
///     clock_advance_s = 3600
///
///     ## Accepted, which is said late, and then it fails.
///     [[fault]]
///     name = "bad luck"
///     method = "PATCH"
///     operation = "failed"
///     delay_ms = 250
///
///     ## To be switched on through the control API.
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
    /// A plan of no fault.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets what decides about the probable; the emulator's own seed at first.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Adds a fault, after those that are there.
    ///
    /// What contradicts itself is refused when the emulator starts.
    #[must_use]
    pub fn fault(mut self, fault: Fault) -> Self {
        self.faults.push(fault);
        self
    }
}
