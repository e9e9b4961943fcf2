//! The options of a run.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use billing_core::{BoxFuture, Clock, RequestId, SystemClock};

use crate::hold::Hold;
use crate::pacing::Rate;
use crate::run::admission::Limits;
use crate::window::Window;

pub use crate::gate::MAX_CONCURRENCY;

/// A source of request ids.
pub type RequestIds = Arc<dyn Fn() -> RequestId + Send + Sync>;

/// A function that `reconcile` calls before it sends writes once more: it gets their number, and
/// returns whether they are sent.
pub type AskResend = Arc<dyn Fn(u64) -> BoxFuture<'static, bool> + Send + Sync>;

/// A function that a run calls when it has a [`Hold`] that ends only by a decision: it returns
/// whether the run continues.
pub type AskContinue = Arc<dyn Fn(Hold) -> BoxFuture<'static, bool> + Send + Sync>;

/// What `reconcile` does about a write that did not take effect: the profile still has its values
/// from before, and the last attempt is older than the settling time.
#[derive(Clone, Default)]
pub enum Resend {
    /// Leave the profile `unknown`.
    #[default]
    Never,
    /// Send the write once more, as a recorded further attempt.
    Always,
    /// Ask once, for all such profiles together.
    Ask(AskResend),
}

impl fmt::Debug for Resend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Never => "Never",
            Self::Always => "Always",
            Self::Ask(_) => "Ask",
        })
    }
}

/// The options of a run.
///
/// ```
/// use std::time::Duration;
///
/// use billing_bulk::RunOptions;
///
/// let options = RunOptions::default()
///     .with_concurrency(8)
///     .with_rebase(true)
///     .with_replay_window(Duration::from_secs(600));
/// # drop(options);
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct RunOptions {
    pub(crate) concurrency: Option<usize>,
    pub(crate) rate: Rate,
    pub(crate) rebase: bool,
    pub(crate) replay_window: Duration,
    pub(crate) read_back: Duration,
    pub(crate) settle: Duration,
    pub(crate) resend: Resend,
    pub(crate) poll_time: Duration,
    pub(crate) ask: Option<AskContinue>,
    pub(crate) checks_sign_in: bool,
    pub(crate) fails_forbidden: bool,
    pub(crate) limits: Limits,
    pub(crate) control: Option<Duration>,
    pub(crate) window: Option<Window>,
    pub(crate) max_repeated_failures: Option<u64>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) request_ids: RequestIds,
}

impl RunOptions {
    /// Sets how many profiles are worked on at once, 1 to [`MAX_CONCURRENCY`]. By default it
    /// follows the response times and the rate limits.
    #[must_use]
    pub fn with_concurrency(mut self, concurrency: usize) -> Self {
        self.concurrency = Some(concurrency.clamp(1, MAX_CONCURRENCY));
        self
    }

    /// Sets how fast requests are sent; as fast as the services allow by default.
    #[must_use]
    pub fn with_rate(mut self, rate: Rate) -> Self {
        self.rate = rate;
        self
    }

    /// Sets whether a profile that was changed after it was planned is written all the same, if
    /// the members of the plan were not changed; not by default. A row that is in conflict already
    /// stays so: a further plan replaces it.
    #[must_use]
    pub fn with_rebase(mut self, rebase: bool) -> Self {
        self.rebase = rebase;
        self
    }

    /// Sets for how long after its first attempt a write of unknown outcome is sent again under its
    /// request id; 1 hour by default. Only Partner Center takes that for the same write, and it
    /// documents no time.
    #[must_use]
    pub fn with_replay_window(mut self, window: Duration) -> Self {
        self.replay_window = window;
        self
    }

    /// Sets how long a profile is read back after a write of unknown outcome, and after a success
    /// that does not show the planned values yet; 2 minutes by default. It is read once at least.
    #[must_use]
    pub fn with_read_back(mut self, time: Duration) -> Self {
        self.read_back = time;
        self
    }

    /// Sets how old the last attempt must be before `reconcile` takes it for lost; 15 minutes by
    /// default. Exactly-once holds if no accepted operation runs longer.
    #[must_use]
    pub fn with_settle(mut self, time: Duration) -> Self {
        self.settle = time;
        self
    }

    /// Sets what `reconcile` does about a write that did not take effect; nothing by default.
    #[must_use]
    pub fn with_resend(mut self, resend: Resend) -> Self {
        self.resend = resend;
        self
    }

    /// Sets how long one run polls an accepted write; 1 hour by default. Then the profile stays
    /// `accepted`, and the next run polls it again.
    #[must_use]
    pub fn with_poll_time(mut self, time: Duration) -> Self {
        self.poll_time = time;
        self
    }

