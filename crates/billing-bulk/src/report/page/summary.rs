//! The summary of a run: what, where, who, when, how far, and what is left to do.

use maud::{Markup, html};

use crate::journal::{Counts, Recorder, State};
use crate::report::Report;
use crate::report::page::text::{PageText, sentence, shown};
use crate::report::wording::{count, duration, number, rfc3339};
use crate::time::utc;

/// The most processes in the page, the last ones.
const MAX_RECORDERS: usize = 5;

pub(super) fn section(report: &Report, text: &PageText) -> Markup {
    html! {
        section #summary aria-labelledby="summary-title" {
            h2 #summary-title { "Summary" }
            p .lead { (verdict(report)) }
            @if let Some(holder) = &report.status.holder {
                p .notice { "The run is in progress: " (shown(&holder.to_string())) " works on it." }
            }
            (bar(&report.counts))
            ul .states {
                @for state in State::FOR_PEOPLE {
                    @let profiles = report.counts.of(state);
                    @if profiles > 0 || state == State::Done {
                        li {
                            strong { (number(profiles)) }
                            span .state data-state=(state) { (state) }
                            span .quiet { (state.meaning()) }
                        }
                    }
                }
            }
            (facts(report, text))
            h3 { "What is left to do" }
            (next_steps(report, text))
        }
    }
}

/// Returns the state of the run in one sentence.
fn verdict(report: &Report) -> String {
    let counts = &report.counts;
    let total = counts.total();
    let finished = counts.of(State::Done) + counts.of(State::Unchanged);
    let open = report.open();
    let attention = report.attention();
    if total == 0 {
        return "The run has not begun.".to_owned();
    }
    if finished == total {
        return match total {
            1 => "The profile has the planned values.".to_owned(),
            total => format!("All {} profiles have the planned values.", number(total)),
        };
    }
    let verb = |count| if count == 1 { "needs" } else { "need" };
    let mut rest = Vec::new();
    if attention > 0 {
        rest.push(format!(
            "{} {} attention",
            number(attention),
            verb(attention)
        ));
    }
    if open > 0 {
        rest.push(format!("{} left to work on", number(open)));
    }
    let have = if finished == 1 || total == 1 {
        "has"
    } else {
        "have"
    };
    format!(
        "{} of {} {have} the planned values; {}.",
        number(finished),
        count(total, "profile"),
        rest.join(", ")
    )
}

/// Returns the share of each state as a bar, which repeats the numbers below it.
fn bar(counts: &Counts) -> Markup {
    let total = counts.total().max(1);
    // In millionths, so that no share needs a floating-point number.
    let share = |count: u64| u128::from(count) * 1_000_000 / u128::from(total);
    let mut from = 0;
    let mut parts = Vec::new();
    for state in State::FOR_PEOPLE {
        let width = share(counts.of(state));
        if width > 0 {
            parts.push((state, from, width));
        }
        from += width;
    }
    html! {
        svg .bar viewBox="0 0 1000000 1" preserveAspectRatio="none" aria-hidden="true" {
            @for (state, from, width) in parts {
                rect data-state=(state) x=(from) width=(width) height="1" {}
            }
        }
    }
}

