//! A line on stderr while a command works: how long an update has been running, and when it is
//! polled next.

use std::ffi::OsStr;
use std::fmt;
use std::io::{self, IsTerminal as _};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

/// Calm to the eye, and soon enough after a response.
const TICK: Duration = Duration::from_millis(120);

/// The line that is shown now, so that other output can go above it.
static SHOWN: Mutex<Option<ProgressBar>> = Mutex::new(None);

/// A line on stderr; it is removed when this is dropped.
pub(crate) struct Line(ProgressBar);

impl Line {
    /// Shows a line by a template of indicatif if it is wanted and stderr is a terminal that can
    /// move its cursor.
    #[cfg(feature = "bulk")]
    pub(crate) fn start(wanted: bool, template: &str) -> Self {
        // The tests find an invalid template; the line is not worth a failure.
        let style = ProgressStyle::default_spinner().template(template);
        Self::with_style(wanted, style.ok())
    }

    fn with_style(wanted: bool, style: Option<ProgressStyle>) -> Self {
        let term = std::env::var_os("TERM");
        let target = if wanted && can_move(io::stderr().is_terminal(), term.as_deref()) {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(None, target);
        if let Some(style) = style {
            bar.set_style(style);
        }
        if !bar.is_hidden() {
            bar.enable_steady_tick(TICK);
            *shown() = Some(bar.clone());
        }
        Self(bar)
    }

    /// Sets the message of the line.
    #[cfg(feature = "bulk")]
    pub(crate) fn tell(&self, message: String) {
        self.0.set_message(message);
    }

    /// Sets how much of the whole is done, for a template with a bar.
    #[cfg(feature = "bulk")]
    pub(crate) fn advance(&self, done: u64, total: u64) {
        self.0.set_length(total);
        self.0.set_position(done);
    }

    /// Returns whether the line cannot be seen.
    #[cfg(feature = "bulk")]
    pub(crate) fn is_hidden(&self) -> bool {
        self.0.is_hidden()
    }

    /// Returns the time since the line was started.
    pub(crate) fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        *shown() = None;
        self.0.finish_and_clear();
    }
}

/// The line of a running update.
pub(crate) struct Spinner {
    line: Line,
    next: Arc<Mutex<Next>>,
}

/// The service's last response.
#[derive(Clone, Default)]
struct Next {
    /// When the next poll is due, by the clock of the bar.
    due: Duration,
    percent: Option<f64>,
}

impl Spinner {
    /// Shows the line if it is wanted; see [`Line::start`].
    pub(crate) fn start(wanted: bool) -> Self {
        let next = Arc::new(Mutex::new(Next::default()));
        let told = Arc::clone(&next);
        let style = ProgressStyle::default_spinner().with_key(
            "told",
            move |state: &ProgressState, line: &mut dyn fmt::Write| {
                let told = told.lock().unwrap_or_else(PoisonError::into_inner).clone();
                let _ = line.write_str(&told.line(state.elapsed()));
            },
        );
        let style = style.template("{spinner} {told}").ok();
        let line = Line::with_style(wanted, style);
        Self { line, next }
    }

    /// Sets when the next poll is due, and the progress that the service reports.
    pub(crate) fn tell(&self, next_poll_in: Duration, percent: Option<f64>) {
        let due = self.line.elapsed().saturating_add(next_poll_in);
        *self.next.lock().unwrap_or_else(PoisonError::into_inner) = Next { due, percent };
    }
}

impl Next {
    /// Formats the line; it fits into 40 columns.
    fn line(&self, elapsed: Duration) -> String {
        let whole =
            |time: Duration| humantime::format_duration(Duration::from_secs(time.as_secs()));
        let mut line = format!("running for {}", whole(elapsed));
        if let Some(percent) = self.percent {
            line.push_str(&format!(", {percent:.0} %"));
        }
        let left = self.due.saturating_sub(elapsed);
        if left.is_zero() {
            line.push_str(", polling now");
        } else {
            let left = left.saturating_add(Duration::from_millis(999));
            line.push_str(&format!(", next poll in {}", whole(left)));
        }
        line
    }
}

/// Whether a line on stderr can be removed.
fn can_move(is_terminal: bool, term: Option<&OsStr>) -> bool {
    is_terminal && term.is_none_or(|term| term != "dumb")
}

/// Runs `work` on stderr while the line is hidden.
pub(crate) fn suspend(work: impl FnOnce()) {
    let bar = shown().clone();
    match bar {
        Some(bar) => bar.suspend(work),
        None => work(),
    }
}

fn shown() -> std::sync::MutexGuard<'static, Option<ProgressBar>> {
    SHOWN.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Next, Spinner, can_move};

    #[test]
    fn line_shows_time_progress_and_next_poll() {
        let line = |elapsed, due, percent| {
            let due = Duration::from_millis(due);
            Next { due, percent }.line(Duration::from_millis(elapsed))
        };
        assert_eq!(line(0, 0, None), "running for 0s, polling now");
        assert_eq!(line(900, 10_900, None), "running for 0s, next poll in 10s");
        assert_eq!(
            line(72_000, 72_001, None),
            "running for 1m 12s, next poll in 1s"
        );
        assert_eq!(
            line(72_000, 80_000, Some(40.4)),
            "running for 1m 12s, 40 %, next poll in 8s"
        );
    }

    #[test]
    fn line_needs_a_terminal_that_is_not_dumb() {
        let xterm = Some("xterm".as_ref());
        assert!(can_move(true, xterm) && can_move(true, None));
        assert!(!can_move(false, xterm) && !can_move(true, Some("dumb".as_ref())));
    }

    #[test]
    fn unwanted_line_is_hidden() {
        let spinner = Spinner::start(false);
        spinner.tell(Duration::from_secs(1), None);
        assert!(spinner.line.0.is_hidden());
    }
}
