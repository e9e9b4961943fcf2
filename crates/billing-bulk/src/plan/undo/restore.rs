//! Computes the edits that lead back to the values from before.

use billing_core::pipeline::is_empty_value;
use billing_edit::{Edit, Edits};
use serde_json::{Map, Value};

use crate::change::Change;
use crate::document::Document;

/// What a row of a run has left of its profile.
pub(super) struct Left {
    /// The profile before the row.
    pub(super) before: Value,
    /// The members that it was to change.
    pub(super) changes: Vec<Change>,
    /// The profile after it.
    pub(super) after: Value,
}

impl Left {
    /// Keeps the changes that the profile shows, of a row whose write has no known result. Returns
    /// false if a member has neither its value from before nor the planned one.
    pub(super) fn keep_applied(&mut self) -> bool {
        let (before, after) = (&self.before, &self.after);
        let stays = |change: &Change| is_same(at(before, &change.path), at(after, &change.path));
        self.changes.retain(|change| !stays(change));
        let is_planned = |change: &Change| is_same(change.new.as_ref(), at(after, &change.path));
        self.changes.iter().all(is_planned)
    }
}

/// Returns the edits that undo the rows of a profile, the newest of which comes first, and the
/// profile with each of these members as the run has left it.
///
/// Each member gets its value from before the oldest row that was to change it: what somebody else
/// has changed between two rows is not undone.
pub(super) fn undo(rows: &[Left]) -> Option<(Edits, Value)> {
    let mut before = rows.last()?.before.clone();
    let mut after = rows.first()?.after.clone();
    for row in rows {
        for Change { path, .. } in &row.changes {
            put(&mut before, path, at(&row.before, path));
        }
    }
    for row in rows.iter().rev() {
        for Change { path, .. } in &row.changes {
            put(&mut after, path, at(&row.after, path));
        }
    }
    let paths = rows.iter().rev().flat_map(|row| &row.changes);
    let edits = restore(&before, &after, paths.map(|change| change.path.as_slice()));
    Some((edits, after))
}

/// Gives the member at a path a value, or removes it.
fn put(document: &mut Value, path: &[String], value: Option<&Value>) {
    let Some((name, path)) = path.split_first() else {
        if let Some(value) = value {
            *document = value.clone();
        }
        return;
    };
    if !document.is_object() {
        if value.is_none() {
            return;
        }
        *document = Value::Object(Map::new());
    }
    let Some(members) = document.as_object_mut() else {
        return;
    };
    match (members.get_mut(name), value) {
        (Some(_), None) if path.is_empty() => {
            members.remove(name);
        }
        (Some(member), _) => put(member, path, value),
        (None, Some(_)) => put(members.entry(name).or_insert(Value::Null), path, value),
        (None, None) => {}
    }
}

/// Returns the edits that give the members at these paths their values from `before`, in a document
/// that is `after`.
fn restore<'a>(before: &Value, after: &Value, paths: impl Iterator<Item = &'a [String]>) -> Edits {
    let mut all: Vec<&[String]> = paths.collect();
    // The outer paths come first; what is below them is restored with them.
    all.sort_by_key(|path| path.len());
    let mut outer: Vec<&[String]> = Vec::new();
    for path in all {
        if !outer.iter().any(|above| path.starts_with(above)) {
            outer.push(path);
        }
    }
    let mut edits: Vec<Edit> = Vec::new();
    for path in &outer {
        let path = added_by(before, after, path, &outer).unwrap_or(path);
        if !edits.iter().any(|edit| path.starts_with(&edit.path)) {
            add(at(before, path), at(after, path), path, &mut edits);
        }
    }
    edits.into_iter().collect()
}

/// Returns the outermost object above a path that the run has added: `before` does not have it, and
/// in `after` it has nothing but members that the run has set.
fn added_by<'a>(
    before: &Value,
    after: &Value,
    path: &'a [String],
    changed: &[&[String]],
) -> Option<&'a [String]> {
    let mut above = (1..path.len()).filter_map(|length| path.get(..length));
    above.find(|above| {
        at(before, above).is_none()
            && at(after, above).is_some_and(|value| is_within(value, above, changed))
    })
}

/// Returns whether all values of an object are at or below these paths.
fn is_within(value: &Value, path: &[String], paths: &[&[String]]) -> bool {
    if paths.iter().any(|above| path.starts_with(above)) || is_empty_value(value) {
        return true;
    }
    let Value::Object(members) = value else {
        return false;
    };
    members.iter().all(|(name, value)| {
        let path = [path, std::slice::from_ref(name)].concat();
        is_within(value, &path, paths)
    })
}