    /// Sets what the run asks when it has a [`Hold`] that ends only by a decision. The run polls
    /// accepted writes until then, and stops if it is not to continue. By default it stops at once.
    /// In both cases it can be resumed.
    #[must_use]
    pub fn with_ask(mut self, ask: AskContinue) -> Self {
        self.ask = Some(ask);
        self
    }

    /// Sets how many profiles of the plan may fail: `apply` stops when more are `failed` or
    /// `unknown`, those of earlier starts included. A conflict is not a failure.
    ///
    /// This and the other limits are about the plan that is applied: a row of it that a further
    /// plan has replaced does not count any more, and rows of other plans that are `planned` do not
    /// begin.
    ///
    /// There are never more than one failure above this number, whatever the concurrency: a write
    /// is sent only if the run would stand the failure of all writes whose outcome is not known.
    #[must_use]
    pub fn with_max_failures(mut self, failures: u64) -> Self {
        self.limits.max_failures = Some(failures);
        self
    }

    /// Sets after how many written profiles of the plan `apply` stops, those of earlier starts
    /// included; never by default. A profile counts once, whatever became of it.
    #[must_use]
    pub fn with_first(mut self, profiles: u64) -> Self {
        self.limits.first = Some(profiles);
        self
    }

    /// Sets the sizes of waves, as numbers of profiles that are settled when each wave has ended;
    /// after the last one, the others follow as one more wave. Before each wave except the first,
    /// `apply` has the hold [`Hold::Wave`].
    ///
    /// Approvals are in the journal, as the number of profiles that were settled then, so that they
    /// also hold with other sizes. If a run stopped at the end of a wave because it has no one to
    /// [ask](Self::with_ask), and its summary was read, the next start approves the next wave.
    #[must_use]
    pub fn with_waves(mut self, ends: impl IntoIterator<Item = u64>) -> Self {
        self.limits.waves = ends.into_iter().collect();
        self.limits.waves.sort_unstable();
        self.limits.waves.dedup();
        self
    }

    /// Sets how many failures in a row with the same code hold `apply`; 3 by default, `None` for
    /// never. After the decision to continue, this code does not hold the run again.
    #[must_use]
    pub fn with_max_repeated_failures(mut self, failures: Option<u64>) -> Self {
        self.max_repeated_failures = failures;
        self
    }

    /// Sets whether the run checks before the first write that the sign-in suffices, where the
    /// service tells; it does by default.
    #[must_use]
    pub fn with_sign_in_check(mut self, checks: bool) -> Self {
        self.checks_sign_in = checks;
        self
    }

    /// Sets whether profiles that are refused with 403 fail at once. By default they fail if others
    /// are not refused; if the first three, or ten in a row later, are all refused with the same
    /// code, the run has a [`Hold`], and none of them fails.
    #[must_use]
    pub fn with_forbidden_failing(mut self, fails: bool) -> Self {
        self.fails_forbidden = fails;
        self
    }

    /// Sets how often the run reads the orders in its journal and records there what it waits for:
    /// 4 times a second by default, `None` for never.
    #[must_use]
    pub fn with_control(mut self, interval: Option<Duration>) -> Self {
        self.control = interval;
        self
    }

    /// Sets the hours in which the run may write; always by default. Outside, it has the hold
    /// [`Hold::Window`].
    #[must_use]
    pub fn with_window(mut self, window: Window) -> Self {
        self.window = Some(window);
        self
    }

    /// Sets the clock; the machine's by default.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Sets the source of request ids; random ones by default. With ids from a seed, a simulation
    /// replays a run.
    #[must_use]
    pub fn with_request_ids(mut self, ids: RequestIds) -> Self {
        self.request_ids = ids;
        self
    }
}

impl Default for RunOptions {
    fn default() -> Self {
        Self {
            concurrency: None,
            rate: Rate::default(),
            rebase: false,
            replay_window: Duration::from_secs(60 * 60),
            read_back: Duration::from_secs(120),
            settle: Duration::from_secs(15 * 60),
            resend: Resend::default(),
            poll_time: Duration::from_secs(60 * 60),
            ask: None,
            checks_sign_in: true,
            fails_forbidden: false,
            limits: Limits::default(),
            control: Some(Duration::from_millis(250)),
            window: None,
            max_repeated_failures: Some(3),
            clock: Arc::new(SystemClock::new()),
            request_ids: Arc::new(RequestId::generate),
        }
    }
}

impl fmt::Debug for RunOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunOptions")
            .field("concurrency", &self.concurrency)
            .field("rate", &self.rate)
            .field("rebase", &self.rebase)
            .field("replay_window", &self.replay_window)
            .field("read_back", &self.read_back)
            .field("settle", &self.settle)
            .field("resend", &self.resend)
            .field("poll_time", &self.poll_time)
            .field("limits", &self.limits)
            .field("control", &self.control)
            .field("window", &self.window)
            .field("max_repeated_failures", &self.max_repeated_failures)
            .finish_non_exhaustive()
    }
}
