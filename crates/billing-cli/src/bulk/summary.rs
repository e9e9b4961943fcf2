//! How many profiles are in which state, and what to do next.

use billing_bulk::journal::{Counts, State};

use crate::bulk::journal::shown;
use crate::output::page::Page;
use crate::output::painted::Painted;
use crate::render::excerpt::thousands;
use crate::render::table::columns;
use crate::shell::command_line;

/// Returns a row for each state that profiles are in, and the total.
pub(super) fn table(counts: &Counts) -> Painted {
    let rows = State::FOR_PEOPLE.into_iter().filter_map(|state| {
        let count = counts.of(state);
        let is_shown = count > 0 || state == State::Done;
        is_shown.then(|| [state.to_string(), number(count), state.meaning().to_owned()])
    });
    let total = ["total".to_owned(), number(counts.total()), String::new()];
    columns(
        ["STATE", "PROFILES", "MEANING"],
        rows.chain([total]),
        Page::stdout(),
    )
}

/// Returns a number as in `1,234`.
pub(super) fn number(count: u64) -> String {
    thousands(usize::try_from(count).unwrap_or(usize::MAX))
}

/// Returns a count with its noun: `1 profile`, `2 profiles`.
pub(super) fn profiles(profiles: u64) -> String {
    counted(profiles, "profile", "profiles")
}

/// Returns a count with its noun: `1 row`, `2 rows`.
pub(super) fn rows(rows: u64) -> String {
    counted(rows, "row", "rows")
}

/// Returns a count with its noun, which has these two forms.
pub(super) fn counted(count: u64, one: &str, many: &str) -> String {
    let noun = if count == 1 { one } else { many };
    format!("{} {noun}", number(count))
}

/// Returns the word for things that were counted before.
pub(super) fn them(count: u64) -> &'static str {
    if count == 1 { "it" } else { "them" }
}

/// The states of profiles that `apply` works on.
pub(super) const OPEN: [State; 3] = [State::Planned, State::Sending, State::Accepted];

/// Returns the number of profiles that `apply` still works on.
pub(super) fn open(counts: &Counts) -> u64 {
    OPEN.iter().map(|state| counts.of(*state)).sum()
}

/// Returns what a run has not done, in one line; `None` if all is done.
pub(super) fn not_done(counts: &Counts) -> Option<String> {
    let states = [
        (State::Failed, "failed"),
        (State::Conflict, "in conflict"),
        (State::Unknown, "of unknown outcome"),
    ];
    let states = states.map(|(state, name)| (counts.of(state), name));
    let parts = states.iter().filter(|(count, _)| *count > 0);
    let parts: Vec<_> = parts
        .map(|(count, name)| format!("{} {name}", number(*count)))
        .collect();
    let count: u64 = states.iter().map(|(count, _)| count).sum();
    let verb = if count == 1 { "is" } else { "are" };
    (count > 0).then(|| {
        let total = profiles(counts.total());
        format!(
            "{} of {total} {verb} not done: {}",
            number(count),
            parts.join(", ")
        )
    })
}

/// Returns the commands to run next, each with its reason. `reconcile` is the one for profiles of
/// unknown outcome, and `example` a profile that is failed or in conflict.
pub(super) fn next_steps(
    counts: &Counts,
    journal: &str,
    reconcile: &str,
    example: Option<&str>,
) -> Vec<String> {
    let journal = shown(journal);
    let mut steps = Vec::new();
    if counts.of(State::Unknown) > 0 {
        steps.push(format!(
            "to find out what became of the unknown ones:\n  {reconcile}"
        ));
    }
    if counts.of(State::Failed) > 0 || counts.of(State::Conflict) > 0 {
        let rows = command_line("bulk rows", &[&journal], " -o failed.csv");
        steps.push(format!("to correct their rows and continue:\n  {rows}"));
        let command = match example {
            Some(profile) => command_line("bulk explain", &[&journal, profile], ""),
            None => format!("{} PROFILE", command_line("bulk explain", &[&journal], "")),
        };
        steps.push(format!("for the history of a profile:\n  {command}"));
    }
    steps
}

#[cfg(test)]
mod tests {
    use billing_bulk::journal::{Counts, State};

    use super::{counted, next_steps, not_done, profiles, rows, table, them};

    fn counts() -> Counts {
        let mut counts = Counts::default();
        counts.add(State::Done, 1_200);
        counts.add(State::Conflict, 2);
        counts.add(State::Unknown, 1);
        counts
    }

    #[test]
    fn states_without_profiles_are_left_out() {
        let shown = table(&counts());
        let plain = anstream::adapter::strip_str(shown.as_str()).to_string();
        insta::assert_snapshot!(plain, @"
        STATE     PROFILES  MEANING
        done      1,200     the planned values are stored
        conflict  2         changed by someone else and left alone
        unknown   1         it is not known whether the write took effect
        total     1,203
        ");
    }

    #[test]
    fn next_steps_are_commands() {
        let reconcile = "billing bulk reconcile 'my run.db'";
        let steps = next_steps(&counts(), "my run.db", reconcile, Some("arm/a/P-1"));
        insta::assert_snapshot!(steps.join("\n"), @"
        to find out what became of the unknown ones:
          billing bulk reconcile 'my run.db'
        to correct their rows and continue:
          billing bulk rows 'my run.db' -o failed.csv
        for the history of a profile:
          billing bulk explain 'my run.db' arm/a/P-1
        ");
        assert!(next_steps(&Counts::default(), "run.db", "", None).is_empty());
    }

    #[test]
    fn profiles_that_are_not_done_are_counted() {
        let text = not_done(&counts()).unwrap();
        assert_eq!(
            text,
            "3 of 1,203 profiles are not done: 2 in conflict, 1 of unknown outcome"
        );
        assert_eq!(not_done(&Counts::default()), None);
    }

    #[test]
    fn nouns_and_pronouns_follow_their_count() {
        let shown = [0, 1, 1_200].map(|count| {
            let columns = counted(count, "column", "columns");
            [
                profiles(count),
                rows(count),
                columns,
                them(count).to_owned(),
            ]
            .join(", ")
        });
        assert_eq!(
            shown,
            [
                "0 profiles, 0 rows, 0 columns, them",
                "1 profile, 1 row, 1 column, it",
                "1,200 profiles, 1,200 rows, 1,200 columns, them",
            ]
        );
    }
}
