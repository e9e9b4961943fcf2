//! The history of each resource: what every write changed.

use std::collections::{BTreeMap, HashMap, VecDeque};

use serde::Serialize;
use serde_json::Value;

use crate::service::Service;

/// The number of changes that are kept of one resource.
const PER_RESOURCE: usize = 50;

/// The number of changes that are kept of all resources, and of their bytes as JSON; the oldest are
/// forgotten first.
const IN_ALL: usize = 20_000;
const BYTES: usize = 16 * 1024 * 1024;

/// The bytes of a path that are kept: a long name may be in the paths of ten thousand members.
const LONGEST_PATH: usize = 256;

/// The changes of one write.
#[derive(Serialize)]
struct Change<'a> {
    /// The number of the write among the resource's effective writes, from 1.
    number: u64,
    time: &'a str,
    changes: Vec<Difference<'a>>,
}

/// A member that differs. Objects are compared by their members; any other value, arrays included,
/// is one difference.
#[derive(Serialize)]
struct Difference<'a> {
    /// The names of the members that lead to it, as in `defaultAddress.city`. A path of more than
    /// 256 bytes is cut there and ends in `…`.
    path: String,
    /// Absent if the member was absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<&'a Value>,
    /// Absent if the member is absent now.
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<&'a Value>,
}

/// The changes that are kept, as JSON, so that their size is known to the byte.
#[derive(Clone, Default)]
pub(crate) struct History {
    /// The changes by their order over all resources.
    changes: BTreeMap<u64, (Key, String)>,
    /// The positions in that order by resource.
    places: HashMap<Key, VecDeque<u64>>,
    next: u64,
    bytes: usize,
}

type Key = (Service, String);

impl History {
    /// Records the changes of a resource's write with this number.
    pub(crate) fn record(
        &mut self,
        (service, id): (Service, &str),
        number: u64,
        time: &str,
        before: &Value,
        after: &Value,
    ) {
        let mut changes = Vec::new();
        let path = &mut Vec::new();
        differ(path, Some(before), Some(after), &mut changes);
        let change = Change {
            number,
            time,
            changes,
        };
        // Numbers, text and documents always serialize.
        let change = serde_json::to_string(&change).unwrap_or_default();
        let key = (service, id.to_owned());
        let places = self.places.entry(key.clone()).or_default();
        places.push_back(self.next);
        let surplus = (places.len() > PER_RESOURCE).then(|| places.pop_front());
        if let Some((_, oldest)) = surplus.flatten().and_then(|at| self.changes.remove(&at)) {
            self.bytes = self.bytes.saturating_sub(oldest.len());
        }
        self.bytes += change.len();
        self.changes.insert(self.next, (key, change));
        self.next += 1;
        while self.changes.len() > IN_ALL || self.bytes > BYTES {
            self.forget_oldest();
        }
    }

    fn forget_oldest(&mut self) {
        let Some((_, (key, oldest))) = self.changes.pop_first() else {
            return;
        };
        self.bytes = self.bytes.saturating_sub(oldest.len());
        // The oldest change of all is the oldest of its resource.
        if let Some(places) = self.places.get_mut(&key) {
            places.pop_front();
            if places.is_empty() {
                self.places.remove(&key);
            }
        }
    }

    /// Returns the changes of a resource as a JSON array, the oldest first.
    pub(crate) fn of(&self, service: Service, id: &str) -> String {
        let places = self.places.get(&(service, id.to_owned()));
        let changes = places
            .into_iter()
            .flatten()
            .filter_map(|at| self.changes.get(at))
            .map(|(_, change)| change.as_str());
        format!("[{}]", changes.collect::<Vec<_>>().join(","))
    }
}

/// Joins the names with dots, up to the length that is kept.
fn joined(path: &[&str]) -> String {
    let mut joined = String::new();
    for (index, name) in path.iter().enumerate() {
        let separator = if index == 0 { "" } else { "." };
        for character in separator.chars().chain(name.chars()) {
            if joined.len() + character.len_utf8() > LONGEST_PATH {
                joined.push('…');
                return joined;
            }
            joined.push(character);
        }
    }
    joined
}

