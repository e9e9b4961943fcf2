//! Reads many profiles, for a plan or an export, and shows how far that is.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use billing_bulk::Service;
use billing_bulk::plan::{Filter, PlanOptions, PlanProgress};
use billing_bulk::target::Cause;
use billing_core::SystemClock;

use crate::args::bulk::PaceArgs;
use crate::args::global::Global;
use crate::bulk::meter::{BAR, Meter, TEXT};
use crate::bulk::progress::whole;
use crate::bulk::{pace, summary};
use crate::failure::Result;
use crate::interrupt::Interrupt;
use crate::output::escape::one_line;
use crate::output::stderr::say;

/// The reading of many profiles.
pub(super) struct Reading {
    meter: Meter,
    /// What happens to a profile, such as `planned`.
    done: &'static str,
    /// The number of profiles, if it is known.
    total: Option<u64>,
}

impl Reading {
    /// Begins to show how far it is, if the options do not refuse it.
    pub(super) fn start(global: &Global, done: &'static str, total: Option<u64>) -> Self {
        let template = if total.is_some() { BAR } else { TEXT };
        Self {
            meter: Meter::start(!global.no_progress, template),
            done,
            total,
        }
    }

    /// Returns the options of reading at this pace.
    pub(super) fn options(&self, pace: PaceArgs, filters: Vec<Filter>) -> PlanOptions {
        let (meter, done, total) = (self.meter.clone(), self.done, self.total);
        let outages = Mutex::new(Vec::new());
        let tell = move |progress: &PlanProgress| {
            let count = progress.counts.total();
            let text = text(progress, done, total, meter.elapsed());
            meter.tell(text, count, total.unwrap_or(count));
            let mut told = outages.lock().unwrap_or_else(PoisonError::into_inner);
            tell_outages(&mut told, &progress.unreachable);
        };
        let options = PlanOptions::default()
            .with_reading(pace::reading(pace))
            .on_progress(Arc::new(tell));
        filters.into_iter().fold(options, PlanOptions::with_filter)
    }

    /// Waits for the reading, and shows meanwhile how far it is.
    ///
    /// # Errors
    /// The user asks to stop.
    pub(super) async fn guard<T>(
        &self,
        interrupt: &Interrupt,
        reading: impl Future<Output = T>,
    ) -> Result<T> {
        let clock = SystemClock::new();
        let read = interrupt.guard(async {
            tokio::select! {
                biased;
                read = reading => read,
                never = self.meter.write_lines(&clock, |line| say(line)) => match never {},
            }
        });
        let read = read.await;
        self.meter.end();
        read
    }
}

/// Tells once that a service cannot be reached, and that it can be again.
fn tell_outages(told: &mut Vec<Service>, present: &[(Service, Cause)]) {
    told.retain(|service| {
        let is_out = present.iter().any(|(out, _)| out == service);
        if !is_out {
            say(format!("{service} can be reached again"));
        }
        is_out
    });
    for (service, cause) in present {
        if !told.contains(service) {
            told.push(*service);
            let text = format!("waiting: {service} cannot be reached: {}", cause.message);
            say(one_line(&text));
        }
    }
}

/// Returns how far it is, in one line.
fn text(progress: &PlanProgress, done: &str, total: Option<u64>, elapsed: Duration) -> String {
    let counts = progress.counts;
    let count = counts.total();
    let mut text = match total {
        Some(total) => format!(
            "{} of {} {done}",
            summary::number(count),
            summary::number(total)
        ),
        None => format!("{} {done}", summary::profiles(count)),
    };
    let unplanned = format!("that cannot be {done}");
    for (count, name) in [
        (counts.unplanned, unplanned.as_str()),
        (progress.excluded, "excluded by --where"),
    ] {
        if count > 0 {
            text.push_str(&format!(", {} {name}", summary::number(count)));
        }
    }
    if let Some((rate, left)) = pace_of(count, total, elapsed) {
        text.push_str(&format!(", {rate:.1}/s"));
        if let Some(left) = left {
            text.push_str(&format!(", {} left", whole(left)));
        }
    }
    if let Some((key, pause)) = &progress.pause {
        let pause = pause.as_secs_f64().ceil();
        text.push_str(&format!("; {key} is throttled, waiting {pause} s"));
    }
    text
}

/// Returns how many profiles are read per second, and how long the others take.
fn pace_of(count: u64, total: Option<u64>, elapsed: Duration) -> Option<(f64, Option<Duration>)> {
    // The first profiles tell little.
    let count = u32::try_from(count).ok().filter(|count| *count >= 10)?;
    let rate = f64::from(count) / elapsed.as_secs_f64().max(0.001);
    let left = total.map(|total| total.saturating_sub(count.into()));
    let left = left.and_then(|left| {
        let left = u32::try_from(left).ok()?;
        Some(elapsed.checked_div(count)?.saturating_mul(left))
    });
    Some((rate, left))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use billing_bulk::plan::PlanProgress;

    use super::text;

    #[test]
    fn line_tells_the_rate_and_the_time_left() {
        let mut progress = PlanProgress::default();
        progress.counts.change = 20;
        progress.counts.unplanned = 1;
        let at = |total| text(&progress, "planned", total, Duration::from_secs(2));
        assert_eq!(
            at(Some(1_050)),
            "21 of 1,050 planned, 1 that cannot be planned, 10.5/s, 1m 37s left"
        );
        assert_eq!(
            at(None),
            "21 profiles planned, 1 that cannot be planned, 10.5/s"
        );
    }
}