/// Adds the edits that make one value of another, member by member.
fn add(before: Option<&Value>, after: Option<&Value>, path: &[String], edits: &mut Vec<Edit>) {
    if is_same(before, after) {
        return;
    }
    if let (Some(Value::Object(old)), Some(Value::Object(new))) = (before, after)
        && !old.is_empty()
    {
        let added = new.keys().filter(|name| !old.contains_key(*name));
        for name in old.keys().chain(added) {
            let path = [path, std::slice::from_ref(name)].concat();
            let value = |members: &'_ serde_json::Map<String, Value>| members.get(name).cloned();
            let (old, new) = (value(old), value(new));
            let there = |value: &'_ Option<Value>| value.clone().filter(|it| !it.is_null());
            add(there(&old).as_ref(), there(&new).as_ref(), &path, edits);
        }
        return;
    }
    edits.push(Edit {
        path: path.to_vec(),
        value: before.cloned(),
    });
}

/// Returns the value at a path; `None` for null.
fn at<'a>(document: &'a Value, path: &[String]) -> Option<&'a Value> {
    let value = (path.iter()).try_fold(document, |value, name| value.get(name))?;
    (!value.is_null()).then_some(value)
}

/// Returns whether two values are the same. Services leave out what is empty, so that an absent, a
/// null and an empty value are the same.
fn is_same(one: Option<&Value>, other: Option<&Value>) -> bool {
    match (one, other) {
        (Some(Value::Object(one)), Some(Value::Object(other))) => {
            let mut names = one.keys().chain(other.keys());
            names.all(|name| is_same(one.get(name), other.get(name)))
        }
        _ => {
            let is_empty = |value: Option<&Value>| value.is_none_or(is_empty_value);
            one == other || (is_empty(one) && is_empty(other))
        }
    }
}

/// Returns the edits whose member in `now` is as in `stored`, all of them with `force`, and the
/// paths of the members that are not.
pub(in crate::plan) fn to_undo(
    edits: &Edits,
    stored: &Document,
    force: bool,
    now: &Value,
) -> (Edits, Vec<String>) {
    let stored: Value = serde_json::from_slice(stored.json()).unwrap_or_default();
    let mut changed = Vec::new();
    let kept = edits.iter().filter(|edit| {
        let is_kept = is_same(at(&stored, &edit.path), at(now, &edit.path));
        if !is_kept {
            changed.push(edit.path.join("."));
        }
        is_kept || force
    });
    let kept = kept.cloned().collect();
    (kept, changed)
}

#[cfg(test)]
mod tests {
    use billing_edit::{Edit, Edits};
    use serde_json::{Value, json};

    use super::{Left, restore, to_undo, undo};
    use crate::change::Change;
    use crate::document::{Document, Version};

    /// Returns what a row has left that was to change these members.
    fn left(before: Value, after: Value, names: &[&str]) -> Left {
        let change = |path: Vec<String>| {
            let at = |value: &Value| value.pointer(&format!("/{}", path.join("/"))).cloned();
            Change {
                old: at(&before),
                new: at(&after),
                path,
            }
        };
        let changes = paths(names).into_iter().map(change).collect();
        Left {
            before,
            changes,
            after,
        }
    }

    #[test]
    fn member_gets_its_value_from_before_its_first_change() {
        // Between the rows somebody else has changed `b`, `c` and `d`, and added `e`.
        let first = left(
            json!({ "a": 1, "b": 5, "d": 1 }),
            json!({ "a": 2, "b": 5, "d": 2 }),
            &["a", "d"],
        );
        let second = left(
            json!({ "a": 2, "b": 6, "c": 6, "d": 9, "e": { "y": 1 } }),
            json!({ "a": 3, "b": 7, "d": 9, "e": { "x": 1, "y": 1 } }),
            &["a", "b", "c", "e.x"],
        );
        let (edits, stored) = undo(&[second, first]).unwrap();
        let edits: Vec<_> = edits.into_iter().collect();
        assert_eq!(
            edits,
            [
                Edit::set(["a"], json!(1)),
                Edit::set(["d"], json!(1)),
                Edit::set(["b"], json!(6)),
                Edit::set(["c"], json!(6)),
                Edit::clear(["e", "x"]),
            ]
        );
        // As the run has left each member: somebody else has changed `d` since.
        assert_eq!(
            stored,
            json!({ "a": 3, "b": 7, "d": 2, "e": { "x": 1, "y": 1 } })
        );
    }

