//! What needs someone's attention, by cause.

use maud::{Markup, html};

use crate::report::Report;
use crate::report::page::text::{sentence, shown};
use crate::report::wording::{count, number};

/// The most causes in the page.
const MAX_CAUSES: usize = 50;

pub(super) fn section(report: &Report) -> Markup {
    let causes = &report.causes;
    let more = causes.get(MAX_CAUSES..).unwrap_or_default();
    let left: u64 = more.iter().map(|group| group.profiles).sum();
    html! {
        section #attention aria-labelledby="attention-title" {
            h2 #attention-title { "What needs attention" }
            @if causes.is_empty() {
                p { "No profile failed, conflicts or is of unknown outcome." }
            } @else {
                ul .causes {
                    @for group in causes.iter().take(MAX_CAUSES) {
                        li {
                            h3 {
                                (count(group.profiles, "profile")) " "
                                span .state data-state=(group.state) { (group.state) }
                                " "
                                span .code {
                                    code { (shown(&group.code)) }
                                    @if let Some(status) = group.status { ", status " (status) }
                                }
                            }
                            p {
                                (sentence(&group.message))
                                @if group.has_other_messages { " Others have a different message." }
                            }
                            p { strong { "What to do: " } (sentence(&group.hint)) }
                            @if group.profiles > group.examples.len() as u64 {
                                p .quiet { "The first of them:" }
                            }
                            ul .examples {
                                @for profile in &group.examples {
                                    li { code { (shown(&profile.to_string())) } }
                                }
                            }
                            button type="button" hidden data-find=(shown(&group.code))
                                data-state=(group.state) {
                                "Show in the table"
                            }
                        }
                    }
                }
                @if !more.is_empty() {
                    p { "And " (number(left)) " with " (count(more.len() as u64, "rarer cause")) "." }
                }
            }
        }
    }
}