/// Compares objects by their members, and adds what differs.
fn differ<'a>(
    path: &mut Vec<&'a str>,
    before: Option<&'a Value>,
    after: Option<&'a Value>,
    found: &mut Vec<Difference<'a>>,
) {
    let (Some(Value::Object(from)), Some(Value::Object(to))) = (before, after) else {
        if before != after {
            found.push(Difference {
                path: joined(path),
                before,
                after,
            });
        }
        return;
    };
    let kept = from
        .iter()
        .map(|(name, before)| (name, Some(before), to.get(name)));
    let added = to.iter().filter(|(name, _)| !from.contains_key(*name));
    let added = added.map(|(name, after)| (name, None, Some(after)));
    for (name, before, after) in kept.chain(added) {
        path.push(name);
        differ(path, before, after, found);
        path.pop();
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NONE: &Value = &Value::Null;

    fn changes(history: &History, id: &str) -> Value {
        serde_json::from_str(&history.of(Service::Partner, id)).unwrap()
    }

    #[test]
    fn a_change_has_each_member_that_differs_and_arrays_whole() {
        let mut history = History::default();
        let before =
            json!({ "a": { "kept": 1, "gone": 2, "other": 3 }, "list": [1, 2], "was": {} });
        let after = json!({ "a": { "kept": 1, "other": "3" }, "list": [1], "new": { "b": 1 } });
        history.record((Service::Partner, "id"), 4, "now", &before, &after);
        let expected = json!([{ "number": 4, "time": "now", "changes": [
            { "path": "a.gone", "before": 2 },
            { "path": "a.other", "before": 3, "after": "3" },
            { "path": "list", "before": [1, 2], "after": [1] },
            { "path": "was", "before": {} },
            { "path": "new", "after": { "b": 1 } },
        ]}]);
        assert_eq!(changes(&history, "id"), expected);
        assert_eq!(changes(&history, "other"), json!([]));
    }

    #[test]
    fn the_path_of_a_change_is_cut() {
        let name = "é".repeat(200);
        let after = json!({ &name: { "a": 1, "b": 2 }, "short": { "a": 1 } });
        let mut history = History::default();
        let before = json!({ &name: {}, "short": {} });
        let key = (Service::Partner, "id");
        history.record(key, 1, "now", &before, &after);
        let seen = changes(&history, "id");
        let cut = format!("{}…", "é".repeat(128));
        for (change, expected) in [(0, "short.a"), (1, cut.as_str()), (2, cut.as_str())] {
            assert_eq!(seen[0]["changes"][change]["path"], expected);
        }
    }

    #[test]
    fn the_latest_changes_of_a_resource_are_kept() {
        let mut history = History::default();
        for number in 1..=60 {
            history.record((Service::Partner, "a"), number, "", NONE, &json!({}));
            history.record((Service::Partner, "b"), number, "", NONE, &json!({}));
        }
        let kept = changes(&history, "a");
        assert_eq!(kept.as_array().unwrap().len(), 50);
        assert_eq!(kept[0]["number"], 11);
        assert_eq!(history.changes.len(), 100);
        let bytes = history.changes.values().map(|(_, change)| change.len());
        assert_eq!(history.bytes, bytes.sum::<usize>());
    }

    #[test]
    fn the_oldest_changes_are_forgotten_beyond_the_limits() {
        let mut history = History::default();
        let large = json!({ "text": "x".repeat(1024 * 1024) });
        for number in 1..=20 {
            let id = number.to_string();
            history.record((Service::Partner, &id), number, "", NONE, &large);
        }
        assert!(history.bytes <= BYTES, "{}", history.bytes);
        assert_eq!(changes(&history, "5"), json!([]));
        assert_eq!(changes(&history, "20")[0]["number"], 20);
        for number in 0..=IN_ALL {
            let id = format!("small {number}");
            history.record((Service::Partner, &id), 1, "", NONE, &json!({}));
        }
        assert_eq!(history.changes.len(), IN_ALL);
        assert_eq!(history.places.len(), IN_ALL);
        assert_eq!(changes(&history, "small 0"), json!([]));
    }
}
