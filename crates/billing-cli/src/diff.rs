//! What differs between two documents, value by value.

use serde_json::Value;

use crate::document::{Row, rows, without};

/// A value that is not the same, or not there, on one side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Difference {
    pub(crate) path: String,
    pub(crate) old: Option<String>,
    pub(crate) new: Option<String>,
}

/// The differences in the order of the old document, then what only the new one has.
pub(crate) fn diff(old: &Value, new: &Value) -> Vec<Difference> {
    let (old, new) = (rows(old), rows(new));
    let find = |rows: &[Row], path: &str| {
        let row = rows.iter().find(|row| row.path == path);
        row.map(|row| row.text.clone())
    };
    let changed = old.iter().filter_map(|row| {
        let found = find(&new, &row.path);
        (found.as_ref() != Some(&row.text)).then(|| Difference {
            path: row.path.clone(),
            old: Some(row.text.clone()),
            new: found,
        })
    });
    let added = new.iter().filter(|row| find(&old, &row.path).is_none());
    let added = added.map(|row| Difference {
        path: row.path.clone(),
        old: None,
        new: Some(row.text.clone()),
    });
    changed.chain(added).collect()
}

/// The differences but for those in these members of the whole document.
pub(crate) fn diff_without(old: &Value, new: &Value, members: &[&str]) -> Vec<Difference> {
    diff(&without(old, members), &without(new, members))
}

#[cfg(test)]
mod tests {
    use super::{diff, diff_without};
    use serde_json::json;

    #[test]
    fn each_value_that_changed_came_or_went_is_named_once() {
        let old =
            json!({ "a": 1, "b": { "c": "x", "d": "y" }, "e": [1, 2], "f": {}, "same": true });
        let new = json!({ "a": 2, "b": { "c": "x" }, "e": [1], "f": { "g": "" }, "same": true });
        let shown: Vec<_> = diff(&old, &new)
            .into_iter()
            .map(|one| format!("{} {:?} {:?}", one.path, one.old, one.new))
            .collect();
        insta::assert_snapshot!(shown.join("\n"), @r#"
        a Some("1") Some("2")
        b.d Some("y") None
        e[1] Some("2") None
        f Some("{}") None
        f.g None Some("\"\"")
        "#);
    }

    #[test]
    fn members_that_do_not_count_are_left_out_on_both_sides() {
        let old = json!({ "attributes": { "etag": "1" }, "a": 1 });
        let new = json!({ "links": {}, "a": 1 });
        assert_eq!(diff_without(&old, &new, &["attributes", "links"]), []);
    }
}