    #[test]
    fn rows_about_a_member_and_what_is_below_it_are_undone_together() {
        let address = |city: &str| json!({ "p": { "city": city, "zip": "0150" } });
        let below = left(address("Oslo"), address("Bergen"), &["p.city"]);
        let whole = left(address("Bergen"), json!({}), &["p"]);
        let (edits, stored) = undo(&[whole, below]).unwrap();
        let set = Edit::set(["p"], json!({ "city": "Oslo", "zip": "0150" }));
        assert_eq!(edits, Edits::from_iter([set]));
        assert_eq!(stored, json!({}));
        let whole = left(address("Oslo"), json!({}), &["p"]);
        let below = left(json!({}), json!({ "p": { "city": "Rome" } }), &["p.city"]);
        let (edits, _) = undo(&[below, whole]).unwrap();
        let expected = [
            Edit::set(["p", "city"], json!("Oslo")),
            Edit::set(["p", "zip"], json!("0150")),
        ];
        assert_eq!(edits, Edits::from_iter(expected));
    }

    #[test]
    fn only_applied_changes_of_an_unknown_write_are_kept() {
        let (before, after) = (json!({ "a": 1, "b": 1 }), json!({ "a": 1, "b": 2 }));
        let mut row = left(before, after, &["a", "b"]);
        row.changes[0].new = Some(json!(2));
        assert!(row.keep_applied());
        assert_eq!(row.changes.len(), 1);
        assert_eq!(row.changes[0].name(), "b");
        row.changes[0].new = Some(json!(3));
        assert!(!row.keep_applied());
    }

    fn paths(names: &[&str]) -> Vec<Vec<String>> {
        let path = |name: &&str| name.split('.').map(str::to_owned).collect();
        names.iter().map(path).collect()
    }

    fn restored(before: &Value, after: &Value, names: &[&str]) -> Vec<Edit> {
        let paths = paths(names);
        let edits = restore(before, after, paths.iter().map(Vec::as_slice));
        edits.into_iter().collect()
    }

    #[test]
    fn only_changed_members_get_their_values_from_before() {
        let before = json!({ "a": 1, "b": null, "c": 3, "d": { "x": 1, "y": 2 } });
        let after = json!({ "a": 2, "b": 2, "c": 4, "d": { "x": 9, "y": 2 } });
        assert_eq!(
            restored(&before, &after, &["d.x", "a", "b"]),
            [
                Edit::set(["a"], json!(1)),
                Edit::clear(["b"]),
                Edit::set(["d", "x"], json!(1)),
            ]
        );
    }

    #[test]
    fn object_that_the_run_has_added_is_cleared_as_a_whole() {
        let before = json!({ "p": {} });
        let after = json!({ "p": { "address": { "city": "Oslo", "geo": { "lat": 1 } } } });
        let all = ["p.address.city", "p.address.geo.lat"];
        assert_eq!(
            restored(&before, &after, &all),
            [Edit::clear(["p", "address"])]
        );
        // The service, or somebody else, has added the member that the run has not set.
        assert_eq!(
            restored(&before, &after, &["p.address.city"]),
            [Edit::clear(["p", "address", "city"])]
        );
    }

    #[test]
    fn removed_object_comes_back_and_what_was_added_later_goes() {
        let before = json!({ "address": { "city": "Oslo", "zip": "0150" } });
        let after = json!({ "address": { "city": "Bergen", "line": "x" } });
        assert_eq!(
            restored(
                &before,
                &after,
                &["address.line", "address", "address.city"]
            ),
            [
                Edit::set(["address", "city"], json!("Oslo")),
                Edit::set(["address", "zip"], json!("0150")),
                Edit::clear(["address", "line"]),
            ]
        );
        assert_eq!(
            restored(&before, &json!({}), &["address"]),
            [Edit::set(
                ["address"],
                json!({ "city": "Oslo", "zip": "0150" })
            )]
        );
    }

    #[test]
    fn member_that_is_as_before_needs_no_edit() {
        let (before, after) = (json!({ "a": "", "b": 1 }), json!({ "b": 1 }));
        assert!(restored(&before, &after, &["a", "b"]).is_empty());
    }

    #[test]
    fn members_that_differ_from_the_stored_document_are_named() {
        let stored = json!({ "a": 1, "b": { "c": "x" }, "e": null });
        let stored = Document::new(stored.to_string(), Version::Hash([0; 32]));
        let edits = [
            Edit::set(["a"], json!(0)),
            Edit::clear(["b"]),
            Edit::set(["e"], json!(7)),
        ];
        let now = json!({ "a": 1, "b": { "c": "x", "d": "by another" }, "e": "" });
        let all = Edits::from_iter(edits.clone());
        let [a, _, e] = edits;
        let kept = Edits::from_iter([a, e]);
        let changed = vec!["b".to_owned()];
        assert_eq!(to_undo(&all, &stored, false, &now), (kept, changed.clone()));
        assert_eq!(to_undo(&all, &stored, true, &now), (all, changed));
    }
}
