//! The table of all profiles, whose rows the page's script makes.

use maud::{Markup, html};

use crate::journal::State;
use crate::report::Report;
use crate::report::wording::{count, number};

pub(super) fn section(report: &Report) -> Markup {
    let total = report.counts.total();
    html! {
        section #profiles tabindex="-1" aria-labelledby="profiles-title" {
            h2 #profiles-title { "Profiles" }
            noscript {
                p {
                    "The table of " (count(total, "profile")) " needs JavaScript. \
                    The same data is in "
                    code { "billing bulk report --csv" } " and " code { "--json" } "."
                }
            }
            div #controls .controls hidden {
                label for="search" { "Search" }
                input #search type="search" autocomplete="off" spellcheck="false"
                    placeholder="id, member, value or cause";
                label for="state" { "State" }
                select #state {
                    option value="" { "all" }
                    @for state in State::FOR_PEOPLE {
                        @let profiles = report.counts.of(state);
                        @if profiles > 0 {
                            option value=(index(state)) { (state) " (" (number(profiles)) ")" }
                        }
                    }
                }
                label for="size" { "Rows" }
                select #size {
                    @for size in [100_u64, 500, 1_500] {
                        option value=(size) { (number(size)) }
                    }
                }
                button #clear type="button" hidden { "Show all" }
            }
            p #range role="status" {}
            p #printed .printed {}
            // Explicit roles: a narrow page does not display the table as a table.
            table #table role="table" aria-labelledby="profiles-title" hidden {
                thead role="rowgroup" {
                    tr role="row" {
                        (heading("row", "row", "Row", Some("ascending")))
                        (heading("profile", "profile", "Profile", None))
                        (heading("state", "status", "State", None))
                        th role="columnheader" scope="col" .changes { "Changes, old → new" }
                        (heading("writes", "writes", "Writes", None))
                        (heading("time", "time", "Last step (UTC)", None))
                    }
                }
                tbody #rows role="rowgroup" {}
            }
            nav #pages aria-label="Pages of the table" hidden {
                button #previous type="button" { "Previous" }
                button #next type="button" { "Next" }
            }
        }
    }
}

fn heading(key: &str, class: &str, name: &str, sort: Option<&str>) -> Markup {
    html! {
        th role="columnheader" scope="col" class=(class) aria-sort=[sort] {
            button type="button" data-sort=(key) { (name) }
        }
    }
}

/// Returns the number of a state in the page's data.
fn index(state: State) -> usize {
    let index = State::ALL.iter().position(|it| *it == state);
    index.unwrap_or_default()
}
