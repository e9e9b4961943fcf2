//! The course of a run, as charts.

use maud::{Markup, PreEscaped, html};

use crate::report::Report;
use crate::report::chart::{Chart, latency, progress, rates};
use crate::report::wording::{count, duration, number};

pub(super) fn section(report: &Report) -> Markup {
    let timeline = &report.timeline;
    let step = duration(timeline.step);
    html! {
        section #course aria-labelledby="course-title" {
            h2 #course-title { "Course of the run" }
            @if timeline.buckets.is_empty() {
                p { "Nothing was recorded yet." }
            } @else {
                div .charts {
                    (figure(&progress(timeline, report.counts.total()), &progress_text(report)))
                    (figure(&latency(timeline), &latency_text(report)))
                    (figure(&rates(timeline), &rates_text(report)))
                }
                p .quiet {
                    "Each point stands for " (step) ". Latency is the time from sending a write to \
                    its response; a write whose response was lost has none."
                }
            }
        }
    }
}

fn figure(chart: &Chart, summary: &str) -> Markup {
    html! {
        figure {
            figcaption {
                h3 id=(format!("{}-title", chart.id)) { (chart.title) }
                p id=(format!("{}-summary", chart.id)) { (summary) }
                ul .legend aria-hidden="true" {
                    @for (index, name) in (1..).zip(chart.lines) {
                        li data-series=(index) { (name) }
                    }
                }
            }
            (PreEscaped(&chart.svg))
        }
    }
}

fn progress_text(report: &Report) -> String {
    let last = report.timeline.buckets.last();
    let (finished, attention) = last.map_or((0, 0), |last| (last.finished, last.attention));
    format!(
        "{} of {} finished, {} in need of attention.",
        number(finished),
        count(report.counts.total(), "profile"),
        number(attention)
    )
}

fn latency_text(report: &Report) -> String {
    let Some(latency) = &report.timeline.latency else {
        return "No response to a write was recorded.".to_owned();
    };
    format!(
        "Half of the responses took at most {}, 95\u{a0}% at most {}, 99\u{a0}% at most {}.",
        duration(latency.p50),
        duration(latency.p95),
        duration(latency.p99)
    )
}

fn rates_text(report: &Report) -> String {
    let per_mille = report.throttled * 1_000 / report.writes.max(1);
    format!(
        "{} sent, {} throttled ({}.{}\u{a0}%).",
        count(report.writes, "write"),
        number(report.throttled),
        per_mille / 10,
        per_mille % 10
    )
}
