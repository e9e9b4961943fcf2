//! The profiles of a page, as compact JSON that its script shows.

use std::collections::HashMap;
use std::io::{self, Write};

use billing_edit::visible;
use serde::Serialize;

use crate::journal::State;
use crate::report::row::ReportRow;
use crate::report::samples::millis;
use crate::report::shown;
use crate::run::hint;
use crate::target::Cause;

/// The longest value in the page, in characters. The other formats have all of it.
const MAX_VALUE: usize = 1_000;

/// The profiles of a page. A name that many rows have, such as a path, is written once.
#[derive(Default)]
pub(crate) struct Profiles {
    rows: Vec<u8>,
    paths: Names,
    causes: Names,
    cause_texts: Vec<(String, String, String)>,
    /// Times are relative to the first one, in milliseconds since 1970.
    start: Option<i64>,
}

/// Names with the order in which they came.
#[derive(Default)]
struct Names(HashMap<String, usize>);

impl Names {
    /// Returns the index of a name, and whether it is new.
    fn index(&mut self, name: &str) -> (usize, bool) {
        if let Some(index) = self.0.get(name) {
            return (*index, false);
        }
        let index = self.0.len();
        self.0.insert(name.to_owned(), index);
        (index, true)
    }

    fn in_order(&self) -> Vec<&str> {
        let mut names: Vec<_> = self.0.iter().collect();
        names.sort_unstable_by_key(|(_, index)| **index);
        names.into_iter().map(|(name, _)| name.as_str()).collect()
    }
}

/// A row: number, profile, state, writes, time, cause or -1, changes, each with its path, old and
/// new value, and whether they were erased.
type Cells = (
    u64,
    String,
    usize,
    u64,
    Option<i64>,
    i64,
    Vec<(usize, Option<String>, Option<String>)>,
    bool,
);

#[derive(Serialize)]
struct Head<'a> {
    start: i64,
    states: [&'static str; 8],
    paths: Vec<String>,
    causes: &'a [(String, String, String)],
}

impl Profiles {
    /// Adds the next profile.
    pub(crate) fn add(&mut self, row: &ReportRow) {
        let service = row.profile.service();
        let time = row.last_step.map(millis);
        let start = *self.start.get_or_insert(time.unwrap_or_default());
        let cause = row.cause.as_ref().map(|cause| self.cause(cause));
        let mut changes = Vec::with_capacity(row.changes.len());
        for change in &row.changes {
            let (path, _) = self.paths.index(service.short(&change.name()));
            let text = |value| cut(shown(value));
            changes.push((
                path,
                change.old.as_ref().map(text),
                change.new.as_ref().map(text),
            ));
        }
        let state = State::ALL.iter().position(|state| *state == row.state);
        let cells: Cells = (
            row.number,
            visible(&row.profile.to_string()),
            state.unwrap_or_default(),
            row.writes,
            time.map(|time| time.saturating_sub(start)),
            cause
                .and_then(|cause| i64::try_from(cause).ok())
                .unwrap_or(-1),
            changes,
            row.erased.is_some(),
        );
        let separator: &[u8] = if self.rows.is_empty() { b"\n" } else { b",\n" };
        self.rows.extend_from_slice(separator);
        self.rows.extend_from_slice(in_script(&cells).as_bytes());
    }

    fn cause(&mut self, cause: &Cause) -> usize {
        let (index, is_new) = self
            .causes
            .index(&format!("{} {}", cause.code, cause.message));
        if is_new {
            let texts = (
                visible(&cause.code),
                visible(&cause.message),
                visible(hint(cause)),
            );
            self.cause_texts.push(texts);
        }
        index
    }

    /// Writes the content of the page's data element.
    ///
    /// # Errors
    /// Those of `out`.
    pub(crate) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let paths = self.paths.in_order();
        let head = in_script(&Head {
            start: self.start.unwrap_or_default(),
            states: State::ALL.map(State::as_str),
            paths: paths.into_iter().map(visible).collect(),
            causes: &self.cause_texts,
        });
        out.write_all(head.strip_suffix('}').unwrap_or(&head).as_bytes())?;
        out.write_all(b",\"rows\":[")?;
        out.write_all(&self.rows)?;
        out.write_all(b"\n]}")
    }
}

/// Returns JSON that an HTML parser takes for one text: no `</script>`, no `<!--`.
fn in_script(data: &impl Serialize) -> String {
    // Texts can always be written.
    let json = serde_json::to_string(data).unwrap_or_default();
    json.replace('<', "\\u003c")
}

/// Returns a value that is not too long for a table.
fn cut(text: String) -> String {
    match text.char_indices().nth(MAX_VALUE) {
        None => text,
        Some((end, _)) => {
            let all = text.chars().count();
            let shown = text.get(..end).unwrap_or_default();
            format!("{shown}… ({all} characters)")
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Profiles, cut};
    use crate::change::Change;
    use crate::journal::State;
    use crate::profile::ProfileId;
    use crate::report::row::ReportRow;
    use crate::target::Cause;

    fn row(number: u64, new: &Value) -> ReportRow {
        ReportRow {
            number,
            profile: ProfileId::partner("c"),
            state: State::Failed,
            changes: vec![Change {
                path: vec!["culture".to_owned()],
                old: None,
                new: Some(new.clone()),
            }],
            erased: None,
            writes: 1,
            last_step: None,
            cause: Some(Cause {
                code: "x".to_owned(),
                message: "it failed".to_owned(),
                ..Cause::default()
            }),
        }
    }

    fn written(profiles: &Profiles) -> String {
        let mut out = Vec::new();
        profiles.write(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn data_ends_at_its_own_end_only() {
        let hostile = "</script><!--<script>\u{202e}\u{2028}&\"'";
        let mut profiles = Profiles::default();
        profiles.add(&row(1, &json!(hostile)));
        profiles.add(&row(2, &json!({ "<b>": hostile })));
        let data = written(&profiles);
        assert!(!data.contains('<'), "{data}");
        assert!(!data.contains(['\u{202e}', '\u{2028}']), "{data}");
        let parsed: Value = serde_json::from_str(&data).unwrap();
        assert_eq!(
            parsed["rows"][0][6][0][2],
            "</script><!--<script>\\u{202e}\\u{2028}&\"'"
        );
    }

    #[test]
    fn repeated_names_are_written_once() {
        let mut profiles = Profiles::default();
        for number in 1..=3 {
            profiles.add(&row(number, &json!("de-DE")));
        }
        let parsed: Value = serde_json::from_str(&written(&profiles)).unwrap();
        assert_eq!(parsed["paths"], json!(["culture"]));
        assert_eq!(parsed["causes"].as_array().unwrap().len(), 1);
        assert_eq!(
            parsed["rows"][2],
            json!([3, "partner/c", 5, 1, null, 0, [[0, null, "de-DE"]], false])
        );
    }

    #[test]
    fn long_values_are_cut_with_their_length() {
        assert_eq!(cut("ä".repeat(1_000)), "ä".repeat(1_000));
        assert_eq!(
            cut("ä".repeat(1_001)),
            format!("{}… (1001 characters)", "ä".repeat(1_000))
        );
    }
}
