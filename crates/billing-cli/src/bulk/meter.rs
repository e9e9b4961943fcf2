//! How far a verb is: a bar on a terminal, else a line on stderr every 30 seconds.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use billing_core::Clock;

use crate::progress::Line;

/// How often a line is written without a terminal.
const LINE_EVERY: Duration = Duration::from_secs(30);

/// A bar or lines; clones are the same.
#[derive(Clone)]
pub(super) struct Meter(Arc<Mutex<Shown>>);

struct Shown {
    is_wanted: bool,
    template: &'static str,
    /// How long earlier bars were shown.
    before: Duration,
    /// `None` while it is removed.
    line: Option<Line>,
    /// The last text, and how much of the whole is done.
    text: String,
    done: u64,
    total: u64,
}

/// The template of a bar with a text beside it.
pub(super) const BAR: &str = "{wide_bar} {msg}";

/// The template of a text alone, where the whole is not known.
pub(super) const TEXT: &str = "{spinner} {msg}";

impl Meter {
    /// Shows the bar if it is wanted and stderr is a terminal. `template` is [`BAR`] or [`TEXT`].
    pub(super) fn start(is_wanted: bool, template: &'static str) -> Self {
        Self(Arc::new(Mutex::new(Shown {
            is_wanted,
            template,
            before: Duration::ZERO,
            line: Some(Line::start(is_wanted, template)),
            text: String::new(),
            done: 0,
            total: 0,
        })))
    }

    /// Tells how far it is, and how much of the whole is done.
    pub(super) fn tell(&self, text: String, done: u64, total: u64) {
        let mut shown = self.shown();
        (shown.text, shown.done, shown.total) = (text, done, total);
        shown.draw();
    }

    /// Returns whether the bar cannot be seen.
    pub(super) fn is_hidden(&self) -> bool {
        self.shown().line.as_ref().is_none_or(Line::is_hidden)
    }

    /// Returns how long it is shown, without the time while it was removed.
    pub(super) fn elapsed(&self) -> Duration {
        self.shown().elapsed()
    }

    /// Removes the bar, and writes no more lines until it [continues](Self::resume).
    pub(super) fn end(&self) {
        let mut shown = self.shown();
        shown.before = shown.elapsed();
        shown.line = None;
    }

    /// Shows the bar again.
    pub(super) fn resume(&self) {
        let mut shown = self.shown();
        shown.line = Some(Line::start(shown.is_wanted, shown.template));
        shown.draw();
    }

    /// Writes a line every 30 seconds for as long as it is wanted and the bar cannot be seen.
    pub(super) async fn write_lines(&self, clock: &dyn Clock, write: impl Fn(&str)) -> Infallible {
        loop {
            clock.sleep(LINE_EVERY).await;
            let text = {
                let shown = self.shown();
                let is_hidden = shown.line.as_ref().is_some_and(Line::is_hidden);
                (shown.is_wanted && is_hidden && !shown.text.is_empty()).then(|| shown.text.clone())
            };
            if let Some(text) = text {
                write(&text);
            }
        }
    }

    fn shown(&self) -> MutexGuard<'_, Shown> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shown {
    fn elapsed(&self) -> Duration {
        let shown = self.line.as_ref().map(Line::elapsed);
        self.before.saturating_add(shown.unwrap_or_default())
    }

    fn draw(&self) {
        if let Some(line) = &self.line {
            line.tell(self.text.clone());
            line.advance(self.done, self.total);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::time::Duration;

    use billing_core::Clock as _;
    use billing_test::TestClock;

    use super::{BAR, Meter};

    /// Returns what is written in two minutes, in which the text changes once.
    async fn written(is_wanted: bool) -> Vec<String> {
        let clock = TestClock::default();
        let meter = Meter::start(is_wanted, BAR);
        let lines = RefCell::new(Vec::new());
        let write = meter.write_lines(&clock, |line| {
            let seconds = clock.elapsed().as_secs();
            lines.borrow_mut().push(format!("{seconds} {line}"));
            if seconds == 60 {
                meter.tell("2 of 3".to_owned(), 2, 3);
            }
        });
        meter.tell("1 of 3".to_owned(), 1, 3);
        let ends = async {
            while clock.elapsed() <= Duration::from_secs(120) {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            biased;
            never = write => match never {},
            () = ends => {}
        }
        lines.into_inner()
    }

    #[tokio::test]
    async fn line_is_written_every_30_seconds_without_a_terminal() {
        let expected = ["30 1 of 3", "60 1 of 3", "90 2 of 3", "120 2 of 3"];
        assert_eq!(written(true).await[..4], expected);
        assert_eq!(written(false).await, [""; 0]);
    }

    #[tokio::test]
    async fn removed_meter_writes_no_lines_until_it_continues() {
        let clock = TestClock::default();
        let meter = Meter::start(true, BAR);
        meter.tell("1 of 3".to_owned(), 1, 3);
        let lines = RefCell::new(Vec::new());
        let write = meter.write_lines(&clock, |line| {
            let seconds = clock.elapsed().as_secs();
            lines.borrow_mut().push(format!("{seconds} {line}"));
            if seconds == 30 {
                meter.end();
                meter.tell("2 of 3".to_owned(), 2, 3);
            }
        });
        let ends = async {
            while clock.elapsed() <= Duration::from_secs(150) {
                let is_removed = meter.shown().line.is_none();
                if is_removed && clock.elapsed() > Duration::from_secs(60) {
                    meter.resume();
                }
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            biased;
            never = write => match never {},
            () = ends => {}
        }
        let lines = lines.into_inner();
        assert_eq!(lines[0], "30 1 of 3");
        assert!(lines.len() > 1, "{lines:?}");
        let is_later = |line: &String| line.ends_with(" 2 of 3") && !line.starts_with("60 ");
        assert!(lines[1..].iter().all(is_later), "{lines:?}");
    }
}