fn facts(report: &Report, text: &PageText) -> Markup {
    let status = &report.status;
    let time = report.began.zip(report.last_step);
    let took = time.and_then(|(began, last)| last.duration_since(began).ok());
    html! {
        dl .facts {
            div { dt { "Run" } dd { code { (shown(&status.id)) } } }
            @for (index, plan) in report.plans.iter().enumerate() {
                div {
                    dt { @if index == 0 { "Plan" } @else { "Continued with" } }
                    dd {
                        @match &plan.input {
                            Some(input) => (shown(input)),
                            None => "a selection of profiles",
                        }
                        ", made by " (shown(&plan.tool)) ", "
                        time datetime=(rfc3339(plan.created)) { (utc(plan.created)) }
                        br;
                        code .quiet { (shown(&plan.digest)) }
                    }
                }
            }
            @for binding in &status.bindings {
                div {
                    dt { (binding.service) }
                    dd {
                        (shown(&binding.origin)) ", api version " (shown(&binding.api_version))
                        @if let Some(tenant) = &binding.tenant {
                            ", tenant " code { (shown(tenant)) }
                        }
                    }
                }
            }
            @if !report.recorders.is_empty() {
                div {
                    dt { "Worked on by" }
                    dd {
                        ul {
                            @for recorder in report.recorders.iter().rev().take(MAX_RECORDERS) {
                                li { (who(recorder)) }
                            }
                            @if report.recorders.len() > MAX_RECORDERS {
                                li .quiet {
                                    "and " (report.recorders.len() - MAX_RECORDERS)
                                    " more before them"
                                }
                            }
                        }
                    }
                }
            }
            @if let Some((began, last)) = time {
                div { dt { "Began" } dd { time datetime=(rfc3339(began)) { (utc(began)) } } }
                div {
                    dt { "Last step" }
                    dd {
                        time datetime=(rfc3339(last)) { (utc(last)) }
                        @if let Some(took) = took { ", " (duration(took)) " after the start" }
                    }
                }
            }
            div {
                dt { "Writes sent" }
                dd {
                    (number(report.writes))
                    @if report.throttled > 0 {
                        ", including " (number(report.throttled))
                        " throttled (429)"
                    }
                }
            }
            div { dt { "Journal" } dd { code { (shown(&text.journal)) } } }
            @if report.is_redacted {
                div {
                    dt { "Personal data" }
                    dd { "Sealed: equal values have equal seals, and no value can be read." }
                }
            }
        }
    }
}

/// Returns the user, the process and the time of its first step.
fn who(recorder: &Recorder) -> Markup {
    let holder = &recorder.holder;
    html! {
        @if let Some(user) = &holder.user { strong { (shown(user)) } ", " }
        (shown(&holder.to_string()))
        @if let Some(tool) = &holder.tool { ", " (shown(tool)) }
        ", from " time datetime=(rfc3339(recorder.opened)) { (utc(recorder.opened)) }
    }
}

fn next_steps(report: &Report, text: &PageText) -> Markup {
    if text.next_steps.is_empty() {
        let nothing = report.open() == 0 && report.attention() == 0;
        return html! {
            p { @if nothing { "Nothing." } @else { "See what needs attention below." } }
        };
    }
    html! {
        ul .steps {
            @for step in &text.next_steps {
                @let (reason, command) = step.split_once('\n').unwrap_or((step, ""));
                li {
                    (sentence(reason))
                    @if !command.is_empty() { pre { code { (shown(command.trim())) } } }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::journal::State::{self, Done, Failed, Planned, Unchanged};
    use crate::report::tests::report;

    #[test]
    fn verdict_is_one_sentence() {
        for (counts, expected) in [
            (&[][..], "The run has not begun."),
            (&[(Done, 1)], "The profile has the planned values."),
            (
                &[(Done, 1_999), (Unchanged, 1)],
                "All 2,000 profiles have the planned values.",
            ),
            (
                &[(Done, 1_998), (Failed, 1), (State::Unknown, 1)],
                "1,998 of 2,000 profiles have the planned values; 2 need attention.",
            ),
            (
                &[(Done, 1), (Failed, 2)],
                "1 of 3 profiles has the planned values; 2 need attention.",
            ),
            (
                &[(Planned, 1)],
                "0 of 1 profile has the planned values; 1 left to work on.",
            ),
            (
                &[(Done, 5), (Failed, 1), (Planned, 4)],
                "5 of 10 profiles have the planned values; 1 needs attention, 4 left to work on.",
            ),
        ] {
            assert_eq!(super::verdict(&report(counts)), expected);
        }
    }
}
